"""Processes that consume are killed in mid-stream: others take over, and nothing is lost."""

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

from tests.bus.kafka.clusters import a_bus, idle, running
from tests.bus.readers import PATIENCE, message

KEYS, EACH = 12, 40


async def life(address: str, prefix: str, effects: Path) -> Process:
    """A process that consumes."""
    command = (sys.executable, "-m", "tests.bus.kafka.life", address, prefix, str(effects))
    return await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=DEVNULL)


async def said(process: Process, *words: str) -> None:
    """Returns when it has said these words, one after another."""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        for word in words:
            assert (await process.stdout.readline()).decode().strip() == word


async def killed(process: Process) -> None:
    """Ends a process as the kernel does."""
    process.send_signal(signal.SIGKILL)
    await process.communicate()


async def test_a_member_that_is_killed_hands_its_partitions_to_the_others(
    kafka: str, prefix: str, tmp_path: Path
) -> None:
    """Two processes share a group. One is killed after its first batches, then the other one, and
    a third ends the work: every effect is there, each key's in order once repeats are out."""
    effects = tmp_path / "effects"
    bus = a_bus(kafka, prefix)
    bus.watch({"g": ("lead.scored",)})
    async with running(bus):
        one, two = await life(kafka, prefix, effects), await life(kafka, prefix, effects)
        await asyncio.gather(said(one, "joined"), said(two, "joined"))
        for number in range(EACH):
            await bus.publish([message(f"k{key}", number) for key in range(KEYS)])
        await said(one, "handled", "handled")
        await killed(one)
        await killed(two)
        three = await life(kafka, prefix, effects)
        await idle(bus)
        await killed(three)
    found: dict[str, dict[int, None]] = {}
    for line in effects.read_text().splitlines():
        key, number_ = line.split()
        found.setdefault(key, {})[int(number_)] = None
    assert len(found) == KEYS
    for numbers in found.values():
        assert list(numbers) == list(range(EACH))
