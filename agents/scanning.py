"""Reads rows of one kind for a turn: all that a tenant declares, or one chunk of a status.

`agents/base.py` asks it for each scan that an agent names in its `Reads`.
"""

from contracts.ids import TenantId
from statestore.base import Row, StateStore

SCAN = 500
"""Rows that one scan of a status reads; what is left takes another turn."""


async def scanned(store: StateStore, tenant: TenantId, kind: str, status: str | None) -> list[Row]:
    """Reads what a tenant declares of a kind, however much that is; of a status a chunk of `SCAN`
    rows, since whoever asks for one takes another turn for the rest."""
    found = await store.scan(tenant, kind, status=status, limit=SCAN)
    while status is None and found and len(found) % SCAN == 0:
        after = f"{found[-1].ref.tenant}/{found[-1].ref.key}"
        more = await store.scan(tenant, kind, after=after, limit=SCAN)
        if not more:
            break
        found += more
    return found
