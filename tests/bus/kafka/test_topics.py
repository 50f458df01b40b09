"""Topics: what is decided for each, by values; and that a cluster takes it."""

from collections.abc import Mapping

import pytest

from bus.errors import Misconfigured
from bus.kafka.topics import Action, Found, Step, Wish, administrating, decide, look, take
from tests.bus.kafka.clusters import connection, fresh_prefix, make_topics

KEPT = {"retention.ms": "1000"}


def decided(
    found: Mapping[str, Found], *names: str, partitions: int = 6, reorder_ok: bool = False
) -> dict[str, Step]:
    """Steps by topic for wishes that are kept a second."""
    wishes = [Wish(name=name, settings=KEPT) for name in names]
    steps = decide(
        wishes,
        found,
        partitions=partitions,
        replication=1,
        reorder_ok=reorder_ok,
        ours=["lead."],
    )
    return {step.topic: step for step in steps}


def there(partitions: int, kept: str = "1000", replication: int = 1) -> Found:
    """A topic of the cluster."""
    settings = {"retention.ms": (kept, True), "compression.type": ("zstd", True)}
    return Found(partitions=partitions, replication=replication, settings=settings)


def test_a_missing_topic_is_made_with_everything() -> None:
    """Partitions, copies and settings."""
    step = decided({}, "lead.scored")["lead.scored"]
    assert (step.action, step.partitions, step.settings) == (Action.CREATE, 6, KEPT)


def test_a_topic_as_it_should_be_is_kept() -> None:
    """Nothing to do is nothing."""
    step = decided({"lead.scored": there(6)}, "lead.scored")["lead.scored"]
    assert step.action is Action.KEEP
    assert not step.changes


def test_only_what_differs_is_set() -> None:
    """What somebody else set for the topic is not ours."""
    step = decided({"lead.scored": there(6, kept="99")}, "lead.scored")["lead.scored"]
    assert (step.action, step.settings) == (Action.ALTER, KEPT)


def test_more_partitions_need_a_word() -> None:
    """Without it the topic is refused; with it, it is raised."""
    found = {"lead.scored": there(6)}
    refused = decided(found, "lead.scored", partitions=12)["lead.scored"]
    assert (refused.action, refused.partitions) == (Action.REFUSE, 6)
    assert "has 6 of 12 partitions" in refused.note
    raised = decided(found, "lead.scored", partitions=12, reorder_ok=True)["lead.scored"]
    assert (raised.action, raised.partitions) == (Action.RAISE, 12)


@pytest.mark.parametrize("reorder_ok", [False, True])
def test_partitions_are_never_made_fewer(reorder_ok: bool) -> None:
    """And a new topic gets as many as the others have, so that all are equal."""
    found = {"lead.scored": there(12)}
    steps = decided(found, "lead.scored", "lead.opened", reorder_ok=reorder_ok)
    assert (steps["lead.scored"].action, steps["lead.scored"].partitions) == (Action.KEEP, 12)
    assert "none fewer" in steps["lead.scored"].note
    assert steps["lead.opened"].partitions == 12


def test_a_new_topic_is_as_wide_as_the_others_until_they_are_raised() -> None:
    """Whatever the setting says: unequal topics would keep the bus from starting."""
    steps = decided({"lead.scored": there(6)}, "lead.scored", "lead.opened", partitions=12)
    assert steps["lead.opened"].partitions == 6


def test_topics_of_different_width_are_levelled_up() -> None:
    """The narrow one is named."""
    found = {"lead.scored": there(6), "lead.opened": there(3)}
    steps = decided(found, "lead.scored", "lead.opened")
    assert steps["lead.scored"].action is Action.KEEP
    assert (steps["lead.opened"].action, steps["lead.opened"].note) == (
        Action.REFUSE,
        "has 3 of 6 partitions",
    )


def test_unknown_topics_are_shown_and_left_alone() -> None:
    """Only those under our own stems: a cluster may be shared."""
    steps = decided({"lead.former": there(6), "orders": there(1)}, "lead.scored")
    assert steps["lead.former"].action is Action.UNKNOWN
    assert not steps["lead.former"].changes
    assert "orders" not in steps


def test_copies_are_reported_not_changed() -> None:
    """Moving them is the cluster's own work."""
    wish = [Wish(name="lead.scored", settings=KEPT)]
    steps = decide(wish, {"lead.scored": there(6)}, partitions=6, replication=3)
    assert steps[0].action is Action.KEEP
    assert "has 1 of 3 copies" in steps[0].note


async def test_a_cluster_takes_the_steps_and_then_has_none_left(kafka: str) -> None:
    """Made, corrected, raised; a setting that somebody else made for a topic stays."""
    prefix = fresh_prefix()
    old, new = f"{prefix}old", f"{prefix}new"
    mine = {"retention.ms": "86400000", "cleanup.policy": "delete"}
    wishes = [Wish(name=name, settings=mine) for name in (old, new)]
    await make_topics(kafka, [old], partitions=2, settings={"retention.bytes": "12345678"})
    async with administrating(connection(kafka)) as admin:
        found = await look(admin)
        steps = decide(wishes, found, partitions=3, replication=1, reorder_ok=True, ours=[prefix])
        assert [step.action for step in steps] == [Action.CREATE, Action.RAISE]
        await take(admin, steps, found)
        after = await look(admin)
        again = decide(wishes, after, partitions=3, replication=1, ours=[prefix])
        await admin.delete_topics([old, new])
    assert [step.action for step in again] == [Action.KEEP, Action.KEEP]
    assert after[old].partitions == after[new].partitions == 3
    assert after[old].settings["retention.bytes"] == ("12345678", True)
    assert after[old].settings["retention.ms"] == ("86400000", True)


async def test_what_a_cluster_refuses_is_named(kafka: str) -> None:
    """The topic, and the cluster's own words."""
    wrong = [Wish(name=f"{fresh_prefix()}x", settings={"retention.ms": "soon"})]
    steps = decide(wrong, {}, partitions=1, replication=1)
    async with administrating(connection(kafka)) as admin:
        with pytest.raises(Misconfigured, match=r"x cannot be made: .*retention\.ms"):
            await take(admin, steps, {})
        many = decide([Wish(name=f"{fresh_prefix()}y")], {}, partitions=1, replication=9)
        with pytest.raises(Misconfigured, match=r"y cannot be made: .*LEADWIRE_REPLICATION"):
            await take(admin, many, {})
