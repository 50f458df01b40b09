"""A quick value class is the dataclass that it was, but for the time that making one takes."""

import copy
import inspect
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from contracts.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class Place:
    """Positional, with a default."""

    street: str
    number: int = 1


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """By keyword, with a default that is made anew and a check."""

    place: Place
    lines: Mapping[str, int] = field(default_factory=dict)
    note: str | None = None

    def __post_init__(self) -> None:
        if self.note == "":
            raise ValueError("say something or nothing")


def test_it_takes_what_the_dataclass_took() -> None:
    """Positions, keywords, defaults; a made default is not shared."""
    assert (Place("Long Street").number, Place("Long Street", number=3).number) == (1, 3)
    first, second = Order(place=Place("a")), Order(place=Place("a"))
    assert first == second
    assert first.lines is not second.lines
    assert Order(place=Place("a"), lines={"x": 1}).lines == {"x": 1}


def test_it_refuses_what_the_dataclass_refused() -> None:
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


def test_it_stays_a_frozen_value() -> None:
    """It compares, hashes, prints, copies, pickles and is replaced as before, and never changes."""
    order = Order(place=Place("a"), note="n")
    assert hash(Place("a")) == hash(Place("a"))
    assert repr(Place("a")) == "Place(street='a', number=1)"
    assert replace(order, note="m") == Order(place=Place("a"), note="m")
    assert pickle.loads(pickle.dumps(order)) == copy.deepcopy(order) == order
    with pytest.raises(FrozenInstanceError):
        order.note = "other"  # type: ignore[misc]


def test_its_signature_names_fields_and_types() -> None:
    """For editors and for whoever asks."""
    assert list(inspect.signature(Place).parameters) == ["street", "number"]
    assert Order.__init__.__annotations__["place"] is Place


def test_a_class_without_slots_is_refused() -> None:
    """Its fields have no setters of their own."""

    @dataclass(frozen=True)
    class Loose:
        name: str

    with pytest.raises(TypeError, match=r"Loose\.name is no slot"):
        quick(Loose)
