"""Quota's rules: reservations keyed by send id, admissions keyed by the timer's key.

A reservation is a row with a time, never a count, so that every window (rolling day, calendar day,
seven days, minimum gap) is one question, and reserving twice for one send reserves once
(facts/reliability C). Admissions steer: a slot is set aside while its content is written. They
never grant anything; the reservation decides.
"""

from collections.abc import Callable
from typing import Any

from contracts.ids import OPERATOR, PartitionKey, ResourceId, SendId, TenantId, tenant_of
from statestore.base import (
    Limit,
    QuotaAdmit,
    QuotaRelease,
    QuotaReserve,
    QuotaSettle,
    QuotaWrite,
)
from statestore.losing import Losing
from statestore.overlay import Admission, Overlay, Reservation
from statestore.records import micros


def apply_quota(write: QuotaWrite, tenant: TenantId, tables: Overlay) -> None:
    """Applies one quota write of a client's unit; raises Losing with `quota`."""
    _QUOTA[type(write)](write, tenant, tables)


def _own(tenant: TenantId, named: TenantId) -> None:
    if named not in (tenant, OPERATOR):
        raise ValueError(f"a unit of tenant {tenant} writes quota of tenant {named}")


def _admit(write: QuotaAdmit, tenant: TenantId, tables: Overlay) -> None:
    _own(tenant, write.tenant)
    _own(tenant, tenant_of(write.key))
    at, expires = micros(write.at), micros(write.expires)
    end_admission(write.key, tables)
    held = sum(until > at for until in tables.admitted.get(write.resource, {}).values())
    for limit in write.limits:
        if held + _later(tables, write.resource, limit) >= limit.cap:
            raise Losing("quota", f"no slot of {write.resource} within {limit.cap}")
    admission = Admission(write.resource, write.tenant, at, expires)
    tables.put(tables.admissions, write.key, admission)
    tables.put(tables.admitted.setdefault(write.resource, {}), write.key, expires)


def _release(write: QuotaRelease, tenant: TenantId, tables: Overlay) -> None:
    _own(tenant, tenant_of(write.key))
    end_admission(write.key, tables)


def end_admission(key: PartitionKey, tables: Overlay) -> None:
    """Gives back what was set aside for a key, on whichever resource."""
    admission = tables.admissions.get(key)
    if admission is not None:
        tables.drop(tables.admissions, key)
        tables.drop(tables.admitted.get(admission.resource, {}), key)


def _reserve(write: QuotaReserve, tenant: TenantId, tables: Overlay) -> None:
    _own(tenant, write.tenant)
    at = micros(write.at)
    if write.ends is not None:
        _own(tenant, tenant_of(write.ends))
        end_admission(write.ends, tables)
    there = tables.reservations.get(write.send)
    if there is not None:
        _same(there, write)
        return
    for limit in write.limits:
        if _later(tables, write.resource, limit) >= limit.cap:
            raise Losing("quota", f"{write.resource} is used up within {limit.cap}")
    reservation = Reservation(write.resource, write.tenant, at, False)
    tables.put(tables.reservations, write.send, reservation)
    tables.put(tables.reserved.setdefault(write.resource, {}), write.send, at)


def _same(there: Reservation, write: QuotaReserve) -> None:
    """A send keeps the slot that it has; on another resource it would be counted nowhere."""
    if there.resource != write.resource or there.tenant != write.tenant:
        raise Losing("quota", f"send {write.send} holds a slot of another resource; settle it")


def _settle(write: QuotaSettle, tenant: TenantId, tables: Overlay) -> None:
    there = tables.reservations.get(write.send)
    if there is None or there.tenant not in (tenant, OPERATOR):
        return
    if write.commit:
        if not there.kept:
            _keep(there, write, tables)
        return
    tables.drop(tables.reservations, write.send)
    tables.drop(tables.reserved.get(there.resource, {}), write.send)


def _keep(there: Reservation, write: QuotaSettle, tables: Overlay) -> None:
    """Counts it for good, from when it was settled: the vendor accepted no later than that."""
    at = there.at if write.at is None else max(there.at, micros(write.at))
    tables.put(tables.reservations, write.send, there._replace(kept=True, at=at))
    tables.put(tables.reserved.setdefault(there.resource, {}), write.send, at)


def _later(tables: Overlay, resource: ResourceId, limit: Limit) -> int:
    """Counts reservations of a resource that are later than a limit's start."""
    since = micros(limit.since)
    reserved: dict[SendId, int] = tables.reserved.get(resource, {})
    return sum(at > since for at in reserved.values())


_QUOTA: dict[type, Callable[[Any, TenantId, Overlay], None]] = {
    QuotaAdmit: _admit,
    QuotaRelease: _release,
    QuotaReserve: _reserve,
    QuotaSettle: _settle,
}
