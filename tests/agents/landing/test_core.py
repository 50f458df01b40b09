"""The core of landing pages: what a lead becomes, by values."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from agents.landing import kinds, known
from agents.landing.core import Site, make, make_all
from agents.landing.templates import Templates
from agents.landing.values import Failed, Page, PageError, Skipped, landing_stats
from contracts.lead import Enrichment
from tests.agents.landing.leads import FOUND, FULL, lead, page


def structured(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def test_a_page_is_the_same_bytes_each_time() -> None:
    assert page().hash == page().hash
    assert page().files == page().files


def test_every_field_that_is_known_is_said_and_a_field_that_is_not_is_nowhere() -> None:
    """Take a field away, and its words are gone from HTML, structured data and Markdown."""
    whole = page()
    said = whole.html.decode() + whole.markdown.decode()
    for field, words in SAID.items():
        assert all(word in said for word in words), field
        given = lead(**({field: None} if field in FULL else {}))
        found = {k: v for k, v in FOUND.items() if k != field}
        less = page(given, found)
        left = "".join(body.decode() for path, body in less.files.items() if "card" not in path)
        assert not [word for word in words if word in left], field


SAID = {
    "category": ["Italian restaurant"],
    "tagline": ["Wood fire"],
    "description": ["A cellar kitchen"],
    "keywords": ["wood oven"],
    "address": ["75 Market Street"],
    "city": ["Lancaster"],
    "region": ["Lancashire"],
    "postcode": ["LA1 1JG"],
    "phone": ["+441134960858", "+44 113 496 0858"],
    "email": ["info@thecrypt.example"],
    "website": ["thecrypt.example/menu"],
    "geo": ["54.0482"],
    "opening_hours": ["12:00", "22:00", "Saturday", "Opening hours"],
    "cuisine": ["Pizza"],
    "other_ids": ["facebook.com/thecrypt"],
    "services": ["Catering"],
    "price_range": ["££", "Price range"],
    "payment": ["Visa", "Payment"],
    "booking_url": ["thecrypt.example/book", "Book online"],
    "menu_url": ["thecrypt.example/carte", "See the menu"],
}


def test_structured_data_has_the_right_subtype_and_only_what_is_known() -> None:
    data = structured(page().html.decode())
    assert data["@type"] == "Restaurant"
    assert data["address"]["postalCode"] == "LA1 1JG"
    assert data["openingHoursSpecification"][0]["opens"] == "12:00"
    bare = structured(page(lead(**dict.fromkeys(SAID)), {}).html.decode())
    assert bare["@type"] == "LocalBusiness"
    assert set(bare) == {"@context", "@type", "@id", "name", "image", "mainEntityOfPage", "address"}


def test_a_person_s_name_number_and_address_stay_off_the_page() -> None:
    """What belongs to a person and not to the business is never published."""
    given = lead(name="Ada Vine", title="Owner", email="ada.vine@thecrypt.example")
    said = "".join(b.decode("utf-8", "replace") for b in page(given).files.values())
    assert "Ada" not in said
    assert "ada.vine" not in said
    assert "4960858" not in said


def test_what_enrichment_is_not_sure_of_is_left_out_and_counted() -> None:
    found = {**FOUND, "confidence": {"services": 0.3}}
    made = page(found=found)
    assert b"Catering" not in made.html
    assert made.unsure == ("services",)
    assert landing_stats([made])["left_out_as_unsure"] == {"services": 1}


def test_a_lead_that_is_no_target_is_skipped_and_one_without_a_name_is_named() -> None:
    site = Site(url="https://pages.example")
    assert make(lead(route="OTHER"), None, site, key="k") == Skipped(key="k", reason="route OTHER")
    with pytest.raises(PageError, match="lead k9: missing required key business_name"):
        make(lead(business_name=None), None, site, key="k9")
    rows = [("k9", lead(business_name=None), None), ("k1", lead(), None)]
    failed, made = make_all(rows, site)
    assert isinstance(failed, Failed)
    assert isinstance(made, Page)
    stats = landing_stats([failed, made])
    assert stats["pages"] == 1
    assert stats["failed"][0]["key"] == "k9"


def test_an_unknown_placeholder_is_named_with_template_and_line(tmp_path: Path) -> None:
    text = '{% extends "base.html" %}\n{% block cards %}\n{{ business.tagine }}\n{% endblock %}\n'
    (tmp_path / "restaurant.html").write_text(text)
    site = Site(url="https://pages.example", templates=Templates(tmp_path))
    with pytest.raises(PageError) as told:
        make(lead(), None, site, key="k1")
    assert "lead k1: template restaurant.html line 3: unknown placeholder" in str(told.value)
    assert "did you mean business.tagline?" in str(told.value)


def test_an_operator_s_template_replaces_ours_and_sees_every_placeholder(tmp_path: Path) -> None:
    names = ("name", "tagline", "description", "category", "keywords", "logo")
    body = "\n".join(f"{name}={{{{ business.{name} }}}}" for name in names)
    (tmp_path / "restaurant.html").write_text(body + "\n{{ enrichment.price_range }}")
    site = Site(url="https://pages.example", templates=Templates(tmp_path))
    text = page(site=site).html.decode()
    assert "name=The Crypt &amp; Vine" in text
    assert "££" in text


def test_languages_follow_what_is_known_and_refer_to_each_other() -> None:
    made = page()
    assert made.languages == ("en", "it")
    italian = made.files[f"{made.slug}/it/index.html"].decode()
    assert '<html lang="it">' in italian
    assert "Orari" in italian
    for text in (made.html.decode(), italian):
        assert f'hreflang="it" href="{made.url}it/"' in text
        assert f'hreflang="x-default" href="{made.url}"' in text
    assert page(lead(country="DE"), {}).languages == ("de",)


def test_hours_that_cannot_be_read_are_shown_as_written_and_not_structured() -> None:
    made = page(lead(opening_hours="1-5 08:00-20:00; 0 09:00-18:00"))
    assert b"1-5 08:00-20:00" in made.html
    assert "openingHoursSpecification" not in structured(made.html.decode())


def test_a_page_keeps_its_address_when_its_name_is_put_right() -> None:
    site = Site(url="https://pages.example")
    again = make(lead(business_name="New"), None, site, key="crypt", slug=page().slug)
    assert isinstance(again, Page)
    assert again.url == page().url


def test_every_template_has_its_industry_and_every_kind_its_template() -> None:
    assert set(Templates().names()) == set(kinds.INDUSTRIES)
    for name in Templates().names():
        Templates().check(f"{name}.html")
    assert {kind.industry for kind in kinds.kinds()} == set(kinds.INDUSTRIES)


@pytest.mark.parametrize(
    "written", ["javascript:alert(1)", "http://", "ftp://a.example", "//x", "a b.c"]
)
def test_what_is_no_web_address_is_no_link(written: str) -> None:
    assert known.safe_url(written) == ""


def test_enrichment_may_say_nothing_at_all() -> None:
    assert make(lead(), Enrichment(), Site(url="https://p.example"), key="k")


def test_text_of_the_business_runs_in_its_own_direction() -> None:
    """A page in English of a business that writes Arabic: a full stop at the sentence's end."""
    made = page(lead(business_name="مطعم ليالي", tagline="طعم البيت", description="منذ 1998."))
    html = made.files[f"{made.slug}/index.html"].decode()
    for start in ('<h1 dir="auto">مطعم', '<p class="tagline" dir="auto">', '<p dir="auto">منذ'):
        assert start in html
