"""Where services keep their files, and who may look: shared by all workers of one run."""

import fcntl
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
