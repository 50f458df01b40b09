"""What breaks whom: each rule on small schemas, and on the real ones field by field."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from contracts import schema
from contracts.compatibility import Break, breaks, compare

TEXT = {"type": "string"}
TYPE = "lead.tried.v1"


def made(direction: str, required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "x-leadwire": {"direction": direction.split("+")},
        "properties": properties,
        "required": list(required),
    }


def found(old: dict[str, Any], new: dict[str, Any]) -> set[tuple[str, str]]:
    return {(broken.rule, broken.path) for broken in compare(TYPE, old, new)}


def optional(type_: str) -> dict[str, Any]:
    return {"anyOf": [{"type": type_}, {"type": "null"}], "default": None}


HARMLESS = [
    ("produced", {"a": TEXT}, {"a": TEXT, "b": TEXT}),
    ("produced", {"a": optional("string")}, {"a": TEXT}),
    ("produced", {"a": {"enum": ["x", "y"]}}, {"a": {"enum": ["x"]}}),
    ("produced", {"a": {"enum": ["x"], "x-open": True}},
     {"a": {"enum": ["x", "y"], "x-open": True}}),
    ("produced", {"a": {"type": "number", "maximum": 9}}, {"a": {"type": "number", "maximum": 5}}),
    ("accepted", {"a": TEXT}, {"a": TEXT, "b": TEXT}),
    ("accepted", {"a": TEXT}, {"a": optional("string")}),
    ("accepted", {"a": {"type": "integer"}}, {"a": {"type": "number"}}),
    ("accepted", {"a": {"enum": ["x"]}}, {"a": {"enum": ["x", "y"]}}),
    ("accepted", {"a": {"enum": ["x"]}}, {"a": TEXT}),
    ("accepted", {"a": {"type": "string", "maxLength": 5}}, {"a": TEXT}),
    ("accepted", {"a": TEXT}, {"a": {}}),
]  # fmt: skip
BREAKING = [
    ("produced", {"a": TEXT}, {}, "lost_field"),
    ("produced", {"a": TEXT}, {"a": {"type": "integer"}}, "retyped"),
    ("produced", {"a": TEXT}, {"a": optional("string")}, "retyped"),
    ("produced", {"a": {"type": "integer"}}, {"a": {"type": "number"}}, "retyped"),
    ("produced", {"a": {"type": "number"}}, {"a": {"type": "integer"}}, "retyped"),
    ("produced", {"a": optional("string")}, {"a": {"type": "null"}}, "retyped"),
    ("produced", {"a": {"type": "string", "format": "date-time"}}, {"a": TEXT}, "retyped"),
    ("produced", {"a": {"enum": ["x"]}}, {"a": {"enum": ["x", "y"]}}, "widened_enum"),
    ("produced", {"a": {"const": "x"}}, {"a": {"enum": ["x", "y"]}}, "widened_enum"),
    ("produced", {"a": {"enum": ["x"]}}, {"a": TEXT}, "widened_enum"),
    ("produced", {"a": {"type": "number", "maximum": 1}}, {"a": {"type": "number", "maximum": 100}},
     "widened_bound"),
    ("produced", {"a": {"type": "number", "minimum": 0}}, {"a": {"type": "number"}},
     "widened_bound"),
    ("accepted", {"a": TEXT}, {}, "lost_field"),
    ("accepted", {"a": optional("string")}, {"a": TEXT}, "narrowed_type"),
    ("accepted", {"a": {"type": "number"}}, {"a": {"type": "integer"}}, "narrowed_type"),
    ("accepted", {"a": {}}, {"a": TEXT}, "narrowed_type"),
    ("accepted", {"a": TEXT}, {"a": {"type": "string", "format": "email"}}, "narrowed_type"),
    ("accepted", {"a": TEXT}, {"a": {"enum": ["x"]}}, "narrowed_enum"),
    ("accepted", {"a": {"enum": ["x", "y"]}}, {"a": {"enum": ["x"]}}, "narrowed_enum"),
    ("accepted", {"a": TEXT}, {"a": {"type": "string", "maxLength": 5}}, "narrowed_bound"),
    ("produced+accepted", {"a": TEXT}, {"a": optional("string")}, "retyped"),
    ("produced+accepted", {"a": optional("string")}, {"a": TEXT}, "narrowed_type"),
]  # fmt: skip


@pytest.mark.parametrize(("direction", "old", "new"), HARMLESS)
def test_a_harmless_change_passes(direction: str, old: Any, new: Any) -> None:
    """Optional fields come, types narrow towards readers and widen towards writers."""
    assert found(made(direction, **old), made(direction, **new)) == set()


@pytest.mark.parametrize(("direction", "old", "new", "rule"), BREAKING)
def test_a_breaking_change_is_named_by_rule_and_path(
    direction: str, old: Any, new: Any, rule: str
) -> None:
    """The rule, and the JSONPath of the field."""
    assert (rule, "$.a") in found(made(direction, **old), made(direction, **new))


def test_required_fields_change_in_one_direction_only() -> None:
    """A produced one stays required, an accepted one never becomes it; both may not gain one."""
    with_, without = ("a",), ()
    for direction in ("produced", "accepted"):
        new = found(made(direction, without, a=TEXT), made(direction, with_, a=TEXT))
        assert new == {("new_required", "$.a")}
    assert found(made("produced", with_, a=TEXT), made("produced", without, a=TEXT)) == {
        ("made_optional", "$.a")
    }
    assert found(made("accepted", with_, a=TEXT), made("accepted", without, a=TEXT)) == set()


def test_breaks_are_found_at_any_depth() -> None:
    """Through references, alternatives, lists and maps; the path says where."""
    inner = {"type": "object", "properties": {"x": TEXT}, "required": ["x"]}
    worse = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}
    holders: list[tuple[Any, str]] = [
        ({"$ref": "#/$defs/In"}, "$.a.x"),
        ({"anyOf": [{"$ref": "#/$defs/In"}, {"type": "null"}]}, "$.a.x"),
        ({"type": "array", "items": {"$ref": "#/$defs/In"}}, "$.a[*].x"),
        ({"type": "object", "additionalProperties": {"$ref": "#/$defs/In"}}, "$.a.*.x"),
    ]
    for holder, path in holders:
        old = made("produced", a=holder) | {"$defs": {"In": inner}}
        new = made("produced", a=holder) | {"$defs": {"In": worse}}
        assert found(old, new) == {("retyped", path)}


def test_a_schema_that_holds_itself_is_walked_once() -> None:
    """Recursive definitions end."""
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}, "x": TEXT}}
    old = made("produced", a={"$ref": "#/$defs/Node"}) | {"$defs": {"Node": node}}
    new = copy.deepcopy(old)
    del new["$defs"]["Node"]["properties"]["x"]
    assert ("lost_field", "$.a.x") in found(old, new)


def test_refusing_unknown_fields_narrows_what_is_accepted() -> None:
    """What we accept keeps unknown fields."""
    old = made("accepted", a=TEXT) | {"additionalProperties": True}
    new = made("accepted", a=TEXT) | {"additionalProperties": False}
    assert found(old, new) == {("narrowed_type", "$")}


def test_a_lost_event_is_a_break_and_a_new_one_is_none() -> None:
    """By type."""
    one = made("produced", a=TEXT)
    assert breaks({TYPE: one}, {}) == [
        Break(TYPE, "lost_event", "$", "the event is no longer there")
    ]
    assert breaks({}, {TYPE: one}) == []


def test_the_real_schemas_agree_with_themselves() -> None:
    """No false alarm on what we publish."""
    assert breaks(schema.committed(), schema.schemas()) == []


def fields() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every (type, path to a property) of the published schemas, definitions included."""
    for type_, one in schema.committed().items():
        for name in one["properties"]:
            yield type_, ("properties", name)
        for definition, inner in one.get("$defs", {}).items():
            for name in inner.get("properties", ()):
                yield type_, ("$defs", definition, "properties", name)


@pytest.mark.parametrize(("type_", "path"), [pytest.param(*f, id="/".join(f[1])) for f in fields()])
def test_losing_or_retyping_any_real_field_is_found(type_: str, path: tuple[str, ...]) -> None:
    """Each field of each event, one after another."""
    old = schema.committed()[type_]
    lost, retyped = copy.deepcopy(old), copy.deepcopy(old)
    *above, name = path
    for one in (lost, retyped):
        node = one
        for step in above:
            node = node[step]
        if one is lost:
            del node[name]
        else:
            node[name] = {"type": "null"}
    assert {b.rule for b in compare(type_, old, lost)} >= {"lost_field"}
    assert {b.rule for b in compare(type_, old, retyped)} & {"retyped", "narrowed_type"}
