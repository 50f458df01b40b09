"""A lead's whole story in order, readable by a marketer: what happened, and what comes next, when,
and if nothing: why not. Reads the journal, the record, the timer, the ledger and the stops; pure
but for the reads.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agents.orchestrator.lifecycle import standing
from agents.orchestrator.record import KIND, Record, moment, read
from agents.scanning import pages
from agents.scoring import telling
from contracts import trace
from contracts.ids import LeadId, PartitionKey, TenantId, partition_key
from contracts.lead import Quality
from contracts.outcome import SendState, Status
from statestore.base import Line, Ref, Row, Send, StateStore, Stop, Timer

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the story."""

    at: datetime
    text: str
    kind: str
    code: str
    count: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """Who it is, where they stand, what happened, and what comes next."""

    lead: LeadId
    tenant: TenantId
    account: str
    name: str
    status: str
    reason: str
    zone: str
    trace: str | None
    """Trace id of the lead's way from the door to the vendors, where there is one."""
    lines: tuple[Told, ...]
    next: str
    next_at: datetime | None
    stops: tuple[Stop, ...]
    unknowns: tuple[str, ...]
    quality: Mapping[str, Any] | None = None
    score: tuple[str, ...] = ()
    """The score in words, where there is one."""


async def find(store: StateStore, words: str, tenant: str | None) -> list[Row]:
    """Returns the leads that words may mean: an id, the start of one, or part of a name."""
    tenants = [TenantId(tenant)] if tenant else await _tenants(store)
    exact = await store.rows([Ref(t, KIND, words) for t in tenants])
    if exact:
        return list(exact.values())
    found: list[Row] = []
    for owner in tenants:
        found += await _search(store, owner, words.casefold())
    return found or await _before_scoring(store, tenants, words.casefold())


ENRICHMENT = "enrichment"
"""The kind of row that a lead has before it is scored, where sources are asked about it."""


async def _before_scoring(store: StateStore, tenants: Sequence[TenantId], words: str) -> list[Row]:
    """Leads that the orchestrator has not heard of yet: asked about, or waiting for a person."""
    found: list[Row] = []
    for tenant in tenants:
        for status in ("needs_review", "claimed"):
            rows = await store.scan(tenant, ENRICHMENT, status=status, limit=PAGE)
            found += [row for row in rows if row.ref.key.casefold().startswith(words)]
    return found[:20]


async def _tenants(store: StateStore) -> list[TenantId]:
    return [row.ref.tenant for row in await store.scan(None, "client", limit=10_000)]


async def _search(store: StateStore, tenant: TenantId, words: str) -> list[Row]:
    found: list[Row] = []
    async for rows in pages(store, tenant, KIND, limit=PAGE):
        people = await store.rows([Ref(tenant, "person", row.ref.key) for row in rows])
        names = {ref.key: name_of(person).casefold() for ref, person in people.items()}
        found += [
            row
            for row in rows
            if row.ref.key.casefold().startswith(words) or words in names.get(row.ref.key, "")
        ]
        if len(found) > 20:
            break
    return found[:20]


def name_of(person: Row | None) -> str:
    """A lead's name for people: the business's, else the person's."""
    if person is None or not person.data or "erased_at" in person.data:
        return "(erased)"
    return str(
        (person.data.get("lead") or {}).get("business_name") or person.data.get("name") or ""
    )


async def story(store: StateStore, row: Row, now: datetime) -> Story:
    """Reads everything that is known of a lead and tells it."""
    record = read(row)
    tenant, lead = row.ref.tenant, LeadId(row.ref.key)
    key = partition_key(tenant, row.parent)
    lines = await _journal(store, tenant, lead)
    person = (await store.rows([Ref(tenant, "person", lead)])).get(Ref(tenant, "person", lead))
    timer = (await store.timers("orchestrator", [key])).get(key)
    sends = (await store.sends_of(tenant, [lead])).get(lead, [])
    stops = await _stops(store, record, now)
    zone = next(iter(record.lead.profile.get("zones", ())), "UTC")
    if row.ref.kind == ENRICHMENT:
        upcoming, at = _before_scored(row)
    else:
        upcoming, at = comes_next(record, timer, stops, zone)
    found = standing(record.lead)
    return Story(
        lead=lead,
        tenant=tenant,
        account=row.parent,
        name="(not scored yet)" if row.ref.kind == ENRICHMENT else name_of(person),
        status=found.status.value,
        reason=found.reason,
        zone=zone,
        trace=_trace(record, lines),
        lines=tuple(told(line) for line in lines),
        next=upcoming,
        next_at=at,
        stops=tuple(stops),
        unknowns=tuple(_unknown(send) for send in sends if send.state is SendState.UNKNOWN),
        quality=(quality := _quality(person)),
        score=tuple(telling.explain(Quality.model_validate(quality))) if quality else (),
    )


def _quality(person: Row | None) -> Mapping[str, Any] | None:
    """What scoring said; nothing of somebody who was erased."""
    fields = person.data.get("lead") if person is not None else None
    return (fields or {}).get("quality")


def _trace(record: Record, lines: Sequence[Line]) -> str | None:
    found = record.lead.profile.get("trace") or next(
        (line.data["trace"] for line in lines if line.data.get("trace")), None
    )
    ids = trace.ids(found)
    return ids[0] if ids else None


async def _journal(store: StateStore, tenant: TenantId, lead: LeadId) -> list[Line]:
    found: list[Line] = []
    while True:
        after = found[-1].number if found else 0
        page = await store.journal(tenant, lead=lead, after=after, limit=PAGE)
        found += page
        if len(page) < PAGE:
            return found


async def _stops(store: StateStore, record: Record, now: datetime) -> list[Stop]:
    profile = record.lead.profile
    keys = [
        "global",
        f"client:{record.tenant}",
        f"account:{record.account}",
        f"lead:{record.id}",
        *(f"address:{address}" for address in set(profile.get("addresses", {}).values())),
    ]
    campaign = (record.lead.enrolment or {}).get("campaign")
    keys += [f"campaign:{campaign}"] if campaign else []
    pairs = [(t, k) for k in keys for t in (record.tenant, TenantId("*"))]
    found = await store.stops(pairs)
    return [stop for stops in found.values() for stop in stops if stop.holds(now)]


def _unknown(send: Send) -> str:
    at = send.settled_at or send.planned_at
    return f"step {send.step} of {at:%Y-%m-%d %H:%M} UTC may or may not have arrived ({send.code})"


# ── what comes next ───────────────────────────────────────────────────────────────────────────


def comes_next(
    record: Record, timer: Timer | None, stops: Sequence[Stop], zone: str
) -> tuple[str, datetime | None]:
    """Says what comes next and when; or why nothing does."""
    if record.hold is not None:
        return _held(record.hold, zone), moment(record.hold.get("until"))
    if record.plan is not None:
        return _planned(record.plan, timer, zone)
    found = standing(record.lead)
    if found.status in ENDS:
        return ENDS[found.status], None
    return "Nothing is planned and no reason is on record; the auditor repairs this.", None


def _before_scored(row: Row) -> tuple[str, datetime | None]:
    if row.status == "claimed":
        return "Sources are being asked about it; then it is scored.", None
    fields = ", ".join(row.data.get("fields") or ()) or "what was found"
    words = f"Waits for a person to look at {fields}: `leadwire review show {row.ref.key}`."
    return words, None


ENDS: Mapping[Status, str] = {
    Status.UNSUBSCRIBED: "Nothing, ever: this person asked for no more messages.",
    Status.DO_NOT_CONTACT: "Nothing: this person does not want to be contacted.",
    Status.BOUNCED: "Nothing: every address that we know is dead.",
    Status.CONVERTED: "Nothing: the deal is won.",
    Status.CLOSED: "Nothing: the lead is closed.",
    Status.ENGAGED: "A person takes over: there is interest.",
    Status.NO_RESPONSE: "Nothing: the sequence is used up. An answer would still be taken.",
    Status.FAILED: "Nothing until a person looks: a message could not be sent.",
}


def _planned(
    plan: Mapping[str, Any], timer: Timer | None, zone: str
) -> tuple[str, datetime | None]:
    at = moment(plan["at"])
    if timer is not None and timer.waiting is not None:
        estimate = f", probably {local(timer.estimate, zone)}" if timer.estimate else ""
        return f"Step {plan.get('step')} waits for a free slot of its mailbox{estimate}.", at
    if plan.get("step") is None or "channel" not in plan:
        return f"We look again {local(at, zone)}: {plan['why']}.", at
    why = str(plan["why"]).partition(": ")[2]
    words = f"Step {plan['step']} by {plan['channel']}, {local(at, zone)}"
    return f"{words} ({REASONS.get(why, why)}).", at


def _held(hold: Mapping[str, Any], zone: str) -> str:
    words = HOLDS.get(str(hold["code"]), f"Held by {hold['gate']}: {hold['code']}.")
    until = moment(hold.get("until"))
    detail = _detail(hold.get("inputs") or {})
    more = f" ({detail})" if detail else ""
    ending = f" It ends {local(until, zone)}." if until else ""
    return f"{words}{more}{ending}"


def _detail(inputs: Mapping[str, Any]) -> str:
    shown = {k: v for k, v in inputs.items() if k not in HIDDEN and v not in (None, "", [], ())}
    return ", ".join(f"{name.replace('_', ' ')} {_short(value)}" for name, value in shown.items())


HIDDEN = frozenset({"rules", "missing_reads", "stops", "id", "cause", "hash", "content"})


def _short(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)


def local(at: datetime | None, zone: str) -> str:
    """A moment in the lead's own time, named."""
    if at is None:
        return "at a time that is not known"
    return f"{at.astimezone(ZoneInfo(zone)):%a %d %b %Y %H:%M} ({zone})"


HOLDS: Mapping[str, str] = {
    "answered": "Waits for a person: this lead answered.",
    "no_campaign": "Held: no campaign of the client takes this lead.",
    "not_target": "Held: its route is not TARGET.",
    "not_scored": "Waits for its score: something was said of it before it came.",
    "address_taken": "Held: another lead with this address was written to in this step.",
    "no_channel": "Held: we know no address or number that can be right.",
    "client_unknown": "Held: its client is not declared; `leadwire apply` it.",
    "draft_refused": "Held: the draft fails a check; mend the template and apply it.",
    "not_approved": "Waits for approval of the draft.",
    "manual_mode": "Waits for a person to send it: the campaign is in manual mode.",
    "declined": "Held: the draft was declined.",
    "no_resource": "Held: the campaign has no enabled resource for this channel.",
    "killed_global": "Held: everything is paused.",
    "killed_campaign": "Held: its campaign is paused.",
    "killed_client": "Held: its client is paused.",
    "killed_resource": "Held: its mailbox or number is switched off, paused, or rests.",
    "killed_channel": "Held: its channel is paused.",
    "killed_address": "Held: this address is paused.",
    "killed_account": "Held: somebody at this account answered, or it is paused.",
    "killed_lead": "Held for a while: an absence note, or a pause of this lead.",
    "subscription_inactive": "Held: the client's subscription is not active.",
    "no_credits": "Held: the client has no credits left.",
    "campaign_inactive": "Held: the campaign is not active.",
    "als_too_low": "Held: the score does not open this channel.",
    "bounced_globally": "Held: this address bounced, here or elsewhere.",
    "unsubscribed_globally": "Held: this address opted out, here or elsewhere.",
}
REASONS: Mapping[str, str] = {
    "channel_cooldown": "the same channel rests five days",
    "too_recent": "two days between touches",
    "outside_window": "their office hours",
    "first touch, outside_window": "the first touch, in their office hours",
    "warmup_not_ready": "the client is still warming up",
}


# ── what happened ─────────────────────────────────────────────────────────────────────────────


def told(line: Line) -> Told:
    """Turns a journal line into words."""
    teller = TELLERS.get((line.kind, line.code)) or TELLERS.get((line.kind, "*"))
    text = teller(line) if teller else f"{line.kind}: {line.code}"
    times = f" ({line.count} times)" if line.count > 1 else ""
    return Told(line.at, f"{text}{times}", line.kind, line.code, line.count, line.data)


def _of(template: str, **defaults: str) -> Callable[[Line], str]:
    def tell(line: Line) -> str:
        values = {**defaults, **{k: v for k, v in line.data.items() if v is not None}}
        try:
            return template.format(**values)
        except (KeyError, IndexError):
            return template.partition("{")[0].rstrip(" (:,") + "."

    return tell


def _scored(line: Line) -> str:
    channels = ", ".join(line.data.get("channels") or ()) or "nothing"
    return f"Scored {line.data.get('als'):g} ({line.data.get('tier')}); reachable by {channels}."


def _received(line: Line) -> str:
    tied = ", ".join(line.data.get("tied_by") or ())
    return f"Came in again (tied by {tied})." if tied else "Came in."


def _plan(line: Line) -> str:
    why = str(line.data.get("why", "")).partition(": ")[2]
    wall = line.data.get("wall") or line.data.get("at")
    reason = REASONS.get(why, why)
    step, channel = line.data.get("step"), line.data.get("channel")
    return f"Planned step {step} by {channel} for {wall} their time ({reason})."


def _verdict(line: Line) -> str:
    inputs = _detail(line.data.get("inputs") or {})
    return f"Not sent: gate {line.data.get('gate')} said {line.code}" + (
        f" ({inputs})." if inputs else "."
    )


def _hold(line: Line) -> str:
    if line.code.startswith("rate_limit"):
        estimate = line.data.get("estimate")
        return "Waits in line: today's quota is used up" + (
            f"; probably {estimate}." if estimate else "."
        )
    words = HOLDS.get(line.code, f"Held: {line.code}.")
    detail = _detail({k: v for k, v in line.data.items() if k not in ("campaign", "gate")})
    return f"{words} ({detail})" if detail else words


def _message(line: Line) -> str:
    words = MESSAGES.get(line.code, f"Something came back: {line.code}.")
    extra = []
    if line.data.get("return_date"):
        extra.append(f"back on {line.data['return_date']}")
    if line.data.get("reasons"):
        extra.append(", ".join(str(r).replace("_", " ") for r in line.data["reasons"]))
    if line.data.get("evidence"):
        extra.append(f"tied by {line.data['evidence']}")
    return f"{words} ({'; '.join(extra)})" if extra else words


MESSAGES: Mapping[str, str] = {
    "reply": "Answered. Everything to this account stopped at once.",
    "out_of_office": "Out of office; held until they are back.",
    "auto_reply": "An automatic answer; not taken for a person's.",
    "bounce": "A delivery report came back.",
    "complaint": "Complained. Nothing more goes to this person.",
    "delivered": "The mail was delivered.",
    "unsubscribed_by_link": "Followed the unsubscribe link. Nothing more goes to this person.",
    "reply_positive": "The answer is positive.",
    "reply_negative": "The answer is negative: do not contact.",
    "reply_neutral": "The answer is neutral: two quiet weeks, then it ends.",
    "reply_objection": "The answer is an objection; a person decides.",
    "reply_out_of_office": "The answer turned out to be an absence note.",
    "reply_bounce": "The answer turned out to be a delivery report.",
}


def _outcome(line: Line) -> str:
    data = line.data
    if line.code == "contacted":
        return f"Sent step {data.get('step')} by {data.get('channel')} from {data.get('resource')}."
    if line.code == "unknown":
        return f"Step {data.get('step')}: nobody can say whether it arrived; never sent again."
    if line.code == "refused":
        return f"Step {data.get('step')} was refused for good: {data.get('vendor_code')}."
    if line.code == "held":
        words = data.get("diagnostic") or data.get("vendor_code")
        return (
            f"Step {data.get('step')} did not go: {data.get('resource')} itself is refused or "
            f"cannot be reached ({words}). It rests for a quarter of an hour, then it tries again."
        )
    again = f"; again at {_minute(str(data['again']))}" if data.get("again") else ""
    return f"Tried step {data.get('step')}: {data.get('vendor_code')}{again}."


def _minute(text: str) -> str:
    """A moment of the history to the minute, in UTC: a line does not know the lead's zone."""
    return f"{datetime.fromisoformat(text).astimezone(UTC):%H:%M} UTC"


def _enriched(line: Line) -> str:
    data = line.data
    fields = ", ".join(data.get("fields") or ()) or "nothing new"
    sure = f", {data['confidence']:.0%} sure over all" if data.get("confidence") is not None else ""
    parts = [f"Found out {fields}{sure}."]
    parts += [
        f"{one['source']}: {str(one['outcome']).replace('_', ' ')}"
        + (f" ({one['why']})" if one.get("why") else "")
        + "."
        for one in data.get("tried") or ()
    ]
    if data.get("contradictions"):
        parts.append(f"Sources disagree on {', '.join(data['contradictions'])}.")
    if line.code == "needs_review":
        parts.append(f"A person has to look: {'; '.join(data.get('review') or ())}.")
    if data.get("by"):
        parts.append(f"The findings were {data.get('decision')} by {data['by']}.")
    return " ".join(parts)


def _draft(line: Line) -> str:
    if line.code == "draft_refused":
        return f"Draft refused: {'; '.join(line.data.get('problems') or ())}."
    if line.code in {"approved", "declined"}:
        reason = f": {line.data['reason']}" if line.data.get("reason") else ""
        return f"The draft was {line.code} by {line.data.get('by')}{reason}."
    used = ", ".join(line.data.get("used") or ()) or "nothing of the lead"
    step, template = line.data.get("step"), line.data.get("template")
    return f"Wrote step {step} from template {template} (uses {used})."


TELLERS: Mapping[tuple[str, str], Callable[[Line], str]] = {
    ("fact", "received"): _received,
    ("fact", "received_again"): _received,
    ("fact", "scored"): _scored,
    ("fact", "enrolled"): _of("Joined campaign {campaign} (version {version}, {steps} steps)."),
    ("fact", "contacted"): _of("The orchestrator knows that step {step} went out."),
    ("fact", "unknown"): _of("The orchestrator counts step {step} as sent."),
    ("fact", "refused"): _of("The orchestrator knows that step {step} was refused: {code}."),
    ("fact", "bounced"): _of("A {kind} bounce: {reason}.", reason="no reason given"),
    ("fact", "responded"): _of("The answer is on record."),
    ("fact", "classified"): _of("The answer counts as {label}."),
    ("fact", "unsubscribed"): _of("Opted out ({source})."),
    ("fact", "complained"): _of("The complaint is on record."),
    ("fact", "erased"): _of("What identifies these people was erased by {by}."),
    ("fact", "resumed"): _of("Resumed by {by}."),
    ("fact", "merged"): _of("Turned out to be the same as lead {into}."),
    ("fact", "page"): _of("The orchestrator knows of its landing page."),
    ("page", "page_up"): _of("Its landing page is up (template {template})."),
    ("page", "page_down"): _of("Its landing page was taken down ({why})."),
    ("page", "page_failed"): _of("Its landing page could not be made: {problem}."),
    ("plan", "page_awaited"): _of("Step {step} waits for the landing page, until {until} at most."),
    ("enrichment", "*"): _enriched,
    ("plan", "*"): _plan,
    ("draft", "*"): _draft,
    ("verdict", "*"): _verdict,
    ("hold", "*"): _hold,
    ("message", "*"): _message,
    ("outcome", "*"): _outcome,
    ("end", "*"): _of("The end: {reason}."),
    ("repair", "*"): _of("The auditor found no next action and repaired that."),
}


def key_of(row: Row) -> PartitionKey:
    """The account's key of a lead's row."""
    return partition_key(row.ref.tenant, row.parent)
