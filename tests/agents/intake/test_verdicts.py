"""`leadwire events validate`: each line judged as the boundary would, with a pointer into it."""

import io
import json
from typing import Any

import orjson
import pytest

from agents.intake.verdicts import Verdict, verdicts
from contracts import schema

EXAMPLES = [
    pytest.param(type_, data, id=f"{type_} {name}")
    for type_, found in schema.examples().items()
    for name, data in found.items()
]
FACT = {"lead_id": "l", "occurred_at": "2026-11-23T09:00:00Z", "reason": "r"}


def event(**changes: Any) -> dict[str, Any]:
    given = {"specversion": "1.0", "id": "e-1", "source": "/test", "type": "lead.engaged.v1",
             "data": FACT, **changes}  # fmt: skip
    return {key: value for key, value in given.items() if value is not None}


def judged(*lines: Any, type_: str | None = None, **more: Any) -> list[Verdict]:
    raw = [line if isinstance(line, bytes) else orjson.dumps(line) for line in lines]
    return list(verdicts(io.BytesIO(b"\n".join(raw)), type_=type_, **more))


@pytest.mark.parametrize(("type_", "data"), EXAMPLES)
def test_every_example_is_good_in_both_forms(type_: str, data: dict[str, Any]) -> None:
    """Structured CloudEvents, and bare data with --type."""
    (one,) = judged(event(type=type_, data=data))
    assert one.row() == {"line": 1, "ok": True, "id": "e-1", "type": type_}
    (two,) = judged(data, type_=type_)
    assert two.ok


@pytest.mark.parametrize(
    ("line", "code", "pointer", "words"),
    [
        (event(id=None), "malformed", "/id", "missing"),
        (event(source=None), "malformed", "/source", "missing"),
        (event(type=None), "malformed", "/type", "missing"),
        (event(specversion="0.3"), "malformed", "/specversion", "send 1.0"),
        (event(time="2026-11-23T09:00:00"), "malformed", "/time", "offset"),
        (event(Bad_Name="x"), "malformed", "/Bad_Name", "a-z and 0-9"),
        (event(data=None), "malformed", "/data", "JSON object"),
        (event(data_base64="e30="), "malformed", "/data_base64", "give one of them"),
        (event(data={**FACT, "reason": 5}), "invalid", "/data/reason", "string"),
        (event(data={**FACT, "more": 5}), "invalid", "/data/more", "unknown field"),
        (event(data={"lead_id": "l", "reason": "r"}), "invalid", "/data/occurred_at", "missing"),
        (event(type="lead.engaged.v9"), "unknown_type", "/type", "upgrade Leadwire"),
        ({"email": "a@b.example"}, "malformed", "", "--type inbound.leads.v1"),
        (b"not json", "malformed", "", "not JSON"),
        (b"[]", "malformed", "", "an array"),
        (b'{"specversion":"1.0","data":{"a":"\\u0000"}}', "malformed", "/data/a", "NUL"),
        (b'{"specversion":"1.0","data":{"a":["\\ud800"]}}', "malformed", "/data/a/0", "surrogate"),
        (b'{"a":"\xff"}', "malformed", "", "not UTF-8"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(
    line: Any, code: str, pointer: str, words: str
) -> None:
    """Code, JSON pointer into the line, and what to do."""
    (one,) = judged(line)
    row = one.row()
    assert (row["ok"], row["code"], row["pointer"]) == (False, code, pointer)
    assert words in row["message"]
    assert row["problems"][0] == {"pointer": pointer, "message": row["message"]}


def test_data_in_base64_are_judged_too() -> None:
    """CloudEvents 1.0.2, JSON format section 3.1."""
    import base64

    good = base64.b64encode(orjson.dumps(FACT)).decode()
    bad = base64.b64encode(orjson.dumps({**FACT, "reason": 5})).decode()
    one, two = judged(event(data=None, data_base64=good), event(data=None, data_base64=bad))
    assert one.ok
    assert two.problems[0].pointer == "/data_base64/reason"


def test_a_lead_is_judged_as_the_door_would() -> None:
    """Old versions are upcast; one that reaches nobody is refused by name."""
    good, bad = judged({"title": "Bakery", "street": "1 Main St"}, {"email": "n/a"},
                       type_="inbound.leads.v1")  # fmt: skip
    assert good.ok
    assert (bad.code, bad.problems[0].pointer) == ("unreachable", "/email")


def test_every_problem_of_a_line_is_listed() -> None:
    """Not only the first."""
    (one,) = judged(event(data={"lead_id": 5, "x": 1}))
    assert {p.pointer for p in one.problems} == {
        "/data/lead_id", "/data/occurred_at", "/data/reason", "/data/x",
    }  # fmt: skip


def test_blank_lines_are_none_and_numbers_are_the_files() -> None:
    """With a byte order mark at the beginning and Windows' line ends."""
    data = b"\xef\xbb\xbf" + json.dumps(event()).encode() + b"\r\n\r\n  \nx\n"
    assert [(v.line, v.ok) for v in verdicts(io.BytesIO(data))] == [(1, True), (4, False)]


def test_a_line_over_the_limit_is_named_and_the_next_one_judged() -> None:
    """5 MB in one line; the reader holds no more than the limit of it."""
    one, two = judged(b'{"a":"' + b"x" * 5_000_000 + b'"}', event())
    assert (one.code, one.line) == ("too_large", 1)
    assert "over the limit of 1,000,000 bytes" in one.problems[0].message
    assert two.ok
    exactly = orjson.dumps(event())
    assert judged(exactly, exactly, max_bytes=len(exactly))[0].ok
    assert judged(exactly, exactly, max_bytes=len(exactly) - 1)[1].code == "too_large"


def test_judging_streams() -> None:
    """A verdict comes before the next line is asked for."""

    class Endless(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            return orjson.dumps(event()) + b"\n"

    found = verdicts(Endless())
    assert [next(found).line for _ in range(1000)] == list(range(1, 1001))
