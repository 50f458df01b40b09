"""The suite, second half: failures, crashes, several members, stopping and starting again."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from bus.base import Delivery, Message
from tests.bus.hooks import Hooks
from tests.bus.readers import (
    CONTACTED,
    PATIENCE,
    SCORED,
    Gate,
    Reader,
    by_key,
    ids,
    message,
    messages,
    until,
)


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
            behind = await self._behind_poison(reader, good[150:])
            expected = {m.headers["ce_id"] for m in good} - behind
            await until(lambda: expected <= set(ids(reader.done)), reader)
            await until(lambda: reader.handed[-1].attempt > 5, reader)
            assert (await bus.health()).lag["scoring"] == 301 - len(set(ids(reader.done)))
            settled.set()
            await until(lambda: len(set(ids(reader.done))) == 301, reader)
            await self.idle(bus)
        assert all(numbers == sorted(numbers) for numbers in by_key(reader.done).values())

    async def _behind_poison(self, reader: Reader, later: Sequence[Message]) -> set[str]:
        """Ids of those published after the poison into its partition: these alone may wait. Each
        of that partition's keys was handed out already, since it came before the poison too."""
        poison = "t/poison:0"
        await until(lambda: poison in ids(reader.handed), reader)
        await until(lambda: any(ids(batch) == [poison] for batch in reader.batches), reader)
        places = {d.message.key: d.partition for d in reader.handed}
        there = places["t/poison"]
        return {m.headers["ce_id"] for m in later if places.get(m.key) == there}

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
            await self.healthy(bus, lambda health: health.ready and health.idle)
            await bus.publish([message(f"t/a{key}", 2) for key in range(40)])
            await until(lambda: len(first.done) + len(second.done) == 120, first, second)
            await self.idle(bus)
        assert second.done
        assert set(map(tuple, by_key([*first.done, *second.done]).values())) == {(0, 1, 2)}

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
