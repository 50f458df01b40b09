"""Turns one line of JSON into a value, or says precisely why it is none.

Called wherever files of strangers are read (`leadwire events validate`, lead files). orjson is fast
and strict; what it refuses is read once more with the standard library, which is lenient about
unpaired surrogates and infinities, so that the reason can name the place.
"""

import json
from typing import Any

import orjson
from pydantic_core import PydanticCustomError

from contracts.base import storable_tree
from contracts.errors import Malformed, Problem


def read_json(line: bytes) -> Any:
    """Returns the JSON value of a line.

    Raises Malformed with a JSON pointer: not UTF-8, not JSON, no value of JSON (NaN), nested too
    deep, or holding text that no store can keep (NUL, unpaired surrogates).
    """
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        _check(_lenient(line, error))
        raise Malformed(f"not JSON: {error}") from None
    _check(value)
    return value


def _check(value: Any) -> None:
    try:
        storable_tree(value)
    except PydanticCustomError as error:
        raise _unstorable(error) from None


def read_object(line: bytes) -> dict[str, Any]:
    """Returns the JSON object of a line; raises Malformed for anything else."""
    value = read_json(line)
    if not isinstance(value, dict):
        raise Malformed(f"a line holds one JSON object, this holds {_kind(value)}")
    return value


def _lenient(line: bytes, strict: orjson.JSONDecodeError) -> Any:
    """Reads again what orjson refused, so that the fault's place can be named."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = line[error.start]
        raise Malformed(
            f"not UTF-8: byte 0x{byte:02x} at {error.start}; write the file in UTF-8"
        ) from None
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise Malformed("nested too deep; flatten it") from None
    except json.JSONDecodeError:
        raise Malformed(f"not JSON: {strict}") from None


def _no_constant(name: str) -> float:
    raise Malformed(f"{name} is no JSON value; write null or leave it out")


def _unstorable(error: PydanticCustomError) -> Malformed:
    context = error.context or {}
    pointer, reason = str(context.get("pointer", "")), str(context.get("reason", error))
    return Malformed(f"{pointer or '/'} {reason}", [Problem(pointer, reason)])


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "a boolean", str: "text", list: "an array"}
    return names.get(type(value), "a number")
