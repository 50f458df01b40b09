"""Places: names and streets decide, neighbours stay apart, every join shows its evidence."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.identity import listings, places
from agents.identity.listings import Listing
from tests.agents.identity import grown
from tests.agents.identity.samples import table


def partition(found: Sequence[Listing]) -> set[frozenset[int]]:
    return {frozenset(group) for group in places.groups(places.cluster(found)).values()}


def joined(one: Listing, other: Listing) -> bool:
    return len(partition([one, other])) == 1


def test_the_same_place_written_twice_is_one_and_says_why() -> None:
    """Name, street and telephone agree; the evidence names each."""
    one = Listing(name="Erie House", address="1701 W. Superior", phone_written="5635800")
    other = Listing(
        name="Erie Neighborhood House", address="1701 West Superior St", phone_written="563-5800"
    )
    first, second = places.cluster([one, other])
    assert first == places.Join(0)
    assert (second.cluster, second.partner) == (0, 0)
    assert second.evidence[:2] == ("same address", "same telephone")
    assert second.evidence[-1].startswith("names ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # House number and postcode alone: neighbours round the corner.
        (
            Listing(name="Malcolm X College", address="1900 W Van Buren St", postcode="60612"),
            Listing(name="Hektoen Institute", address="1900 W Polk Street", postcode="60612"),
        ),
        # Two firms in one building.
        (
            Listing(name="Blue Door Dental", address="12 High Street", postcode="L9 4SR"),
            Listing(name="Harlow & Finch Solicitors", address="12 High Street", postcode="L9 4SR"),
        ),
        # The same street name in two towns.
        (
            Listing(name="Subway", address="12 High Street", city="Leeds", postcode="LS1 4AB"),
            Listing(name="Subway", address="12 High Street", city="Bath", postcode="BA1 5AB"),
        ),
        # One owner's numbered sites next to each other.
        (
            Listing(name="Teddy Bear 2", address="3800 W. 84th Street"),
            Listing(name="Teddy Bear 3", address="3804 W. 84th Street"),
        ),
        # North and south ends of one street.
        (
            Listing(name="Corner Cafe", address="200 N Main St", phone_written="5551000"),
            Listing(name="Corner Cafe", address="200 S Main St", phone_written="5552000"),
        ),
        # A head office's telephone at two branches.
        (
            Listing(name="City Library", address="10 Oak Road", phone_written="5551000"),
            Listing(name="City Library", address="499 Elm Road", phone_written="5551000"),
        ),
        # The same, and neither states its number.
        (
            Listing(name="Erie House, Rubio site", address="W Newport St", phone_written="4322213"),
            Listing(name="Erie House, Cruz site", address="N Springfield", phone_written="4322213"),
        ),
        # Far apart on the map.
        (
            Listing(name="Lotus", latitude=52.52, longitude=13.40),
            Listing(name="Lotus", latitude=48.14, longitude=11.58),
        ),
        # A social network is nobody's own site.
        (
            Listing(name="Lotus", website="https://facebook.com/lotus"),
            Listing(name="Lotus Garden", website="facebook.com/lotusgarden"),
        ),
    ],
)
def test_neighbours_branches_and_namesakes_stay_apart(one: Listing, other: Listing) -> None:
    assert not joined(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # The street misspelt.
        (
            Listing(name="Christopher House Uptown", address="4701 N. Winthorp"),
            Listing(name="Christopher House", address="4701 N Winthrop Ave"),
        ),
        # A wrong number, the telephone the same.
        (
            Listing(name="New Pisgah Day Care", address="8128 S. Racine", phone_written="8735392"),
            Listing(name="New Pisgah", address="8130 S Racine Ave", phone_written="8735392"),
        ),
        # A wrong street, number and telephone the same.
        (
            Listing(name="Mayo", address="249 E. 37th", phone_written="5351260"),
            Listing(name="Mayo School", address="249 E 39th St", phone_written="5351260"),
        ),
        # No street in one of them.
        (
            Listing(name="Silverfjord Hotel", address="Ruthven Road", postcode="PH21 1ES"),
            Listing(name="SILVERFJORD HOTEL", postcode="PH21 1ES"),
        ),
        # A span of numbers.
        (
            Listing(name="Mosaic Academy", address="5332 W. Addison"),
            Listing(name="Mosaic", address="5332-34 W Addison Ave"),
        ),
        # Ten metres on the map, no address.
        (
            Listing(name="Жужу Бургер", latitude=42.00290, longitude=21.40070),
            Listing(name="Жужу Бургер", latitude=42.00295, longitude=21.40075),
        ),
        # The same website, written twice.
        (
            Listing(name="Lotus Garden", website="https://www.lotus.example/menu"),
            Listing(name="Lotus Garden Restaurant", website="lotus.example"),
        ),
        # Area code left out.
        (
            Listing(name="Gads Hill", address="2653 W Ogden", phone="+13125211196"),
            Listing(name="Gads Hill Center", phone_written="521-1196"),
        ),
    ],
)
def test_one_place_is_found_through_slips_and_gaps(one: Listing, other: Listing) -> None:
    assert joined(one, other)


def test_branches_of_a_chain_in_one_street_stay_apart() -> None:
    """Where a name stands at many addresses, next door is another branch."""
    chain = [Listing(name="Costa Coffee", address=f"{n} High Street") for n in (2, 8, 14, 60, 90)]
    assert len(partition(chain)) == 5


def test_evidence_leads_from_every_listing_to_the_first_of_its_place() -> None:
    """Whoever asks why two rows are one can follow the partners."""
    base = grown.of_restaurants(table("places/uk_restaurants.csv"))[:120]
    read = [listings.normalise(row, country="GB") for row, _ in grown.perturbed(base, 5)]
    joins = places.cluster(read)
    for index, join in enumerate(joins):
        assert join.cluster <= index
        assert (join.partner is None) == (join.cluster == index)
        assert bool(join.evidence) == (join.partner is not None)
        if join.partner is not None:
            assert joins[join.partner].cluster == join.cluster


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 1000))
def test_the_order_of_the_file_changes_no_cluster(random: object, seed: int) -> None:
    """The same listings in any order fall into the same places."""
    base = grown.of_restaurants(table("places/uk_restaurants.csv"))[:40]
    read = [listings.normalise(row, country="GB") for row, _ in grown.perturbed(base, seed)]
    order = list(range(len(read)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = partition([read[at] for at in order])
    assert {frozenset(order[at] for at in group) for group in shuffled} == partition(read)


def test_nothing_gives_nothing_and_blanks_join_nobody() -> None:
    assert places.cluster([]) == []
    assert len(partition([Listing(), Listing(), Listing(name="  ")])) == 3


def test_a_full_block_is_divided_not_skipped() -> None:
    """A thousand firms at one address: the two that are one are still found."""
    crowd = [
        Listing(name=f"Firm{chr(97 + n % 26)}{n * 7919:x} Holdings", address="1 Tower Road")
        for n in range(1000)
    ]
    twin = Listing(name=crowd[500].name.upper(), address="1 Tower Rd")
    joins = places.cluster([*crowd, twin])
    assert joins[-1].cluster == 500
