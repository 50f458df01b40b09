"""What a process says while it runs: structlog events → JSON lines on stdout, or lines for people.

A line has `ts, level, event`, then what names the work: `agent, instance, lead_id, event_id,
correlation_id, trace_id, span_id`, then its own fields. The ids are those of the event that the
running task handles (`contracts.trace.HANDLED`), asked for only when a line is written. Above level
debug no field leaves that may hold what a person wrote or is called. Other libraries' warnings come
the same way, so that a collector meets one form. `leadwire run` calls this; commands, whose stdout
is data, talk on stderr and never do.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

from contracts import trace

Fields = MutableMapping[str, Any]

FIRST = (
    "ts",
    "level",
    "event",
    "agent",
    "instance",
    "type",
    "lead_id",
    "event_id",
    "correlation_id",
    "trace_id",
    "span_id",
)
"""The order in which a line's fields stand; its own come after them."""

PERSONAL = frozenset(
    (
        "address",
        "body",
        "content",
        "email",
        "from",
        "html",
        "name",
        "phone",
        "raw",
        "recipient",
        "sender",
        "subject",
        "text",
        "to",
        "value",
        "visible_text",
    )
)
"""Fields that may hold a person's words, name or address."""
ADDRESS = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")
"""An e-mail address within a text, as in a vendor's or a library's own words."""


def configure(level: str, format_: str, instance: str, stream: TextIO | None = None) -> None:
    """Sets up this process's log. `auto` is for people on a terminal, JSON everywhere else."""
    out = stream or sys.stdout
    people = format_ == "console" or (format_ == "auto" and out.isatty())
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
        Instance(instance),
        of_handled,
        structlog.processors.format_exc_info,
        *([] if number <= logging.DEBUG else [discreet]),
    ]
    last: list[Any] = [ordered, as_json]
    if people:
        last = [structlog.dev.ConsoleRenderer(timestamp_key="ts")]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _libraries(out, [*shared[:1], _named, *shared[1:]], last, number)


def _libraries(out: TextIO, shared: Any, last: Any, number: int) -> None:
    """Sends what other libraries log the same way, from warnings on."""
    handler = logging.StreamHandler(out)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[remove, *last])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))


def _named(logger: Any, method: str, fields: Fields) -> Fields:
    """A library's line is no event of ours: it says whose it is."""
    record = fields.get("_record")
    if record is not None:
        fields["library"] = record.name
    return fields


class Instance:
    """Names the process."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, logger: Any, method: str, fields: Fields) -> Fields:
        fields["instance"] = self.name
        return fields


def of_handled(logger: Any, method: str, fields: Fields) -> Fields:
    """Adds the ids of the event at hand; what a line says itself goes before."""
    event = trace.HANDLED.get()
    if event is None:
        return fields
    ids = trace.ids(event.traceparent) or (None, None)
    found = {
        "type": event.type,
        "lead_id": event.subject,
        "event_id": event.id,
        "correlation_id": event.correlation or event.id,
        "trace_id": ids[0],
        "span_id": ids[1],
    }
    for key, value in found.items():
        if value is not None:
            fields.setdefault(key, value)
    return fields


def discreet(logger: Any, method: str, fields: Fields) -> Fields:
    """Hides personal fields, and addresses within any text."""
    for key, value in fields.items():
        if key in PERSONAL:
            fields[key] = "(hidden)"
        elif isinstance(value, str) and "@" in value:
            fields[key] = ADDRESS.sub("(address)", value)
    return fields


def ordered(logger: Any, method: str, fields: Fields) -> Mapping[str, Any]:
    """Puts the fields that every line may have first."""
    first = {key: fields.pop(key) for key in FIRST if key in fields}
    return {**first, **fields}


as_json = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
