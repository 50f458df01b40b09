"""A mailbox as a folder: nothing twice, nothing lost, and a watermark that never lies."""

from pathlib import Path
from typing import Any

import pytest

from agents.definitions import InboxSettings, Resource
from agents.inbox import maildir
from agents.inbox.maildir import MaildirReader
from agents.inbox.taking import Taking
from contracts.outcome import Mode
from statestore.base import Poisoned
from statestore.errors import Unavailable
from tests.agents.cast import Cast
from tests.agents.inbox.mails import answer
from tests.agents.stage import NAMES, scored


def reader(cast: Cast, folder: Path) -> MaildirReader:
    """The reader of the client's mailbox."""
    inbox = InboxSettings(kind="read", maildir=str(folder))
    resource = Resource(id="mira", client="harbour", address="mira@harbour.example", inbox=inbox)
    return MaildirReader(Taking(cast.table.commits, NAMES, Mode.LIVE), resource)


def put(folder: Path, name: str, raw: bytes) -> Path:
    """Delivers a message."""
    path = folder / "new" / name
    path.write_bytes(raw)
    return path


async def watermark(cast: Cast) -> Any:
    """How far the mailbox has been read; None: never to its end."""
    rows = await cast.table.rows("watermark")
    return rows[0].data["read_at"] if rows else None


async def test_messages_are_taken_and_moved_and_the_watermark_follows(tmp_path: Path) -> None:
    """`new` to `cur`, as Maildir has it, and a second look finds nothing."""
    cast = Cast()
    box = reader(cast, tmp_path)
    for n in range(120):
        put(tmp_path, f"{n:03}", answer(None, "Hello.", message_id=f"m-{n}@x.example"))
    assert (await box.read(), await box.read()) == (120, 0)
    assert len(list((tmp_path / "cur").iterdir())) == 120
    assert all(path.name.endswith(":2,S") for path in (tmp_path / "cur").iterdir())
    assert await watermark(cast) == cast.table.clock.now().isoformat()
    assert len(await cast.table.rows("message")) == 120


async def test_a_crash_between_commit_and_move_takes_nothing_twice(tmp_path: Path) -> None:
    """The file is there again: it loses against what is kept, and is moved."""
    cast = Cast()
    await cast.table.declare()
    await cast.tell(scored())
    raw = answer(cast.vendor.calls[0][0], "Please call me.")
    box = reader(cast, tmp_path)
    put(tmp_path, "one", raw)
    await box.read()
    (tmp_path / "cur" / "one:2,S").rename(tmp_path / "new" / "one")
    await box.read()
    await cast.play()
    assert [p.name for p in (tmp_path / "cur").iterdir()] == ["one:2,S"]
    assert len(cast.said("lead.responded")) == 1


async def test_a_store_that_is_away_moves_no_file(tmp_path: Path) -> None:
    """They are read again later."""
    cast = Cast()
    box = reader(cast, tmp_path)
    put(tmp_path, "one", answer(None, "Hello."))
    commit = cast.table.store.commit

    async def away(units: Any) -> Any:
        raise Unavailable("away")

    cast.table.store.commit = away  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        await box.read()
    assert ((tmp_path / "new" / "one").exists(), await watermark(cast)) == (True, None)
    cast.table.store.commit = commit  # type: ignore[method-assign]
    assert await box.read() == 1


async def test_a_file_that_cannot_be_read_is_left_and_holds_the_watermark(tmp_path: Path) -> None:
    """The others go on; follow-ups wait until a person has looked at it."""
    cast = Cast()
    box = reader(cast, tmp_path)
    (tmp_path / "new" / "a-folder").mkdir()
    put(tmp_path, "good", answer(None, "Hello."))
    assert (await box.read(), box.left, await watermark(cast)) == (1, {"a-folder"}, None)
    (tmp_path / "new" / "a-folder").rmdir()
    await box.read()
    assert (box.left, await watermark(cast)) == (set(), cast.table.clock.now().isoformat())


async def test_a_file_that_is_too_large_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By name, and unread."""
    monkeypatch.setattr(maildir, "LARGEST", 1000)
    cast = Cast()
    box = reader(cast, tmp_path)
    put(tmp_path, "large", b"x" * 1001)
    assert (await box.read(), box.left) == (0, {"large"})
    assert (await cast.table.rows("message"), await watermark(cast)) == ([], None)


async def test_a_message_that_the_store_cannot_hold_is_left(tmp_path: Path) -> None:
    """Poison among good: it stays where it is, and is named."""
    cast = Cast()
    box = reader(cast, tmp_path)
    put(tmp_path, "bad", answer(None, "Hello.", message_id="bad@x.example"))
    commit = cast.table.store.commit

    async def poisoned(units: Any) -> Any:
        results = await commit(units[1:])
        return [Poisoned("cannot be held"), *results]

    cast.table.store.commit = poisoned  # type: ignore[method-assign]
    await box.read()
    assert (box.left, (tmp_path / "new" / "bad").exists()) == ({"bad"}, True)


async def test_a_mailbox_that_is_empty_has_been_read(tmp_path: Path) -> None:
    """No news is news: the watermark moves with each look."""
    cast = Cast()
    box = reader(cast, tmp_path)
    assert await box.read() == 0
    first = await watermark(cast)
    cast.table.clock.move(minutes=1)
    await box.read()
    assert (first is not None, first < await watermark(cast)) == (True, True)
