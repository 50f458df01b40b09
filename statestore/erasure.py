"""What an erasure leaves, as values; every adapter blanks by these rules (design §8).

Ids, times, hashes and stops stay: the keyed hash keeps a person who asked to be forgotten from
being written to again. Rows of `persons` and `contents` under the lead lose their data; its ledger
rows lose the two columns that may quote a person (a vendor's diagnostic, the stored request), its
dead letters their bytes. Versions go up, so that a turn which had read the old text loses and
decides again instead of writing it back.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.ids import LeadId, TenantId
from statestore.base import DeadLetter, Send

ERASED = "erased"
SUBJECT = "ce_subject"
"""The header that names an event's lead (CloudEvents' Kafka binding)."""


def blank(at: datetime) -> Mapping[str, Any]:
    """Returns the data that an erased row keeps."""
    return {"erased_at": at.isoformat()}


def erased_send(send: Send) -> Send:
    """Returns a ledger row without what may quote a person; unchanged where there is nothing."""
    if not send.diagnostic and send.request is None:
        return send
    return replace(send, diagnostic="", request=None, version=send.version + 1)


def about(letter: DeadLetter, tenant: TenantId, lead: LeadId) -> bool:
    """Says whether a dead letter's event is about a lead."""
    return letter.tenant == tenant and letter.headers.get(SUBJECT) == lead


def erased_letter(letter: DeadLetter) -> DeadLetter:
    """Returns a dead letter without its event; it can no longer be replayed."""
    return replace(letter, value=b"", detail="", state="discarded", note=ERASED)
