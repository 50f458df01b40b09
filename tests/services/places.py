"""Where services keep their files, on which ports they listen, and who may look: shared by all
workers of one run, and apart from every other run's."""

import atexit
import fcntl
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, NoReturn

import pytest

RUN = "PYTEST_LEADWIRE_RUN"
"""Environment name by which a run's workers, and programs that tests start, know their run."""
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def run_name() -> str:
    """The run's name, PID-RANDOM; the first process to ask begins the run, which ends with it.

    A pid alone would not do: it comes again, and with it the notes of a run that was interrupted.
    """
    if RUN not in os.environ:
        os.environ[RUN] = f"{os.getpid()}-{secrets.token_hex(4)}"
        atexit.register(shutil.rmtree, _folder(), ignore_errors=True)
    return os.environ[RUN]


def run_pid() -> int:
    """The process that the run belongs to: pytest itself, also where a worker asks."""
    return int(run_name().partition("-")[0])


def run_folder() -> Path:
    """A folder that all workers of this run share."""
    run_name()
    folder = _folder()
    folder.mkdir(exist_ok=True)
    return folder


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"leadwire-tests-{os.environ[RUN]}"


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
    """A port that nobody listens on, and that nobody takes before its service does.

    It is none of those that the kernel hands out to connections and to whoever binds port 0, and no
    other process of any run gets it while this one lives: each locks the byte of that number in a
    file that all have in common.
    """
    while True:
        port = secrets.choice(_ports())
        if port not in _taken and _locked(port) and _bindable(port):
            _taken.add(port)
            return port


_taken: set[int] = set()


@cache
def _ports() -> Sequence[int]:
    """Ports below those that the kernel hands out; all of them where that leaves too few."""
    try:
        lowest = int(EPHEMERAL.read_text().split()[0])
    except OSError:
        lowest = 49152  # as IANA has it, and as macOS does
    return range(10_000, lowest) if lowest > 12_000 else range(10_000, 60_000)


@cache
def _register() -> IO[bytes]:
    """The file whose bytes are locked: open for as long as the process lives, since closing it
    would give every lock back. A user's own: nobody opens another's in a folder like /tmp."""
    return (Path(tempfile.gettempdir()) / f"leadwire-tests-ports-{os.getuid()}").open("ab")


def _locked(port: int) -> bool:
    try:
        fcntl.lockf(_register(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


def _bindable(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


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
