"""Pages as visitors meet them: valid HTML, schema.org's own words, axe in a real Chromium at phone
and desktop width in both themes, and strangers' strings that run nothing and break nothing."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request

from agents.landing import kinds
from agents.landing.values import Page as Made
from tests.agents.landing import gallery
from tests.services import browser as services

SIZES = ((360, 740), (1280, 800))
THEMES = ("light", "dark")
LAYOUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ACTIVE = """() => ({
  scripts: [...document.scripts].filter(s => s.type !== 'application/ld+json').length,
  handlers: [...document.querySelectorAll('*')]
    .filter(e => e.getAttributeNames().some(n => n.startsWith('on'))).length,
  frames: document.querySelectorAll('iframe, object, embed, form, base').length,
  links: [...document.querySelectorAll('a[href]')].map(a => a.protocol),
})"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    yield from services.chromium()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[Made], Path]]:
    """A served site of the gallery: its address, its pages, its folder."""
    folder = tmp_path_factory.mktemp("gallery")
    pages = gallery.build(folder, gallery.leads())
    with gallery.served(folder / "site") as address:
        yield address, pages, folder / "site"


Site = tuple[str, list[Made], Path]


class Visit:
    """One page in one window, with everything that it said and asked for."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.said: list[str] = []
        self.elsewhere: list[str] = []
        self.dialogs = 0
        page.on("console", lambda m: self.said.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", self.dialog)
        page.on("request", lambda r: self.asked(r, address))

    def asked(self, request: Request, address: str) -> None:
        if not request.url.startswith((address, "data:")):
            self.elsewhere.append(request.url)

    def dialog(self, dialog: Any) -> None:
        self.dialogs += 1
        dialog.dismiss()


def windows(chromium: Browser, address: str, scripts: bool = True) -> Iterator[tuple[str, Visit]]:
    """A window of each size in each theme."""
    for width, height in SIZES:
        for theme in THEMES:
            context = chromium.new_context(
                viewport={"width": width, "height": height},
                color_scheme=theme,  # type: ignore[arg-type]  # a literal of two
                java_script_enabled=scripts,
            )
            yield f"{width} {theme}", Visit(context.new_page(), address)
            context.close()


def test_the_html_is_valid(site: Site) -> None:
    """By the Nu Html Checker, which knows the CSS within as well; every page, and the 404."""
    jar = services.tool("vnu-jar/build/dist/vnu.jar")
    files = [str(path) for path in sorted(site[2].rglob("*.html"))]
    assert len(files) > len(gallery.PLACES)
    command = [services.java(), "-jar", str(jar), "--errors-only", "--stdout", *files]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_structured_data_is_schema_org_s(site: Site) -> None:
    """Every type is there and every property is one of its type, all the way down."""
    for page in site[1]:
        found = re.search(rb'<script type="application/ld\+json">(.*?)</script>', page.html)
        assert found is not None
        data = json.loads(found.group(1))
        assert "LocalBusiness" in services.vocabulary().above(data["@type"])
        assert list(wrong(data)) == []


def wrong(node: Any) -> Iterator[str]:
    """Names types and properties that schema.org does not have."""
    if isinstance(node, list):
        for child in node:
            yield from wrong(child)
    if not isinstance(node, dict):
        return
    known = services.vocabulary().properties(node["@type"])
    if not known:
        yield f"no type {node['@type']}"
    for name, child in node.items():
        if not name.startswith("@") and name not in known:
            yield f"{node['@type']} has no {name}"
        yield from wrong(child)


def test_every_kind_is_a_local_business_of_schema_org() -> None:
    for kind in kinds.kinds():
        assert "LocalBusiness" in services.vocabulary().above(kind.type), kind.type


def test_the_check_of_the_vocabulary_sees_a_wrong_word() -> None:
    assert list(wrong({"@type": "Restaurant", "telefone": "1"})) == ["Restaurant has no telefone"]
    assert list(wrong({"@type": "Restorant"})) == ["no type Restorant"]


def test_axe_finds_nothing_serious_and_the_console_is_silent(chromium: Browser, site: Site) -> None:
    """Contrast AA among it. At both widths, in both themes; nothing is wider than the window, and
    nothing is asked of anybody else."""
    axe = services.tool("axe-core/axe.min.js").read_text(encoding="utf-8")
    address, pages, _ = site
    found: list[tuple[str, str, Any]] = []
    for window, visit in windows(chromium, address):
        for page in pages:
            visit.page.goto(f"{address}/{page.slug}/")
            assert visit.page.evaluate(LAYOUT) == 0, (window, page.slug)
            visit.page.evaluate(axe)
            report = visit.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            for one in report["violations"]:
                nodes = [node["html"][:120] for node in one["nodes"]]
                found.append((window, page.slug, (one["id"], one["impact"], nodes)))
        assert (visit.said, visit.elsewhere) == ([], []), window
    assert found == []


def test_pages_work_without_scripts(chromium: Browser, site: Site) -> None:
    address, pages, _ = site
    for _, visit in windows(chromium, address, scripts=False):
        visit.page.goto(f"{address}/{pages[0].slug}/")
        assert visit.page.locator("h1").inner_text() == "The Crypt & Vine"
        assert visit.page.locator("a[href^='tel:']").first.is_visible()


def test_an_address_that_is_none_shows_the_404(chromium: Browser, site: Site) -> None:
    _, visit = next(windows(chromium, site[0]))
    answer = visit.page.goto(f"{site[0]}/nobody-here/")
    assert answer is not None
    assert answer.status == 404
    assert visit.page.locator("h1").inner_text() == "This page is not here"


@pytest.mark.skipif(
    "LEADWIRE_SHARED_DATA" not in os.environ,
    reason="LEADWIRE_SHARED_DATA does not name the folder of shared material",
)
def test_strangers_strings_run_nothing_and_break_no_layout(
    chromium: Browser, tmp_path: Path
) -> None:
    """Each of a thousand in some field: no dialog, no handler, no script, no frame, no request, and
    no page wider than its window."""
    pages = gallery.build(tmp_path, gallery.hostile())
    assert len(pages) > 30
    with gallery.served(tmp_path / "site") as address:
        for window, visit in windows(chromium, address):
            for page in pages:
                visit.page.goto(f"{address}/{page.slug}/")
                seen = visit.page.evaluate(ACTIVE)
                assert (seen["scripts"], seen["handlers"], seen["frames"]) == (0, 0, 0), page.slug
                assert set(seen["links"]) <= {"http:", "https:", "tel:", "mailto:"}, page.slug
                assert visit.page.evaluate(LAYOUT) == 0, (window, page.slug)
            assert (visit.dialogs, visit.elsewhere) == (0, []), window
            assert [text for text in visit.said if "favicon" not in text] == [], window


@pytest.mark.skipif(
    "LEADWIRE_SHARED_DATA" not in os.environ,
    reason="LEADWIRE_SHARED_DATA does not name the folder of shared material",
)
def test_strangers_strings_leave_the_html_valid(tmp_path: Path) -> None:
    jar = services.tool("vnu-jar/build/dist/vnu.jar")
    gallery.build(tmp_path, gallery.hostile())
    files = [str(path) for path in sorted((tmp_path / "site").rglob("*.html"))]
    command = [services.java(), "-jar", str(jar), "--errors-only", "--stdout", *files]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
