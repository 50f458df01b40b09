"""A cluster that answers with the errors one asks for: librdkafka's, within the confluent wheel.

Only for protocol errors that a real broker gives nobody on demand (facts/bus 2a). Its C interface
is declared experimental, and has no Python face but this one.
"""

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import confluent_kafka

PRODUCE, FETCH, OFFSET_COMMIT, JOIN_GROUP, HEARTBEAT = 0, 1, 8, 11, 12
"""Requests, by Kafka's numbers."""
NOT_LEADER, TOO_LARGE, NOT_ENOUGH_REPLICAS, DENIED = 6, 10, 19, 29
CORRUPT, REBALANCING, GROUP_DENIED, OUT_OF_ORDER = 2, 27, 30, 45
"""Errors, by Kafka's numbers."""


@dataclass
class Cluster:
    """One broker in this process."""

    library: Any
    handle: Any
    address: str

    def topic(self, name: str, partitions: int) -> None:
        """Makes a topic."""
        self.library.rd_kafka_mock_topic_create(self.handle, name.encode(), partitions, 1)

    def lead(self, topic: str, partition: int, *, away: bool) -> None:
        """Takes a partition's leader away, or gives it one again."""
        broker = -1 if away else 1
        self.library.rd_kafka_mock_partition_set_leader(
            self.handle, topic.encode(), partition, broker
        )

    def fail(self, request: int, errors: Sequence[int]) -> None:
        """Answers the next requests of a kind with these errors."""
        array = (ctypes.c_int * len(errors))(*errors)
        self.library.rd_kafka_mock_push_request_errors_array(
            self.handle, ctypes.c_int16(request), ctypes.c_size_t(len(errors)), array
        )


def _library() -> Any:
    folder = Path(confluent_kafka.__file__).parent
    places: Iterable[Path] = [*folder.with_name("confluent_kafka.libs").glob("librdkafka*")]
    library = ctypes.CDLL(str(next(iter(places), folder / "cimpl.so")))
    for name in ("conf_new", "new", "mock_cluster_new"):
        getattr(library, f"rd_kafka_{name}").restype = ctypes.c_void_p
    library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    library.rd_kafka_mock_topic_create.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.c_int,
    ]
    library.rd_kafka_mock_partition_set_leader.argtypes = [
        *(ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_int32)
    ]
    library.rd_kafka_mock_push_request_errors_array.argtypes = [
        ctypes.c_void_p,
        ctypes.c_int16,
        ctypes.c_size_t,
        ctypes.POINTER(ctypes.c_int),
    ]
    return library


@contextmanager
def cluster(topics: Iterable[str], partitions: int = 4) -> Iterator[Cluster]:
    """A cluster with these topics."""
    library = _library()
    said = ctypes.create_string_buffer(512)
    client = ctypes.c_void_p(
        library.rd_kafka_new(0, ctypes.c_void_p(library.rd_kafka_conf_new()), said, 512)
    )
    handle = ctypes.c_void_p(library.rd_kafka_mock_cluster_new(client, 1))
    library.rd_kafka_mock_group_initial_rebalance_delay_ms(handle, 50)
    address = library.rd_kafka_mock_cluster_bootstraps(handle).decode()
    made = Cluster(library, handle, address)
    for topic in topics:
        made.topic(topic, partitions)
    try:
        yield made
    finally:
        library.rd_kafka_mock_cluster_destroy(handle)
        library.rd_kafka_destroy(client)
