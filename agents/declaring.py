"""One commented TOML file → clients, resources and campaigns in the store, by numbered versions.

A campaign's definition is immutable: a change makes the next number, and says how many open touches
it re-plans; the same file again changes nothing (design §5). Unknown keys are refused with the
nearest known one, literal secrets are refused, and what one part names in another must be there.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from agents.definitions import Campaign, Client, Declared, Resource
from agents.gates.rules import DEFAULT, Looser, UnknownFigure, stricter
from agents.scanning import pages
from agents.writer.templates import needs_page
from contracts import registry
from contracts.campaign import CampaignActivated, ClientDeclared
from contracts.ids import CampaignId, PartitionKey, TenantId, partition_key
from contracts.outcome import Mode
from statestore.base import (
    CreditMove,
    Outgoing,
    Ref,
    Row,
    RowWrite,
    StateStore,
    Timer,
    TimerSet,
    Unit,
)

TABLES = ("client", "resource", "campaign", "settings")
CHUNK = 200
SECRET_NAMES = ("password", "secret", "token", "api_key", "key")
D = TypeVar("D", bound=Declared)


class DeclarationError(Exception):
    """The file cannot be applied; `problems` name each place and what to write instead."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a file declares, validated and consistent."""

    clients: tuple[Client, ...]
    resources: tuple[Resource, ...]
    campaigns: tuple[Campaign, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that applying would change: `new`, `changed` or `same`, and from which version."""

    kind: str
    id: str
    tenant: TenantId
    state: str
    version: int
    replans: int = 0
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Plan:
    """What applying does: the changes for people, the units for the store."""

    changes: list[Change] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)


def read(path: Path) -> Declaration:
    """Reads a file; raises DeclarationError naming every problem in it."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DeclarationError([f"{path}: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise DeclarationError(
            [f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8"]
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError([f"{path}: not TOML: {error}"]) from error
    return parse(document)


def parse(document: Mapping[str, Any]) -> Declaration:
    """Validates a whole document; raises DeclarationError with every problem."""
    problems = [
        f"{name}: no such table{_nearest(name, TABLES)}" for name in document if name not in TABLES
    ]
    clients = _tables(document, "client", Client, problems)
    resources = _tables(document, "resource", Resource, problems)
    campaigns = _tables(document, "campaign", Campaign, problems)
    problems += _inconsistent(clients, resources, campaigns)
    problems += [p for r in resources for p in _literal(f"resource {r.id}", r.settings)]
    problems += [p for c in campaigns for p in _looser(c)]
    problems += [p for c in campaigns for p in _pageless(c)]
    if problems:
        raise DeclarationError(problems)
    return Declaration(tuple(clients), tuple(resources), tuple(campaigns))


def _tables(document: Mapping[str, Any], name: str, model: type[D], problems: list[str]) -> list[D]:
    rows = document.get(name, [])
    if not isinstance(rows, list):
        problems.append(f"{name}: write [[{name}]], one table each")
        return []
    found: list[D] = []
    for number, row in enumerate(rows, start=1):
        place = (
            f"{name} {row.get('id', number)}" if isinstance(row, Mapping) else f"{name} {number}"
        )
        try:
            found.append(model.model_validate(row))
        except ValidationError as error:
            problems += [_problem(place, one, model) for one in error.errors()]
    return found


def _problem(place: str, error: Any, model: type[BaseModel]) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        known = _fields_at(model, error["loc"][:-1])
        return f"{place}: no key {where!r}{_nearest(str(error['loc'][-1]), known)}"
    words = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {where}: {words}" if where else f"{place}: {words}"


def _fields_at(model: type[BaseModel], location: Iterable[int | str]) -> list[str]:
    """The names that a model knows at a place within it."""
    current: Any = model
    for part in location:
        if isinstance(part, int) or not hasattr(current, "model_fields"):
            continue
        annotation = current.model_fields[part].annotation if part in current.model_fields else None
        options = [annotation, *getattr(annotation, "__args__", ())]
        current = next((o for o in options if hasattr(o, "model_fields")), current)
    return list(current.model_fields)


def _nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(sorted(names))}"


def _inconsistent(
    clients: Sequence[Client], resources: Sequence[Resource], campaigns: Sequence[Campaign]
) -> list[str]:
    problems: list[str] = []
    for kind, ids in (
        ("client", [c.id for c in clients]),
        ("resource", [r.id for r in resources]),
        ("campaign", [f"{c.client}/{c.id}" for c in campaigns]),
    ):
        problems += [
            f"{kind} {id_}: declared twice" for id_ in {i for i in ids if ids.count(i) > 1}
        ]
    known = {client.id: client for client in clients}
    owner = {resource.id: resource for resource in resources}
    owned = [("resource", r.id, r.client) for r in resources]
    owned += [("campaign", c.id, c.client) for c in campaigns]
    for kind, id_, client_id in owned:
        if client_id not in known:
            problems.append(f"{kind} {id_}: no client {client_id!r}{_nearest(client_id, known)}")
    for campaign in campaigns:
        problems += _campaign_problems(campaign, known.get(campaign.client), owner)
    return problems


def _campaign_problems(
    campaign: Campaign, client: Client | None, owner: Mapping[str, Resource]
) -> list[str]:
    place = f"campaign {campaign.id}"
    problems: list[str] = []
    for id_ in campaign.resources:
        resource = owner.get(id_)
        if resource is None:
            problems.append(f"{place}: no resource {id_!r}{_nearest(id_, owner)}")
        elif resource.client != campaign.client:
            problems.append(f"{place}: resource {id_} belongs to client {resource.client}")
        elif resource.inbox.kind == "none" and not campaign.accept_no_inbox:
            problems.append(
                f"{place}: nobody reads the answers of {id_}; give it an inbox, "
                "or accept that with accept_no_inbox = true"
            )
    sender = client.sender if client is not None else None
    if sender is None or not sender.postal_address.strip() or not sender.name.strip():
        problems.append(
            f"{place}: its client needs [client.sender] with name, company, postal_address"
        )
    return problems


def _literal(place: str, settings: Mapping[str, Any]) -> list[str]:
    """Secrets are references; a literal one is refused without repeating it."""
    return [
        f"{place}: settings.{name} holds a literal secret; write env:NAME or file:PATH"
        for name, value in settings.items()
        if any(word in name.lower() for word in SECRET_NAMES)
        and any(isinstance(one, str) and not one.startswith(REFERENCES) for one in _several(value))
    ]


REFERENCES = ("env:", "file:")


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _looser(campaign: Campaign) -> list[str]:
    asked: dict[str, Any] = dict(campaign.rules)
    asked |= {f"windows.{step.channel.value}": campaign.window for step in campaign.sequence}
    try:
        stricter(DEFAULT, asked)
    except Looser as error:
        key = "window" if error.name.startswith("windows.") else f"rules.{error.name}"
        return [f"campaign {campaign.id}: {key}: {error.words}"]
    except (UnknownFigure, ValueError) as error:
        return [f"campaign {campaign.id}: rules: {error}"]
    return []


# ── applying ──────────────────────────────────────────────────────────────────────────────────


def _pageless(campaign: Campaign) -> list[str]:
    """Templates that are to go without their landing page where there is none, and could not."""
    return [
        f"campaign {campaign.id}: template {template.id}: needs_page = wait_then_without, but the "
        "text needs landing_page; put {% if landing_page %} … {% endif %} around it"
        for template in campaign.templates
        if template.page_rule == "wait_then_without"
        and any(needs_page(text) for text in (template.subject, template.body))
    ]


async def plan(declared: Declaration, store: StateStore, now: datetime, mode: Mode) -> Plan:
    """Compares a declaration with the store; nothing is written. Raises DeclarationError where a
    resource's id is another client's: quota, connections and mailboxes go by the id alone."""
    rows = await store.scan(None, "resource", limit=10_000)
    owners = {row.ref.key: row.ref.tenant for row in rows}
    taken = [
        f"resource {r.id}: client {owners[r.id]} has one of this id; choose another id"
        for r in declared.resources
        if owners.get(r.id, r.client) != r.client
    ]
    if taken:
        raise DeclarationError(taken)
    found = Plan()
    for client in declared.clients:
        await _client(client, store, now, mode, found)
    for resource in declared.resources:
        await _resource(resource, store, now, found)
    for campaign in declared.campaigns:
        await _campaign(campaign, store, now, mode, found)
    for tenant in dict.fromkeys(
        change.tenant for change in found.changes if change.state != "same"
    ):
        found.units += _woken(tenant, await _held(store, tenant), now)
    return found


async def _there(store: StateStore, tenant: str, kind: str, key: str) -> Row | None:
    ref = Ref(TenantId(tenant), kind, key)
    return (await store.rows([ref])).get(ref)


def _compared(row: Row | None, data: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    if row is None:
        return "new", ()
    fields = tuple(sorted(name for name in data if row.data.get(name) != data[name]))
    return ("changed" if fields else "same"), fields


async def _client(client: Client, store: StateStore, now: datetime, mode: Mode, into: Plan) -> None:
    tenant = TenantId(client.id)
    data = client.model_dump(mode="json")
    row = await _there(store, client.id, "client", client.id)
    state, fields = _compared(row, data)
    version = (row.version if row else 0) + (state != "same")
    into.changes.append(Change("client", client.id, tenant, state, version, fields=fields))
    if state == "same":
        return
    said = ClientDeclared(occurred_at=now, status=client.status, version=version)
    event = registry.produce(
        said,
        key=PartitionKey(f"{tenant}/_control"),
        source="/console",
        cause=f"client:{tenant}:{version}",
        mode=mode,
    )
    write = RowWrite(
        ref=Ref(tenant, "client", client.id),
        expect=row.version if row else 0,
        data=data,
        status=client.status,
    )
    credit = CreditMove(tenant=tenant, amount=-client.credits) if row is None else None
    into.units.append(
        Unit(tenant=tenant, rows=(write,), events=(Outgoing(event=event),), credit=credit)
    )


async def _resource(resource: Resource, store: StateStore, now: datetime, into: Plan) -> None:
    tenant = TenantId(resource.client)
    data = resource.model_dump(mode="json")
    row = await _there(store, resource.client, "resource", resource.id)
    state, fields = _compared(row, data)
    version = (row.version if row else 0) + (state != "same")
    replanned = await _depending(store, resource) if "enabled" in fields and row else []
    count = len(replanned)
    into.changes.append(Change("resource", resource.id, tenant, state, version, count, fields))
    if state != "same":
        expect = row.version if row else 0
        write = RowWrite(ref=Ref(tenant, "resource", resource.id), expect=expect, data=data)
        into.units.append(Unit(tenant=tenant, rows=(write,)))
    into.units += _woken(tenant, replanned, now)


async def _depending(store: StateStore, resource: Resource) -> list[Row]:
    """The leads with a touch planned in a campaign that may use a resource: switched on or off, it
    changes which slots there are, and whose conversation goes on."""
    tenant = TenantId(resource.client)
    campaigns = await store.scan(tenant, "campaign", limit=10_000)
    using = [row.ref.key for row in campaigns if resource.id in row.data.get("resources", ())]
    return [row for id_ in using for row in await _open_touches(store, tenant, id_)]


async def _campaign(
    campaign: Campaign, store: StateStore, now: datetime, mode: Mode, into: Plan
) -> None:
    tenant = TenantId(campaign.client)
    data = campaign.model_dump(mode="json")
    row = await _there(store, campaign.client, "campaign", campaign.id)
    state, fields = _compared(row, data)
    number = int(row.data["version"]) if row else 0
    version = number + (state != "same")
    replanned = await _open_touches(store, tenant, campaign.id) if state == "changed" else []
    count = len(replanned)
    into.changes.append(Change("campaign", campaign.id, tenant, state, version, count, fields))
    if state == "same":
        return
    said = CampaignActivated(occurred_at=now, campaign_id=CampaignId(campaign.id), version=version)
    event = registry.produce(
        said,
        key=PartitionKey(f"{tenant}/_control"),
        source="/console",
        cause=f"campaign:{tenant}:{campaign.id}:{version}",
        mode=mode,
    )
    rows = (
        RowWrite(
            ref=Ref(tenant, "campaign", campaign.id),
            expect=row.version if row else 0,
            data={**data, "version": version},
            status=campaign.status,
        ),
        RowWrite(ref=Ref(tenant, "definition", f"{campaign.id}@{version}"), expect=0, data=data),
    )
    into.units.append(Unit(tenant=tenant, rows=rows, events=(Outgoing(event=event),)))
    into.units += _woken(tenant, replanned, now)


async def _open_touches(store: StateStore, tenant: TenantId, campaign: str) -> list[Row]:
    """The leads of a campaign that have a touch planned: the next definition plans it anew."""
    rows = await _leads(store, tenant, "in_sequence")
    return [row for row in rows if row.data.get("next") and _enrolled_in(row, campaign)]


async def _held(store: StateStore, tenant: TenantId) -> list[Row]:
    """The leads that are held without an end and without a stop: what was declared may be why
    (`no_campaign`, `campaign_inactive`, `no_resource`, `manual_mode` …), so they are looked at
    again when it changes."""
    rows = [*await _leads(store, tenant, "new"), *await _leads(store, tenant, "in_sequence")]
    return [row for row in rows if _endless(row.data.get("hold"))]


def _endless(hold: Mapping[str, Any] | None) -> bool:
    return hold is not None and not hold.get("until") and not hold.get("scope")


async def _leads(store: StateStore, tenant: TenantId, status: str) -> list[Row]:
    return [row async for page in pages(store, tenant, "lead", status=status) for row in page]


def _enrolled_in(row: Row, campaign: str) -> bool:
    enrolled = row.data.get("facts", {}).get("enrolled", {}).values()
    return any(entry.get("campaign") == campaign for entry in enrolled)


def _woken(tenant: TenantId, rows: Sequence[Row], now: datetime) -> list[Unit]:
    """Units that make the orchestrator look at leads again, in chunks. An account has one timer,
    which wakes all of its leads."""
    timers = [
        TimerSet(
            timer=Timer(
                agent="orchestrator",
                key=partition_key(tenant, row.parent),
                due=now,
                reason="its campaign was changed",
            )
        )
        for row in rows
    ]
    return [
        Unit(tenant=tenant, timers=tuple(timers[start : start + CHUNK]))
        for start in range(0, len(timers), CHUNK)
    ]
