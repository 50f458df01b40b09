"""A broker and a database for benches: those that are named, or started from what the machine has.

Durability is what the product asks for: `synchronous_commit` on and every commit flushed.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.services import kafka, postgres

PARTITIONS = 6
PATIENCE = 120.0
"""Seconds after which a broker that does not drop topics is stuck."""


@dataclass(frozen=True)
class Engines:
    """Where both are."""

    brokers: str
    database: postgres.Server

    async def topics(self, names: Iterable[str]) -> None:
        """Makes topics; those that are there go first."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.brokers)
        await admin.start()
        wanted = list(names)
        there = set(wanted) & set(await admin.list_topics())
        if there:
            await admin.delete_topics(sorted(there))
            async with asyncio.timeout(PATIENCE):
                while there & set(await admin.list_topics()):  # noqa: ASYNC110  # no event says so
                    await asyncio.sleep(0.05)
        await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in wanted])
        await admin.close()


@contextmanager
def engines() -> Iterator[Engines]:
    """Both, running; they end with the process."""
    yield Engines(kafka.shared(), postgres.shared())
