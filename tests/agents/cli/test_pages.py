"""`leadwire pages`: from a file of leads to a folder that can be hosted, and what is wrong with it;
and from a store: made anew, taken down, gone with an erasure."""

import asyncio
import json
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agents import wiring
from agents.cli import pages, session
from agents.doing import DoingTurn
from agents.landing.agent import Landing
from agents.landing.building import Plan, Run
from agents.landing.core import mark
from agents.landing.publishing import Folder
from agents.landing.sites import Sites
from agents.settings import Settings, SettingsError
from contracts.lead import LeadFields
from tests.agents.cast import Cast
from tests.agents.cli.place import SECRET, Place
from tests.agents.stage import scored
from tests.bench import pages as bench
from tests.bus.readers import PATIENCE

ROWS: list[dict[str, Any]] = [
    {"dedup_key": "a", "business_name": "Blue Door", "category": "cafe", "phone": "+13125550100"},
    {"dedup_key": "b", "business_name": "Red Door", "category": "plumber", "route": "OTHER"},
    {"dedup_key": "c", "business_name": "Green Door", "address": "1 Quay", "enrichment": {}},
]


def lines(rows: list[Any]) -> str:
    return "\n".join(json.dumps(row) for row in rows)


def build(empty: Place, rows: list[Any], *words: object) -> Any:
    file = empty.write("leads.jsonl", lines(rows))
    return empty.run("pages", "build", file, "--out", empty.folder / "site", *words)


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_a_file_of_leads_becomes_a_folder_to_host(empty: Place) -> None:
    """Pages, sitemap, robots, 404 and headers; once more writes nothing."""
    done = build(empty, ROWS, "--json")
    assert done.exit_code == 0, done.output
    stats = json.loads(done.stdout)
    assert (stats["pages"], stats["skipped"]) == (2, {"route OTHER": 1})
    site = empty.folder / "site"
    assert {"sitemap.xml", "robots.txt", "404.html", "_headers"} <= files(site)
    assert (site / "sitemap.xml").read_text().count("<loc>") == 2
    assert json.loads(build(empty, ROWS, "--json").stdout)["files_written"] == 0
    assert empty.run("pages", "check", site).exit_code == 0


def test_a_dry_run_writes_nothing(empty: Place) -> None:
    assert build(empty, ROWS, "--dry-run").exit_code == 0
    assert not (empty.folder / "site").exists()


def test_bad_leads_are_named_by_key_and_the_rest_goes_on(empty: Place) -> None:
    """A missing name, a wrong type, a key twice, a broken line: exit code 1."""
    rows = [*ROWS, {"dedup_key": "d"}, {"dedup_key": "e", "business_name": {}}, ROWS[0]]
    file = empty.write("leads.jsonl", lines(rows) + "\n{broken")
    done = empty.run("pages", "build", file, "--out", empty.folder / "site")
    assert done.exit_code == session.FAILED
    assert "lead d: missing required key business_name; give business_name" in done.stderr
    assert "lead e: " in done.stderr
    assert "lead a: row 6 has the key of row 1; give each lead its own dedup_key" in done.stderr
    assert "row 7" in done.stderr
    assert len(list((empty.folder / "site").glob("*/index.html"))) == 2


def test_a_template_or_brand_that_cannot_be_used_ends_before_any_page(empty: Place) -> None:
    """Unreadable, an unknown placeholder, a folder without brand.toml: named with file and line."""
    own = empty.folder / "templates"
    own.mkdir()
    (own / "cafe.html").write_text("{{ business.nmae }}")
    done = build(empty, ROWS, "--templates", own)
    assert (done.exit_code, (empty.folder / "site").exists()) == (1, False)
    assert "template cafe.html line 1: unknown placeholder business.nmae" in done.stderr
    (own / "cafe.html").write_bytes(b"\xff\xfe\x00")
    assert "template cafe.html cannot be read" in build(empty, ROWS, "--templates", own).stderr
    (own / "cafe.html").write_text("{% if %}")
    assert "template cafe.html line 1" in build(empty, ROWS, "--templates", own).stderr
    assert "brand.toml; write name" in build(empty, ROWS, "--brand", own).stderr


def test_a_brand_without_logo_is_said(empty: Place) -> None:
    own = empty.folder / "brand"
    own.mkdir()
    (own / "brand.toml").write_text('name = "Harbour Web"')
    done = build(empty, ROWS, "--brand", own)
    assert (done.exit_code, "no logo; put logo.svg" in done.stderr) == (0, True)


def test_check_names_what_is_wrong(empty: Place) -> None:
    """A broken link, a script, a lost page, a leftover, a page too large, data that are none."""
    build(empty, ROWS)
    site = empty.folder / "site"
    one, two = sorted(site.glob("*/index.html"))
    text = one.read_text()
    broken = text.replace("<main", '<a href="../gone.png">x</a><script>1</script><main', 1)
    broken = broken.replace('{"@context"', "{@context", 1).replace("</body>", " " * 100_000)
    one.write_text(broken)
    other = site / f"old-{mark('old')}"
    other.mkdir()
    (other / "index.html").write_text(text)
    two.unlink()
    done = empty.run("pages", "check", site, "--json")
    assert done.exit_code == session.FAILED
    found = {(row["path"], row["code"]) for row in map(json.loads, done.stdout.splitlines())}
    path = f"{one.parent.name}/index.html"
    for code in ("link", "script", "structured_data", "size"):
        assert (path, code) in found, code
    assert (f"{other.name}/index.html", "leftover") in found
    assert (f"{other.name}/index.html", "canonical") in found
    assert (f"{two.parent.name}/index.html", "lost") in found


def test_prune_removes_pages_of_other_builds_and_nothing_else(empty: Place) -> None:
    build(empty, ROWS)
    site = empty.folder / "site"
    (site / "own.txt").write_text("mine")
    done = build(empty, ROWS[:1], "--prune", "--json")
    assert json.loads(done.stdout)["files_removed"] == 3
    assert len(list(site.glob("*/index.html"))) == 1
    assert (site / "own.txt").read_text() == "mine"


def test_a_disk_that_is_full_is_named_with_the_lead(empty: Place) -> None:
    """A real one: the process may write no file over 4 kB, so that the operating system refuses."""
    file = empty.write("leads.jsonl", lines(ROWS[:1]))
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); "
        "from agents.cli import main; main()"
    )
    out = str(empty.folder / "site")
    command = [sys.executable, "-c", code, "pages", "build", str(file), "--out", out]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "lead a: no space for " in done.stderr
    assert "free some, or set pages to another place" in done.stderr
    assert not list((empty.folder / "site").rglob("*.new"))


def peaks(folder: str) -> list[int]:
    """Octets at the peak of 100 pages more than 50, and of 700 more."""
    found = []
    for count in (150, 750):
        run = Run(Plan(url="https://pages.example", out=Path(folder) / str(count)), cores=1)
        run.over(islice(bench.leads(count), 50))  # caches fill before it counts
        tracemalloc.start()
        run.over(islice(bench.leads(count), 50, None))
        found.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert run.tally.pages == count
    return found


def test_memory_stays_flat(tmp_path: Path) -> None:
    """Five times the pages take no more at the peak but for their addresses. In a process of its
    own: where earlier tests have filled the caches, one that grows takes megabytes at once."""
    code = f"from {__name__} import peaks; print(peaks({str(tmp_path)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    few, many = json.loads(done.stdout)
    assert many - few < 600 * 2_000, (few, many)


def test_many_leads_are_made_by_several_processes_as_by_one(tmp_path: Path) -> None:
    """The same files, counts and order of addresses; a failure is told all the same."""
    runs = []
    for cores in (1, 2):
        told: list[Any] = []
        run = Run(
            Plan(url="https://pages.example", out=tmp_path / str(cores)),
            cores=cores,
            told=told.append,
        )
        nameless = ("nameless", LeadFields(address="1 Quay"), None)
        run.over([*bench.leads(400), nameless])
        run.finish(prune=False)
        assert [one.key for one in told] == ["nameless"]
        runs.append(run)
    one, two = runs
    assert (one.urls, one.written) == (two.urls, two.written)
    assert one.tally.landing_stats() == two.tally.landing_stats()
    for name in sorted(files(tmp_path / "1")):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    assert files(tmp_path / "1") == files(tmp_path / "2")


# ── with a store ──────────────────────────────────────────────────────────────────────────────


def published(place: Place) -> Place:
    """Two leads whose pages are up, and the settings that say where."""
    pages = place.folder / "pages"
    place.environment |= {
        "LEADWIRE_PAGES": f"folder:{pages}",
        "LEADWIRE_PAGES_URL": "https://pages.example",
    }

    async def act(cast: Cast) -> None:
        agent = Landing(Folder(pages), Sites(url="https://pages.example"))
        turn = DoingTurn(agent, cast.table.commits)
        cast.hear(agent.name, agent.topics, turn)
        await cast.tell(scored(1), scored(2))
        await turn.drain(60)
        await cast.play()

    place.play(act)
    assert len(list(pages.glob("harbour/*/index.html"))) == 2
    return place


def land(place: Place, until: Callable[[], bool]) -> None:
    """Runs the landing agent as a process would, until something holds."""

    async def main() -> None:
        names = {n: v for n, v in place.environment.items() if n.startswith("LEADWIRE_")}
        values = {name.removeprefix("LEADWIRE_").lower(): value for name, value in names.items()}
        system = wiring.build(Settings.model_validate(values), ["landing"])
        await system.start()
        try:
            async with asyncio.timeout(PATIENCE):
                while not until():  # noqa: ASYNC110  # no event says so
                    await asyncio.sleep(0.02)
        finally:
            await system.stop()

    asyncio.run(main())


@pytest.fixture
def up(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("TEST_SECRET", SECRET)
    return published(place)


def marks(place: Place) -> set[str]:
    """Marks of the pages that are up."""
    found = (place.folder / "pages" / "harbour").glob("*/index.html")
    return {path.parent.name[-10:] for path in found}


def test_an_erased_lead_s_page_is_gone_and_nothing_names_it_any_more(up: Place) -> None:
    """By the command alone: whoever runs landing next takes it down; its neighbour stays, and
    neither store nor sitemap holds the business's name."""
    done = up.run("leads", "erase", "lead-1", "--reason", "a letter of 3 May", "--yes")
    assert done.exit_code == 0, done.output
    sitemap = up.folder / "pages" / "harbour" / "sitemap.xml"
    land(up, lambda: marks(up) == {mark("lead-2")})
    land(up, lambda: sitemap.exists() and "blue-door-1" not in sitemap.read_text())
    (told,) = up.json("explain", "lead-1", "--json")
    assert "blue-door-1" not in json.dumps(told).lower()
    assert "page_down" in {line["code"] for line in told["lines"]}
    assert up.run("pages", "check").exit_code == 0
    assert up.run("pages", "remove", "lead-1", "--yes").exit_code == session.NOTHING


def test_a_person_takes_a_page_down(up: Place) -> None:
    assert up.run("pages", "remove", "lead-1", input="n\n").exit_code == 1
    assert up.run("pages", "remove", "lead-1", "--yes").exit_code == 0
    land(up, lambda: marks(up) == {mark("lead-2")})


def test_pages_are_made_anew_after_a_change_of_templates(up: Place) -> None:
    """Counted first, then done, under the same addresses."""
    own = up.folder / "templates"
    own.mkdir()
    (own / "childcare.html").write_text("<!doctype html><title>Anew</title>{{ business.name }}")
    up.environment["LEADWIRE_PAGES_TEMPLATES"] = str(own)
    (counted,) = up.json("pages", "publish", "--dry-run", "--json")
    assert counted == {"asked": 0, "matched": 2}
    assert up.run("pages", "publish", "lead-1").exit_code == 0
    (path,) = (up.folder / "pages" / "harbour").glob(f"*{mark('lead-1')}/index.html")
    land(up, lambda: "Anew" in path.read_text())
    assert marks(up) == {mark("lead-1"), mark("lead-2")}
    assert up.run("pages", "publish", "--failed").exit_code == session.NOTHING


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pages": "somewhere"}, "write folder:PATH or s3:BUCKET"),
        ({"pages": "folder:"}, "write folder:PATH or s3:BUCKET"),
        ({"pages": "folder:x", "pages_url": "pages"}, "write where the pages are served"),
    ],
)
def test_settings_that_are_wrong_are_named(changes: dict[str, Any], words: str) -> None:
    settings = Settings.model_validate({"pages_url": "https://pages.example", **changes})
    make = wiring.make_sites if "pages_url" in changes else wiring.make_place
    with pytest.raises(SettingsError, match=words):
        make(settings)


def test_landing_runs_where_pages_are_set_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SECRET", SECRET)
    given = {"secret": "env:TEST_SECRET", "pages_url": "https://pages.example"}
    assert "landing" not in wiring.build(Settings.model_validate(given)).agents
    given["pages"] = "folder:x"
    assert "landing" in wiring.build(Settings.model_validate(given)).agents


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(pages.serve, [str(tmp_path), "--port", port])
    assert done.exit_code == session.FAILED
    assert f"port {port} cannot be used" in done.output
    assert "--port" in done.output
