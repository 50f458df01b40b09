"""Strings that break or steer careless readers, through every reader of replies."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from agents.replies import intent, keywords, opt_out, signature
from agents.replies.visible import visible_from_html, visible_reply

SHARED = os.environ.get("LEADWIRE_SHARED_DATA")
pytestmark = pytest.mark.skipif(
    not SHARED, reason="set LEADWIRE_SHARED_DATA to the folder with hostile/*.jsonl"
)


def rows(name: str) -> list[dict[str, Any]]:
    lines = (Path(SHARED or "") / "hostile" / name).read_text("utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def strings(value: object) -> list[str]:
    """All strings in a row, however deep."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in strings(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    "name",
    ["naughty_strings.jsonl", "xss_payloads.jsonl", "html_sanitise_expect.jsonl",
     "html_escape_expect.jsonl", "csv_formula_cells.jsonl", "injected_instructions.jsonl"],
)  # fmt: skip
def test_hostile_strings_are_read(name: str) -> None:
    """Each gives a reading: as text, as HTML, as a short message, as a signature."""
    for row in rows(name):
        for text in strings(row):
            found = visible_reply(text, sent=text[:50])
            assert visible_from_html(text).why
            assert intent.classify(found.text, subject=text).label
            assert signature.mine(text)
            assert keywords.match(text) is None or len(text) < 200


def test_injected_instructions_ask_for_nothing() -> None:
    """Orders to a model are content: none is an opt-out, none a threat."""
    for row in rows("injected_instructions.jsonl"):
        assert opt_out.in_mail(row["text"]).answer == "no", row["text"]
        assert not intent.classify(row["text"]).legal_threat
