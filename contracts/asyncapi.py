"""Turns the catalogue into an AsyncAPI 3.0 document: what is on which topic, by whom, in what form.

`leadwire schema asyncapi` writes it, the committed one stands in `contracts/asyncapi.json` and
ships in the wheel, a test fails when it is stale. Channels are topics; messages carry key, headers
and payload; operations are what our agents really subscribe to, handed in by whoever
knows them, and what the catalogue lets them publish. What strangers do is no operation of ours: the
door's channels say what they may send.

Payloads are JSON Schema 2020-12 in the common part that AsyncAPI's own schema form shares with it,
so that tools which resolve `#/components` need no second dialect. Everything is sorted: the same
catalogue gives the same bytes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts import schema as schemas
from contracts.catalogue import CATALOGUE, Entry
from contracts.envelope import topic_of
from contracts.schema import Schema

VERSION = "3.0.0"
BINDING = "0.5.0"
"""Version of the Kafka bindings: https://github.com/asyncapi/bindings/tree/master/kafka"""
AT_THE_DOOR: Mapping[str, tuple[str, ...]] = {
    "inbound.leads": ("inbound.leads.v1", "lead.routed.v1", "lead.scored.v1"),
    "inbound.replies": ("inbound.replies.v1", "lead.responded.v1"),
}
"""Door → the types that strangers may send there."""
LOOPS = frozenset({"console", "timers"})
"""Publishers that subscribe to nothing: commands of a person, and the claimer of due timers."""

ABOUT = """\
Facts (`lead.*`, `campaign.*`, `client.*`, `control.*`) are said in the past tense and may have any
number of readers; commands (`outreach.*`) have one. Every record is a CloudEvent 1.0 in Kafka's
binary mode: the value is plain JSON, attributes are `ce_*` headers, the record's key is
`tenant/account`.

* **Order** holds per key within a topic and nowhere else.
* **Delivery** is at least once; a record is unique by (`ce_source`, `ce_id`), and a replay keeps
  both.
* **Joins**: `lead_id`, `ce_correlationid` (one outreach thread), `ce_causationid` (the event behind
  this one), `ce_traceparent` (W3C).
* **Times**: `ce_time` is when it happened, `ce_recordedtime` when it was published; late facts
  exist.
* **Persons**: topics with personal fields are kept 7 days and marked; their fields bear
  `x-data-class: personal`. All other topics carry ids and keyed hashes.
* **Tests** bear `ce_mode` `test`, `dryrun` or `demo`; what is real is `live`.
* **Change**: a type carries its major version. Within it optional fields may come; enumerations
  marked `x-open` may grow.
* Strangers write to `inbound.leads` and `inbound.replies` only, under any key, as CloudEvents
  (binary, structured or batched) or bare JSON. What is refused comes back as `lead.rejected` with a
  JSON pointer and the original id.
"""


def document(
    groups: Mapping[str, Sequence[str]],
    version: str,
    servers: Sequence[str] = (),
    prefix: str = "",
) -> Schema:
    """Returns the document. `groups` is agent → topics that it subscribes to; `servers` are the
    bus's `HOST:PORT`s where they are known, `prefix` stands before its topics and groups."""
    shared = Shared(CATALOGUE)
    made: Schema = {
        "asyncapi": VERSION,
        "info": {
            "title": "Leadwire events",
            "version": version,
            "description": ABOUT,
            "license": {
                "name": "Apache-2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0",
            },
        },
        "defaultContentType": "application/json",
        "channels": dict(sorted(_channels())),
        "operations": dict(sorted(_operations(groups))),
        "components": {
            "messages": dict(sorted(_messages())),
            "schemas": dict(sorted({**shared.components(), **HEADERS}.items())),
        },
    }
    if servers:
        made["servers"] = {
            f"broker{number}": {"host": host, "protocol": "kafka"}
            for number, host in enumerate(servers)
        }
    for channel in made["channels"].values():
        channel["address"] = channel["bindings"]["kafka"]["topic"] = prefix + channel["address"]
    for operation in made["operations"].values():
        if "bindings" in operation:
            group = operation["bindings"]["kafka"]["groupId"]
            group["enum"] = [prefix + name for name in group["enum"]]
    return made


def text(made: Schema) -> str:
    """Returns a document as it stands in its file."""
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def summary(entry: Entry) -> str:
    """Returns what an event says, in one sentence."""
    return meaning(entry).partition(". ")[0].rstrip(".") + "."


def meaning(entry: Entry) -> str:
    """Returns what an event says, whole."""
    return schemas.told(entry.model.__doc__ or "")


def _topics() -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in CATALOGUE:
        found.setdefault(topic_of(entry.type), []).append(entry)
    return found


# ── channels ──────────────────────────────────────────────────────────────────────────────────


def _channels() -> Iterator[tuple[str, Schema]]:
    for topic, entries in _topics().items():
        yield topic, _door(topic, entries) if topic in AT_THE_DOOR else _channel(topic, entries)


def _channel(topic: str, entries: Sequence[Entry]) -> Schema:
    newest = entries[-1]
    return {
        "address": topic,
        "title": topic,
        "summary": summary(newest),
        "messages": {entry.type: _ref("messages", entry.type) for entry in entries},
        "bindings": _kept(topic, newest),
        "x-leadwire": _about(entries),
    }


def _door(topic: str, entries: Sequence[Entry]) -> Schema:
    names = AT_THE_DOOR[topic]
    return {
        "address": topic,
        "title": topic,
        "summary": f"The door: {summary(entries[-1])}",
        "description": (
            "Anybody may write here: any key; binary, structured or batched CloudEvents, or bare "
            "JSON. Fields that nobody knows are kept. What is refused comes back on "
            "`lead.rejected` with a JSON pointer and your id. The same (`source`, `id`) twice is "
            "one record; without them, the same bytes at the same place."
        ),
        "messages": {name: _ref("messages", f"{name}.at_the_door") for name in names},
        "bindings": _kept(topic, entries[-1]),
        "x-leadwire": _about(entries),
    }


def _kept(topic: str, entry: Entry) -> Schema:
    days = entry.retention_days
    kept = {"cleanup.policy": ["delete"], "retention.ms": days * 86_400_000}
    return {"kafka": {"topic": topic, "topicConfiguration": kept, "bindingVersion": BINDING}}


def _about(entries: Sequence[Entry]) -> Schema:
    return {
        "kind": kind(entries[-1]),
        "publishers": sorted({name for entry in entries for name in entry.publishers}),
        "readers": sorted({name for entry in entries for name in entry.readers}),
        "retention_days": entries[-1].retention_days,
        "personal": any(entry.personal for entry in entries),
        "internal": any(entry.internal for entry in entries),
    }


def kind(entry: Entry) -> str:
    """Returns `door`, `command`, `internal` or `fact`."""
    if not entry.produced:
        return "door"
    if entry.internal:
        return "internal"
    return "command" if entry.type.startswith("outreach.") else "fact"


# ── operations ────────────────────────────────────────────────────────────────────────────────


def _operations(groups: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Schema]]:
    topics = _topics()
    for agent, subscribed in groups.items():
        for topic in subscribed:
            if topic in topics:
                yield f"{agent}.receive.{topic}", _receive(agent, topic, topics[topic])
    for topic, entries in topics.items():
        for agent in sorted({name for entry in entries for name in entry.publishers}):
            if agent in groups or agent in LOOPS:
                yield f"{agent}.send.{topic}", _send(agent, topic, entries)


def _receive(agent: str, topic: str, entries: Sequence[Entry]) -> Schema:
    names = AT_THE_DOOR.get(topic) or tuple(entry.type for entry in entries)
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{topic}"},
        "summary": f"{agent} reads {topic}.",
        "tags": [{"name": agent}],
        "messages": [{"$ref": f"#/channels/{topic}/messages/{name}"} for name in names],
        "bindings": {
            "kafka": {
                "groupId": {"type": "string", "enum": [agent]},
                "bindingVersion": BINDING,
            }
        },
    }


def _send(agent: str, topic: str, entries: Sequence[Entry]) -> Schema:
    mine = [entry.type for entry in entries if agent in entry.publishers]
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{topic}"},
        "summary": f"{agent} publishes {topic}.",
        "tags": [{"name": agent}],
        "messages": [{"$ref": f"#/channels/{topic}/messages/{name}"} for name in mine],
    }


# ── messages ──────────────────────────────────────────────────────────────────────────────────


def _messages() -> Iterator[tuple[str, Schema]]:
    found = schemas.examples()
    entries = {entry.type: entry for entry in CATALOGUE}
    for entry in CATALOGUE:
        if entry.produced:
            yield entry.type, _message(entry, found[entry.type], OURS)
    for names in AT_THE_DOOR.values():
        for name in names:
            yield f"{name}.at_the_door", _message(entries[name], found[name], THEIRS)


def _message(entry: Entry, examples: Mapping[str, Any], headers: str) -> Schema:
    ours = headers == OURS
    key = OUR_KEY if ours else ANY_KEY
    made = {
        "name": entry.type,
        "title": entry.type,
        "summary": summary(entry),
        "description": meaning(entry),
        "contentType": "application/json",
        "headers": _ref("schemas", headers),
        "payload": _ref("schemas", entry.type),
        "bindings": {"kafka": {"key": key, "bindingVersion": BINDING}},
        "examples": [
            {"name": name, "headers": example_headers(entry, data, ours=ours), "payload": data}
            for name, data in sorted(examples.items(), key=lambda pair: pair[0] != "main")
        ],
        "x-dataschema": schemas.identifier(entry.type),
    }
    if ours:
        made["correlationId"] = {"location": "$message.header#/ce_correlationid"}
    return made


def example_headers(entry: Entry, data: Mapping[str, Any], *, ours: bool) -> Schema:
    """Returns headers as they might stand beside an example."""
    headers = {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": "7b1c2f9e-3f0a-5c77-8a55-2f7d9f6f1a10" if ours else "crm-2026-000123",
        "ce_type": entry.type,
        "ce_source": f"/{entry.publishers[0]}" if ours else "https://crm.example/leads",
    }
    if not ours:
        return headers
    return headers | {
        "ce_time": str(data.get("occurred_at") or data.get("due") or "2026-11-23T09:00:00Z"),
        "ce_dataschema": schemas.identifier(entry.type),
        "ce_partitionkey": "acme/a90f8f57-0a21-58b5-a928-df0119dd1862",
        "ce_tenant": "acme",
        "ce_mode": "live",
        **({"ce_subject": data["lead_id"]} if data.get("lead_id") else {}),
        "ce_correlationid": "2d4b8b52-7c1e-5b0f-9d63-6b7f6f3c0e11",
        "ce_traceparent": "00-2d4b8b527c1e5b0f9d636b7f6f3c0e11-8a552f7d9f6f1a10-01",
    }


OUR_KEY: Schema = {
    "type": "string",
    "description": "`tenant/account`: the unit of order",
    "examples": ["acme/a90f8f57-0a21-58b5-a928-df0119dd1862"],
}
ANY_KEY: Schema = {"type": "string", "description": "any, or none: intake gives its own"}
OURS, THEIRS = "headers", "headers.at_the_door"


def _header(words: str, **more: Any) -> Schema:
    return {"type": "string", "description": words, **more}


_GIVEN = {
    "content-type": _header("`application/json`", const="application/json"),
    "ce_specversion": _header("CloudEvents' version", const="1.0"),
    "ce_id": _header("unique within its source: dedupe by (source, id)"),
    "ce_source": _header("who published it"),
    "ce_type": _header("type with its major version"),
    "ce_subject": _header("the lead that it is about"),
    "ce_time": _header("when it happened", format="date-time"),
    "ce_tenant": _header("the client that it belongs to"),
    "ce_traceparent": _header("W3C Trace Context, from the door to the vendor"),
}
HEADERS: Mapping[str, Schema] = {
    OURS: {
        "type": "object",
        "description": "CloudEvents 1.0 attributes, binary mode",
        "required": [
            "ce_id", "ce_mode", "ce_partitionkey", "ce_source", "ce_specversion", "ce_tenant",
            "ce_time", "ce_type", "content-type",
        ],
        "properties": {
            **_GIVEN,
            "ce_dataschema": _header("names the payload's JSON Schema"),
            "ce_partitionkey": _header("the record's key again"),
            "ce_campaign": _header("the campaign"),
            "ce_correlationid": _header("one outreach thread"),
            "ce_causationid": _header("id of the event behind this one"),
            "ce_recordedtime": _header("when it was published", format="date-time"),
            "ce_mode": _header("what is real is live", enum=["live", "test", "dryrun", "demo"]),
            "ce_incarnation": _header("which life of the store wrote it"),
        },
    },
    THEIRS: {
        "type": "object",
        "description": (
            "All may be left out, then the value is bare JSON. `ce_tenant` names the client where "
            "the data do not; a `traceparent` goes on in everything that follows."
        ),
        "properties": _GIVEN,
    },
}  # fmt: skip


# ── payloads ──────────────────────────────────────────────────────────────────────────────────


class Shared:
    """Payload schemas with their definitions put among the components, equal ones once.

    A definition keeps its plain name where all events mean the same by it. Where strangers' events
    take more than ours (a channel's other names), theirs is `Name.accepted`; where that does not
    tell them apart either, it is `type.Name`.
    """

    def __init__(self, catalogue: Sequence[Entry]) -> None:
        self.whole = {entry.type: (entry, schemas.schema(entry)) for entry in catalogue}
        self.meanings: dict[str, set[str]] = {}
        for entry, made in self.whole.values():
            for name in made.get("$defs", {}):
                meaning = _meaning(made, name)
                self.meanings.setdefault(name, set()).add(meaning)
                self.meanings.setdefault(_by_side(name, entry), set()).add(meaning)

    def components(self) -> Schema:
        """Returns name → schema, of definitions and of whole payloads."""
        found: Schema = {}
        for type_, (entry, made) in self.whole.items():
            body = {k: v for k, v in made.items() if k not in {"$schema", "$id", "$defs"}}
            found[type_] = self._moved(body, entry)
            for name, part in made.get("$defs", {}).items():
                found[self._name(name, entry)] = self._moved(part, entry)
        return found

    def _name(self, name: str, entry: Entry) -> str:
        if len(self.meanings[name]) == 1:
            return name
        side = _by_side(name, entry)
        if len(self.meanings[side]) == 1:
            return name if not entry.accepted else side
        return f"{entry.type}.{name}"

    def _moved(self, node: Any, entry: Entry) -> Any:
        """The same schema with its references into the components."""
        if isinstance(node, list):
            return [self._moved(part, entry) for part in node]
        if not isinstance(node, dict):
            return node
        moved = {key: self._moved(part, entry) for key, part in node.items()}
        if isinstance(moved.get("$ref"), str):
            name = moved["$ref"].removeprefix("#/$defs/")
            moved["$ref"] = f"#/components/schemas/{self._name(name, entry)}"
        return moved


def _by_side(name: str, entry: Entry) -> str:
    return f"{name}.{'accepted' if entry.accepted else 'produced'}"


def _meaning(made: Schema, name: str) -> str:
    """A definition written out with all that it refers to; one within itself stands by name."""

    def opened(node: Any, above: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [opened(part, above) for part in node]
        if not isinstance(node, dict):
            return node
        ref = str(node.get("$ref", "")).removeprefix("#/$defs/")
        if ref and ref not in above:
            return opened({**made["$defs"][ref], "&": ref}, (*above, ref))
        return {key: opened(part, above) for key, part in node.items()}

    return json.dumps(opened(made["$defs"][name], (name,)), sort_keys=True)


def _ref(group: str, name: str) -> Schema:
    return {"$ref": f"#/components/{group}/{name}"}
