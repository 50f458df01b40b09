"""Turns a resource's settings, as they stand in a file, into the dataclass of a vendor's adapter.

Called by each vendor's factory. Secrets arrive as plain values, resolved by the caller from their
`env:` and `file:` references; so no error here repeats a value.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from typing import TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from channels.errors import Misconfigured

T = TypeVar("T")


def read(kind: type[T], given: Mapping[str, object], vendor: str) -> T:
    """Returns the settings; raises Misconfigured with the setting's name, and with the nearest
    known one where it is unknown."""
    _known_only(kind, given, vendor)
    try:
        return TypeAdapter(kind).validate_python(dict(given))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise Misconfigured(f"{vendor}: setting `{where}`: {first['msg']}") from None


def _known_only(kind: type, given: Mapping[str, object], vendor: str, within: str = "") -> None:
    """Looks into tables too, where pydantic would pass over what it does not know."""
    types = get_type_hints(kind)
    known = [field.name for field in fields(kind)]
    for name, value in given.items():
        if name not in known:
            text = f"{vendor}: unknown setting `{within}{name}`{nearest(name, known)}"
            raise Misconfigured(text)
        if isinstance(value, Mapping) and is_dataclass(types[name]):
            _known_only(types[name], value, vendor, f"{within}{name}.")


def nearest(name: str, known: list[str]) -> str:
    """Returns a hint at the nearest known name, or at all of them."""
    close = get_close_matches(name, known, n=1)
    return f"; did you mean `{close[0]}`?" if close else f"; known are {', '.join(sorted(known))}"
