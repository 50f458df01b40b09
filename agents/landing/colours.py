"""Colours that can be read: contrast by WCAG 2, and the palettes of a page from one or two colours.

`brand.py` reads colours as written, `palette` turns them into every colour of a page in light and
in dark. Each pair of text and ground meets AA (4.5); a colour that does not is moved in lightness,
keeping its hue, until it does.
"""

import colorsys
import re
from collections.abc import Mapping
from dataclasses import dataclass

AA = 4.5
"""Least contrast of text and ground, WCAG 2.2, 1.4.3."""
Rgb = tuple[int, int, int]


def parse(text: str) -> Rgb | None:
    """Returns the colour of `#rgb` or `#rrggbb`; None for anything else."""
    found = re.fullmatch(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", text.strip())
    if found is None:
        return None
    digits = found.group(1)
    if len(digits) == 3:
        digits = "".join(sign * 2 for sign in digits)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def written(colour: Rgb) -> str:
    """Returns a colour as `#rrggbb`."""
    return f"#{colour[0]:02x}{colour[1]:02x}{colour[2]:02x}"


def luminance(colour: Rgb) -> float:
    """Relative luminance of WCAG 2."""
    parts = [value / 255 for value in colour]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def toned(colour: Rgb, lightness: float, saturation: float | None = None) -> Rgb:
    """The colour's hue at another lightness and saturation, both 0 to 1."""
    hue, _, own = colorsys.rgb_to_hls(*(value / 255 for value in colour))
    made = colorsys.hls_to_rgb(hue, lightness, own if saturation is None else min(saturation, own))
    red, green, blue = (round(value * 255) for value in made)
    return red, green, blue


def readable(colour: Rgb, *grounds: Rgb, least: float = AA) -> Rgb:
    """The colour itself where it reads on all grounds, else the nearest lightness that does.

    Moves away from the grounds: darker on light ones, lighter on dark ones.
    """
    hue, light, saturation = colorsys.rgb_to_hls(*(value / 255 for value in colour))
    step = -0.01 if luminance(grounds[0]) > 0.18 else 0.01
    while min(contrast(colour, ground) for ground in grounds) < least and 0 <= light + step <= 1:
        light += step
        made = colorsys.hls_to_rgb(hue, light, saturation)
        colour = (round(made[0] * 255), round(made[1] * 255), round(made[2] * 255))
    return colour


WHITE, BLACK = (255, 255, 255), (17, 17, 17)


@dataclass(frozen=True, slots=True)
class Palette:
    """CSS variables of a page by theme, and the colours of its picture."""

    light: Mapping[str, str]
    dark: Mapping[str, str]

    def pairs(self) -> list[tuple[str, str, str, float]]:
        """Every pair of text and ground: theme, text, ground, contrast."""
        found = []
        for theme, colours in (("light", self.light), ("dark", self.dark)):
            for text, ground in PAIRS:
                one, other = parse(colours[text]), parse(colours[ground])
                assert one is not None
                assert other is not None
                found.append((theme, text, ground, contrast(one, other)))
        return found


PAIRS = (
    ("ink", "ground"),
    ("ink", "surface"),
    ("muted", "ground"),
    ("muted", "surface"),
    ("link", "ground"),
    ("link", "surface"),
    ("on-accent", "accent"),
    ("hero-ink", "hero"),
    ("hero-ink", "hero-2"),
    ("hero-muted", "hero"),
    ("hero-muted", "hero-2"),
    ("on-button", "button"),
)
"""Which text stands on which ground."""


def palette(primary: Rgb, second: Rgb | None = None) -> Palette:
    """Returns a page's colours in both themes from a brand's or an industry's colour."""
    return Palette(_light(primary, second or primary), _dark(primary, second or primary))


def _light(primary: Rgb, second: Rgb) -> Mapping[str, str]:
    ground, surface = toned(primary, 0.975, 0.35), WHITE
    hero = readable(primary, WHITE, least=6.5)
    hero_2 = readable(second, WHITE, least=6.5)
    accent = readable(primary, WHITE, ground)
    return _colours(
        ground=ground,
        surface=surface,
        ink=readable(toned(primary, 0.13, 0.25), surface, ground, least=12.0),
        muted=readable(toned(primary, 0.38, 0.14), surface, ground, least=5.6),
        line=toned(primary, 0.88, 0.22),
        link=accent,
        accent=accent,
        hero=hero,
        hero_2=hero_2,
        tint=toned(primary, 0.93, 0.45),
    )


def _dark(primary: Rgb, second: Rgb) -> Mapping[str, str]:
    ground, surface = toned(primary, 0.075, 0.22), toned(primary, 0.118, 0.2)
    hero = toned(primary, 0.16, 0.5)
    hero_2 = toned(second, 0.23, 0.5)
    return _colours(
        ground=ground,
        surface=surface,
        ink=readable(toned(primary, 0.93, 0.2), ground, surface, least=12.0),
        muted=readable(toned(primary, 0.7, 0.12), ground, surface, least=6.0),
        line=toned(primary, 0.22, 0.2),
        link=readable(toned(primary, 0.72, 0.5), ground, surface, least=6.0),
        accent=readable(toned(primary, 0.72, 0.5), ground, surface, least=6.0),
        hero=readable(hero, WHITE, least=8.0),
        hero_2=readable(hero_2, WHITE, least=6.5),
        tint=toned(primary, 0.17, 0.3),
    )


def _colours(**colours: Rgb) -> Mapping[str, str]:
    accent, hero, hero_2 = colours["accent"], colours["hero"], colours["hero_2"]
    colours["on_accent"] = WHITE if contrast(WHITE, accent) >= AA else BLACK
    colours["hero_ink"] = WHITE
    colours["hero_muted"] = readable(toned(hero, 0.86, 0.4), hero, hero_2, least=5.0)
    colours["button"] = WHITE
    colours["on_button"] = readable(toned(hero, 0.25), WHITE, least=7.0)
    return {name.replace("_", "-"): written(value) for name, value in colours.items()}
