"""Ids as their own types, and the deterministic ones among them.

An id that we make is a UUIDv5 of what it stands for, so that making it twice makes the same one:
whoever consumes an event twice, plans a touch twice or commits twice notices (design §3, §5).
Ids that strangers bring are kept as they are. No tenant id holds a comma or a slash: row-level
security lists tenants between commas, and `tenant/account` is the partition key.
"""

import re
from hashlib import sha1
from typing import NewType
from uuid import UUID

EventId = NewType("EventId", str)
TenantId = NewType("TenantId", str)
AccountId = NewType("AccountId", str)
LeadId = NewType("LeadId", str)
PersonId = NewType("PersonId", str)
CampaignId = NewType("CampaignId", str)
ResourceId = NewType("ResourceId", str)
SendId = NewType("SendId", str)
ContentId = NewType("ContentId", str)
MessageId = NewType("MessageId", str)
StopId = NewType("StopId", str)
AddressHash = NewType("AddressHash", str)
PartitionKey = NewType("PartitionKey", str)

OPERATOR = TenantId("*")
"""The tenant of rows that serve every client: the global switch and the operator's list."""

_NAMESPACE = UUID("6f1c3a52-52a4-5d0c-9a53-6c65616477ff")
_SPACE = sha1(_NAMESPACE.bytes, usedforsecurity=False)
_VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""The variant's two bits within the hexadecimal digit that they share with the hash."""
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


def named(*parts: object) -> str:
    """Returns the UUIDv5 of the parts, which may hold any text but the unit separator.

    Written out from RFC 9562 §5.5: `uuid.uuid5` takes three times as long by way of its class, and
    every event has such an id.
    """
    return _named("\x1f".join(map(str, parts)))


def _named(name: str) -> str:
    digest = _SPACE.copy()
    digest.update(name.encode())
    text = digest.hexdigest()
    variant = _VARIANTS[text[16]]
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"


def event_id(causation: str, type_: str, ordinal: int | str = 0) -> EventId:
    """Names an event by what caused it, its type, and which of several it is."""
    return EventId(_named(f"event\x1f{causation}\x1f{type_}\x1f{ordinal}"))


def send_id(tenant: str, campaign: str, round_: int, lead: str, step: int, channel: str) -> SendId:
    """Names the send of a touch on a channel; planning the touch twice plans nothing new."""
    return SendId(named("send", tenant, campaign, round_, lead, step, channel))


def answer_send_id(tenant: str, message: str) -> SendId:
    """Names the one answer that an incoming message may have (spec 2.5)."""
    return SendId(named("answer", tenant, message))


def stop_id(key: str, reason: str, cause: str) -> StopId:
    """Names a stop by where it holds, why, and the fact behind it; adding it twice adds one."""
    return StopId(named("stop", key, reason, cause))


def partition_key(tenant: str, account: str) -> PartitionKey:
    """Returns `tenant/account`: the unit of order (design §1.9)."""
    return PartitionKey(f"{tenant}/{account}")


def tenant_of(key: str) -> TenantId:
    """Returns the tenant of a partition key."""
    return TenantId(key.partition("/")[0])


def account_of(key: str) -> AccountId:
    """Returns the account of a partition key."""
    return AccountId(key.split("/", 1)[1])


def is_tenant(text: str) -> bool:
    """Says whether a text may name a tenant: letters, digits, dot, dash, underscore; 63 at most."""
    return _TENANT.fullmatch(text) is not None
