"""One lead on its way through the linear pipeline, and the line that it becomes in each output.

A line is the row as it came in, untouched, and beside it what the stages added, each under one key:
`lead` (the record as Leadwire read it, the same as on the bus, and `qualified`), `routing` (row,
ids, notes, or why it was refused), `enrichment`, `quality`, `landing_page`. A JSON object that came
in is carried on as the bytes that it was written in, so that no number changes its spelling.

Where a row brings one of these keys itself, its value stays: an object is filled up with what it
lacks, beside anything else ours goes into the object `leadwire`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from contracts.errors import Problem
from contracts.ids import LeadId, TenantId
from contracts.lead import Enriched, Enrichment, Quality, Routed, Scored

ADDED = ("lead", "routing", "enrichment", "quality", "landing_page")
"""Keys that the stages add, in the order in which they stand in a line."""
ASIDE = "leadwire"
"""Where an addition goes whose own key a row has taken for something that is no object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a lead goes no further: a stable code, the place in the row, and what to do."""

    stage: str
    code: str
    problems: tuple[Problem, ...]

    @property
    def message(self) -> str:
        """The first problem in words."""
        return self.problems[0].message

    def row(self) -> dict[str, Any]:
        """JSON values."""
        problems = [{"pointer": p.pointer, "message": p.message} for p in self.problems]
        return {"stage": self.stage, "code": self.code, **problems[0], "problems": problems}


@dataclass(frozen=True, slots=True)
class Same:
    """An earlier row that is the same lead, and the kinds of identity that agree."""

    row: int
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A lead between two stages.

    `payload` is what would be on the bus at this point (`lead.routed`, `lead.enriched`,
    `lead.scored`), None where it was refused; `data` the row as it came, `raw` its JSON where it
    was written in it; `name` what a person knows it by; `page` what landing made of it.
    """

    row: int
    data: Mapping[str, Any]
    raw: str = ""
    name: str = ""
    tenant: TenantId
    payload: Routed | Scored | None = None
    refused: Refusal | None = None
    same_as: Same | None = None
    notes: tuple[str, ...] = ()
    page: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        """What names it: its `dedup_key`, its id; where it was refused its key or name."""
        if self.payload is None:
            return self.name
        return self.payload.lead.dedup_key or self.payload.lead_id

    @property
    def lead_id(self) -> LeadId | None:
        """The id under which it would be on the bus."""
        return self.payload.lead_id if self.payload else None

    @property
    def enrichment(self) -> Enrichment | None:
        """What enrichment found."""
        payload = self.payload
        return payload.enrichment if isinstance(payload, Enriched | Scored) else None

    @property
    def quality(self) -> Quality | None:
        """Quality and score."""
        return self.payload.quality if isinstance(self.payload, Scored) else None

    @property
    def label(self) -> str:
        """How messages name it: row and key."""
        return f"lead {self.key!r} (row {self.row})"

    def added(self) -> dict[str, Any]:
        """Returns what the stages so far added, by key."""
        if self.payload is None:
            return {"routing": self._routing()}
        lead = self.payload.lead.wire()
        found: dict[str, Any] = {"lead": lead, "routing": self._routing()}
        if self.enrichment is not None:
            found["enrichment"] = self.enrichment.wire()
        if self.quality is not None:
            found["quality"] = self.quality.wire()
            lead["qualified"] = self.quality.qualified
        if self.page is not None:
            found["landing_page"] = dict(self.page)
        return found

    def page_line(self) -> dict[str, Any]:
        """Returns what `landing_pages.jsonl` says of it: key → page, or why there is none."""
        names = {"row": self.row, "key": self.key, "lead_id": self.lead_id}
        if self.refused is not None:
            return {**names, "why": f"refused: {self.refused.message}"}
        return {**names, **(self.page or {})}

    def _routing(self) -> dict[str, Any]:
        found: dict[str, Any] = {"row": self.row, "client": self.tenant}
        if self.payload is not None:
            found |= {"lead_id": self.payload.lead_id, "account_id": self.payload.account_id}
        if self.same_as is not None:
            found["same_as"] = {"row": self.same_as.row, "by": list(self.same_as.evidence)}
        if self.notes:
            found["notes"] = list(self.notes)
        if self.refused is not None:
            found["refused"] = self.refused.row()
        return found

    def values(self) -> dict[str, Any]:
        """Returns the output line as JSON values."""
        return placed(self.data, self.added())

    def line(self) -> bytes:
        """Returns the output line, newline included."""
        ours = self.added()
        if self.raw and ASIDE not in self.data and not any(name in self.data for name in ours):
            return _spliced(self.raw.encode(), orjson.dumps(ours))
        return orjson.dumps(placed(self.data, ours), option=orjson.OPT_APPEND_NEWLINE)


def _spliced(given: bytes, ours: bytes) -> bytes:
    """Puts our keys behind those of a written object, whose bytes stay."""
    head = given[: given.rindex(b"}")].rstrip()
    return head + (b"" if head.endswith(b"{") else b",") + ours[1:] + b"\n"


def placed(given: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a row with additions beside its own keys, none of which changes."""
    out = dict(given)
    aside: dict[str, Any] = {}
    for name, value in ours.items():
        own = given.get(name)
        if name not in given:
            out[name] = value
        elif isinstance(own, Mapping) and isinstance(value, Mapping):
            out[name] = filled(own, value)
        else:
            aside[name] = value
    if aside:
        before = given.get(ASIDE)
        out[ASIDE] = filled(before, aside) if isinstance(before, Mapping) else aside
    return out


def filled(given: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    """Returns an object with its gaps filled, at every depth; what it has stays."""
    out = dict(given)
    for name, value in ours.items():
        own = given.get(name)
        if name not in given:
            out[name] = value
        elif isinstance(own, Mapping) and isinstance(value, Mapping):
            out[name] = filled(own, value)
    return out


__all__ = ("ADDED", "ASIDE", "Carried", "Refusal", "Same", "filled", "placed")
