"""Turns listings into clusters of the same place, with the evidence for every join.

Called by the file import (likely duplicates are listed for a person) and `leadwire inspect leads`.
Two listings are one place when their address agrees and their name or telephone does not speak
against it; house number and postcode alone join nobody, since neighbours share them. Missing
fields are no evidence either way; contradicting ones are.

A million listings are compared in blocks: those that share a house number and street, a telephone,
a rare word of the name in one street or postcode, a website. A block too full to be compared pair
by pair is divided by what else its members share. Each pass keeps only its own index, so memory
stays with the listings. Pairs already joined are not compared again.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from agents.identity import resemblance, streets
from agents.identity.listings import Listing
from agents.identity.words import fold, words

FULL = 48  # members of a block that are all compared with each other
CHAIN = 3  # addresses from which on a name belongs to a chain
NEAR = 10  # house numbers apart that may still be one place
METRES = 75.0  # between coordinates of one place
FAR = 1000.0  # metres between coordinates that exclude one place
LOOSE = frozenset(["near on the street", "silent", "other street"])
# Hosts of many businesses: an address there says nothing of who they are.
SHARED_HOSTS = words(
    """facebook.com instagram.com twitter.com x.com linkedin.com youtube.com tripadvisor.com
    yelp.com google.com goo.gl business.site wordpress.com blogspot.com wixsite.com weebly.com
    squarespace.com sites.google.com linktr.ee t.me wa.me opentable.com deliveroo.co.uk
    just-eat.co.uk ubereats.com"""
)


@dataclass(frozen=True, slots=True)
class Join:
    """What became of one listing. `cluster` is the index of the first listing of its place;
    `partner` the listing that it was joined by and `evidence` why, empty for the first."""

    cluster: int
    partner: int | None = None
    evidence: tuple[str, ...] = ()


@dataclass(slots=True)
class _Place:
    """A listing as it is compared."""

    name: resemblance.Name
    street: streets.Street
    postcode: str
    city: str
    phone: str
    site: str
    email: str
    latitude: float | None
    longitude: float | None


def cluster(listings: Sequence[Listing]) -> list[Join]:
    """One Join a listing, in input order; equal input gives equal clusters."""
    places = [_place(listing) for listing in listings]
    file = _File(places)
    roots = _Roots(len(places))
    for key in PASSES:
        for block in _blocks(file, key):
            _compare(block, file, roots)
    return roots.joins()


def groups(joins: Sequence[Join]) -> dict[int, list[int]]:
    """Cluster → indexes of its listings."""
    found: dict[int, list[int]] = defaultdict(list)
    for index, join in enumerate(joins):
        found[join.cluster].append(index)
    return dict(found)


class _File:
    """All listings, how telling each word of their names is, and which names are chains'."""

    def __init__(self, places: Sequence[_Place]) -> None:
        self.places = places
        self.weights = resemblance.Weights(place.name for place in places)
        self.chains = self._chains()
        self.repeated = self._repeated()

    def _chains(self) -> frozenset[str]:
        addresses: dict[str, set[tuple[object, ...]]] = defaultdict(set)
        for place in self.places:
            if place.street.core and len(addresses[place.name.joined]) < CHAIN:
                addresses[place.name.joined].add((place.street.low, place.street.core))
        return frozenset(name for name, found in addresses.items() if len(found) >= CHAIN)

    def _repeated(self) -> frozenset[int]:
        """Addresses that the file knows in several areas ("12 High Street"): there a listing
        without town and postcode may mean any of them."""
        areas: dict[int, str] = {}
        found = set()
        for place in self.places:
            area = place.postcode[:3] or place.city
            if place.street.low and area:
                key = _address_key(place)
                if areas.setdefault(key, area) != area:
                    found.add(key)
        return frozenset(found)


def _address_key(place: _Place) -> int:
    return hash((place.street.low, place.street.core))


class _Roots:
    """Joined sets, each known by its first listing, and the evidence of every join."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))
        self.links: list[tuple[int, int, tuple[str, ...]]] = []

    def of(self, index: int) -> int:
        while self.parent[index] != index:
            self.parent[index] = self.parent[self.parent[index]]
            index = self.parent[index]
        return index

    def join(self, first: int, second: int, evidence: tuple[str, ...]) -> None:
        low, high = sorted((self.of(first), self.of(second)))
        self.parent[high] = low
        self.links.append((first, second, evidence))

    def joins(self) -> list[Join]:
        """The links, which form a tree in each set, turned towards its first listing."""
        near: dict[int, list[int]] = defaultdict(list)
        for at, (first, second, _) in enumerate(self.links):
            near[first].append(at)
            near[second].append(at)
        found = [Join(self.of(index)) for index in range(len(self.parent))]
        for index, join in enumerate(found):
            if join.cluster == index:
                self._spread(index, near, found)
        return found

    def _spread(self, root: int, near: dict[int, list[int]], found: list[Join]) -> None:
        reached = [root]
        for index in reached:
            for at in near.get(index, ()):
                first, second, evidence = self.links[at]
                other = second if first == index else first
                if other != root and found[other].partner is None:
                    found[other] = Join(root, index, evidence)
                    reached.append(other)


def _place(listing: Listing) -> _Place:
    digits = "".join(char for char in listing.phone or listing.phone_written if char.isdigit())
    return _Place(
        name=resemblance.read(listing.name),
        street=streets.read(listing.address),
        postcode=listing.postcode.replace(" ", ""),
        city=fold(listing.city),
        phone=digits[-10:] if len(digits) >= 6 else "",
        site=_host(listing.website),
        email=listing.email or "",
        latitude=listing.latitude,
        longitude=listing.longitude,
    )


def _host(website: str) -> str:
    host = website.lower().partition("://")[2] or website.lower()
    host = host.split("/")[0].removeprefix("www.")
    return "" if host in SHARED_HOSTS or "." not in host else host


Key = Callable[[_Place, resemblance.Weights], Iterator[tuple[object, ...]]]


def _by_address(place: _Place, weights: resemblance.Weights) -> Iterator[tuple[object, ...]]:
    if place.street.low and place.street.core:
        for number in {place.street.low, place.street.high}:
            yield (number, "".join(place.street.core))


def _by_phone(place: _Place, weights: resemblance.Weights) -> Iterator[tuple[object, ...]]:
    if place.phone:
        yield (place.phone[-7:],)


def _by_street(place: _Place, weights: resemblance.Weights) -> Iterator[tuple[object, ...]]:
    if place.street.core:
        for word in weights.rarest(place.name, 2):
            yield ("".join(place.street.core), word)


def _by_number(place: _Place, weights: resemblance.Weights) -> Iterator[tuple[object, ...]]:
    if place.street.low:
        for word in weights.rarest(place.name, 2):
            yield (place.street.low, word)


def _by_postcode(place: _Place, weights: resemblance.Weights) -> Iterator[tuple[object, ...]]:
    if place.postcode:
        for word in weights.rarest(place.name, 2):
            yield (place.postcode, word)
        if place.street.low:
            yield (place.postcode, place.street.low)


def _by_site(place: _Place, weights: resemblance.Weights) -> Iterator[tuple[object, ...]]:
    if place.site:
        yield (place.site,)
    if place.email:
        yield (place.email,)


def _by_cell(place: _Place, weights: resemblance.Weights) -> Iterator[tuple[object, ...]]:
    """Cells of about 200 metres, overlapping by half, so that neighbours share one."""
    if place.latitude is None or place.longitude is None:
        return
    for word in weights.rarest(place.name, 1):
        for north in (0.0, 0.5):
            for east in (0.0, 0.5):
                row = math.floor(place.latitude / 0.002 + north)
                column = math.floor(place.longitude / 0.002 + east)
                yield (word, row, column, north, east)


def _by_city(place: _Place, weights: resemblance.Weights) -> Iterator[tuple[object, ...]]:
    if place.city and place.name.joined:
        yield (place.city, place.name.joined)


PASSES: tuple[Key, ...] = (
    _by_address, _by_phone, _by_street, _by_number, _by_postcode, _by_site, _by_cell, _by_city,
)  # fmt: skip


def _blocks(file: _File, key: Key) -> Iterator[Sequence[int]]:
    index: dict[int, list[int]] = defaultdict(list)
    for at, place in enumerate(file.places):
        for part in key(place, file.weights):
            index[hash(part)].append(at)
    for block in index.values():
        if len(block) > 1:
            yield from _divided(block, file)


def _divided(block: list[int], file: _File) -> Iterator[Sequence[int]]:
    """A full block by what else its members share; what shares nothing is compared to neighbours
    in the order of names."""
    if len(block) <= FULL:
        yield block
        return
    for part in (_area_of, _first_word, _number_of):
        parts: dict[object, list[int]] = defaultdict(list)
        for at in block:
            parts[part(file.places[at], file.weights)].append(at)
        yield from (found for found in parts.values() if 1 < len(found) <= FULL)
    ordered = sorted(block, key=lambda at: (file.places[at].name.joined, at))
    yield from (ordered[at : at + 4] for at in range(0, len(ordered) - 1, 2))


def _area_of(place: _Place, weights: resemblance.Weights) -> object:
    return place.postcode[:5] or place.city


def _first_word(place: _Place, weights: resemblance.Weights) -> object:
    return tuple(weights.rarest(place.name, 1))


def _number_of(place: _Place, weights: resemblance.Weights) -> object:
    return (place.street.low, place.phone[-4:])


def _compare(block: Sequence[int], file: _File, roots: _Roots) -> None:
    for first, second in combinations(block, 2):
        if roots.of(first) == roots.of(second):
            continue
        evidence = _judge(file.places[first], file.places[second], file)
        if evidence:
            roots.join(first, second, evidence)


def _judge(first: _Place, second: _Place, file: _File) -> tuple[str, ...] | None:
    """The evidence that two listings are one place, or None. How alike the names must be falls
    with the strength of what else agrees."""
    where = _where(first, second)
    area = _area(first, second)
    phone = _agree(first.phone, second.phone)
    needed = _needed(where, area, phone, first, second, file)
    if needed is None or (not phone and where in LOOSE and _branches(first, second, file)):
        return None
    name = resemblance.compare(first.name, second.name, file.weights)
    if name < needed:
        return None
    said = [where] if where != "silent" else []
    said += ["same telephone"] if phone else []
    said += ["same website or mail"] if _online(first, second) else []
    said += [area] if area == "same area" else []
    return (*said, f"names {name:.2f}")


def _branches(first: _Place, second: _Place, file: _File) -> bool:
    """Whether likeness of the names proves nothing: a chain's, or two of one owner by number.

    Postcodes with letters (GB, CA, NL, IE) name a few doors, so that there even a chain is one."""
    numbered = first.name.numbers and second.name.numbers
    if numbered and not first.name.numbers & second.name.numbers:
        return True
    if first.postcode and first.postcode == second.postcode and not first.postcode.isdigit():
        return False
    return bool(first.street.core and second.street.core) and (
        first.name.joined in file.chains or second.name.joined in file.chains
    )


def _needed(
    where: str, area: str, phone: bool | None, first: _Place, second: _Place, file: _File
) -> float | None:
    """How alike the names must be for a join; None where nothing joins."""
    online = _online(first, second)
    if area == "other area" and not (phone or online):
        return None
    if where == "same address":
        return _at_one_address(phone, area, first, second, file)
    if where == "near on the street":
        loose = None if area == "unlike area" else 0.85 if phone is None else 0.9
        return 0.35 if phone else loose
    if where == "same number, street misspelt":
        return 0.35 if phone else 0.6
    if where == "other street":
        numbered = first.street.low and first.street.low == second.street.low
        return 0.5 if phone and numbered else None
    if where == "other number":
        return None
    return _without_address(phone, area, online, first, second)


def _at_one_address(
    phone: bool | None, area: str, first: _Place, second: _Place, file: _File
) -> float | None:
    if phone:
        return 0.0
    if area == "unlike area":
        return None if first.name.joined in file.chains else 0.9
    if area == "unknown area" and _address_key(first) in file.repeated:
        return None if first.name.joined in file.chains else 0.75
    units = first.street.unit and second.street.unit and first.street.unit != second.street.unit
    return 0.6 if units else 0.3


def _without_address(
    phone: bool | None, area: str, online: bool, first: _Place, second: _Place
) -> float | None:
    """One of the two states no street: the rest must be strong."""
    if phone:
        return 0.5
    if online and area != "unlike area":
        return 0.6
    distance = _metres(first, second)
    if distance is not None and distance <= METRES:
        return 0.7
    return 0.85 if area == "same area" and phone is None else None


def _online(first: _Place, second: _Place) -> bool:
    return bool(
        (first.site and first.site == second.site) or (first.email and first.email == second.email)
    )


def _agree(first: str, second: str) -> bool | None:
    """Whether two telephones are one; seven digits stand for a number without its area code."""
    if not first or not second:
        return None
    size = min(len(first), len(second))
    return first[-size:] == second[-size:] if size >= 7 else None


def _where(first: _Place, second: _Place) -> str:
    """How two addresses stand to each other, in words that serve as evidence."""
    a, b = first.street, second.street
    distance = _metres(first, second)
    if distance is not None and distance > FAR:
        return "other number"
    if not a.core or not b.core:
        return "silent"
    likeness = _streets_alike(a, b)
    if not a.low or not b.low:
        return "silent" if likeness else "other street"
    span = a.low <= b.high and b.low <= a.high
    if likeness == 2 and span:
        return (
            "same address"
            if a.letter == b.letter or not (a.letter and b.letter)
            else "near on the street"
        )
    if likeness and span:
        return "same number, street misspelt"
    if not likeness:
        return "other street"
    near = min(abs(a.low - b.high), abs(b.low - a.high)) <= NEAR
    slip = resemblance.slipped(str(a.low), str(b.low)) and min(a.low, b.low) > 99
    return "near on the street" if near or slip else "other number"


def _streets_alike(a: streets.Street, b: streets.Street) -> int:
    """2 the same street, 1 perhaps (misspelt or shortened), 0 another."""
    if a.direction and b.direction and a.direction != b.direction:
        return 0
    first, second = "".join(a.core), "".join(b.core)
    if first == second:
        return 1 if a.kind and b.kind and a.kind != b.kind else 2
    spelt = min(len(first), len(second)) >= 4 and not (first.isdigit() or second.isdigit())
    if spelt and resemblance.slipped(first, second):
        return 1
    return 1 if set(a.core) < set(b.core) or set(b.core) < set(a.core) else 0


def _area(first: _Place, second: _Place) -> str:
    """How postcodes, or without them towns, agree; a slip in a postcode is common."""
    if first.postcode and second.postcode:
        if first.postcode == second.postcode:
            return "same area"
        if resemblance.slipped(first.postcode, second.postcode):
            return "unlike area" if first.city != second.city else "like area"
        return "other area"
    if first.city and second.city:
        return "same area" if first.city == second.city else "unlike area"
    return "unknown area"


def _metres(first: _Place, second: _Place) -> float | None:
    if first.latitude is None or second.latitude is None:
        return None
    if first.longitude is None or second.longitude is None:
        return None
    north = (first.latitude - second.latitude) * 111_200
    east = (first.longitude - second.longitude) * 111_200 * math.cos(math.radians(first.latitude))
    return math.hypot(north, east)
