"""The seven parts of the ALS (spec 4.1): each a pure function from what is known to points,
confidence and evidence.

Points say how good, confidence how sure; the score adds up points by weight, and confidence decides
whether more should be found out (spec 7.2). A part of which nothing is known has 0 points, no
confidence and no evidence, so that ignorance never looks like a finding. Evidence names no person.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agents.identity import companies
from agents.scoring import categories, known
from agents.scoring.known import Known, Origin, Said
from agents.scoring.profile import VENDOR, ClientProfile

NAMES: Mapping[str, tuple[str, ...]] = {
    "industry_fit": ("industry_fit", "industry", "industry_category", "category"),
    "decision_maker": ("decision_maker",),
    "company_size": ("company_size", "size", "employees"),
    "budget_signals": ("budget_signals", "budget", "funding"),
    "pain_points": ("pain_points",),
    "timing_signals": ("timing_signals", "timing"),
    "tech_stack": ("tech_stack", "technologies"),
}
"""Names under which enrichment may state how sure it is of a part."""

OWN: Mapping[str, float] = {
    "industry_fit": 0.70,
    "decision_maker": 0.80,
    "company_size": 0.60,
    "budget_signals": 0.40,
    "pain_points": 0.50,
    "timing_signals": 0.40,
    "tech_stack": 0.50,
}
"""How sure what came in with the lead is; listings copy each other."""
HINT = 0.3
"""How sure a guess from traces is (reviews, own website): never as good as somebody's word."""

SITE_BUILDERS: Mapping[str, str] = {
    "wixsite.com": "Wix",
    "wordpress.com": "WordPress",
    "squarespace.com": "Squarespace",
    "myshopify.com": "Shopify",
    "weebly.com": "Weebly",
    "godaddysites.com": "GoDaddy",
    "jimdofree.com": "Jimdo",
    "business.site": "Google sites",
    "blogspot.com": "Blogger",
    "square.site": "Square",
    "webnode.page": "Webnode",
}
"""Hosts of site builders: a site there tells the tool, and that no own domain is paid for."""
MADE_WITH = "site made with"
SOCIAL_HOSTS = ("facebook.com", "instagram.com", "linktr.ee", "x.com", "twitter.com", "yelp.com")


@dataclass(frozen=True, slots=True)
class Finding:
    """Points 0–100, confidence 0–1, and what both rest on."""

    points: float = 0.0
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()


NOTHING = Finding()


def _sure(part: str, about: Known, origin: Origin, stated: float | None = None) -> float:
    """How sure a finding is: as stated, else by who said it (spec 4.2)."""
    said = stated if stated is not None else about.stated(*NAMES[part])
    if said is not None:
        return said
    if origin == "lead":
        return OWN[part]
    by_brain = about.enrichment is not None and about.enrichment.method == "brain"
    return 0.0 if by_brain else VENDOR[part]


def industry_fit(about: Known, profile: ClientProfile) -> Finding:
    """Relevance of the category to the client, as `category_score`."""
    found = categories.relevance(about.categories, profile.categories)
    if not about.categories:
        return NOTHING
    origin: Origin = "lead" if about.lead.category else "enrichment"
    return Finding(100 * found.score, _sure("industry_fit", about, origin), (found.why,))


def decision_maker(about: Known, profile: ClientProfile) -> Finding:
    """The most senior person who is known, by spec 3.2; less where they cannot be reached."""
    if not about.people:
        mailbox = about.email is not None and about.email.verdict == "valid"
        return Finding(15, HINT, ("a shared mailbox, nobody by name",)) if mailbox else NOTHING
    best = max(about.people, key=_weight_of_person)
    how = "; ".join(
        [f"title “{best.title}”" if best.title else "a person, title unknown"]
        + ["e-mail known" if best.email else "e-mail unknown"]
        + (["phone known"] if best.phone else [])
    )
    return Finding(_weight_of_person(best), _sure("decision_maker", about, best.origin), (how,))


def _weight_of_person(person: known.Person) -> float:
    base = float(person.priority) if person.title else 25.0
    return base if person.email or person.phone else base * 0.6


def company_size(about: Known, profile: ClientProfile) -> Finding:
    """The estimated size, or how well it fits what the client serves."""
    found = size(about)[0]
    if profile.employees is None or found.confidence <= HINT:
        return found
    counted = about.number(*known.EMPLOYEES)
    if counted is None:
        return found
    least, most = profile.employees
    fits = least <= counted[0] <= most
    off = least / counted[0] if counted[0] < least else counted[0] / most
    points = 100.0 if fits else max(0.0, 100 - 50 * math.log2(max(off, 1.0)))
    note = f"the client serves {least} to {most} employees"
    return Finding(points, found.confidence, (*found.evidence, note))


def size(about: Known) -> tuple[Finding, float]:
    """Returns the finding of the size, and the share 0–1 behind it (spec 1.3, `size_score`).

    Employees on a logarithmic scale: 1 → 0.1, 10 → 0.4, 100 → 0.7, 1,000 → 1. Without them traces:
    reviews, people, legal form, a website; together never above 0.6.
    """
    counted = about.number(*known.EMPLOYEES)
    if counted is not None and counted[0] >= 1:
        share = min(1.0, 0.1 + 0.3 * math.log10(counted[0]))
        sure = _sure("company_size", about, counted[1])
        return Finding(100 * share, sure, (_staff(about, counted[0]),)), share
    return _size_by_traces(about)


def _staff(about: Known, counted: float) -> str:
    """A number of people in words; of a range ("200-500") the range, which somebody said, and not
    only its middle, which nobody did."""
    said = about.first(*known.EMPLOYEES)
    written = said.value.strip() if said and isinstance(said.value, str) else ""
    if len(re.findall(r"\d+(?:\.\d+)?", written.replace(",", ""))) < 2:
        return f"about {_many(counted, 'employee')}"
    bare = re.sub(r"\s*(?:employees|people|staff)\s*$", "", written[:40], flags=re.IGNORECASE)
    return f"{bare} employees, counted as {counted:,.0f}"


def _many(count: float, noun: str) -> str:
    number = f"{count:,.0f}"
    return f"{number} {noun}" if number == "1" else f"{number} {noun}s"


def _size_by_traces(about: Known) -> tuple[Finding, float]:
    traces: list[tuple[float, str]] = []
    reviews = about.number(*known.REVIEWS)
    if reviews is not None and reviews[0] >= 1:
        traces.append((min(0.3, 0.1 * math.log10(1 + reviews[0])), _many(reviews[0], "review")))
    form = companies.read(about.business).legal_form if about.business else None
    if form:
        traces.append((0.15, f"registered company ({form})"))
    if len(about.people) > 1:
        traces.append((0.1, f"{len(about.people)} people known"))
    if host(about.lead.website):
        traces.append((0.1, "has a website"))
    if not traces:
        return NOTHING, 0.0
    share = min(0.6, 0.1 + sum(weight for weight, _ in traces))
    return Finding(100 * share, HINT, tuple(note for _, note in traces)), share


def budget_signals(about: Known, profile: ClientProfile) -> Finding:
    """Signs of money to spend: stated signals, funding, revenue; a price level is a hint."""
    stated = about.all("budget_signals")
    points, notes = 40.0 * len(stated), [known.words(said) for said in stated]
    sure = [_sure("budget_signals", about, said.origin, said.sure) for said in stated]
    for names, worth, word in ((known.FUNDING, 60.0, "funding"), (known.REVENUE, 40.0, "revenue")):
        said = about.first(*names)
        if said is not None:
            points, notes = points + worth, [*notes, f"{word} on record: {known.words(said)}"]
            sure.append(_sure("budget_signals", about, said.origin))
    hints = _budget_hints(about)
    points += sum(worth for worth, _ in hints)
    notes += [note for _, note in hints]
    sure += [HINT] * bool(hints)
    return Finding(min(100.0, points), max(sure, default=0.0), tuple(notes))


def _budget_hints(about: Known) -> list[tuple[float, str]]:
    hints: list[tuple[float, str]] = []
    price = about.first(*known.PRICE)
    level = _price_level(price) if price else 0
    if level >= 2:
        hints.append((15.0 * (level - 1), f"price level {level} of 4"))
    where = host(about.lead.website)
    if where and not _builder(where) and not where.endswith(SOCIAL_HOSTS):
        hints.append((15.0, "pays for a domain of its own"))
    return hints


def _price_level(said: Said) -> int:
    text = str(said.value).strip()
    signs = sum(text.count(sign) for sign in "$€£¥")
    return min(4, signs or int(text) if signs or text.isdecimal() else 0)


def pain_points(about: Known, profile: ClientProfile) -> Finding:
    """What hurts them: stated, or a poor rating by enough people."""
    found = _stated_list("pain_points", about, each=50.0)
    rating, reviews = about.number(*known.RATING), about.number(*known.REVIEWS)
    if rating and reviews and rating[0] < 3.5 and reviews[0] >= 20:
        note = f"rated {rating[0]:g} by {reviews[0]:,.0f} people"
        return Finding(
            min(100.0, found.points + 30), max(found.confidence, HINT), (*found.evidence, note)
        )
    return found


def timing_signals(about: Known, profile: ClientProfile) -> Finding:
    """Why now: stated signals only; a listing says nothing of time."""
    return _stated_list("timing_signals", about, each=50.0)


def _stated_list(part: str, about: Known, *, each: float) -> Finding:
    stated = about.all(part)
    if not stated:
        return NOTHING
    sure = max(_sure(part, about, said.origin, said.sure) for said in stated)
    return Finding(min(100.0, each * len(stated)), sure, tuple(map(known.words, stated)))


def tech_stack(about: Known, profile: ClientProfile) -> Finding:
    """What they work with: full points where the client's offer fits one of their tools."""
    stated = about.all(*known.TOOLS)
    names = [known.words(said) for said in stated]
    builder = _builder(host(about.lead.website))
    if builder:
        names.append(f"{MADE_WITH} {builder}")
    if not names:
        return NOTHING
    fits = [n for n in names if any(tool.casefold() in n.casefold() for tool in profile.tools)]
    sure = [_sure("tech_stack", about, said.origin, said.sure) for said in stated] or [HINT]
    notes = [_tool(name, fits=name in fits) for name in names]
    return Finding(100.0 if fits else 50.0, max(sure), tuple(notes[:10]))


def _tool(name: str, *, fits: bool) -> str:
    words = name if name.startswith(MADE_WITH) else f"uses {name}"
    return f"{words}, which fits the offer" if fits else words


def host(website: str | None) -> str:
    """Returns the host of a website as written, lower case, without `www.`; empty for none."""
    text = (website or "").strip().casefold()
    text = text.partition("://")[2] or text
    name = text.partition("/")[0].partition("?")[0].rpartition("@")[2].partition(":")[0]
    return name.removeprefix("www.") if "." in name and " " not in name else ""


def _builder(where: str) -> str | None:
    return next((n for end, n in SITE_BUILDERS.items() if where.endswith("." + end)), None)


Part = Callable[[Known, ClientProfile], Finding]

PARTS: Mapping[str, Part] = {
    "industry_fit": industry_fit,
    "decision_maker": decision_maker,
    "company_size": company_size,
    "budget_signals": budget_signals,
    "pain_points": pain_points,
    "timing_signals": timing_signals,
    "tech_stack": tech_stack,
}
"""In the order of their weights, as explanations list them."""

__all__: Sequence[str] = ("PARTS", "Finding", "host", "size")
