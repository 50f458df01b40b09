"""What the gates read: everything that the sixteen rows of spec 6 need for one intended send at
one moment, as plain values, and the verdict that a gate returns.

The sender fills `Facts` from its batched reads, the planner from what it knows so far. A field that
is None was not found out; a gate that needs it refuses with `<gate>_unknown`, so forgetting a read
holds a send and never lets one through. What was found out to be nothing has its own value: no
consent is `Consent(Basis.NONE)`, no stop is `Stops` with an empty `found`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal

from agents.gates.quota import Policy
from agents.gates.rules import DEFAULT, Basis, Rules
from agents.gates.window import HolidayName
from contracts.ids import (
    OPERATOR,
    AccountId,
    AddressHash,
    CampaignId,
    LeadId,
    MessageId,
    ResourceId,
    SendId,
    StopId,
    TenantId,
)
from contracts.outcome import Channel, Mode, SendState, Status
from statestore.base import Send, Stop, Usage

Purpose = Literal["cadence", "answer"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A refusal: which gate, its code (spec 6), what it looked at, and what comes next.

    `inputs` holds JSON values and the rules' version, nothing that identifies a person and not the
    moment of judging, so that equal verdicts are equal. `next_eligible` is the first moment at
    which this gate would let the same facts pass, None where time alone changes nothing. `lasting`
    True: this send is over, refused for good; False: held until then, or until something changes.
    """

    gate: str
    code: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    next_eligible: datetime | None = None
    lasting: bool = False


class Permission(StrEnum):
    """Who lets a campaign's messages go (spec 6, row *permission mode*)."""

    MANUAL = "manual"
    """A person sends."""
    COPILOT = "copilot"
    """A person approves each."""
    AUTOPILOT = "autopilot"

    @classmethod
    def _missing_(cls, value: object) -> "Permission | None":
        return cls.COPILOT if str(value) in ("co-pilot", "co_pilot") else None


# ── the intended send ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The incoming message that a send answers (spec 2.5), and the one stop that it may pass."""

    message: MessageId
    automatic: bool | None = None
    passes: StopId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Who would be sent to, over what, and why. `address` is where it goes; `others` are the
    person's further identifiers, whose opt-outs count as well (their bounces do not)."""

    tenant: TenantId
    account: AccountId
    lead: LeadId
    campaign: CampaignId
    send: SendId
    channel: Channel
    address: AddressHash | None = None
    others: tuple[AddressHash, ...] = ()
    domain: str | None = None
    """The address's domain, in lower case; for e-mail alone."""
    resource: ResourceId | None = None
    purpose: Purpose | None = "cadence"
    follow_up: bool | None = None
    """Whether anything went to this person in this round before."""
    answers: Answers | None = None

    def keys(self) -> tuple[str, ...]:
        """The keys under which a stop holds this send: what the claim's condition names."""
        return _keys(self)

    def pairs(self) -> tuple[tuple[TenantId, str], ...]:
        """Every (tenant, key) whose stops must be read: the client's and the operator's."""
        return _pairs(self)


@lru_cache(maxsize=4096)
def _keys(intent: Intent) -> tuple[str, ...]:
    named = (
        ("client", intent.tenant),
        ("campaign", intent.campaign),
        ("channel", intent.channel.value),
        ("resource", intent.resource),
        ("account", intent.account),
        ("lead", intent.lead),
        ("address", intent.address),
        ("domain", intent.domain),
    )
    return ("global", *(f"{scope}:{value}" for scope, value in named if value))


@lru_cache(maxsize=4096)
def _pairs(intent: Intent) -> tuple[tuple[TenantId, str], ...]:
    keys = (*_keys(intent), *(f"address:{other}" for other in intent.others))
    return tuple((tenant, key) for key in keys for tenant in (intent.tenant, OPERATOR))


@dataclass(frozen=True, slots=True)
class Stops:
    """Which keys were looked under, and all that was found there (lifted ones too)."""

    read: frozenset[tuple[TenantId, str]]
    found: tuple[Stop, ...] = ()


# ── what is known ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The client's row: status, since when it is active, credits left."""

    status: str | None = None
    active_since: datetime | None = None
    credits: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """The campaign's row: status and permission mode."""

    status: str | None = None
    permission: Permission | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What would be sent, by hash; `needs_approval` even in autopilot (spec 8.5)."""

    hash: str
    needs_approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A word on one content: approved or declined, by whom. `released`: a person sends it."""

    content_hash: str
    approved: bool = True
    by: str = ""
    released: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """How a resource's answers arrive (design §6, *Inbox freshness*).

    `read`: `watermark` is when the mailbox was last read to its end, None where it never was.
    `pushed`: is the endpoint `ready`, and how old is the oldest event that it has not taken in.
    `none`: the campaign must have `accepted` that by name.
    """

    kind: Literal["read", "pushed", "none"]
    watermark: datetime | None = None
    ready: bool | None = None
    backlog: timedelta | None = None
    accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A mailbox, number or seat, with its policies (`quota.policies`) and its inbox."""

    id: ResourceId
    channel: Channel
    kind: str = ""
    policies: tuple[Policy, ...] | None = None
    paused: bool = False
    inbox: Inbox | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """An earlier send to the person, over leads, campaigns and channels; claimed, sent, unknown."""

    at: datetime
    channel: Channel
    state: SendState
    send: SendId
    mode: Mode = Mode.LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What consent is on record, with its evidence (a URL, a form, a message)."""

    basis: Basis
    at: datetime | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wash:
    """A do-not-call register's answer for a number, and when it was given."""

    listed: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where the person is. Several zones: nobody knows which, so all must allow. `holiday` None:
    no calendar is known, only weekdays are open (never for voice). `assumed` names what was not
    known and taken from elsewhere (the client's country, a country's zones)."""

    zones: tuple[str, ...] | None = None
    country: str | None = None
    number_country: str | None = None
    """Country of the number, for SMS, WhatsApp and calls."""
    holiday: HolidayName | None = None
    calendar: str = ""
    """Which calendar `holiday` is, for the verdict: `AU-NSW`."""
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """The command's own bounds, and which store it was made for (design §8)."""

    not_before: datetime | None = None
    not_after: datetime | None = None
    incarnation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Testing:
    """Test mode (spec 5.7): is there a test recipient for the channel, and when test e-mails went
    in the last day, over all resources."""

    recipient: bool | None = None
    emails: tuple[datetime, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the gates need; None is *not found out*, and refuses where it is needed."""

    intent: Intent
    rules: Rules = DEFAULT
    """Figures merged for this send: operator, resource, client, campaign (`rules.tightest`)."""
    status: Status | None = None
    client: Client | None = None
    campaign: Campaign | None = None
    content: Content | None = None
    approval: Approval | None = None
    """The latest word on this send's content; None: nobody has spoken, which is no absent input."""
    resource: Resource | None = None
    usage: Usage | None = None
    """What counts against the resource since `quota.horizon`."""
    reserved_at: datetime | None = None
    """When this very send reserved its slot and credit, where it has: they do not stand in its
    way as it is judged again before another attempt."""
    touches: tuple[Touch, ...] | None = None
    stops: Stops | None = None
    als: float | None = None
    consent: Consent | None = None
    wash: Wash | None = None
    recipient: Recipient | None = None
    command: Command | None = None
    incarnation: str | None = None
    """The store's."""
    mode: Mode | None = None
    testing: Testing | None = None


def touch(send: Send) -> Touch:
    """Turns a ledger row into a touch. Its time is when it was settled: the step after it counts
    from acceptance, and of an unknown one the latest moment is the safe one."""
    at = send.claimed_at if send.state is SendState.CLAIMED else send.settled_at
    return Touch(
        at=at or send.claimed_at or send.planned_at,
        channel=send.channel,
        state=send.state,
        send=send.id,
        mode=send.mode,
    )


# ── making verdicts ───────────────────────────────────────────────────────────────────────────


def refuse(
    facts: Facts,
    gate: str,
    code: str,
    *,
    next_eligible: datetime | None = None,
    lasting: bool = False,
    **inputs: object,
) -> Verdict:
    """Makes a verdict; inputs become JSON values, and the rules' version joins them."""
    plain = {name: _plain(value) for name, value in inputs.items()}
    return Verdict(gate, code, {**plain, "rules": facts.rules.version}, next_eligible, lasting)


def unknown(facts: Facts, gate: str, *missing: str) -> Verdict:
    """The refusal of a gate that cannot be evaluated: `<gate>_unknown`, naming what is missing."""
    return refuse(facts, gate, f"{gate}_unknown", missing=list(missing))


def absent(**found: object) -> list[str]:
    """The names of what is None; `client__status` stands for `client.status`."""
    return [name.replace("__", ".") for name, value in found.items() if value is None]


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value
