"""Brand folders: what they say, what is corrected, and what is refused by name."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.landing import brand, card, colours
from agents.landing.brand import BrandError
from agents.landing.colours import Rgb
from agents.landing.core import Site, make
from agents.landing.values import Page, PageError
from tests.agents.landing.leads import lead, page

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'
COLOUR = st.tuples(*[st.integers(0, 255)] * 3)


def folder(place: Path, text: str = 'name = "Harbour Web"', logo: str | None = SVG) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    (place / "brand.toml").write_text(text)
    if logo is not None:
        (place / "logo.svg").write_text(logo)
    return place


@given(COLOUR, COLOUR)
def test_every_pair_of_a_palette_reads_whatever_the_brand_s_colours(one: Rgb, two: Rgb) -> None:
    """Text on its ground meets AA in both themes."""
    for theme, text, ground, ratio in colours.palette(one, two).pairs():
        assert ratio >= colours.AA, (theme, text, ground)


@given(COLOUR)
def test_a_colour_that_reads_is_left_as_it_is(colour: Rgb) -> None:
    fixed = colours.readable(colour, colours.WHITE)
    assert colours.contrast(fixed, colours.WHITE) >= colours.AA
    if colours.contrast(colour, colours.WHITE) >= colours.AA:
        assert fixed == colour


def test_contrast_is_that_of_wcag() -> None:
    """Black on white is 21; #767676 is the lightest grey that reads on white."""
    assert round(colours.contrast((0, 0, 0), (255, 255, 255)), 2) == 21
    assert colours.contrast((0x76, 0x76, 0x76), (255, 255, 255)) >= colours.AA
    assert colours.contrast((0x77, 0x77, 0x77), (255, 255, 255)) < colours.AA


def test_a_folder_without_a_logo_is_named_and_used_all_the_same(tmp_path: Path) -> None:
    said = brand.read(folder(tmp_path, logo=None))
    assert said.notes == (f"{tmp_path}: no logo; put logo.svg or logo.png there",)
    text = page(site=Site(url="https://p.example", brand=said)).html.decode()
    assert "This page is provided by Harbour Web." in text


def test_a_colour_that_cannot_be_read_is_corrected_by_name(tmp_path: Path) -> None:
    said = brand.read(folder(tmp_path, 'primary = "#ffcc00"'))
    assert said.primary is not None
    assert colours.contrast(said.primary, colours.WHITE) >= colours.AA
    assert "primary #ffcc00 has contrast 1.5 on white" in said.notes[0]
    assert colours.written(said.primary) in said.notes[0]


def test_or_refused_where_the_folder_says_so(tmp_path: Path) -> None:
    folder(tmp_path, 'primary = "#ffcc00"\ncontrast = "refuse"')
    with pytest.raises(BrandError, match=r"brand.toml: primary #ffcc00 has contrast 1.5"):
        brand.read(tmp_path)


@pytest.mark.parametrize(
    ("text", "logo", "words"),
    [
        ('primary = "yellow"', SVG, "primary 'yellow' is no colour; write #rrggbb"),
        ("name = ", SVG, "is not readable as TOML"),
        ('nmae = "x"', SVG, "nmae: Extra inputs are not permitted; known are name"),
        ('action = "javascript:alert(1)"', SVG, "is no web address; use https"),
        ('name = "x"', "<svg onload='alert(1)'/>", "no plain SVG"),
        ('name = "x"', f"<svg>{' ' * 40_000}</svg>", "at most 30,000; make it smaller"),
    ],
)
def test_what_is_wrong_is_named_with_the_remedy(
    tmp_path: Path, text: str, logo: str, words: str
) -> None:
    folder(tmp_path, text, logo)
    with pytest.raises(BrandError, match=re.escape(words)):
        brand.read(tmp_path)


def test_a_picture_that_is_none_is_named(tmp_path: Path) -> None:
    folder(tmp_path, logo=None)
    (tmp_path / "logo.png").write_bytes(b"not a picture")
    with pytest.raises(BrandError, match=r"logo.png: no picture that can be read"):
        brand.read(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrandError, match=r"no file .*brand.toml; write name"):
        brand.read(tmp_path / "none")


def test_a_business_has_its_own_brand_by_its_key(tmp_path: Path) -> None:
    """What `businesses/KEY` says goes before the site; a broken one names the lead."""
    folder(tmp_path)
    own = folder(tmp_path / "businesses" / "maps_1", 'tagline = "Ours"\nprimary = "#123456"')
    site = Site(url="https://p.example", brand_of=lambda key: brand.of_business(tmp_path, key))
    made = make(lead(dedup_key="maps/1"), None, site, key="lead-1")
    assert isinstance(made, Page)
    assert b"Ours" in made.html
    assert b"#123456" in made.html
    assert made.files[f"{made.slug}/logo.svg"] == SVG.encode()
    assert f'"logo":"{made.url}logo.svg"' in made.html.decode()
    (own / "brand.toml").write_text("broken")
    with pytest.raises(PageError, match=r"lead lead-1: .*not readable as TOML"):
        make(lead(dedup_key="maps/1"), None, site, key="lead-1")


def test_no_key_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder(tmp_path)
    for key in ("..", "../..", "", "/etc"):
        assert brand.of_business(tmp_path / "businesses", key) is None


def test_the_picture_s_font_has_every_letter_that_it_is_trusted_with() -> None:
    """A letter that it lacks would be a box; what the box looks like is asked of a letter that no
    font of Europe has."""
    box = bytes(card._font(54).getmask("\u4e00"))
    lacking = [
        sign
        for sign in card.LETTERS - {" ", "\xa0", "\xad"}
        if bytes(card._font(54).getmask(sign)) == box
    ]
    assert lacking == []
    assert not card.shown("\u4e00")
