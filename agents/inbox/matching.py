"""Ties what came back to a send of ours, by evidence in this order: pure, values in, a match out.

1. our keyed token in the address that it was sent to (VERP): nobody else can make one;
2. our Message-ID in In-Reply-To, References or the returned original;
3. the writer's address, where we wrote to it: good for an answer, never for a bounce, since
   anybody may forge a report (facts/reliability E1).

Never by subject alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agents.identity import addresses
from agents.inbox.reading import Reading
from agents.names import Names, send_of
from contracts.ids import AddressHash, SendId
from statestore.base import Send


@dataclass(frozen=True, slots=True)
class Match:
    """A send, what tied the message to it, and whether that evidence could be forged."""

    send: Send
    evidence: str
    ours: bool


def by_token(reading: Reading, names: Names) -> list[SendId]:
    """Sends named by keyed tokens in the recipients' plus addresses."""
    found = (names.read(token, "return") for token in plus_parts(reading.recipients))
    return [send for send in found if send is not None]


def plus_parts(recipients: Iterable[str]) -> list[str]:
    """The part after the last plus of each address's local part."""
    locals_ = (address.rpartition("@")[0] for address in recipients)
    return [local.rpartition("+")[2] for local in locals_ if "+" in local]


def by_message_id(reading: Reading) -> list[SendId]:
    """Sends named by our Message-IDs, the nearest first."""
    ids = [*reading.original_ids, reading.in_reply_to, *reversed(reading.references)]
    found = (send_of(id_) for id_ in ids if id_)
    return list(dict.fromkeys(send for send in found if send is not None))


def writer(reading: Reading, names: Names) -> AddressHash | None:
    """The hash of the address that wrote."""
    normalised = addresses.read(reading.sender).normalised if reading.sender else None
    return names.address("email", normalised) if normalised else None


def match(
    reading: Reading,
    names: Names,
    sends: Mapping[SendId, Send],
    written_to: Sequence[Send],
    *,
    forgeable: bool,
) -> Match | None:
    """Returns the send that a message belongs to. `written_to`: sends to the writer's address,
    oldest first; they count only where `forgeable` evidence is enough."""
    for id_ in by_token(reading, names):
        if id_ in sends:
            return Match(sends[id_], "our token in the address", True)
    for id_ in by_message_id(reading):
        if id_ in sends:
            return Match(sends[id_], "our Message-ID", True)
    if forgeable and written_to:
        return Match(written_to[-1], "the writer's address", False)
    return None
