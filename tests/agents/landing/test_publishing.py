"""Places for pages: a folder, and a bucket on a real S3-compatible server."""

import errno
import os
import socket
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents import wiring
from agents.landing import publishing
from agents.landing.bucket import Access, Bucket
from agents.landing.publishing import Folder, Place, PlaceError, content_type
from agents.settings import Settings
from tests.agents.landing.leads import lead, page
from tests.services import s3
from tests.services.s3 import S3Proxy, Server


@pytest.fixture(scope="module")
def server() -> Server:
    return s3.shared()


@pytest.fixture(scope="module")
def bucket(server: Server) -> Iterator[str]:
    with server.bucket() as name:
        yield name


@pytest.fixture
def given(server: Server, bucket: str, tmp_path: Path) -> Access:
    """A test's own folder in the module's bucket."""
    return access(server, bucket=bucket, prefix=f"{tmp_path.parent.name}/{tmp_path.name}")


@pytest.fixture(params=["folder", "bucket"])
def place(request: Any, tmp_path: Path) -> Place:
    if request.param == "folder":
        return Folder(tmp_path / "site")
    return Bucket(request.getfixturevalue("given"))


def access(server: Server, **changes: str) -> Access:
    known = {"endpoint": server.endpoint, "key": server.key, "secret": server.secret}
    return Access(**{"bucket": "pages", **known, **changes})


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


async def test_a_bucket_serves_each_file_as_what_it_is(
    server: Server, bucket: str, given: Access
) -> None:
    """The bytes as they were made, under the type that a browser needs."""
    made = page()
    await publishing.publish(Bucket(given), made)
    for name, body in made.files.items():
        status, headers, told = server.ask("GET", bucket, f"{given.prefix}/{name}")
        assert (status, told) == (200, body)
        said = headers["Content-Type"].replace("; ", ";")  # servers space it as they like
        assert said == content_type(name).replace("; ", ";")


async def test_a_missing_bucket_is_named_by_whatever_meets_it_first(server: Server) -> None:
    nowhere = Bucket(access(server, bucket="leadwire-nowhere"))
    assert server.ask("GET", "leadwire-nowhere")[0] == 404
    with pytest.raises(PlaceError, match="no bucket leadwire-nowhere; make it") as told:
        await nowhere.write("a.html", b"x")
    assert told.value.lasting
    with pytest.raises(PlaceError, match="no bucket leadwire-nowhere; make it"):
        await files(nowhere)


async def test_a_server_that_does_not_answer_is_named_and_tried_again(server: Server) -> None:
    with socket.socket() as held:  # bound and deaf: nobody else can take the port meanwhile
        held.bind(("127.0.0.1", 0))
        dead = Bucket(access(server, endpoint=f"http://127.0.0.1:{held.getsockname()[1]}"))
        with pytest.raises(PlaceError, match=r"does not answer.*pages_s3_endpoint") as told:
            await dead.write("403-accessdenied/index.html", b"x")  # as its address, no answer
    assert not told.value.lasting


@pytest.mark.parametrize("wrong", [{"key": "nobody"}, {"secret": "another"}])
async def test_a_bucket_that_refuses_is_named_with_the_setting_to_check(
    wrong: dict[str, str], server: Server, given: Access
) -> None:
    """A key that it does not know, a signature that is not right: whatever is asked first, and
    nothing comes of it."""
    await Bucket(given).write("a.html", b"as it was")
    assert replace(server, **wrong).ask("GET", given.bucket)[0] == 403
    refused = Bucket(replace(given, **wrong))
    for ask in (
        lambda: refused.write("a.html", b"x"),
        lambda: refused.same("a.html", b"as it was"),
        lambda: refused.read("a.html"),
        lambda: refused.remove("a.html"),
        lambda: files(refused),
    ):
        with pytest.raises(PlaceError, match="refused; check pages_s3_key") as told:
            await ask()
        assert told.value.lasting
    assert await Bucket(given).read("a.html") == b"as it was"


class Falling(Bucket):
    """A bucket whose server dies as one file is about to be written or removed."""

    def __init__(self, proxy: S3Proxy, at: str) -> None:
        super().__init__(access(proxy.server))
        self.proxy, self.at = proxy, at

    async def write(self, path: str, body: bytes) -> None:
        self._fall(path)
        await super().write(path, body)

    async def remove(self, path: str) -> bool:
        self._fall(path)
        return await super().remove(path)

    def _fall(self, path: str) -> None:
        if path == self.at:
            self.proxy.kill()


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[S3Proxy]:
    one = s3.private(tmp_path / "s3")
    one.start()
    one.server.make("pages")
    yield one
    one.kill()


async def test_a_server_that_dies_leaves_no_page_without_its_parts(proxy: S3Proxy) -> None:
    """Going up, the page is not there before all that it links to; coming down, it goes before any
    of that. Either goes on where it stopped."""
    made = page()
    order = [path for path, _ in publishing.in_order(made.files)]
    with pytest.raises(PlaceError, match="does not answer") as told:
        await publishing.publish(Falling(proxy, order[-1]), made)
    assert not told.value.lasting
    proxy.start()
    place = Bucket(access(proxy.server))
    assert await files(place) == set(order[:-1])
    assert await publishing.publish(place, made) >= 1
    assert {name: await place.read(name) for name in await files(place)} == dict(made.files)
    last = max(path for path in order if not path.endswith(".html"))
    with pytest.raises(PlaceError, match="does not answer"):
        await publishing.remove(Falling(proxy, last), order)
    proxy.start()
    assert await files(place) == {last}
    await publishing.remove(place, order)
    assert await files(place) == set()


async def test_settings_lead_to_the_bucket(
    server: Server, given: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGES_SECRET", server.secret)
    settings = Settings(
        pages=f"s3:{given.bucket}/{given.prefix}",
        pages_s3_endpoint=server.endpoint,
        pages_s3_key=server.key,
        pages_s3_secret="env:PAGES_SECRET",
    )
    made = page()
    place = wiring.make_place(settings)
    await publishing.publish(place, made)
    assert await Bucket(given).read(made.path) == made.html


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
