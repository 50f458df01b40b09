"""The picture that a shared link shows: 1200 × 630, drawn from name, place and two colours.

`core.py` calls `drawn`. Deterministic: the same words and colours give the same bytes, so that an
unchanged page is not written again. Sixteen shades between ground and ink are enough for smooth
letters and keep it around 12 kB. The font is Noto Sans Bold with the letters of Europe
(`fonts/NOTICE`); a name whose letters it lacks is left out, and the picture shows its sign and
colours alone.
"""

import io
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from agents.landing.colours import Rgb

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
MARGIN = 88
SHADES = 16
"""Colours of the picture: from the ground to the ink."""
_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x218, 0x21B),
    (0x400, 0x45F),
    (0x490, 0x491),
    (0x3B1, 0x3CE),
)
LETTERS = frozenset(
    (
        *(chr(n) for first, last in _RANGES for n in range(first, last + 1)),
        *"–—‘’“”„•…€№×ẞΑΒΓΔΕΖΗΘΙΚΛΜ",
    )
) | frozenset("ΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏ")
"""Letters that the font has: Latin of Europe, Cyrillic, Greek."""


def drawn(name: str, place: str, initials: str, ground: Rgb, ink: Rgb) -> bytes:
    """Returns the picture as PNG bytes."""
    from PIL import ImageDraw

    image = _backdrop().copy()
    draw = ImageDraw.Draw(image)
    _sign(draw, initials if shown(initials) else "•")
    if shown(name):
        size, lines = fitted(name)
        top = HEIGHT - MARGIN - (58 if shown(place) and place else 0) - len(lines) * size * 1.12
        for number, line in enumerate(lines):
            draw.text((MARGIN, top + number * size * 1.12), line, font=_font(size), fill=255)
    if place and shown(place):
        draw.text((MARGIN, HEIGHT - MARGIN - 34), shortened(place, 34), font=_font(34), fill=205)
    return _png(image, ground, ink)


def shown(text: str) -> bool:
    """True where the font has every letter."""
    return set(text) <= LETTERS


def fitted(name: str) -> tuple[int, list[str]]:
    """The largest size in which a name takes at most three lines, and the lines."""
    for size in (96, 80, 66, 54):
        lines = _lines(name, size)
        if len(lines) <= (2 if size > 70 else 3):
            return size, lines
    lines = _lines(name, 54)[:3]
    return 54, [*lines[:2], shortened(f"{lines[2]}…", 54)]


def _lines(text: str, size: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, size) <= WIDTH - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines = [*(line for line in lines if line), shortened(word, size)]
    return lines


def shortened(text: str, size: int) -> str:
    """The text, or as much of its start as fits on a line."""
    room = WIDTH - 2 * MARGIN
    if _width(text, size) <= room:
        return text
    while text and _width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text}…"


def _width(text: str, size: int) -> float:
    return _font(size).getlength(text)


@cache
def _font(size: int) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    body = (files(__package__) / "fonts/notosans-bold.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(body), size)


def _sign(draw: "ImageDraw.ImageDraw", initials: str) -> None:
    draw.rounded_rectangle((MARGIN, MARGIN, MARGIN + 132, MARGIN + 132), 30, fill=255)
    draw.text(
        (MARGIN + 66, MARGIN + 66),
        initials,
        font=_font(56 if len(initials) < 3 else 40),
        fill=0,
        anchor="mm",
    )


@cache
def _backdrop() -> "Image.Image":
    """Rings from a corner, drawn once: the same on every picture."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (WIDTH, HEIGHT), 0)
    draw = ImageDraw.Draw(image)
    for radius, shade in ((620, 14), (470, 28), (320, 44), (170, 62)):
        box = (WIDTH - 120 - radius, -60 - radius, WIDTH - 120 + radius, -60 + radius)
        draw.ellipse(box, fill=shade)
    return image


@lru_cache(maxsize=64)
def _shades(ground: Rgb, ink: Rgb) -> list[int]:
    steps = [n / (SHADES - 1) for n in range(SHADES)]
    return [round(a + (b - a) * step) for step in steps for a, b in zip(ground, ink, strict=True)]


def _png(image: "Image.Image", ground: Rgb, ink: Rgb) -> bytes:
    palette = image.point([round(value / 255 * (SHADES - 1)) for value in range(256)])
    palette.putpalette(_shades(ground, ink))
    out = io.BytesIO()
    palette.save(out, "PNG", bits=4, compress_level=1, compress_type=3)  # runs: half the time
    return out.getvalue()
