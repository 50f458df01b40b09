"""Bad input is named with the lead's key and what to do; the rest goes on, or stops where it must
(issue's line g)."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.cli import session
from tests.agents.pipeline.test_listings import lines, run

GOOD = {"dedup_key": "k1", "business_name": "Harbour Bakery", "email": "a@b.example"}


def written(tmp_path: Path, *rows: Any) -> Path:
    path = tmp_path / "leads.jsonl"
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows))
    return path


@pytest.mark.parametrize(
    ("row", "code", "pointer", "words"),
    [
        ({"dedup_key": "k9", "business_name": "X"}, "invalid", "", "nobody is reachable"),
        ({"dedup_key": "k9", "email": ["x"]}, "invalid", "/email", "string"),
        ({"dedup_key": "k9", "email": "not an address"}, "unreachable", "/email", "no at sign"),
        ({"dedup_key": "k9", "phone": "12"}, "unreachable", "/phone", "too few digits; give its"),
        ({**GOOD, "dedup_key": "k9", "geo": "Galway"}, "invalid", "/geo", "latitude"),
        ({**GOOD, "dedup_key": "k9", "geo": {"latitude": 1}}, "invalid", "/geo/longitude",
         "missing"),
        ({**GOOD, "dedup_key": "k9", "account_contacts": [{"email": 7.5}, 3]}, "invalid",
         "/account_contacts/1", "wants an object"),
        ({**GOOD, "business_name": "Pier Tools", "email": "p@q.example"}, "key_twice",
         "/dedup_key", "'k1' stands in row 1 too, which is another business; give each a key"),
        ({**GOOD, "dedup_key": "k9", "leadwire": 3}, "reserved", "/leadwire", "rename this key"),
    ],
)  # fmt: skip
def test_a_bad_lead_is_refused_by_key_place_and_remedy(
    row: dict[str, Any], code: str, pointer: str, words: str, tmp_path: Path
) -> None:
    """On stderr, in rejected.jsonl, and in every output; the others go on; it ends 0."""
    last = {**GOOD, "dedup_key": "k3", "business_name": "Last", "email": "l@b.example"}
    done = run(written(tmp_path, GOOD, row, last), "--out", tmp_path / "out")
    assert done.exit_code == 0
    (rejected,) = lines(tmp_path / "out" / "rejected.jsonl")
    assert (rejected["row"], rejected["code"], rejected["pointer"]) == (2, code, pointer)
    assert (rejected["data"], rejected["key"]) == (row, row["dedup_key"])
    assert words in rejected["message"]
    assert f"row 2 {row['dedup_key']}: {code}" in done.stderr
    scored = lines(tmp_path / "out" / "scored.jsonl")
    assert [("quality" in one, "refused" in one["routing"]) for one in scored] == [
        (True, False), (False, True), (True, False),
    ]  # fmt: skip


def test_a_file_of_which_no_row_is_taken_is_no_success(tmp_path: Path) -> None:
    """Everything is written all the same; it ends 1 and says where to look."""
    row = {"dedup_key": "k9", "phone": "12"}
    done = run(written(tmp_path, row, {**row, "dedup_key": "k8"}), "--out", tmp_path / "out")
    assert done.exit_code == session.FAILED
    assert "no row was taken; does --map name" in done.stderr
    assert len(lines(tmp_path / "out" / "rejected.jsonl")) == 2


def test_with_strict_the_first_bad_lead_ends_the_run(tmp_path: Path) -> None:
    """1, named, and nothing in place."""
    path = written(tmp_path, GOOD, {"dedup_key": "k9", "email": ["x"]})
    done = run(path, "--out", tmp_path / "out", "--strict")
    assert done.exit_code == session.FAILED
    assert "row 2: invalid at /email" in done.stderr
    assert not (tmp_path / "out" / "routed.jsonl").exists()


def test_a_row_that_cannot_be_read_is_listed_as_it_stood(tmp_path: Path) -> None:
    """It is no lead, so it is in no output but rejected.jsonl."""
    done = run(written(tmp_path, GOOD, '{"a":', GOOD), "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0
    stats = json.loads(done.stdout)
    assert (stats["rows"], stats["unreadable"], stats["leads"], stats["same_as"]) == (3, 1, 2, 1)
    (rejected,) = lines(tmp_path / "out" / "rejected.jsonl")
    assert (rejected["row"], rejected["line"], rejected["raw"]) == (2, 2, '{"a":')
    again = lines(tmp_path / "out" / "scored.jsonl")[1]
    assert again["routing"]["same_as"] == {"row": 1, "by": ["id", "email"]}


def test_files_that_are_none_are_named(tmp_path: Path) -> None:
    """Empty: 6. A spreadsheet, an array, a wrong mapping: 1, and what to do instead."""
    for text, code, words in (
        (b"", session.FAILED, "is empty"),
        (b"email\n", session.NOTHING, "no leads in it"),
        (b"PK\x03\x04", session.FAILED, "save it as CSV"),
        (b'[{"a":1}]', session.FAILED, "write one object a line"),
        (b"Foo\nx\n", session.FAILED, "no column says how to reach anybody"),
    ):
        path = tmp_path / "leads"
        path.write_bytes(text)
        done = run(path, "--out", tmp_path / "out")
        assert (done.exit_code, words in done.stderr) == (code, True), (text, done.stderr)


def test_a_full_disk_names_the_lead_and_the_run_goes_on_from_there(tmp_path: Path) -> None:
    """A file-size limit of the process stands for the disk; without it the same command ends."""
    rows = [{**GOOD, "dedup_key": f"k{n}", "email": f"a{n}@b.example", "note": "x" * 900}
            for n in range(900)]  # fmt: skip
    path, out = written(tmp_path, *rows), tmp_path / "out"
    command = [sys.executable, "-c", "from agents.cli import main; main()", "pipeline", str(path),
               "--out", str(out), "--skip", "landing"]  # fmt: skip

    def limited() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=limited)
    assert done.returncode == session.FAILED, done.stderr
    assert "no space left to write" in done.stderr
    assert "at lead 'k" in done.stderr
    assert "run the same command again" in done.stderr
    assert "Traceback" not in done.stderr
    assert subprocess.run(command, capture_output=True, env=os.environ).returncode == 0
    keys = [one["dedup_key"] for one in lines(out / "scored.jsonl")]
    assert keys == [row["dedup_key"] for row in rows]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands where the folder would; no traceback, and what to do."""
    (tmp_path / "file").touch()
    done = run(written(tmp_path, GOOD), "--out", tmp_path / "file" / "out")
    assert done.exit_code == session.FAILED
    assert "cannot be written to (Not a directory): name another folder with --out" in done.stderr


def test_two_runs_do_not_write_one_folder(tmp_path: Path) -> None:
    """The second is told to wait."""
    from agents.pipeline.workplace import Workplace

    busy = Workplace(tmp_path / "out")
    busy.open({}, resume=None)
    done = run(written(tmp_path, GOOD), "--out", tmp_path / "out")
    busy.close()
    assert (done.exit_code, "another run is at work" in done.stderr) == (1, True)
