"""Trace context by the W3C recommendation: one trace from the door to the vendor's socket.

A `traceparent` is `00-<trace id>-<span id>-<flags>`. Every event has one. An event that nobody
caused begins a trace, and its trace id is its own id; one that follows from another stays in that
one's trace. The span id of an event is the last sixteen digits of its id: so both are deterministic
like the ids themselves, producing twice gives the same bytes, nothing random is asked for on the
hot path, and whoever has the events can draw the tree. What a stranger brings is taken over where
it is well formed; where it is not, the recommendation says to begin anew, and the event is none the
worse. `tracestate` is a vendor's own and is not carried.

`HANDLED` is the event that the running task works on. Turns set it and put it back, the log's
processor and `channels/http.py` read it: so a line that nobody writes costs nothing, and context
never leaks into the next event.
"""

import re
from contextvars import ContextVar

from contracts.envelope import Event

HANDLED: ContextVar[Event | None] = ContextVar("handled", default=None)

_FORM = re.compile(
    r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})"
    r"(?P<more>-.*)?",
    re.DOTALL,
)


def read(text: str | None) -> str | None:
    """Returns what a stranger gave in our version's form; None where it is not well formed.

    Versions above 00 are read by their first four fields and go on as 00 (Trace Context §3.2.1).
    """
    found = _FORM.fullmatch((text or "").strip())
    if found is None or found["version"] == "ff" or (found["version"] == "00" and found["more"]):
        return None
    if not found["trace"].strip("0") or not found["span"].strip("0"):
        return None
    return f"00-{found['trace']}-{found['span']}-{found['flags']}"


def following(parent: str | None, id_: str) -> str:
    """Returns the traceparent of an event of ours: in its parent's trace, or in one of its own.

    `id_` is a UUID's text; `parent` has our version's form.
    """
    span = f"{id_[19:23]}{id_[24:]}"
    if parent is not None:
        return f"{parent[:36]}{span}{parent[52:]}"
    return f"00-{id_.replace('-', '')}-{span}-01"


def ids(traceparent: str | None) -> tuple[str, str] | None:
    """Returns (trace id, span id), or None where there is no trace."""
    return (traceparent[3:35], traceparent[36:52]) if traceparent else None


def of_handled() -> str | None:
    """Returns the traceparent of what the running task works on, for calls to others."""
    event = HANDLED.get()
    return event.traceparent if event is not None else None
