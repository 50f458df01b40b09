"""Where services keep their files, and who may look: shared by all workers of one run."""

import fcntl
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest


def run_pid() -> int:
    """The process that the run belongs to: pytest itself, also where a worker asks."""
    return os.getppid() if os.environ.get("PYTEST_XDIST_WORKER") else os.getpid()


def run_folder() -> Path:
    """A folder that all workers of this run share."""
    folder = Path(tempfile.gettempdir()) / f"leadwire-tests-{run_pid()}"
    folder.mkdir(exist_ok=True)
    return folder


def cache_folder() -> Path:
    """Where downloads stay between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "leadwire-tests"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / "leadwire-tests-cache"
        folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time; the kernel gives the lock back whatever happens."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def once(name: str, start: Callable[[], str]) -> str:
    """The address that `start` returned to whichever of the run's workers asked first."""
    note = run_folder() / f"{name}.address"
    with locked(run_folder() / f"{name}.lock"):
        if not note.exists():
            note.write_text(start())
        return note.read_text()


def absent(text: str) -> NoReturn:
    """Skips the test for want of a service, or fails it where services are required."""
    if os.environ.get("LEADWIRE_REQUIRE_SERVICES"):
        pytest.fail(text)
    pytest.skip(text)
