"""Histories about stops: only added, answered by name, and what they keep from committing."""

from contracts.ids import OPERATOR, StopId
from contracts.outcome import StopReason
from statestore.base import NoStop, StopAdd, StopLift
from tests.statestore.opening import OpenStore
from tests.statestore.values import OTHER, T, at, codes, ref, row, stop, stops, unit, wins


def claim(*keys: str, seconds: float = 0, passing: tuple[str, ...] = ()) -> NoStop:
    names = frozenset(map(StopId, passing))
    return NoStop(tenant=T, keys=keys, at=at(seconds), passing=names)


class StopHistories:
    """What the port promises about stops."""

    async def test_a_stop_comes_back_as_it_was(self, open_store: OpenStore) -> None:
        """Given a stop with every field, then it is read with every field."""
        store = await open_store()
        whole = stop(
            "account:a1",
            reason=StopReason.OUT_OF_OFFICE,
            cause="m1",
            by="inbox",
            note="back on Monday",
            until=at(99),
        )
        await wins(store, unit(stops=StopAdd(stop=whole)))
        assert await store.stops([(T, "account:a1")]) == {(T, "account:a1"): [whole]}

    async def test_adding_again_changes_nothing(self, open_store: OpenStore) -> None:
        """Given a stop, when it is added again, also after it was lifted, then it stays as it is;
        the unit commits."""
        store = await open_store()
        again = unit(stops=stops("lead:l1", "x", note="another note"))
        await wins(store, unit(stops=stops("lead:l1", "x")), again, again)
        await wins(store, unit(stops=StopLift(tenant=T, ids=(StopId("x"),), by="r1")), again)
        [found] = (await store.stops([(T, "lead:l1")]))[T, "lead:l1"]
        assert (found.note, found.lifted) == ("", "r1")

    async def test_a_stop_is_answered_once(self, open_store: OpenStore) -> None:
        """Given two resumes of one stop, then the first one's name stays; what is not there is
        left alone."""
        store = await open_store()
        await wins(store, unit(stops=(stops("lead:l1", "x"), stops("lead:l1", "y"))))
        for by in ("r1", "r2"):
            lift = StopLift(tenant=T, ids=(StopId("x"), StopId("none")), by=by)
            assert await codes(store, unit(stops=lift)) == ["committed"]
        found = (await store.stops([(T, "lead:l1")]))[T, "lead:l1"]
        assert {one.id: one.lifted for one in found} == {"x": "r1", "y": None}

    async def test_stops_are_listed(self, open_store: OpenStore) -> None:
        """Given stops of several ages, then they come oldest first, of one client or of all, and
        only those that hold where that is asked."""
        store = await open_store()
        rows = [
            stops("lead:l1", "late", at=at(9)),
            stops("lead:l1", "gone", at=at(1), until=at(50)),
            stops("lead:l2", "lifted", at=at(2)),
        ]
        await wins(store, unit(stops=tuple(rows)))
        await wins(store, unit(stops=StopLift(tenant=T, ids=(StopId("lifted"),), by="r")))
        await wins(store, unit(OTHER, stops=stops("global", "other", OTHER, at=at(0))))
        under = await store.stops([(T, "lead:l1"), (T, "lead:none")])
        assert [one.id for one in under[T, "lead:l1"]] == ["gone", "late"]
        assert len(under) == 1
        assert [one.id for one in await store.stops_of(T)] == ["gone", "lifted", "late"]
        assert [one.id for one in await store.stops_of(None, holding_at=at(49))] == [
            "other",
            "gone",
            "late",
        ]
        assert [one.id for one in await store.stops_of(T, holding_at=at(50))] == ["late"]

    async def test_a_claim_needs_every_key_free(self, open_store: OpenStore) -> None:
        """Given a stop under one of many keys, then the claim loses, and says which."""
        store = await open_store()
        await wins(store, unit(stops=stops("account:a1", "x")))
        tries = unit(conditions=claim("global", "lead:l1", "account:a1"), rows=row())
        [result] = await store.commit([tries])
        assert getattr(result, "code", "") == "stop"
        assert "account:a1" in getattr(result, "detail", "")
        assert await store.rows([ref()]) == {}
        assert await codes(store, unit(conditions=claim("global", "lead:l1"))) == ["committed"]

    async def test_the_operators_stops_hold_for_all(self, open_store: OpenStore) -> None:
        """Given a stop of the operator, then every client's claim under that key loses; another
        client's stop holds nobody else."""
        store = await open_store()
        await wins(store, unit(OPERATOR, stops=stops("global", "all", OPERATOR)))
        await wins(store, unit(OTHER, stops=stops("lead:l1", "theirs", OTHER)))
        units = [unit(conditions=claim("global")), unit(conditions=claim("lead:l1"))]
        assert await codes(store, *units) == ["stop", "committed"]

    async def test_a_client_may_write_the_operators_list(self, open_store: OpenStore) -> None:
        """Given a client's news of a hard bounce, then its unit adds the operator's stop too."""
        store = await open_store()
        both = (stops("address:h1", "own"), stops("address:h1", "all", OPERATOR))
        await wins(store, unit(stops=both))
        assert len(await store.stops([(T, "address:h1"), (OPERATOR, "address:h1")])) == 2

    async def test_stops_end_by_time_or_answer(self, open_store: OpenStore) -> None:
        """Given an absence that ends and a pause that is lifted, then claims pass from then on."""
        store = await open_store()
        await wins(store, unit(stops=(stops("lead:l1", "x", until=at(60)), stops("lead:l2", "y"))))
        tries = [
            unit(conditions=claim("lead:l1", seconds=59)),
            unit(conditions=claim("lead:l1", seconds=60)),
            unit(conditions=claim("lead:l2")),
            unit(stops=StopLift(tenant=T, ids=(StopId("y"),), by="r1")),
            unit(conditions=claim("lead:l2")),
        ]
        assert await codes(store, *tries) == ["stop", "committed", "stop", "committed", "committed"]

    async def test_an_answer_passes_its_messages_stop(self, open_store: OpenStore) -> None:
        """Given the stop that an incoming message made, then its answer passes that one and no
        other."""
        store = await open_store()
        await wins(store, unit(stops=stops("account:a1", "message")))
        passing = unit(conditions=claim("account:a1", passing=("message",)))
        assert await codes(store, passing) == ["committed"]
        await wins(store, unit(stops=stops("account:a1", "unsubscribed")))
        assert await codes(store, passing) == ["stop"]

    async def test_conditions_are_about_what_stood_before(self, open_store: OpenStore) -> None:
        """Given a unit that adds the stop which its own condition names, then it commits once."""
        store = await open_store()
        own = unit(conditions=claim("lead:l1"), stops=stops("lead:l1", "x"))
        assert await codes(store, own, own) == ["committed", "stop"]

    async def test_one_id_under_two_clients_is_two_stops(self, open_store: OpenStore) -> None:
        """Given equal stop ids of two clients, then each has its own."""
        store = await open_store()
        await wins(store, unit(stops=stops("channel:email", "x")))
        await wins(store, unit(OTHER, stops=stops("channel:email", "x", OTHER)))
        await wins(store, unit(OTHER, stops=StopLift(tenant=OTHER, ids=(StopId("x"),), by="r")))
        assert [one.lifted for one in await store.stops_of(T)] == [None]
        assert [one.lifted for one in await store.stops_of(OTHER)] == ["r"]
