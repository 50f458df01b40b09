"""A run that is killed goes on where it was: no line lost, none doubled, the same bytes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

from agents.pipeline.workplace import INNER

ROWS = 3000
NAMES = ("routed.jsonl", "enriched.jsonl", "scored.jsonl", "rejected.jsonl", "stats.json")
PATIENCE = 120
"""Seconds until a run that does not get on is called stuck; nothing is measured."""


@pytest.fixture(scope="module")
def leads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with what makes a run remember: repeated leads, and refused ones."""
    path = tmp_path_factory.mktemp("input") / "leads.jsonl"
    with path.open("wb") as file:
        for number in range(ROWS):
            who = number if number % 7 else number // 14
            row = {"dedup_key": f"k{who}", "business_name": f"Bakery {who}", "category": "bakery"}
            row |= {"address": f"{who} Main St", "city": "Galway"} if number % 11 else {}
            file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    return path


def few(leads: Path, count: int) -> Path:
    """The first rows of the file, as one of its own."""
    path = leads.with_name(f"{count}.jsonl")
    path.write_bytes(b"".join(leads.read_bytes().splitlines(keepends=True)[:count]))
    return path


def started(leads: Path, out: Path, *more: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", "from agents.cli import main; main()", "pipeline", str(leads)]
    return subprocess.Popen(
        [*command, "--out", str(out), *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def run(leads: Path, out: Path, *more: str) -> tuple[int, str]:
    process = started(leads, out, *more)
    _, talk = process.communicate(timeout=PATIENCE)
    return process.returncode, talk.decode()


def grown(out: Path) -> int:
    path = out / INNER / "scored.jsonl"
    return path.stat().st_size if path.exists() else 0


def killed_after(process: "subprocess.Popen[bytes]", out: Path, size: int) -> None:
    """Kills a run without warning once it has written so much."""
    deadline = time.monotonic() + PATIENCE
    while grown(out) < size and process.poll() is None:
        assert time.monotonic() < deadline, "the run does not get on"
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.slow
def test_a_killed_run_ends_with_the_same_bytes_as_one_that_was_left_alone(
    leads: Path, tmp_path: Path
) -> None:
    """Killed three times in different places; each next run goes on by itself."""
    without = ("--skip", "landing")
    assert run(leads, tmp_path / "whole", *without)[0] == 0
    out = tmp_path / "killed"
    before = 0
    for _ in range(3):
        process = started(leads, out, *without)
        killed_after(process, out, before + 400_000)
        assert process.returncode == -signal.SIGKILL
        assert not (out / "scored.jsonl").exists()
        before = grown(out)
    code, talk = run(leads, out, "--resume", *without)
    assert code == 0, talk
    for name in NAMES:
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
    rows = [json.loads(line)["routing"]["row"] for line in (out / "scored.jsonl").open()]
    assert rows == list(range(1, ROWS + 1))
    assert not (out / INNER).exists()


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.slow
def test_a_run_that_is_killed_among_its_pages_ends_with_the_same_pages(
    leads: Path, tmp_path: Path
) -> None:
    """Pages, what stands around them, and their stats; none of them half."""
    path = few(leads, 600)
    assert run(path, tmp_path / "whole")[0] == 0
    out = tmp_path / "killed"
    killed_after(started(path, out), out, 1000)
    assert run(path, out, "--resume")[0] == 0
    for name in (*NAMES, "landing_pages.jsonl"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
    assert tree(out / "pages") == tree(tmp_path / "whole" / "pages")


@pytest.mark.slow
def test_an_unfinished_run_of_something_else_is_not_spoiled(leads: Path, tmp_path: Path) -> None:
    """Another file or other options are named; --fresh decides; the complete outputs stay."""
    out = tmp_path / "out"
    assert run(leads, out, "--limit", "5")[0] == 0
    complete = (out / "scored.jsonl").read_bytes()
    killed_after(started(leads, out, "--skip", "landing"), out, 300_000)
    code, talk = run(leads, out, "--limit", "7")
    assert (code, "unfinished run with another --" in talk) == (1, True)
    assert (out / "scored.jsonl").read_bytes() == complete
    assert run(leads, out, "--limit", "7", "--fresh")[0] == 0
    assert len((out / "scored.jsonl").read_bytes().splitlines()) == 7
    code, talk = run(leads, out, "--resume")
    assert (code, "nothing to resume" in talk) == (1, True)
