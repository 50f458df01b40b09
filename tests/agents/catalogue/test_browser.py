"""The catalogue page as an analyst meets it: in a real Chromium, at phone and desktop width, in
both themes; before axe and an HTML checker; and with markup in every text."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page

from agents import subscribing
from agents.catalogue import fields, page
from agents.catalogue.fields import Row
from contracts import schema
from tests.agents.catalogue.test_page import HOSTILE
from tests.services import browser as services

WINDOWS = (((360, 740), "dark"), ((1280, 900), "light"))
"""Layout depends on the width alone, contrast on the theme."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHOWN = "[...document.querySelectorAll('.event')].filter(e => !e.hidden).map(e => e.id)"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    yield from services.chromium()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as `leadwire schema page --out` writes it."""
    path = tmp_path_factory.mktemp("catalogue") / "events.html"
    path.write_text(page.page(subscribing.groups(), "1.0", "kafka.example:9092"), encoding="utf-8")
    return path


def opened(chromium: Browser, address: str, **window: Any) -> tuple[Page, list[str]]:
    """A page in a window, and whatever it said, asked for or popped up that it should not."""
    found: list[str] = []
    one = chromium.new_context(**window).new_page()
    one.on("console", lambda m: found.append(m.text) if m.type in {"error", "warning"} else None)
    one.on("pageerror", lambda error: found.append(str(error)))
    one.on("request", lambda r: None if r.url.startswith(address) else found.append(r.url))
    one.on("dialog", lambda dialog: dismissed(dialog, found))
    one.goto(address)
    return one, found


def dismissed(dialog: Dialog, found: list[str]) -> None:
    found.append("dialog")
    dialog.dismiss()


def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    chromium: Browser, file: Path
) -> None:
    """Contrast AA among it; no word on the console, nothing asked of anybody else."""
    axe = services.tool("axe-core/axe.min.js").read_text(encoding="utf-8")
    for (width, height), theme in WINDOWS:
        window = {"viewport": {"width": width, "height": height}, "color_scheme": theme}
        one, said = opened(chromium, file.as_uri(), bypass_csp=True, **window)
        one.evaluate(axe)
        report = one.evaluate("axe.run(document, {resultTypes: ['violations']})")
        wrong = [(v["id"], v["nodes"][0]["html"][:200]) for v in report["violations"]]
        assert (width, theme, wrong) == (width, theme, [])
        assert one.evaluate(WIDER) == 0
        assert said == []
        one.context.close()


def test_the_search_box_finds_events_fields_and_agents(chromium: Browser, file: Path) -> None:
    """By words, by agent, by a link that somebody handed on; Escape shows all again."""
    one, said = opened(chromium, file.as_uri())
    everything = one.evaluate(SHOWN)
    one.keyboard.press("/")
    one.keyboard.type("provider_message_id")
    assert one.evaluate(SHOWN) == ["lead.contacted.v1"]
    assert one.locator("#found").inner_text() == f"1 of {len(everything)}"
    assert one.url.endswith("#find=provider_message_id")
    one.keyboard.press("Escape")
    assert one.evaluate(SHOWN) == everything
    one.locator("[id='lead.contacted.v1'] .agent", has_text="sender").click()
    assert "lead.send_unknown.v1" in one.evaluate(SHOWN)
    assert "lead.scored.v1" not in one.evaluate(SHOWN)
    one.goto(f"{file.as_uri()}#lead.scored.v1")
    assert "lead.scored.v1" in one.evaluate(SHOWN)
    linked, _ = opened(chromium, f"{file.as_uri()}#find=nobody-says-this")
    assert linked.evaluate(SHOWN) == []
    assert linked.locator("#nothing").is_visible()
    assert said == []


def test_the_page_reads_without_scripts(chromium: Browser, file: Path) -> None:
    """All of it is there; only the search is not."""
    one, _ = opened(chromium, file.as_uri(), java_script_enabled=False)
    assert one.locator("section.event").count() > 40
    assert one.locator("[id='lead.contacted.v1'] table").is_visible()


def test_the_html_is_valid(file: Path) -> None:
    """By the Nu Html Checker."""
    jar = services.tool("vnu-jar/build/dist/vnu.jar")
    command = [services.java(), "-jar", str(jar), "--errors-only", "--stdout", str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_markup_in_every_text_runs_nothing(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even with the page's own policy out of the way."""
    real = schema.examples()
    monkeypatch.setattr(schema, "examples", lambda: {t: {"main": {"text": HOSTILE}} for t in real})
    rows = [Row(path=HOSTILE, type=HOSTILE, meaning=HOSTILE, values=(HOSTILE,))]
    monkeypatch.setattr(fields, "rows", lambda _: rows)
    path = tmp_path / "hostile.html"
    path.write_text(page.page({HOSTILE: ("lead.contacted",)}, HOSTILE, HOSTILE), encoding="utf-8")
    one, said = opened(chromium, path.as_uri(), bypass_csp=True)
    one.fill("#find", HOSTILE)
    one.wait_for_function("document.getElementById('found').textContent !== ''")
    assert said == []
    assert one.evaluate("document.scripts.length") == 1
