"""What `channels/ADDING.md` shows keeps every promise of the port: the page's adapter is run."""

import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType

import pytest

from channels import errors, registry
from contracts.outcome import Channel, VendorClass
from tests.channels.conformance import AdapterConformance
from tests.channels.fake.rig import FakeRig

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "channels" / "ADDING.md").read_text(encoding="utf-8")
ADAPTER, ROW, _TEST = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
NAME = "channels.sms.pigeon"


@pytest.fixture(autouse=True)
def pigeon(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The page's module where the page puts it, and its row in the registry."""
    module = ModuleType(NAME)
    monkeypatch.setitem(sys.modules, NAME, module)
    exec(compile(ADAPTER, "ADDING.md", "exec"), module.__dict__)  # the page is ours
    (row,) = eval(f"{{{ROW}}}", {"Row": registry.Row, "Channel": Channel}).items()
    monkeypatch.setitem(registry.VENDORS, *row)
    return module


@asynccontextmanager
async def pigeons_vendor() -> AsyncIterator[FakeRig]:
    """A vendor of Pigeon's kind, with the page's adapter as the registry builds it."""
    async with FakeRig(VendorClass.NOTHING).running() as rig:
        chosen = rig.adapter.settings
        given = {"token": chosen.token, "base_url": chosen.base_url}
        adapter = registry.build("pigeon", Channel.SMS, given)
        await rig.adapter.close()
        rig.adapter = adapter  # type: ignore[assignment]  # the suite asks for no more than the port
        yield rig


class TestPigeon(AdapterConformance):
    """The suite that every adapter inherits."""

    @pytest.fixture
    async def rig(self, pigeon: ModuleType) -> AsyncIterator[FakeRig]:
        async with pigeons_vendor() as rig:
            yield rig


def test_its_settings_are_judged_like_everybody_s() -> None:
    """Unknown, missing and empty ones are named; the token is a secret that nothing prints."""
    assert registry.secrets("pigeon") == {"token"}
    for given, words in (
        ({"tokn": "x"}, "did you mean `token`"),
        ({}, "setting `token`"),
        ({"token": ""}, "`token` is empty"),
    ):
        with pytest.raises(errors.Misconfigured, match=words):
            registry.build("pigeon", Channel.SMS, given)


def test_every_file_that_the_page_names_is_there() -> None:
    """Below `channels`, or from the root."""
    named = set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.py)`", PAGE)) - {"channels/sms/pigeon.py"}
    places = (Path("."), Path("channels"))
    assert len(named) > 8
    missing = {name for name in named if not any((ROOT / p / name).exists() for p in places)}
    assert missing == set()
