"""Turns a lead into its landing page: pure, values in, a `Page` out.

    site = Site(url="https://pages.example", templates=Templates())
    page = make(lead, enrichment, site, key=lead.dedup_key)

Called by the landing agent, `leadwire pages build` and `leadwire pipeline`. Everything that a page
says comes from `known.business`, from the brand folder, or from the generic words of its language;
no sentence is written here. A lead whose route is not TARGET gets no page (`Skipped`); one without
a business name cannot have one (`PageError`).
"""

import base64
import hashlib
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from agents.landing import card, colours, hours, kinds, known, markdown, structured, words
from agents.landing.brand import Brand, BrandError, merged
from agents.landing.colours import Palette, Rgb
from agents.landing.known import Business
from agents.landing.templates import PLACEHOLDERS, Namespace, TemplateProblem, Templates
from agents.landing.values import Failed, Page, PageError, Skipped
from agents.landing.words import Words
from contracts.lead import Enrichment, LeadFields

TARGET = "TARGET"
"""The route of leads that get a page (spec 1.4)."""
COLOURS: Mapping[str, tuple[str, str]] = {
    "restaurant": ("#8c2f1b", "#5b1a2b"),
    "cafe": ("#6f4322", "#8a5a2b"),
    "childcare": ("#0b6b63", "#2a5ca8"),
    "trades": ("#1d4e79", "#0f6b7a"),
    "retail": ("#7a2a63", "#b0355a"),
    "health": ("#0a6570", "#1f7a5c"),
    "real_estate": ("#22506b", "#3b4a7a"),
    "auto_repair": ("#343a4a", "#a3301f"),
    "general": ("#3a3f8f", "#5b3f8c"),
}
"""Two colours of an industry, where no brand folder has others."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where pages will be, whose they are, and what they are made from.

    `url` is the address of the folder that pages are put in, without a slash at its end. `brand` is
    the one that provides the pages; `brand_of` gives a business's own brand by key.
    """

    url: str
    templates: Templates = field(default_factory=Templates)
    brand: Brand | None = None
    brand_of: Callable[[str], Brand | None] | None = None
    indexed: bool = True


def make_all(
    leads: Iterable[tuple[str, LeadFields, Enrichment | None]], site: Site
) -> Iterator[Page | Skipped | Failed]:
    """Makes the pages of (key, lead, enrichment) one by one; what fails is named, the rest goes on.

    Raises PageError for a template or brand that cannot be used: it would fail for every lead.
    """
    for key, lead, enrichment in leads:
        try:
            yield make(lead, enrichment, site, key=key)
        except PageError as error:
            yield Failed(key=key, problem=error.problem, remedy=error.remedy)


def make(
    lead: LeadFields, enrichment: Enrichment | None, site: Site, *, key: str, slug: str = ""
) -> Page | Skipped:
    """Makes the page of one lead; raises PageError with the key, the problem and the remedy.

    `slug` keeps the folder of a page that is up already, so that its address lasts when the
    business's name is put right.
    """
    if lead.route != TARGET:
        return Skipped(key=key, reason=f"route {lead.route}")
    business = known.business(lead, enrichment)
    if business is None:
        remedy = "give business_name, or map the column that holds it"
        raise PageError(key, "missing required key business_name", remedy)
    own = _own_brand(site, lead.dedup_key or key, key)
    return _Maker(business, enrichment, site, key, slug or slug_of(business, key), own).page()


def _own_brand(site: Site, name: str, key: str) -> Brand | None:
    """The business's own brand folder, by the key that its listing had; None where it has none."""
    if site.brand_of is None:
        return None
    try:
        return site.brand_of(name)
    except BrandError as error:
        raise PageError(key, str(error), "no page was made") from error


def slug_of(business: Business, key: str) -> str:
    """A folder's name: what it is about, and a mark of the key that no other lead has."""
    words = f"{business.name} {business.city}"
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    text = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return f"{text or 'page'}-{mark(key)}"


def mark(key: str) -> str:
    """Ten letters that follow from a lead's key; a page can be found by them alone."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest)[:10].decode().lower()


class _Maker:
    """The parts of one page while it is made."""

    def __init__(
        self,
        business: Business,
        enrichment: Enrichment | None,
        site: Site,
        key: str,
        slug: str,
        own: Brand | None,
    ) -> None:
        self.business, self.site, self.key, self.slug = business, site, key, slug
        self.enrichment = enrichment.model_dump(exclude_none=True) if enrichment else {}
        self.own = own
        self.url = f"{site.url.rstrip('/')}/{slug}/"
        brand = merged(site.brand, self.own)
        industry = business.kind.industry
        self.colours = page_colours(brand["primary"], brand["accent"], industry)
        self.languages = words.languages(
            business.languages or (site.brand.languages if site.brand else ()), business.country
        )

    def page(self) -> Page:
        """Everything of the page in every language, the picture and the Markdown."""
        made = {f"{self.slug}/card.png": self.picture()}
        for language in self.languages:
            folder = self.slug if language == self.languages[0] else f"{self.slug}/{language}"
            made[f"{folder}/index.html"] = self.html(language)
        made[f"{self.slug}/index.md"] = self.markdown()
        made |= self.logo_file()
        return Page(
            key=self.key,
            slug=self.slug,
            url=self.url,
            title=self.title(words.of(self.languages[0])),
            template=self.business.kind.industry,
            languages=self.languages,
            files=made,
            used=self.business.used,
            missing=missing(self.business),
            unsure=self.business.unsure,
        )

    def logo_file(self) -> dict[str, bytes]:
        """The business's own logo from its brand folder, beside its page."""
        if self.own is None or self.own.logo is None:
            return {}
        return {f"{self.slug}/{self.own.logo.name}": self.own.logo.body}

    def html(self, language: str) -> bytes:
        """The page in one language."""
        speaks = words.of(language)
        business = Namespace(self.shown(speaks))
        values = {
            "business": business,
            "enrichment": Namespace(self.enrichment, PLACEHOLDERS["enrichment"]),
            "brand": Namespace(brand_values(self.site.brand), PLACEHOLDERS["brand"]),
            "page": Namespace(self.about_page(language, speaks)),
            "words": speaks,
        }
        try:
            text = self.site.templates.render(self.business.kind.industry, values)
        except TemplateProblem as error:
            raise PageError(self.key, str(error), "no page was made") from error
        return policed(text).encode("utf-8", "replace")

    def shown(self, speaks: Words) -> dict[str, Any]:
        """The placeholders `business.*` in one language."""
        b = self.business
        own = self.own or Brand()
        plain = {name: getattr(b, name) for name in SHOWN}
        return plain | {
            "tagline": own.tagline or b.tagline,
            "logo": own.logo.name if own.logo else b.logo,
            "kind": b.kind.type,
            "label": label(b, speaks),
            "place": place(b, speaks),
            "hours": week_rows(b.hours, speaks),
            "languages": [words.name_of(code) for code in b.languages],
            "latitude": "" if b.latitude is None else b.latitude,
            "longitude": "" if b.longitude is None else b.longitude,
        }

    def about_page(self, language: str, speaks: Words) -> dict[str, Any]:
        """The placeholders `page.*` in one language."""
        first = language == self.languages[0]
        picture = f"{self.url}card.png"
        url = self.url if first else f"{self.url}{language}/"
        own = self.own.logo if self.own else None
        data = structured.described(self.business, url, picture, language)
        if own is not None:
            data["logo"] = f"{self.url}{own.name}"
        return {
            "title": self.title(speaks),
            "description": self.description(speaks),
            "url": url,
            "picture": picture,
            "language": language,
            "locale": speaks.locale,
            "alternates": self.alternates(),
            "structured": Markup(structured.script(data)),  # noqa: S704 — escaped there
            "palette": self.colours,
            "robots": "index, follow" if self.site.indexed else "noindex",
            "root": "../" if first else "../../",
            "styles": styles(self.colours, self.business.kind.industry),
            "logo_width": own.width if own else 0,
        }

    def alternates(self) -> list[tuple[str, str, str]]:
        """(language, address, its own name) of every language; none where there is but one."""
        if len(self.languages) < 2:
            return []
        rest = [(code, f"{self.url}{code}/") for code in self.languages[1:]]
        both = [(self.languages[0], self.url), *rest]
        return [(code, url, words.of(code).own_name) for code, url in both]

    def title(self, speaks: Words) -> str:
        """Name, kind and town, as a search result shows it."""
        where = place(self.business, speaks)
        text = f"{self.business.name} – {where}" if where else self.business.name
        return text if len(text) <= 70 else self.business.name[:70]

    def description(self, speaks: Words) -> str:
        """The meta description: the business's own words, else what stands on this page."""
        if self.business.description:
            return known.clean(self.business.description, 155)
        b = self.business
        where = place(b, speaks)
        start = f"{b.name}: {where}. " if where else f"{b.name}. "
        said = [speaks[name] for name, value in _nouns(b) if value]
        return (
            start + (speaks.on_this_page.format(list=speaks.listed(said)) if said else "")
        ).strip()

    def picture(self) -> bytes:
        """The picture of the page, with the words of its first language."""
        speaks = words.of(self.languages[0])
        ground, ink = colours.parse(self.colours.light["hero"]), colours.WHITE
        assert ground is not None
        b = self.business
        return card.drawn(b.name, place(b, speaks), b.initials, ground, ink)

    def markdown(self) -> bytes:
        """The page as Markdown, in its first language."""
        speaks = words.of(self.languages[0])
        front = {
            "title": self.title(speaks),
            "description": self.description(speaks),
            "url": self.url,
            "image": f"{self.url}card.png",
            "language": self.languages[0],
            "template": self.business.kind.industry,
            "type": self.business.kind.type,
            "place": place(self.business, speaks),
            "keywords": list(self.business.keywords),
        }
        rows = week_rows(self.business.hours, speaks)
        text = markdown.written(self.business, speaks, front, rows)
        return text.encode("utf-8", "replace")


SHOWN = (
    "name",
    "description",
    "category",
    "keywords",
    "phone",
    "phone_shown",
    "email",
    "website",
    "street",
    "city",
    "region",
    "postcode",
    "country",
    "address",
    "directions",
    "hours_written",
    "services",
    "cuisine",
    "programmes",
    "areas",
    "payment",
    "price_range",
    "booking",
    "menu",
    "profiles",
    "initials",
)
"""Fields that a template sees as they are."""


def _nouns(b: Business) -> Sequence[tuple[str, Any]]:
    return (
        ("n_address", b.street),
        ("n_phone", b.phone),
        ("n_email", b.email),
        ("n_hours", b.hours or b.hours_written),
        ("n_website", b.website),
        ("n_services", b.services),
    )


def missing(b: Business) -> tuple[str, ...]:
    """Names what a better page would have."""
    wanted = {
        "category": b.category,
        "description": b.description,
        "address": b.street,
        "phone": b.phone,
        "website": b.website,
        "opening_hours": b.hours or b.hours_written,
        "services": b.services or b.cuisine or b.programmes,
        "contact": b.phone or b.email or b.website or b.booking or b.street,
    }
    return tuple(name for name, value in wanted.items() if not value)


def brand_values(brand: Brand | None) -> dict[str, Any]:
    """The placeholders `brand.*`."""
    if brand is None:
        return {}
    return {
        "name": brand.name,
        "tagline": brand.tagline,
        "url": brand.url,
        "logo": f"brand-{brand.logo.name}" if brand.logo else "",
        "label": brand.label,
        "action": brand.action,
    }


def label(b: Business, speaks: Words) -> str:
    """What kind of business it is, in the page's language where that is known; in English the
    category's own words, which say more."""
    if speaks.language == "en" or not b.kind.names:
        return kinds.humanised(b.category)
    return b.kind.names[speaks.language]


def place(b: Business, speaks: Words) -> str:
    """Kind and town: "Restaurant in Liverpool"; what is not known is left out."""
    what, where = label(b, speaks), b.city
    if what and where:
        return str(speaks.in_place.format(what=what, where=where))
    return what or where


def week_rows(week: hours.Week | None, speaks: Words) -> list[tuple[str, list[str]]]:
    """Opening hours as rows of (days, spans of time) in the page's language."""
    rows = []
    for first, last, spans in hours.folded(week or ()):
        days = (
            speaks.days[first] if first == last else f"{speaks.days[first]} – {speaks.days[last]}"
        )
        times = [f"{opens}–{closes}" for opens, closes in spans] or [speaks.closed]
        rows.append((days, [speaks.open_24] if spans == (hours.ALWAYS,) else times))
    return rows


# ── styles and policy ─────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=512)
def page_colours(primary: Rgb | None, accent: Rgb | None, industry: str) -> Palette:
    """A page's palette: the brand's colours, else the industry's."""
    first, second = (colours.parse(text) for text in COLOURS.get(industry, COLOURS["general"]))
    assert first is not None
    if primary is not None:
        return colours.palette(primary, accent or primary)
    return colours.palette(first, accent or second)


_style_lock = threading.Lock()
_styles: dict[tuple[tuple[tuple[str, str], ...], str], Markup] = {}


def styles(palette: Palette, industry: str) -> Markup:
    """The style sheet of a page: its colours in both themes, then the product's rules."""
    name = (tuple(sorted((*palette.light.items(), *palette.dark.items()))), industry)
    with _style_lock:
        if name not in _styles:
            if len(_styles) > 512:
                _styles.clear()
            _styles[name] = _sheet(palette)
        return _styles[name]


def _sheet(palette: Palette) -> Markup:
    light = ";".join(f"--{key}:{value}" for key, value in palette.light.items())
    dark = ";".join(f"--{key}:{value}" for key, value in palette.dark.items())
    head = f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return Markup(head + _rules())  # noqa: S704 — colours were parsed, the rules are ours


@lru_cache(maxsize=1)
def _rules() -> str:
    text = (files(__package__) / "templates/style.css").read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", text)).strip()


POLICY = "POLICY-OF-THIS-PAGE"
"""What a template writes where its content security policy goes."""
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def policed(text: str) -> str:
    """Puts the policy into a rendered page: its own style sheets by hash, pictures of this site and
    of the one host its logo comes from, nothing else: no scripts, no forms, no frames."""
    hashes = " ".join(f"'sha256-{_sha(sheet)}'" for sheet in STYLE.findall(text))
    hosts = set(re.findall(r'<img[^>]* src="(https?://[^/"]+)/', text))
    pictures = " ".join(["'self'", "data:", *sorted(hosts)])
    policy = (
        f"default-src 'none'; style-src {hashes or chr(39) + 'none' + chr(39)}; "
        f"img-src {pictures}; base-uri 'none'; form-action 'none'"
    )
    return text.replace(POLICY, policy, 1)


@lru_cache(maxsize=512)
def _sha(sheet: str) -> str:
    return base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
