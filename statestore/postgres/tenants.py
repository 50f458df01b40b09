"""Which tenants a transaction is admitted to, as the setting that row-level security reads.

`,a,b,` admits the rows of these tenants and the operator's, `*` those of all: operators' commands,
the sweepers, and what comes back from outside before anybody knows whose it is. A transaction that
sets nothing sees the operator's rows alone (sql/postgres/0001_state.sql).
"""

from collections.abc import Iterable
from functools import lru_cache

from contracts.ids import OPERATOR, TenantId, is_tenant
from statestore.base import Unit

EVERYBODY = "*"


@lru_cache(maxsize=65536)
def nameable(tenant: TenantId) -> bool:
    """Says whether a tenant may have rows: what holds a comma, say, is no tenant's id."""
    return tenant == OPERATOR or is_tenant(tenant)


def scope(tenants: Iterable[TenantId | None]) -> str:
    """Returns the setting for a set of tenants; None among them is everybody. What cannot be a
    tenant's id is left out: it has no rows."""
    named = set(tenants)
    if None in named:
        return EVERYBODY
    admitted = sorted(t for t in named if t is not None and t != OPERATOR and nameable(t))
    return f",{','.join(admitted)}," if admitted else ","


def writing(units: Iterable[Unit]) -> str:
    """Returns the setting for what units write; dead letters belong to whom their event names."""
    named = {unit.tenant for unit in units}
    named.update(letter.tenant for unit in units if unit.dead for letter in unit.dead)
    return scope(named)


def unnamed(unit: Unit) -> str | None:
    """Names a tenant of a unit that can have no rows; None where all can."""
    for tenant in (unit.tenant, *(letter.tenant for letter in unit.dead)):
        if not nameable(tenant):
            return tenant
    return None
