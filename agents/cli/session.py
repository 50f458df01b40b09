"""What every command that touches store or bus shares: open, act, publish, close; errors as one
clear line with the documented exit code; tables for people and JSON for machines.
"""

import asyncio
import logging
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import click
import orjson
import structlog

from agents import wiring
from agents.base import Commits
from agents.outbox import OutboxRelay
from agents.ports import Clock, SystemIds
from agents.settings import Loaded, SettingsError, load
from bus import errors as bus_errors
from bus.base import MessageBus
from contracts.errors import ContractError
from statestore import errors as store_errors
from statestore.base import StateStore

T = TypeVar("T")

FAILED, USAGE, CONFIGURATION, UNREACHABLE, REFUSED, NOTHING = 1, 2, 3, 4, 5, 6
CODES: Sequence[tuple[type[Exception], int]] = (
    (SettingsError, CONFIGURATION),
    (store_errors.OldSchema, CONFIGURATION),
    (store_errors.NewSchema, CONFIGURATION),
    (store_errors.Misplaced, CONFIGURATION),
    (store_errors.Unfit, CONFIGURATION),
    (bus_errors.Misplaced, CONFIGURATION),
    (bus_errors.Misconfigured, CONFIGURATION),
    (bus_errors.UnknownTopic, CONFIGURATION),
    (store_errors.StoreError, UNREACHABLE),
    (bus_errors.BusError, UNREACHABLE),
    (ContractError, FAILED),
)
"""Which error ends with which code; the first that fits."""


class Stop(Exception):
    """Ends a command with a line and a code."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


@dataclass
class Session:
    """An opened store and bus, from which nobody consumes."""

    loaded: Loaded
    store: StateStore
    bus: MessageBus
    clock: Clock
    commits: Commits
    relay: OutboxRelay
    away: bus_errors.BusError | None = None
    """Why the bus could not be opened, where a command goes on without it."""

    @property
    def now(self) -> datetime:
        """Business time."""
        return self.clock.now()

    async def publish(self) -> None:
        """Publishes what was committed here; a process that runs notices at once. A bus that is
        down loses nothing: the rows stay in the outbox, and whoever runs next relays them."""
        try:
            if self.away is not None:
                raise self.away
            while self.relay.pending:
                await self.relay.turn()
        except bus_errors.BusError as error:
            click.echo(f"note: kept in the outbox, the bus is away: {error}", err=True)


def loaded() -> Loaded:
    """Reads settings as the command line does."""
    return load()


@asynccontextmanager
async def opened(*, bus: bool = False, publishing: bool = False) -> AsyncIterator[Session]:
    """Opens what settings name: for reading, with `bus` for publishing at once, with `publishing`
    for what goes through the outbox and therefore works with the bus down."""
    settings = loaded()
    if settings.settings.store.startswith("memory"):
        raise SettingsError(
            "store memory: lives inside one process; set LEADWIRE_STORE=sqlite:PATH or postgres:… "
            "(or LEADWIRE_CONFIG to the file that says so)"
        )
    clock = wiring.make_clock(settings.settings)
    store = wiring.make_store(settings.settings, SystemIds(), consume=False)
    line = wiring.make_bus(settings.settings, consume=False)
    await store.start()
    away: bus_errors.BusError | None = None
    try:
        try:
            if bus or publishing:
                await line.start()
        except bus_errors.BusError as error:
            if bus:
                raise
            away = error
        info = await store.info()
        relay = OutboxRelay(store, line, clock)
        commits = Commits(store, relay, clock, info.incarnation)
        yield Session(settings, store, line, clock, commits, relay, away)
    finally:
        if (bus or publishing) and away is None:
            await line.stop()
        await store.stop()


def run(main: Callable[[], Awaitable[T]]) -> T:
    """Runs a command's coroutine; a known error ends it with one line and its code."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what it says is in our error too
    try:
        return asyncio.run(_awaited(main))
    except Stop as error:
        click.echo(str(error), err=True)
        sys.exit(error.code)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        code = next((code for kind, code in CODES if isinstance(error, kind)), None)
        if code is None:
            raise
        click.echo(f"error: {error}", err=True)
        sys.exit(code)


async def _awaited(main: Callable[[], Awaitable[T]]) -> T:
    return await main()


def who() -> str:
    """Who gives the command, for the record."""
    return os.environ.get("USER") or "operator"


# ── output ────────────────────────────────────────────────────────────────────────────────────


def as_json(value: Any) -> None:
    """Prints one JSON object on a line."""
    click.echo(orjson.dumps(value, default=str))


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> None:
    """Prints a table for people. A cell is text, whatever it says: what strangers wrote is neither
    markup nor a command to the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(*columns, title=title, title_justify="left", header_style="bold")
    for row in rows:
        shown.add_row(*(Text(CONTROL.sub("\ufffd", short(cell)), overflow="fold") for cell in row))
    Console(width=None if sys.stdout.isatty() else WIDE).print(shown)


UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
WIDE = 140
"""Columns of a table that goes into a file or a pipe; a terminal's own width else. Either way a
cell is folded, never cut: what is cut cannot be looked for."""
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d):\d\d\S*")


def short(cell: Any) -> str:
    """A cell for people: ids by their start (commands take that), moments to the minute, UTC."""
    text = "" if cell is None else str(cell)
    if UUID.fullmatch(text):
        return text[:8]
    return MOMENT.sub(r"\1 \2", text)


def rows(
    found: Sequence[Mapping[str, Any]], columns: Sequence[str], *, json: bool, nothing: str
) -> None:
    """Prints rows as JSON lines or as a table; none ends with the code for that."""
    if json:
        for row in found:
            as_json(row)
    elif found:
        table(columns, ([row.get(column) for column in columns] for row in found))
    if not found:
        raise Stop(nothing, NOTHING)
