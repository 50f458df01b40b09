"""Histories about the send ledger: versions, both unique keys, every way of reading it."""

import asyncio
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import AddressHash, CampaignId, ContentId, LeadId, SendId
from contracts.outcome import Channel, Mode, SendState, VendorClass
from statestore.base import Committed, Send, SendWrite, StateStore, Unit
from tests.statestore.opening import EXAMPLES, OpenStore
from tests.statestore.values import OTHER, T, at, codes, row, send, unit, wins

PERSON = AddressHash("same")


def writes(sent: Send, expect: int = 0) -> Unit:
    return unit(sent.tenant, sends=SendWrite(send=sent, expect=expect))


async def moves(store: StateStore, id_: str, **changes: object) -> Send:
    """Changes a send as it stands, and returns it."""
    [found] = (await store.sends(None, [SendId(id_)])).values()
    await wins(store, writes(replace(found, **changes), found.version))  # type: ignore[arg-type]
    [changed] = (await store.sends(None, [SendId(id_)])).values()
    return changed


def ids(sends: list[Send]) -> list[str]:
    return [one.id for one in sends]


class LedgerHistories:
    """What the port promises about sends."""

    async def test_a_send_comes_back_as_it_was_written(self, open_store: OpenStore) -> None:
        """Given a ledger row with every field, then it is read with every field."""
        store = await open_store()
        whole = send(
            "s1",
            state=SendState.CLAIMED,
            mode=Mode.TEST,
            purpose="answer",
            step=-1,
            content=ContentId("c9"),
            content_hash="abc",
            tries=2,
            ambiguous=True,
            vendor_class=VendorClass.KEY,
            owner="host:1/7",
            claimed_at=at(5),
            lease_until=65.5,
            settled_at=at(7),
            next_try=at(60),
            code="timeout",
            diagnostic="451 later",
            reference="<s1@acme.example>",
            provider_id="p-1",
            request="eyJ9",
            channel=Channel.VOICE,
        )
        await wins(store, writes(whole))
        [found] = (await store.sends(None, [SendId("s1"), SendId("none")])).values()
        assert found == Send(**{**{n: getattr(whole, n) for n in Send.__slots__}, "version": 1})

    async def test_one_version_is_won_once(self, open_store: OpenStore) -> None:
        """Given twenty claimers of one planned send, then one wins; the others lose `version`."""
        store = await open_store()
        await wins(store, writes(send()))
        claims = [
            store.commit([writes(send(state=SendState.CLAIMED, owner=f"p{n}"), 1)])
            for n in range(20)
        ]
        results = Counter(type(result) for [result] in await asyncio.gather(*claims))
        assert results[Committed] == 1
        assert await codes(store, writes(send(), 0), writes(send("s2"), 1)) == ["version"] * 2

    async def test_a_touch_has_one_send(self, open_store: OpenStore) -> None:
        """Given a planned touch, when it is planned again on another channel, then that loses
        `unique`, with all else in its unit, across batches and within one."""
        store = await open_store()
        by_mail = send("s1", lead=LeadId("l1"))
        by_text = send("s2", lead=LeadId("l1"), channel=Channel.SMS)
        again = unit(sends=SendWrite(send=by_text, expect=0), rows=row())
        assert await codes(store, writes(by_mail), again) == ["committed", "unique"]
        assert await codes(store, again) == ["unique"]
        assert await store.rows([row().ref]) == {}

    async def test_a_step_to_an_address_has_one_send(self, open_store: OpenStore) -> None:
        """Given two leads with one address, then only one gets the step; the next step, round or
        campaign is another matter."""
        store = await open_store()
        await wins(store, writes(send("s1", address_hash=PERSON)))
        assert await codes(store, writes(send("s2", address_hash=PERSON))) == ["unique"]
        others = [
            send("s3", address_hash=PERSON, step=1),
            send("s4", address_hash=PERSON, round=2),
            send("s5", address_hash=PERSON, campaign=CampaignId("c2")),
            send("s6", address_hash=PERSON, tenant=OTHER),
        ]
        assert await codes(store, *map(writes, others)) == ["committed"] * 4

    async def test_a_refused_send_frees_its_keys(self, open_store: OpenStore) -> None:
        """Given a refused send, then another may take its touch and address, and the refused one
        cannot come back beside it."""
        store = await open_store()
        lead = LeadId("l1")
        await wins(store, writes(send("s1", lead=lead, address_hash=PERSON)))
        await moves(store, "s1", state=SendState.REFUSED)
        other = send("s2", lead=lead, address_hash=PERSON)
        assert await codes(store, writes(other)) == ["committed"]
        back = send("s1", lead=lead, address_hash=PERSON)
        assert await codes(store, writes(back, 2)) == ["unique"]

    async def test_keys_pass_on_within_one_batch(self, open_store: OpenStore) -> None:
        """Given a batch that refuses one send and plans another for the touch, then both win."""
        store = await open_store()
        lead = LeadId("l1")
        await wins(store, writes(send("s1", lead=lead)))
        refused = send("s1", lead=lead, state=SendState.REFUSED)
        assert await codes(store, writes(refused, 1), writes(send("s2", lead=lead))) == [
            "committed",
            "committed",
        ]

    async def test_keys_swap_within_one_unit(self, open_store: OpenStore) -> None:
        """Given two sends of one lead, when one unit refuses both and plans both touches anew
        under other ids, then it wins."""
        store = await open_store()
        lead = LeadId("l1")
        old = [send(f"s{n}", lead=lead, step=n) for n in range(2)]
        await wins(store, unit(sends=tuple(SendWrite(send=one, expect=0) for one in old)))
        refused = [
            SendWrite(
                send=send(one.id, lead=lead, step=one.step, state=SendState.REFUSED), expect=1
            )
            for one in old
        ]
        new = [SendWrite(send=send(f"n{n}", lead=lead, step=n), expect=0) for n in range(2)]
        assert await codes(store, unit(sends=(*refused, *new))) == ["committed"]

    async def test_answers_are_unique_by_id_alone(self, open_store: OpenStore) -> None:
        """Given answers to one person, then each has its place, and one id only once."""
        store = await open_store()
        lead = LeadId("l1")
        answers = [send(f"s{n}", lead=lead, address_hash=PERSON, step=-1) for n in range(3)]
        assert await codes(store, *map(writes, answers)) == ["committed"] * 3
        assert await codes(store, writes(answers[0])) == ["version"]

    async def test_sends_are_read_by_lead(self, open_store: OpenStore) -> None:
        """Given a lead's sends, then they come by time planned, then step; refused ones too."""
        store = await open_store()
        lead = LeadId("l1")
        plan = [("s1", 1, 5), ("s2", 0, 5), ("s3", 2, 1)]
        for id_, step, when in plan:
            await wins(store, writes(send(id_, lead=lead, step=step, planned_at=at(when))))
        await moves(store, "s3", state=SendState.REFUSED)
        found = await store.sends_of(T, [lead, LeadId("none")])
        assert {name: ids(sends) for name, sends in found.items()} == {lead: ["s3", "s2", "s1"]}

    async def test_sends_to_a_person_are_those_that_count(self, open_store: OpenStore) -> None:
        """Given sends to an address over leads, campaigns and channels, then those that are
        claimed, sent or unknown come, oldest first."""
        store = await open_store()
        for n, state in enumerate(SendState):
            other = {"step": n, "planned_at": at(-n), "channel": list(Channel)[n]}
            await wins(store, writes(send(f"s{n}", address_hash=PERSON, state=state, **other)))
        found = await store.sends_to(T, [PERSON, AddressHash("none")])
        states = [one.state for one in found[PERSON]]
        assert states == [SendState.UNKNOWN, SendState.SENT, SendState.CLAIMED]
        assert set(found) == {PERSON}

    async def test_sends_in_a_state(self, open_store: OpenStore) -> None:
        """Given sends in a state, then they come by claim, oldest first, of one client or all."""
        store = await open_store()
        for n, tenant in enumerate([T, OTHER, T]):
            claimed = {"state": SendState.UNKNOWN, "claimed_at": at(10 - n), "tenant": tenant}
            await wins(store, writes(send(f"s{n}", **claimed)))
        assert ids(await store.sends_in(SendState.UNKNOWN)) == ["s2", "s1", "s0"]
        assert ids(await store.sends_in(SendState.UNKNOWN, tenant=T)) == ["s2", "s0"]
        assert ids(await store.sends_in(SendState.UNKNOWN, limit=1)) == ["s2"]
        await moves(store, "s2", state=SendState.SENT)
        assert ids(await store.sends_in(SendState.UNKNOWN)) == ["s1", "s0"]

    async def test_claims_whose_lease_ended(self, open_store: OpenStore) -> None:
        """Given claims, then those whose lease has ended by machine time come, and no settled
        one."""
        store = await open_store()
        for n in range(3):
            claim = {"state": SendState.CLAIMED, "lease_until": 60.0 + n, "claimed_at": at()}
            await wins(store, writes(send(f"s{n}", **claim)))
        assert ids(await store.expired_claims(59.9)) == []
        assert ids(await store.expired_claims(61)) == ["s0", "s1"]
        await moves(store, "s0", state=SendState.UNKNOWN)
        assert ids(await store.expired_claims(61)) == ["s1"]
        assert ids(await store.expired_claims(99, limit=1)) == ["s1"]

    async def test_retries_that_are_due(self, open_store: OpenStore) -> None:
        """Given sends waiting for another try, then those whose time has come are returned while
        they are planned."""
        store = await open_store()
        for n in range(3):
            await wins(store, writes(send(f"s{n}", next_try=at(60 * n))))
        await wins(store, writes(send("s9")))
        assert ids(await store.retries_due(at(60))) == ["s0", "s1"]
        await moves(store, "s0", state=SendState.CLAIMED)
        assert ids(await store.retries_due(at(60))) == ["s1"]
        assert ids(await store.retries_due(at(999), limit=1)) == ["s1"]

    async def test_open_claims_are_counted(self, open_store: OpenStore) -> None:
        """Given claims, then the backlog counts those that are open."""
        store = await open_store()
        for n in range(3):
            await wins(store, writes(send(f"s{n}", state=SendState.CLAIMED)))
        await moves(store, "s0", state=SendState.SENT)
        assert (await store.backlog(at(), 0)).claims_open == 2

    @EXAMPLES
    @given(
        plans=st.lists(
            st.tuples(
                st.integers(0, 5),
                st.sampled_from(["l1", "l2"]),
                st.sampled_from(["x", "y"]),
                st.integers(-1, 1),
                st.sampled_from(list(SendState)),
            ),
            max_size=16,
        ),
        batched=st.booleans(),
    )
    async def test_both_keys_hold_over_any_writes(
        self,
        open_store: OpenStore,
        plans: list[tuple[int, str, str, int, SendState]],
        batched: bool,
    ) -> None:
        """Given any writes of sends, then among those not refused no touch and no address's step
        is there twice."""
        store = await open_store()
        versions: Counter[int] = Counter()
        units = []
        for number, lead, address, step, state in plans:
            fields = {"address_hash": AddressHash(address), "step": step, "state": state}
            one = send(f"s{number}", lead=LeadId(lead), **fields)
            units.append(writes(one, versions[number]))
            if not batched:
                versions[number] += await codes(store, units[-1]) == ["committed"]
        if batched:
            await store.commit(units)
        every = (await store.sends(None, [SendId(f"s{n}") for n in range(6)])).values()
        bound = [one for one in every if one.state is not SendState.REFUSED and one.step >= 0]
        for names in (
            [(one.lead, one.step) for one in bound],
            [(one.address_hash, one.step) for one in bound],
        ):
            assert len(names) == len(set(names))
