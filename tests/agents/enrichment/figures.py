"""`python -m tests.agents.enrichment.figures`: precision and recall of the site reader by field, on
each part of the written sites.

Part `a` was looked at while the reader was made. Part `b` was written before it and gave, unseen:
e-mail 0.93 and 0.93, phone 0.97 and 0.97, name 1.00 and 0.93; then its mistakes were looked at.
Part `c` was written afterwards, and nothing was changed for it.
Parts `d` and `e` are a stranger's: builders' markups, imprints with insurers and officers,
framesets, hacked and parked pages, scripts and languages beyond the ten. `d` gave, unseen: e-mail
0.82 and 0.72, phone 0.47 and 0.54, name 0.75 and 0.81; its mistakes were mended on principles. `e`,
written before the mended reader saw it, gave: e-mail 1.00 and 0.90, phone 0.77 and 0.91, name 1.00
and 1.00; then its mistakes were mended too. What a site of a new kind gives is nearer to these than
to the table's.

Precision: of the values that are stated, how many are right. Recall: of the values that the sites
say, how many are stated. Values that may be found or not (`also` in the table) count in neither.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agents.enrichment.fields import normal
from agents.enrichment.site.names import squash
from tests.agents.enrichment.sites import Expected, Visit, visits


@dataclass
class Count:
    """Right, wrong and missed values of one field."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, other: "Count") -> None:
        """Adds another count."""
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed

    @property
    def precision(self) -> float:
        """Share of the stated values that are right; 1 where nothing is stated."""
        stated = self.right + self.wrong
        return self.right / stated if stated else 1.0

    @property
    def recall(self) -> float:
        """Share of the values to find that are stated; 1 where there is nothing to find."""
        wanted = self.right + self.missed
        return self.right / wanted if wanted else 1.0


def _said(visit: Visit, field: str) -> list[object]:
    return [one.value for one in visit.answer.findings if one.field == field]


def _emails(visit: Visit) -> tuple[set[str], set[str]]:
    return {str(v) for v in _said(visit, "email")}, set(visit.site.emails)


def _phones(visit: Visit) -> tuple[set[str], set[str]]:
    return {str(v) for v in _said(visit, "phone")}, set(visit.site.phones)


def _name(visit: Visit) -> tuple[set[str], set[str]]:
    wanted = {squash(visit.site.name)} if visit.site.name else set()
    return {squash(str(v)) for v in _said(visit, "company.name")}, wanted


def _people(visit: Visit) -> tuple[set[str], set[str]]:
    said = {squash(str(v["name"])) for v in _said(visit, "decision_makers") if isinstance(v, dict)}
    return said, {squash(name) for name in visit.site.people}


def _profiles(visit: Visit) -> tuple[set[str], set[str]]:
    fields = {one.field for one in visit.answer.findings if one.field.startswith("other_ids.")}
    return {f.partition(".")[2] for f in fields} - {"whatsapp"}, set(visit.site.profiles)


def _set(field: str, name: str) -> Callable[[Visit], tuple[set[str], set[str]]]:
    def pair(visit: Visit) -> tuple[set[str], set[str]]:
        return {str(v) for v in _said(visit, field)}, set(getattr(visit.site, name))

    return pair


def _place(field: str, name: str) -> Callable[[Visit], tuple[set[str], set[str]]]:
    def pair(visit: Visit) -> tuple[set[str], set[str]]:
        wanted = getattr(visit.site, name)
        said = {str(normal(field, v, None)) for v in _said(visit, field)[:1]}
        return said, {str(normal(field, wanted, None))} if wanted else set()

    return pair


def _there(field: str, name: str) -> Callable[[Visit], tuple[set[str], set[str]]]:
    def pair(visit: Visit) -> tuple[set[str], set[str]]:
        said = {"there"} if _said(visit, field) else set()
        return said, {"there"} if getattr(visit.site, name) else set()

    return pair


def _employees(visit: Visit) -> tuple[set[str], set[str]]:
    said = {str(v) for v in _said(visit, "company.employees")}
    return said, {str(visit.site.employees)} if visit.site.employees else set()


FIELDS: dict[str, Callable[[Visit], tuple[set[str], set[str]]]] = {
    "email": _emails,
    "phone": _phones,
    "name": _name,
    "people": _people,
    "profiles": _profiles,
    "technologies": _set("company.technologies", "technologies"),
    "languages": _set("company.languages", "languages"),
    "postcode": _place("company.postcode", "postcode"),
    "city": _place("company.city", "city"),
    "hours": _there("company.opening_hours", "hours"),
    "booking": _there("company.booking_url", "booking"),
    "employees": _employees,
}
HALVES = {
    "a": "a: looked at",
    "b": "b: looked at later",
    "c": "c: never looked at",
    "d": "d: a stranger's",
    "e": "e: its second half",
}
ONLY_RECALL = frozenset({"technologies", "languages"})
"""The table names those that matter; a site says more of them than anybody would list."""


def count(field: str, visit: Visit) -> Count:
    """Counts one field of one site."""
    said, wanted = FIELDS[field](visit)
    said -= set(visit.site.also) - wanted
    wrong = 0 if field in ONLY_RECALL else len(said - wanted)
    return Count(len(said & wanted), wrong, len(wanted - said))


def counts(found: Iterable[Visit], half: str | None = None) -> dict[str, Count]:
    """Counts by field, of one half or of both."""
    total = {field: Count() for field in FIELDS}
    for visit in found:
        if half in (None, visit.site.half):
            for field, sum_ in total.items():
                sum_.add(count(field, visit))
    return total


def mistakes(found: Iterable[Visit], half: str) -> list[str]:
    """What is wrong or missing, site by site."""
    lines = []
    for visit in found:
        if visit.site.half != half:
            continue
        for field in FIELDS:
            said, wanted = FIELDS[field](visit)
            one = count(field, visit)
            if one.wrong or one.missed:
                lines.append(_mistake(visit.site, field, said, wanted, visit))
    return lines


def _mistake(site: Expected, field: str, said: set[str], wanted: set[str], visit: Visit) -> str:
    note = visit.problem or visit.answer.note
    return f"{site.site} {field}: said {sorted(said)}, wanted {sorted(wanted)} ({note})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--mistakes", choices=["a", "b", "c", "d", "e"], help="list them for one half"
    )
    arguments = parser.parse_args()
    found, _ = asyncio.run(visits())
    print(f"{len(found)} sites")
    parts = {half: counts(found, half) for half in HALVES}
    print(f"{'':14}" + "".join(f"{HALVES[half]:>24}" for half in parts))
    print(f"{'field':14}" + f"{'precision':>13}{'recall':>11}" * len(parts) + f"{'values':>9}")
    for field in FIELDS:
        found_ = [part[field] for part in parts.values()]
        row = "".join(f"{one.precision:13.3f}{one.recall:11.3f}" for one in found_)
        print(f"{field:14}{row}{sum(one.right + one.missed for one in found_):9}")
    if arguments.mistakes:
        print(*mistakes(found, arguments.mistakes), sep="\n")


if __name__ == "__main__":
    main()
