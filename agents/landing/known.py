"""What is known of a business, cleaned and ready to be shown: the only source of a page's words.

`core.py` calls `business` with a lead's record and what enrichment found. What came with the lead
goes before what was found out later. Left out is what nobody is sure of (confidence under 0.5),
what cannot be right (an address that is no URL, a number that is none), and what belongs to a
person and not to the business: names, personal e-mail addresses, a number beside a person's name.
Texts of strangers lose control characters and direction overrides, and are cut at a length.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from agents.identity import addresses, countries, phones
from agents.identity.words import fold, words
from agents.landing import hours, kinds
from agents.landing.hours import Week
from agents.landing.kinds import Kind
from contracts.lead import Enrichment, LeadFields

SURE = 0.5
"""Enrichment's own confidence from which a field may stand on a page."""
ROLES = words(
    "info contact hello hi office mail email enquiries enquiry inquiries booking bookings "
    "sales reservations reservation reception service support team shop store admin "
    "kontakt buero post anfrage empfang praxis bonjour accueil contacto hola reservas "
    "contatti ciao prenotazioni receptie kantoor geral contato biuro kontor hej "
    "bestellung order orders"
)
"""Local parts of addresses that belong to a business, not to a person."""
DEEPEST_MARKS = 3
BIDI = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where a link leads and what it says."""

    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Business:
    """Everything that a page may say. Texts are empty where nothing is known."""

    name: str
    kind: Kind
    category: str = ""
    tagline: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    logo: str = ""
    phone: str = ""
    phone_shown: str = ""
    email: str = ""
    website: Link | None = None
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    hours: Week | None = None
    hours_written: str = ""
    services: tuple[str, ...] = ()
    cuisine: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    payment: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    price_range: str = ""
    booking: str = ""
    menu: str = ""
    profiles: tuple[Link, ...] = ()
    used: tuple[str, ...] = field(default=())
    unsure: tuple[str, ...] = field(default=())

    @property
    def address(self) -> tuple[str, ...]:
        """The postal address by lines."""
        town = " ".join(part for part in (self.postcode, self.city) if part)
        if self.country in TOWN_FIRST:
            town = ", ".join(part for part in (self.city, self.region) if part)
            town = " ".join(part for part in (town, self.postcode) if part)
        return tuple(line for line in (self.street, town) if line)

    @property
    def directions(self) -> str:
        """A link that plans the way there; empty where the place is not known well enough."""
        if not self.street and self.latitude is None:
            return ""
        if self.street:
            place = ", ".join((self.name, *self.address))
        else:
            place = f"{self.latitude:.6f},{self.longitude:.6f}"
        return f"https://www.google.com/maps/dir/?api=1&destination={quote(place)}"

    @property
    def initials(self) -> str:
        """At most two letters of its name, for a sign where there is no logo."""
        found = [word for word in re.findall(r"[^\W\d_]+", self.name) if word]
        if not found:
            return (self.name[:1] or "•").upper()
        return "".join(word[0] for word in found[:2]).upper()


TOWN_FIRST = frozenset({"US", "CA", "AU", "GB", "IE", "NZ"})
"""Countries that write the town before the postcode."""


class _Fields:
    """Looks fields up, in the lead first, and notes which it took and which nobody is sure of."""

    def __init__(self, lead: LeadFields, enrichment: Enrichment | None) -> None:
        self.lead = lead.model_dump(exclude_none=True)
        tags = self.lead.get("tags")
        self.tags: Mapping[str, Any] = tags if isinstance(tags, Mapping) else {}
        self.found = enrichment.model_dump(exclude_none=True) if enrichment else {}
        company = self.found.get("company")
        self.company: Mapping[str, Any] = company if isinstance(company, Mapping) else {}
        self.confidence = enrichment.confidence if enrichment else {}
        self.used: list[str] = []
        self.unsure: list[str] = []

    def get(self, *names: str) -> Any:
        """The first value of several names that is there and sure enough."""
        for name in names:
            value = self.lead.get(name) or self.tags.get(name)
            if value not in (None, "", [], {}, ()):
                self.used.append(name)
                return value
        for name in names:
            value = self.found_out(name)
            if value not in (None, "", [], {}, ()):
                return value
        return None

    def found_out(self, name: str) -> Any:
        """What enrichment says of a field, at its top or of the company; None where it is unsure.

        A mapping of several (`other_ids`) loses those that are not sure.
        """
        for place, values in (("", self.found), ("company.", self.company)):
            if value := values.get(name):
                return self._sure(f"{place}{name}", value)
        return None

    def _sure(self, name: str, value: Any) -> Any:
        if self.confidence.get(name, 1.0) < SURE:
            self.unsure.append(name)
            return None
        if isinstance(value, Mapping):
            within = {k: self._sure(f"{name}.{k}", v) for k, v in value.items()}
            return {k: v for k, v in within.items() if v is not None}
        self.used.append(f"enrichment.{name}")
        return value

    def text(self, longest: int, *names: str) -> str:
        """A value as one line of clean text; empty where there is none."""
        value = self.get(*names)
        return clean(value, longest) if isinstance(value, str | int | float) else ""

    def texts(self, *names: str) -> tuple[str, ...]:
        """A list, or a text that lists by comma or semicolon, as clean texts."""
        value = self.get(*names)
        if isinstance(value, str):
            value = re.split(r"\s*[;,]\s*", value)
        if not isinstance(value, Iterable) or isinstance(value, Mapping):
            return ()
        found = (clean(one, 80) for one in value if isinstance(one, str | int | float))
        return tuple(dict.fromkeys(one for one in found if one))[:24]


def business(lead: LeadFields, enrichment: Enrichment | None = None) -> Business | None:
    """Returns what is known of a lead's business; None where not even its name is."""
    fields = _Fields(lead, enrichment)
    own = lead.business_name or lead.metadata.get("company_name")
    name = clean(own or fields.company.get("name") or "", 120)
    if not name:
        return None
    country = countries.read(fields.text(60, "country")) or ""
    phone, shown = _phone(fields, country)
    latitude, longitude = _place(fields)
    found: dict[str, Any] = {
        **_described(fields),
        **_listed(fields),
        **_hours(fields),
        "country": country,
        "phone": phone,
        "phone_shown": shown,
        "email": _email(fields, name),
        "website": _website(fields),
        "latitude": latitude,
        "longitude": longitude,
        "profiles": _profiles(fields),
    }
    unsure = tuple(dict.fromkeys(fields.unsure))
    return Business(name=name, **found, used=tuple(dict.fromkeys(fields.used)), unsure=unsure)


def _described(fields: _Fields) -> dict[str, Any]:
    category = fields.get("category", "industry_category", "industry")
    stated = tuple(clean(one, 60) for one in _several(category))
    return {
        "kind": kinds.kind(stated),
        "category": stated[0] if stated else "",
        "tagline": fields.text(160, "tagline", "slogan"),
        "description": fields.text(1200, "description", "about"),
        "logo": safe_url(fields.get("logo", "logo_url")),
        "street": fields.text(160, "address", "street_address"),
        "city": fields.text(80, "city"),
        "region": fields.text(80, "region"),
        "postcode": fields.text(16, "postcode"),
        "price_range": fields.text(20, "price_range", "priceRange"),
        "booking": safe_url(fields.get("booking", "booking_url", "booking_link", "booking_links")),
        "menu": safe_url(fields.get("menu", "menu_url", "website:menu")),
    }


def _listed(fields: _Fields) -> dict[str, Any]:
    return {
        "keywords": fields.texts("keywords"),
        "services": fields.texts("services"),
        "cuisine": tuple(kinds.humanised(one) for one in fields.texts("cuisine")),
        "programmes": fields.texts("programmes", "programs", "program_name", "Program Name"),
        "areas": fields.texts("areas_served", "service_area", "neighborhood", "Neighborhood"),
        "payment": fields.texts("payment", "payment_methods", "payment_accepted"),
        "languages": fields.texts("languages", "language"),
    }


def _several(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [one for one in values if isinstance(one, str) and one.strip()]


# ── cleaning ──────────────────────────────────────────────────────────────────────────────────


def clean(value: Any, longest: int) -> str:
    """Returns a stranger's text as one line: composed, without control characters and direction
    overrides, at most three marks on a letter, cut at a word's end where it is too long."""
    text = unicodedata.normalize("NFC", str(value)[: longest * 4])
    text = " ".join(BIDI.sub("", text).split())
    kept: list[str] = []
    marks = 0
    for sign in text:
        category = unicodedata.category(sign)
        marks = marks + 1 if category[0] == "M" else 0
        if marks <= DEEPEST_MARKS and category not in {"Cc", "Cs", "Co", "Cn"}:
            kept.append(sign)
    text = "".join(kept).strip()
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0][: longest - 1] + "…"


def safe_url(value: Any) -> str:
    """Returns a link that leads out over http or https; empty for anything else."""
    written = next(iter(_several(value)), "").strip()
    if not written or len(written) > 500 or re.search(r"[\s<>\"'`\\^{|}\x00-\x1f\x7f]", written):
        return ""
    if not re.match(r"[a-z][a-z0-9+.-]*:", written, re.I) or re.match(r"[\w.-]+:\d", written):
        written = f"https://{written}"
    try:
        parts = urlsplit(written)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or parts.username or not _is_host(host):
        return ""
    path = quote(parts.path, safe="/%:@!$&()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&()*+,;=~-._?")
    netloc = parts.netloc.encode("idna").decode() if parts.netloc.isascii() else _idna(parts)
    return f"{parts.scheme.lower()}://{netloc}{path or '/'}{f'?{query}' if query else ''}"


def _is_host(host: str) -> bool:
    return re.fullmatch(r"[\w-]{1,63}(\.[\w-]{1,63})+", host) is not None


def _idna(parts: Any) -> str:
    try:
        host = str(parts.hostname).encode("idna").decode()
    except UnicodeError:
        host = quote(str(parts.hostname))
    return f"{host}:{parts.port}" if parts.port else host


def _website(fields: _Fields) -> Link | None:
    url = safe_url(fields.get("website"))
    if not url:
        return None
    host = urlsplit(url).hostname or ""
    return Link(url=url, text=host.removeprefix("www."))


def _phone(fields: _Fields, country: str) -> tuple[str, str]:
    """The business's number as E.164 and as it is shown there; a number beside a person's name is
    that person's (so intake reads it), unless it was found on the business's own site."""
    written = None if fields.lead.get("name") else fields.get("phone")
    written = written or fields.found_out("phone")
    read = phones.read(str(written), country or None) if written else None
    if read is None or read.e164 is None:
        return "", ""
    import phonenumbers

    number = phonenumbers.parse(read.e164)
    shape = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return read.e164, phonenumbers.format_number(number, shape)


def _email(fields: _Fields, name: str) -> str:
    """An address of the business: of a role (info@), or named like the business itself."""
    for value in (fields.lead.get("email"), fields.found_out("email")):
        read = addresses.read(str(value)) if value else None
        if read is None or read.verdict != "valid" or read.normalised is None:
            continue
        local = read.normalised.partition("@")[0]
        if re.split(r"[.+_-]", local)[0] in ROLES or _named_like(local, name):
            fields.used.append("email" if value == fields.lead.get("email") else "enrichment.email")
            return read.normalised
    return ""


def _named_like(local: str, name: str) -> bool:
    mailbox, own = re.sub(r"\W", "", local), re.sub(r"[\W_]", "", fold(name))
    return len(mailbox) > 3 and (mailbox == own or (len(own) > 5 and own.startswith(mailbox)))


def _place(fields: _Fields) -> tuple[float | None, float | None]:
    geo = fields.get("geo")
    if not isinstance(geo, Mapping):
        return None, None
    try:
        return float(geo["latitude"]), float(geo["longitude"])
    except (KeyError, TypeError, ValueError):
        return None, None


def _hours(fields: _Fields) -> dict[str, Any]:
    written = fields.get("opening_hours", "openingHours", "hours", "dayshours")
    found = hours.week(written)
    lines = _several(written) if not isinstance(written, Mapping) else []
    text = clean("; ".join(lines), 200) if found is None else ""
    return {"hours": found, "hours_written": text}


SITES: Mapping[str, str] = {
    "facebook.com": "Facebook",
    "instagram.com": "Instagram",
    "linkedin.com": "LinkedIn",
    "x.com": "X",
    "twitter.com": "X",
    "youtube.com": "YouTube",
    "tiktok.com": "TikTok",
    "pinterest.com": "Pinterest",
    "yelp.com": "Yelp",
    "tripadvisor.com": "Tripadvisor",
    "wa.me": "WhatsApp",
    "xing.com": "XING",
}
"""Sites whose profiles are shown, with their names; others' ids are not links."""


def _profiles(fields: _Fields) -> tuple[Link, ...]:
    ids = fields.get("other_ids", "social_profiles", "profiles")
    values = ids.values() if isinstance(ids, Mapping) else _several(ids)
    found: dict[str, Link] = {}
    for value in values:
        url = safe_url(value)
        host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
        name = next(
            (n for site, n in SITES.items() if host == site or host.endswith(f".{site}")), ""
        )
        if name:
            found.setdefault(name, Link(url=url, text=name))
    return tuple(found.values())
