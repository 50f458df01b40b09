"""Judges events in a file, line by line, as the boundary would (design §3): `events validate`.

A line is a structured CloudEvent 1.0, or bare data whose type is given. What we only produce is
held to the letter; what strangers write is upcast first and may bring fields that we do not know.
A line of any length is judged in constant memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from agents.intake.intake import examined
from bus.base import MAX_BYTES, Message
from bus.foreign import read_foreign
from contracts import registry
from contracts.errors import ContractError, Invalid, Malformed, Problem, TooLarge
from contracts.inbound import InboundLead
from contracts.parsing import read_object

CHUNK = 65_536
STRUCTURED = {"content-type": "application/cloudevents+json"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line's verdict; `problems` are empty where it is good."""

    line: int
    id: str | None = None
    type: str | None = None
    code: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """True where nothing is wrong."""
        return not self.problems

    def row(self) -> dict[str, Any]:
        """Returns the verdict as one JSON object; the first problem stands at the top as well."""
        row: dict[str, Any] = {"line": self.line, "ok": self.ok, "id": self.id, "type": self.type}
        if self.ok:
            return row
        first = self.problems[0]
        return row | {
            "code": self.code,
            "pointer": first.pointer,
            "message": first.message,
            "problems": [{"pointer": p.pointer, "message": p.message} for p in self.problems],
        }


def verdicts(
    stream: BinaryIO, *, type_: str | None = None, max_bytes: int = MAX_BYTES
) -> Iterator[Verdict]:
    """Yields a verdict for each line that is not blank, in order; `type_` is that of bare data."""
    for number, line in lines(stream, max_bytes):
        if line is None or line.strip():
            yield judged(number, line, type_, max_bytes)


def lines(stream: BinaryIO, max_bytes: int) -> Iterator[tuple[int, bytes | None]]:
    """Yields lines with their numbers from 1; None for one that is longer than `max_bytes`."""
    number = 0
    while line := stream.readline(max_bytes + 2):
        number += 1
        body = line.rstrip(b"\r\n")
        if number == 1:
            body = body.removeprefix(b"\xef\xbb\xbf")
        yield number, body if len(body) <= max_bytes else None
        while line and not line.endswith(b"\n"):
            line = stream.readline(CHUNK)


def judged(number: int, line: bytes | None, type_: str | None, max_bytes: int) -> Verdict:
    """Returns the verdict on one line; None stands for one that is too long."""
    value: dict[str, Any] = {}
    try:
        if line is None:
            raise TooLarge(f"over the limit of {max_bytes:,} bytes; send bodies by reference")
        value = read_object(line)
        named = _judge_event(value, line) if "specversion" in value else _judge_bare(value, type_)
        return Verdict(number, _text(value, "id"), named)
    except ContractError as error:
        known = _text(value, "type") if "specversion" in value else type_
        return Verdict(number, _text(value, "id"), known, error.code, error.problems)


def _text(value: dict[str, Any], name: str) -> str | None:
    found = value.get(name)
    return found if isinstance(found, str) and "specversion" in value else None


def _judge_event(value: dict[str, Any], line: bytes) -> str:
    """Judges envelope, then data; pointers into the data get their prefix."""
    foreign = read_foreign(Message("", "", STRUCTURED, line), max_bytes=len(line) + 200)
    problems = [
        Problem(f"/{name}", "missing; CloudEvents 1.0 needs it") for name in foreign.missing
    ]
    problems += _bad_names(value)
    if "data" in value and "data_base64" in value:
        problems.append(Problem("/data_base64", "beside data: give one of them"))
    if problems or foreign.type is None:
        raise Malformed("; ".join(f"{p.pointer}: {p.message}" for p in problems), problems)
    place = "/data" if "data" in value else "/data_base64"
    try:
        _judge_data(foreign.type, foreign.data)
    except Invalid as error:
        within = [Problem(f"{place}{p.pointer}", p.message) for p in error.problems]
        raise Invalid(str(error), within) from None
    except ContractError as error:
        raise type(error)(str(error), [Problem("/type", str(error))]) from None
    return foreign.type


def _bad_names(value: dict[str, Any]) -> list[Problem]:
    """Attribute names are lower-case ASCII letters and digits (CloudEvents 1.0.2 section 3.1)."""
    names = [name for name in value if name != "data_base64"]
    bad = [name for name in names if not (name.isascii() and name.isalnum() and name.islower())]
    return [Problem(f"/{name}", "attribute names are a-z and 0-9") for name in bad if name]


def _judge_bare(value: dict[str, Any], type_: str | None) -> str:
    if type_ is None:
        raise Malformed(
            "no CloudEvent (specversion, id, source, type, data); for bare data name its type, "
            "as --type inbound.leads.v1"
        )
    _judge_data(type_, value)
    return type_


def _judge_data(type_: str, data: dict[str, Any]) -> None:
    known = registry.ENTRIES.get(type_)
    if known is None or known.accepted:
        read = registry.accept(type_, data)
        if isinstance(read, InboundLead):
            examined(read)
    else:
        registry.validated(known.model, data)


__all__ = ["Verdict", "verdicts"]
