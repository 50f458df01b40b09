"""The suite of histories that every store inherits: what `statestore.base` promises, as tests.

An adapter's test file derives from `Conformance` and supplies `open_store`, which opens a fresh,
empty store; everything opened is closed by the fixture. Histories stand in one module per concern.
"""

from tests.statestore.commit_histories import CommitHistories
from tests.statestore.lease_histories import LeaseHistories
from tests.statestore.ledger_histories import LedgerHistories
from tests.statestore.outbox_histories import OutboxHistories
from tests.statestore.quota_histories import QuotaHistories
from tests.statestore.record_histories import RecordHistories
from tests.statestore.stop_histories import StopHistories
from tests.statestore.tenant_histories import TenantHistories
from tests.statestore.timer_histories import TimerHistories


class Conformance(
    CommitHistories,
    LedgerHistories,
    LeaseHistories,
    OutboxHistories,
    QuotaHistories,
    RecordHistories,
    StopHistories,
    TenantHistories,
    TimerHistories,
):
    """Every history."""
