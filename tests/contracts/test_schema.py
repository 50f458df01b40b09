"""The published schemas: current, valid, one a type, with examples that they and models take."""

import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contracts import registry, schema
from contracts.catalogue import CATALOGUE, Entry
from contracts.envelope import topic_of
from contracts.errors import Invalid

EXAMPLES = [
    pytest.param(type_, data, id=f"{type_} {name}")
    for type_, found in schema.examples().items()
    for name, data in found.items()
]
ENTRIES = [pytest.param(entry, id=entry.type) for entry in CATALOGUE]


def test_committed_schemas_are_current() -> None:
    """Whoever changes a model runs `make schemas` and commits what it wrote."""
    assert schema.stale() == []


def test_there_is_one_file_per_event_and_version(tmp_path: Path) -> None:
    """`leadwire schema export DIR` writes what ships."""
    names = sorted(path.name for path in schema.write(tmp_path / "made"))
    assert names == sorted(f"{entry.type}.json" for entry in CATALOGUE)
    assert schema.read(tmp_path / "made") == schema.committed()


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_schema_is_valid_and_says_whose_it_is(entry: Entry) -> None:
    """JSON Schema 2020-12, with topic, direction, publishers and readers."""
    made = schema.schema(entry)
    jsonschema_rs.meta.validate(made)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["$id"].endswith(entry.type)
    about = made["x-leadwire"]
    assert about["topic"] == topic_of(entry.type)
    assert about["direction"] == [d for d in ("produced", "accepted") if getattr(entry, d)]


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_published_schema_lets_readers_meet_fields_that_they_do_not_know(entry: Entry) -> None:
    """Within a major version produced events may gain optional fields."""
    assert schema.schema(entry).get("additionalProperties") is not False


@pytest.mark.parametrize("entry", ENTRIES)
def test_personal_fields_stand_only_on_topics_that_are_kept_seven_days(entry: Entry) -> None:
    """Spec 9.5, design §3: all other events carry ids. A bridge's text is accepted, not sent on."""
    marked = '"x-data-class": "personal"' in schema.text(schema.schema(entry))
    if entry.personal:
        assert marked
        assert entry.retention_days == 7
    elif not entry.accepted:
        assert not marked


def test_every_event_has_an_example() -> None:
    """Facts (ecosystem 3.3): every event has an example that validates."""
    assert set(schema.examples()) == {entry.type for entry in CATALOGUE}


@pytest.mark.parametrize(("type_", "data"), EXAMPLES)
def test_an_example_is_taken_by_its_schema_and_its_model(type_: str, data: dict[str, Any]) -> None:
    """Formats are asserted; what is accepted goes through the door's reading as well."""
    entry = registry.entry(type_)
    validator = jsonschema_rs.validator_for(schema.schema(entry), validate_formats=True)
    assert [error.message for error in validator.iter_errors(data)] == []
    if entry.accepted:
        registry.accept(type_, data)
    else:
        registry.validated(entry.model, data)


@pytest.mark.parametrize(("type_", "data"), EXAMPLES)
def test_what_a_model_sends_is_taken_by_its_schema(type_: str, data: dict[str, Any]) -> None:
    """`wire()` and the schema say the same; sending what was read changes nothing that was said."""
    entry = registry.entry(type_)
    sent = registry.validated(entry.model, data).wire()
    validator = jsonschema_rs.validator_for(schema.schema(entry), validate_formats=True)
    assert [error.message for error in validator.iter_errors(sent)] == []
    assert kept(data, sent)


def kept(given: Any, sent: Any) -> bool:
    """Says whether everything that was given is there, beside defaults."""
    if isinstance(given, dict):
        return all(key in sent and kept(value, sent[key]) for key, value in given.items())
    if isinstance(given, list):
        return len(given) == len(sent) and all(map(kept, given, sent))
    return bool(given == sent)


@pytest.mark.parametrize(("type_", "data"), EXAMPLES)
def test_addresses_in_examples_end_in_example(type_: str, data: dict[str, Any]) -> None:
    """No address of an example can belong to anybody (RFC 2606)."""
    hosts = re.findall(r"[@/]([\w.-]+\.[a-z]{2,})", schema.text(data))
    assert [host for host in hosts if not host.endswith(".example")] == []


@pytest.mark.parametrize(("type_", "data"), EXAMPLES)
def test_the_schema_refuses_what_the_model_refuses(type_: str, data: dict[str, Any]) -> None:
    """Each required field is missed by both."""
    entry = registry.entry(type_)
    validator = jsonschema_rs.validator_for(schema.schema(entry))
    for name in schema.schema(entry).get("required", ()):
        less = {key: value for key, value in data.items() if key != name}
        assert not validator.is_valid(less)
        with pytest.raises(Invalid) as caught:
            registry.validated(entry.model, less)
        assert f"/{name}" in [problem.pointer for problem in caught.value.problems]


def test_channels_are_an_open_enumeration_with_two_more_names_on_input() -> None:
    """Spec 1.7: channels join without a new version; spec 5.0: `call`, `post` on input."""
    accepted = schema.committed()["inbound.replies.v1"]["$defs"]["Channel"]
    produced = schema.committed()["lead.contacted.v1"]["$defs"]["Channel"]
    assert accepted["x-open"] is produced["x-open"] is True
    assert set(accepted["enum"]) - set(produced["enum"]) == {"call", "post"}


def test_a_file_that_is_no_schema_is_named(tmp_path: Path) -> None:
    """Bad input: which file, and what is wrong with it."""
    (tmp_path / "lead.scored.v1.json").write_text("{")
    with pytest.raises(ValueError, match=r"lead\.scored\.v1\.json is not JSON"):
        schema.read(tmp_path)
    (tmp_path / "lead.scored.v1.json").write_text("[]")
    with pytest.raises(ValueError, match="holds no object"):
        schema.read(tmp_path)
