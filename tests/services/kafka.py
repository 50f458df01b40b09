"""A real Kafka for tests: the one that is named, one from its jars, or a container.

`LEADWIRE_TEST_KAFKA=HOST:PORT` names one. Otherwise Maven fetches Apache Kafka's jars once into the
cache folder, and Java 17 or newer runs a broker from them, in seconds, for the whole run (facts/bus
2c). Where neither is at hand, testcontainers; where that is not either, tests skip, or fail where
LEADWIRE_REQUIRE_SERVICES is set. `Broker` is also for tests that kill their own.
"""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from tests.services import places
from tests.services.java import Jars, Lacking, Service, java
from tests.services.places import free_port

VERSION = "4.3.1"
IMAGE = "confluentinc/cp-kafka:7.9.0"
ADDRESS = "LEADWIRE_TEST_KAFKA"
CLUSTER = "bGVhZHdpcmUtdGVzdHMtMQ"
HEAP = "-Xmx384m"
JARS = Jars(
    "kafka",
    VERSION,
    (f"org.apache.kafka:kafka_2.13:{VERSION}", "org.slf4j:slf4j-simple:1.7.36"),
)

PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}{listeners}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}{listeners}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT{protocols}
log.dirs={folder}/log
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
log.index.size.max.bytes=65536
log.cleaner.enable=false
"""


def jars() -> Path:
    """Returns the folder of Kafka's jars, fetched once; raises Lacking without Maven."""
    return JARS.folder()


@dataclass
class Broker(Service):
    """A broker of one's own from the jars; it keeps its folder and ports over `kill` and `start`.

    `listeners` adds listeners by name (`SASL://127.0.0.1:PORT`), `protocols` says what each
    speaks, and `extra` adds lines to its properties, replacing ours of the same name.
    """

    listeners: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    users: tuple[str, ...] = ()
    """SCRAM users, as `SCRAM-SHA-512=[name=…,password=…]`."""
    controller: int = field(default_factory=free_port)

    def start(self) -> None:
        """Runs it, and returns when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        properties = self.folder / "server.properties"
        if not properties.exists():
            properties.write_text(self._properties())
            self._java("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", properties)
        self.launch(JARS.command(HEAP, "kafka.Kafka", properties))

    def _properties(self) -> str:
        added = "".join(f",{where}" for where in self.listeners)
        names = "".join(f",{w.partition(':')[0]}:{p}" for w, p in self.listeners.items())
        text = PROPERTIES.format(
            port=self.port,
            controller=self.controller,
            folder=self.folder,
            listeners=added,
            protocols=names,
        )
        rows = dict(line.split("=", 1) for line in text.splitlines()) | dict(self.extra)
        return "".join(f"{name}={value}\n" for name, value in rows.items())

    def _java(self, *arguments: object) -> None:
        added = [part for user in self.users for part in ("--add-scram", user)]
        command = JARS.command(*arguments, *added)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{arguments[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")

    def change(self, name: str, value: str) -> None:
        """Sets a property; it holds from the next start."""
        with (self.folder / "server.properties").open("a") as file:
            file.write(f"{name}={value}\n")


def shared() -> str:
    """Returns the address of the run's broker, started by whoever asks first.

    Skips the test where there is none, or fails it where services are required.
    """
    named = os.environ.get(ADDRESS)
    if named:
        return named
    return places.once("kafka", _any)


def private(folder: Path, **options: object) -> Broker:
    """Returns a broker of one's own, not started; skips or fails where jars or Java lack."""
    try:
        java()
        jars()
    except Lacking as error:
        absent(str(error))
    return Broker(folder, **options)  # type: ignore[arg-type]


def _any() -> str:
    try:
        broker = Broker(Path(tempfile.mkdtemp(prefix="leadwire-kafka-")))
        broker.start()
    except Lacking as error:
        return _container(str(error))
    return broker.address


def _container(lacking: str) -> str:
    """The last way; Docker's own Ryuk removes the container after the run."""
    try:
        from testcontainers.community.kafka import KafkaContainer

        container = KafkaContainer(IMAGE).with_kraft()
        container.with_env("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false").start()
    except Exception as error:
        absent(f"{lacking}; and no container: {error}")
    return str(container.get_bootstrap_server())


def absent(reason: str) -> NoReturn:
    """Skips, or fails where services are required."""
    places.absent(f"needs Kafka: set {ADDRESS}=HOST:PORT, or install Java 17 and Maven ({reason})")
