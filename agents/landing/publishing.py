"""Puts pages where the web can read them: the port of a place for files, the folder, and the steps
of publishing and removing that every place shares.

What a place promises
- `write` is atomic: whoever reads sees the file as it was or as it is, never half of it.
- `same` says whether a file holds these very bytes already; unchanged files are not written.
- `remove` of what is not there is no error. `names` lists every file, in no order.
- What it cannot do it says by raising `PlaceError` with the problem and what to do.

A page's picture and Markdown go up before its HTML, and its HTML comes down first, so that no page
is seen that lacks a part. `bucket.py` is the other place.
"""

import asyncio
import errno
import os
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from agents.landing.core import mark
from agents.landing.values import Page

T = TypeVar("T")

TYPES: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "xml": "application/xml",
    "txt": "text/plain; charset=utf-8",
}
"""Content type by ending."""


class PlaceError(Exception):
    """Files cannot be read or written there: the problem, what to do, and whether later may do."""

    def __init__(self, problem: str, remedy: str, *, lasting: bool = True) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy
        self.lasting = lasting


class Place(ABC):
    """Where files of a site are kept."""

    @abstractmethod
    async def read(self, path: str) -> bytes | None:
        """Returns a file's bytes; None where there is none."""

    @abstractmethod
    async def same(self, path: str, body: bytes) -> bool:
        """True where the file holds these very bytes."""

    @abstractmethod
    async def write(self, path: str, body: bytes) -> None:
        """Writes a file, all or nothing."""

    @abstractmethod
    async def remove(self, path: str) -> bool:
        """Removes a file; False where there was none."""

    @abstractmethod
    def names(self, prefix: str = "") -> AsyncIterator[str]:
        """Every file whose path starts with `prefix`, which is empty or ends with a slash."""


def content_type(path: str) -> str:
    """The content type of a file by its ending."""
    return TYPES.get(path.rpartition(".")[2], "text/plain; charset=utf-8")


# ── steps that every place shares ─────────────────────────────────────────────────────────────


async def publish(place: Place, page: Page, *, below: str = "") -> int:
    """Brings a page up; returns how many files were written, 0 where nothing had changed."""
    written = 0
    for path, body in in_order(page.files):
        written += await put(place, f"{below}{path}", body)
    return written


async def put(place: Place, path: str, body: bytes) -> bool:
    """Writes a file unless it holds these very bytes."""
    if await place.same(path, body):
        return False
    await place.write(path, body)
    return True


def in_order(files: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """Files in the order in which they go up: HTML last, the page itself at the very end."""
    return sorted(files.items(), key=lambda one: (one[0].endswith(".html"), -len(one[0]), one[0]))


async def remove(place: Place, paths: Iterable[str]) -> int:
    """Takes files down, HTML first; returns how many there were."""
    ordered = sorted(paths, key=lambda path: (not path.endswith(".html"), path))
    return sum([await place.remove(path) for path in ordered])


async def remove_page(place: Place, slug: str, *, below: str = "") -> int:
    """Takes a page down by its folder; returns how many files there were."""
    return await remove(place, [path async for path in place.names(f"{below}{slug}/")])


async def slugs_of(place: Place, key: str, *, below: str = "") -> set[str]:
    """Folders of a lead's pages, found by the mark of its key alone: no record is needed."""
    end = f"-{mark(key)}"
    found = {path[len(below) :].partition("/")[0] async for path in place.names(below)}
    return {slug for slug in found if slug.endswith(end)}


PAGE = re.compile(r"[a-z0-9-]+-[a-z2-7]{10}")
"""What the folder of a page is called (`core.slug_of`)."""


# ── a folder ──────────────────────────────────────────────────────────────────────────────────


class Folder(Place):
    """A folder of this machine, served by any web server."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def read(self, path: str) -> bytes | None:
        return await asyncio.to_thread(self._read, path)

    async def same(self, path: str, body: bytes) -> bool:
        return await asyncio.to_thread(self.holds, path, body)

    async def write(self, path: str, body: bytes) -> None:
        await asyncio.to_thread(self.store, path, body)

    async def remove(self, path: str) -> bool:
        return await asyncio.to_thread(self._remove, path)

    async def names(self, prefix: str = "") -> AsyncIterator[str]:
        for name in await asyncio.to_thread(lambda: list(self._names(prefix))):
            yield name

    def holds(self, path: str, body: bytes) -> bool:
        """`same`, for callers in a thread of their own."""
        return self._read(path) == body

    def store(self, path: str, body: bytes) -> None:
        """`write`, for callers in a thread of their own: a file beside it, then renamed."""
        to = self._path(path)
        beside = to.with_name(f".{to.name}.{os.getpid()}.new")
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(body)
            beside.replace(to)
        except OSError as error:
            with suppress(OSError):
                beside.unlink()
            raise self._told(error, to) from error

    def _path(self, path: str) -> Path:
        to = self.root / path
        if ".." in Path(path).parts or Path(path).is_absolute():
            raise PlaceError(f"{path} leads out of {self.root}", "choose another name")
        return to

    def _read(self, path: str) -> bytes | None:
        try:
            return self._path(path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise self._told(error, self._path(path)) from error

    def _remove(self, path: str) -> bool:
        at = self._path(path)
        try:
            at.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise self._told(error, at) from error
        self._without_empty(at.parent)
        return True

    def _without_empty(self, folder: Path) -> None:
        while folder != self.root and self.root in folder.parents:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent

    def _names(self, prefix: str) -> Iterator[str]:
        for folder, _, files in os.walk(self._path(prefix)):
            for name in files:
                if not (name.startswith(".") and name.endswith(".new")):
                    yield (Path(folder) / name).relative_to(self.root).as_posix()

    def _told(self, error: OSError, path: Path) -> PlaceError:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        if full:
            words = f"no space for {path} ({error.strerror})"
            return PlaceError(words, "free some, or set pages to another place", lasting=False)
        remedy = f"let this process write below {self.root}, or set pages to another place"
        return PlaceError(f"{path} cannot be used ({error.strerror})", remedy)
