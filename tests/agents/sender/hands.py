"""What tests of the sender share: a commanded send, ways to disturb it, a call that stands open."""

import asyncio
from collections.abc import Callable
from typing import Any

from agents import declaring
from channels.base import Permit, Receipt, Request
from contracts import registry
from contracts.base import Payload
from contracts.envelope import Event
from contracts.ids import StopId, TenantId, partition_key
from contracts.outcome import Mode, StopReason
from statestore.base import Ref, RowWrite, Stop, StopAdd, Unit
from tests.agents.cast import (
    ACCEPTED,
    Cast,
    Scripted,
    commanded,
)
from tests.agents.stage import START, TENANT, delivered, document


async def ready(vendor: Scripted | None = None, **cast: Any) -> tuple[Cast, Event]:
    """A cast whose first send is commanded, and the command."""
    made = Cast(vendor or Scripted(), **cast)
    await made.table.declare()
    return made, await commanded(made)


async def twice_declared() -> tuple[Cast, Event]:
    """The same with a second campaign, which takes only whom it names."""
    cast = Cast()
    both = document()
    autumn = {**both["campaign"][0], "id": "autumn", "entry": {"countries": ["ZZ"]}}
    both["campaign"].append(autumn)
    plan = await declaring.plan(declaring.parse(both), cast.table.store, START, Mode.LIVE)
    await cast.table.commits.commit(plan.units)
    cast.table.relay.out.clear()
    return cast, await commanded(cast, campaign_id="spring")


async def changed(cast: Cast, kind: str, key: str, **data: Any) -> None:
    """Writes fields over a row, as its owner would."""
    ref = Ref(TENANT, kind, key)
    row = (await cast.table.store.rows([ref]))[ref]
    write = RowWrite(
        ref=ref,
        expect=row.version,
        data={**row.data, **data},
        parent=row.parent,
        status=data.get("status", row.status),
    )
    await cast.table.store.commit([Unit(tenant=TENANT, rows=(write,))])


def stop(key: str, reason: StopReason, tenant: TenantId = TENANT) -> Unit:
    """A stop under a key."""
    id_ = StopId(f"{tenant}-{key}-{reason}")
    made = Stop(id=id_, tenant=tenant, key=key, reason=reason, at=START)
    return Unit(tenant=tenant, stops=(StopAdd(stop=made),))


async def stopped(cast: Cast, key: str, reason: StopReason, tenant: TenantId = TENANT) -> None:
    await cast.table.store.commit([stop(key, reason, tenant)])


def racing(cast: Cast, unit: Unit) -> list[Any]:
    """Lets a unit commit right behind the sender's first decision; returns that decision."""
    decide, first = cast.sender.decide, list[Any]()

    def late(event: Event, view: Any) -> Any:
        found = decide(event, view)
        if not first:
            first.append(found)
            cast.table.store._commit(unit)
        return found

    cast.sender.decide = late  # type: ignore[method-assign]
    return first


def said(payload: Payload) -> Event:
    """A fact of lead 1."""
    key = partition_key(TENANT, "account-1")
    return registry.produce(payload, key=key, source="/test", cause=str(payload))


async def settled_alone(cast: Cast, command: Event) -> None:
    """Hands a command to the sender alone; what it says stays in the relay."""
    cast.table.relay.out.clear()
    await cast.turn([delivered(command.with_(incarnation=command.incarnation or "life-1"))])
    await cast.turn.drain(60)


def raising(error: Exception) -> Callable[[Request], bytes]:
    def render(request: Request) -> bytes:
        raise error

    return render


class Door:
    """A call that stands open until the test lets it go."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.inside = 0
        self.most = 0

    async def __call__(self, request: Request, permit: Permit) -> Receipt:
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self.open.wait()
        self.inside -= 1
        return ACCEPTED


async def pause() -> None:
    """Lets every task that can go on go on."""
    for _ in range(50):
        await asyncio.sleep(0)
