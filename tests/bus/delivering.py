"""The suite, first half: what is published arrives, in bounds, or is refused by name; health."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from bus.base import Delivery, Message
from bus.errors import Refused, Unavailable, UnknownTopic
from tests.bus.hooks import Hooks
from tests.bus.readers import (
    CONTACTED,
    DELIVERED,
    SCORED,
    SEND,
    Gate,
    Reader,
    by_key,
    ids,
    message,
    messages,
    until,
)


class Delivers(Hooks):
    """What is published arrives."""

    async def test_a_message_comes_back_as_it_was(self) -> None:
        """Topic, key, headers and bytes; the first delivery has attempt 1 and tells its origin."""
        sent = Message(
            SEND, "träger/ä-1", {"ce_id": "é", "x": "a\tb"}, bytes(range(256)) + b"\x00\xff"
        )
        reader = Reader()
        async with self.running(reader) as bus:
            await bus.publish([sent])
            await until(lambda: len(reader.done) == 1, reader)
        got = reader.done[0]
        assert got.message == sent
        assert got.attempt == 1
        assert got.origin == f"{SEND}/{got.partition}/{got.offset}"

    async def test_what_the_publisher_changes_afterwards_does_not_arrive(self) -> None:
        """Headers belong to the log once publish has returned."""
        headers = {"ce_id": "before"}
        reader = Reader()
        async with self.running(reader) as bus:
            await bus.publish([Message(SCORED, "t/a", headers, b"0")])
            headers["ce_id"] = "after"
            await until(lambda: len(reader.done) == 1, reader)
        assert ids(reader.done) == ["before"]

    async def test_order_per_key_holds_under_concurrency(self) -> None:
        """Eight publishers at once, each with its own keys, two groups: every message once, and
        the numbers of every key in their order."""
        one, two = Reader("one", batch=7), Reader("two", batch=100)
        async with self.running(one, two) as bus:

            async def publish(number: int) -> None:
                for start in range(0, 60, 4):
                    rows = range(start, start + 4)
                    await bus.publish([message(f"t/{number}-{k}", n) for n in rows for k in "abc"])

            await asyncio.gather(*(publish(number) for number in range(8)))
            await until(lambda: len(one.done) == len(two.done) == 8 * 60 * 3, one, two)
            await self.idle(bus)
        for reader in (one, two):
            assert len(set(ids(reader.done))) == len(reader.done)
            assert set(map(tuple, by_key(reader.done).values())) == {tuple(range(60))}
            assert len(by_key(reader.done)) == 24

    async def test_a_key_stays_in_its_partition_and_keys_are_spread(self) -> None:
        """One partition per key over all topics; forty keys use several."""
        reader = Reader()
        async with self.running(reader) as bus:
            await bus.publish([*messages(40, 2), *messages(40, 2, CONTACTED)])
            await until(lambda: len(reader.done) == 160, reader)
        places: dict[str, set[int]] = {}
        for delivery in reader.done:
            places.setdefault(delivery.message.key, set()).add(delivery.partition)
        assert all(len(partitions) == 1 for partitions in places.values())
        assert len(set.union(*places.values())) > 1

    async def test_a_new_group_gets_what_was_published_before_it(self) -> None:
        """Before start, and while the bus runs."""
        early, late = Reader("early"), Reader("late")
        async with self.running() as bus:
            await bus.publish(messages(5, 4))
        async with self.running(early) as bus:
            bus.subscribe(late.subscription)
            await until(lambda: len(early.done) == len(late.done) == 20, early, late)

    async def test_a_reader_gets_its_topics_alone(self) -> None:
        """Others' topics pass it by, and do not count as its lag."""
        reader = Reader(topics=[DELIVERED])
        async with self.running(reader) as bus:
            await bus.publish([*messages(3, 3, CONTACTED), message("t/a", 0, DELIVERED)])
            await until(lambda: len(reader.done) == 1, reader)
            await self.idle(bus)
        assert ids(reader.done) == ["t/a:0"]

    async def test_duplicates_are_messages_like_others(self) -> None:
        """The bus never drops one: that is the inbox's work."""
        reader = Reader()
        async with self.running(reader) as bus:
            for _ in range(3):
                await bus.publish([message("t/a", 0), message("t/a", 0)])
            await until(lambda: len(reader.done) == 6, reader)
        assert len({delivery.offset for delivery in reader.done}) == 6

    async def test_publishing_nothing_is_nothing(self) -> None:
        """An empty batch returns."""
        async with self.running() as bus:
            await bus.publish([])


class Bounds(Hooks):
    """Back-pressure reaches the log, never the publisher."""

    async def test_a_batch_is_never_larger_than_asked_for(self) -> None:
        """Nor are two of them in one member's handler (the reader asserts it)."""
        reader = Reader(batch=16, buffer=32)
        async with self.running(reader) as bus:
            await bus.publish(messages(50, 20))
            await until(lambda: len(reader.done) == 1000, reader)
        assert max(map(len, reader.batches)) <= 16

    async def test_a_slow_reader_holds_up_neither_publishers_nor_other_groups(self) -> None:
        """It keeps one batch; the rest waits in the log, counted as lag, and arrives in the end."""
        gate = Gate()
        slow, quick = Reader("slow", act=gate, batch=10, buffer=20), Reader("quick")
        async with self.running(slow, quick) as bus:
            await bus.publish(messages(10, 1))
            await gate.reached.wait()
            for _ in range(10):
                await bus.publish(messages(20, 10))
            await until(lambda: len(quick.done) == 2010, quick)
            health = await self.healthy(bus, lambda health: not health.lag["quick"])
            assert health.lag["slow"] == 2010
            assert len(slow.handed) <= 10
            gate.opened.set()
            await until(lambda: len(slow.done) == 2010, slow)
            await self.idle(bus)

    async def test_a_cycle_of_agents_cannot_deadlock(self) -> None:
        """Two agents answer each other from within their handlers, and multiply."""

        def answer(topic: str) -> Callable[[Sequence[Delivery]], Awaitable[None]]:
            async def act(batch: Sequence[Delivery]) -> None:
                nexts = [(d.message.key, int(d.message.value) + 1) for d in batch]
                await bus.publish(
                    [message(f"{k}{c}", n, topic) for k, n in nexts if n < 9 for c in "xy"]
                )

            return act

        there = Reader("there", [SCORED], act=answer(CONTACTED), batch=3, buffer=3)
        back = Reader("back", [CONTACTED], act=answer(SCORED), batch=3, buffer=3)
        async with self.running(there, back) as bus:
            await bus.publish([message("t/a", 0), message("t/b", 0)])
            total = 2 * (2**9 - 1)
            await until(lambda: len(there.done) + len(back.done) == total, there, back)
            await self.idle(bus)

    async def test_an_agent_may_publish_to_the_topic_that_it_reads(self) -> None:
        """A chain of three hundred, each message published while the one before is handled."""

        async def act(batch: Sequence[Delivery]) -> None:
            numbers = [int(delivery.message.value) + 1 for delivery in batch]
            await bus.publish([message("t/a", number) for number in numbers if number < 300])

        reader = Reader(act=act, batch=1, buffer=1)
        async with self.running(reader) as bus:
            await bus.publish([message("t/a", 0)])
            await until(lambda: len(reader.done) == 300, reader)
        assert by_key(reader.done) == {f"{SCORED} t/a": list(range(300))}


class Refuses(Hooks):
    """What cannot be taken is named, and holds up nothing else."""

    async def test_a_message_over_the_limit_is_refused_and_the_others_published(self) -> None:
        """The error names the index and both sizes."""
        reader = Reader()
        large = Message(SCORED, "t/large", {"ce_id": "large"}, b"x" * 100_001)
        async with self.running(reader) as bus:
            with pytest.raises(Refused, match="over the limit of 100,000") as caught:
                await bus.publish([message("t/a", 0), large, message("t/a", 1)])
            assert caught.value.indexes == (1,)
            await until(lambda: len(reader.done) == 2, reader)
        assert ids(reader.done) == ["t/a:0", "t/a:1"]

    async def test_the_limit_counts_key_and_headers(self) -> None:
        """A small value under a large header is as large."""
        async with self.running() as bus:
            with pytest.raises(Refused):
                await bus.publish([Message(SCORED, "t/a", {"ce_subject": "x" * 100_000}, b"1")])

    async def test_an_unknown_topic_is_refused_by_name_and_the_others_published(self) -> None:
        """Nothing is created implicitly."""
        reader = Reader()
        async with self.running(reader) as bus:
            with pytest.raises(UnknownTopic, match=r"lead\.scord") as caught:
                await bus.publish([message("t/a", 0, "lead.scord"), message("t/a", 1)])
            assert caught.value.indexes == (0,)
            await until(lambda: len(reader.done) == 1, reader)

    async def test_subscribing_to_an_unknown_topic_is_refused_by_name(self) -> None:
        """At once: the bus is told its topics when it is made."""
        bus = await self.make()
        with pytest.raises(UnknownTopic, match=r"lead\.scord"):
            bus.subscribe(Reader(topics=[SCORED, "lead.scord"]).subscription)

    async def test_text_that_is_no_unicode_is_refused_and_the_others_published(self) -> None:
        """Unpaired surrogates in key or headers."""
        reader = Reader()
        key, header = "t/\ud800", {"ce_id": "\udfff"}
        async with self.running(reader) as bus:
            bad = [Message(SCORED, key, {}, b"1"), Message(SCORED, "t/a", header, b"1")]
            with pytest.raises(Refused, match="no Unicode") as caught:
                await bus.publish([*bad, message("t/a", 0)])
            assert caught.value.indexes == (0, 1)
            await until(lambda: len(reader.done) == 1, reader)

    async def test_a_bus_that_is_not_started_takes_nothing(self) -> None:
        """Neither before start nor after stop; health says so."""
        bus = await self.make()
        for _ in range(2):
            with pytest.raises(Unavailable, match="not started"):
                await bus.publish([message("t/a", 0)])
            assert not (await bus.health()).ready
            await bus.start()
            assert (await bus.health()).ready
            await bus.stop()


class Tells(Hooks):
    """Health."""

    async def test_lag_counts_what_is_in_handlers_too(self) -> None:
        """It is 0 only when everything is acknowledged; the stepped clock's driver relies on it."""
        gate = Gate()
        reader = Reader(act=gate, topics=[SCORED])
        async with self.running(reader) as bus:
            assert (await bus.health()).idle
            await bus.publish(messages(5, 2))
            await gate.reached.wait()
            health = await bus.health()
            assert health.ready
            assert health.lag == {"scoring": 10}
            assert not health.idle
            gate.opened.set()
            await self.idle(bus)
            assert (await bus.health()).lag == {"scoring": 0}
