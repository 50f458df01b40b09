"""A real Kafka for tests: the one that is named, one from its jars, or a container.

`LEADWIRE_TEST_KAFKA=HOST:PORT` names one. Otherwise Maven fetches Apache Kafka's jars once into the
cache folder, and Java 17 or newer runs a broker from them, in seconds, for the whole run (facts/bus
2c). Where neither is at hand, testcontainers; where that is not either, tests skip, or fail where
LEADWIRE_REQUIRE_SERVICES is set. `Broker` is also for tests that kill their own.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest

from tests.services.places import cache_folder, free_port, locked, run_folder, run_pid

VERSION = "4.3.1"
IMAGE = "confluentinc/cp-kafka:7.9.0"
ADDRESS = "LEADWIRE_TEST_KAFKA"
CLUSTER = "bGVhZHdpcmUtdGVzdHMtMQ"
UP_SECONDS = 120.0
"""Patience with a broker that starts on a busy machine."""
JAVA = ("-Xmx384m", "-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
"""A small heap and no late compilation: up in two seconds, and no burden beside other tests."""

POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>leadwire.tests</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>{VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
"""

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


class Lacking(Exception):
    """This machine cannot run a broker; the text says what it lacks."""


def jars() -> Path:
    """Returns the folder of Kafka's jars, fetched once; raises Lacking without Maven."""
    folder = cache_folder() / f"kafka-{VERSION}"
    with locked(folder.with_suffix(".lock")):
        if not (folder / "complete").exists():
            _fetch(folder)
    return folder / "lib"


def _fetch(folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise Lacking("no mvn, which fetches Kafka's jars (Debian: apt-get install maven)")
    folder.mkdir(exist_ok=True)
    (folder / "pom.xml").write_text(POM)
    goal = ("dependency:copy-dependencies", "-DoutputDirectory=lib")
    done = subprocess.run(
        [maven, "-q", "-B", *goal], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Lacking(f"Maven could not fetch Kafka {VERSION}: {done.stdout[-1000:]}")
    (folder / "complete").touch()


def java() -> str:
    """Returns a Java that runs Kafka; raises Lacking for none or an old one."""
    found = shutil.which("java")
    if found is None:
        raise Lacking("no java (Debian: apt-get install default-jre-headless)")
    said = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < 17:
        raise Lacking(f"Kafka {VERSION} needs Java 17 or newer, this is {said.splitlines()[:1]}")
    return found


@dataclass
class Broker:
    """A broker of one's own from the jars; it keeps its folder and ports over `kill` and `start`.

    `listeners` adds listeners by name (`SASL://127.0.0.1:PORT`), `protocols` says what each
    speaks, and `extra` adds lines to its properties, replacing ours of the same name.
    """

    folder: Path
    listeners: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    users: tuple[str, ...] = ()
    """SCRAM users, as `SCRAM-SHA-512=[name=…,password=…]`."""
    port: int = field(default_factory=free_port)
    controller: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """HOST:PORT without encryption."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Runs it, and returns when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        properties = self.folder / "server.properties"
        if not properties.exists():
            properties.write_text(self._properties())
            self._java("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", properties)
        command = [java(), *JAVA, "-cp", f"{jars()}/*", "kafka.Kafka", str(properties)]
        guard = [sys.executable, "-m", "tests.services.guard", str(run_pid()), str(self.folder)]
        with (self.folder / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*guard, *command], stdout=log, stderr=log, start_new_session=True
            )
        self._wait()

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
        command = [java(), "-cp", f"{jars()}/*", *map(str, arguments), *added]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{arguments[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")

    def _wait(self) -> None:
        until = time.monotonic() + UP_SECONDS
        while time.monotonic() < until:
            if self.process is not None and self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1.0).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        log = (self.folder / "broker.log").read_text(errors="replace")
        raise RuntimeError(f"the broker did not come up:\n{log[-3000:]}")

    def change(self, name: str, value: str) -> None:
        """Sets a property; it holds from the next start."""
        with (self.folder / "server.properties").open("a") as file:
            file.write(f"{name}={value}\n")

    def stop(self) -> None:
        """Ends it in order."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as the kernel does."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self.process is None:
            return
        os.killpg(self.process.pid, number)
        self.process.wait()
        self.process = None


def shared() -> str:
    """Returns the address of the run's broker, started by whoever asks first.

    Skips the test where there is none, or fails it where services are required.
    """
    named = os.environ.get(ADDRESS)
    if named:
        return named
    note = run_folder() / "kafka.address"
    with locked(run_folder() / "kafka.lock"):
        if not note.exists():
            note.write_text(_any())
        return note.read_text()


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
    text = f"needs Kafka: set {ADDRESS}=HOST:PORT, or install Java 17 and Maven ({reason})"
    if os.environ.get("LEADWIRE_REQUIRE_SERVICES"):
        pytest.fail(text)
    pytest.skip(text)
