"""The AsyncAPI document: valid by the official schema, current, stable, and true of what runs."""

import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from agents import subscribing, wiring
from bus.codec import decode, encode
from bus.foreign import read_foreign
from contracts import asyncapi, registry
from contracts.catalogue import CATALOGUE
from contracts.envelope import topic_of
from contracts.ids import PartitionKey

ROOT = Path(__file__).resolve().parents[2]
OFFICIAL = ROOT / "tests" / "samples" / "asyncapi" / "3.0.0.json"


@cache
def document() -> Any:
    """As it is committed."""
    return json.loads((ROOT / "contracts" / "asyncapi.json").read_text())


def at(ref: dict[str, str]) -> Any:
    """What a reference leads to."""
    found = document()
    for part in ref["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def test_it_is_current() -> None:
    """Whoever changes a model or an agent's topics runs `make schemas` and commits the outcome."""
    made = asyncapi.document(subscribing.groups(), version("leadwire"))
    text = (ROOT / "contracts" / "asyncapi.json").read_text()
    assert asyncapi.text(made) == text, "run `make schemas` and commit contracts/asyncapi.json"


def test_it_is_valid_by_the_official_schema() -> None:
    """AsyncAPI 3.0.0, as the initiative publishes it; with servers and a prefix as well."""
    official = json.loads(OFFICIAL.read_text())
    # The official file names its dialect without the final #, which the validator insists on.
    validator = jsonschema_rs.validator_for(
        {**official, "$schema": "http://json-schema.org/draft-07/schema#"}
    )
    served = asyncapi.document(subscribing.groups(), "1", ["kafka:9092"], "eu.")
    for made in (document(), served):
        assert [error.message for error in validator.iter_errors(made)] == []
    assert not validator.is_valid({**document(), "channels": []})


def test_every_reference_leads_somewhere() -> None:
    """Within the document alone: nobody has to fetch anything."""
    refs = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                refs.append(node)
            for part in node.values():
                walk(part)
        elif isinstance(node, list):
            for part in node:
                walk(part)

    walk(document())
    assert len(refs) > 300
    for ref in refs:
        assert isinstance(at(ref), dict)


def test_each_topic_is_a_channel_with_its_key_headers_and_retention() -> None:
    """What a consumer has to know before the first record."""
    channels = document()["channels"]
    assert set(channels) == {topic_of(entry.type) for entry in CATALOGUE}
    for entry in CATALOGUE:
        channel = channels[topic_of(entry.type)]
        kept = channel["bindings"]["kafka"]["topicConfiguration"]
        assert kept["retention.ms"] == entry.retention_days * 86_400_000
        assert channel["x-leadwire"]["personal"] is entry.personal
        for ref in channel["messages"].values():
            message = at(ref)
            assert message["bindings"]["kafka"]["key"]["type"] == "string"
            assert "ce_id" in at(message["headers"])["properties"]


def test_operations_are_what_the_agents_subscribe_to() -> None:
    """Group by group, asked of the makers; a reader that the catalogue promises is one of them."""
    receives = {
        (op["bindings"]["kafka"]["groupId"]["enum"][0], op["channel"]["$ref"].split("/")[-1])
        for op in document()["operations"].values()
        if op["action"] == "receive"
    }
    assert receives == {(g, t) for g, topics in subscribing.groups().items() for t in topics}
    known = {topic_of(entry.type): set(entry.readers) for entry in CATALOGUE}
    for group, topic in receives:
        assert group in known[topic] or group == "analytics"
    running = set(wiring.MAKERS)
    promised = {(r, t) for t, readers in known.items() for r in readers if r in running}
    assert promised - receives == set()


def test_operations_send_what_the_catalogue_says() -> None:
    """A stranger's sending is no operation of ours, and nobody sends through the door."""
    sends = [op for op in document()["operations"].values() if op["action"] == "send"]
    who = {op["tags"][0]["name"] for op in sends}
    assert not who & {"upstream", "bridge"}
    assert not [op for op in sends if "inbound." in op["channel"]["$ref"]]


EXAMPLES = [
    pytest.param(name, example, id=f"{name} {example['name']}")
    for name, message in document()["components"]["messages"].items()
    for example in message["examples"]
]


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_an_example_fits_its_payload_and_headers(name: str, example: dict[str, Any]) -> None:
    """As a consumer's validator reads the document: the components stand beside the schema."""
    message = document()["components"]["messages"][name]
    for part, value in (("payload", example["payload"]), ("headers", example["headers"])):
        schema = {**message[part], "components": document()["components"]}
        validator = jsonschema_rs.validator_for(schema, validate_formats=True)
        assert [error.message for error in validator.iter_errors(value)] == []


def test_what_we_put_on_the_wire_has_the_headers_that_it_promises() -> None:
    """Encoded by the codec, one of each type; no header that the document does not name."""
    names = at({"$ref": "#/components/schemas/headers"})
    validator = jsonschema_rs.validator_for(names, validate_formats=True)
    for entry in CATALOGUE:
        if not entry.produced:
            continue
        message = document()["components"]["messages"][entry.type]
        payload = registry.validated(entry.model, message["examples"][0]["payload"])
        event = registry.produce(
            payload, key=PartitionKey("acme/a"), source="/x", cause="c", correlation="c"
        )
        wire = encode(event, recorded="2026-11-23T09:00:00Z")
        headers = dict(wire.headers)
        assert [error.message for error in validator.iter_errors(headers)] == []
        assert set(headers) <= set(names["properties"])
        assert decode(wire).id == event.id


def test_the_door_takes_what_it_says() -> None:
    """Every type that strangers may send stands at exactly one door, and is read there."""
    named = [type_ for types in asyncapi.AT_THE_DOOR.values() for type_ in types]
    assert sorted(named) == sorted(entry.type for entry in CATALOGUE if entry.accepted)
    for topic, types in asyncapi.AT_THE_DOOR.items():
        for type_ in types:
            message = document()["components"]["messages"][f"{type_}.at_the_door"]
            for example in message["examples"]:
                headers = example["headers"]
                value = json.dumps(example["payload"]).encode()
                wire = asyncapi_message(topic, headers, value)
                assert read_foreign(wire).missing == ()
                registry.accept(type_, example["payload"])


def asyncapi_message(topic: str, headers: dict[str, str], value: bytes) -> Any:
    """A stranger's record."""
    from bus.base import Message

    return Message(topic, "any", headers, value)


def test_a_prefix_and_servers_stand_where_a_consumer_looks() -> None:
    """One broker for several installations (`bus_prefix`)."""
    made = asyncapi.document({"intake": ("inbound.leads",)}, "1", ["b:9092"], "eu.")
    assert made["servers"] == {"broker0": {"host": "b:9092", "protocol": "kafka"}}
    assert made["channels"]["inbound.leads"]["address"] == "eu.inbound.leads"
    group = made["operations"]["intake.receive.inbound.leads"]["bindings"]["kafka"]["groupId"]
    assert group["enum"] == ["eu.intake"]
