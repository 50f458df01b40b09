"""How many messages a second one core reads, beside parsing alone by the standard library.

    python -m tests.bench mail

Three kinds of sample: reports, what people wrote, and odd MIME. *Read* is the whole reading (parts,
report, automatic answer, visible words, opt-out, intent); *parsed* is the standard library's parser
with every part's payload decoded, on the same bytes. What is asked: 500 a second. Seconds are the
processor's, so that whatever else runs on the machine does not count. Then the worst cases, and a
large message whole and by halves, which shows that time grows with size and not with its square.
"""

import email
import time
from collections.abc import Callable, Iterator
from typing import Any

from agents.inbox import reading
from tests.agents.inbox import hostile_cases, samples
from tests.bench import rounds


def rows() -> Iterator[dict[str, Any]]:
    """Yields messages a second by kind, their ratio to parsing, and seconds of the worst cases."""
    kinds = {
        "reports": [row["raw"] for row in samples.bounces()],
        "answers": [row["raw"] for row in samples.replies() if len(row["raw"]) < 100_000],
        "odd": [row["raw"] for row in samples.broken()],
    }
    kinds["all"] = [raw for messages in kinds.values() for raw in messages]
    for name, messages in kinds.items():
        yield from compared(name, messages)
    for name, build in (*hostile_cases.WORST, *hostile_cases.LARGE):
        yield worst(name, build())
    yield linear()


def compared(name: str, messages: list[bytes]) -> Iterator[dict[str, Any]]:
    """One kind of sample, read and parsed by turns."""
    for raw in messages:
        reading.read(raw)  # wordings are compiled when first needed
    figures = rounds.interleaved(
        {"read": lambda: rate(reading.read, messages), "parsed": lambda: rate(parsed, messages)}
    )
    yield rounds.row(f"mail.{name}.read", figures["read"], "messages/s", 0)
    yield rounds.row(f"mail.{name}.parsed_by_stdlib", figures["parsed"], "messages/s", 0)
    yield rounds.ratio(f"mail.{name}.read_of_parsed", figures["read"], figures["parsed"])


def rate(work: Callable[[bytes], object], messages: list[bytes]) -> float:
    begun = time.process_time()
    for raw in messages:
        work(raw)
    return len(messages) / max(time.process_time() - begun, 1e-9)


def parsed(raw: bytes) -> list[object]:
    """What the standard library needs to see a message's texts."""
    return [part.get_payload(decode=True) for part in email.message_from_bytes(raw).walk()]


def seconds(raw: bytes) -> float:
    begun = time.process_time()
    reading.read(raw)
    return time.process_time() - begun


def worst(name: str, raw: bytes) -> dict[str, Any]:
    """One adverse or large message, and what became of it."""
    figures = [seconds(raw) for _ in range(3)]
    found = reading.read(raw)
    fate = found.refused or found.kind.value
    row = rounds.row(f"mail.worst.{name}", figures, "s", 4)
    return row | {"megabytes": round(len(raw) / 2**20, 1), "fate": fate}


def linear() -> dict[str, Any]:
    """Seconds of a message to those of its half: about two where time grows with size."""
    line = b"This is a line that a person wrote, and another.\n"
    half, whole = (hostile_cases.TEXT + line * count for count in (50_000, 100_000))
    figures = rounds.interleaved(
        {"half": lambda: seconds(half), "whole": lambda: seconds(whole)}, 5
    )
    return rounds.ratio("mail.whole_of_half", figures["whole"], figures["half"])
