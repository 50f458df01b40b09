"""JSON-LD and microdata → businesses and people as their sites state them.

Both forms say the same in schema.org's words, so both become one value. Broken JSON says nothing;
what is no business (a web site, a page, a list of links) is left out, but for a site's own name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

import orjson

from agents.enrichment.site.document import Document, Item
from agents.identity.words import words

NO_BUSINESS = words(
    """
    website webpage aboutpage contactpage breadcrumblist listitem article blogposting
    newsarticle imageobject searchaction person product offer review rating aggregaterating
    postaladdress event faqpage question collectionpage itemlist howto recipe videoobject
    jobposting answer geocoordinates contactpoint openinghoursspecification service
    quantitativevalue sitenavigationelement wpheader wpfooter creativework blog profilepage
    """
)
OTHERS = frozenset(
    ["parentOrganization", "branchOf", "memberOf", "sponsor", "funder", "creator", "member"]
)
"""Properties of a business that name somebody else: whom it belongs to, who made its site."""
DEEPEST = 12
MOST = 200


@dataclass(slots=True)
class Stated:
    """A thing of schema.org: its types as written, its properties as they stand."""

    kinds: tuple[str, ...]
    values: Mapping[str, Any]

    @property
    def types(self) -> tuple[str, ...]:
        """Its types in lower case."""
        return tuple(kind.lower() for kind in self.kinds)

    def texts(self, *names: str) -> list[str]:
        """Returns every text under properties; of things their name."""
        return [text for name in names for text in _texts(self.values.get(name))]

    def text(self, *names: str) -> str:
        """Returns the first text under properties."""
        return next(iter(self.texts(*names)), "")

    def things(self, *names: str) -> list["Stated"]:
        """Returns the things under properties."""
        found: list[Stated] = []
        for name in names:
            value = self.values.get(name)
            for one in value if isinstance(value, list) else [value]:
                thing = _thing(one)
                if thing is not None:
                    found.append(thing)
        return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):  # plug-ins write "Caf&eacute;" into JSON
        return [" ".join(unescape(value).split())] if value.strip() else []
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        return [f"{value:g}"]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if isinstance(value, Mapping):
        return _texts(value.get("@value") or value.get("name") or value.get("value"))
    if isinstance(value, Item):
        return _texts(value.values.get("name"))
    return []


def _thing(value: Any) -> Stated | None:
    if isinstance(value, Mapping):
        kinds = value.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        types = tuple(str(kind).rpartition("/")[2] for kind in kinds if kind)
        return Stated(types, value)
    if isinstance(value, Item):
        return Stated(value.types, value.values)
    return None


def things(document: Document) -> list[Stated]:
    """Returns every thing that a page states, outer ones first."""
    found: list[Stated] = []
    for text in document.ld:
        found += list(_within(_parsed(text), 0))[:MOST]
    for item in document.items:
        found += list(_within(item, 0))[:MOST]
    return found


def _parsed(text: str) -> Any:
    """JSON as sites write it: comments of HTML around it, line breaks within texts."""
    bare = re.sub(r"^\s*(?:<!--|/\*.*?\*/)|(?:-->)\s*$", "", text.strip(), flags=re.DOTALL)
    for attempt in (bare, re.sub(r"[\r\n\t]+", " ", bare), bare.rstrip("; ")):
        try:
            return orjson.loads(attempt)
        except orjson.JSONDecodeError:
            continue
    return None


def _within(value: Any, depth: int) -> Iterator[Stated]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _within(one, depth + 1)
        return
    thing = _thing(value)
    if thing is None:
        return
    if thing.kinds:
        yield thing
    for name, inner in thing.values.items():
        if name not in OTHERS and isinstance(inner, list | Mapping | Item):
            yield from _within(inner, depth + 1)


def businesses(found: Sequence[Stated]) -> list[Stated]:
    """Returns the things that are businesses: named, and of a type that is nothing else."""
    return [
        one
        for one in found
        if one.types and NO_BUSINESS.isdisjoint(one.types) and one.text("name") and _tells(one)
    ]


TELLING = ("telephone", "email", "address", "openingHours", "openingHoursSpecification", "sameAs")


def _tells(one: Stated) -> bool:
    """A thing that says no more than its name may be anything."""
    return any(one.values.get(name) for name in (*TELLING, "contactPoint", "logo", "url", "geo"))


def people(found: Sequence[Stated]) -> list[Stated]:
    """Returns the people that are named."""
    return [one for one in found if "person" in one.types and one.text("name")]
