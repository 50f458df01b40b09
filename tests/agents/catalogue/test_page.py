"""The catalogue page: whole, self-contained, and deaf to markup in whatever it shows."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from agents import subscribing
from agents.catalogue import fields, page
from agents.catalogue.fields import Row
from contracts import schema
from contracts.catalogue import CATALOGUE

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> `<b>bold</b>` {{ 7 * 7 }}"


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def made() -> str:
    """The page."""
    return page.page(subscribing.groups(), "9.9", "kafka.example:9092")


def test_every_event_has_its_place_with_all_its_fields(made: str) -> None:
    """Meaning, way, key, retention, fields with types, an example."""
    seen = Reader(made)
    assert len(seen.ids) == len(set(seen.ids))
    words = " ".join(" ".join(seen.text).split())
    for entry in CATALOGUE:
        assert entry.type in seen.ids
        for row in fields.rows(schema.schema(entry)):
            assert row.path in words
    assert "kafka.example:9092" in words
    assert "version 9.9" in words
    assert "(spec" not in words


def test_it_fetches_nothing(made: str) -> None:
    """No script, style, font or picture from elsewhere; links lead to documents alone."""
    for tag, attributes in Reader(made).tags:
        assert "src" not in attributes
        assert tag not in {"link", "img", "iframe", "object", "base"}
        assert not [name for name in attributes if name.startswith("on")]
    assert "@import" not in made
    assert "url(" not in made


def test_the_policy_names_the_one_script_that_is_there(made: str) -> None:
    """By its hash, within the page and as the header with which it is served."""
    (script,) = re.findall(r"<script>(.*?)</script>", made, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page.policy()
    (meta,) = [a for t, a in Reader(made).tags if a.get("http-equiv")]
    assert meta["content"] == page.policy()


def test_markup_in_a_text_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a description, an example, a header's value, the broker, an agent's name."""
    real = schema.examples

    def examples() -> object:
        return {type_: {"main": {"text": HOSTILE}} for type_ in real()}

    monkeypatch.setattr(schema, "examples", examples)
    rows = [Row(path=HOSTILE, type=HOSTILE, meaning=HOSTILE, values=(HOSTILE,))]
    monkeypatch.setattr(fields, "rows", lambda _: rows)
    text = page.page({HOSTILE: ("lead.contacted",)}, HOSTILE, HOSTILE)
    seen = Reader(text)
    assert len([tag for tag, _ in seen.tags if tag == "script"]) == 1
    assert not [tag for tag, _ in seen.tags if tag in {"img", "b"}]
    assert not [name for _, found in seen.tags for name in found if name.startswith("on")]
    assert "{{ 7 * 7 }}" in "".join(seen.text)


def test_personal_fields_are_marked_and_no_others(made: str) -> None:
    """By the schema's own mark; what only the door takes is said to go no further."""
    for entry in CATALOGUE:
        found = fields.personal(fields.rows(schema.schema(entry)))
        if entry.personal:
            assert found
        elif found:
            assert entry.accepted
    assert "nothing on this topic" in made


def test_a_field_is_told_whole() -> None:
    """References followed, nulls left out, lists and nested objects by path, bounds and values."""
    told = {
        "properties": {
            "at": {"type": "string", "format": "date-time", "description": "when"},
            "kind": {"anyOf": [{"$ref": "#/$defs/Kind"}, {"type": "null"}]},
            "share": {"type": "number", "minimum": 0, "maximum": 1},
            "people": {"type": "array", "items": {"$ref": "#/$defs/Person"}},
            "by": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
            "mixed": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        },
        "required": ["at"],
        "$defs": {
            "Kind": {"enum": ["a", "b"], "type": "string", "x-open": True},
            "Person": {
                "type": "object",
                "properties": {"email": {"type": "string", "x-data-class": "personal"}},
            },
        },
    }
    assert fields.rows(told) == [
        Row("at", "moment", required=True, meaning="when"),
        Row("kind", "one of", values=("a", "b"), open=True),
        Row("share", "number 0 to 1"),
        Row("people", "list of object"),
        Row("people[].email", "string", personal=True),
        Row("by", "object"),
        Row("by.*", "integer from 1"),
        Row("mixed", "string or integer"),
    ]
