"""A stack as an operator runs it: `leadwire init` into a folder, then compose, on a real engine.

`LEADWIRE_TEST_DOCKER` says where the engine is (`unix:///var/run/docker.sock`); without it the test
skips, since it takes minutes. Images come from `images/build.sh`, so no registry is needed. The
compose tool is docker-compose, or `docker compose` where LEADWIRE_TEST_COMPOSE says so.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agents.cli.init import write
from agents.deploying import placing
from agents.ports import new_secret
from tests.deploy.files import ROOT
from tests.services.kafka import jars
from tests.services.places import free_port

ENGINE, TOOL = "LEADWIRE_TEST_DOCKER", "LEADWIRE_TEST_COMPOSE"
PATIENCE = 420.0
"""Machine seconds for a stack to become healthy on a busy machine."""
IMAGES = {
    "LEADWIRE_IMAGE": "leadwire-test:1",
    "BASE_IMAGE": "leadwire-test-base:1",
    "KAFKA_IMAGE": "leadwire-test-kafka:4.3.1",
    "POSTGRES_IMAGE": "leadwire-test-postgres:15",
}


def found() -> str:
    """Where the engine is; skips with the reason where there is none."""
    address = os.environ.get(ENGINE)
    if not address:
        pytest.skip(f"set {ENGINE} to an engine's address to run the stack; it takes minutes")
    done = subprocess.run(
        ["docker", "info"], env={**os.environ, "DOCKER_HOST": address}, capture_output=True
    )
    if done.returncode:
        pytest.fail(f"no engine answers at {address}: {done.stderr.decode()[-500:]}")
    return address


def build_images(address: str) -> None:
    """Base, Kafka and Postgres, those that are not there."""
    script = Path(__file__).parent / "images" / "build.sh"
    environment = {**os.environ, "DOCKER_HOST": address, "DOCKER_BUILDKIT": "0"}
    subprocess.run([str(script), str(jars())], env=environment, check=True)


@dataclass
class Stack:
    """One project of compose."""

    folder: Path
    address: str
    project: str
    demo: bool = False
    ports: dict[str, int] = field(default_factory=dict)

    def place(self) -> None:
        """`leadwire init`, with this machine's images and free ports in `.env`."""
        write(self.folder, placing.plan(self.folder, new_secret))
        self.ports = {name: free_port() for name in ("LEADWIRE_PORT", "KAFKA_PORT")}
        changed: Mapping[str, object] = {
            **IMAGES,
            **self.ports,
            "COMPOSE_PROJECT_NAME": self.project,
            "LEADWIRE_SOURCE": ROOT,
        }
        path = self.folder / ".env"
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.split("=")[0] not in changed]
        path.write_text("\n".join([*kept, *(f"{k}={v}" for k, v in changed.items())]) + "\n")

    def environment(self) -> dict[str, str]:
        """This process's, without what `.env` says: the shell's would go before it."""
        said = placing.values((self.folder / ".env").read_text(encoding="utf-8"))
        inherited = {k: v for k, v in os.environ.items() if k not in said}
        return {**inherited, "DOCKER_HOST": self.address, "DOCKER_BUILDKIT": "0"}

    def call(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Gives a command to compose."""
        tool = os.environ.get(TOOL, "docker-compose").split()
        files = ["-f", "compose.yaml", *(["-f", "compose.demo.yaml"] if self.demo else [])]
        done = subprocess.run(
            [*tool, *files, *words],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(
                f"{words}: {done.stdout[-3000:]}{done.stderr[-3000:]}{self.tail()}"
            )
        return done

    def command(self, *words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Gives one of our commands through the service `cli`."""
        return self.call("run", "--rm", "-T", "cli", *words, check=check)

    def objects(self, *words: str) -> list[Any]:
        """The JSON lines of one of our commands."""
        out = self.command(*words, check=False).stdout
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]

    def docker(self, *words: str) -> str:
        """Asks the engine."""
        done = subprocess.run(
            ["docker", *words],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def containers(self, service: str | None = None) -> list[Mapping[str, Any]]:
        """The project's containers as the engine sees them."""
        labels = [f"label=com.docker.compose.project={self.project}"]
        labels += [f"label=com.docker.compose.service={service}"] if service else []
        ids = self.docker("ps", "-aq", *(w for one in labels for w in ("--filter", one))).split()
        if not ids:
            return []
        inspected: list[Mapping[str, Any]] = json.loads(self.docker("inspect", *ids))
        return inspected

    def health(self, services: Sequence[str]) -> dict[str, set[str]]:
        """Service → the states of its containers."""
        found: dict[str, set[str]] = {service: set() for service in services}
        for one in self.containers():
            service = one["Config"]["Labels"]["com.docker.compose.service"]
            if service in found:
                state = one["State"]
                found[service].add(state.get("Health", {}).get("Status", state["Status"]))
        return found

    def healthy(self, services: Sequence[str]) -> None:
        """Returns once every container of these services is; fails with what is not."""

        def all_are() -> bool:
            return all(states == {"healthy"} for states in self.health(services).values())

        self.until(all_are, lambda: f"{self.health(services)}{self.tail()}")

    def until(self, true: Callable[[], bool], words: Callable[[], str]) -> None:
        """Looks until something holds."""
        ends = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > ends:
                raise AssertionError(words())
            time.sleep(1)

    def tail(self) -> str:
        """The last words of everybody."""
        tool = os.environ.get(TOOL, "docker-compose").split()
        done = subprocess.run(
            [*tool, "logs", "--no-color", "--tail", "15"],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return "\n" + done.stdout[-6000:]

    def down(self) -> None:
        """Takes it down with its volumes."""
        self.call("--profile", "demo", "--profile", "cli", "down", "--volumes", "--remove-orphans")


def tool_is_there() -> bool:
    """Whether the compose tool can be called."""
    return shutil.which(os.environ.get(TOOL, "docker-compose").split()[0]) is not None
