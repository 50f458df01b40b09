"""A site of pages that shows everything pages can be: every industry, ten languages, little and
much known, two languages on one page; served with the headers that a host would give."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import orjson

from agents.cli.pages import Looked
from agents.landing import brand
from agents.landing.core import Site, make
from agents.landing.site import around
from agents.landing.values import Page
from contracts.lead import Enrichment, LeadFields
from tests.agents.landing.leads import FOUND, FULL

BRAND = """\
name = "Harbour Web"
tagline = "Pages for places nearby"
url = "https://harbour-web.example"
primary = "#ffb000"
label = "This is my business"
action = "https://harbour-web.example/claim"
"""
LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40">\
<circle cx="20" cy="20" r="18" fill="#1d6f8a"/></svg>
"""
PLACES: Sequence[Mapping[str, Any]] = (
    {"category": "Elektriker", "country": "DE", "city": "Regensburg", "name": "Brandl & Söhne"},
    {"category": "coffee_shop", "country": "FR", "city": "Lyon", "name": "Café Lumière"},
    {"category": "Day care", "country": "US", "city": "Chicago", "name": "Blue Door Nursery"},
    {"category": "Autofficina", "country": "IT", "city": "Modena", "name": "Officina Fiume"},
    {"category": "Real estate agency", "country": "ES", "city": "Cádiz", "name": "Casa y Mar"},
    {"category": "Florist", "country": "NL", "city": "Utrecht", "name": "Veldbloem"},
    {"category": "dentist", "country": "PL", "city": "Kraków", "name": "Uśmiech"},
    {"category": "hairdresser", "country": "SE", "city": "Malmö", "name": "Hårverket"},
    {"category": "bakery", "country": "DK", "city": "Aarhus", "name": "Morgenbrød"},
    {"category": "hotel", "country": "PT", "city": "Évora", "name": "Casa da Praça"},
)


def leads() -> Iterator[tuple[str, LeadFields, Enrichment]]:
    """Everything, nothing but a name, and one of each place."""
    full, found = LeadFields.model_validate(FULL), Enrichment.model_validate(FOUND)
    yield "full", full, found
    yield "bare", LeadFields(business_name="Вили"), Enrichment()
    for number, place in enumerate(PLACES):
        values = {**FULL, **place, "business_name": place["name"], "dedup_key": f"p{number}"}
        values = {k: v for k, v in values.items() if k not in {"name", "cuisine", "geo", "email"}}
        said = {k: v for k, v in FOUND.items() if k != "languages"}
        yield f"p{number}", LeadFields.model_validate(values), Enrichment.model_validate(said)


def hostile() -> Iterator[tuple[str, LeadFields, Enrichment]]:
    """Strings that want to run, to break out, or to break the layout: each in some field."""
    strings = hostile_strings()
    fields = (
        *("business_name", "category", "tagline", "description", "address", "city", "region"),
        *("postcode", "country", "phone", "email", "website", "logo", "opening_hours"),
    )
    lists = ("keywords", "cuisine", "areas_served", "languages")
    found = ("services", "booking_url", "menu_url", "price_range", "payment")
    step = len(fields) + 2 * len(lists) + len(found)
    for at in range(0, len(strings), step):
        taken = iter(strings[at : at + step] + strings[:step])
        lead: dict[str, Any] = {name: next(taken) for name in fields}
        lead |= {name: [next(taken), next(taken)] for name in lists}
        said = {name: next(taken) for name in found}
        profiles = {"facebook": f"https://facebook.com/{said['services']}"}
        key = f"hostile-{at}"
        yield (
            key,
            LeadFields.model_validate({"dedup_key": key, **lead}),
            Enrichment.model_validate(
                {**said, "services": [said["services"]], "other_ids": profiles}
            ),
        )


def hostile_strings() -> list[str]:
    """The shared naughty strings and payloads, without what the door refuses (NUL, surrogates)."""
    folder = Path(os.environ["LEADWIRE_SHARED_DATA"]) / "hostile"
    found: list[str] = []
    for file, field in (("xss_payloads.jsonl", "payload"), ("naughty_strings.jsonl", "text")):
        rows = (folder / file).read_bytes().splitlines()
        found += [orjson.loads(row)[field] for row in rows]
    return [text for text in found if text.strip() and "\x00" not in text]


def build(folder: Path, given: Iterator[tuple[str, LeadFields, Enrichment]]) -> list[Page]:
    """Writes a site into `folder/site` and returns its pages."""
    own = folder / "brand"
    own.mkdir()
    (own / "brand.toml").write_text(BRAND)
    (own / "logo.svg").write_text(LOGO)
    site = Site(url="https://pages.example", brand=brand.read(own))
    pages = []
    for key, lead, found in given:
        page = make(lead, found, site, key=key)
        assert isinstance(page, Page)
        pages.append(page)
    files = {path: body for page in pages for path, body in page.files.items()}
    for path, body in {**files, **around(site, [page.url for page in pages])}.items():
        to = folder / "site" / path
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(body)
    return pages


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serves a folder as `leadwire pages serve` does; yields its address."""
    handler = partial(Looked, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
