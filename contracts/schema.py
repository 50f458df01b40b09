"""Turns the catalogue into JSON Schemas (2020-12), one for each event and version.

`leadwire schema export` writes them, the committed ones stand in `contracts/schemas` and ship in
the wheel, a test fails when they are stale. A published schema is open: our models forbid unknown
fields in what we produce, but a reader must not, since later versions within a major may add
optional ones. `x-leadwire` says who publishes and reads the event and how long its topic is kept;
`x-data-class` marks fields that identify people; `x-open` marks enumerations that may grow.
"""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from contracts import meanings
from contracts.catalogue import CATALOGUE, Entry
from contracts.envelope import topic_of
from contracts.outcome import Channel

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OTHER_CHANNEL_NAMES = ("call", "post")
"""Names of channels that are accepted and never produced (spec 5.0)."""

Schema = dict[str, Any]


def identifier(type_: str) -> str:
    """Returns the URI that names the schema of a type: `$id`, and CloudEvents' `dataschema`."""
    return f"urn:leadwire:{type_}"


def schema(entry: Entry) -> Schema:
    """Returns the JSON Schema of one event's data."""
    made = entry.model.model_json_schema()
    for node in _nodes(made):
        node.pop("title", None)
        if "description" in node:
            node["description"] = told(node["description"])
        if node.get("additionalProperties") is False:
            del node["additionalProperties"]
        if entry.accepted and node.get("enum") == list(Channel):
            node["enum"] = [*node["enum"], *OTHER_CHANNEL_NAMES]
        for name, field in node.get("properties", {}).items():
            if "description" not in field and (words := meanings.of(entry.type, name)):
                field["description"] = words
    head = {"$schema": DIALECT, "$id": identifier(entry.type), "title": entry.type}
    return {**head, "x-leadwire": _about(entry), **made}


def told(words: str) -> str:
    """Returns words for strangers: where a rule of ours stands is for maintainers alone."""
    return _NOTE.sub("", " ".join(words.split()))


_NOTE = re.compile(r" ?\((?:spec|design|facts)\b[^)]*\)")


def _about(entry: Entry) -> Schema:
    directions = [name for name in ("produced", "accepted") if getattr(entry, name)]
    return {
        "topic": topic_of(entry.type),
        "direction": directions,
        "publishers": list(entry.publishers),
        "readers": list(entry.readers),
        "retention_days": entry.retention_days,
        "internal": entry.internal,
    }


def _nodes(schema: Any) -> Iterator[Schema]:
    """Yields every schema within a schema; names of properties and definitions are none."""
    if not isinstance(schema, dict):
        return
    yield schema
    for group in ("properties", "$defs"):
        for child in schema.get(group, {}).values():
            yield from _nodes(child)
    for key in ("items", "additionalProperties"):
        yield from _nodes(schema.get(key))
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for child in schema.get(key, ()):
            yield from _nodes(child)


def schemas() -> dict[str, Schema]:
    """Returns the schema of every type of the catalogue."""
    return {entry.type: schema(entry) for entry in CATALOGUE}


def text(schema: Schema) -> str:
    """Returns a schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> list[Path]:
    """Writes one file per type into a folder, which is made; returns the paths.

    A file of a type that is no more is left where it is: it may be somebody's record.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for type_, made in schemas().items():
        path = folder / f"{type_}.json"
        path.write_text(text(made), encoding="utf-8")
        paths.append(path)
    return paths


def committed() -> dict[str, Schema]:
    """Returns the schemas that ship with this package."""
    return read(files("contracts") / "schemas")


def read(folder: Traversable) -> dict[str, Schema]:
    """Reads `<type>.json` files of a folder; raises ValueError naming one that is no schema."""
    found = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".json"):
            found[path.name.removesuffix(".json")] = _object(path)
    return found


def _object(path: Traversable) -> Schema:
    try:
        value = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} is not a JSON Schema: it holds no object")
    return value


def stale() -> list[str]:
    """Returns the types whose committed schema differs from the models, missing ones included."""
    now, then = schemas(), committed()
    return sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))


def examples() -> Mapping[str, dict[str, Any]]:
    """Returns type → name → data of the examples that ship: `<type>.json`, `<type>.<name>.json`."""
    found: dict[str, dict[str, Any]] = {}
    for stem, data in read(files("contracts") / "examples").items():
        type_ = next(t for t in _candidates(stem) if t in _TYPES)
        found.setdefault(type_, {})[stem.removeprefix(type_).strip(".") or "main"] = data
    return found


_TYPES = frozenset(entry.type for entry in CATALOGUE)


def _candidates(stem: str) -> tuple[str, str]:
    return stem, stem.rpartition(".")[0]
