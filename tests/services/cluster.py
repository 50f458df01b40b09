"""A broker and a database of one's own, with the settings that name them: for journeys that kill
what is shared by everybody else's tests."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import kafka, postgres
from tests.services.places import absent


@dataclass
class Cluster:
    """Both engines, running."""

    broker: kafka.Broker
    database: postgres.Cluster
    name: str = "leadwire"

    @property
    def settings(self) -> Mapping[str, str]:
        """What an operator sets, by names of settings; the passwords lie in files."""
        server = self.database.server
        where = f"{server.host}:{server.port}/{self.name}"
        return {
            "bus": f"kafka:{self.broker.address}",
            "store": f"postgres:{postgres.ROLE}@{where}",
            "store_password": f"file:{self.broker.folder / 'password'}",
            "store_admin": postgres.ADMIN,
            "store_admin_password": f"file:{self.broker.folder / 'password'}",
        }

    def start(self) -> None:
        """Makes and starts both, with an empty database."""
        self.broker.start()
        (self.broker.folder / "password").write_text(postgres.PASSWORD)
        self.database.make()
        self.database.start()
        asyncio.run(self._prepare())

    async def _prepare(self) -> None:
        await self.database.server.prepare()
        await self.database.server.database(self.name)

    def stop(self) -> None:
        """Ends both."""
        if self.broker.process is not None:
            self.broker.kill()
        if self.database.guard is not None:
            self.database.stop("immediate")
        self.database.remove()


@contextmanager
def private_cluster(folder: Path) -> Iterator[Cluster]:
    """A started cluster; skips, or fails where services are required, for want of a part."""
    if postgres.programs() is None:
        absent("no initdb: install Debian's postgresql")
    place = Path(tempfile.mkdtemp(prefix="leadwire-postgres-"))
    cluster = Cluster(kafka.private(folder / "broker"), postgres.Cluster(place))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
