"""What a second process adds: the hop of `kafka_hop.py` by one process, and by two of one group.

Processes join first and wait; then the same facts are put into their topic at once, in record
batches that were made before and are compressed as the product's are, and the time runs until all
of them are taken and relayed. Broker and database share the machine's two cores with the processes,
so the second one does not have a core of its own: whatever else runs there meanwhile is taken from
it. So who measures waits without polling, and a round is long enough that what each process does
but once (its first connections, plans and statements) counts for little.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from threading import Event, Thread
from typing import Any

from aiokafka import AIOKafkaProducer

from bus.codec import encode
from bus.kafka.bus import COMPRESSION
from bus.records import partition_of
from tests.bench.engines import PARTITIONS, engines
from tests.bench.hop import IN, fact
from tests.bench.kafka_hop import FEW, Place
from tests.bench.rounds import interleaved, ratio, row

EVENTS = 80_000
PATIENCE = 120.0
_round = count(1)


@dataclass
class Worker:
    """One process, and what it has said last; `news` is set whenever it says something."""

    process: "subprocess.Popen[str]"
    news: Event
    assigned: int = 0
    taken: int = 0

    @classmethod
    def start(cls, place: Place, prefix: str, agent: str, news: Event) -> "Worker":
        """Starts it; a thread reads what it says."""
        command = [sys.executable, "-m", "tests.bench.kafka_worker"]
        process = subprocess.Popen(
            [*command, place.engines.brokers, str(place.address), prefix, agent],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        worker = cls(process, news)
        Thread(target=worker._listen, daemon=True).start()
        return worker

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                said = json.loads(line)
                self.assigned = said.get("assigned", self.assigned)
                self.taken = said.get("taken", self.taken)
                self.news.set()

    def stop(self) -> None:
        """Ends its input and waits for it."""
        self.process.communicate(timeout=PATIENCE)


def until(workers: list[Worker], news: Event, enough: Callable[[], bool]) -> None:
    """Waits until what they said is enough."""
    deadline = time.monotonic() + PATIENCE
    while not enough():
        news.wait(1.0)
        news.clear()
        if time.monotonic() > deadline or any(w.process.poll() is not None for w in workers):
            raise RuntimeError(f"a worker ended or hangs: {workers}")


async def put_in(brokers: str, topic: str) -> float:
    """Puts all facts in; returns the moment at which it began."""
    producer = AIOKafkaProducer(
        bootstrap_servers=brokers, acks="all", max_batch_size=1 << 20, compression_type=COMPRESSION
    )
    await producer.start()
    batches: dict[int, list[Any]] = defaultdict(list)
    for number in range(EVENTS):
        message = encode(fact(number, number % FEW))
        key = message.key.encode()
        headers = [(name, text.encode()) for name, text in message.headers.items()]
        mine = batches[partition_of(key, PARTITIONS)]
        given = {"key": key, "value": message.value, "headers": headers, "timestamp": None}
        if not mine or mine[-1].append(**given) is None:
            mine.append(producer.create_batch())
            mine[-1].append(**given)
    begun = time.perf_counter()
    futures = [
        await producer.send_batch(batch, topic, partition=partition)
        for partition, mine in batches.items()
        for batch in mine
    ]
    await asyncio.gather(*futures)
    await producer.stop()
    return begun


def one_round(place: Place, width: int) -> float:
    """So many processes take all facts; returns events a second."""
    number = next(_round)
    prefix, agent = f"two{number}.", f"two-{number}"
    asyncio.run(place.emptied())
    asyncio.run(place.engines.topics([f"{prefix}{topic}" for topic in (IN, "lead.opened")]))
    news = Event()
    workers = [Worker.start(place, prefix, agent, news) for _ in range(width)]
    try:
        until(
            workers,
            news,
            lambda: (
                sum(w.assigned for w in workers) == PARTITIONS and all(w.assigned for w in workers)
            ),
        )
        begun = asyncio.run(put_in(place.engines.brokers, f"{prefix}{IN}"))
        until(workers, news, lambda: sum(w.taken for w in workers) >= EVENTS)
        seconds = time.perf_counter() - begun
    finally:
        for worker in workers:
            worker.stop()
    asyncio.run(place.check(agent, EVENTS))
    return EVENTS / seconds


def rows() -> Iterator[dict[str, Any]]:
    """Measures, and returns the rows that `make bench` prints."""
    with engines() as running:
        place = Place(running, FEW)
        asyncio.run(place.prepare())
        figures = interleaved(
            {name: partial(one_round, place, width) for name, width in WIDTHS.items()}
        )
    for name, found in figures.items():
        yield row(name, found, "events/s")
    one, two = figures.values()
    yield ratio("two_processes_vs_one", two, one)


WIDTHS = {"hop_kafka_postgres_one_process": 1, "hop_kafka_postgres_two_processes": 2}


if __name__ == "__main__":
    for line in rows():
        print(json.dumps(line), flush=True)
