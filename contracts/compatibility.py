"""Compares an event's older JSON Schema with its newer one, and names what would break somebody.

Rules (facts: ecosystem 1.1; narrower than a general schema comparison, which would call every
added optional field unsafe):

- *produced* events are read by others, and by us again when kept events are replayed: they may gain
  optional fields, never lose or retype one, never make a required one optional, never widen a
  closed enumeration or a bound;
- *accepted* events are written by others: they may never gain a required field, narrow a type, an
  enumeration or a bound, or stop reading a field;
- an event that is both keeps both.

`leadwire schema check` prints the rule and the JSONPath of each break. Pure.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

ANY = "any"


@dataclass(frozen=True, slots=True)
class Break:
    """One incompatible change: of which event, by which rule, where (JSONPath), and in words."""

    type: str
    rule: str
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class _Pair:
    """The older and the newer schema at one place of the data."""

    old: Schema
    new: Schema
    path: str


def breaks(older: Mapping[str, Schema], newer: Mapping[str, Schema]) -> list[Break]:
    """Returns every break between two sets of schemas, by type; new types break nobody."""
    found: list[Break] = []
    for type_ in sorted(older):
        if type_ in newer:
            found.extend(compare(type_, older[type_], newer[type_]))
        else:
            found.append(Break(type_, "lost_event", "$", "the event is no longer there"))
    return found


def compare(type_: str, old: Schema, new: Schema) -> list[Break]:
    """Returns the breaks between two schemas of one event type, in the order of its fields."""
    about = old.get("x-leadwire", {}), new.get("x-leadwire", {})
    directions = {name for one in about for name in one.get("direction", ("produced",))}
    found: dict[tuple[str, str], Break] = {}
    for pair in _places(_Pair(old, new, "$"), old, new, frozenset()):
        for rule in RULES:
            for name, path, message in rule(pair, directions):
                found.setdefault((name, path), Break(type_, name, path, message))
    return list(found.values())


# ── walking ───────────────────────────────────────────────────────────────────────────────────


def _places(
    pair: _Pair, old_root: Schema, new_root: Schema, seen: frozenset[tuple[str, str]]
) -> Iterator[_Pair]:
    """Yields the pair and every pair below it; a definition that holds itself is entered once."""
    refs = (str(pair.old.get("$ref", "")), str(pair.new.get("$ref", "")))
    if all(refs) and refs in seen:
        return
    old, new = _merged(pair.old, old_root), _merged(pair.new, new_root)
    yield _Pair(old, new, pair.path)
    for below in _below(old, new, pair.path):
        yield from _places(below, old_root, new_root, seen | {refs})


def _merged(node: Schema, root: Schema) -> Schema:
    """Follows references, and folds a node's alternatives into `by_type`."""
    node = _followed(node, root)
    by_type: dict[str, Schema] = {}
    for alternative in _alternatives(node, root):
        for name in _types(alternative):
            by_type.setdefault(name, alternative)
    return {"by_type": by_type}


def _followed(node: Schema, root: Schema) -> Schema:
    while "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        beside = {key: value for key, value in node.items() if key != "$ref"}
        node = {**root.get("$defs", {}).get(name, {}), **beside}
    return node


def _alternatives(node: Schema, root: Schema) -> Iterator[Schema]:
    children = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    if not children:
        yield node
    for child in children:
        yield from _alternatives(_followed(child, root), root)


def _types(node: Schema) -> list[str]:
    stated = node.get("type")
    if isinstance(stated, str):
        return [stated]
    if isinstance(stated, list):
        return stated
    values = node.get("enum", [node["const"]] if "const" in node else [])
    return sorted({_type_of(value) for value in values}) or [ANY]


def _type_of(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", type(None): "null"}
    return names.get(type(value), "object" if isinstance(value, dict) else "array")


def _below(old: Schema, new: Schema, path: str) -> Iterator[_Pair]:
    a, b = old["by_type"].get("object", {}), new["by_type"].get("object", {})
    theirs, ours = a.get("properties", {}), b.get("properties", {})
    for name in theirs:
        if name in ours:
            yield _Pair(theirs[name], ours[name], f"{path}.{name}")
    rest = a.get("additionalProperties"), b.get("additionalProperties")
    if isinstance(rest[0], dict) and isinstance(rest[1], dict):
        yield _Pair(rest[0], rest[1], f"{path}.*")
    a, b = old["by_type"].get("array", {}), new["by_type"].get("array", {})
    if isinstance(a.get("items"), dict) and isinstance(b.get("items"), dict):
        yield _Pair(a["items"], b["items"], f"{path}[*]")


# ── rules ─────────────────────────────────────────────────────────────────────────────────────

Found = Iterator[tuple[str, str, str]]
"""Rule, JSONPath, message."""


def _types_change(pair: _Pair, directions: set[str]) -> Found:
    old, new = pair.old["by_type"], pair.new["by_type"]
    was, now = " or ".join(old), " or ".join(new)
    if "produced" in directions and not _same(old, new):
        yield "retyped", pair.path, f"a reader of {was} would meet {now}"
    if "accepted" in directions and not _covers(new, old):
        yield "narrowed_type", pair.path, f"writers may send {was}, only {now} would be read"


def _same(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> bool:
    """Says whether a reader meets the types that it knows; null may go, nothing may come.

    A number that becomes an integer is a retyped field too: typed readers are generated from this.
    """
    return ANY in old or (set(old) - {"null"} == set(new) - {"null"} and set(new) <= set(old))


def _covers(wide: Mapping[str, Schema], narrow: Mapping[str, Schema]) -> bool:
    if ANY in wide:
        return True
    allowed = set(wide) | ({"integer"} if "number" in wide else set())
    return set(narrow) <= allowed


def _formats_change(pair: _Pair, directions: set[str]) -> Found:
    for word in ("format", "pattern"):
        was, now = (_string(side).get(word) for side in (pair.old, pair.new))
        if was == now or not _both(pair, "string"):
            continue
        if "produced" in directions and was is not None:
            yield "retyped", pair.path, f"{word} {was} would become {now or 'any text'}"
        if "accepted" in directions and now is not None:
            yield "narrowed_type", pair.path, f"{word} {was or 'any text'} would become {now}"


def _string(side: Schema) -> Schema:
    found: Schema = side["by_type"].get("string", {})
    return found


def _both(pair: _Pair, type_: str) -> bool:
    return type_ in pair.old["by_type"] and type_ in pair.new["by_type"]


def _fields_change(pair: _Pair, directions: set[str]) -> Found:
    if not _both(pair, "object"):
        return
    old, new = pair.old["by_type"]["object"], pair.new["by_type"]["object"]
    kept, required = set(new.get("properties", {})), set(new.get("required", ()))
    for name in old.get("properties", {}):
        if name not in kept:
            yield "lost_field", f"{pair.path}.{name}", f"the field {name} is no longer there"
    before = set(old.get("required", ()))
    for name in sorted(required - before):
        yield "new_required", f"{pair.path}.{name}", _why_required(name, directions)
    for name in sorted((before - required) & kept if "produced" in directions else ()):
        yield (
            "made_optional",
            f"{pair.path}.{name}",
            f"readers count on {name}, which could now be absent",
        )
    closed = new.get("additionalProperties") is False
    if "accepted" in directions and closed and old.get("additionalProperties") is not False:
        yield "narrowed_type", pair.path, "unknown fields were kept and would be refused"


def _why_required(name: str, directions: set[str]) -> str:
    if "accepted" in directions:
        return f"writers who leave {name} out would be refused"
    return f"kept events of this version lack {name} and could not be read again"


def _values_change(pair: _Pair, directions: set[str]) -> Found:
    for type_ in pair.old["by_type"].keys() & pair.new["by_type"].keys():
        old, new = pair.old["by_type"][type_], pair.new["by_type"][type_]
        was, now = _values(old), _values(new)
        more = None if now is None else now if was is None else now - was
        closed = was is not None and "produced" in directions and not _open(old, new)
        if closed and (now is None or more):
            added = _list(more) or "anything"
            yield "widened_enum", pair.path, f"readers know {_list(was)}; added {added}"
        if now is not None and "accepted" in directions and (was is None or was - now):
            gone = _list(was - now) if was is not None else "anything else"
            yield "narrowed_enum", pair.path, f"writers may send {gone}, which would be refused"


def _values(node: Schema) -> set[str] | None:
    if "const" in node:
        return {json.dumps(node["const"])}
    return {json.dumps(value) for value in node["enum"]} if "enum" in node else None


def _open(old: Schema, new: Schema) -> bool:
    return bool(old.get("x-open") and new.get("x-open"))


def _list(values: set[str] | None) -> str:
    return ", ".join(sorted(values or ()))


FLOORS = ("minimum", "exclusiveMinimum", "minLength", "minItems")
CEILINGS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


def _bounds_change(pair: _Pair, directions: set[str]) -> Found:
    for type_ in pair.old["by_type"].keys() & pair.new["by_type"].keys():
        old, new = pair.old["by_type"][type_], pair.new["by_type"][type_]
        for word in (*FLOORS, *CEILINGS):
            was, now = old.get(word), new.get(word)
            if "produced" in directions and _looser(word, was, now):
                yield "widened_bound", pair.path, f"{word} {was} would become {now or 'none'}"
            if "accepted" in directions and _looser(word, now, was):
                yield "narrowed_bound", pair.path, f"{word} {was or 'none'} would become {now}"


def _looser(word: str, was: float | None, now: float | None) -> bool:
    """Says whether a bound lets more through than it did."""
    if was is None:
        return False
    return now is None or (now < was if word in FLOORS else now > was)


RULES: tuple[Callable[[_Pair, set[str]], Found], ...] = (
    _types_change,
    _formats_change,
    _fields_change,
    _values_change,
    _bounds_change,
)
