"""Reads rows of one kind, page by page.

`agents/base.py` asks it for each scan that an agent names in its `Reads`; loops and commands walk
over `pages`, which alone knows how a scan goes on.
"""

from collections.abc import AsyncIterator

from contracts.ids import TenantId
from statestore.base import Row, StateStore

SCAN = 500
"""Rows that one scan reads."""


async def pages(
    store: StateStore,
    tenant: TenantId | None,
    kind: str,
    *,
    status: str | None = None,
    limit: int = SCAN,
) -> AsyncIterator[list[Row]]:
    """Yields the rows of a kind, of one tenant or of all, in pages of `limit`; none is empty."""
    after = ""
    while True:
        rows = await store.scan(tenant, kind, status=status, after=after, limit=limit)
        if rows:
            yield rows
        if len(rows) < limit:
            return
        after = f"{rows[-1].ref.tenant}/{rows[-1].ref.key}"


async def scanned(store: StateStore, tenant: TenantId, kind: str, status: str | None) -> list[Row]:
    """Reads what a tenant declares of a kind, however much that is; of a status a chunk of `SCAN`
    rows, since whoever asks for one takes another turn for the rest."""
    if status is not None:
        return await store.scan(tenant, kind, status=status, limit=SCAN)
    return [row async for page in pages(store, tenant, kind, limit=SCAN) for row in page]
