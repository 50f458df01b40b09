"""Turns listings into clusters of the same place, with the evidence for every join.

Called by the file import (likely duplicates are listed for a person) and `leadwire inspect leads`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from agents.identity import companies, streets
from agents.identity.listings import Listing
from agents.identity.words import fold


@dataclass(frozen=True, slots=True)
class Join:
    """Cluster of one listing: `cluster` is the index of the cluster's first listing; `evidence`
    says what joined this one to it, empty for the first."""

    cluster: int
    evidence: tuple[str, ...] = ()


def cluster(listings: Sequence[Listing]) -> list[Join]:
    """One Join a listing, in input order."""
    first: dict[tuple[str, ...], int] = {}
    joins = []
    for index, listing in enumerate(listings):
        street = streets.read(listing.address)
        base = fold(companies.read(listing.name).base)
        key = (listing.house_number or street.number, *street.core, base)
        start = first.setdefault(key, index)
        joins.append(Join(start, () if start == index else ("same name and street",)))
    return joins


def groups(joins: Sequence[Join]) -> dict[int, list[int]]:
    """Cluster → indexes of its listings."""
    found: dict[int, list[int]] = defaultdict(list)
    for index, join in enumerate(joins):
        found[join.cluster].append(index)
    return dict(found)
