"""The waiting line: how many to offer now, in whose turn, and what the rest may hope for."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.gates.quota import CalendarDay, Gap, Rolling
from agents.gates.rules import TIERS, Tier
from agents.gates.window import HORIZON, Window
from agents.orchestrator import waiting
from agents.orchestrator.waiting import Admission, Line, Pool, Resource, Shift, offer, rank
from contracts.ids import ResourceId
from tests.agents.orchestrator.campaign_year import START, Setting, Year

NOW = datetime(2026, 9, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
A, B, C = ResourceId("a"), ResourceId("b"), ResourceId("c")
FOUR = {f"box-{n}": (Rolling(50),) for n in range(4)}


def box(id_: ResourceId, free: int, **known: object) -> Resource:
    """A resource of 50 a day."""
    return replace(Resource(id=id_, free=free, per_day=50), **known)  # type: ignore[arg-type]


def pool(due: int, *resources: ResourceId, name: str = "acme/email", **known: object) -> Pool:
    """A client's first touches."""
    return replace(Pool(name=name, due=due, resources=resources), **known)  # type: ignore[arg-type]


# ── one round ─────────────────────────────────────────────────────────────────────────────────


def test_follow_ups_go_before_first_touches() -> None:
    """Three slots, two follow-ups due: one is left for a first touch."""
    found = offer([box(A, 3, due=2)], [pool(9, A)], NOW)
    assert found.admissions == (Admission("resource:a", A, 2), Admission("acme/email", A, 1))


def test_a_follow_up_goes_on_its_own_resource_alone() -> None:
    """A conversation does not change its mailbox because another one has room."""
    found = offer([box(A, 0, due=5), box(B, 5)], [], NOW)
    assert found.admissions == ()
    assert found.lines["resource:a"].count == 5


def test_slots_are_kept_for_follow_ups_that_fall_due_within_a_day() -> None:
    """Nothing is known of supply: all of them are kept for."""
    ahead = ((NOW + 6 * HOUR, 2), (NOW + waiting.AHEAD, 4))
    found = offer([box(A, 5, ahead=ahead)], [pool(9, A)], NOW)
    assert found.admissions == (Admission("acme/email", A, 1),)


def test_slots_that_come_free_in_time_need_not_be_kept() -> None:
    """Three come free before the last two fall due; only the first two are kept for."""
    ahead = ((NOW + 6 * HOUR, 2), (NOW + waiting.AHEAD, 4))
    supply = ((NOW, 5), (NOW + 8 * HOUR, 8))
    assert waiting.kept(box(A, 5, ahead=ahead, supply=supply)) == 2
    found = offer([box(A, 5, ahead=ahead, supply=supply)], [pool(9, A)], NOW)
    assert found.admissions == (Admission("acme/email", A, 3),)


def test_a_slot_that_comes_free_at_the_moment_itself_is_in_time() -> None:
    """One is due by six, one comes free at six; without it, it is kept for."""
    ahead = ((NOW + 6 * HOUR, 1),)
    assert waiting.kept(box(A, 1, ahead=ahead, supply=((NOW, 1), (NOW + 6 * HOUR, 2)))) == 0
    assert waiting.kept(box(A, 1, ahead=ahead, supply=((NOW, 1), (NOW + 7 * HOUR, 2)))) == 1


def test_what_follow_ups_take_now_is_taken_off_what_is_kept_and_of_what_comes() -> None:
    """Two go now; of five that fall due in all, one comes free in time and two are kept for."""
    known = {"due": 2, "ahead": ((NOW + 6 * HOUR, 5),), "supply": ((NOW, 6), (NOW + HOUR, 7))}
    found = offer([box(A, 6, **known)], [pool(9, A)], NOW)
    assert found.admissions == (Admission("resource:a", A, 2), Admission("acme/email", A, 2))


def test_what_is_used_now_is_free_again_when_the_day_is_over() -> None:
    """A follow-up due in exactly 24 hours needs no slot kept."""
    assert waiting.AHEAD < timedelta(hours=24) <= waiting.AHEAD + timedelta(microseconds=1)


def test_first_touches_take_the_least_recently_used_resource_and_a_new_one_before_all() -> None:
    """Spec 5.8, one slot each in turn."""
    resources = [
        box(A, 5, last_used=NOW - HOUR),
        box(B, 5, last_used=NOW - 2 * HOUR),
        box(C, 5),
    ]
    order = [offer(resources, [pool(n, A, B, C)], NOW) for n in range(1, 5)]
    taken = [Counter({a.resource: a.count for a in found.admissions}) for found in order]
    assert taken[0] == {"c": 1}
    assert taken[1] - taken[0] == {"b": 1}
    assert taken[2] - taken[1] == {"a": 1}
    assert taken[3] - taken[2] == {"c": 1}


def test_clients_take_turns_over_rounds_however_many_pools_they_have() -> None:
    """One slot a round, three clients, one with three pools: everybody gets a third."""
    names = ["acme/email/x", "acme/email/y", "acme/email/z", "bolt/email", "cord/email"]
    served: dict[str, datetime] = {}
    got: Counter[str] = Counter()
    for minute in range(30):
        at = NOW + timedelta(minutes=minute)
        pools = [pool(100, A, name=name, served=served.get(name)) for name in names]
        (admission,) = offer([box(A, 1)], pools, at).admissions
        served[admission.pool] = at
        got[admission.pool] += 1
    clients = Counter({c: sum(n for name, n in got.items() if name[:4] == c) for c in ("acme",)})
    assert clients["acme"] == got["bolt/email"] == got["cord/email"] == 10
    assert {got[name] for name in names[:3]} <= {3, 4}


def test_clients_take_turns_within_a_round() -> None:
    """Nine slots, one client with a thousand leads and one with two."""
    pools = [pool(1000, A), pool(2, A, name="bolt/email")]
    found = {a.pool: a.count for a in offer([box(A, 9)], pools, NOW).admissions}
    assert found == {"acme/email": 7, "bolt/email": 2}


def test_first_touches_wait_while_a_follow_up_has_waited_past_its_day() -> None:
    """On every resource of the pool; one that takes none at all holds nobody up."""
    late = box(A, 0, due=1, overdue=1)
    assert offer([late, box(B, 5)], [pool(9, A, B)], NOW).admissions == ()
    other = offer([late, box(B, 5)], [pool(9, B)], NOW)
    assert other.admissions == (Admission("acme/email", B, 5),)
    disabled = replace(late, per_day=0)
    found = offer([disabled, box(B, 5)], [pool(9, A, B)], NOW)
    assert found.admissions == (Admission("acme/email", B, 5),)
    shut = replace(late, free=3, due=0, out_of_hours=1)
    assert offer([shut, box(B, 1)], [pool(9, A, B)], NOW).admissions == ()
    served = offer([replace(late, free=3), box(B, 1)], [pool(9, A, B)], NOW)
    assert Admission("acme/email", B, 1) in served.admissions


def test_pools_whose_hours_are_shut_are_offered_nothing() -> None:
    """First touches and follow-ups alike; the line says when they open."""
    opens = NOW + 9 * HOUR
    shut = offer([box(A, 5, due=2, opens=opens)], [pool(9, A, opens=opens)], NOW)
    assert shut.admissions == ()
    assert {line.first for line in shut.lines.values()} == {opens}
    open_ = offer([box(A, 5, due=2, opens=NOW)], [pool(9, A, opens=NOW)], NOW)
    assert sum(a.count for a in open_.admissions) == 5


def test_a_batch_bounds_the_whole_round() -> None:
    """Spec 2.4: follow-ups first within it too."""
    found = offer([box(A, 50, due=30), box(B, 50)], [pool(99, A, B)], NOW, batch=40)
    counts = Counter[str]()
    for admission in found.admissions:
        counts[admission.pool] += admission.count
    assert counts == {"resource:a": 30, "acme/email": 10}


def test_a_pool_without_a_resource_waits_without_hope() -> None:
    """No mailbox, or none that takes any: no estimate."""
    for resources in ([], [box(A, 0, per_day=0)]):
        line = offer(resources, [pool(3, A)], NOW).lines["acme/email"]
        assert (line.count, line.first, line.estimate(1)) == (3, None, None)


def test_estimates_go_by_position_and_slots_a_day() -> None:
    """The next slot's time, and a day more for each day's worth ahead."""
    supply = ((NOW, 0), (NOW + HOUR, 1), (NOW + 2 * HOUR, 50))
    found = offer([box(A, 0, supply=supply)], [pool(120, A)], NOW)
    line = found.lines["acme/email"]
    assert line == Line("acme/email", 120, 50, NOW + HOUR)
    days = [line.estimate(position) for position in (1, 50, 51, 101)]
    assert days == [NOW + HOUR + timedelta(days=n) for n in (0, 0, 1, 2)]


def test_estimates_leave_out_what_follow_ups_and_other_clients_take() -> None:
    """50 a day less 30 follow-ups, shared by two: 10 a day each."""
    known = {
        "ahead": ((NOW + HOUR, 3), (NOW + waiting.AHEAD, 30)),
        "supply": ((NOW, 0), (NOW + HOUR, 50)),
    }
    pools = [pool(120, A), pool(120, A, name="bolt/email"), pool(0, A, name="cord/email")]
    lines = offer([box(A, 0, **known)], pools, NOW).lines
    assert {name: line.per_day for name, line in lines.items()} == {
        "acme/email": 10,
        "bolt/email": 10,
    }


def test_the_first_hope_is_the_slot_after_those_that_are_taken_and_kept() -> None:
    """Two free: one kept for the evening, one goes; the next but one slot is for who waits."""
    ahead = ((NOW + 6 * HOUR, 1), (NOW + 8 * HOUR, 1))
    supply = ((NOW, 2), (NOW + 7 * HOUR, 3), (NOW + 9 * HOUR, 4))
    found = offer([box(A, 2, ahead=ahead, supply=supply)], [pool(3, A)], NOW)
    assert found.admissions == (Admission("acme/email", A, 1),)
    line = found.lines["acme/email"]
    assert (line.count, line.per_day, line.first) == (2, 49, NOW + 7 * HOUR)


def test_waiting_follow_ups_hope_for_the_next_slot() -> None:
    """All 50 of the day are theirs."""
    supply = ((NOW, 0), (NOW + HOUR, 1), (NOW + 2 * HOUR, 2))
    line = offer([box(A, 0, due=3, supply=supply)], [], NOW).lines["resource:a"]
    assert line == Line("resource:a", 3, 50, NOW + HOUR)


def test_a_day_without_a_slot_for_first_touches_still_gives_an_estimate() -> None:
    """Follow-ups end some day: at least one a day is hoped for."""
    found = offer([box(A, 0, ahead=((NOW + HOUR, 80),))], [pool(3, A)], NOW)
    line = found.lines["acme/email"]
    assert (line.per_day, line.first) == (1, NOW + waiting.AHEAD)


counts = st.integers(0, 8)


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[Resource], list[Pool], int | None]:
    """Any counts, as long as they could come from one store at one moment."""
    resources = []
    for id_ in draw(st.lists(st.sampled_from([A, B, C]), unique=True)):
        due, free, shut = draw(counts), draw(counts), draw(st.integers(0, 2))
        coming = sorted(draw(st.lists(counts, min_size=2, max_size=2)))
        resources.append(
            box(
                id_,
                free,
                due=due,
                out_of_hours=shut,
                overdue=draw(st.integers(0, due + shut)),
                ahead=tuple((NOW + 12 * n * HOUR, due + shut + c) for n, c in enumerate(coming, 1)),
                supply=draw(st.sampled_from([(), ((NOW, free), (NOW + 9 * HOUR, free + 3))])),
                last_used=draw(st.sampled_from([None, NOW - HOUR, NOW - 2 * HOUR])),
                opens=draw(st.sampled_from([None, None, NOW + HOUR])),
            )
        )
    pools = [
        pool(
            draw(counts),
            *draw(st.lists(st.sampled_from([A, B, C]), unique=True)),
            name=name,
            served=draw(st.sampled_from([None, NOW - HOUR, NOW - 2 * HOUR])),
            opens=draw(st.sampled_from([None, None, NOW + HOUR])),
        )
        for name in draw(st.lists(st.sampled_from(["p/1", "p/2", "q/1"]), unique=True))
    ]
    return resources, pools, draw(st.none() | st.integers(0, 10))


@given(rounds())
@settings(max_examples=500, deadline=None)
def test_a_round_never_gives_more_than_there_is(
    case: tuple[list[Resource], list[Pool], int | None],
) -> None:
    """Neither slots nor touches nor the batch, and what is not offered stands in a line."""
    resources, pools, batch = case
    found = offer(resources, pools, NOW, batch=batch)
    by_resource, by_pool = Counter[str](), Counter[str]()
    for admission in found.admissions:
        assert admission.count > 0
        by_resource[admission.resource] += admission.count
        by_pool[admission.pool] += admission.count
    assert all(by_resource[r.id] <= r.free for r in resources)
    assert batch is None or sum(by_pool.values()) <= batch
    due = {r.pool: r.due + r.out_of_hours for r in resources} | {p.name: p.due for p in pools}
    for name, count in due.items():
        line = found.lines.get(name)
        assert by_pool[name] + (line.count if line else 0) == count


@given(rounds())
@settings(max_examples=500, deadline=None)
def test_no_first_touch_takes_a_follow_ups_slot(
    case: tuple[list[Resource], list[Pool], int | None],
) -> None:
    """Due ones, those that fall due within a day, and those that have waited past theirs."""
    resources, pools, batch = case
    found = offer(resources, pools, NOW, batch=batch)
    followed = {a.resource: a.count for a in found.admissions if a.pool.startswith("resource:")}
    for admission in found.admissions:
        if admission.pool.startswith("resource:"):
            continue
        mine = next(r for r in resources if r.id == admission.resource)
        went = followed.get(mine.id, 0)
        firsts = sum(
            a.count for a in found.admissions if a.resource == mine.id and a.pool != mine.pool
        )
        left = mine.free - went - firsts
        assert left >= mine.due + mine.out_of_hours - went
        for moment, count in mine.ahead:
            coming = max((n for at, n in mine.supply if at <= moment), default=mine.free)
            assert left + coming - mine.free >= count - went
        of = next(p for p in pools if p.name == admission.pool)
        for resource in resources:
            if resource.id in of.resources:
                waits = resource.due + resource.out_of_hours - followed.get(resource.id, 0)
                assert min(resource.overdue, waits) == 0


@given(rounds(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_in_which_things_are_listed_does_not_matter(
    case: tuple[list[Resource], list[Pool], int | None], rng: object
) -> None:
    """The same counts give the same offers."""
    resources, pools, batch = case
    first = offer(resources, pools, NOW, batch=batch)
    again = offer(resources[::-1], pools[::-1], NOW, batch=batch)
    assert set(again.admissions) == set(first.admissions)
    assert again.lines == first.lines


@given(st.integers(1, 500), st.integers(1, 60))
def test_estimates_never_go_back_along_the_line(position: int, a_day: int) -> None:
    """Whoever stands behind hopes for no earlier day."""
    line = Line("acme/email", 1000, a_day, NOW)
    here, behind = line.estimate(position), line.estimate(position + 1)
    assert here is not None
    assert behind is not None
    assert here <= behind <= here + timedelta(days=1)


# ── ranks and names ───────────────────────────────────────────────────────────────────────────


def test_rank_puts_follow_ups_first_then_tiers() -> None:
    """An answer to a waiting person before all."""
    kinds = [("answer", True), ("cadence", True), ("cadence", False)]
    ranks = [rank(purpose=p, follow_up=f, tier=tier) for p, f in kinds for tier in TIERS]
    assert ranks == sorted(set(ranks))
    assert rank(follow_up=True, tier="hot") == rank(follow_up=True, tier=Tier.HOT)
    with pytest.raises(ValueError, match="boiling"):
        rank(follow_up=True, tier="boiling")


@pytest.mark.parametrize(
    ("zones", "calendar", "name"),
    [
        ((), "", "acme/email/c1"),
        (("Europe/London",), "GB-ENG", "acme/email/c1@Europe/London|GB-ENG"),
        (
            ("America/Chicago", "America/New_York", "Pacific/Honolulu", "America/Denver"),
            "US",
            "acme/email/c1@Pacific/Honolulu,America/New_York|US",
        ),
        (("UTC", "UTC"), "", "acme/email/c1@UTC|"),
    ],
)
def test_a_pools_name_holds_the_shift_of_its_people(
    zones: tuple[str, ...], calendar: str, name: str
) -> None:
    """Of many zones the two farthest apart; the name can be read back."""
    of = waiting.shift(zones, calendar)
    assert waiting.pool_name("acme/email/c1", of) == name
    assert waiting.parts_of(name) == ("acme/email/c1", of)
    assert pool(1, name=name).client == "acme"
    assert waiting.shift(zones[::-1], calendar) == of


def test_a_pools_name_holds_no_second_at() -> None:
    """It could not be read back."""
    with pytest.raises(ValueError, match="@"):
        waiting.pool_name("acme@home/email", None)


def test_a_shift_knows_when_its_people_may_be_written_to() -> None:
    """By hours, zones and holidays; where that is never, in a month it is asked again."""
    hours, guard = Window.of(), timedelta(seconds=17)
    sydney = Shift(("Australia/Sydney",), "AU-NSW")
    holidays = {date(2026, 9, 3): "a holiday"}
    assert sydney.opens(hours, None, NOW, guard) == datetime(2026, 9, 2, 23, tzinfo=UTC)
    assert sydney.opens(hours, holidays.get, NOW, guard) == datetime(2026, 9, 3, 23, tzinfo=UTC)
    assert sydney.opens(hours, None, NOW - 6 * HOUR, guard) is None
    never = Shift(("Europe/Kaliningrad", "Asia/Kamchatka"))
    assert never.opens(hours, None, NOW, guard) == NOW + HORIZON


# ── months ────────────────────────────────────────────────────────────────────────────────────


def judge(year: Year, most: float) -> None:
    """What must hold of any campaign."""
    assert not year.coming
    assert year.per_send <= most
    assert year.late_while_first == 0
    assert year.waited_while_first_went() == []


def test_ten_thousand_leads_on_two_hundred_slots_a_day() -> None:
    """At most 1.2 offers a send, no follow-up waits beyond its day while a first touch goes out,
    and no working day leaves a slot unused while somebody waits."""
    year = Year(Setting(leads=10_000, boxes=FOUR)).run()
    assert len(year.sent) == 30_000
    judge(year, 1.2)
    days = [START.date() + timedelta(days=n) for n in range(7 * 29)]
    working = [day.isoformat() for day in days if day.weekday() < 5]
    assert [year.by_day()[day] for day in working] == [200] * 145


def test_the_line_holds_where_people_answer_and_offers_come_to_nothing() -> None:
    """One in ten ends the sequence by an answer, one offer in twenty is refused at a gate."""
    year = Year(Setting(leads=10_000, boxes=FOUR, silent=0.9, wasted=0.05)).run()
    judge(year, 1.2)


@pytest.mark.parametrize(
    "setting",
    [
        Setting(leads=1500, boxes=FOUR, gaps=(2, 3, 5, 7, 10, 14)),
        Setting(
            leads=3000,
            boxes=FOUR,
            zones=("America/New_York", "Europe/London", "Australia/Sydney"),
        ),
        Setting(leads=2000, boxes=FOUR, clients=3, silent=0.8),
        Setting(leads=2000, boxes=FOUR, checkpoints=0),
        Setting(leads=2000, boxes=FOUR, checkpoints=3, wasted=0.02, seed=7),
        Setting(leads=2000, boxes={f"box-{n}": (CalendarDay(50, "UTC"),) for n in range(4)}),
        Setting(
            leads=300,
            boxes={f"box-{n}": (Rolling(50), Gap(timedelta(minutes=5))) for n in range(4)},
        ),
        Setting(leads=2000, boxes={"a": (Rolling(5),), "b": (Rolling(95),), "c": (Rolling(100),)}),
    ],
    ids=["seven", "zones", "clients", "unforeseen", "coarse", "calendar", "paced", "uneven"],
)
def test_the_line_holds_for_other_campaigns(setting: Setting) -> None:
    """Long sequences, three continents, several clients, other policies, uneven mailboxes."""
    judge(Year(setting).run(), 1.2)


def test_without_shifts_the_line_is_offered_in_vain_on_saturdays() -> None:
    """Why pools know their hours: Friday's slots come free when nobody may be written to."""
    year = Year(Setting(leads=2500, boxes=FOUR, shifts=False)).run()
    assert year.per_send > 1.5


def test_clients_of_one_mailbox_get_equal_shares() -> None:
    """Three clients, one with four times the leads, over the first two weeks."""
    setting = Setting(leads=1200, boxes={"box": (Rolling(30),)}, clients=3, silent=0, days=11)
    year = Year(setting).run()
    shares = Counter(year.client(sent.lead) for sent in year.sent)
    assert max(shares.values()) - min(shares.values()) <= 1


@given(
    leads=st.integers(1, 60),
    boxes=st.lists(st.integers(1, 8), min_size=1, max_size=3),
    gaps=st.lists(st.integers(1, 4), max_size=3),
    silent=st.sampled_from([0.5, 0.9, 1.0]),
    wasted=st.sampled_from([0.0, 0.1]),
    checkpoints=st.sampled_from([0, 1, 3, 24]),
    zones=st.lists(
        st.sampled_from(["UTC", "Australia/Sydney", "America/New_York"]),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_any_small_campaign_ends_and_keeps_the_promise(
    leads: int,
    boxes: list[int],
    gaps: list[float],
    silent: float,
    wasted: float,
    checkpoints: int,
    zones: list[str],
    seed: int,
) -> None:
    """Everybody is served in the end, no follow-up waits past its day while a first one goes, and
    (inside the run) no mailbox sends more than its policies allow."""
    year = Year(
        Setting(
            leads=leads,
            boxes={f"box-{n}": (Rolling(cap),) for n, cap in enumerate(boxes)},
            gaps=tuple(gaps),
            silent=silent,
            wasted=wasted,
            checkpoints=checkpoints,
            zones=tuple(zones),
            seed=seed,
        )
    ).run()
    assert not any(year.lines.values())
    judge(year, 10)
    assert {sent.lead for sent in year.sent if sent.step == 1} == set(range(leads))
