"""Says whether a path can hold a bus, and keeps a second consumer out; `SqliteBus.start` asks.

SQLite's write-ahead log needs shared memory and locks that network file systems do not give: two
machines would each believe that they alone write. So such mounts are refused by name. The consumer
lock is `flock` on a file beside the bus: the kernel drops it with the process, also on `kill -9`.
"""

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from bus.errors import Locked, Misplaced

NETWORK = frozenset(
    {
        *("9p", "afs", "afpfs", "beegfs", "ceph", "cifs", "davfs", "glusterfs", "gpfs", "lustre"),
        *("ncpfs", "nfs", "nfs3", "nfs4", "ocfs2", "orangefs", "smb", "smb3", "smbfs", "webdav"),
        *("fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"),
    }
)
"""File systems whose locks or shared memory do not hold between machines."""
MOUNTS = Path("/proc/mounts")
"""Linux; elsewhere nothing is known of a mount, and nothing is refused for it."""


def check_place(path: Path, mounts: Path = MOUNTS) -> None:
    """Raises Misplaced where a bus file cannot live at this path."""
    folder = path.parent
    if not folder.is_dir():
        raise Misplaced(f"{folder} is not there; make the folder, or choose another path")
    if path.is_dir():
        raise Misplaced(f"{path} is a folder; name a file in it, as {path / 'bus.db'}")
    kind = file_system(folder.resolve(), mounts)
    if kind in NETWORK:
        raise Misplaced(
            f"{path} is on a network mount ({kind}), where SQLite's locks do not hold; "
            "choose a path on a local disk"
        )
    writable = os.access(path if path.exists() else folder, os.W_OK)
    if not writable or not os.access(folder, os.W_OK):
        raise Misplaced(f"{path} cannot be written by this user; change its owner or the path")


def file_system(folder: Path, mounts: Path = MOUNTS) -> str | None:
    """Returns the type of the file system that a folder is on; None where it cannot be known."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found = [
        (point, kind)
        for point, kind in _points(lines)
        if folder == point or point in folder.parents
    ]
    return max(found, key=lambda row: len(row[0].parts))[1] if found else None


def _points(lines: Iterable[str]) -> list[tuple[Path, str]]:
    """Mount point and type of each line; blanks in names are written as octal escapes."""
    rows = [line.split(" ") for line in lines]
    return [
        (Path(row[1].replace("\\040", " ").replace("\\011", "\t")), row[2])
        for row in rows
        if len(row) > 2
    ]


class ConsumerLock:
    """Held by the one process that consumes from a bus file."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(path.name + ".lock")
        self._bus = path
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Takes the lock; raises Locked with the holder's process id."""
        file = self.path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise Locked(
                f"process {holder} consumes from {self._bus}; stop it, or open the file to "
                "publish only"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Gives the lock back; nothing happens where it is not held."""
        if self._file is not None:
            self._file.close()
            self._file = None
