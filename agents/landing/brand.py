"""Reads a brand folder: name, tagline, logo, colours, call to action; one for the site, and below
`businesses/KEY` one for a single business.

    brand.toml   name, tagline, url, primary, accent, contrast, label, action, languages
    logo.svg     or .png, .jpg, .webp; at most 30 kB

Colours are checked for contrast: `contrast = "correct"` (the default) moves a colour that cannot be
read until it can, and says so in `notes`; `contrast = "refuse"` refuses it by name. Whoever reads
a folder shows its notes; what is wrong raises `BrandError` with the file and the remedy.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from agents.landing import colours
from agents.landing.colours import Rgb
from agents.landing.known import safe_url

LOGO_LIMIT = 30_000
"""Bytes of a logo: a page with its picture stays under 100 kB."""
TYPES: Mapping[str, str] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}
ACTIVE = re.compile(rb"<script|<foreignobject|\son\w+\s*=|javascript:|<!entity", re.IGNORECASE)
"""What a picture has no need of."""


class BrandError(Exception):
    """A brand folder cannot be used; the text names file, problem and remedy."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    tagline: str = ""
    url: str = ""
    primary: str = ""
    accent: str = ""
    contrast: Literal["correct", "refuse"] = "correct"
    label: str = ""
    action: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A logo's file: its name on the site, its bytes, and its size in pixels where it has one."""

    name: str
    body: bytes = field(repr=False)
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """What a brand folder says; empty where it says nothing. `notes` are for the operator."""

    name: str = ""
    tagline: str = ""
    url: str = ""
    logo: Logo | None = None
    primary: Rgb | None = None
    accent: Rgb | None = None
    label: str = ""
    action: str = ""
    languages: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read(folder: Path) -> Brand:
    """Reads a brand folder; raises BrandError."""
    said = _toml(folder / "brand.toml")
    logo = _logo(folder)
    notes = [] if logo else [f"{folder}: no logo; put logo.svg or logo.png there"]
    primary = _colour(folder, said, "primary", notes)
    accent = _colour(folder, said, "accent", notes)
    for name in ("url", "action"):
        written = getattr(said, name)
        if written and not written.startswith(("mailto:", "tel:")) and not safe_url(written):
            raise BrandError(
                f"{folder}/brand.toml: {name} {written!r} is no web address; use https"
            )
    return Brand(
        name=said.name,
        tagline=said.tagline,
        url=said.url,
        logo=logo,
        primary=primary,
        accent=accent,
        label=said.label,
        action=said.action,
        languages=said.languages,
        notes=tuple(notes),
    )


def of_business(folder: Path | None, key: str) -> Brand | None:
    """Reads the brand folder of one business, `businesses/KEY`; None where there is none."""
    name = re.sub(r"[^\w.-]", "_", key)
    if folder is None or not name.strip("."):
        return None
    own = folder / "businesses" / name
    return read(own) if own.is_dir() else None


def _toml(path: Path) -> _File:
    try:
        with path.open("rb") as file:
            return _File.model_validate(tomllib.load(file))
    except FileNotFoundError:
        raise BrandError(f"no file {path}; write name, primary … into it") from None
    except OSError as error:
        raise BrandError(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrandError(f"{path} is not readable as TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        known = ", ".join(_File.model_fields)
        where = ".".join(map(str, first["loc"]))
        raise BrandError(f"{path}: {where}: {first['msg']}; known are {known}") from None


def _colour(folder: Path, said: _File, name: str, notes: list[str]) -> Rgb | None:
    """A colour as it can be used as text and button on white; corrected or refused otherwise."""
    text = getattr(said, name)
    if not text:
        return None
    colour = colours.parse(text)
    if colour is None:
        raise BrandError(f"{folder}/brand.toml: {name} {text!r} is no colour; write #rrggbb")
    ratio = colours.contrast(colour, colours.WHITE)
    if ratio >= colours.AA:
        return colour
    fixed = colours.readable(colour, colours.WHITE)
    problem = f"{name} {text} has contrast {ratio:.1f} on white, AA needs {colours.AA}"
    if said.contrast == "refuse":
        raise BrandError(f"{folder}/brand.toml: {problem}; {colours.written(fixed)} would do")
    notes.append(f"{folder}/brand.toml: {problem}; {colours.written(fixed)} is used")
    return fixed


def _logo(folder: Path) -> Logo | None:
    for ending in TYPES:
        path = folder / f"logo.{ending}"
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise BrandError(f"{path} cannot be read: {error.strerror}") from None
        return _checked(path, body)
    return None


def _checked(path: Path, body: bytes) -> Logo:
    if len(body) > LOGO_LIMIT:
        raise BrandError(f"{path}: {len(body):,} bytes, at most {LOGO_LIMIT:,}; make it smaller")
    if path.suffix == ".svg":
        if b"<svg" not in body[:2000].lower() or ACTIVE.search(body):
            raise BrandError(f"{path}: no plain SVG (scripts, handlers, entities); export it anew")
        return Logo(name=path.name, body=body, width=0, height=0)
    width, height = _measured(path)
    return Logo(name=path.name, body=body, width=width, height=height)


def _measured(path: Path) -> tuple[int, int]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            image.verify()
            return image.size
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise BrandError(f"{path}: no picture that can be read; export it anew") from None


def merged(site: Brand | None, own: Brand | None) -> Mapping[str, Any]:
    """Returns the colours of a page: the business's own before the site's."""
    first, second = own or Brand(), site or Brand()
    return {
        "primary": first.primary or second.primary,
        "accent": first.accent or second.accent,
    }
