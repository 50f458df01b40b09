"""The port of an enrichment source: what it declares, what it is asked, what it answers.

A source is asked about one lead and answers with findings. It judges only its own words: what to
make of several sources is `merge.py`'s business, whom to ask next `waterfall.py`'s, and both are
pure. A vendor, a model, a table and the business's own site all stand behind this port.

What a source promises
- Every finding rests on literal text that the source was shown (`evidence`), and says where it
  stood (`place`) and when (`at`). A value that only looks right is left out.
- `find` changes nothing anywhere: asking twice is asking once more, so a crash loses nothing.
- What it cannot do now it says by raising `SourceFailed` with what was wrong and what to do; the
  lead goes on without it, and the text is kept with the lead.
- It reads only what its card declares, costs at most what its card says, and keeps no lead.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agents.enrichment.fields import FIELDS
from contracts.lead import LeadFields

EVIDENCE = 300
"""Characters of evidence that are kept of a finding."""


class SourceFailed(Exception):
    """A source could not answer: what was wrong, and what to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a source declares before it is asked.

    `adds` are names of `fields.FIELDS`; `ceiling` is how sure it can be at most (0–1), whatever it
    says itself; `cost_micros` is the most that one question costs, in US dollars × 1,000,000;
    `seconds` is how long an answer may take, on the loop's clock; `fresh_days` is how long it may
    be kept; `network` says that it reaches out; `tenant` names the one client whose it is.
    """

    name: str
    adds: frozenset[str]
    ceiling: float
    cost_micros: int = 0
    seconds: float = 120.0
    fresh_days: float = 183.0
    network: bool = False
    tenant: str | None = None

    def __post_init__(self) -> None:
        unknown = self.adds - set(FIELDS)
        if unknown:
            raise ValueError(f"source {self.name}: no field {', '.join(sorted(unknown))}")

    @property
    def helps(self) -> frozenset[str]:
        """Required fields and parts of the score that it may be able to add to."""
        return frozenset(part for name in self.adds for part in FIELDS[name].helps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One value that a source states. `value` is JSON; `confidence` 0–1 is the source's own word.

    `doubt`, where it is not empty, says why a person has to look before the value counts.
    """

    field: str
    value: Any
    confidence: float
    source: str
    evidence: str
    place: str
    at: datetime
    doubt: str = ""

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise ValueError(f"no field {self.field!r} that enrichment could add")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a source is asked about: the lead as it came in, whose lead it is, what the sources
    asked before have found (field → value), and the moment."""

    tenant: str
    lead: LeadFields
    now: datetime
    known: Mapping[str, Any] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """Returns a field of the lead, else what was found of it; None where nobody knows."""
        own = FIELDS[name].lead
        return (getattr(self.lead, own) if own else None) or self.known.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a source found, what it cost, and in words what it looked at."""

    findings: tuple[Finding, ...] = ()
    note: str = ""
    cost_micros: int = 0


class Source(ABC):
    """One source; see the module's text for what it promises."""

    card: Card

    def cannot(self, subject: Subject) -> str | None:
        """Says why it cannot look for this lead (no website is known), or None. Pure."""
        return None

    @abstractmethod
    async def find(self, subject: Subject) -> Answer:
        """Looks. Raises SourceFailed; any other exception is a fault of ours and is named so."""

    async def close(self) -> None:  # noqa: B027 — most hold nothing open
        """Lets go of what it holds open."""
