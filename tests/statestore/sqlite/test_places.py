"""Where a store's file may live, and who consumes from it."""

import os
from pathlib import Path

import pytest

from statestore.errors import Locked, Misplaced
from statestore.sqlite import SqliteStore
from statestore.sqlite.places import (
    ConsumerLock,
    Mount,
    bsd_mounts,
    check_place,
    linux_mounts,
    mount_of,
)

LINUX = """\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:26 / /srv/shared\\040files rw,relatime shared:9 - nfs4 filer:/export rw,vers=4.2
31 22 0:27 / /srv/shared\\040files/fast rw - ext4 /dev/vdb1 rw
32 22 0:28 / /media/cloud rw,nosuid - fuse.sshfs me@far:/ rw
33 22 0:29 / /media/local rw - fuseblk /dev/sdc1 rw
34 22 0:30 / /mnt/c rw,noatime - 9p drvfs rw
"""
MACOS = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//anna@filer._smb._tcp.local/team on /Volumes/team (smbfs, nodev, nosuid, mounted by anna)
/dev/disk5s1 on /Volumes/disk (on desk) (apfs, local, nodev)
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/state.db", "ext4"),
        ("/srv/shared files/state.db", "nfs4"),
        ("/srv/shared files/fast/state.db", "ext4"),
        ("/srv/shared files and more/state.db", "ext4"),
        ("/media/cloud/a/b/state.db", "fuse.sshfs"),
        ("/mnt/c/state.db", "9p"),
    ],
)
def test_the_longest_mount_point_holds_a_path(path: str, kind: str) -> None:
    """Given mounts within mounts, then a path belongs to the innermost."""
    mount = mount_of(Path(path), list(linux_mounts(LINUX)))
    assert mount is not None
    assert mount.kind == kind


def test_a_later_mount_hides_an_earlier_one() -> None:
    """Given two mounts on one point, then the later one holds the path."""
    mounts = [Mount("/", "ext4"), Mount("/data", "nfs4"), Mount("/data", "ext4")]
    assert mount_of(Path("/data/x"), mounts) == Mount("/data", "ext4")


def test_macos_says_it_its_own_way() -> None:
    """Given what `mount` prints on macOS, then points with blanks and brackets are read whole."""
    assert list(bsd_mounts(MACOS)) == [
        Mount("/", "apfs"),
        Mount("/Volumes/team", "smbfs"),
        Mount("/Volumes/disk (on desk)", "apfs"),
    ]


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smbfs", "9p", "fuse.sshfs", "fuse.glusterfs"])
def test_a_network_mount_is_refused_with_the_remedy(tmp_path: Path, kind: str) -> None:
    """Given a folder on a network mount, then the error names the mount and what to do."""
    mounts = [Mount("/", "ext4"), Mount(str(tmp_path.resolve()), kind)]
    with pytest.raises(Misplaced, match="local disk") as caught:
        check_place(tmp_path / "state.db", mounts)
    assert kind in str(caught.value)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "apfs", "overlay", "tmpfs", "fuseblk"])
def test_local_mounts_are_taken(tmp_path: Path, kind: str) -> None:
    """Given a folder on a local disk, then it is taken."""
    check_place(tmp_path / "state.db", [Mount(str(tmp_path.resolve()), kind)])


def test_a_link_to_a_network_mount_is_followed(tmp_path: Path) -> None:
    """Given a folder that is a link into a network mount, then it is refused too."""
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to(tmp_path / "far")
    mounts = [Mount("/", "ext4"), Mount(str((tmp_path / "far").resolve()), "nfs4")]
    with pytest.raises(Misplaced):
        check_place(tmp_path / "near" / "state.db", mounts)


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """Given a path in a folder that is not there, or a folder itself, then start says so."""
    with pytest.raises(Misplaced, match="no folder"):
        await SqliteStore(tmp_path / "none" / "state.db").start()
    with pytest.raises(Misplaced, match="is a folder"):
        await SqliteStore(tmp_path).start()


def test_the_lock_names_its_holder(tmp_path: Path) -> None:
    """Given a consumer, then a second one is refused with the first one's process and the way
    out; when the first leaves, the second gets in and reads its note."""
    first, second = ConsumerLock(tmp_path / "state.db"), ConsumerLock(tmp_path / "state.db")
    assert first.take() == {}
    first.note(commits=7)
    with pytest.raises(Locked, match=rf"process {os.getpid()} .*stop it, or .*publish only"):
        second.take()
    first.leave()
    assert second.take()["commits"] == 7
    second.leave()
    second.leave()


def test_a_spoiled_lock_file_is_no_obstacle(tmp_path: Path) -> None:
    """Given a lock file with anything in it, then it can be taken all the same."""
    (tmp_path / "state.db.lock").write_bytes(b"\xff[1]")
    lock = ConsumerLock(tmp_path / "state.db")
    assert lock.take() == {}
    lock.leave()
