"""Histories about units: all or nothing, losers left out, duplicates harmless, poison alone."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import OPERATOR, LeadId
from statestore.base import (
    SCHEMA,
    ClientActive,
    Committed,
    CreditMove,
    Duplicate,
    Lost,
    NoStop,
    Poisoned,
    Ref,
    StateStore,
)
from tests.statestore.opening import EXAMPLES, OpenStore
from tests.statestore.values import (
    T,
    at,
    codes,
    key,
    line,
    out,
    ref,
    row,
    send,
    sets,
    stops,
    took,
    unit,
    whole,
    wins,
)


async def traces(store: StateStore, name: str) -> dict[str, object]:
    """What a whole unit of this name left behind, by table; empty where nothing is left."""
    usage = await store.usage([send().resource], at(-1), at())
    found: dict[str, object] = {
        "inbox": await store.consumed("scoring", [name]),
        "row": await store.rows([ref(name)]),
        "send": await store.sends(T, [send(name).id]),
        "stop": await store.stops([(T, f"lead:{name}")]),
        "timer": await store.timers("orchestrator", [key(name)]),
        "journal": await store.journal(T, lead=LeadId(name)),
        "dead": [one for one in await store.dead_letters(T) if one.id == f"dead-{name}"],
        "quota": usage,
        "credit": await store.credit([T]),
        "events": (await store.backlog(at(), 0)).outbox_ready or None,
    }
    return {table: rows for table, rows in found.items() if rows}


class CommitHistories:
    """What `commit` promises."""

    async def test_a_unit_writes_all_of_its_parts(self, open_store: OpenStore) -> None:
        """Given a unit with every part, when it commits, then every table has its part."""
        store = await open_store()
        [result] = await wins(store, whole("u1"))
        assert len(result.outbox) == 1
        assert len(await traces(store, "u1")) == 10

    async def test_a_loser_writes_none_of_its_parts(self, open_store: OpenStore) -> None:
        """Given a unit whose row moved on, when it commits, then no table has any part of it."""
        store = await open_store()
        assert await codes(store, whole("u1", expect=7)) == ["version"]
        assert await traces(store, "u1") == {}

    async def test_losers_are_left_out_and_the_others_commit(self, open_store: OpenStore) -> None:
        """Given a batch with losers among it, then each result says so, in the units' order."""
        store = await open_store()
        await wins(store, unit(rows=row("taken")))
        batch = [
            unit(rows=row("one"), consumed=took("e1")),
            unit(rows=(row("two"), row("taken")), consumed=took("e2")),
            unit(rows=row("three"), consumed=took("e3")),
        ]
        assert await codes(store, *batch) == ["committed", "version", "committed"]
        found = await store.rows([ref(name) for name in ("one", "two", "three")])
        assert set(found) == {ref("one"), ref("three")}
        assert await store.consumed("scoring", ["e1", "e2", "e3"]) == {"e1", "e3"}

    async def test_later_units_of_a_batch_see_earlier_ones(self, open_store: OpenStore) -> None:
        """Given units on one row in one batch, then each expects what the one before wrote."""
        store = await open_store()
        batch = [unit(rows=row("l1", expect, value=expect)) for expect in (0, 1, 1, 2)]
        assert await codes(store, *batch) == ["committed", "committed", "version", "committed"]
        [found] = (await store.rows([ref("l1")])).values()
        assert (found.version, found.data) == (3, {"value": 2})

    async def test_one_expected_version_is_won_once(self, open_store: OpenStore) -> None:
        """Given twenty contenders for one version, each in its own commit, then one wins."""
        store = await open_store()
        tried = [store.commit([unit(rows=row("l1", 0, value=n))]) for n in range(20)]
        results = Counter(type(result) for [result] in await asyncio.gather(*tried))
        assert results == {Committed: 1, Lost: 19}

    async def test_no_expectation_writes_over_what_stands(self, open_store: OpenStore) -> None:
        """Given a write without expectation, then it wins at the next version."""
        store = await open_store()
        await wins(store, unit(rows=row("l1")), unit(rows=row("l1", None, value="last")))
        [found] = (await store.rows([ref("l1")])).values()
        assert (found.version, found.data) == (2, {"value": "last"})

    async def test_committing_again_is_harmless(self, open_store: OpenStore) -> None:
        """Given a unit that committed, when it comes again, then it is a duplicate and changes
        nothing."""
        store = await open_store()
        await wins(store, whole("u1"))
        before = await traces(store, "u1")
        assert await store.commit([whole("u1")]) == [Duplicate()]
        assert await traces(store, "u1") == before

    async def test_a_duplicate_within_one_batch_is_noticed(self, open_store: OpenStore) -> None:
        """Given the same unit twice in one batch, then the second is a duplicate."""
        store = await open_store()
        assert await codes(store, whole("u1"), whole("u1")) == ["committed", "duplicate"]

    async def test_some_ids_taken_is_a_loss(self, open_store: OpenStore) -> None:
        """Given a unit of which only one id was taken, then it loses with `inbox`."""
        store = await open_store()
        await wins(store, unit(consumed=took("e1")))
        assert await codes(store, unit(consumed=took("e1", "e2"), rows=row())) == ["inbox"]
        assert await store.rows([ref()]) == {}

    async def test_agents_take_ids_apart(self, open_store: OpenStore) -> None:
        """Given an id that one agent took, then another agent may take it too."""
        store = await open_store()
        units = [unit(consumed=took("e1", agent=agent)) for agent in ("scoring", "landing")]
        assert await codes(store, *units) == ["committed", "committed"]

    async def test_a_unit_without_parts_commits(self, open_store: OpenStore) -> None:
        """Given nothing to write, then it commits; given no units, then there are no results."""
        store = await open_store()
        assert await store.commit([unit()]) == [Committed()]
        assert await store.commit([]) == []

    @pytest.mark.parametrize(
        "value",
        ["\ud800", 2**70, -(2**64), b"bytes", {1: "one"}, object()],
        ids=["surrogate", "large", "small", "bytes", "key", "object"],
    )
    async def test_poison_stands_alone(self, open_store: OpenStore, value: object) -> None:
        """Given a value that no engine can hold among good units, then it alone is poisoned."""
        store = await open_store()
        batch = [unit(rows=row(f"l{n}"), consumed=took(f"e{n}")) for n in range(9)]
        batch[5] = unit(rows=row("l5", value=value), consumed=took("e5"), events=out())
        results = await store.commit(batch)
        assert isinstance(results[5], Poisoned)
        assert results[5].error
        assert [type(r) for r in results].count(Committed) == 8
        assert len(await store.rows([ref(f"l{n}") for n in range(9)])) == 8
        assert (await store.backlog(at(), 0)).outbox_ready == 0

    @pytest.mark.parametrize("part", ["key", "parent", "status", "kind"])
    async def test_poison_in_a_name_stands_alone(self, open_store: OpenStore, part: str) -> None:
        """Given an unpaired surrogate in a name, then that unit alone is poisoned."""
        store = await open_store()
        bad = row("bad\udfff") if part == "key" else row("bad", 0, **{part: "\udfff"})
        assert await codes(store, unit(rows=row()), unit(rows=bad), unit(rows=row("l2"))) == [
            "committed",
            "poisoned",
            "committed",
        ]

    async def test_a_naive_moment_is_poison(self, open_store: OpenStore) -> None:
        """Given a moment without a zone, then the unit is poisoned and the others commit."""
        store = await open_store()
        naive = line(at=at().replace(tzinfo=None))
        assert await codes(store, unit(journal=naive), unit(rows=row())) == [
            "poisoned",
            "committed",
        ]

    async def test_a_number_over_64_bits_is_poison(self, open_store: OpenStore) -> None:
        """Given a number that no column holds among good units, then its unit alone is poisoned,
        also where each half of a batch has one."""
        store = await open_store()
        batch = [unit(rows=row(f"l{n}"), timers=sets(f"l{n}", rank=n)) for n in range(9)]
        for place in (1, 7):
            batch[place] = unit(rows=row(f"l{place}"), timers=sets(f"l{place}", rank=2**70))
        results = [type(result) for result in await store.commit(batch)]
        assert [n for n, kind in enumerate(results) if kind is Poisoned] == [1, 7]
        assert results.count(Committed) == 7
        assert len(await store.rows([ref(f"l{n}") for n in range(9)])) == 7

    async def test_what_is_accepted_comes_back_as_it_was(self, open_store: OpenStore) -> None:
        """Given hard but valid text, then it comes back whole or the unit is poisoned: a store
        never keeps a part of it."""
        store = await open_store()
        hard = ["", "NUL \x00 within", "\\u0000", "emoji 🐦 e\u0301", "\U0010ffff", "a'b\"c%_"]
        batch = [unit(rows=row(f"l{n}", value=text)) for n, text in enumerate(hard)]
        results = await store.commit(batch)
        found = await store.rows([ref(f"l{n}") for n in range(len(hard))])
        for n, text in enumerate(hard):
            if isinstance(results[n], Committed):
                assert found[ref(f"l{n}")].data == {"value": text}
            else:
                assert isinstance(results[n], Poisoned)
                assert "\x00" in text

    async def test_rows_of_a_newer_process_are_never_written(self, open_store: OpenStore) -> None:
        """Given a row of a newer schema, then it is returned as it is and writing over it loses
        with `newer`, whatever was expected."""
        store = await open_store()
        newer = row("l1", data={"value": 1, "unknown": [2]}, schema=SCHEMA + 1)
        await wins(store, unit(rows=newer))
        units = [unit(rows=row("l1", expect)) for expect in (1, 0, None)]
        assert await codes(store, *units) == ["newer"] * 3
        [found] = (await store.rows([ref("l1")])).values()
        assert (found.schema, found.data) == (SCHEMA + 1, {"value": 1, "unknown": [2]})

    async def test_a_reader_cannot_change_what_is_stored(self, open_store: OpenStore) -> None:
        """Given a row that was read, when the reader changes its data, then the store does not."""
        store = await open_store()
        given_data = {"list": [1]}
        await wins(store, unit(rows=row("l1", data=given_data), journal=line(data={"list": [1]})))
        given_data["list"].append(2)
        [found] = (await store.rows([ref("l1")])).values()
        found.data["list"].append(3)
        [read] = await store.journal(T)
        read.data["list"].append(3)
        [again] = (await store.rows([ref("l1")])).values()
        assert again.data == {"list": [1]}
        assert [one.data for one in await store.journal(T)] == [{"list": [1]}]

    async def test_credit_is_never_negative(self, open_store: OpenStore) -> None:
        """Given five credits and twenty contenders, then five win; what is given back is there
        again; a client without a row has none."""
        store = await open_store()
        take = [unit(rows=row(f"l{n}"), credit=CreditMove(tenant=T, amount=1)) for n in range(20)]
        assert await codes(store, take[0]) == ["credit"]
        assert await store.credit([T]) == {}
        await wins(store, unit(credit=CreditMove(tenant=T, amount=-5)))
        tried = await asyncio.gather(*(store.commit([one]) for one in take))
        assert Counter(type(result) for [result] in tried) == {Committed: 5, Lost: 15}
        assert await store.credit([T]) == {T: 0}
        await wins(store, unit(credit=CreditMove(tenant=T, amount=-1)))
        assert await store.credit([T]) == {T: 1}

    async def test_a_client_must_be_there_and_active(self, open_store: OpenStore) -> None:
        """Given a claim's condition, then it holds for an active or trialing client alone; absence
        never permits."""
        store = await open_store()
        claim = unit(conditions=ClientActive(tenant=T), rows=row("l1", None))
        assert await codes(store, claim) == ["client"]
        for status, code in [
            ("active", "committed"),
            ("trialing", "committed"),
            ("past_due", "client"),
            ("", "client"),
        ]:
            await wins(store, unit(rows=row(T, None, kind="client", status=status)))
            assert await codes(store, claim) == [code]

    @EXAMPLES
    @given(
        moves=st.lists(
            st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.booleans()), max_size=12
        ),
        cuts=st.lists(st.integers(1, 4), min_size=12, max_size=12),
    )
    async def test_batches_are_only_for_speed(
        self, open_store: OpenStore, moves: list[tuple[str, int, bool]], cuts: list[int]
    ) -> None:
        """Given any units, then the results and the rows are the same one by one or in batches."""
        units = [
            unit(
                consumed=took(f"e{place // 2}" if again else f"own{place}"),
                rows=row(name, expect, value=place),
                events=out(f"out{place}"),
            )
            for place, (name, expect, again) in enumerate(moves)
        ]
        alone, together = await open_store(), await open_store()
        expected = [await codes(alone, one) for one in units]
        found, rest = [], list(units)
        for cut in cuts:
            found += [[code] for code in await codes(together, *rest[:cut])]
            rest = rest[cut:]
        refs = [Ref(T, "lead", name) for name in "ab"]
        assert found == expected
        assert await together.rows(refs) == await alone.rows(refs)
        assert await together.backlog(at(), 0) == await alone.backlog(at(), 0)

    @EXAMPLES
    @given(
        order=st.permutations(range(6)),
        batched=st.booleans(),
        operator=st.booleans(),
    )
    async def test_no_unit_commits_against_its_stops(
        self, open_store: OpenStore, order: list[int], batched: bool, operator: bool
    ) -> None:
        """Given claims and the stops of their keys in any interleaving, then a claim commits
        exactly where it comes before its stop."""
        owner = OPERATOR if operator else T
        stopping = [unit(stops=stops(f"lead:l{n}", tenant=owner)) for n in range(3)]
        claiming = [
            unit(
                rows=row(f"claim{n}"),
                conditions=NoStop(tenant=T, keys=("global", f"lead:l{n}"), at=at(1)),
            )
            for n in range(3)
        ]
        units = [(stopping + claiming)[place] for place in order]
        store = await open_store()
        if batched:
            await store.commit(units)
        else:
            await asyncio.gather(*(store.commit([one]) for one in units))
        found = await store.rows([ref(f"claim{n}") for n in range(3)])
        for n in range(3):
            before = order.index(n + 3) < order.index(n)
            assert (ref(f"claim{n}") in found) == before
