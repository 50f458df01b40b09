"""A process on a SQLite bus is killed in mid-stream, again and again: nothing is lost."""

import asyncio
import random
import shutil
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bus.sqlite import SqliteBus
from tests.bus.life import KEYS, LAST
from tests.bus.readers import PATIENCE, TOPICS, Reader, by_key, until

LIFE = (sys.executable, "-m", "tests.bus.life")


@asynccontextmanager
async def life(*arguments: object) -> AsyncIterator[Process]:
    """A process of its own, gone at the end."""
    process = await asyncio.create_subprocess_exec(*LIFE, *map(str, arguments), stdout=PIPE)
    assert process.stdout is not None
    try:
        yield process
    finally:
        if process.returncode is None:
            await killed(process)
        await process.stdout.read()


async def lines(process: Process, count: int) -> list[str]:
    """Reads so many lines, or all there are."""
    assert process.stdout is not None
    found: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < count and (line := await process.stdout.readline()):
            found.append(line.decode().rstrip("\n"))
    return found


async def killed(process: Process) -> None:
    """Ends a process as the kernel does."""
    process.send_signal(signal.SIGKILL)
    await process.wait()


async def test_what_was_published_survives_sigkill_and_comes_in_order(tmp_path: Path) -> None:
    """Eight lives are killed after a drawn number of batches; the ninth ends. What a publish had
    returned for has its effect, and each key's effects are in order once repeats are out."""
    file, effects = tmp_path / "bus.db", tmp_path / "effects"
    chance = random.Random(20261121)
    for _ in range(8):
        async with life("live", file, effects) as process:
            await lines(process, chance.randint(1, 12))
            await killed(process)
    async with life("live", file, effects) as process:
        assert (await lines(process, 1_000_000))[-1] == "finished"
        assert await process.wait() == 0
    found: dict[str, dict[int, None]] = {}
    for line in effects.read_text().splitlines():
        if line.startswith("effect"):
            _, key, number = line.split()
            found.setdefault(key, {})[int(number)] = None
    assert len(found) == KEYS
    for numbers in found.values():
        assert list(numbers) == list(range(LAST))


async def test_another_process_may_publish_while_one_consumes(tmp_path: Path) -> None:
    """It is noticed without being told; order per key holds, nothing comes twice."""
    file, reader = tmp_path / "bus.db", Reader()
    bus = SqliteBus(file, TOPICS)
    bus.subscribe(reader.subscription)
    await bus.start()
    async with life("publish", file, 50) as one, life("publish", file, 50) as two:
        await until(lambda: len(reader.done) == 2 * 50 * KEYS, reader)
        assert (await one.wait(), await two.wait()) == (0, 0)
    assert (await bus.health()).idle
    await bus.stop()
    assert len(reader.handed) == 2 * 50 * KEYS
    assert all(numbers == list(range(50)) for numbers in by_key(reader.done).values())


async def test_a_second_consumer_is_told_who_has_the_file_and_what_to_do(tmp_path: Path) -> None:
    """Its process id, and the two ways on; when the holder is killed the file is free."""
    file = tmp_path / "bus.db"
    async with life("consume", file) as holder:
        assert await lines(holder, 1) == ["consuming"]
        async with life("consume", file) as second:
            assert await lines(second, 1) == [
                f"Locked: process {holder.pid} consumes from {file}; stop it, or open the file to "
                "publish only"
            ]
        await killed(holder)
    async with life("consume", file) as third:
        assert await lines(third, 1) == ["consuming"]


def test_a_full_device_is_named_and_loses_nothing(tmp_path: Path) -> None:
    """On a file system of 3 MB: publish raises Full, health says so; once there is space again
    everything whose publish returned is consumed."""
    mount = f"mount -t tmpfs -o size=3m tmpfs {tmp_path}"
    script = f"{mount} && {' '.join(LIFE)} fill {tmp_path}/bus.db"
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rm", "sh", "-c", mount]).returncode:
        pytest.skip("needs a user who may mount a small file system of its own")
    done = subprocess.run([unshare, "-rm", "sh", "-c", script], capture_output=True, text=True)
    said = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert said[0].startswith("Full:")
    assert "no space left" in said[0]
    assert said[1:] == ["ready False", "consumed all: True"]
