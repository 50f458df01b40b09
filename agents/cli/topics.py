"""`leadwire topics plan|apply`: the bus's topics as the catalogue wants them, made and kept so.

Facts are kept 30 days and topics with personal fields 7 (design §3), as the catalogue says; the
topics of deferred events hold copies of both and are kept 7. Dead letters are not on the bus: the
store keeps them (`leadwire dlq list`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from agents import wiring
from agents.cli import session
from agents.settings import Settings
from contracts.catalogue import CATALOGUE, PERSONAL_DAYS
from contracts.envelope import topic_of

if TYPE_CHECKING:
    from bus.kafka.topics import Found, Step, Wish

DAY_MS = 86_400_000
MAX_BYTES = 1_048_588
"""A message of 1,000,000 bytes, and what Kafka adds to it."""


@dataclass(frozen=True)
class Plan:
    """The steps, and what they start from."""

    steps: "Sequence[Step]"
    found: "Mapping[str, Found]"


def retention_days() -> dict[str, int]:
    """Returns topic → days that it is kept."""
    days = dict.fromkeys(wiring.topics(), PERSONAL_DAYS)
    return days | {topic_of(entry.type): entry.retention_days for entry in CATALOGUE}


def topic_settings(days: int, replication: int) -> dict[str, str]:
    """Returns a topic's settings in Kafka's words.

    Kafka drops whole segments, by their newest record: with a segment a day, nothing is kept more
    than a day longer than it should be.
    """
    settings = {
        "cleanup.policy": "delete",
        "retention.ms": str(days * DAY_MS),
        "segment.ms": str(DAY_MS),
        "max.message.bytes": str(MAX_BYTES),
    }
    if replication > 2:
        settings["min.insync.replicas"] = "2"
    return settings


def wishes(prefix: str, replication: int) -> "list[Wish]":
    """Returns every topic as it should be."""
    from bus.kafka.topics import Wish

    return [
        Wish(name=f"{prefix}{topic}", settings=topic_settings(days, replication))
        for topic, days in sorted(retention_days().items())
    ]


def stems(prefix: str) -> list[str]:
    """Returns beginnings of names that are ours alone."""
    return [prefix] if prefix else sorted({f"{topic.split('.')[0]}." for topic in wiring.topics()})


@click.command("plan")
@click.option("--check", is_flag=True, help="Exit 1 where there is something to do.")
@click.option("--reorder-ok", is_flag=True, help="Plan more partitions where settings say so.")
@click.option("--json", "json_", is_flag=True, help="One JSON object a topic.")
def plan(check: bool, reorder_ok: bool, json_: bool) -> None:
    """Shows what `topics apply` would do; changes nothing."""

    async def main() -> None:
        made = await planned(session.loaded().settings, reorder_ok, take=False)
        _print(made, json_)
        changing = [step.topic for step in made.steps if step.changes]
        if changing and check:
            text = f"{len(changing)} topics to do; run `leadwire topics apply`"
            raise session.Stop(text, session.FAILED)

    session.run(main)


@click.command("apply")
@click.option("--dry-run", is_flag=True, help="As `topics plan`.")
@click.option(
    "--reorder-ok",
    is_flag=True,
    help="Make more partitions where settings say so. Keys move: events of one account may be "
    "handled at two places for a while. Cannot be undone.",
)
@click.option("--json", "json_", is_flag=True, help="One JSON object a topic.")
def apply(dry_run: bool, reorder_ok: bool, json_: bool) -> None:
    """Makes every topic that is missing and sets retention and cleanup where they are wrong.
    Repeatable; never makes partitions fewer."""

    async def main() -> None:
        from bus.kafka.topics import MORE, Action

        made = await planned(session.loaded().settings, reorder_ok, take=not dry_run)
        _print(made, json_)
        kinds = [step.action for step in made.steps]
        if Action.RAISE in kinds:
            click.echo(f"note: {MORE}", err=True)
        if Action.REFUSE in kinds:
            text = f"{kinds.count(Action.REFUSE)} topics have fewer partitions than they should: "
            raise session.Stop(f"{text}{MORE}. Say --reorder-ok to do it", session.REFUSED)

    session.run(main)


async def planned(settings: Settings, reorder_ok: bool, *, take: bool) -> Plan:
    """Looks at the cluster and decides; takes the steps too where asked. Raises BusError."""
    connection = wiring.kafka_connection(settings)
    from bus.kafka import topics

    async with topics.administrating(connection) as admin:
        found = await topics.look(admin)
        replication = settings.replication or await topics.usual_replication(admin)
        steps = topics.decide(
            wishes(settings.bus_prefix, replication),
            found,
            partitions=settings.partitions,
            replication=replication,
            reorder_ok=reorder_ok,
            ours=stems(settings.bus_prefix),
        )
        if take:
            await topics.take(admin, steps, found)
    return Plan(steps, found)


def _print(made: Plan, json_: bool) -> None:
    rows = [_row(step, made.found.get(step.topic)) for step in made.steps]
    columns = ("topic", "action", "partitions", "copies", "kept", "note")
    session.rows(rows, columns, json=json_, nothing="no topics")
    if not json_:
        counts = {row["action"]: 0 for row in rows}
        for row in rows:
            counts[row["action"]] += 1
        click.echo(", ".join(f"{count} {action}" for action, count in sorted(counts.items())))


def _row(step: "Step", found: "Found | None") -> dict[str, Any]:
    changed = [
        f"{name}: {(found.settings.get(name) or (None,))[0]} → {value}"
        for name, value in step.settings.items()
        if found is not None
    ]
    value = step.settings.get("retention.ms") or _value(found, "retention.ms")
    return {
        "topic": step.topic,
        "action": step.action.value,
        "partitions": step.partitions,
        "copies": step.replication,
        "kept": _days(value),
        "settings": dict(step.settings),
        "note": "; ".join(part for part in (step.note, *changed) if part),
    }


def _value(found: "Found | None", name: str) -> str | None:
    return found.settings.get(name, (None, False))[0] if found is not None else None


def _days(value: str | None) -> str:
    if value is None:
        return ""
    if value == "-1":
        return "for ever"
    return f"{int(value) / DAY_MS:g} days"
