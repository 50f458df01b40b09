"""The pages of one site → findings about one lead. Pure: the same pages give the same findings.

Every finding rests on literal words of a page. Where the site is parked, or is surely somebody
else's, it says nothing, or what it says waits for a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from agents.enrichment.base import EVIDENCE, Answer, Finding, Subject
from agents.enrichment.fields import normal
from agents.enrichment.site import contacts, details, names, people, structured, whose, wording
from agents.enrichment.site.contacts import Contact, Reading
from agents.enrichment.site.document import Document
from agents.enrichment.site.names import Named, squash
from agents.identity import countries
from agents.scoring.categories import words as name_words

NAME = "site"
SURELY_NAMED = 0.85
"""How sure the site's name must be to say that the site is somebody else's."""
MOST_PEOPLE = 15
FEW_WORDS = 60
"""Words of a page that does no more than ask who somebody is."""


@dataclass(frozen=True, slots=True)
class Read:
    """A page that was read: what it is (home, contact, imprint, about, team) and what it holds."""

    kind: str
    document: Document


def extract(pages: Sequence[Read], subject: Subject) -> Answer:
    """Returns what a site says; its first page is its home."""
    home = pages[0].document
    if _parked(home):
        return Answer(note="the domain is parked or for sale")
    if home.asks_password and len(pages) == 1 and _words(home) < FEW_WORDS:
        return Answer(note="its page only asks for a password")
    country = _country(pages, subject)
    lead = subject.lead.business_name
    readings = [_reading(page, lead, country) for page in pages]
    host = urlsplit(home.url).hostname or ""
    named = _named(readings, host, lead)
    found = [*_details(readings, country), *_people(readings, named)]
    mail = contacts.mailboxes(
        readings,
        host,
        [named.name if named else "", lead or ""],
        [str(one.value.get("email", "")) for one in found if one.field == "decision_makers"],
    )
    calls = contacts.telephones(readings, country, [one.value for one in mail])
    found += [_detail("email", one) for one in mail]
    found += [_detail("phone", one) for one in calls]
    if named is not None:
        literal = (named.literal, named.url)
        found.append(details.Detail("company.name", named.name, named.confidence, *literal))
    doubt = _doubt(named, found, host, subject)
    findings = tuple(_finding(one, subject, doubt) for one in found)
    return Answer(findings=findings, note=_note(pages, findings))


def _detail(field: str, one: Contact) -> details.Detail:
    return details.Detail(field, one.value, one.confidence, one.literal, one.url)


def _parked(home: Document) -> bool:
    heads = [home.title, *(line.text for line in home.lines if line.heading)]
    texts = heads if len(home.lines) > 30 else [*heads, *(line.text for line in home.lines[:8])]
    return any(wording.PARKED.search(text) for text in texts)


def _country(pages: Sequence[Read], subject: Subject) -> str | None:
    """The country by whose plan numbers are read: the lead's, else as stated, else the domain's."""
    if subject.lead.country:
        return subject.lead.country
    for page in pages:
        for one in structured.things(page.document):
            code = countries.read(one.text("addressCountry")) if one.text("addressCountry") else ""
            if code:
                return code
    last = (urlsplit(pages[0].document.url).hostname or "").rpartition(".")[2]
    return {"uk": "GB"}.get(last, last.upper()) if len(last) == 2 and last != "eu" else None


def _reading(page: Read, lead: str | None, country: str | None) -> Reading:
    stated = structured.businesses(structured.things(page.document))
    scope = whose.scope(page.document, lead, country)
    if lead and (scope.portal or len(stated) > 1):
        key = squash(lead)
        mine = [one for one in stated if squash(one.text("name")) == key]
        mine = mine or [one for one in stated if _overlap(squash(one.text("name")), key)]
        stated = mine if mine or scope.portal else stated
    document = page.document if scope.only is None else _within(page.document, scope.only)
    return Reading(page.kind, document, scope, stated)


def _within(document: Document, only: frozenset[int]) -> Document:
    """A page as if it held no more than the lines that speak of the business."""
    lines = [line for number, line in enumerate(document.lines) if number in only]
    links = [link for line in lines for link in line.links]
    return replace(document, lines=lines, links=links, scripts=[], alternates=[])


def _overlap(one: str, other: str) -> bool:
    return bool(one and other) and (one in other or other in one)


def _named(readings: Sequence[Reading], host: str, lead: str | None) -> Named | None:
    found = [
        one
        for page in readings
        for one in names.candidates(page.document, page.kind, page.businesses)
    ]
    if lead and any(page.scope.portal or page.scope.only is not None for page in readings):
        key = squash(lead)
        found = [one for one in found if _overlap(squash(one.name), key)]
    return names.chosen(found, host, lead)


def _details(readings: Sequence[Reading], country: str | None) -> list[details.Detail]:
    """Everything but names and contacts."""
    found: list[details.Detail] = []
    for page in readings:
        document, stated = page.document, list(page.businesses)
        found += details.languages(document)
        found += details.technologies(document)
        found += details.descriptions(document, stated)
        found += details.places(document, stated, country)
        found += details.profiles(document, stated)
        found += details.hours(document, stated)
        found += details.booking(document, stated)
        found += details.size(document, stated)
        found += details.services(document, stated)
    return _first_of_each(found)


def _first_of_each(found: Sequence[details.Detail]) -> list[details.Detail]:
    """One finding a value: its surest, the earlier page before the later one."""
    best: dict[tuple[str, str], details.Detail] = {}
    for one in found:
        key = (one.field, str(one.value))
        if key not in best or one.sure > best[key].sure:
            best[key] = one
    return list(best.values())


def _people(readings: Sequence[Reading], named: Named | None) -> list[details.Detail]:
    seen: dict[str, people.Seen] = {}
    for page in readings:
        if page.scope.only is not None:
            continue
        stated = structured.people(structured.things(page.document))
        business = named.name if named else ""
        for one in (
            *people.stated(page.document, stated),
            *people.founders(page.document, page.businesses),
            *people.written(page.document, page.kind, business, whose.foreign),
        ):
            key = squash(one.name)
            if key not in seen or one.sure > seen[key].sure:
                seen[key] = one
    return [_person(one) for one in list(seen.values())[:MOST_PEOPLE]]


def _person(one: people.Seen) -> details.Detail:
    value: dict[str, Any] = {"name": one.name, "title": one.title}
    value |= {key: text for key, text in (("email", one.email), ("phone", one.phone)) if text}
    return details.Detail("decision_makers", value, one.sure, one.literal, one.url)


def _doubt(
    named: Named | None, found: Sequence[details.Detail], host: str, subject: Subject
) -> str:
    """Why the site may be somebody else's: it surely goes by a name that has no word in common with
    the lead's, and neither its domain nor a number nor a postcode is the lead's."""
    lead = subject.lead
    if not lead.business_name or named is None or named.confidence < SURELY_NAMED:
        return ""
    if name_words(named.name) & name_words(lead.business_name):
        return ""
    key, label = squash(lead.business_name), squash(host.removeprefix("www.").partition(".")[0])
    if _overlap(key, squash(named.name)) or _overlap(key, label):
        return ""
    for field, own in (("phone", lead.phone), ("company.postcode", lead.postcode)):
        mine = normal(field, own, lead.country)
        if mine and mine in {
            normal(field, d.value, lead.country) for d in found if d.field == field
        }:
            return ""
    return f"the site calls itself {named.name!r}"


def _finding(one: details.Detail, subject: Subject, doubt: str) -> Finding:
    return Finding(
        field=one.field,
        value=one.value,
        confidence=one.sure,
        source=NAME,
        evidence=one.literal[:EVIDENCE],
        place=one.url,
        at=subject.now,
        doubt=doubt,
    )


def _note(pages: Sequence[Read], findings: Sequence[Finding]) -> str:
    read = f"read {len(pages)} page{'s' if len(pages) != 1 else ''}"
    home = pages[0].document
    if _words(home) < 8 and (home.scripts or home.sources):
        return f"{read}; the page is all but empty without JavaScript"
    return read


def _words(document: Document) -> int:
    return sum(len(line.text.split()) for line in document.lines)
