"""`leadwire run` as a process of its own, with the world around it in ours: clock, mail server,
people, and a driver that sees the process only through its files.

The process is started, killed and started again at will. What it has under way is read from the
SQLite files of store and bus by whoever may read them: nobody asks the process.
"""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from agents import wiring
from agents.ports import SteppedClock
from agents.simulator import demo
from agents.simulator.campaign import maildir
from agents.simulator.driver import Driver, Probe, World
from agents.simulator.people import People, Reaction
from bus.base import BusHealth
from bus.sqlite import SqliteBus
from channels.email.mailbox import Envelope, Mailbox
from contracts.outcome import SendState
from statestore.base import Send
from statestore.sqlite import SqliteStore

READERS = ("intake", "scoring", "orchestrator", "writer", "sender", "inbox", "replies", "analytics")
PATIENCE = 240.0
"""Machine seconds after which a process that does not come to rest is stuck."""
UNREACHABLE = 4
"""The exit code of a process that did not find its bus or its store as it came up."""
LEASH = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()
"""Ends a process with the thread that started it: a run of tests that is killed leaves nobody who
would go on taking processor time from the next."""


class WatchedBus(SqliteBus):
    """A bus file that another process consumes from: publishes to it, and sees how far that is."""

    async def health(self) -> BusHealth:
        """What its readers have acknowledged durably, as the file says."""
        lag: dict[str, int] = {}
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as file:
            for reader, topic, text in file.execute(
                "SELECT reader, topic, acknowledged FROM offsets"
            ):
                places = enumerate(json.loads(text))
                behind = sum(_behind(file, topic, partition, seq) for partition, seq in places)
                lag[reader] = lag.get(reader, 0) + behind
        lag = {**dict.fromkeys(READERS, 1), **lag}  # who never read has all of it to read
        return BusHealth(ready=True, lag=lag)


def _behind(file: sqlite3.Connection, topic: int, partition: int, seq: int) -> int:
    sql = f"SELECT count(*) FROM log_{topic} WHERE seq > ? AND partition = ?"
    return int(file.execute(sql, (seq, partition)).fetchone()[0])


class Process:
    """`leadwire run AGENT…` on a folder; `errors` is what it said on stderr, over all its lives.

    `settings` are environment names without their prefix, over those of the folder's file.
    """

    def __init__(
        self,
        folder: Path,
        agents: Sequence[str] = ("all",),
        settings: Mapping[str, str] | None = None,
        name: str = "",
    ) -> None:
        self.folder = folder
        self.agents = agents
        self.settings = settings or {}
        self.errors = folder / f"stderr{name and '-'}{name}"
        self.lives = 0
        self.turned_away = 0
        self._said = 0
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it (again)."""
        self.lives += 1
        with self.errors.open("ab") as errors:
            self._said = errors.tell()
            self._popen = self._run("run", *self.agents, errors=errors)

    def kill(self) -> None:
        """SIGKILL, and nothing of it is left when this returns."""
        if self._popen is not None:
            self._popen.kill()
            self._popen.wait()

    def terminate(self) -> int:
        """SIGTERM; returns its exit code once it has drained."""
        assert self._popen is not None
        self._popen.terminate()
        return self._popen.wait(timeout=PATIENCE)

    def running(self) -> bool:
        """Says whether its present life has come up, by what it has logged since its start."""
        return b'"event": "running"' in self.errors.read_bytes()[self._said :]

    def alive(self) -> bool:
        """Raises where it ended by itself."""
        code = self.code()
        if code is not None and code != -signal.SIGKILL:
            raise RuntimeError(f"ended with {code}:\n{self.errors.read_text()[-3000:]}")
        return True

    def kept(self) -> bool:
        """Starts it again where it ended since bus or store were away as it came up, as `restart:
        unless-stopped` and a kubelet do; raises where it ended for another reason."""
        if self.code() == UNREACHABLE:
            self.turned_away += 1
            self.start()
        return self.alive()

    def code(self) -> int | None:
        """The exit code of its present life; None while it lives."""
        return self._popen.poll() if self._popen else None

    def call(self, *arguments: str) -> None:
        """Runs a command of the product to its end."""
        with self.errors.open("ab") as errors:
            code = self._run(*arguments, errors=errors).wait(timeout=PATIENCE)
        if code:
            raise RuntimeError(f"{arguments} ended with {code}:\n{self.errors.read_text()[-3000:]}")

    def _run(self, *arguments: str, errors: IO[bytes]) -> subprocess.Popen[bytes]:
        ours = {
            "LEADWIRE_CONFIG": str(self.folder / "leadwire.toml"),
            "LEADWIRE_HTTP_PORT": "0",
            "LEADWIRE_LOG_LEVEL": "info",
            **{f"LEADWIRE_{name.upper()}": value for name, value in self.settings.items()},
        }
        program = str(Path(sys.executable).with_name("leadwire"))
        command = [*LEASH, program, *arguments]
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("LEADWIRE_")}
        said = errors if arguments[0] == "run" else subprocess.DEVNULL  # its log, or its data
        return subprocess.Popen(command, env={**inherited, **ours}, stdout=said, stderr=errors)


class Server(Mailbox):
    """A mail server with a will of its own: `before` and `after` see each mail around its 250."""

    before: Callable[[int], Any] | None = None
    after: Callable[[int], Any] | None = None
    take: Callable[[Envelope], Any]
    count = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Runs to its end even where the client dies meanwhile: servers do."""
        self.count += 1
        return await asyncio.shield(asyncio.ensure_future(self._handled(envelope, self.count)))

    async def _handled(self, envelope: Any, number: int) -> str:
        if self.before is not None and not await self.before(number):
            return "451 4.3.2 not now"
        status = await super().handle_DATA(None, None, envelope)  # type: ignore[arg-type]
        content = envelope.original_content
        recipients = tuple(envelope.rcpt_tos)
        self.take(Envelope(envelope.mail_from, recipients, content, self._now()))
        if self.after is not None:
            await self.after(number)
        return status


class Surroundings:
    """A campaign's surroundings, and the process in their midst."""

    def __init__(
        self, folder: Path, react: Callable[[str, int], Reaction | None], mailbox: type[Mailbox]
    ) -> None:
        demo.prepare(folder)
        self.folder = folder
        self.addresses = {name: f"{name}@harbour.example" for name in demo.BOXES}
        self.clock = SteppedClock.create(folder / "clock", demo.START)
        boxes = {address: maildir(folder, address) for address in self.addresses.values()}
        self.people = People(boxes, None, react)
        self.mailbox = mailbox(folder / "sent", now=self.clock.now)
        self.process = Process(folder)
        self.store = SqliteStore(folder / "store.db", consume=False)
        self.bus = WatchedBus(folder / "bus.db", wiring.topics(), consume=False)

    async def open(self, leads: list[Mapping[str, Any]]) -> None:
        """Declares the campaigns, publishes the leads, and starts the process."""
        await self.mailbox.start()
        demo.declared(self.folder, self.addresses, self.mailbox.port)
        self.process.call("migrate")
        self.process.call("apply", str(self.folder / "leadwire.toml"))
        file = self.folder / "leads.jsonl"
        file.write_text("".join(json.dumps(lead) + "\n" for lead in leads))
        self.process.call("leads", "publish", str(file))
        await self.store.start()
        await self.bus.start()
        self.process.start()

    async def run(self, *others: World) -> None:
        """Steps until nothing is to come."""
        probe = Probe(self.store, self.bus, self.clock, self.process.alive)
        until = demo.START + timedelta(days=120)
        worlds = [self.people, *others]
        await Driver(probe, self.clock, worlds, until, patience=PATIENCE).run()

    async def close(self) -> int:
        """Ends the process gracefully; returns its exit code."""
        code = self.process.terminate()
        await self.bus.stop()
        await self.store.stop()
        await self.mailbox.close()
        return code

    async def sends(self, state: SendState) -> list[Send]:
        """The ledger's sends in a state, as the file says."""
        return await self.store.sends_in(state, limit=10_000)
