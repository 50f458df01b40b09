"""Fetches through the ports what `findings` judges, on whatever bus and store the settings name.

Each part that cannot be read becomes a finding of its own, and the rest is looked at nevertheless:
with the bus down one still learns what is in the store.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from agents import definitions, wiring
from agents.definitions import Campaign, Client, Resource
from agents.doctoring import findings, outside
from agents.doctoring.findings import Finding, fail, warn
from agents.ports import Clock, SystemIds
from agents.settings import Settings, SettingsError
from bus.base import MessageBus
from bus.errors import BusError, UnknownTopic
from channels.errors import ChannelError
from contracts.ids import TenantId
from contracts.outcome import SendState
from statestore.base import Ref, StateStore
from statestore.errors import NewSchema, OldSchema, StoreError, Unfit

PAGE = 10_000
D = TypeVar("D", bound=definitions.Declared)


async def examine(settings: Settings, origin: str, *, online: bool) -> AsyncIterator[Finding]:
    """Yields findings as they come; `online` asks the unsubscribe address too."""
    for finding in findings.of_settings(settings, origin):
        yield finding
    try:
        wiring.installation_secret(settings)
        clock = wiring.make_clock(settings)
    except SettingsError as error:
        yield fail("settings", str(error), "leadwire config show --source")
        return
    problem = await outside.link_problem(settings.base_url) if online else None
    yield findings.of_base_url(settings.base_url, settings.mode, problem, asked=online)
    if not settings.bus.startswith("memory"):
        for finding in await _bus(settings):
            yield finding
    if not settings.store.startswith("memory"):
        async for finding in _store(settings, clock):
            yield finding


def _no_file(address: str) -> bool:
    """Looking must not make a file: opening an embedded one would."""
    kind, _, path = address.partition(":")
    return kind == "sqlite" and not Path(path).exists()


# ── bus ───────────────────────────────────────────────────────────────────────────────────────


async def _bus(settings: Settings) -> list[Finding]:
    if _no_file(settings.bus):
        next_ = "leadwire run all, which makes it; is this the folder that you mean?"
        return [warn("bus", f"{settings.bus}: no such file yet", next_)]
    try:
        async with _opened_bus(settings) as bus:
            return findings.of_bus(settings.bus, await bus.health())
    except UnknownTopic as error:
        return [fail("topics", str(error), "leadwire topics apply")]
    except (BusError, SettingsError) as error:
        return [fail("bus", str(error), _start("bus", settings.bus))]


@asynccontextmanager
async def _opened_bus(settings: Settings) -> AsyncIterator[MessageBus]:
    bus = wiring.make_bus(settings, consume=False)
    bus.watch(await wiring.readers(settings))
    await bus.start()
    try:
        yield bus
    finally:
        await bus.stop(1)


# ── store ─────────────────────────────────────────────────────────────────────────────────────


async def _store(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    if _no_file(settings.store):
        yield fail("store", f"{settings.store}: no such file yet", "leadwire migrate")
        return
    try:
        store = wiring.make_store(settings, SystemIds(), consume=False, clock=clock)
        await store.start()
    except (OldSchema, NewSchema) as error:
        yield fail("migrations", str(error), "leadwire migrate")
        return
    except Unfit as error:
        yield fail("store", str(error), "mend what it names, then leadwire doctor again")
        return
    except (StoreError, SettingsError) as error:
        yield fail("store", str(error), _start("store", settings.store))
        return
    try:
        for part in PARTS:
            for finding in await _careful(part, store, settings, clock):
                yield finding
    finally:
        await store.stop()


def _start(part: str, address: str) -> str:
    if address.startswith("sqlite"):
        return "leadwire migrate" if part == "store" else "leadwire run all"
    return f"is it running, and is LEADWIRE_{part.upper()} its address? leadwire config show"


Part = Callable[[StateStore, Settings, Clock], Awaitable[Sequence[Finding]]]


async def _careful(
    part: Part, store: StateStore, settings: Settings, clock: Clock
) -> Sequence[Finding]:
    try:
        return await part(store, settings, clock)
    except StoreError as error:
        return [fail("store", str(error), _start("store", settings.store))]


async def _standing(store: StateStore, settings: Settings, clock: Clock) -> list[Finding]:
    info = await store.info()
    skew = store.skew() if info.shared and settings.clock == "system" else None
    return findings.of_store(settings.store, info, skew)


async def _declared(store: StateStore, settings: Settings, clock: Clock) -> list[Finding]:
    clients = await _all(store, "client", Client)
    campaigns = await _all(store, "campaign", Campaign)
    resources = await _all(store, "resource", Resource)
    credits = await store.credit([TenantId(client.id) for client in clients])
    found = findings.of_clients(clients, {str(k): v for k, v in credits.items()})
    found += findings.of_campaigns(campaigns, resources) if clients else []
    refs = {r.id: Ref(TenantId(r.client), "watermark", r.id) for r in resources}
    marks = await store.rows(refs.values())
    for resource in resources:
        row = marks.get(refs[resource.id])
        read_at = datetime.fromisoformat(row.data["read_at"]) if row else None
        found.append(findings.of_resource(resource, broken(resource), read_at, clock.now()))
    return found


async def _all(store: StateStore, kind: str, model: type[D]) -> list[D]:
    rows = await store.scan(None, kind, limit=PAGE)
    return [definitions.read(row, model) for row in rows]


def broken(resource: Resource) -> str | None:
    """Why no adapter can be made of a resource's settings, secrets included; None where one can."""
    try:
        wiring.make_adapter(resource)
        wiring.webhook_reader(resource)
    except (ChannelError, SettingsError) as error:
        return str(error)
    return None


async def _switches(store: StateStore, settings: Settings, clock: Clock) -> list[Finding]:
    return findings.of_switches(await store.stops_of(None, holding_at=clock.now()))


async def _left_over(store: StateStore, settings: Settings, clock: Clock) -> list[Finding]:
    backlog = await store.backlog(clock.now(), clock.elapsed())
    return [
        findings.of_backlog(backlog),
        findings.of_dead(await store.dead_letters(None)),
        findings.of_unknown(await store.sends_in(SendState.UNKNOWN, limit=PAGE)),
    ]


PARTS: tuple[Part, ...] = (_standing, _declared, _switches, _left_over)


# ── domains ───────────────────────────────────────────────────────────────────────────────────


async def domains(settings: Settings, selectors: Sequence[str]) -> list[Finding]:
    """What the domains of declared mailboxes publish; asks DNS."""
    store = wiring.make_store(settings, SystemIds(), consume=False)
    try:
        await store.start()
        resources = await _all(store, "resource", Resource)
    except StoreError:
        return []
    finally:
        await store.stop()
    names = sorted({r.address.rpartition("@")[2] for r in resources if "@" in r.address})
    found: list[Finding] = []
    for name in names:
        seen = await outside.published(name, selectors)
        if seen.problem is not None:
            found.append(fail("dns", f"{name}: {seen.problem}", "ask again, or mend the resolver"))
        else:
            found += findings.of_domain(name, seen.spf, seen.dmarc, seen.dkim)
    return found
