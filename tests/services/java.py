"""Services that Java runs from their jars: fetched by Maven once, guarded, awaited.

Kafka (`kafka.py`) and S3 (`s3.py`) are had this way where no address names one: no container, no
installer, and one's own to kill and start again. What a machine lacks is told as `Lacking`; the
service's module says what that means for a test (`places.absent`).
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.services.places import cache_folder, free_port, locked, run_pid

UP_SECONDS = 120.0
"""Patience with a service that starts on a busy machine."""
JAVA = ("-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
"""No late compilation: up in two seconds, and no burden beside other tests."""
OLDEST = 17
TRIES = 3
"""How often Maven is asked: the line to a registry breaks now and then; what came stays."""

POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>leadwire.tests</groupId><artifactId>{name}</artifactId><version>1</version>
  <dependencies>
{dependencies}  </dependencies>
</project>
"""
DEPENDENCY = """    <dependency>
      <groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version>
    </dependency>
"""


class Lacking(Exception):
    """This machine cannot run the service; the text says what it lacks."""


@dataclass(frozen=True)
class Jars:
    """A service's jars: `artifacts` as Maven writes them, GROUP:ARTIFACT:VERSION."""

    name: str
    version: str
    artifacts: tuple[str, ...]

    def folder(self) -> Path:
        """Returns the folder they lie in, fetched once; raises Lacking without Maven."""
        folder = cache_folder() / f"{self.name}-{self.version}"
        with locked(folder.with_suffix(".lock")):
            if not (folder / "complete").exists():
                self._fetch(folder)
        return folder / "lib"

    def _fetch(self, folder: Path) -> None:
        maven = shutil.which("mvn")
        if maven is None:
            raise Lacking(f"no mvn, which fetches {self.name} (Debian: apt-get install maven)")
        folder.mkdir(exist_ok=True)
        dependencies = "".join(DEPENDENCY.format(*one.split(":")) for one in self.artifacts)
        (folder / "pom.xml").write_text(POM.format(name=self.name, dependencies=dependencies))
        goal = ("dependency:copy-dependencies", "-DoutputDirectory=lib")
        for _ in range(TRIES):
            done = subprocess.run(
                [maven, "-q", "-B", *goal], cwd=folder, capture_output=True, text=True, check=False
            )
            if not done.returncode:
                (folder / "complete").touch()
                return
        told = done.stdout[-1000:]
        raise Lacking(f"Maven could not fetch {self.name} {self.version}: {told}")

    def command(self, *arguments: object) -> list[str]:
        """A command line of Java with these jars; raises Lacking where it cannot be run."""
        return [java(), *JAVA, "-cp", f"{self.folder()}/*", *map(str, arguments)]


def java() -> str:
    """Returns a Java that is new enough; raises Lacking for none or an old one."""
    found = shutil.which("java")
    if found is None:
        raise Lacking("no java (Debian: apt-get install default-jre-headless)")
    said = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < OLDEST:
        raise Lacking(f"needs Java {OLDEST} or newer, this is {said.splitlines()[:1]}")
    return found


@dataclass
class Service:
    """A service of one's own; it keeps its folder and port over `kill` and another start."""

    folder: Path
    port: int = field(default_factory=free_port, kw_only=True)
    process: "subprocess.Popen[bytes] | None" = field(default=None, kw_only=True)

    @property
    def address(self) -> str:
        """HOST:PORT without encryption."""
        return f"127.0.0.1:{self.port}"

    def launch(self, command: list[str]) -> None:
        """Runs it under a guard that ends it with the run, and returns when it answers."""
        guard = [sys.executable, "-m", "tests.services.guard", str(run_pid()), str(self.folder)]
        with (self.folder / "service.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*guard, *command], stdout=log, stderr=log, start_new_session=True
            )
        self._wait()

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
        log = (self.folder / "service.log").read_text(errors="replace")
        raise RuntimeError(f"it did not come up:\n{log[-3000:]}")

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
