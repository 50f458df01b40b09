"""The send ledger's rules: versions, and two unique keys over sends that are not refused.

One key per touch (tenant, campaign, round, lead, step) and one per (tenant, campaign, round, step,
address hash), whatever the lead, so that neither a channel change nor a second record of the same
person sends a touch twice (design §5). Answers have step −1 and are unique by their id alone.
"""

from dataclasses import replace

from contracts.ids import SendId
from contracts.outcome import SendState
from statestore.base import Send, SendWrite
from statestore.losing import Losing
from statestore.overlay import AddressKey, Overlay, TouchKey
from statestore.records import send_record


def keys_of(send: Send) -> tuple[TouchKey, AddressKey] | None:
    """Returns the two keys that a send takes; None where it is refused or an answer."""
    if send.step < 0 or send.state is SendState.REFUSED:
        return None
    place = (send.tenant, send.campaign, send.round)
    return (*place, send.lead, send.step), (*place, send.step, send.address_hash)


def write_send(write: SendWrite, tables: Overlay) -> None:
    """Writes a ledger row; raises Losing with `version` or `unique`."""
    send = write.send
    current = tables.sends.get(send.id)
    version = 0 if current is None else current.version
    if version != write.expect or (current is not None and current.tenant != send.tenant):
        raise Losing("version", f"send {send.id} is not at {write.expect}")
    send_record(send)
    held = None if current is None else keys_of(current)
    wanted = keys_of(send)
    if held != wanted:
        if held is not None:
            tables.drop(tables.touches, held[0])
            tables.drop(tables.addresses, held[1])
        if wanted is not None:
            _take_keys(send.id, *wanted, tables)
    tables.put(tables.sends, send.id, replace(send, version=version + 1))


def _take_keys(id_: SendId, touch: TouchKey, address: AddressKey, tables: Overlay) -> None:
    other = tables.touches.get(touch)
    if other is not None:
        raise Losing("unique", f"touch {'/'.join(map(str, touch))} is send {other}")
    other = tables.addresses.get(address)
    if other is not None:
        raise Losing("unique", f"step {address[3]} to this address is send {other}")
    tables.put(tables.touches, touch, id_)
    tables.put(tables.addresses, address, id_)
