"""What a process looks at before it uses a database: role, schema, durability, clock.

A role that the policies do not bind would make every forgotten tenant a leak, so it is refused. A
server that forgets what it has committed is reported (`StoreInfo.durable`), and sending stays
closed. A copy that was put somewhere else does not know what went out since: the database keeps in
mind where it was made (the cluster's own identifier and the database's number), and one that finds
itself elsewhere is closed until `leadwire restore` has settled it. A cluster that was put back as a
whole (a base backup, a point in time) cannot be told from the one that went on: after that the
operator runs `leadwire restore` unasked (README).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg

from statestore.errors import Corrupt, NewSchema, OldSchema, Unavailable, Unfit
from statestore.migrations import Migration
from statestore.postgres.connecting import Connection

SKEW = timedelta(seconds=30)
"""How far this host's clock may be from the server's: beyond it, business time means something
else on each host (facts: over 30 s stop sending)."""
OLDEST = 130000
"""Of the server: what is still maintained by its makers has these statements."""

COPY = (
    "this database is a copy: it was made at another place than this; run "
    "`leadwire restore --as-of TIME` with the time of the copy, so that nobody is written to twice"
)

HOME = (
    "SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || "
    "(SELECT oid FROM pg_database WHERE datname = current_database())::text"
)
_FACTS = f"""
SELECT r.rolsuper AS superuser, r.rolbypassrls AS bypasses,
    EXISTS (
        SELECT FROM pg_class AS c WHERE c.relnamespace = to_regnamespace('leadwire')
        AND c.relkind = 'r' AND pg_has_role(r.oid, c.relowner, 'MEMBER')
    ) AS owns,
    current_setting('synchronous_commit') AS synchronous_commit,
    current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS full_page_writes,
    current_setting('server_version_num')::int AS version,
    pg_is_in_recovery() AS standby,
    has_schema_privilege('leadwire', 'USAGE') AS granted,
    ({HOME}) AS home
FROM pg_roles AS r WHERE r.rolname = current_user
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Found:
    """What the checks read, for `StoreInfo` and the doctor."""

    schema: int
    durable: bool
    home: str


async def check(connection: Connection, known: Sequence[Migration], place: str) -> Found:
    """Raises OldSchema, NewSchema, Corrupt, Unfit or Unavailable with the remedy."""
    if await connection.fetchval("SELECT to_regnamespace('leadwire')") is None:
        raise OldSchema(f"{place} has no store yet; run `leadwire migrate`")
    facts = await connection.fetchrow(_FACTS)
    assert facts is not None
    refuse(facts, place)
    compare(await applied(connection), known, place)
    return Found(known[-1].number, durable(facts), facts["home"])


def refuse(facts: Mapping[str, Any] | Any, place: str) -> None:
    """Raises Unfit for a role or server that must not be used."""
    role = place.split("@", 1)[0]
    if facts["superuser"] or facts["bypasses"] or facts["owns"]:
        why = (
            "is a superuser"
            if facts["superuser"]
            else "may bypass row-level security"
            if facts["bypasses"]
            else "owns the tables"
        )
        raise Unfit(
            f"role {role} {why}, so that nothing would keep clients apart; name an ordinary role "
            "in `store` and the other one in store_admin; `leadwire migrate` grants what it needs"
        )
    if facts["version"] < OLDEST:
        raise Unfit(f"{place} is PostgreSQL {facts['version'] // 10000}; 13 or newer is needed")
    if facts["standby"]:
        raise Unavailable(f"{place} is a standby and takes no writes; name the primary")
    if not facts["granted"]:
        raise Unfit(f"role {role} has no rights on the store; run `leadwire migrate`")


def durable(facts: Mapping[str, Any] | Any) -> bool:
    """Says whether what is committed survives the machine (design §8)."""
    flushed = facts["fsync"] == "on" and facts["full_page_writes"] == "on"
    return bool(flushed and facts["synchronous_commit"] != "off")


async def applied(connection: Connection) -> dict[int, tuple[str, str]]:
    """Returns number → (name, checksum) of the steps that a database has."""
    try:
        rows = await connection.fetch("SELECT number, name, checksum FROM leadwire.migrations")
    except asyncpg.UndefinedTableError:
        return {}
    return {number: (name, checksum) for number, name, checksum in rows}


def compare(done: Mapping[int, tuple[str, str]], known: Sequence[Migration], place: str) -> None:
    """Raises OldSchema, NewSchema or Corrupt where the steps are not this release's."""
    steps = pending(done, known, place)
    if steps:
        names = ", ".join(step.name for step in steps)
        raise OldSchema(f"{place} lacks {names}; stop its processes, run `leadwire migrate`")


def pending(
    done: Mapping[int, tuple[str, str]], known: Sequence[Migration], place: str
) -> list[Migration]:
    """Returns the steps that a database lacks; raises NewSchema or Corrupt."""
    for step in known:
        if step.number in done and done[step.number][1] != step.checksum:
            raise Corrupt(f"{place}: {step.name} differs from the one applied; restore its release")
    newer = sorted(set(done) - {step.number for step in known})
    if newer:
        raise NewSchema(
            f"{place} is at schema {newer[-1]}, this process knows {known[-1].number}; "
            "upgrade Leadwire, or restore a backup from before"
        )
    return [step for step in known if step.number not in done]


def check_skew(skew: timedelta, place: str) -> None:
    """Raises Unfit where this host's clock and the server's are too far apart."""
    if abs(skew) > SKEW:
        ahead = "ahead of" if skew > timedelta() else "behind"
        raise Unfit(
            f"this host's clock is {abs(skew).total_seconds():.0f} s {ahead} that of {place}; "
            f"set both by NTP ({SKEW.total_seconds():.0f} s are borne)"
        )
