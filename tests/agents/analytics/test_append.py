"""Exported lines stay whole, whatever a crash left behind."""

from pathlib import Path

import pytest

from agents.analytics.agent import append


@pytest.mark.parametrize("before", [b"", b'{"a":1}\n'])
def test_lines_are_appended(tmp_path: Path, before: bytes) -> None:
    """What was there stays, what is new follows."""
    file = tmp_path / "topic" / "day.jsonl"
    append(file, before)
    append(file, b'{"b":2}\n')
    assert file.read_bytes() == before + b'{"b":2}\n'


@pytest.mark.parametrize("before", [b"", b'{"a":1}\n'])
def test_half_a_line_that_a_crash_left_is_cut_off(tmp_path: Path, before: bytes) -> None:
    """Its event comes again; glued to the next line it would spoil both."""
    file = tmp_path / "day.jsonl"
    file.write_bytes(before + b'{"torn":')
    append(file, b'{"b":2}\n')
    assert file.read_bytes() == before + b'{"b":2}\n'
