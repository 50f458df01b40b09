"""Histories about the outbox, consumed ids and dead letters."""

from contracts.outcome import Mode
from statestore.base import OutboxRow, Outgoing, StateStore
from tests.statestore.opening import OpenStore
from tests.statestore.values import OTHER, T, at, event, letter, out, took, unit, wins


async def claimed(store: StateStore, limit: int = 99, machine: float = 0) -> list[OutboxRow]:
    return await store.outbox(at(), limit, machine=machine, lease=30)


def event_ids(rows: list[OutboxRow]) -> list[str]:
    return [row.event.id for row in rows]


class OutboxHistories:
    """What the port promises about events on their way."""

    async def test_an_event_comes_back_as_it_was(self, open_store: OpenStore) -> None:
        """Given an event with every attribute, then the relay reads every attribute."""
        store = await open_store()
        whole = event(
            campaign="c1",
            correlation="x",
            causation="y",
            traceparent="00-aa-bb-01",
            recorded=at(1.000001),
            mode=Mode.DEMO,
            incarnation="i1",
            extensions={"priority": "high"},
            data={"nested": {"list": [1, None, "é", 0.25]}},
        )
        [result] = await wins(store, unit(events=Outgoing(event=whole, topic="retry.x", attempt=3)))
        [row] = await claimed(store)
        assert (row.event, row.topic, row.attempt, row.available) == (whole, "retry.x", 3, None)
        assert result.outbox == (row.number,)

    async def test_the_topic_is_the_events_own(self, open_store: OpenStore) -> None:
        """Given no other topic, then the event's own is meant."""
        store = await open_store()
        await wins(store, unit(events=out()))
        assert [row.topic for row in await claimed(store)] == ["lead.scored"]

    async def test_rows_come_in_the_order_of_their_commits(self, open_store: OpenStore) -> None:
        """Given events of several commits, then they come oldest first, a page at a time."""
        store = await open_store()
        for n in range(4):
            await wins(store, unit(events=(out(f"e{n}a"), out(f"e{n}b"))))
        assert event_ids(await claimed(store, 3)) == ["e0a", "e0b", "e1a"]
        assert event_ids(await claimed(store, 3)) == ["e1b", "e2a", "e2b"]
        assert event_ids(await claimed(store)) == ["e3a", "e3b"]

    async def test_a_claimed_row_is_nobody_elses(self, open_store: OpenStore) -> None:
        """Given claimed rows, then another relay gets none of them before the lease ends, and all
        that were not published after it."""
        store = await open_store()
        await wins(store, unit(events=(out("e1"), out("e2"))))
        first = await claimed(store)
        assert await claimed(store, machine=29.9) == []
        await store.published([first[0].number])
        assert event_ids(await claimed(store, machine=30)) == ["e2"]

    async def test_published_rows_are_gone(self, open_store: OpenStore) -> None:
        """Given published rows, when they are reported twice, then they are gone and that is no
        error."""
        store = await open_store()
        [result] = await wins(store, unit(events=(out("e1"), out("e2", available=at(9)))))
        for _ in range(2):
            await store.published(result.outbox)
        backlog = await store.backlog(at(99), 0)
        assert (backlog.outbox_ready, backlog.outbox_later) == (0, 0)
        await store.published([])

    async def test_numbers_are_never_used_again(self, open_store: OpenStore) -> None:
        """Given a row that was published, then the next has a higher number: a late report of the
        old one can never delete a new one."""
        store = await open_store()
        seen: list[int] = []
        for _ in range(3):
            [result] = await wins(store, unit(events=out()))
            seen += result.outbox
            await store.published(result.outbox)
        assert seen == sorted(set(seen))

    async def test_later_events_wait(self, open_store: OpenStore) -> None:
        """Given an event for later, then it comes when its time has come, older rows first."""
        store = await open_store()
        await wins(store, unit(events=out("late", available=at(60))), unit(events=out("now")))
        backlog = await store.backlog(at(59), 0)
        assert (backlog.outbox_ready, backlog.outbox_later) == (1, 1)
        assert backlog.next_outbox == at(60)
        assert event_ids(await claimed(store)) == ["now"]
        rows = await store.outbox(at(60), 9, machine=30, lease=30)
        assert event_ids(rows) == ["late", "now"]
        assert rows[0].available == at(60)
        assert (await store.backlog(at(60), 0)).next_outbox is None

    async def test_consumed_ids_can_be_forgotten(self, open_store: OpenStore) -> None:
        """Given inbox rows, then those older than a moment go, a bounded number at a time."""
        store = await open_store()
        for n in range(5):
            await wins(store, unit(consumed=took(f"e{n}", seconds=n)))
        assert await store.forget_consumed(at(3), limit=2) == 2
        assert await store.forget_consumed(at(3)) == 1
        assert await store.forget_consumed(at(3)) == 0
        names = [f"e{n}" for n in range(5)]
        assert await store.consumed("scoring", names) == {"e3", "e4"}
        assert await store.consumed("landing", names) == set()

    async def test_a_dead_letter_comes_back_as_it_was(self, open_store: OpenStore) -> None:
        """Given dead letters, then they come whole, oldest first, by client, agent and state."""
        store = await open_store()
        other = letter("d0", 5, tenant=OTHER, agent="landing")
        await wins(store, unit(dead=letter("d1", 9)), unit(OTHER, dead=other))
        assert await store.dead_letters(None) == [other, letter("d1", 9)]
        assert await store.dead_letters(T) == [letter("d1", 9)]
        assert await store.dead_letters(None, agent="landing") == [other]
        assert await store.dead_letters(T, agent="landing") == []

    async def test_a_dead_letter_is_settled_once(self, open_store: OpenStore) -> None:
        """Given a dead letter, then it is replayed or discarded once, and keeps the note."""
        store = await open_store()
        await wins(store, unit(dead=letter()))
        assert await store.settle_dead("d1", state="replayed", note="fixed", at=at(1))
        assert not await store.settle_dead("d1", state="discarded", note="no", at=at(2))
        assert not await store.settle_dead("none", state="discarded", note="", at=at(2))
        assert await store.dead_letters(T) == []
        [found] = await store.dead_letters(T, state="replayed")
        assert found.note == "fixed"
        assert await store.dead_letters(T, state=None) == [found]

    async def test_what_fails_again_is_dead_again(self, open_store: OpenStore) -> None:
        """Given a replayed letter whose event fails again, then it is dead again, since its first
        time, with the newest reason."""
        store = await open_store()
        await wins(store, unit(dead=letter("d1", 0)))
        await store.settle_dead("d1", state="replayed", note="fixed", at=at(1))
        await wins(store, unit(dead=letter("d1", 100, reason="Malformed")))
        [found] = await store.dead_letters(T)
        assert (found.first_at, found.last_at) == (at(0), at(160))
        assert (found.reason, found.note) == ("Malformed", "")
