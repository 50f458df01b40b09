"""Findings that wait for a person, and what a person may decide of them: accept, correct, drop.

Pure. The agent keeps the routed event with everything that was found (`kept`); `leadwire review`
reads it back, decides, and publishes the enriched lead under the id that it would have had at once,
so that a decision made twice is said once. The row is personal and erasure blanks it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

import orjson

from agents.enrichment.base import Finding
from agents.enrichment.core import Result, enriched
from agents.enrichment.fields import FIELDS, normal
from agents.scoring.profile import ClientProfile
from bus.base import Message
from bus.codec import decode, encode
from contracts import registry
from contracts.envelope import Event
from contracts.lead import Routed, Tried
from statestore.base import Ref, RowWrite

KIND = "findings"
Decision = Literal["accepted", "corrected", "dropped"]
BY_PERSON = 0.95
"""How sure a person's own word is."""


class Wrong(ValueError):
    """A correction cannot be right; the text says which and what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What waits: the event behind it, all findings, doubtful ones among them, and the course."""

    event: Event
    findings: tuple[Finding, ...]
    tried: tuple[Tried, ...]
    ceilings: Mapping[str, float]

    @property
    def doubtful(self) -> tuple[Finding, ...]:
        """Those that a person has to look at."""
        return tuple(one for one in self.findings if one.doubt)


def kept(event: Event, result: Result) -> RowWrite:
    """The row that keeps what waits."""
    message = encode(event)
    data = {
        "topic": message.topic,
        "key": message.key,
        "headers": dict(message.headers),
        "value": message.value.decode(),
        "findings": [_as_json(one) for one in result.findings],
        "tried": [one.model_dump() for one in result.enrichment.tried],
        "ceilings": dict(result.ceilings),
    }
    ref = Ref(event.tenant, KIND, result.payload.lead_id)
    return RowWrite(ref=ref, expect=None, parent=result.payload.lead_id, data=data)


def settled(event: Event, how: str) -> RowWrite:
    """The row without what it kept: nothing waits any more."""
    lead = str(event.data["lead_id"])
    ref = Ref(event.tenant, KIND, lead)
    return RowWrite(ref=ref, expect=None, parent=lead, data={"decision": how})


def read(data: Mapping[str, Any]) -> Kept | None:
    """Reads a row back; None where it was erased."""
    if not data.get("value"):
        return None
    message = Message(
        topic=data["topic"], key=data["key"], headers=data["headers"], value=data["value"].encode()
    )
    return Kept(
        event=decode(message),
        findings=tuple(_finding(one) for one in data["findings"]),
        tried=tuple(Tried.model_validate(one) for one in data["tried"]),
        ceilings=data["ceilings"],
    )


def _as_json(one: Finding) -> dict[str, Any]:
    return {**asdict(one), "at": one.at.isoformat()}


def _finding(row: Mapping[str, Any]) -> Finding:
    return Finding(**{**row, "at": datetime.fromisoformat(row["at"])})


def decided(
    what: Kept,
    decision: Decision,
    *,
    profile: ClientProfile,
    now: datetime,
    by: str,
    corrections: Sequence[str] = (),
) -> Result:
    """Returns the enriched lead as a person decided. Raises Wrong for a correction (FIELD=VALUE)
    of no field, or to a value that cannot be right."""
    routed = registry.payload(what.event, Routed)
    clear = [one for one in what.findings if not one.doubt]
    if decision == "accepted":
        clear += [replace(one, doubt="") for one in what.doubtful]
    for text in corrections:
        clear.append(_correction(text, routed, now, by))
    return enriched(
        routed,
        clear,
        profile=profile,
        now=now,
        tried=what.tried,
        notes=(f"{len(what.doubtful)} doubtful findings {decision} by a person",),
        ceilings=what.ceilings,
    )


def _correction(text: str, routed: Routed, now: datetime, by: str) -> Finding:
    name, equals, value = text.partition("=")
    field = next((f for f in (name.strip(), f"company.{name.strip()}") if f in FIELDS), None)
    if not equals or field is None:
        raise Wrong(f"{text!r}: write FIELD=VALUE; fields are {', '.join(sorted(FIELDS))}")
    found: Any = value.strip()
    if field == "decision_makers":
        person, _, title = found.partition(",")
        found = {"name": person.strip(), **({"title": title.strip()} if title else {})}
    if normal(field, found, routed.lead.country) is None:
        raise Wrong(f"{field}: {value.strip()!r} cannot be right")
    return Finding(
        field=field,
        value=found,
        confidence=BY_PERSON,
        source="person",
        evidence=f"corrected by {by}",
        place="leadwire review correct",
        at=now,
    )


def as_rows(what: Kept) -> list[dict[str, Any]]:
    """The doubtful findings for a table or JSON lines."""
    return [
        {
            "field": one.field,
            "value": one.value if isinstance(one.value, str) else orjson.dumps(one.value).decode(),
            "why": one.doubt,
            "source": one.source,
            "evidence": one.evidence,
            "place": one.place,
        }
        for one in what.doubtful
    ]
