"""The first stage: rows of a file become leads, by the same door as on the bus.

`Router.take` validates, maps, upcasts and ties by exact identity as the intake agent does
(`agents/intake/intake.py`), and reads what earlier rows said from a table of keys (`Seen`). A row
that is an earlier lead again stays a line of every output and takes that lead's ids. A row that
cannot be a lead is refused with its reason and goes on as such: no row is dropped.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from agents.identity import companies
from agents.identity.words import fold
from agents.intake import mapping, reading
from agents.intake.intake import Admitted, Door, Refused, admit
from agents.intake.ties import Holder, Tie
from agents.names import Names
from agents.pipeline.carried import ASIDE, Carried, Refusal, Same
from agents.scoring.profile import ClientProfile
from contracts.errors import Problem
from contracts.ids import AccountId, LeadId, TenantId, is_tenant
from contracts.lead import LeadFields

NAME = "routing"
LOCAL = TenantId("local")
"""Whose leads they are where nobody says."""
NAMED = ("dedup_key", "lead_id", "business_name", "name")
"""Fields that name a lead to people where it was refused, the surest first."""
Row = tuple[reading.Accepted, mapping.FieldMap]


@dataclass(frozen=True, slots=True)
class Known:
    """Who holds a key: the lead, its account, its person, the row it came in, and its business."""

    lead: str
    account: str
    person: str | None
    row: int
    business: str


class Seen(Protocol):
    """Keys of the rows so far; what is kept becomes lasting with the chunk that it belongs to."""

    def of(self, hashes: Sequence[str]) -> dict[str, Known]:
        """Returns who holds which of the keys."""

    def keep(self, found: Mapping[str, Known]) -> None:
        """Keeps holders of keys that nobody held."""


class InMemory:
    """`Seen` for lists."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}

    def of(self, hashes: Sequence[str]) -> dict[str, Known]:
        return {key: self._known[key] for key in hashes if key in self._known}

    def keep(self, found: Mapping[str, Known]) -> None:
        self._known.update(found)


@dataclass(frozen=True, slots=True)
class Router:
    """Turns rows into leads. `origin` names the file, `now` is the run's moment, so that a run that
    goes on later says the same. `tenant` is the client; None: each lead's own, or `LOCAL`."""

    profile: ClientProfile
    names: Names
    tenant: TenantId | None
    origin: str
    now: datetime
    seen: Seen

    def take(self, rows: Sequence[Row]) -> list[Carried]:
        """Returns one lead a row, in order; refused ones among them."""
        read = [(self._bare(row, mapped), mapped) for row, fields in rows
                for mapped in (fields.apply(row.data),)]  # fmt: skip
        judged = [(bare, self._judged(bare, mapped)) for bare, mapped in read]
        hashes = [h for _, one in judged if isinstance(one, Admitted) for h in _hashes(one)]
        known = self.seen.of(hashes)
        fresh: dict[str, Known] = {}
        found = [self._carried(bare, one, known, fresh) for bare, one in judged]
        self.seen.keep(fresh)
        return found

    def _bare(self, row: reading.Accepted, mapped: Mapping[str, Any]) -> Carried:
        name = next((str(mapped[n]) for n in NAMED if mapped.get(n)), "")
        tenant = self.tenant or _own(mapped.get("client_id"))
        return Carried(row=row.row, data=row.data, raw=row.raw, name=name, tenant=tenant)

    def _judged(self, bare: Carried, mapped: Mapping[str, Any]) -> Admitted | Refused:
        if ASIDE in bare.data and not isinstance(bare.data[ASIDE], Mapping):
            words = f"{ASIDE} is where the pipeline puts what has no other place; rename this key"
            return Refused(code="reserved", message=words, problems=(Problem(f"/{ASIDE}", words),))
        written = isinstance(bare.data.get("lead"), Mapping)
        return admit(
            mapped,
            door=Door({bare.tenant: self.profile}, self.names),
            now=self.now,
            origin=f"{self.origin}#{bare.row}",
            type_="lead.routed.v1" if written else "inbound.leads.v1",
            tenant=bare.tenant,
        )

    def _carried(
        self,
        bare: Carried,
        one: Admitted | Refused,
        known: dict[str, Known],
        fresh: dict[str, Known],
    ) -> Carried:
        if isinstance(one, Refused):
            return replace(bare, refused=refusal(one.code, one.problems, one.message))
        business = _business(one.payload.lead)
        if twice := _key_twice(one, known, business):
            return replace(bare, refused=twice)
        found = _tied(one, known)
        lead = one if found is None else one.tied(found)
        same = _same(one, found, known)
        holder = lead.holder
        own = Known(holder.lead, holder.account, holder.person, bare.row, business)
        new = {key: own for key in _hashes(one) if key not in known}
        known.update(new)
        fresh.update(new)
        return replace(bare, payload=lead.payload, notes=one.notes, same_as=same)


def _own(client: Any) -> TenantId:
    return TenantId(client) if isinstance(client, str) and is_tenant(client) else LOCAL


def refusal(code: str, problems: Sequence[Problem], message: str) -> Refusal:
    """Returns the refusal of routing."""
    return Refusal(stage=NAME, code=code, problems=tuple(problems) or (Problem("", message),))


def _hashes(one: Admitted) -> list[str]:
    """What it is known by: its identity keys, and its id."""
    return [*(key.hash for key in one.keys), _of_id(one)]


def _of_id(one: Admitted) -> str:
    return f"lead:{one.payload.lead_id}"


def _tied(one: Admitted, known: Mapping[str, Known]) -> Tie | None:
    held = {key.hash: known[key.hash] for key in one.keys if key.hash in known}
    return one.tie(
        {key: Holder(LeadId(k.lead), AccountId(k.account), k.person) for key, k in held.items()}
    )


def _same(one: Admitted, found: Tie | None, known: Mapping[str, Known]) -> Same | None:
    """Which earlier row is the same lead; another person of the same business is not."""
    if found is not None and found.lead is not None:
        rows = [k.row for key in one.keys if (k := known.get(key.hash)) and k.lead == found.lead]
        return Same(min(rows), found.evidence)
    holder = known.get(_of_id(one))
    return Same(holder.row, ("lead_id",)) if holder else None


def _key_twice(one: Admitted, known: Mapping[str, Known], business: str) -> Refusal | None:
    """Two businesses under one key would overwrite each other, page and all."""
    lead = one.payload.lead
    ways = [("dedup_key", lead.dedup_key, key.hash) for key in one.keys if key.kind == "id"]
    for name, value, hash_ in (*ways, ("lead_id", one.payload.lead_id, _of_id(one))):
        holder = known.get(hash_)
        if holder is not None and holder.business != business:
            words = (
                f"{name} {value!r} stands in row {holder.row} too, which is another business; "
                "give each a key of its own, or leave the key out"
            )
            return refusal("key_twice", [Problem(f"/{name}", words)], words)
    return None


def _business(lead: LeadFields) -> str:
    """A hash of the business's name without case, accents and legal form."""
    name = lead.business_name or str(lead.metadata.get("company_name") or "") or lead.name or ""
    base = companies.read(name).base or name
    return hashlib.sha256(" ".join(fold(base).split()).encode()).hexdigest()[:16]
