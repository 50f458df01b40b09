"""What the bench sends through the pipeline is leads, and they go all the way."""

import json
from pathlib import Path

from tests.bench import pipeline


def test_no_row_is_refused(tmp_path: Path) -> None:
    """Refused rows would be quick, and mean nothing."""
    pipeline.write(tmp_path / "leads.csv", 60)
    pipeline.measure(tmp_path / "leads.csv", tmp_path / "out")
    stats = json.loads((tmp_path / "out" / "stats.json").read_text())
    assert (stats["refused"], stats["unreadable"]) == (0, 0)
    assert (stats["routed"], stats["scored"]) == (60, 60)
    assert stats["pages"] == 60 - stats["same_as"] > 30
