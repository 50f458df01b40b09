"""Where a store's file may live, and who may consume from it.

WAL shares memory between processes and rests on file locks; over a network mount both fail
quietly, which ends in a damaged file. So such a place is refused before the file is opened. One
process consumes: it holds a lock on a file beside the store, which also remembers how far the
store had come, so that an old copy put in its place is noticed.
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statestore.errors import Full, Locked, Misplaced

NETWORK = frozenset(
    {"9p", "afp", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "dfs", "glusterfs"}
    | {"gpfs", "lustre", "ncpfs", "nfs", "nfs3", "nfs4", "ocfs2", "orangefs", "smb", "smb2"}
    | {"smb3", "smbfs", "sshfs", "webdav"}
)
"""File systems on which locks or shared memory do not reach the other side."""


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system."""

    point: str
    kind: str


def linux_mounts(text: str) -> Iterator[Mount]:
    """Reads `/proc/self/mountinfo` (proc(5)): the mount point is the fifth field, the type the
    first after the dash; blanks are written as octal escapes."""
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(), after.split()
        if len(fields) >= 5 and kinds:
            point = fields[4].encode().decode("unicode_escape").encode("latin-1").decode()
            yield Mount(point, kinds[0])


def bsd_mounts(text: str) -> Iterator[Mount]:
    """Reads what `mount` prints on macOS: `//user@host/share on /Volumes/x (smbfs, nodev)`."""
    for line in text.splitlines():
        left, _, options = line.rpartition(" (")
        _, _, point = left.partition(" on ")
        if point:
            yield Mount(point, options.split(",")[0].rstrip(")"))


def system_mounts() -> list[Mount]:
    """Returns what is mounted here; nothing where the system does not say."""
    table = Path("/proc/self/mountinfo")
    if table.exists():
        return list(linux_mounts(table.read_text(encoding="utf-8", errors="replace")))
    if sys.platform == "darwin":
        listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False)
        return list(bsd_mounts(listed.stdout))
    return []


def mount_of(path: Path, mounts: list[Mount]) -> Mount | None:
    """Returns the mount that holds a path: the longest mount point above it, the last of equals,
    since a later mount hides an earlier one."""
    parents = {str(parent) for parent in (path, *path.parents)}
    above = [mount for mount in mounts if mount.point in parents]
    return max(reversed(above), key=lambda mount: len(mount.point), default=None)


def check_place(path: Path, mounts: list[Mount] | None = None) -> None:
    """Raises Misplaced where a store's file cannot live: no such folder, a folder in the file's
    place, or a network mount."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise Misplaced(f"{path}: no folder {folder}; make it first")
    if path.is_dir():
        raise Misplaced(f"{path} is a folder; name a file in it, as {path / 'state.db'}")
    mount = mount_of(folder.resolve(), system_mounts() if mounts is None else mounts)
    if mount is not None and mount.kind.removeprefix("fuse.") in NETWORK:
        raise Misplaced(
            f"{path} lies on a network mount ({mount.kind} at {mount.point}), where SQLite's locks "
            "do not hold; put it on a local disk, or use Postgres for several machines"
        )


class ConsumerLock:
    """The lock of the one process that consumes: `NAME.lock` beside the store."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(path.name + ".lock")
        self._file: int | None = None

    def take(self) -> Mapping[str, Any]:
        """Takes the lock and returns what its last holder noted; raises Locked, naming the
        process that has it, Misplaced where its folder cannot be written."""
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Misplaced(
                f"{self.path} cannot be opened ({error.strerror}); the store's folder must be one "
                "that this user can write to"
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            noted = _read(handle)
            os.close(handle)
            raise Locked(
                f"{self.path}: process {noted.get('pid', 'unknown')} consumes from this store; "
                "stop it, or open the store to publish only"
            ) from error
        noted = _read(handle)
        self._file = handle
        return noted

    def note(self, **values: Any) -> None:
        """Writes what the next holder, and whoever is refused, will read. Raises Full: without its
        note an old copy could not be told from the store."""
        if self._file is not None:
            text = json.dumps({"pid": os.getpid(), **values}).encode()
            try:
                os.pwrite(self._file, text, 0)
                os.ftruncate(self._file, len(text))
            except OSError as error:
                words = f"{self.path} cannot be written ({error.strerror}); free some space"
                raise Full(words) from error

    def leave(self) -> None:
        """Gives the lock back. The file stays: removing it would race with the next holder."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _read(handle: int) -> dict[str, Any]:
    try:
        value = json.loads(os.pread(handle, 4096, 0))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
