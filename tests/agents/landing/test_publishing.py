"""Places for pages: a folder, and a bucket on a real S3-compatible server of its own process."""

import errno
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from agents import wiring
from agents.landing import publishing
from agents.landing.bucket import Access, Bucket
from agents.landing.publishing import Folder, Place, PlaceError
from agents.settings import Settings
from tests.agents.landing.leads import lead, page
from tests.services.places import free_port

KEY = "test-key"
PATIENCE = 60.0


@contextmanager
def running(**environment: str) -> Iterator[str]:
    """The address of an S3-compatible server with one bucket, `pages`."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + PATIENCE
        while not made(f"{address}/pages"):
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running() as address:
        yield address


def made(url: str) -> bool:
    """Makes a bucket by a plain request; False where nobody answers yet."""
    request = Request(url, method="PUT", headers={"Authorization": f"AWS {KEY}:x"})
    try:
        with urlopen(request) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(params=["folder", "bucket"])
def place(request: Any, tmp_path: Path) -> Place:
    if request.param == "folder":
        return Folder(tmp_path / "site")
    server = request.getfixturevalue("server")
    return Bucket(access(server, prefix=f"{tmp_path.parent.name}/{tmp_path.name}"))


def access(server: str, **changes: str) -> Access:
    given = {"bucket": "pages", "endpoint": server, "key": KEY, "secret": "x", **changes}
    return Access(**given)


async def files(place: Place) -> set[str]:
    return {name async for name in place.names()}


async def test_a_page_goes_up_whole_and_is_not_written_again(place: Place) -> None:
    made = page()
    assert await publishing.publish(place, made) == len(made.files)
    assert {name: await place.read(name) for name in await files(place)} == dict(made.files)
    assert await publishing.publish(place, made) == 0


async def test_only_what_changed_is_written(place: Place) -> None:
    await publishing.publish(place, page())
    changed = page(lead(description="Other words."))
    assert await publishing.publish(place, changed) == 3  # two languages and the Markdown
    assert await place.read(changed.path) == changed.html


async def test_a_page_comes_down_by_its_key_alone_and_leaves_its_neighbours(place: Place) -> None:
    await publishing.publish(place, page(key="one"), below="acme/")
    await publishing.publish(place, page(key="two"), below="acme/")
    (slug,) = await publishing.slugs_of(place, "one", below="acme/")
    assert await publishing.remove_page(place, slug, below="acme/") == 4
    assert await files(place) == {f"acme/{name}" for name in page(key="two").files}
    assert await publishing.remove_page(place, slug, below="acme/") == 0


async def test_the_page_itself_goes_up_last_and_comes_down_first() -> None:
    made = page()
    order = [path for path, _ in publishing.in_order(made.files)]
    assert order[-1] == made.path
    seen: list[str] = []

    class Noting(Folder):
        async def remove(self, path: str) -> bool:
            seen.append(path)
            return True

    await publishing.remove(Noting(Path()), order)
    assert seen[0].endswith(".html")


async def test_a_missing_bucket_and_a_dead_server_are_named_with_the_remedy(server: str) -> None:
    nowhere = Bucket(access(server, bucket="nowhere"))
    with pytest.raises(PlaceError, match="no bucket nowhere; make it"):
        await nowhere.write("a.html", b"x")
    with socket.socket() as held:  # bound and deaf: nobody else can take the port meanwhile
        held.bind(("127.0.0.1", 0))
        dead = Bucket(access(f"http://127.0.0.1:{held.getsockname()[1]}"))
        with pytest.raises(PlaceError, match=r"does not answer.*pages_s3_endpoint") as told:
            await dead.write("a.html", b"x")
    assert not told.value.lasting


async def test_a_bucket_that_refuses_is_named_with_the_setting_to_check() -> None:
    """The server knows no such key: it lets one request (the bucket's making) by, no other."""
    with (
        running(INITIAL_NO_AUTH_ACTION_COUNT="1") as address,
        pytest.raises(PlaceError, match="bucket pages refused; check pages_s3_key") as told,
    ):
        await Bucket(access(address)).write("a.html", b"x")
    assert told.value.lasting


async def test_settings_lead_to_the_bucket(
    server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAGES_SECRET", "x")
    settings = Settings(
        pages=f"s3:pages/{tmp_path.name}",
        pages_s3_endpoint=server,
        pages_s3_key=KEY,
        pages_s3_secret="env:PAGES_SECRET",
    )
    made = page()
    place = wiring.make_place(settings)
    await publishing.publish(place, made)
    assert await Bucket(access(server)).read(f"{tmp_path.name}/{made.path}") == made.html


async def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file where the folder should be")
    with pytest.raises(PlaceError, match=r"site.*cannot be used.*set pages to another place"):
        await Folder(tmp_path / "site").write("a/index.html", b"x")


async def test_a_full_disk_is_named_and_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Folder(tmp_path)
    await place.write("a/index.html", b"old")

    def full(self: Path, body: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(PlaceError, match=r"no space for .*free some"):
        await place.write("a/index.html", b"new")
    assert await place.read("a/index.html") == b"old"
    assert await files(place) == {"a/index.html"}


async def test_no_path_leads_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match="leads out"):
        await Folder(tmp_path / "site").write("../x.html", b"x")


async def test_files_can_be_read_by_a_web_server(tmp_path: Path) -> None:
    await Folder(tmp_path).write("a.html", b"x")
    assert (tmp_path / "a.html").stat().st_mode & stat.S_IRUSR
