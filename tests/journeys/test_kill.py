"""`leadwire run all`, killed with SIGKILL ten times during a campaign (acceptance line d).

The process stands between a mail server, people and a driver that are ours and outlive it. Kills
are aimed: while the server holds a whole message and has not said 250, between the 250 and the
record of it (the store's write lock is ours meanwhile, so that no record can get through), and just
after business time moved. Each is checked against the ledger as it lies on the disk.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agents.ports import nudged
from agents.simulator import demo
from agents.simulator.people import REACTIONS, Reaction, by_share
from contracts.outcome import SendState, Status
from tests.journeys import audit
from tests.journeys.outside import Server, Surroundings

pytestmark = pytest.mark.slow

LEADS = 80
SLOTS = 10
OPEN = {4: True, 17: False, 33: True, 52: False, 71: True, 96: False, 118: True}
"""At which mail the process is killed before the 250; and whether the server keeps the mail."""
REPLIED = {25, 83}
"""At which mail it is killed after the 250 and before the record."""
MOMENTS = (timedelta(days=1, hours=9), timedelta(days=8, hours=3, minutes=10))
"""When it is killed as business time has just moved."""
KILLS = len(OPEN) + len(REPLIED) + len(MOMENTS)


def react(recipient: str, step: int) -> Reaction | None:
    """The demo's people; who would click asks in words, as links lead into the killed process."""
    found = by_share(recipient, step)
    return REACTIONS["opt_out"] if found and found.name == "opt_out_click" else found


@dataclass
class Killer:
    """Kills the process at its moments, looks what the ledger says, and starts it again."""

    around: Surroundings
    due: list[datetime] = field(default_factory=lambda: [demo.START + at for at in MOMENTS])
    open_calls: list[int] = field(default_factory=list)
    unrecorded: list[int] = field(default_factory=list)
    moments: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def kills(self) -> int:
        """How often the process was killed."""
        return len(self.open_calls) + len(self.unrecorded) + self.moments

    async def before(self, number: int) -> bool:
        """Kills it while this call is open; says whether the server keeps the mail."""
        if number not in OPEN:
            return True
        self.around.process.kill()
        claims = await self.around.sends(SendState.CLAIMED)
        self.open_calls.append(len(claims))
        self.around.process.start()
        return OPEN[number]

    async def after(self, number: int) -> None:
        """Takes the store's write lock before the 250 is written, and kills behind it."""
        if number in REPLIED:
            lock = sqlite3.connect(self.around.store.path, isolation_level=None, timeout=60)
            lock.execute("BEGIN IMMEDIATE")
            sent = {send.id for send in await self.around.sends(SendState.SENT)}
            task = asyncio.create_task(self._behind_the_reply(lock, sent))
            self.tasks.add(task)

    async def _behind_the_reply(self, lock: sqlite3.Connection, sent: set[Any]) -> None:
        for _ in range(50):  # turns of our loop: the 250 is written in the first of them
            await nudged(asyncio.Event(), 0.001)
        self.around.process.kill()
        lock.execute("ROLLBACK")
        lock.close()
        claims = await self.around.sends(SendState.CLAIMED)
        assert {send.id for send in await self.around.sends(SendState.SENT)} == sent
        self.unrecorded.append(len(claims))
        self.around.process.start()

    # a World of the driver

    def next_due(self) -> datetime | None:
        """When business time brings a kill."""
        return self.due[0] if self.due else None

    async def act(self, now: datetime) -> None:
        """Kills as the clock has just moved."""
        while self.due and self.due[0] <= now:
            self.due.pop(0)
            self.around.process.kill()
            self.moments += 1
            self.around.process.start()


@asynccontextmanager
async def surroundings(folder: Path) -> AsyncIterator[Surroundings]:
    """A campaign of 80 leads about to begin; ends the process whatever happens."""
    around = Surroundings(folder, react, Server)
    assert isinstance(around.mailbox, Server)
    around.mailbox.take = around.people.take
    rows = list(enumerate(demo.listings()))[::4][:LEADS]
    try:
        await around.open([demo.lead_of(number, row) for number, row in rows])
        yield around
    finally:
        around.process.kill()


@dataclass(frozen=True)
class Played:
    """What a campaign came to."""

    folder: Path
    mails: dict[str, tuple[str, int]]
    """Send id → recipient and step."""
    leads: dict[str, str]
    """Send id → lead."""
    unknown: set[str]
    states: dict[str, str]
    counted: dict[str, Any]
    killer: Killer | None = None


async def play(folder: Path, *, killed: bool) -> Played:
    """Plays the campaign to its end, with kills or without."""
    async with surroundings(folder) as around:
        killer = Killer(around) if killed else None
        if killer is not None:
            assert isinstance(around.mailbox, Server)
            around.mailbox.before, around.mailbox.after = killer.before, killer.after
        await around.run(*([killer] if killer else []))
        for task in killer.tasks if killer else ():
            await task
        rows = await around.store.scan(None, "lead", limit=1000)
        unknown = {str(send.id) for send in await around.sends(SendState.UNKNOWN)}
        assert await around.close() == 0
    return Played(
        folder=folder,
        mails={m.send_id: (m.recipient, m.references + 1) for m in audit.mails(folder)},
        leads={
            send: str(command["data"]["lead_id"])
            for send, command in audit.Events(folder).commands().items()
        },
        unknown=unknown,
        states={row.ref.key: row.status for row in rows},
        counted=audit.audit(folder),
        killer=killer,
    )


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Played, Played]:
    """The campaign as it goes when nothing happens, and beside it the same with its kills."""

    async def beside() -> tuple[Played, Played]:
        folder = tmp_path_factory.mktemp("kill")
        return await asyncio.gather(
            play(folder / "undisturbed", killed=False), play(folder / "killed", killed=True)
        )

    return asyncio.run(beside())


@pytest.fixture
def undisturbed(both: tuple[Played, Played]) -> Played:
    """The campaign as it goes when nothing happens."""
    return both[0]


@pytest.fixture
def killed(both: tuple[Played, Played]) -> Played:
    """The campaign with its kills."""
    return both[1]


def test_the_kills_hit_what_they_aim_at(killed: Played) -> None:
    """At least ten: six while a call was open, two between reply and record, by the ledger."""
    killer = killed.killer
    assert killer is not None
    assert killer.kills == KILLS >= 10
    assert len(killer.open_calls) >= 6
    assert len(killer.unrecorded) >= 2
    assert all(1 <= claims <= SLOTS for claims in [*killer.open_calls, *killer.unrecorded])


def test_nothing_is_sent_twice_and_nothing_is_lost(killed: Played) -> None:
    """By the mail files and the exported events: no double, no loss, no send after a stop."""
    counted = killed.counted
    named = counted["named"]
    assert (counted["doubles"], counted["losses"], counted["sends_after_stop"]) == (0, 0, 0), named
    assert counted["mails_in_mailbox"] == len(killed.mails)


def test_what_is_missing_is_a_named_unknown(undisturbed: Played, killed: Played) -> None:
    """The mailbox of the undisturbed run; where a mail is missing the ledger says *unknown*, at
    most ten a kill, and an event told it."""
    assert killed.killer is not None
    missing = undisturbed.mails.keys() - killed.mails.keys()
    assert missing <= killed.unknown
    assert missing, "no kill made a difference"
    assert len(killed.unknown) <= SLOTS * killed.killer.kills
    assert set(killed.counted["named"]["unknown"]) == killed.unknown


def unanswered(undisturbed: Played, killed: Played) -> set[str]:
    """The recipients who never got a mail that they would have answered."""
    missing = undisturbed.mails.keys() - killed.mails.keys()
    return {to for to, step in map(undisturbed.mails.__getitem__, missing) if react(to, step)}


def test_more_is_sent_only_to_who_never_got_what_they_would_have_answered(
    undisturbed: Played, killed: Played
) -> None:
    """A lead gets a touch that it did not get undisturbed only where it could not answer an
    earlier one, since that one never came."""
    more = killed.mails.keys() - undisturbed.mails.keys()
    assert {killed.mails[send][0] for send in more} <= unanswered(undisturbed, killed)


def test_every_lead_is_accounted_for(undisturbed: Played, killed: Played) -> None:
    """The same leads, none in between; all end as they do undisturbed, but for those who could not
    answer a mail that never came."""
    assert killed.states.keys() == undisturbed.states.keys()
    assert len(killed.states) == LEADS
    assert Status.IN_SEQUENCE.value not in killed.states.values()
    assert killed.counted["end_states"] == dict(Counter(killed.states.values()))
    silent = unanswered(undisturbed, killed)
    leads = {undisturbed.leads[send] for send, (to, _) in undisturbed.mails.items() if to in silent}
    others = killed.states.keys() - leads
    assert len(others) > LEADS // 2
    assert {k: killed.states[k] for k in others} == {k: undisturbed.states[k] for k in others}
