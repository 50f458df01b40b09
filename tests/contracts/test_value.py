"""What a value of the hot path promises: as a frozen dataclass, whatever makes it."""

import copy
import inspect
import pickle
from collections.abc import Mapping

import pytest
from msgspec import field

from contracts.value import Value


class Place(Value, frozen=True):
    """Positional, with a default."""

    street: str
    number: int = 1


class Order(Value, frozen=True, kw_only=True):
    """By keyword, with a default that is made anew and a check."""

    place: Place
    lines: Mapping[str, int] = field(default_factory=dict)
    note: str | None = None

    def __post_init__(self) -> None:
        if self.note == "":
            raise ValueError("say something or nothing")


def test_it_takes_positions_keywords_and_defaults() -> None:
    """A made default is not shared."""
    assert (Place("Long Street").number, Place("Long Street", number=3).number) == (1, 3)
    first, second = Order(place=Place("a")), Order(place=Place("a"))
    assert first == second
    assert first.lines is not second.lines
    assert Order(place=Place("a"), lines={"x": 1}).lines == {"x": 1}


def test_it_refuses_wrong_arguments() -> None:
    """Missing and unknown arguments, positions where keywords are asked for, failed checks."""
    for wrong in ((), ("a", 1, 2)):
        with pytest.raises(TypeError):
            Place(*wrong)
    with pytest.raises(TypeError):
        Order(Place("a"))  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Order(place=Place("a"), colour="red")  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="say something"):
        Order(place=Place("a"), note="")


def test_it_is_a_frozen_value() -> None:
    """It compares, hashes, prints, copies, pickles and is replaced, and never changes; a changed
    copy is checked as the first was."""
    order = Order(place=Place("a"), note="n")
    assert hash(Place("a")) == hash(Place("a"))
    assert repr(Place("a")) == "Place(street='a', number=1)"
    assert order.with_(note="m") == Order(place=Place("a"), note="m")
    assert pickle.loads(pickle.dumps(order)) == copy.deepcopy(order) == order
    with pytest.raises(AttributeError, match="immutable"):
        order.note = "other"  # type: ignore[misc]
    with pytest.raises(ValueError, match="say something"):
        order.with_(note="")


def test_its_signature_names_fields_and_types() -> None:
    """For editors and for whoever asks."""
    assert list(inspect.signature(Place).parameters) == ["street", "number"]
    assert Order.__annotations__["place"] is Place
