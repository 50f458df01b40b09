"""What the fleet needs done once is done by one process at a time, and goes on when that dies."""

from datetime import UTC, datetime

from agents.base import Commits
from agents.leading import Leading
from agents.outbox import OutboxRelay
from bus.memory import MemoryBus
from statestore.memory import MemoryStore


class Elapsing:
    """Machine time that a test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def now(self) -> datetime:
        return datetime(2026, 1, 5, tzinfo=UTC)

    def elapsed(self) -> float:
        return self.seconds

    async def wait(self, *given: object) -> None:
        raise AssertionError("nobody waits here")


def commits(store: MemoryStore, clock: Elapsing, *, shared: bool) -> Commits:
    """One process's commits on a store."""
    made = Commits(store, OutboxRelay(store, MemoryBus(()), clock), clock, "life")
    made.shared = shared
    return made


async def test_one_of_two_processes_holds_it() -> None:
    """Given two processes on one store, then the first that asks holds the lease, and renews it."""
    store, clock = MemoryStore("life"), Elapsing()
    first, second = (
        Leading(commits(store, clock, shared=True), "auditor", owner, 10.0) for owner in "ab"
    )
    assert [await first.ours(), await second.ours(), await first.ours()] == [True, False, True]


async def test_a_dead_process_is_followed_by_another() -> None:
    """Given a holder that renews no more, when its seconds are over, then the other one holds it,
    and the first, come back, does not."""
    store, clock = MemoryStore("life"), Elapsing()
    first, second = (
        Leading(commits(store, clock, shared=True), "auditor", owner, 10.0) for owner in "ab"
    )
    assert await first.ours()
    clock.seconds += 10.5
    assert await second.ours()
    assert not await first.ours()


async def test_what_is_given_back_is_free_at_once() -> None:
    """Given a holder that stops in order, then nobody waits for the end of its lease."""
    store, clock = MemoryStore("life"), Elapsing()
    first, second = (
        Leading(commits(store, clock, shared=True), "mailbox:x", owner, 10.0) for owner in "ab"
    )
    assert await first.ours()
    await first.release()
    assert await second.ours()


async def test_an_embedded_process_need_not_ask() -> None:
    """Given a store of one process, whose last life left a lease, then it goes on at once."""
    store, clock = MemoryStore("life"), Elapsing()
    dead = Leading(commits(store, clock, shared=True), "mailbox:x", "dead", 10.0)
    assert await dead.ours()
    assert await Leading(commits(store, clock, shared=False), "mailbox:x", "new", 10.0).ours()
