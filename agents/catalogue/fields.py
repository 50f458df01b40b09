"""Flattens an event's JSON Schema into rows that a person reads: path, type, meaning, marks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

DEEPEST = 6
"""Levels of objects within objects that are shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field. `path` is dotted; `[]` stands for any item, `*` for any key."""

    path: str
    type: str
    required: bool = False
    personal: bool = False
    meaning: str = ""
    values: tuple[str, ...] = ()
    open: bool = False
    """True where further values may come within this major version."""


def rows(schema: Schema) -> list[Row]:
    """Returns the fields of an event in the order of its model, nested ones below their parent."""
    return list(_rows(schema, schema.get("$defs", {}), "", DEEPEST, False))


def _rows(node: Schema, defs: Schema, prefix: str, depth: int, personal: bool) -> Iterator[Row]:
    required = set(node.get("required", ()))
    for name, given in node.get("properties", {}).items():
        yield from _row(given, defs, f"{prefix}{name}", name in required, depth, personal)
    extra = node.get("additionalProperties")
    if isinstance(extra, dict) and extra:
        yield from _row(extra, defs, f"{prefix}*", False, depth, personal)


def _row(
    given: Schema, defs: Schema, path: str, required: bool, depth: int, personal: bool
) -> Iterator[Row]:
    one = resolved(given, defs)
    personal = personal or given.get("x-data-class") == "personal" or "x-data-class" in one
    item = resolved(one.get("items") or {}, defs) if one.get("type") == "array" else None
    personal = personal or (item is not None and "x-data-class" in item)
    values = one.get("enum") or (item or {}).get("enum") or ()
    yield Row(
        path=path,
        type=named(one, item, defs),
        required=required,
        personal=personal,
        meaning=_meaning(given, one),
        values=tuple(map(str, values)),
        open=bool(one.get("x-open") or (item or {}).get("x-open")),
    )
    if depth and item is not None:
        yield from _rows(item, defs, f"{path}[].", depth - 1, personal)
    elif depth:
        yield from _rows(one, defs, f"{path}.", depth - 1, personal)


def resolved(node: Schema, defs: Schema) -> dict[str, Any]:
    """Returns a schema with its reference followed, and without the null that may stand there."""
    found = dict(node)
    for key in ("anyOf", "oneOf", "allOf"):
        parts = [part for part in found.get(key, ()) if part.get("type") != "null"]
        if len(parts) == 1:
            found = {**{k: v for k, v in found.items() if k != key}, **parts[0]}
    if "$ref" in found:
        target = defs.get(found.pop("$ref").removeprefix("#/$defs/"), {})
        found = {**resolved(target, defs), **found}
    return found


def named(one: Schema, item: Schema | None, defs: Schema) -> str:
    """Returns a type in words."""
    if item is not None:
        return f"list of {named(item, None, defs)}" if item else "list"
    for key in ("anyOf", "oneOf"):
        parts = [part for part in one.get(key, ()) if part.get("type") != "null"]
        if parts:
            return " or ".join(dict.fromkeys(named(resolved(p, defs), None, defs) for p in parts))
    if "const" in one:
        return f"always {one['const']}"
    if "enum" in one:
        return "one of"
    if one.get("format") == "date-time":
        return "moment"
    plain = str(one.get("type", "anything"))
    return f"{plain}{_bounds(one)}"


def _bounds(one: Schema) -> str:
    low, high = one.get("minimum"), one.get("maximum")
    if low is not None and high is not None:
        return f" {low:g} to {high:g}"
    if low is not None:
        return f" from {low:g}"
    return f" up to {high:g}" if high is not None else ""


def _meaning(given: Schema, one: Schema) -> str:
    words = given.get("description") or one.get("description") or ""
    return " ".join(str(words).split())


def personal(found: Sequence[Row]) -> list[str]:
    """Returns the paths that identify people, without those below one that does."""
    paths = [row.path for row in found if row.personal]
    return [p for p in paths if not any(p.startswith((f"{q}.", f"{q}[].")) for q in paths)]
