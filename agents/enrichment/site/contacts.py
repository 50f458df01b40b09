"""The business's addresses and numbers among all that stand on its pages, and how sure each is.

An address on the site's own domain is the business's; where there is one, those of other domains
are somebody else's. Without one, a mailbox at a mail host, or the one domain that the pages speak
of, is taken with less confidence; where several strangers' domains stand side by side nothing is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.enrichment.site import emails, numbers, wording
from agents.enrichment.site.document import Document, Line
from agents.enrichment.site.names import squash
from agents.enrichment.site.structured import Stated
from agents.enrichment.site.whose import Scope, foreign
from agents.identity import addresses, phones
from agents.identity.words import fold, words
from agents.intake.ties import shared_domains

FORMS = {"data": 0.88, "link": 0.85, "encoded": 0.85, "text": 0.82, "words": 0.8, "script": 0.78}
PAGES = {"contact": 0.04, "imprint": 0.03}
DEPARTMENTS = words(
    """
    jobs job careers karriere bewerbung recrutement hr privacy datenschutz gdpr dsgvo rgpd dpo press
    presse media billing invoice rechnung buchhaltung accounting webmaster newsletter legal
    """
)
"""Mailboxes of a business that read no strangers' mail; taken where there is no other."""
OTHER_DOMAIN, PERSONAL, DEPARTMENT, BRANCH = 0.8, 0.75, 0.6, 0.6
MOST = 6


@dataclass(frozen=True, slots=True)
class Contact:
    """One address or number, how sure, its literal words and where they stand."""

    value: str
    confidence: float
    literal: str
    url: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One page as its contacts are looked for: what it is, and whose its lines are."""

    kind: str
    document: Document
    scope: Scope
    businesses: Sequence[Stated]


@dataclass(frozen=True, slots=True)
class _Found:
    value: str
    sure: float
    literal: str
    url: str
    context: bool


# ── e-mail ────────────────────────────────────────────────────────────────────────────────────


def mailboxes(
    pages: Sequence[Reading], host: str, names: Iterable[str], people: Iterable[str]
) -> list[Contact]:
    """Returns the business's addresses; `names` are what it is called, `people` the addresses of
    persons there."""
    found = [one for page in pages for one in _mail_of(page)]
    portal = any(page.scope.portal for page in pages)
    labels = [re.sub(r"[\W_]+", "", fold(host.removeprefix("www.").partition(".")[0]))]
    own = [one for one in found if not portal and _of_domain(one.value, host, labels)]
    chosen = own or _strangers(found, [squash(name) for name in names if name])
    chosen = [one for one in chosen if not _department(one.value)] or chosen
    personal = {one.casefold() for one in people}
    return _summed([_weighed(one, bool(own), personal) for one in chosen])


def _mail_of(page: Reading) -> list[_Found]:
    document, found = page.document, []
    for business in page.businesses:
        texts = business.texts("email")
        texts += [t for point in business.things("contactPoint") for t in point.texts("email")]
        for text in texts:
            value = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE).partition("?")[0].strip()
            if emails.right(value):
                found.append(_Found(value, FORMS["data"], text, document.url, True))
    places = {id(line): number for number, line in enumerate(document.lines)}
    for seen in emails.seen(document):
        number = places.get(id(seen.line)) if seen.line is not None else None
        if number is not None and foreign(document, number):
            continue
        sure = FORMS[seen.how] + PAGES.get(page.kind, 0.0)
        sure *= BRANCH if number in page.scope.branches else 1.0
        found.append(_Found(seen.address, sure, seen.literal, document.url, _meant(page, seen)))
    return found


def _meant(page: Reading, seen: emails.Seen) -> bool:
    """Says whether an address stands where contact is meant, not within a sentence."""
    if seen.line is None or seen.how in ("link", "encoded", "script"):
        return True
    text = seen.line.text
    if page.kind in ("contact", "imprint") or len(text) <= len(seen.address) + 30:
        return True
    return bool(wording.MAIL.search(text) or wording.PHONE.search(text)) and len(text) < 200


def _of_domain(address: str, host: str, labels: Sequence[str]) -> bool:
    """An address on the site's domain, or on one whose name is the site's but for its signs."""
    domain = address.rpartition("@")[2].lower()
    bare = host.removeprefix("www.")
    if domain == bare or bare.endswith("." + domain) or domain.endswith("." + bare):
        return True
    label = re.sub(r"[\W_]+", "", fold(domain.partition(".")[0]))
    return any(len(one) > 4 and one == label for one in labels)


def _strangers(found: Sequence[_Found], names: Sequence[str]) -> list[_Found]:
    """Addresses on other domains that may be the business's."""
    meant = [one for one in found if one.context]
    by_domain: dict[str, list[_Found]] = {}
    for one in meant:
        by_domain.setdefault(one.value.rpartition("@")[2].lower(), []).append(one)
    named = [d for d in by_domain if _named(d, names)]
    named = named or [d for d, group in by_domain.items() if _boxed(group, names)]
    hosted = [d for d in by_domain if shared_domains().get(d) == "mail"]
    chosen = named or hosted or (list(by_domain) if len(by_domain) == 1 else [])
    return [one for domain in chosen for one in by_domain[domain]]


def _named(domain: str, names: Sequence[str]) -> bool:
    label = re.sub(r"[\W_]+", "", fold(domain.partition(".")[0]))
    return len(label) > 3 and any(label in name or name in label for name in names if name)


def _boxed(group: Sequence[_Found], names: Sequence[str]) -> bool:
    """Says whether a mailbox at somebody's domain is called as the business is."""
    boxes = [re.sub(r"[\W_]+", "", fold(one.value.partition("@")[0])) for one in group]
    return any(len(n) > 4 and n in box for box in boxes for n in names if n)


def _department(address: str) -> bool:
    return address.partition("@")[0].casefold() in DEPARTMENTS


def _weighed(one: _Found, own: bool, personal: set[str]) -> _Found:
    sure = one.sure * (1.0 if own else OTHER_DOMAIN)
    if one.value.casefold() in personal:
        sure *= PERSONAL
    if _department(one.value):
        sure *= DEPARTMENT
    return _Found(
        addresses.read(one.value).normalised or one.value, sure, one.literal, one.url, True
    )


def _summed(found: Sequence[_Found]) -> list[Contact]:
    """Each value once, by its surest words; said in several places it is a little surer."""
    groups: dict[str, list[_Found]] = {}
    for one in found:
        groups.setdefault(one.value, []).append(one)
    contacts = []
    for value, group in groups.items():
        best = max(group, key=lambda one: one.sure)
        more = 0.02 * min(len({(one.url, one.literal) for one in group}) - 1, 3)
        sure = round(min(best.sure + more, 0.92), 4)
        contacts.append(Contact(value, sure, best.literal, best.url))
    return sorted(contacts, key=lambda one: (-one.confidence, one.value))[:MOST]


# ── telephone ─────────────────────────────────────────────────────────────────────────────────


def telephones(
    pages: Sequence[Reading], country: str | None, mailboxes: Iterable[str]
) -> list[Contact]:
    """Returns the business's numbers in E.164. What stands beside an address that is none of its
    `mailboxes`' domains is the number of whom that address belongs to."""
    domains = frozenset(one.rpartition("@")[2] for one in mailboxes)
    found: list[_Found] = []
    for page in pages:
        found += _stated_numbers(page, country)
        for number in range(len(page.document.lines)):
            found += _numbers_of(page, number, country, domains)
    return _summed(found)


def _stated_numbers(page: Reading, country: str | None) -> list[_Found]:
    found = []
    for business in page.businesses:
        texts = business.texts("telephone")
        texts += [t for point in business.things("contactPoint") for t in point.texts("telephone")]
        for text in texts:
            read = phones.read(text, country)
            if read.e164:
                found.append(_Found(read.e164, FORMS["data"], text, page.document.url, True))
    return found


def _beside_stranger(lines: Sequence[Line], place: int, domains: frozenset[str]) -> bool:
    """Says whether the addresses of a line's block are all somebody else's."""
    first, last = place, place + 1
    while first and lines[first - 1].path == lines[place].path:
        first -= 1
    while last < len(lines) and lines[last].path == lines[place].path:
        last += 1
    for block in ([lines[place]], lines[first:last]):
        found = {a.rpartition("@")[2].casefold() for line in block for a in emails.of_line(line)}
        if found:
            return found.isdisjoint(domains)
    return False


def _numbers_of(
    page: Reading, number: int, country: str | None, domains: frozenset[str]
) -> list[_Found]:
    lines = page.document.lines
    seen = list(numbers.at(lines, number, country))
    if not seen or foreign(page.document, number):
        return []
    if domains and _beside_stranger(lines, number, domains):
        return []
    less = BRANCH if number in page.scope.branches else 1.0
    more = PAGES.get(page.kind, 0.0)
    return [
        _Found(
            one.e164,
            ((0.85 if one.linked else 0.8) + more) * less,
            one.literal,
            page.document.url,
            True,
        )
        for one in seen
    ]
