"""Puts a process together: the one module, with `agents/engines.py`, that names concrete buses,
stores and vendors.

`build` turns settings into a `System`; `System.start` opens it, recovers what a dead process left
claimed, and runs agents, relay, timers, auditor and inbox readers until `stop` drains it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from agents import settings as configuration
from agents.analytics.agent import Analytics
from agents.audit import Auditor
from agents.base import Commits, Deciding, DecidingTurn, retry_topic
from agents.definitions import Resource
from agents.doing import Doing, DoingTurn
from agents.engines import make_clock as make_clock
from agents.engines import make_store as make_store
from agents.engines import postgres_place as postgres_place
from agents.enrichment.agent import Enrichment
from agents.enrichment.base import Source
from agents.inbox.agent import Door, Mailboxes
from agents.intake.agent import Intake
from agents.names import Names
from agents.orchestrator.agent import Orchestrator
from agents.outbox import OutboxRelay
from agents.ports import Clock, Ids, SystemIds
from agents.reclaiming import Reclaimer
from agents.replies.agent import Replies
from agents.scoring.agent import Scoring
from agents.sender.agent import Operation, Sender
from agents.sender.recovery import Sweeper, recover
from agents.settings import Settings, SettingsError
from agents.timers import Timers
from agents.wiring_enrichment import enrichment_sources as enrichment_sources
from agents.writer.agent import Writer
from bus.base import Handler, MessageBus, Subscription
from channels.base import Adapter, WebhookReader
from contracts.catalogue import CATALOGUE
from contracts.envelope import topic_of
from contracts.outcome import Channel
from statestore.base import StateStore

if TYPE_CHECKING:
    from agents.landing.publishing import Place
    from agents.landing.sites import Sites
    from bus.kafka import Connection

log = structlog.get_logger()

SHARED_CEILING = 5.0
"""Machine seconds between two looks at a store to which other processes write (design §5)."""


@dataclass
class System:
    """Everything that runs in one process."""

    settings: Settings
    store: StateStore
    bus: MessageBus
    clock: Clock
    ids: Ids
    names: Names
    agents: Sequence[str]
    relay: OutboxRelay = field(init=False)
    commits: Commits = field(init=False)
    timers: Timers = field(init=False)
    auditor: Auditor = field(init=False)
    turns: list[DoingTurn[Any, Any]] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    sources: list[Any] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    owner: str = ""
    web: Any = None
    draining: bool = False
    adapters: dict[str, Adapter] = field(default_factory=dict)
    _made_of: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    asked: Sequence[Source] | None = None
    """Sources of enrichment; None: those that settings name."""
    closing: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    # opening

    async def open(self) -> None:
        """Opens store and bus; raises their named errors."""
        await self.store.start()
        info = await self.store.info()
        self.owner = self.ids.new()
        closed = info.closed or (None if info.durable or self._unlasting() else "not durable")
        ceiling = self.settings.ceiling_seconds
        if info.shared:
            ceiling = min(ceiling, SHARED_CEILING)
        self.relay = OutboxRelay(self.store, self.bus, self.clock, ceiling=ceiling)
        self.commits = NudgingCommits(self.store, self.relay, self.clock, info.incarnation, self)
        self.commits.shared = info.shared
        self.timers = Timers(
            self.commits, sweep=self.settings.sweep, mode=self.settings.mode, ceiling=ceiling
        )
        self.auditor = Auditor(self.commits, every=self.settings.audit_seconds, owner=self.owner)
        self._subscribe(info.incarnation, closed)
        if self.settings.http:
            from agents.web import Web

            self.web = Web(self)
            self.sources.append(self.web)

    def _unlasting(self) -> bool:
        """A store in memory does not last by choice; everybody who chose it knows."""
        return self.settings.store.startswith("memory")

    async def start(self) -> None:
        """Opens, recovers what a dead process left, and begins."""
        await self.open()
        if self._runs("sender"):
            sender = next(t for t in self.turns if isinstance(t.agent, Sender))
            if not self.commits.shared:
                await recover(sender, self.store, self.clock, self.owner)
            every = self.settings.audit_seconds
            self.sources.append(Sweeper(sender, every=every, owner=self.owner))
        if any(not isinstance(turn.agent, Sender) for turn in self.turns):
            every = self.settings.audit_seconds
            self.sources.append(Reclaimer(self.commits, every=every, owner=self.owner))
        await self.bus.start()
        self._spawn(self.relay.run(), "relay")
        if self._runs("orchestrator"):
            self._spawn(self.timers.run(), "timers")
            self._spawn(self.auditor.run(), "auditor")
        for source in self.sources:
            self._spawn(source.run(), type(source).__name__)

    async def stop(self) -> None:
        """Drains: no new work, calls under way end, what they came to is recorded, then closes."""
        self.draining = True
        seconds = self.settings.shutdown_seconds
        for task in self.tasks:
            if task.get_name() in {"timers", "auditor"}:
                task.cancel()
        await self.bus.stop(seconds)
        await asyncio.gather(*(turn.drain(seconds) for turn in self.turns))
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for adapter in self.adapters.values():
            await adapter.close()
        for close in self.closing:
            await close()
        await self.store.stop()

    def failed(self) -> str | None:
        """Names a loop that ended by an error, for readiness."""
        for task in self.tasks:
            if task.done() and not task.cancelled() and task.exception() is not None:
                return f"{task.get_name()}: {task.exception()!r}"
        return None

    def _spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> None:
        self.tasks.append(asyncio.create_task(coroutine, name=name))

    def _runs(self, name: str) -> bool:
        return name in self.agents

    # agents

    def _subscribe(self, incarnation: str, closed: str | None) -> None:
        for name in self.agents:
            maker = MAKERS.get(name)
            if maker is None:
                raise SettingsError(f"no agent {name!r}; there are {', '.join(MAKERS)}")
            for group, topics, handler in maker(self, incarnation, closed):
                batch = self.settings.batch
                if isinstance(handler, DoingTurn):
                    self.turns.append(handler)
                    batch = handler.agent.slots
                member = Subscription(
                    group=group, topics=tuple(topics), handler=handler, batch=batch
                )
                self.subscriptions.append(member)
                self.bus.subscribe(member)

    def webhook_reader(self, resource: Resource) -> WebhookReader | None:
        """Returns the reader of a resource's webhooks, where its vendor has one."""
        return webhook_reader(resource)

    def adapter_of(self, resource: Resource) -> Adapter:
        """Returns the adapter of a resource, made once for what is declared; its secrets are
        resolved here. One whose declaration has changed serves the calls that it has begun."""
        adapter = self.adapters.get(resource.id)
        made = (resource.vendor, resource.channel, resource.settings)
        if adapter is None or self._made_of.get(resource.id, made) != made:
            if adapter is not None:
                self.closing.append(adapter.close)
            adapter = self.adapters[resource.id] = make_adapter(resource)
        self._made_of[resource.id] = made
        return adapter


def make_adapter(resource: Resource) -> Adapter:
    """The adapter of a resource, its secrets resolved; raises SettingsError or Misconfigured."""
    from channels import registry

    resolved = {
        name: configuration.secret(value)
        if isinstance(value, str) and value.startswith(("env:", "file:"))
        else value
        for name, value in resource.settings.items()
        if name not in OURS
    }
    return registry.build(resource.vendor, resource.channel, resolved)


def webhook_reader(resource: Resource) -> WebhookReader | None:
    """The webhook reader of a resource's vendor, with the secrets that are live (two while they
    are rotated); None where the resource has none."""
    from channels import registry

    given = resource.settings.get("webhook_secrets", ())
    references = [given] if isinstance(given, str) else list(given)
    return registry.webhooks(resource.vendor, [configuration.secret(one) for one in references])


class NudgingCommits(Commits):
    """Wakes the timers' loop when a unit set a timer or gave a slot back."""

    def __init__(
        self, store: StateStore, relay: OutboxRelay, clock: Clock, incarnation: str, system: System
    ) -> None:
        super().__init__(store, relay, clock, incarnation)
        self._system = system

    async def commit(self, units: Any) -> list[Any]:
        results = await super().commit(units)
        if any(unit.timers or unit.quota for unit in units):
            self._system.timers.nudge()
        return results


OURS = frozenset({"verp", "webhook_secrets"})
"""Settings of a resource that the sender reads, not its vendor."""

Made = tuple[str, Sequence[str], Handler]
Maker = Callable[[System, str, str | None], Sequence[Made]]


def deciding(make: Callable[[System], Deciding]) -> Maker:
    """How a deciding agent is registered: it also gets its own deferred events."""

    def maker(system: System, incarnation: str, closed: str | None) -> Sequence[Made]:
        agent = make(system)
        topics = (*agent.topics, retry_topic(agent.name))
        return [(agent.name, topics, DecidingTurn(agent, system.commits))]

    return maker


def doing(make: Callable[[System, str, str | None], Doing[Any, Any]]) -> Maker:
    """How a doing agent is registered."""

    def maker(system: System, incarnation: str, closed: str | None) -> Sequence[Made]:
        agent = make(system, incarnation, closed)
        topics = (*agent.topics, retry_topic(agent.name))
        return [(agent.name, topics, DoingTurn(agent, system.commits))]

    return maker


def _sender(system: System, incarnation: str, closed: str | None) -> Sender:
    settings = system.settings
    recipients = {
        Channel.EMAIL: settings.test_recipient_email,
        Channel.SMS: settings.test_recipient_sms,
        Channel.VOICE: settings.test_recipient_voice,
        Channel.LINKEDIN: settings.test_recipient_linkedin,
    }
    operation = Operation(
        names=system.names,
        base_url=settings.base_url,
        incarnation=incarnation,
        owner=system.owner,
        mode=settings.mode,
        lease_seconds=settings.lease_seconds,
        test_recipients={channel: to for channel, to in recipients.items() if to},
        closed=closed,
    )
    return Sender(operation, system.adapter_of, system.clock.elapsed, slots=settings.slots)


def _analytics(system: System, incarnation: str, closed: str | None) -> Sequence[Made]:
    if not system.settings.analytics_dir:
        return []
    agent = Analytics(Path(system.settings.analytics_dir))
    return [(agent.name, agent.topics, agent)]


def _intake(system: System, incarnation: str, closed: str | None) -> Sequence[Made]:
    agent = Intake(system.commits, system.names, system.settings.mode)
    return [(agent.name, agent.topics, agent)]


def _inbox(system: System, incarnation: str, closed: str | None) -> Sequence[Made]:
    mode = system.settings.mode
    system.sources.append(Mailboxes(system.commits, system.names, mode, system.owner))
    door = Door(system.commits, system.names, mode)
    return [(door.name, door.topics, door)]


def _scoring(system: System) -> Scoring:
    return Scoring(enriched="enrichment" not in system.settings.without.split(","))


def _landing(system: System, incarnation: str, closed: str | None) -> Sequence[Made]:
    from agents.landing.agent import Landing
    from agents.landing.upkeep import Upkeep

    settings = system.settings
    agent = Landing(make_place(settings), make_sites(settings))
    system.sources.append(Upkeep(agent, system.commits, system.owner))
    return doing(lambda *_: agent)(system, incarnation, closed)


def make_place(settings: Settings) -> "Place":
    """Where landing pages are kept; raises SettingsError."""
    kind, _, where = settings.pages.partition(":")
    if kind == "folder" and where:
        from agents.landing.publishing import Folder

        return Folder(Path(where))
    if kind == "s3" and where:
        from agents.landing.bucket import Access, Bucket
        from agents.landing.publishing import PlaceError

        bucket, _, prefix = where.partition("/")
        hidden = settings.pages_s3_secret
        access = Access(
            bucket=bucket,
            prefix=prefix,
            endpoint=settings.pages_s3_endpoint,
            region=settings.pages_s3_region,
            key=settings.pages_s3_key,
            secret=configuration.secret(hidden) if hidden else "",
        )
        try:
            return Bucket(access)
        except PlaceError as error:
            raise SettingsError(str(error)) from None
    raise SettingsError(f"pages {settings.pages!r}: write folder:PATH or s3:BUCKET[/PREFIX]")


def make_sites(settings: Settings) -> "Sites":
    """The sites of landing pages; raises SettingsError."""
    from agents.landing.sites import Sites

    if not settings.pages_url.startswith(("http://", "https://")):
        raise SettingsError(
            f"pages_url {settings.pages_url!r}: write where the pages are served, https://…"
        )
    return Sites(
        url=settings.pages_url,
        brands=Path(settings.pages_brand) if settings.pages_brand else None,
        templates=Path(settings.pages_templates) if settings.pages_templates else None,
        indexed=settings.pages_indexed,
        note=lambda text: log.warning("brand", note=text),
    )


def _enrichment(system: System, incarnation: str, closed: str | None) -> Enrichment:
    named = system.asked is None
    sources = enrichment_sources(system.settings, system.clock) if named else system.asked or ()
    system.closing += [source.close for source in sources]
    return Enrichment(
        sources, slots=system.settings.enrichment_slots, brain=system.settings.brain_enrich_when
    )


MAKERS: dict[str, Maker] = {
    "intake": _intake,
    "enrichment": doing(_enrichment),
    "scoring": deciding(_scoring),
    "orchestrator": deciding(lambda system: Orchestrator(system.names)),
    "writer": deciding(lambda system: Writer(system.names, system.settings.base_url)),
    "sender": doing(_sender),
    "inbox": _inbox,
    "replies": deciding(lambda system: Replies()),
    "landing": _landing,
    "analytics": _analytics,
}
"""Every agent by its name; adding one is adding a row."""


def topics() -> tuple[str, ...]:
    """Every topic there is: the catalogue's, and one a agent for what it deferred."""
    events = {topic_of(entry.type) for entry in CATALOGUE}
    return tuple(sorted({*events, *(retry_topic(name) for name in MAKERS)}))


async def readers(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Every agent's group → what it reads, as a process that runs them all would subscribe; for
    whoever looks at a bus without reading from it."""
    alone = {"store": "memory:", "bus": "memory:", "http": False}
    system = build(settings.model_copy(update=alone))
    await system.open()
    await system.store.stop()
    return {member.group: member.topics for member in system.subscriptions}


def build(
    settings: Settings,
    agents: Sequence[str] = (),
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    store: StateStore | None = None,
    bus: MessageBus | None = None,
) -> System:
    """Turns settings into a system; raises SettingsError with what to change."""
    ids = ids or SystemIds()
    clock = clock or make_clock(settings)
    left_out = set(settings.without.split(",")) - ({"landing"} if settings.pages else set())
    chosen = agents or [name for name in MAKERS if name not in left_out]
    return System(
        settings=settings,
        store=store or make_store(settings, ids, clock=clock),
        bus=bus or make_bus(settings),
        clock=clock,
        ids=ids,
        names=Names(installation_secret(settings)),
        agents=tuple(chosen),
    )


def installation_secret(settings: Settings) -> str:
    """The key of hashes and tokens; raises SettingsError where none is set."""
    if not settings.secret:
        raise SettingsError(
            "no secret: set LEADWIRE_SECRET=env:NAME or file:PATH (at least 16 random characters); "
            "it keys address hashes and unsubscribe links, so keep it for good"
        )
    value = configuration.secret(settings.secret)
    try:
        Names(value)
    except ValueError as error:
        raise SettingsError(f"{settings.secret}: {error}") from None
    return value


def make_bus(settings: Settings, *, consume: bool = True) -> MessageBus:
    """The bus that settings name."""
    kind, _, path = settings.bus.partition(":")
    if kind == "memory":
        from bus.memory import MemoryBus

        return MemoryBus(topics())
    if kind == "sqlite" and path:
        from bus.sqlite import SqliteBus

        return SqliteBus(Path(path), topics(), consume=consume)
    if kind == "kafka" and path:
        return _kafka_bus(settings, consume)
    text = f"bus {settings.bus!r}: write memory:, sqlite:PATH or kafka:HOST:PORT[,HOST:PORT…]"
    raise SettingsError(text)


def _kafka_bus(settings: Settings, consume: bool) -> MessageBus:
    connection = kafka_connection(settings)
    from bus.kafka import KafkaBus

    return KafkaBus(
        connection,
        topics(),
        consume=consume,
        prefix=settings.bus_prefix,
        instance=settings.bus_instance,
    )


def kafka_connection(settings: Settings) -> "Connection":
    """Where the cluster is that settings name, and who we are there; raises SettingsError."""
    kind, _, servers = settings.bus.partition(":")
    if kind != "kafka" or not servers:
        raise SettingsError(f"bus {settings.bus!r} is no Kafka: write kafka:HOST:PORT[,HOST:PORT…]")
    try:
        from bus.kafka import Connection
    except ImportError as error:
        text = f"bus kafka: needs the extra: pip install 'leadwire[kafka]' ({error})"
        raise SettingsError(text) from error
    return Connection(
        servers=tuple(servers.split(",")),
        user=settings.bus_user,
        password=configuration.secret(settings.bus_password) if settings.bus_password else "",
        mechanism=settings.bus_mechanism,
        tls=settings.bus_tls,
    )
