"""The hop of `kafka_hop.py` by hand: aiokafka and asyncpg, and nothing of the product around them.

`getmany` of 500, one transaction a batch over the product's own tables as the application role with
its policies in force, one record batch a partition, an offset commit. The bytes of rows and records
are the product's; `test_kafka_hop.py` compares what both sides leave. Postgres keeps
`synchronous_commit` on, the producer is idempotent with `acks=all`.
"""

import asyncio
import time
from collections import defaultdict
from datetime import datetime
from hashlib import sha1
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner

TENANT, KIND = "acme", "counts"
SPACE = sha1(UUID("6f1c3a52-52a4-5d0c-9a53-6c65616477ff").bytes, usedforsecurity=False)

TENANTS = "SELECT set_config('leadwire.tenants', $1, true)"
TAKE = (
    "INSERT INTO leadwire.inbox (agent, id, at) SELECT $1, id, 0 FROM unnest($2::text[]) AS id "
    "ON CONFLICT DO NOTHING RETURNING id"
)
ROWS = (
    "SELECT key, version, data FROM leadwire.states "
    "WHERE kind = $1 AND tenant = $2 AND key = ANY($3::text[]) ORDER BY key FOR UPDATE"
)
STAY = (
    "UPDATE leadwire.states AS s SET version = n.version, data = n.data "
    "FROM unnest($3::text[], $4::bigint[], $5::text[]) AS n (key, version, data) "
    "WHERE s.kind = $1 AND s.tenant = $2 AND s.key = n.key"
)
NUMBERS = "SELECT nextval('leadwire.outbox_block')"
QUEUE = (
    "INSERT INTO leadwire.outbox (number, topic, attempt, event) "
    "SELECT number, $1, 0, event FROM unnest($2::bigint[], $3::text[]) AS n (number, event)"
)
PUBLISHED = "DELETE FROM leadwire.outbox WHERE number BETWEEN $1 AND $2"

Made = dict[str, Any]


async def hop(
    brokers: str, database: str, source: str, out: str, agent: str, count: int
) -> tuple[float, float]:
    """Takes `count` events through as a new group; returns seconds from the first, and CPU time."""
    consumer = AIOKafkaConsumer(
        source,
        bootstrap_servers=brokers,
        group_id=agent,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 << 20,
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=brokers,
        acks="all",
        enable_idempotence=True,
        max_batch_size=1 << 20,
        compression_type="zstd",
    )
    await asyncio.gather(consumer.start(), producer.start())
    store = await asyncpg.connect(database)
    partitions = sorted(await producer.partitions_for(out))
    places: dict[bytes, int] = {}
    done, begun = 0, (0.0, 0.0)
    while done < count:
        found = await consumer.getmany(timeout_ms=1000, max_records=500)
        records = [record for some in found.values() for record in some]
        if not records:
            continue
        begun = begun if done else (time.perf_counter(), time.process_time())
        made, first = await commit(store, agent, out, records)
        await publish(producer, out, made, partitions, places)
        await store.execute(PUBLISHED, first, first + len(made) - 1)
        await consumer.commit({at: some[-1].offset + 1 for at, some in found.items()})
        done += len(records)
    passed = time.perf_counter() - begun[0], time.process_time() - begun[1]
    await store.close()
    await asyncio.gather(consumer.stop(), producer.stop())
    return passed


async def commit(store: Any, agent: str, topic: str, records: list[Any]) -> tuple[list[Made], int]:
    """Inbox, states and outbox in one transaction; what it made, and from which number on."""
    events = [
        (
            record.key.decode(),
            {k: v.decode() for k, v in record.headers},
            orjson.loads(record.value),
        )
        for record in records
    ]
    async with store.transaction():
        await store.execute(TENANTS, f",{TENANT},")
        ids = [headers["ce_id"] for _, headers, _ in events]
        fresh = {row[0] for row in await store.fetch(TAKE, agent, ids)}
        keys = sorted({key for key, _, _ in events})
        rows = await store.fetch(ROWS, KIND, TENANT, keys)
        states = {key: [version, orjson.loads(data)] for key, version, data in rows}
        made = []
        for key, headers, value in events:
            if headers["ce_id"] in fresh:
                state = states[key]
                state[1]["count"] += 1
                state[1]["last"] = value["occurred_at"]
                made.append(made_of(key, headers, value))
        changed = [(key, v + 1, orjson.dumps(data).decode()) for key, (v, data) in states.items()]
        await store.execute(STAY, KIND, TENANT, *map(list, zip(*changed, strict=True)))
        first = await store.fetchval(NUMBERS)
        numbers = list(range(first, first + len(made)))
        await store.execute(QUEUE, topic, numbers, [one["event"] for one in made])
    return made, first


def made_of(key: str, headers: dict[str, str], value: Made) -> Made:
    """One event's outgoing event, as the outbox keeps it and as its record travels."""
    id_ = headers["ce_id"]
    name = named(f"event\x1f{id_}\x1flead.opened.v1\x1f0")
    parent = headers["ce_traceparent"]
    trace = f"{parent[:36]}{name[19:23]}{name[24:]}{parent[52:]}"
    out = {
        **headers,
        "ce_id": name,
        "ce_traceparent": trace,
        "ce_type": "lead.opened.v1",
        "ce_source": "/bench",
        "ce_dataschema": "urn:leadwire:lead.opened.v1",
        "ce_causationid": id_,
        "ce_recordedtime": headers["ce_time"],
    }
    source, subject, campaign = (out[f"ce_{name}"] for name in ("source", "subject", "campaign"))
    attributes = (
        subject,
        campaign,
        out["ce_correlationid"],
        id_,
        trace,
        None,
        "live",
        "life",
        None,
    )
    event = (name, out["ce_type"], source, micros(out["ce_time"]), key, value, *attributes)
    return {
        "key": key.encode(),
        "event": orjson.dumps(event).decode(),
        "headers": [(name, text.encode()) for name, text in out.items()],
        "value": orjson.dumps(value),
    }


def micros(text: str) -> int:
    """A moment as the outbox keeps it."""
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


def named(text: str) -> str:
    """A UUIDv5, the quick way."""
    digest = SPACE.copy()
    digest.update(text.encode())
    t = digest.hexdigest()
    return f"{t[:8]}-{t[8:12]}-5{t[13:16]}-{'89ab'[int(t[16], 16) % 4]}{t[17:20]}-{t[20:32]}"


async def publish(
    producer: Any, topic: str, made: list[Made], partitions: list[int], places: dict[bytes, int]
) -> None:
    """One record batch a partition, in the order of its records; returns when all are durable."""
    piles: dict[int, list[Made]] = defaultdict(list)
    choose = DefaultPartitioner()
    for one in made:
        place = places.get(one["key"])
        if place is None:
            place = places[one["key"]] = choose(one["key"], partitions, partitions)
        piles[place].append(one)
    sent = []
    for place, pile in piles.items():
        batch = producer.create_batch()
        for one in pile:
            if not batch.append(
                key=one["key"], value=one["value"], timestamp=None, headers=one["headers"]
            ):
                sent.append(await producer.send_batch(batch, topic, partition=place))
                batch = producer.create_batch()
                batch.append(
                    key=one["key"], value=one["value"], timestamp=None, headers=one["headers"]
                )
        sent.append(await producer.send_batch(batch, topic, partition=place))
    await asyncio.gather(*sent)
