"""What the outside can do to a group: records that aiokafka cannot read, and a name taken twice."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bus.kafka.clusters import a_bus, healthy, idle, running, topics_of_own
from tests.bus.readers import SCORED, Reader, ids, message, until
from tests.services.kcat import kcat


@pytest.fixture
async def prefix(kafka: str) -> AsyncIterator[str]:
    """Topics of this test's own, of one partition."""
    async with topics_of_own(kafka, partitions=1) as name:
        yield name


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
async def test_a_header_whose_name_is_no_text_stops_nobody(
    kafka: str, prefix: str, tmp_path: Path, codec: str
) -> None:
    """A producer in C or Java may write any bytes there: the record comes with a name that a
    person can read, and so does what is behind it, however the batch is packed."""
    reader = Reader(topics=[SCORED])
    file = tmp_path / "record"
    file.write_text(json.dumps({"notes": "long " * 200}))
    command = [kcat(), "-P", "-b", kafka, "-t", f"{prefix}{SCORED}", "-z", codec, "-k", "any"]
    headers: list[str | bytes] = ["-H", "ce_id=stranger", "-H", b"caf\xe9\xff=one"]
    async with running(a_bus(kafka, prefix), reader) as bus:
        await bus.publish([message("t/a", 0)])
        kcat_ = await asyncio.create_subprocess_exec(*command, *headers, str(file))
        assert await kcat_.wait() == 0
        await bus.publish([message("t/a", 1)])
        await until(lambda: len(reader.done) == 3, reader)
        await idle(bus)
    assert ids(reader.done) == ["t/a:0", "stranger", "t/a:1"]
    found = reader.done[1].message
    assert found.headers["caf\\xe9\\xff"] == "one"
    assert found.value == file.read_bytes()


async def test_two_processes_of_one_name_are_told(kafka: str, prefix: str) -> None:
    """`bus_instance` copied to every replica: the broker gives both the same partitions by turns.
    Health says so, and once one of them is gone the other one is well and lacks nothing."""
    readers = [Reader(), Reader()]
    one, two = (a_bus(kafka, prefix, instance="scoring-0") for _ in range(2))
    async with running(one, readers[0]):
        two.subscribe(readers[1].subscription)
        await two.start()
        try:
            told = await healthy(one, lambda health: "bus_instance of its own" in health.detail)
        finally:
            await two.stop()
        assert "scoring-0" in told.detail
        assert not told.ready
        await one.publish([message("t/a", number) for number in range(5)])
        await until(lambda: len(set(ids(readers[0].done))) == 5, readers[0])
