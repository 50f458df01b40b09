"""Histories about rows by parent and page, the journal, erasure and what start-up checks read."""

from contracts.ids import AccountId, AddressHash, LeadId, SendId, TenantId
from statestore.base import Line, SendWrite
from tests.statestore.opening import OpenStore
from tests.statestore.values import (
    OTHER,
    T,
    at,
    codes,
    letter,
    line,
    ref,
    row,
    send,
    stops,
    unit,
    wins,
)

L1 = LeadId("l1")


def told(lines: list[Line]) -> list[tuple[str, int]]:
    return [(one.code, one.count) for one in lines]


class RecordHistories:
    """What the port promises about reading back."""

    async def test_rows_are_found_by_parent(self, open_store: OpenStore) -> None:
        """Given rows under parents, then they come by key; a row that moves is found under its new
        parent alone."""
        store = await open_store()
        for name, parent in [("l2", "a1"), ("l1", "a1"), ("l3", "a2"), ("l4", "")]:
            await wins(store, unit(rows=row(name, parent=parent)))
        pairs = [(T, "a1"), (T, "a2"), (T, "a3"), (OTHER, "a1")]
        found = await store.children(pairs, "lead")
        assert {pair[1]: [one.ref.key for one in rows] for pair, rows in found.items()} == {
            "a1": ["l1", "l2"],
            "a2": ["l3"],
        }
        assert await store.children(pairs, "touch") == {}
        await wins(store, unit(rows=row("l1", 1, parent="a2")))
        found = await store.children(pairs, "lead")
        assert [one.ref.key for one in found[T, "a1"]] == ["l2"]
        assert [one.ref.key for one in found[T, "a2"]] == ["l1", "l3"]

    async def test_kinds_live_in_their_tables_alike(self, open_store: OpenStore) -> None:
        """Given rows of every table's kinds, then they are read alike, also in one call."""
        store = await open_store()
        kinds = ("lead", "person", "content", "message")
        rows = tuple(row("k", kind=kind, parent="l1", status="x", value=kind) for kind in kinds)
        await wins(store, unit(rows=rows))
        found = await store.rows([ref("k", kind) for kind in (*kinds, "none")])
        assert {one.kind: stored.data["value"] for one, stored in found.items()} == {
            kind: kind for kind in kinds
        }
        for kind in kinds:
            assert len(await store.scan(T, kind, status="x")) == 1
            assert len(await store.children([(T, "l1")], kind)) == 1

    async def test_pages_go_on_where_the_last_ended(self, open_store: OpenStore) -> None:
        """Given rows of two clients, then pages by (tenant, key) miss none and repeat none, of one
        client, of all, and by status."""
        store = await open_store()
        for n in range(7):
            parity = "even" if n % 2 == 0 else "odd"
            await wins(store, unit(rows=row(f"l{n}", status=parity)))
            theirs = row(f"l{n}", status=parity, tenant=OTHER)
            await wins(store, unit(OTHER, rows=theirs))
        mine = [f"acme/l{n}" for n in range(7)]
        theirs_ = [f"rival/l{n}" for n in range(7)]
        cases: list[tuple[TenantId | None, str | None, list[str]]] = [
            (T, None, mine),
            (OTHER, None, theirs_),
            (None, None, mine + theirs_),
            (None, "odd", [name for name in mine + theirs_ if int(name[-1]) % 2]),
            (T, "even", mine[::2]),
            (T, "none", []),
        ]
        for whose, status, expected in cases:
            seen: list[str] = []
            while page := await store.scan(
                whose, "lead", status=status, after=seen[-1] if seen else "", limit=2
            ):
                assert len(page) <= 2
                seen += [f"{one.ref.tenant}/{one.ref.key}" for one in page]
            assert seen == expected

    async def test_a_changed_status_moves_the_row(self, open_store: OpenStore) -> None:
        """Given a row whose status changed, then it is on the new status's page alone."""
        store = await open_store()
        await wins(store, unit(rows=row(status="new")), unit(rows=row("l1", 1, status="closed")))
        assert await store.scan(T, "lead", status="new") == []
        [found] = await store.scan(T, "lead", status="closed")
        assert (found.version, found.status, found.schema) == (2, "closed", 1)

    async def test_the_journal_keeps_its_order(self, open_store: OpenStore) -> None:
        """Given lines of several commits, then they come in the order of the commits, not of their
        times, by lead, by account, and page by page."""
        store = await open_store()
        theirs = line(code="three", lead=LeadId("l2"), account=AccountId("a2"))
        await wins(store, unit(journal=(line(code="one", seconds=9), line(code="two"))))
        await wins(store, unit(journal=(theirs, line(code="four"))))
        await wins(store, unit(journal=line(code="five", lead=None)))
        assert told(await store.journal(T, lead=L1)) == [("one", 1), ("two", 1), ("four", 1)]
        by_account = await store.journal(T, account=AccountId("a1"))
        assert [one.code for one in by_account] == ["one", "two", "four", "five"]
        every = await store.journal(T)
        assert [one.code for one in every] == ["one", "two", "three", "four", "five"]
        assert [one.number for one in every] == sorted({one.number for one in every})
        page = await store.journal(T, lead=L1, after=every[0].number, limit=1)
        assert [one.code for one in page] == ["two"]

    async def test_a_line_comes_back_as_it_was(self, open_store: OpenStore) -> None:
        """Given a line with every field, then it is read with every field."""
        store = await open_store()
        whole = line(data={"campaign": "c1", "inputs": {"cap": 50}}, repeat="r")
        await wins(store, unit(journal=whole))
        [found] = await store.journal(T)
        assert found == Line(
            **{
                **{name: getattr(whole, name) for name in Line.__struct_fields__},
                "number": found.number,
            }
        )

    async def test_equal_verdicts_are_one_line_with_a_count(self, open_store: OpenStore) -> None:
        """Given equal verdicts in a row, within a batch and over commits, then they are one line
        that counts them; another line in between begins anew."""
        store = await open_store()
        again = [line(code="too_recent", seconds=n, repeat="too_recent/2d") for n in range(4)]
        await wins(store, unit(journal=tuple(again[:2])), unit(journal=again[2]))
        await wins(store, unit(journal=again[3]))
        [found] = await store.journal(T, lead=L1)
        assert (found.count, found.at, found.last_at) == (4, at(0), at(3))
        await wins(store, unit(journal=line(code="sent")), unit(journal=again[0]))
        lines = await store.journal(T, lead=L1)
        assert told(lines) == [("too_recent", 4), ("sent", 1), ("too_recent", 1)]

    async def test_repeats_are_counted_per_lead(self, open_store: OpenStore) -> None:
        """Given equal verdicts of several leads in turns, then each lead has its own line; lines
        without a lead are the account's own."""
        store = await open_store()
        for _ in range(2):
            for lead in (L1, LeadId("l2"), None):
                await wins(store, unit(journal=line(code="held", lead=lead, repeat="x")))
        assert told(await store.journal(T)) == [("held", 2)] * 3

    async def test_a_loser_counts_no_repeat(self, open_store: OpenStore) -> None:
        """Given a repeated line in a unit that loses, then the count stays."""
        store = await open_store()
        again = line(code="held", repeat="x")
        await wins(store, unit(journal=again), unit(rows=row()))
        assert await codes(store, unit(rows=row(), journal=again)) == ["version"]
        assert told(await store.journal(T)) == [("held", 1)]

    async def test_lines_are_tallied(self, open_store: OpenStore) -> None:
        """Given lines with counts, then they are summed by campaign, kind and code within a time,
        of one client or of all."""
        store = await open_store()
        campaign = {"campaign": "c1"}
        rows = (
            line("sent", "email", 1, data=campaign),
            line("sent", "email", 2, data=campaign),
            line("held", "too_recent", 3, repeat="x", lead=LeadId("l9"), data=campaign),
            line("held", "too_recent", 4, repeat="x", lead=LeadId("l9"), data=campaign),
            line("sent", "email", 10, data=campaign),
            line("error", "timeout", 5),
        )
        await wins(store, unit(journal=rows))
        await wins(store, unit(OTHER, journal=line("sent", "sms", 5, tenant=OTHER)))
        counts = {
            ("c1", "sent", "email"): 2,
            ("c1", "held", "too_recent"): 2,
            ("", "error", "timeout"): 1,
        }
        assert await store.tally(T, at(0), at(10)) == counts
        everyone = {**counts, ("", "sent", "sms"): 1}
        assert await store.tally(None, at(0), at(10)) == everyone

    async def test_erasure_leaves_ids_times_and_the_hash(self, open_store: OpenStore) -> None:
        """Given a lead with a person, contents, a send, a dead letter and a stop, when it is
        erased, then nothing that identifies anybody is left, and ids, times, the keyed hash and
        the stop are."""
        store = await open_store()
        secret = {"name": "Kim Example", "email": "kim@shop.example", "body": "Dear Kim"}
        quoting = send(
            "s1", lead=L1, diagnostic="550 <kim@shop.example> unknown", request="RGVhciBLaW0="
        )
        parts = unit(
            rows=(
                row("p1", kind="person", parent="l1", data=secret),
                row("c1", kind="content", parent="l1", data=secret, status="approved"),
                row("m1", kind="message", parent="l1", data=secret),
                row("p2", kind="person", parent="l2", data=secret),
                row("l1", data={"person": "p1"}),
            ),
            sends=SendWrite(send=quoting, expect=0),
            stops=stops("address:keyed-hash"),
            dead=letter(detail="kim@shop.example", value=b"Kim Example"),
        )
        await wins(store, parts)
        assert await store.erase(T, L1, at(9)) == 3
        kept = await store.rows([ref("p1", "person"), ref("c1", "content"), ref("m1", "message")])
        [sent] = (await store.sends(T, [SendId("s1")])).values()
        [dead] = await store.dead_letters(T, state=None)
        left = repr((kept, sent, dead)).lower()
        for trace in ("kim", "shop.example", "dear", "rgvhcibla"):
            assert trace not in left
        assert kept[ref("c1", "content")].status == "approved"
        assert (sent.lead, sent.address_hash, sent.planned_at) == (L1, AddressHash("hash-s1"), at())
        assert (dead.id, dead.state) == ("d1", "discarded")
        assert len(await store.stops_of(T)) == 1
        assert (await store.rows([ref()]))[ref()].data == {"person": "p1"}
        other = await store.rows([ref("p2", "person")])
        assert other[ref("p2", "person")].data == secret

    async def test_nobody_writes_back_what_was_erased(self, open_store: OpenStore) -> None:
        """Given a turn that read a person before the erasure, then its write loses, also that of
        a ledger row that quoted the person."""
        store = await open_store()
        quoting = send("s1", lead=L1, diagnostic="Kim said no")
        mine = row("p1", kind="person", parent="l1", value="Kim")
        await wins(store, unit(rows=mine, sends=SendWrite(send=quoting, expect=0)))
        await store.erase(T, L1, at())
        back = row("p1", 1, kind="person", parent="l1", value="Kim")
        assert await codes(store, unit(rows=back)) == ["version"]
        assert await codes(store, unit(sends=SendWrite(send=quoting, expect=1))) == ["version"]

    async def test_erasing_again_and_nobody(self, open_store: OpenStore) -> None:
        """Given a lead that is not there, or of another client, then nothing is blanked."""
        store = await open_store()
        await wins(store, unit(rows=row("p1", kind="person", parent="l1")))
        assert await store.erase(T, LeadId("none"), at()) == 0
        assert await store.erase(OTHER, L1, at()) == 0
        assert await store.erase(T, L1, at()) == 1

    async def test_a_store_says_what_it_is(self, open_store: OpenStore) -> None:
        """Given a store, then it names its engine, schema and incarnation, and sending can be
        closed with a reason and opened again."""
        store = await open_store()
        info = await store.info()
        assert info.engine
        assert info.schema >= 1
        assert info.incarnation
        assert info.closed is None
        await store.close_sending("restored copy")
        assert (await store.info()).closed == "restored copy"
        await store.close_sending(None)
        assert (await store.info()).closed is None

    async def test_an_empty_store_has_no_backlog(self, open_store: OpenStore) -> None:
        """Given nothing, then nothing is under way or to come."""
        store = await open_store()
        backlog = await store.backlog(at(), 0)
        assert (backlog.outbox_ready, backlog.outbox_later, backlog.claims_open) == (0, 0, 0)
        assert (backlog.timers_due, backlog.next_timer, backlog.next_outbox) == (0, None, None)
