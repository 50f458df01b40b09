"""Values that were read → findings: ok, warn or fail, with the reason and the next command.

Pure. *Fail* is what keeps Leadwire from doing its work or would break a promise; *warn* is what an
operator should look at. Every finding that is not ok names a command or a setting.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agents.definitions import Campaign, Client, Resource
from agents.settings import Settings
from bus.base import BusHealth
from contracts.outcome import Channel, Mode, StopReason
from statestore.base import Backlog, DeadLetter, Send, Stop, StoreInfo

STALE = timedelta(minutes=5)
"""A mailbox that was read longer ago holds follow-ups (spec 6, *freshness*)."""
SKEW_WARN, SKEW_FAIL = timedelta(seconds=2), timedelta(seconds=30)
"""Windows and quotas are counted in minutes; more than half of one and days end at other times."""
MANY = 1000
"""Messages that a group has not acknowledged, or rows not published, before it is worth a word."""
SWITCHES = frozenset({StopReason.KILLED, StopReason.PAUSED})
WIDE = ("global", "client:", "campaign:", "channel:", "resource:")
"""Scopes that an operator's switch may have; what stops one lead is no finding."""


class State(StrEnum):
    """How it stands with one thing."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it stands, why, and the next command."""

    check: str
    state: State
    reason: str
    next: str = ""


def ok(check: str, reason: str) -> Finding:
    """All is well."""
    return Finding(check, State.OK, reason)


def warn(check: str, reason: str, next_: str) -> Finding:
    """Somebody should look."""
    return Finding(check, State.WARN, reason, next_)


def fail(check: str, reason: str, next_: str) -> Finding:
    """It does not work, or would break a promise."""
    return Finding(check, State.FAIL, reason, next_)


# ── settings ──────────────────────────────────────────────────────────────────────────────────


def of_settings(settings: Settings, origin: str) -> list[Finding]:
    """What can be said without asking anybody."""
    found = [ok("settings", f"read from {origin}; mode {settings.mode.value}")]
    if settings.mode is Mode.TEST:
        found += _test_recipients(settings)
    for name, address in (("store", settings.store), ("bus", settings.bus)):
        if address.startswith("memory"):
            found.append(
                warn(name, "memory: ends with its process", f"set LEADWIRE_{name.upper()}")
            )
    return found


def _test_recipients(settings: Settings) -> list[Finding]:
    recipients = {
        Channel.EMAIL: settings.test_recipient_email,
        Channel.SMS: settings.test_recipient_sms,
        Channel.VOICE: settings.test_recipient_voice,
        Channel.LINKEDIN: settings.test_recipient_linkedin,
    }
    without = [channel for channel, to in recipients.items() if not to]
    if not without:
        return []
    words = f"mode test: without a test recipient nothing is sent on {', '.join(without)}"
    names = ", ".join(f"LEADWIRE_TEST_RECIPIENT_{channel.name}" for channel in without)
    return [warn("settings", words, f"set {names}")]


def of_base_url(url: str, mode: Mode, answer: str | None, *, asked: bool = True) -> Finding:
    """Whether unsubscribe links can work: `answer` is None where the port was reached, else why
    not; `asked` says whether anybody tried. Mail programs follow one-click links over https only
    (RFC 8058)."""
    if not url.startswith("https://"):
        judged = fail if mode is Mode.LIVE else warn
        return judged(
            "unsubscribe",
            f"{url} is no https address: mail programs follow no such link",
            "set LEADWIRE_BASE_URL to a proxy with TLS before the port of `leadwire run inbox`",
        )
    if answer is not None:
        return fail(
            "unsubscribe",
            f"{url}: {answer}",
            "start `leadwire run inbox`, and let the proxy pass /u/ and /webhooks/ to its port",
        )
    return ok("unsubscribe", f"{url} answers" if asked else f"{url}, which was not asked")


# ── store and bus ─────────────────────────────────────────────────────────────────────────────


def of_store(address: str, info: StoreInfo, skew: timedelta | None) -> list[Finding]:
    """A store that has been opened: it is reachable, its schema current, its role a fit one."""
    shared = "shared by several processes" if info.shared else "for one process"
    found = [
        ok("store", f"{address}: {info.engine}, {shared}"),
        ok("migrations", f"schema {info.schema} is current"),
    ]
    if info.engine == "postgres":
        found.append(ok("roles", "the agents' role is bound by row-level security"))
    if info.durable:
        found.append(ok("durability", "a claim survives the machine"))
    else:
        found.append(
            fail(
                "durability",
                "a claim would not survive the machine, so sending stays closed",
                "make commits durable: Postgres synchronous_commit = on, SQLite on a local disk",
            )
        )
    if info.closed:
        found.append(fail("sending", f"closed: {info.closed}", "leadwire restore FILE --as-of T"))
    return found + ([] if skew is None else [of_skew(skew)])


def of_skew(skew: timedelta) -> Finding:
    """How far this machine's clock is from the store's."""
    seconds = skew.total_seconds()
    words = f"this machine's clock is {seconds:+.1f} s from the store's"
    if abs(skew) < SKEW_WARN:
        return ok("clock", words)
    judged = warn if abs(skew) < SKEW_FAIL else fail
    return judged("clock", words, "let both follow a time server (chrony, systemd-timesyncd)")


def of_bus(address: str, health: BusHealth) -> list[Finding]:
    """A bus that has been opened, and what its groups have left to do."""
    if not health.ready:
        detail = health.detail or "not ready"
        words = detail if address in detail else f"{address}: {detail}"
        return [fail("bus", words, "look at the broker, then at the agents' /readyz")]
    found = [ok("bus", f"{address} answers")]
    behind = {group: lag for group, lag in sorted(health.lag.items()) if lag >= MANY}
    if behind:
        words = ", ".join(f"{group} {lag:,}" for group, lag in behind.items())
        first = next(iter(behind))
        next_ = f"is `leadwire run {first}` running? more processes of it take more at once"
        return [*found, warn("lag", f"not acknowledged: {words}", next_)]
    return [*found, ok("lag", f"{sum(health.lag.values()):,} not acknowledged")]


def of_topics(differing: Mapping[str, str], count: int) -> Finding:
    """Whether topics are as the catalogue wants them; `differing` is topic → what would be done."""
    if not differing:
        return ok("topics", f"{count} as they should be")
    some = ", ".join(f"{topic} ({action})" for topic, action in sorted(differing.items())[:3])
    more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
    words = f"{len(differing)} of {count} are not as they should be: {some}{more}"
    return warn("topics", words, "leadwire topics plan, then leadwire topics apply")


def of_backlog(backlog: Backlog) -> Finding:
    """What was committed and not published, what is due and not offered."""
    words = (
        f"{backlog.outbox_ready:,} events to publish, {backlog.timers_due:,} timers due, "
        f"{backlog.claims_open:,} calls open"
    )
    if backlog.outbox_ready >= MANY:
        return warn("backlog", words, "is the bus reachable from the agents? see their /readyz")
    if backlog.timers_due >= MANY:
        return warn("backlog", words, "is `leadwire run orchestrator` running?")
    return ok("backlog", words)


# ── what stands in the store ──────────────────────────────────────────────────────────────────


def of_clients(clients: Sequence[Client], credits: Mapping[str, int]) -> list[Finding]:
    """Whether anybody may send at all."""
    if not clients:
        return [warn("clients", "none is declared", "leadwire apply leadwire.toml")]
    found = []
    for client in clients:
        if client.status not in {"active", "trialing"}:
            found.append(_client(client, f"is {client.status}, so nothing of it is sent"))
        if client.sender is None:
            found.append(_client(client, "has no sender identity, so no campaign of it starts"))
        if credits.get(client.id, 0) <= 0:
            found.append(_client(client, "has no credits"))
    return found or [ok("clients", f"{len(clients)} with sender identity and credits")]


def _client(client: Client, words: str) -> Finding:
    next_ = "mend it in your TOML file, then leadwire apply FILE"
    return warn("clients", f"client {client.id} {words}", next_)


def of_campaigns(campaigns: Sequence[Campaign], resources: Sequence[Resource]) -> list[Finding]:
    """Whether there is something to say, and somebody to say it with."""
    active = [campaign for campaign in campaigns if campaign.status == "active"]
    if not active:
        return [warn("campaigns", "none is active", "leadwire apply leadwire.toml")]
    usable = {resource.id for resource in resources if resource.enabled}
    found = [
        fail(
            "campaigns",
            f"campaign {campaign.id} has no enabled resource",
            "enable one of its resources, then leadwire apply FILE",
        )
        for campaign in active
        if not usable & set(campaign.resources)
    ]
    return found or [ok("campaigns", f"{len(active)} active")]


def of_resource(
    resource: Resource, broken: str | None, read_at: datetime | None, now: datetime
) -> Finding:
    """One mailbox, number or seat: whether it can be built from its settings, and is read."""
    name = f"{resource.id} ({resource.channel}, {resource.vendor}, {resource.address})"
    if broken is not None:
        return fail("resources", f"{name}: {broken}", "mend its settings, then leadwire apply FILE")
    if resource.inbox.kind != "read":
        return ok("resources", f"{name}: answers {resource.inbox.kind}")
    if read_at is None:
        words, read = "its mailbox was never read", False
    else:
        ago = max(now - read_at, timedelta())
        words, read = f"its mailbox was read {_ago(ago)} ago", ago <= STALE
    if read:
        return ok("resources", f"{name}: {words}")
    next_ = "is `leadwire run inbox` running? follow-ups wait (gate code inbox_stale)"
    return warn("resources", f"{name}: {words}", next_)


def _ago(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def of_switches(stops: Iterable[Stop]) -> list[Finding]:
    """What an operator has stopped."""
    thrown = [s for s in stops if s.reason in SWITCHES and s.key.startswith(WIDE)]
    found = [
        warn(
            "switches",
            f"{_scope(stop)} {stop.reason.value} since {stop.at:%Y-%m-%d %H:%M} UTC by {stop.by}: "
            f"{stop.note}",
            f"leadwire resume {_scope(stop)} --reason …",
        )
        for stop in sorted(thrown, key=lambda stop: stop.at)
    ]
    return found or [ok("switches", "nothing is paused or killed")]


def _scope(stop: Stop) -> str:
    return "all" if stop.key == "global" else stop.key


def of_dead(letters: Sequence[DeadLetter]) -> Finding:
    """What no agent could take."""
    if not letters:
        return ok("dead letters", "none")
    counts = Counter(f"{letter.agent}: {letter.reason}" for letter in letters)
    words = ", ".join(f"{count} × {name}" for name, count in counts.most_common(3))
    return warn("dead letters", f"{len(letters)} ({words})", "leadwire dlq list")


def of_unknown(sends: Sequence[Send]) -> Finding:
    """Sends of which nobody can say whether they arrived."""
    if not sends:
        return ok("unknown sends", "none")
    return warn("unknown sends", f"{len(sends)} wait for a word", "leadwire unknowns list")


# ── mail domains ──────────────────────────────────────────────────────────────────────────────


def of_domain(
    domain: str, spf: Sequence[str], dmarc: Sequence[str], dkim: Mapping[str, bool]
) -> list[Finding]:
    """What a domain publishes about who may send for it; `dkim` is selector → whether a key is
    there. Large mailbox hosts refuse bulk mail without all three (Google and Yahoo since 2024)."""
    found = [_spf(domain, spf), _dmarc(domain, dmarc)]
    if not dkim:
        words = f"{domain}: not looked for, since nobody named a selector"
        return [*found, warn("dkim", words, "leadwire doctor --dns --dkim-selector NAME")]
    present = [name for name, there in dkim.items() if there]
    if present:
        return [*found, ok("dkim", f"{domain}: a key under {', '.join(present)}")]
    words = f"{domain}: no key under {', '.join(dkim)}"
    return [*found, fail("dkim", words, "publish the key that your mail server signs with")]


def _spf(domain: str, records: Sequence[str]) -> Finding:
    if not records:
        words = f"{domain}: no record, so anybody may send for it and few hosts believe it"
        return fail("spf", words, f'publish a TXT record at {domain}: "v=spf1 … -all"')
    if len(records) > 1:
        words = f"{domain}: {len(records)} records; receivers treat that as an error (RFC 7208 4.5)"
        return fail("spf", words, "publish one")
    if "+all" in records[0].split() or "all" in records[0].split():
        return fail(
            "spf", f"{domain}: lets everybody send ({records[0]})", "end it with -all or ~all"
        )
    return ok("spf", f"{domain}: {records[0]}")


def _dmarc(domain: str, records: Sequence[str]) -> Finding:
    if len(records) == 1:
        return ok("dmarc", f"{domain}: {records[0]}")
    words = f"{domain}: {'no record' if not records else f'{len(records)} records, one is allowed'}"
    return fail("dmarc", words, f'publish a TXT record at _dmarc.{domain}: "v=DMARC1; p=none; …"')
