"""The SQLite bus keeps the port's promises, in its thread and inline."""

from pathlib import Path

import pytest

from bus.base import MessageBus, Subscription
from bus.groups import Pauses
from bus.sqlite import SqliteBus
from tests.bus.conformance import BusConformance
from tests.bus.readers import TOPICS


class TestSqliteBus(BusConformance):
    """The suite over one file; a stopped bus is opened anew."""

    inline = False

    @pytest.fixture(autouse=True)
    def file(self, tmp_path: Path) -> None:
        """A new file for each test."""
        self.path = tmp_path / "bus.db"

    async def make(self) -> MessageBus:
        return SqliteBus(
            self.path, TOPICS, pauses=Pauses(0.0, 0.0), max_bytes=100_000, inline=self.inline
        )

    def crash(self, bus: MessageBus, subscription: Subscription) -> None:
        assert isinstance(bus, SqliteBus)
        bus.crash(subscription)

    def leave(self, bus: MessageBus, subscription: Subscription) -> None:
        assert isinstance(bus, SqliteBus)
        bus.leave(subscription)


class TestSqliteBusInline(TestSqliteBus):
    """The same without a thread, as the simulator runs it."""

    inline = True
