"""What else a site says of its business: place, hours, languages, technologies, booking, size,
profiles, each with its literal words. Pure; `extract.py` puts it into findings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from agents.enrichment.site import wording
from agents.enrichment.site.document import Document, Line
from agents.enrichment.site.structured import Stated
from agents.identity import countries


@dataclass(frozen=True, slots=True)
class Detail:
    """One fact: the field that it fills, its value, how sure its form makes it, and its words."""

    field: str
    value: Any
    sure: float
    literal: str
    url: str


# ── place ─────────────────────────────────────────────────────────────────────────────────────

POSTCODES: Mapping[str, str] = {
    "DE": r"(?:D-?)?(\d{5})\s+(CITY)",
    "AT": r"(?:A-?)?(\d{4})\s+(CITY)",
    "CH": r"(?:CH-?)?(\d{4})\s+(CITY)",
    "FR": r"(?:F-?)?(\d{5})\s+(CITY)",
    "ES": r"(\d{5})\s+(CITY)",
    "IT": r"(?:I-?)?(\d{5})\s+(CITY)",
    "NL": r"(\d{4}(?:\s?[A-Z]{2})?)\s+(CITY)",
    "BE": r"(\d{4})\s+(CITY)",
    "PL": r"(\d{2}-\d{3})\s+(CITY)",
    "SE": r"(?:SE?-?)?(\d{3}\s?\d{2})\s+(CITY)",
    "DK": r"(?:DK-?)?(\d{4})\s+(CITY)",
    "NO": r"(\d{4})\s+(CITY)",
    "PT": r"(\d{4}-\d{3})\s+(CITY)",
    "BR": r"(?<!\d )(\d{5}-\d{3})(?!\d)",
    "GB": r"(?:(CITY),?\s+)?([A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})(?!\w)",
    "IE": r"([A-Z]\d[\dW]\s?[A-Z\d]{4})",
    "US": r"(CITY),\s*(?:[A-Z]{2})\.?\s+(\d{5}(?:-\d{4})?)",
    "AU": r"(CITY),?\s+(?:NSW|VIC|QLD|SA|WA|TAS|NT|ACT)\s+(\d{4})",
}
CITY = r"[^\W\d_a-z][^\W\d_]+(?:[ '’-](?:[^\W\d_]{2,}|[^\W\d_]\.?(?![^\W\d_]))){0,3}"
CITY_FIRST = frozenset({"GB", "US", "AU"})
STREET = re.compile(r"\d")


def places(document: Document, businesses: list[Stated], country: str | None) -> Iterator[Detail]:
    """Address, postcode, city: stated, else of the first line that reads like one."""
    for business in businesses:
        for address in business.things("address"):
            yield from _stated_place(address, document.url)
        text = next((t for t in business.texts("address") if any(c.isdigit() for c in t)), "")
        if text:
            yield Detail("company.address", text, 0.8, text, document.url)
    yield from _written_place(document, country)


def _stated_place(address: Stated, url: str) -> Iterator[Detail]:
    for name, field in (
        ("streetAddress", "company.address"),
        ("postalCode", "company.postcode"),
        ("addressLocality", "company.city"),
        ("addressRegion", "company.region"),
    ):
        if address.text(name):
            yield Detail(field, address.text(name), 0.88, address.text(name), url)
    code = countries.read(address.text("addressCountry")) if address.text("addressCountry") else ""
    if code:
        yield Detail("company.country", code, 0.88, address.text("addressCountry"), url)


def _written_place(document: Document, country: str | None) -> Iterator[Detail]:
    template = POSTCODES.get((country or "").upper())
    if template is None:
        return
    pattern = re.compile(r"(?<![\w-])" + template.replace("CITY", CITY))
    for number, line in enumerate(document.lines):
        match = pattern.search(line.text)
        if match is None or _not_a_place(line, match):
            continue
        code, city = _parts(match, (country or "").upper())
        yield Detail("company.postcode", code, 0.75, line.text, document.url)
        if city:
            yield Detail("company.city", city, 0.7, line.text, document.url)
        before = document.lines[number - 1].text if number else ""
        street = _street(line.text[: match.start()], before)
        if street:
            yield Detail("company.address", street, 0.7, f"{before} {line.text}", document.url)
        return


def _parts(match: re.Match[str], country: str) -> tuple[str, str]:
    groups = [group or "" for group in match.groups()]
    if country in CITY_FIRST:
        city, code = groups
        return code, city
    return groups[0], (groups[1].strip(" ,.") if len(groups) > 1 else "")


def _not_a_place(line: Line, match: re.Match[str]) -> bool:
    """Registers and telephone numbers hold five digits too."""
    before = line.text[max(0, match.start() - 30) : match.start()]
    last = re.search(r"([^\W\d_][\w.-]*)\W*[\d\s-]*$", before)
    word = last.group(1) if last else ""
    others = wording.CREDIT.search(line.text) or wording.FOREIGN.search(line.text)
    register = wording.NOT_A_PHONE.fullmatch(word) or wording.PHONE.fullmatch(word)
    return others is not None or register is not None or "©" in line.text[: match.start()]


def _street(before: str, line_before: str) -> str:
    parts: list[str] = [p.strip() for p in re.split(r"\s[·|•-]\s|,", before) if p.strip()]
    for part in reversed(parts):
        if STREET.search(part) and 4 < len(part) < 80:
            return part.strip(" ,.")
    alone = not parts and len(line_before) < 80 and STREET.search(line_before) is not None
    return line_before if alone else ""


# ── hours, languages, technologies, booking, size, profiles ───────────────────────────────────


def hours(document: Document, businesses: list[Stated]) -> Iterator[Detail]:
    """Opening hours: stated, else the line that speaks of them with days and times."""
    for business in businesses:
        said = business.texts("openingHours") or [
            " ".join([*one.texts("dayOfWeek"), f"{one.text('opens')}-{one.text('closes')}"])
            for one in business.things("openingHoursSpecification")
        ]
        if said:
            yield Detail("company.opening_hours", said, 0.85, "; ".join(said), document.url)
            return
    above = ""
    for line in document.lines:
        label, above = above, line.text if len(line.text) <= 30 else ""
        times = wording.TIMES.search(line.text)
        said_so = wording.DAYS.search(line.text) or wording.HOURS.search(line.text)
        if times and len(line.text) < 200 and said_so:
            yield Detail("company.opening_hours", [line.text], 0.7, line.text, document.url)
            return
        if times and len(line.text) < 60 and wording.DAYS.fullmatch(label.strip(" :.")):
            text = f"{label} {line.text}"
            yield Detail("company.opening_hours", [text], 0.65, text, document.url)
            return


def languages(document: Document) -> Iterator[Detail]:
    """Languages that the site declares, by their codes."""
    codes = [(document.language, f'lang="{document.language}"', 0.8)]
    codes += [(code, f'hreflang="{code}"', 0.75) for code, _ in document.alternates]
    for code, literal, sure in codes:
        primary = re.split(r"[-_]", code)[0].lower()
        if re.fullmatch(r"[a-z]{2,3}", primary) and primary != "x":
            yield Detail("company.languages", primary, sure, literal, document.url)


TECHNOLOGIES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "WordPress": r"/wp-content/|/wp-includes/",
        "WooCommerce": r"/plugins/woocommerce/",
        "Shopify": r"cdn\.shopify\.com",
        "Wix": r"static\.parastorage\.com|static\.wixstatic\.com",
        "Squarespace": r"static1?\.squarespace\.com|assets\.squarespace\.com",
        "Webflow": r"assets\.website-files\.com|webflow\.js",
        "Jimdo": r"jimstatic\.com|jimdo\.com",
        "Weebly": r"editmysite\.com",
        "TYPO3": r"/typo3conf/|/typo3temp/",
        "Magento": r"/static/version\d+/frontend/",
        "PrestaShop": r"/modules/ps_",
        "Shopware": r"/bundles/storefront/",
        "HubSpot": r"js\.hs-scripts\.com|js\.hsforms\.net",
        "Stripe": r"js\.stripe\.com",
        "PayPal": r"paypal\.com/sdk|paypalobjects\.com",
        "Google Analytics": r"googletagmanager\.com/gtag/js|google-analytics\.com",
        "Google Tag Manager": r"googletagmanager\.com/gtm\.js",
        "Meta Pixel": r"connect\.facebook\.net/.{0,20}fbevents\.js",
        "Matomo": r"matomo\.js|piwik\.js",
        "Cloudflare": r"/cdn-cgi/|cdnjs\.cloudflare\.com",
        "reCAPTCHA": r"google\.com/recaptcha",
        "Intercom": r"widget\.intercom\.io",
        "Mailchimp": r"list-manage\.com|chimpstatic\.com",
        "Klaviyo": r"static\.klaviyo\.com",
        "Calendly": r"assets\.calendly\.com",
    }.items()
}
"""Technology → what its traces in addresses of scripts and pictures look like."""
GENERATORS: Mapping[str, str] = {
    "wordpress": "WordPress",
    "joomla": "Joomla",
    "drupal": "Drupal",
    "wix": "Wix",
    "typo3": "TYPO3",
    "squarespace": "Squarespace",
    "jimdo": "Jimdo",
    "webflow": "Webflow",
    "hugo": "Hugo",
    "ghost": "Ghost",
    "prestashop": "PrestaShop",
    "shopware": "Shopware",
    "contao": "Contao",
    "weebly": "Weebly",
    "gatsby": "Gatsby",
    "blogger": "Blogger",
    "concrete": "Concrete CMS",
}


def technologies(document: Document) -> Iterator[Detail]:
    """Technologies that the page names or loads."""
    generator = document.meta.get("generator", "")
    for mark, name in GENERATORS.items():
        if mark in generator.lower():
            yield Detail("company.technologies", name, 0.8, generator, document.url)
    for source in document.sources:
        for name, pattern in TECHNOLOGIES.items():
            if pattern.search(source):
                yield Detail("company.technologies", name, 0.75, source, document.url)


def booking(document: Document, businesses: list[Stated]) -> Iterator[Detail]:
    """Where appointments, tables or rooms are booked."""
    for business in businesses:
        for url in business.texts("acceptsReservations", "hasMap")[:1]:
            if url.startswith("http") and business.texts("acceptsReservations"):
                yield Detail("company.booking_url", url, 0.85, url, document.url)
    for link in document.links:
        if not link.url.startswith("http"):
            continue
        hosted = any(mark in link.url.lower() for mark in wording.BOOKING_HOSTS)
        spoken = len(link.text) <= 40 and wording.BOOKING.search(link.text) is not None
        if hosted or spoken:
            yield Detail(
                "company.booking_url", link.url, 0.75, link.text or link.href, document.url
            )
            return


NUMBER_WORDS = dict(
    zip(
        [
            "drei",
            "vier",
            "fünf",
            "sechs",
            "sieben",
            "acht",
            "neun",
            "zehn",
            "elf",
            "zwölf",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "trois",
            "quatre",
            "cinq",
            "six",
            "sept",
            "huit",
            "neuf",
            "dix",
            "onze",
            "douze",
        ],
        (*range(3, 13), *range(3, 13), *range(3, 13)),
        strict=True,
    )
)
STAFF = (
    r"employees|people|staff|mitarbeiter(?:inne)?n?|mitarbeitende|leuten?|köpfe|mécaniciens|salariés|"
    r"collaborateurs|personnes|mechaników|pracowników|osób|empleados|personas|dipendenti|persone|"
    r"medewerkers|mensen|medarbetare|anställda|medarbejdere|ansatte|funcionários|pessoas|"
    r"professionals|experts|technicians|plumbers|nurses|vets"
)
SIZE = (
    re.compile(
        rf"(?:team|crew|staff|family) of (?P<n>\d{{1,4}}|{'|'.join(NUMBER_WORDS)})(?!\w)", re.I
    ),
    re.compile(
        rf"(?:équipe|team) (?:de|von|aus|di|van) (?P<n>\d{{1,4}}|{'|'.join(NUMBER_WORDS)})"
        r"(?!\w)",
        re.I,
    ),
    re.compile(
        rf"(?<![\w.,])(?P<n>\d{{1,4}}|{'|'.join(NUMBER_WORDS)})\s+(?:\w+\s)?(?:{STAFF})(?!\w)", re.I
    ),
)
SOMETHING_ELSE = (
    r"minut\w*|min|miles?|km|meters?|years?|jahre\w*|ans|años|anni|lat|days?|blocks?|hours?|stunden"
)
WE_ARE = re.compile(
    rf"(?:we are|wir sind|nous sommes|somos|siamo|jesteśmy|wij zijn|vi er|vi är)"
    rf" (?P<n>\d{{1,3}})\s+"
    rf"(?!(?:{SOMETHING_ELSE})\b)[^\W\d_]{{4,}}",
    re.IGNORECASE,
)
EMPLOYS = re.compile(
    r"zatrudniamy|we employ|our|we are|team|mit|beschäftig\w+|équipe|nous sommes|siamo|wij zijn|"
    r"vi är|vi er|somos|crew",
    re.IGNORECASE,
)
SINCE = re.compile(
    r"(?:since|est(?:ablished|\.)?(?: in)?|founded(?: in)?|seit|gegründet|depuis|fondée? en|desde|"
    r"dal|sinds|od|sedan|siden|grundat|założon\w+ w) ((?:18|19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)


def size(document: Document, businesses: list[Stated]) -> Iterator[Detail]:
    """How many work there, and since when: stated, else as the site says in a sentence."""
    url = document.url
    for business in businesses:
        counted = business.text("numberOfEmployees") or next(
            (t.text("value", "minValue") for t in business.things("numberOfEmployees")), ""
        )
        if counted.isdigit():
            yield Detail("company.employees", int(counted), 0.85, counted, url)
        founded = re.match(r"(?:18|19|20)\d\d", business.text("foundingDate"))
        if founded:
            yield Detail("company.founded", int(founded.group()), 0.85, founded.group(), url)
    for line in document.lines:
        found = next((m for p in (*SIZE, WE_ARE) for m in p.finditer(line.text)), None)
        if found and EMPLOYS.search(line.text) and len(line.text) < 300:
            number = found.group("n").lower()
            count = NUMBER_WORDS.get(number) or int(number)
            if 2 <= count <= 5000:
                yield Detail("company.employees", count, 0.6, line.text, url)
        since = SINCE.search(line.text)
        if since and len(line.text) < 300:
            yield Detail("company.founded", int(since.group(1)), 0.6, line.text, url)


HOSTS: Mapping[str, str] = {
    "linkedin.com": "linkedin",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "instagram.com": "instagram",
    "twitter.com": "x",
    "x.com": "x",
    "youtube.com": "youtube",
    "tiktok.com": "tiktok",
    "pinterest.com": "pinterest",
    "xing.com": "xing",
    "yelp.com": "yelp",
    "tripadvisor.com": "tripadvisor",
}
OF_MANY_LANDS = re.compile(r"(?:^|\.)(tripadvisor|pinterest|yelp)\.(?:com?\.)?[a-z]{2,3}$")
NO_PROFILE = re.compile(
    r"/(?:sharer?|intent|share|hashtag|search|login|signup|policies|privacy|legal|about|help|watch"
    r"|embed|plugins|dialog|tr|explore|p|reel|status|home|pages/create|biz_redir|pin/create"
    r"|shareArticle|wix|wordpress|squarespace|shopify|ads)(?:[/.?]|$)",
    re.IGNORECASE,
)


def profiles(document: Document, businesses: list[Stated]) -> Iterator[Detail]:
    """Social profiles: stated ones, then linked ones; links that share or search are none."""
    stated = [(url, 0.88) for business in businesses for url in business.texts("sameAs")]
    for url, sure in [*stated, *((link.url, 0.78) for link in document.links)]:
        network = _network(url)
        if network:
            yield Detail(f"other_ids.{network}", url, sure, url, document.url)
        number = wording.CALLS_FOR.search(url)
        if number:
            digits = number.group(1) or number.group(2)
            yield Detail("other_ids.whatsapp", f"https://wa.me/{digits}", 0.8, url, document.url)


def _network(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    name = next((n for end, n in HOSTS.items() if host == end or host.endswith("." + end)), None)
    many = OF_MANY_LANDS.search(host)
    name = name or (many.group(1) if many else None)
    if name is None or parts.path.strip("/") == "" or NO_PROFILE.match(parts.path):
        return None
    return name


def descriptions(document: Document, businesses: list[Stated]) -> Iterator[Detail]:
    """What the business says of itself in a sentence, its price range and how it is rated."""
    url = document.url
    for name in ("description", "og:description"):
        text = document.meta.get(name, "").strip()
        if 20 <= len(text) <= 400:
            yield Detail("company.description", text, 0.7, text, url)
            break
    for business in businesses:
        if business.text("priceRange"):
            price = business.text("priceRange")
            yield Detail("company.price_range", price, 0.8, price, url)
        for rating in business.things("aggregateRating"):
            for name, field in (
                ("ratingValue", "company.rating"),
                ("reviewCount", "company.reviews"),
            ):
                if rating.text(name):
                    yield Detail(field, rating.text(name), 0.7, rating.text(name), url)
        told = (t for t in business.kinds if t.lower() not in ("localbusiness", "organization"))
        kind = next(told, "")
        if kind:
            words = _KIND_WORDS.get(kind.lower(), kind.lower())
            yield Detail("industry_category", words, 0.75, kind, url)


_KIND_WORDS: Mapping[str, str] = {
    "autorepair": "auto repair",
    "accountingservice": "accounting",
    "bookstore": "bookshop",
    "cafeorcoffeeshop": "cafe",
    "childcare": "childcare",
    "hairsalon": "hair salon",
    "legalservice": "legal service",
    "medicalclinic": "medical clinic",
    "realestateagent": "real estate agent",
    "sportsactivitylocation": "sports",
    "veterinarycare": "veterinarian",
    "beautysalon": "beauty salon",
    "generalcontractor": "contractor",
    "homeandconstructionbusiness": "construction",
    "foodestablishment": "restaurant",
    "fastfoodrestaurant": "fast food restaurant",
    "professionalservice": "professional service",
    "lodgingbusiness": "lodging",
    "exercisegym": "gym",
}


def services(document: Document, businesses: list[Stated]) -> Iterator[Detail]:
    """Services that structured data offer, and the list under a heading that names them."""
    for business in businesses:
        for name in business.texts("makesOffer", "hasOfferCatalog", "knowsAbout"):
            if 2 < len(name) <= 60:
                yield Detail("company.services", name, 0.75, name, document.url)
    for number, line in enumerate(document.lines):
        if line.heading and OFFERED.fullmatch(line.text.strip(" :")):
            for item in document.lines[number + 1 : number + 13]:
                if item.heading:
                    break
                if item.tag == "li" and 2 < len(item.text) <= 60:
                    yield Detail("company.services", item.text, 0.65, item.text, document.url)


OFFERED = re.compile(
    r"(?:our |unsere |nos |nuestros |i nostri |onze |nasze |våra |vores |nossos )?(?:services|"
    r"leistungen|servicios|servizi|diensten|usługi|oferta|tjänster|ydelser|serviços|prestations|"
    r"angebot|what we do)",
    re.IGNORECASE,
)
