"""The shape of a language's table of requests to be left alone; `opt_out.py` reads them.

Kinds of wordings:

- `removal`: asks to be taken off ("remove me from your list"); a negation before it turns it round;
- `silence`: asks for no further messages ("do not write to me again"); a time limit or another
  channel in the same sentence makes it doubtful;
- `formal`: uses a right (objection, erasure, withdrawal of consent);
- `plea`: only sounds like one ("enough already"): doubtful by itself.

Near misses are kept out by asking who is to be left alone (me, us, this address) and from what
(messages, a list), never by a list of exceptions.
"""

from dataclasses import dataclass

from agents.replies.wordings import Wordings


@dataclass(frozen=True)
class Requests:
    """A language's wordings, with the words that turn, limit or redirect a request."""

    parts: dict[str, str]
    wordings: tuple[Wordings, ...]
    negation: str  # right before a request: it is not made
    until: str  # after it: silence for a time only
    before: str  # after it: a time of day to keep clear of; no request for silence at all
    instead: str  # after it: another channel, thing or address is asked for
    exact: tuple[str, ...]  # whole sentences that are a request, folded
