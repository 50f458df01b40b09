"""Names resemble each other by what is rare in them, through slips and shortenings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.identity import resemblance

FILE = [
    "Christopher House Uptown", "Chicago Commons Guadalupano Family Center", "Edgewater Child Care",
    "New Pisgah Day Care Center", "Trinity Child Care Center", "Viva Family Center",
    "Bright Child Care Center", "North Avenue Day Nursery", "De Priest School",
]  # fmt: skip
NAMES = [resemblance.read(name) for name in FILE]
WEIGHTS = resemblance.Weights(NAMES)


def alike(one: str, other: str) -> float:
    return resemblance.compare(resemblance.read(one), resemblance.read(other), WEIGHTS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Christopher House Uptown", "CHRISTOPHER HSE. - UPTOWN, Inc."),
        ("Guadalupano Family Centre", "Guadalupano Family Ctr"),
        ("De Priest", "DePriest"),
        ("Christopher House", "Chirstopher House"),
        ("The Crypt", "Crypt Ltd"),
    ],
)
def test_writings_of_one_name_are_alike(one: str, other: str) -> None:
    assert alike(one, other) >= 0.85


def test_common_words_say_little() -> None:
    """Sharing "Child Care Center" is less than sharing "Guadalupano"."""
    common = alike("Trinity Child Care Center", "Bright Child Care Center")
    rare = alike("Guadalupano House", "Chicago Commons Guadalupano")
    crowd = [*NAMES, *(resemblance.read(f"N{at} Child Care Center") for at in range(500))]
    one, other = (resemblance.read(f"{name} Child Care Center") for name in ("Trinity", "Bright"))
    assert resemblance.compare(one, other, resemblance.Weights(crowd)) < 0.4 < common < 0.75
    assert rare > 0.4


def test_numbers_are_kept_apart() -> None:
    assert resemblance.read("Teddy Bear III").numbers == {"3"}
    assert resemblance.read("Teddy Bear 3").words == resemblance.read("Teddy Bear").words


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [("winthrop", "winthorp", True), ("cermack", "cermak", True), ("north", "noth", True),
     ("may", "mayo", True), ("winthrop", "winthrop", True), ("abcd", "abdce", False),
     ("lamon", "lemons", False), ("", "a", True), ("", "ab", False)],
)  # fmt: skip
def test_one_slip_of_the_keys_is_told(one: str, other: str, slip: bool) -> None:
    assert resemblance.slipped(one, other) is slip
    assert resemblance.slipped(other, one) is slip


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_a_share_and_does_not_hang_on_the_order(one: str, other: str) -> None:
    assert 0.0 <= alike(one, other) <= 1.0
    assert alike(one, other) == alike(other, one)
