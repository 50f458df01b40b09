"""Deterministic ids are UUIDs of version 5, whatever they are made of."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import named

NAMESPACE = UUID("6f1c3a52-52a4-5d0c-9a53-6c65616477ff")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(TEXT | st.integers(), min_size=1, max_size=5))
def test_a_name_is_the_uuid5_of_its_parts(parts: list[object]) -> None:
    """As Python's own `uuid5` makes it."""
    assert named(*parts) == str(uuid5(NAMESPACE, "\x1f".join(map(str, parts))))
