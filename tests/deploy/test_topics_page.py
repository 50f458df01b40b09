"""The page about topics says what `topics apply` makes."""

import re

from agents.cli.topics import retention_days
from agents.settings import Settings
from tests.deploy.files import DEPLOY

PAGE = (DEPLOY / "topics.md").read_text(encoding="utf-8")


def test_every_topic_is_listed_with_how_long_it_is_kept() -> None:
    """A topic that is new has to be written down."""
    listed = re.findall(r"^\| `([\w.]+)` \| (\d+) \|$", PAGE, flags=re.MULTILINE)
    assert {name: int(days) for name, days in listed} == retention_days()
    assert listed == sorted(listed)


def test_its_words_are_the_settings() -> None:
    """Names and the default that it mentions."""
    for name in ("partitions", "replication", "bus_prefix"):
        assert f"`{name}`" in PAGE
        assert name in Settings.model_fields
    assert f"default {Settings.model_fields['partitions'].default}" in PAGE
