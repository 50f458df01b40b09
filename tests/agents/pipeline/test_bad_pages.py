"""What goes wrong with pages, seen through the pipeline: named with the lead's key and what to do;
what concerns one lead lets the rest go on, what concerns all of them ends the run (line g)."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from agents.cli import session
from tests.agents.pipeline.test_bad_input import written
from tests.agents.pipeline.test_listings import lines, run
from tests.agents.pipeline.test_same_numbers import CLIENT
from tests.services import s3

ROWS: list[dict[str, Any]] = [
    {"dedup_key": f"k{n}", "business_name": f"Bakery {n}", "category": "bakery",
     "address": f"{n} Quay Street", "city": "Galway"}
    for n in range(3)
]  # fmt: skip


def went(tmp_path: Path, *words: object, rows: list[dict[str, Any]] | None = None) -> Result:
    return run(written(tmp_path, *(rows or ROWS)), "--out", tmp_path / "out", *words)


def test_a_lead_without_a_name_has_no_page_and_the_rest_have_theirs(tmp_path: Path) -> None:
    """Its line says what is missing; so do the stats; it ends 0."""
    rows = [ROWS[0], {"dedup_key": "bare", "email": "x@bare.example"}, ROWS[2]]
    done = went(tmp_path, rows=rows)
    assert done.exit_code == 0, done.output
    pages = lines(tmp_path / "out" / "landing_pages.jsonl")
    assert [(one["key"], "url" in one) for one in pages] == [
        ("k0", True), ("bare", False), ("k2", True),
    ]  # fmt: skip
    assert "missing required key business_name; give business_name" in pages[1]["why"]
    stats = json.loads((tmp_path / "out" / "stats.json").read_bytes())["landing_stats"]
    assert [one["key"] for one in stats["failed"]] == ["bare"]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<p>{{ business.nmae }}</p>", "nmae"),
        ("<p>{% if %}</p>", "line"),
        (b"\xff\xfe<p>", "UTF-8"),
    ],
)
def test_a_template_that_cannot_be_used_ends_the_run_at_its_first_lead(
    template: str | bytes, words: str, tmp_path: Path
) -> None:
    """Unknown placeholder, broken syntax, no text: the file is named, and what is wrong in it."""
    folder = tmp_path / "templates"
    folder.mkdir()
    raw = template if isinstance(template, bytes) else template.encode()
    for name in ("restaurant", "cafe", "retail", "general"):
        (folder / f"{name}.html").write_bytes(raw)
    done = went(tmp_path, "--templates", folder)
    assert done.exit_code in (session.FAILED, session.CONFIGURATION), done.output
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "scored.jsonl").exists()


def test_a_templates_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Before the first lead."""
    done = went(tmp_path, "--templates", tmp_path / "nowhere")
    assert (done.exit_code, "nowhere" in done.stderr) == (session.CONFIGURATION, True)


def test_a_brand_folder_without_a_logo_is_said_and_used(tmp_path: Path) -> None:
    """Its name stands on the pages; a wrong colour is refused by file and key."""
    folder = tmp_path / "brand"
    folder.mkdir()
    done = went(tmp_path, "--brand", folder)
    assert (done.exit_code, "no file" in done.stderr) == (session.CONFIGURATION, True)
    (folder / "brand.toml").write_text('name = "Harbour Studio"\nprimary = "#104070"\n')
    done = went(tmp_path, "--brand", folder)
    assert (done.exit_code, "no logo; put logo.svg" in done.stderr) == (0, True)
    (first, *_) = lines(tmp_path / "out" / "landing_pages.jsonl")
    assert "Harbour Studio" in (tmp_path / "out" / "pages" / first["path"]).read_text("utf-8")
    (folder / "brand.toml").write_text('primary = "bleu"\n')
    done = went(tmp_path, "--brand", folder)
    assert (done.exit_code, "'bleu' is no colour" in done.stderr) == (session.CONFIGURATION, True)


def test_a_bucket_that_does_not_answer_names_the_lead(tmp_path: Path, monkeypatch: Any) -> None:
    """Nobody listens at its endpoint; the same command goes on once somebody does."""
    pytest.importorskip("httpx")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("LEADWIRE_PAGES_S3_ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("LEADWIRE_PAGES_S3_KEY", "key")
    monkeypatch.setenv("LEADWIRE_PAGES_S3_SECRET", "env:BUCKET_SECRET")
    monkeypatch.setenv("BUCKET_SECRET", "a secret of this test alone")
    done = went(tmp_path, "--pages", "s3:site")
    assert done.exit_code == session.FAILED
    assert "landing: lead 'k0' (row 1): " in done.stderr
    assert "then run the same command again" in done.stderr
    monkeypatch.delenv("LEADWIRE_PAGES_S3_ENDPOINT")
    assert went(tmp_path, "--fresh").exit_code == 0


def test_a_bucket_with_a_wrong_secret_or_name_ends_the_run_and_the_right_one_takes_every_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a real server: each time the first lead is named, and what to check."""
    server = s3.shared()
    monkeypatch.setenv("LEADWIRE_PAGES_S3_ENDPOINT", server.endpoint)
    monkeypatch.setenv("LEADWIRE_PAGES_S3_KEY", server.key)
    monkeypatch.setenv("LEADWIRE_PAGES_S3_SECRET", "env:BUCKET_SECRET")
    with server.bucket() as bucket:
        monkeypatch.setenv("BUCKET_SECRET", "another")
        done = went(tmp_path, "--pages", f"s3:{bucket}")
        assert done.exit_code == session.FAILED
        assert "landing: lead 'k0' (row 1): " in done.stderr
        assert "refused; check pages_s3_key and pages_s3_secret" in done.stderr
        monkeypatch.setenv("BUCKET_SECRET", server.secret)
        done = went(tmp_path, "--pages", "s3:leadwire-nowhere", "--fresh")
        assert done.exit_code == session.FAILED
        assert "no bucket leadwire-nowhere; make it, or mend the setting pages" in done.stderr
        done = went(tmp_path, "--pages", f"s3:{bucket}", "--fresh")
        assert done.exit_code == 0, done.output
        for one in lines(tmp_path / "out" / "landing_pages.jsonl"):
            status, _, body = server.ask("GET", bucket, one["path"])
            assert (status, b"Bakery" in body) == (200, True)


def test_a_place_that_is_none_is_named(tmp_path: Path) -> None:
    """What to write instead; a folder that is a file, with the lead."""
    done = went(tmp_path, "--pages", "ftp:there")
    assert (done.exit_code, "write folder:PATH or s3:" in done.stderr) == (3, True)
    (tmp_path / "file").write_text("x")
    done = went(tmp_path, "--pages", f"folder:{tmp_path / 'file'}")
    assert done.exit_code == session.FAILED
    assert "landing: lead 'k0' (row 1)" in done.stderr


@pytest.fixture
def little(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few pages' size, where this process may mount one."""
    at = tmp_path / "little"
    at.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(at)], capture_output=True
    ) if os.path.exists("/bin/mount") or os.path.exists("/usr/bin/mount") else None  # fmt: skip
    if mounted is None or mounted.returncode:
        pytest.skip("needs the right to mount a tmpfs, which this process has not")
    yield at
    subprocess.run(["umount", str(at)], check=True, capture_output=True)


def test_a_full_disk_under_the_pages_names_the_lead_and_the_run_goes_on(
    little: Path, tmp_path: Path
) -> None:
    """With room again, the same command ends with every page."""
    rows = [{**ROWS[0], "dedup_key": f"k{n}", "business_name": f"B {n}", "address": f"{n} Pier"}
            for n in range(40)]  # fmt: skip
    words = ("--pages", f"folder:{little / 'site'}")
    done = went(tmp_path, *words, rows=rows)
    assert done.exit_code == session.FAILED, done.output
    assert "landing: lead 'k" in done.stderr
    assert "free some" in done.stderr
    subprocess.run(["mount", "-o", "remount,size=64m", str(little)], check=True)
    again = went(tmp_path, *words, rows=rows)
    assert again.exit_code == 0, again.output
    pages = lines(tmp_path / "out" / "landing_pages.jsonl")
    assert all((little / "site" / one["path"]).is_file() for one in pages)
    assert len(pages) == 40
    assert not list((little / "site").rglob(".*.new"))


def test_a_named_clients_pages_lie_where_the_agent_puts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below its name, under its own brand."""
    declared = tmp_path / "leadwire.toml"
    declared.write_text(CLIENT)
    monkeypatch.setenv("LEADWIRE_CONFIG", str(declared))
    brand = tmp_path / "brands" / "harbour"
    brand.mkdir(parents=True)
    (brand / "brand.toml").write_text('name = "Harbour Studio"\n')
    words = ("--client", "harbour", "--brand", brand.parent, "--pages-url", "https://p.example")
    done = went(tmp_path, *words)
    assert done.exit_code == 0, done.output
    for one in lines(tmp_path / "out" / "landing_pages.jsonl"):
        assert one["url"] == f"https://p.example/{one['path'].removesuffix('index.html')}"
        assert one["path"].startswith("harbour/")
        assert "Harbour Studio" in (tmp_path / "out" / "pages" / one["path"]).read_text("utf-8")


def test_pages_of_leads_that_are_gone_go_and_those_that_stay_are_not_rewritten(
    tmp_path: Path,
) -> None:
    """In the run's own folder; a place that was named keeps what it has."""
    assert went(tmp_path).exit_code == 0
    pages = tmp_path / "out" / "pages"
    before = {p: p.stat().st_mtime_ns for p in pages.rglob("index.html")}
    assert len(before) == 3
    assert went(tmp_path, rows=ROWS[:2]).exit_code == 0
    after = {p: p.stat().st_mtime_ns for p in pages.rglob("index.html")}
    assert len(after) == 2
    assert {p: before[p] for p in after} == after
    assert "Bakery" not in (pages / "404.html").read_text("utf-8")
    assert (pages / "sitemap.xml").read_text("utf-8").count("<loc>") == 2
