"""The log: which event a line is about, in which form, and what never stands in it."""

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from agents import logs
from contracts.envelope import Event
from contracts.trace import HANDLED
from tests.agents.cast import Cast
from tests.agents.stage import scored

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """Leaves logging as it was."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)


def started(level: str = "info", format_: str = "json") -> tuple[io.StringIO, Lines]:
    """A log into a text, and its lines."""
    out = io.StringIO()
    logs.configure(level, format_, "host/1", out)
    return out, lambda: [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_json_with_the_fields_that_every_line_has_first() -> None:
    """A collector meets one form, whatever was said."""
    _, lines = started()
    structlog.get_logger().info("running", agents=["intake"], mode="demo")
    (line,) = lines()
    assert list(line) == ["ts", "level", "event", "instance", "agents", "mode"]
    assert (line["level"], line["event"], line["instance"]) == ("info", "running", "host/1")
    assert line["ts"].endswith("Z")


def test_a_line_names_the_event_at_hand_and_the_next_one_does_not() -> None:
    """Context is the running task's; it ends with the event."""
    _, lines = started()
    event = scored().with_(correlation="thread-1")
    token = HANDLED.set(event)
    structlog.get_logger().warning("odd")
    HANDLED.reset(token)
    structlog.get_logger().warning("even")
    odd, even = lines()
    assert event.traceparent is not None
    assert odd["lead_id"] == event.subject
    assert (odd["event_id"], odd["type"]) == (event.id, "lead.scored.v1")
    assert (odd["correlation_id"], odd["trace_id"]) == ("thread-1", event.traceparent[3:35])
    assert odd["span_id"] == event.traceparent[36:52]
    assert not {"lead_id", "event_id", "trace_id"} & set(even)


async def test_tasks_beside_each_other_name_their_own_events() -> None:
    """Ten calls at once: no line says another's lead."""
    _, lines = started()

    async def work(event: Event) -> None:
        HANDLED.set(event)
        await asyncio.sleep(0)
        structlog.get_logger().warning("called", expected=event.subject)

    await asyncio.gather(*(work(scored(n)) for n in range(10)))
    assert [line["lead_id"] for line in lines()] == [line["expected"] for line in lines()]
    assert HANDLED.get() is None


async def test_a_batch_is_one_line_and_an_event_one_more_at_debug() -> None:
    """So the hot path is cheap by default, and whoever looks for one event finds it."""
    for level, expected in (("info", 0), ("debug", 2)):
        out, lines = started(level)
        cast = Cast()
        await cast.table.declare()
        await cast.tell(scored(1), scored(2))
        of_batches = [line for line in lines() if line["event"] == "events_handled"]
        of_events = [line for line in lines() if line["event"] == "event_handled"]
        first = of_batches[0]
        assert (first["agent"], first["done"], first["ms"] >= 0) == ("orchestrator", 2, True)
        scored_lines = [x for x in of_events if x["type"] == "lead.scored.v1"]
        assert [x["outcome"] for x in scored_lines] == ["done"] * expected
        assert {x["lead_id"] for x in scored_lines} == {"lead-1", "lead-2"} or expected == 0
        assert "@" not in out.getvalue()


async def test_a_batch_of_one_event_names_it() -> None:
    """What comes in singly can be followed by its ids at level info."""
    _, lines = started()
    cast = Cast()
    await cast.table.declare()
    event = scored(1)
    await cast.tell(event)
    first = next(line for line in lines() if line["event"] == "events_handled")
    assert (first["lead_id"], first["event_id"]) == ("lead-1", event.id)


def test_above_debug_nobodys_words_or_address_are_written() -> None:
    """Neither by name of the field nor within a vendor's own words."""
    for level, hidden in (("info", True), ("debug", False)):
        out, _ = started(level)
        structlog.get_logger().warning(
            "refused",
            recipient="ann@door.example",
            body="Dear Ann",
            why="550 <ann@door.example> no",
        )
        for word in ("ann@door.example", "Dear Ann"):
            assert (word in out.getvalue()) is not hidden


def test_other_libraries_speak_the_same_way_from_warnings_on() -> None:
    """A stack trace is one field of one line."""
    _, lines = started()
    other = logging.getLogger("aiokafka.consumer")
    other.info("joined")
    try:
        raise ConnectionError("gone to ann@door.example")
    except ConnectionError:
        other.exception("Failed %s", "fetch")
    (line,) = lines()
    assert (line["event"], line["level"]) == ("Failed fetch", "error")
    assert line["library"] == "aiokafka.consumer"
    assert "ConnectionError" in line["exception"]
    assert "ann@" not in line["exception"]


def test_people_at_a_terminal_get_lines_for_people() -> None:
    """By setting, or because the stream is a terminal."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for format_, stream in (("console", io.StringIO()), ("auto", Terminal())):
        logs.configure("info", format_, "host/1", stream)
        structlog.get_logger().info("running", mode="demo")
        assert "running" in stream.getvalue()
        assert not stream.getvalue().startswith("{")
