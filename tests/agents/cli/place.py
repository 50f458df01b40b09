"""A folder with settings, a store, a bus and a clock for tests of commands, and a way to fill it
with what agents do."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from agents.cli import COMMANDS
from agents.ports import SteppedClock
from agents.wiring import topics
from bus.base import Delivery
from bus.sqlite import SqliteBus
from statestore.sqlite import SqliteStore
from tests.agents.cast import Cast, Scripted
from tests.agents.stage import START, Table
from tests.bus.readers import PATIENCE, Reader

SECRET = "a secret of the tests, long enough"
DECLARED = """
[[client]]
id = "harbour"
name = "Harbour"
active_since = 2025-10-01T00:00:00Z
credits = 100
zone = "America/Chicago"
[client.sender]
name = "Mira Holm"
company = "Harbour"
postal_address = "12 Quay Street"

[[resource]]
id = "mira"
client = "harbour"
address = "mira@harbour.example"
per_day = 20

[[campaign]]
id = "spring"
client = "harbour"
mode = "autopilot"
accept_no_inbox = true
sequence = [{ template = "hello" }, { template = "again" }]
resources = ["mira"]
[[campaign.templates]]
id = "hello"
subject = "A question"
body = "Hello {{ business.name }}."
[[campaign.templates]]
id = "again"
body = "Again, {{ business.name }}."
"""


@dataclass
class Place:
    """Where commands are given."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = SteppedClock.create(self.folder / "clock", START + timedelta(hours=1))
        self.environment |= {
            "LEADWIRE_STORE": f"sqlite:{self.store}",
            "LEADWIRE_BUS": f"sqlite:{self.bus}",
            "LEADWIRE_CLOCK": f"stepped:{self.folder / 'clock'}",
            "LEADWIRE_MODE": "demo",
            "LEADWIRE_SECRET": "env:TEST_SECRET",
            "LEADWIRE_HTTP": "false",
            "TEST_SECRET": SECRET,
            "USER": "tester",
            "COLUMNS": "200",
        }

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.folder / "state.db"

    @property
    def bus(self) -> Path:
        """The bus's file."""
        return self.folder / "bus.db"

    def run(self, *words: object, input: bytes | str | None = None, **env: str) -> Result:
        """Gives a command."""
        environment: Mapping[str, str] = {**self.environment, **env}
        return CliRunner().invoke(
            COMMANDS, [str(word) for word in words], env=environment, input=input
        )

    def json(self, *words: object, **how: Any) -> list[Any]:
        """Gives a command that must succeed; returns its JSON lines."""
        done = self.run(*words, **how)
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in done.stdout.splitlines()]

    def write(self, name: str, text: str | bytes) -> Path:
        """Writes a file."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def apply(self, text: str = DECLARED) -> Result:
        """Declares the usual client."""
        return self.run("apply", self.write("leadwire-declared.toml", text))

    def play(self, act: Callable[[Cast], Awaitable[Any]], vendor: Scripted | None = None) -> Any:
        """Lets agents act over the store's file, as the one process that consumes."""

        async def main() -> Any:
            store = SqliteStore(self.store)
            await store.start()
            try:
                cast = Cast(vendor or Scripted(), Table(store=store))  # type: ignore[arg-type]
                return await act(cast)
            finally:
                await store.stop()

        return asyncio.run(main())

    def published(self, topic: str) -> list[Delivery]:
        """What lies on a topic, as a subscriber reads it; the next call returns what came since."""

        async def main() -> list[Delivery]:
            reader = Reader("test", topics=[topic])
            bus = SqliteBus(self.bus, topics())
            bus.subscribe(reader.subscription)
            await bus.start()
            async with asyncio.timeout(PATIENCE):
                while (await bus.health()).lag["test"]:  # noqa: ASYNC110  # no event says so
                    await asyncio.sleep(0.01)
            await bus.stop()
            return reader.done

        return asyncio.run(main())
