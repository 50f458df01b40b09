"""The generic words of a page in its language: labels and sentences that say nothing of a business.

`words/*.toml` has one file a language; `of` reads one. Which language a page speaks follows from
what is known: what the lead states, then what was found on its site, then its country.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from agents.landing.kinds import LANGUAGES

COUNTRIES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("DE", "AT", "CH", "LI"), "de"),
        **dict.fromkeys(("FR", "MC", "LU", "SN", "CI"), "fr"),
        **dict.fromkeys(("ES", "MX", "AR", "CL", "CO", "PE", "UY", "PY", "EC", "BO", "VE"), "es"),
        **dict.fromkeys(("CR", "PA", "DO", "GT", "HN", "NI", "SV", "CU", "PR"), "es"),
        **dict.fromkeys(("IT", "SM", "VA"), "it"),
        **dict.fromkeys(("NL", "BE", "SR"), "nl"),
        **dict.fromkeys(("PT", "BR", "AO", "MZ"), "pt"),
        "PL": "pl",
        "SE": "sv",
        "DK": "da",
    }
)
"""The language of most people in a country, where pages speak it; elsewhere English."""


class Words(Mapping[str, Any]):
    """The words of one language; `words.call`, `words.about.format(name=…)`."""

    def __init__(self, language: str, values: Mapping[str, Any]) -> None:
        self.language = language
        self._values = values

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(name) from None

    def listed(self, parts: Sequence[str]) -> str:
        """Joins words as people write them: "a, b and c"."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self['and']} {parts[-1]}"


@cache
def of(language: str) -> Words:
    """Returns the words of a language; raises FileNotFoundError for one that pages do not speak."""
    text = (files(__package__) / f"words/{language}.toml").read_text("utf-8")
    return Words(language, MappingProxyType(tomllib.loads(text)))


def name_of(language: str) -> str:
    """A language's own name by its code; what pages do not know stays as it is."""
    code = language.strip().lower()
    return str(of(code).own_name) if code in LANGUAGES else language


def languages(stated: Sequence[str], country: str | None) -> tuple[str, ...]:
    """Returns the languages that a page is made in, its own first: at most three.

    Every stated one that pages speak counts; without any, the country's; else English.
    """
    spoken = [code for one in stated if (code := one.strip().lower()[:2]) in LANGUAGES]
    home = COUNTRIES.get((country or "").upper())
    found = list(dict.fromkeys(spoken)) or [home or "en"]
    if home in found:
        found = [home, *(code for code in found if code != home)]
    return tuple(found[:MOST])


MOST = 3
"""A page in more languages than these helps nobody and weighs on the site."""
