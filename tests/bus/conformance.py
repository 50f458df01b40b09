"""What every bus keeps, as a suite that each adapter's test inherits.

An adapter's test class gives the hooks at the top; nothing in here waits on the clock, all is
driven by events and by conditions over what readers saw. `tick` is what a condition over health
waits between two looks: 0 where the bus lives in the loop, more where a server answers.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bus.base import BusHealth, Delivery, Message, MessageBus, Subscription
from bus.errors import Refused, Unavailable, UnknownTopic
from tests.bus.readers import (
    CONTACTED,
    DELIVERED,
    PATIENCE,
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


class Hooks(ABC):
    """What an adapter's test supplies."""

    tick = 0.0

    @abstractmethod
    async def make(self) -> MessageBus:
        """Returns a bus over `readers.TOPICS` with at least four partitions, not started.

        It comes again at once (no pause), takes 100,000 bytes at most, and keeps its log for the
        test: making another one goes on with the same log.
        """

    @abstractmethod
    def crash(self, bus: MessageBus, subscription: Subscription) -> None:
        """Freezes a member: what its handler does no longer counts."""

    @abstractmethod
    def leave(self, bus: MessageBus, subscription: Subscription) -> None:
        """Takes a member out in order."""

    @asynccontextmanager
    async def running(self, *readers: Reader) -> AsyncIterator[MessageBus]:
        """A started bus with readers, stopped at the end."""
        bus = await self.make()
        for reader in readers:
            bus.subscribe(reader.subscription)
        await bus.start()
        try:
            yield bus
        finally:
            await bus.stop(drain=0.0)

    async def healthy(self, bus: MessageBus, true: Callable[[BusHealth], bool]) -> BusHealth:
        """Returns health once a condition over it holds."""
        async with asyncio.timeout(PATIENCE):
            while not true(health := await bus.health()):  # noqa: ASYNC110  # no event says so
                await asyncio.sleep(self.tick)
        return health

    async def idle(self, bus: MessageBus) -> None:
        """Returns when nothing is left to do."""
        await self.healthy(bus, lambda health: health.idle)


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


class Redelivers(Hooks):
    """What was not acknowledged comes again."""

    async def test_what_failed_comes_again_with_its_attempt_raised(self, logged: list[Any]) -> None:
        """All of the batch, in order, until the handler returns; each failure is logged."""

        async def act(batch: Sequence[Delivery]) -> None:
            if batch[0].attempt < 3:
                raise RuntimeError("not yet")

        reader = Reader(act=act)
        async with self.running(reader) as bus:
            await bus.publish([message("t/a", number) for number in range(5)])
            await until(lambda: len(reader.done) == 5, reader)
            await self.idle(bus)
        assert ids(reader.done) == [f"t/a:{number}" for number in range(5)]
        assert {delivery.attempt for delivery in reader.done} == {3}
        assert [delivery.attempt for delivery in reader.handed][:5] == [1] * 5
        failures = [entry for entry in logged if entry["event"] == "handler_failed"]
        assert [entry["attempt"] for entry in failures][:2] == [1, 2]
        assert "not yet" in failures[0]["error"]

    async def test_poison_among_good_leaves_the_good_alone(self) -> None:
        """A batch with one message that always fails: all others, of its own partition before it
        and of every other partition, go on; it comes again and again, until it is settled."""
        settled = asyncio.Event()

        async def act(batch: Sequence[Delivery]) -> None:
            if any(d.message.key == "t/poison" for d in batch) and not settled.is_set():
                raise RuntimeError("poison")

        reader = Reader(act=act)
        good = messages(30, 10)
        async with self.running(reader) as bus:
            await bus.publish([*good[:150], message("t/poison", 0), *good[150:]])
            behind = await self._behind_poison(reader)
            expected = {m.headers["ce_id"] for m in good} - behind
            await until(lambda: expected <= set(ids(reader.done)), reader)
            await until(lambda: reader.handed[-1].attempt > 5, reader)
            assert (await bus.health()).lag["scoring"] == 301 - len(set(ids(reader.done)))
            settled.set()
            await until(lambda: len(set(ids(reader.done))) == 301, reader)
            await self.idle(bus)
        assert all(numbers == sorted(numbers) for numbers in by_key(reader.done).values())

    async def _behind_poison(self, reader: Reader) -> set[str]:
        """Ids that lie behind the poison in its partition: these alone may have to wait."""
        poison = "t/poison:0"
        await until(lambda: poison in ids(reader.handed), reader)
        await until(lambda: any(ids(batch) == [poison] for batch in reader.batches), reader)
        at = next(d for d in reader.handed if d.message.key == "t/poison")
        known = {d.message.headers["ce_id"]: d for d in reader.handed}
        return {
            name
            for name, d in known.items()
            if d.partition == at.partition and d.offset > at.offset
        }

    async def test_an_inner_cancellation_is_a_failure_like_another(self) -> None:
        """A handler whose own work was cancelled has not finished; the member goes on."""

        async def act(batch: Sequence[Delivery]) -> None:
            if batch[0].attempt == 1:
                raise asyncio.CancelledError

        reader = Reader(act=act)
        async with self.running(reader) as bus:
            await bus.publish([message("t/a", 0)])
            await until(lambda: len(reader.done) == 1, reader)

    @pytest.mark.parametrize("effect_first", [False, True])
    @pytest.mark.parametrize("step", range(6))
    async def test_a_crash_at_every_step_loses_nothing(self, step: int, effect_first: bool) -> None:
        """A member freezes in its n-th batch, before or after its effect; another one takes over:
        every message has its effect, and every key's effects are in order once repeats are out."""
        frozen, effects = asyncio.Event(), list[Delivery]()

        async def act(batch: Sequence[Delivery]) -> None:
            last = len(first.batches) == step + 1
            if not last or effect_first:
                effects.extend(batch)
            if last:
                frozen.set()
                await asyncio.Event().wait()

        async def take_over(batch: Sequence[Delivery]) -> None:
            effects.extend(batch)

        first, second = Reader(act=act, batch=5), Reader(act=take_over, batch=5)
        async with self.running(first) as bus:
            await bus.publish(messages(7, 8))
            await frozen.wait()
            self.crash(bus, first.subscription)
            bus.subscribe(second.subscription)
            await until(lambda: len(set(ids(effects))) == 56, second)
            await self.idle(bus)
        assert set(map(tuple, by_key(effects).values())) == {tuple(range(8))}
        again = set(ids(first.batches[step]))
        assert again <= set(ids(second.done))
        finished = set(ids(first.done)) - again
        assert not finished & set(ids(second.done)), "acknowledged messages came again"

    async def test_the_outcome_of_a_frozen_handler_does_not_count(self) -> None:
        """It returns after its crash was noticed; its batch still comes elsewhere."""
        gate = Gate()
        first, second = Reader(act=gate), Reader()
        async with self.running(first) as bus:
            await bus.publish(messages(4, 2))
            await gate.reached.wait()
            held = set(ids(first.handed))
            self.crash(bus, first.subscription)
            gate.opened.set()
            await until(lambda: len(first.done) > 0, first)
            bus.subscribe(second.subscription)
            await until(lambda: len(second.done) == 8, second)
            assert held <= set(ids(second.done))
            await self.idle(bus)


class Shares(Hooks):
    """Several members of one group."""

    async def test_members_share_the_partitions_and_a_key_has_one_owner_at_a_time(self) -> None:
        """Three members; every message is finished once, and no key is in two handlers."""
        busy: set[str] = set()

        async def act(batch: Sequence[Delivery]) -> None:
            keys = {delivery.message.key for delivery in batch}
            assert not busy & keys
            busy.update(keys)
            await asyncio.sleep(0)
            busy.difference_update(keys)

        readers = [Reader(act=act, batch=9) for _ in range(3)]
        async with self.running(*readers) as bus:
            await bus.publish(messages(40, 10))
            await until(lambda: sum(len(r.done) for r in readers) == 400, *readers)
            await self.idle(bus)
        assert all(reader.done for reader in readers)
        everything = [delivery for reader in readers for delivery in reader.done]
        assert len(set(ids(everything))) == 400

    async def test_a_member_that_joins_waits_for_the_handler_that_holds_its_keys(self) -> None:
        """The rebalance hands a partition over when the handler has returned, not before."""
        gate = Gate()
        first, second = Reader(act=gate, batch=40), Reader()
        async with self.running(first) as bus:
            await bus.publish(messages(40, 1))
            await gate.reached.wait()
            bus.subscribe(second.subscription)
            await bus.publish([message(f"t/a{key}", 1) for key in range(40)])
            held = {d.message.key for d in first.handed}
            assert not held & {d.message.key for d in second.handed}
            gate.opened.set()
            await until(lambda: len(first.done) + len(second.done) == 80, first, second)
            await self.idle(bus)
        assert second.done
        assert set(map(tuple, by_key([*first.done, *second.done]).values())) == {(0, 1)}

    async def test_a_member_that_leaves_finishes_what_it_holds(self) -> None:
        """Its batch counts, the rest goes to the other member, nothing comes twice."""
        gate = Gate()
        first, second = Reader(act=gate, batch=10), Reader()
        async with self.running(first, second) as bus:
            await bus.publish(messages(40, 5))
            await gate.reached.wait()
            self.leave(bus, first.subscription)
            gate.opened.set()
            await until(lambda: len(first.done) + len(second.done) == 200, first, second)
            await self.idle(bus)
            await bus.publish(messages(40, 1))
            await until(lambda: len(first.done) + len(second.done) == 240, second)
        assert len(first.batches) == 1
        assert len(first.done) == len(first.batches[0])

    async def test_the_others_take_over_from_a_member_that_crashes(self) -> None:
        """What it held and what lay behind it comes to them, each key in its order."""
        gate, effects = Gate(), list[Delivery]()

        async def act(batch: Sequence[Delivery]) -> None:
            effects.extend(batch)

        first = Reader(act=gate, batch=10)
        others = [Reader(act=act, batch=10), Reader(act=act, batch=10)]
        async with self.running(first, *others) as bus:
            await bus.publish(messages(40, 5))
            await gate.reached.wait()
            self.crash(bus, first.subscription)
            await until(lambda: len(set(ids(effects))) == 200, *others)
            await self.idle(bus)
        assert set(map(tuple, by_key(effects).values())) == {tuple(range(5))}
        assert len(effects) == 200

    async def test_rebalances_in_mid_stream_lose_and_repeat_nothing(self) -> None:
        """Members come and go in order while messages flow."""
        readers = [Reader(batch=8)]
        async with self.running(*readers) as bus:
            for number in range(6):
                await bus.publish([message(f"t/a{key}", number) for key in range(40)])
                if number % 2 == 0:
                    readers.append(Reader(batch=8))
                    bus.subscribe(readers[-1].subscription)
                else:
                    self.leave(bus, readers[number // 2].subscription)
            await until(lambda: sum(len(r.done) for r in readers) == 240, *readers)
            await self.idle(bus)
        everything = ids(delivery for reader in readers for delivery in reader.done)
        assert len(set(everything)) == 240


class Stops(Hooks):
    """Stopping and starting again."""

    async def test_stop_waits_for_the_handler_and_acknowledges_what_it_finished(self) -> None:
        """After the next start only the rest comes."""
        gate = Gate()
        reader = Reader(act=gate, batch=10)
        async with self.running(reader) as bus:
            await bus.publish(messages(10, 4))
            await gate.reached.wait()
            stopping = asyncio.ensure_future(bus.stop(drain=PATIENCE))
            await asyncio.sleep(0)
            assert not stopping.done()
            gate.opened.set()
            await stopping
        assert len(reader.batches) == 1
        rest = Reader()
        async with self.running(rest) as bus:
            await until(lambda: len(rest.done) == 40 - len(reader.done), rest)
            await self.idle(bus)
        assert not set(ids(rest.done)) & set(ids(reader.done))

    async def test_what_a_handler_had_not_finished_comes_again_after_the_next_start(self) -> None:
        """Its time to drain was up."""
        gate = Gate()
        reader = Reader(act=gate, batch=10)
        async with self.running(reader) as bus:
            await bus.publish(messages(10, 4))
            await gate.reached.wait()
            await bus.stop(drain=0.0)
        assert not reader.done
        again = Reader()
        async with self.running(again) as bus:
            await until(lambda: len(again.done) == 40, again)
            await self.idle(bus)

    async def test_a_handler_may_publish_while_the_bus_drains(self) -> None:
        """What it publishes is there after the next start."""
        gate = Gate()

        async def act(batch: Sequence[Delivery]) -> None:
            await gate(batch)
            await bus.publish([message("t/a", 0, CONTACTED)])

        reader = Reader("one", [SCORED], act=act)
        async with self.running(reader) as bus:
            await bus.publish([message("t/a", 0)])
            await gate.reached.wait()
            stopping = asyncio.ensure_future(bus.stop(drain=PATIENCE))
            await asyncio.sleep(0)
            gate.opened.set()
            await stopping
        after = Reader("two", [CONTACTED])
        async with self.running(after):
            await until(lambda: len(after.done) == 1, after)

    async def test_groups_go_on_where_they_were(self) -> None:
        """Three lives of one log: nothing lost, nothing twice."""
        seen: list[str] = []
        for life in range(3):
            reader = Reader()
            async with self.running(reader) as bus:
                await bus.publish([message(f"t/a{key}", life) for key in range(50)])
                await until(lambda reader=reader: len(reader.done) == 50, reader)  # type: ignore[misc]
                await self.idle(bus)
                await bus.stop()
            seen += ids(reader.done)
        assert len(seen) == len(set(seen)) == 150


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


class BusConformance(Delivers, Bounds, Refuses, Redelivers, Shares, Stops, Tells):
    """The whole suite."""
