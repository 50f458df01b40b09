"""A batch whose rows all stand at one version is still found row by row, by key."""

from statestore.postgres.statements import columns, packed

SHAPE = columns("key text, data text, old bigint")


def test_an_old_version_travels_for_each_row() -> None:
    """Given rows at one version, then it is no condition on the table alone: the planner would take
    that for rare, and read the whole table to find out."""
    rows, given = packed(SHAPE, [("a", "x", 3), ("b", "y", 3)])
    assert given == [["a", "b"], ["x", "y"], [3, 3]]
    assert "a.old" in rows


def test_versions_that_count_up_travel_for_each_row_too() -> None:
    """Given versions one after another, then they are not made into a count either."""
    _, given = packed(SHAPE, [("a", "x", 3), ("b", "x", 4)])
    assert given == [["a", "b"], "x", [3, 4]]


def test_one_row_needs_no_array() -> None:
    """Given one row, then its key finds it, whatever is known of versions."""
    rows, given = packed(SHAPE, [("a", "x", 3)])
    assert given == ["a", "x", 3]
    assert "unnest" not in rows
