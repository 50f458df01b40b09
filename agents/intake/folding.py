"""Folds whatever event a stranger used for a lead into the one shape of the door, `inbound.leads`.

Strangers may publish `lead.routed` and `lead.scored` as well (design §3), whole as we would, or
with the lead's fields at the top and without the fields that only intake can know. What is folded
keeps every key: the lead's own win, the event's bookkeeping (`occurred_at`, `origin`) is intake's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts import registry
from contracts.envelope import topic_of
from contracts.errors import Invalid, Problem, UnknownType
from contracts.inbound import InboundLead

DOOR = InboundLead.TYPE
OF_A_LEAD = ("inbound.leads", "lead.routed", "lead.scored")
BOOKKEEPING = frozenset({"lead", "occurred_at", "origin", "channel"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A lead in the door's shape. `prefix` is the pointer in the original below which it stood."""

    data: Mapping[str, Any]
    prefix: str = ""
    own: frozenset[str] = frozenset()
    """Keys that stood below `prefix`; the others stood at the top."""

    def pointer(self, pointer: str) -> str:
        """Returns the pointer into what the stranger wrote."""
        head = pointer.lstrip("/").partition("/")[0]
        return f"{self.prefix}{pointer}" if self.prefix and head in self.own else pointer


def folded(type_: str, data: Mapping[str, Any]) -> Folded:
    """Returns the lead of an event in the door's shape.

    Raises UnknownType for a type that is no lead's, and Invalid for a `lead.scored` without score.
    """
    topic = topic_of(type_)
    if topic not in OF_A_LEAD:
        registry.entry(type_)
        raise UnknownType(f"{type_} is no lead; send {DOOR}, lead.routed.v1 or lead.scored.v1")
    if type_ != f"{DOOR.rpartition('.v')[0]}.v0":
        registry.entry(type_)
    inner = data.get("lead")
    if topic == "inbound.leads" or not isinstance(inner, Mapping):
        found = Folded(dict(data))
    else:
        around = {k: v for k, v in data.items() if k not in BOOKKEEPING and k not in inner}
        found = Folded({**inner, **around}, "/lead", frozenset(inner))
    return _scored(type_, found) if topic == "lead.scored" else found


def _scored(type_: str, found: Folded) -> Folded:
    """A scored lead says `quality.als`; one with `als` at the top says the same."""
    data = dict(found.data)
    if "quality" not in data and "als" in data:
        data["quality"] = {"als": data["als"]}
    if not isinstance(data.get("quality"), Mapping) or "als" not in data["quality"]:
        problem = Problem("/quality/als", "missing: the score, 0–100")
        raise Invalid(f"{type_}: /quality/als is missing; give the score, 0–100", [problem])
    return Folded(data, found.prefix, found.own)
