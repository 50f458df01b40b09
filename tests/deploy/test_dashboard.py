"""The board asks for metrics that there are, by labels that they have, and never sums what every
process reads from the same store."""

import json
import re

import pytest

from tests.deploy.files import DEPLOY

ROW = re.compile(r"^\| `(leadwire_\w+)` \| (\w+)(, store)? \| ([\w, ]*)\|", flags=re.MULTILINE)
DOCUMENTED = {
    name: (kind, bool(store), set(re.findall(r"\w+", labels)))
    for name, kind, store, labels in ROW.findall(
        (DEPLOY / "observability.md").read_text(encoding="utf-8")
    )
}
"""Name → kind, whether it is read from the store, labels; other tests keep that page true."""
BOARD = json.loads((DEPLOY / "dashboards" / "leadwire.json").read_text(encoding="utf-8"))
ASKED = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]


def documented(name: str) -> tuple[str, bool, set[str]]:
    """The metric behind a series' name."""
    base = name.removesuffix("_bucket")
    assert base in DOCUMENTED, f"no metric {name}"
    kind = DOCUMENTED[base][0]
    assert name.endswith("_bucket") == (kind == "histogram"), name
    return DOCUMENTED[base]


@pytest.mark.parametrize("expression", ASKED)
def test_each_expression_asks_for_what_there_is(expression: str) -> None:
    """Names, labels in `by (…)`, and how several processes are put together."""
    (name,) = set(re.findall(r"leadwire_\w+", expression))
    kind, of_store, labels = documented(name)
    for listed in re.findall(r"by \(([^)]*)\)", expression):
        assert set(re.findall(r"\w+", listed)) <= labels | {"le"}, expression
    if kind in {"counter", "histogram"}:
        assert re.search(r"(increase|rate)\(", expression), "a counter is read by its growth"
        assert "sum" in expression
    if of_store and "store_up" not in name:
        assert re.search(rf"max( by \([^)]*\) )?\({name}\)", expression), expression


def test_the_board_is_whole() -> None:
    """What an operator looks for first is on it, and no two panels lie over each other."""
    asked = " ".join(ASKED)
    for name in ("consumer_lag", "dead_letters_open", "unknown_sends", "paused", "quota_remaining"):
        assert f"leadwire_{name}" in asked
    cells = [
        (x, y)
        for p in BOARD["panels"]
        for x in range(p["gridPos"]["x"], p["gridPos"]["x"] + p["gridPos"]["w"])
        for y in range(p["gridPos"]["y"], p["gridPos"]["y"] + p["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
