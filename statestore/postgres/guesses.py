"""What a batch of units asks about, without what it says itself.

Most units name what they expect: an id that nobody has taken, a row at its version, a send that is
not there yet. On the first try these answers are taken for given, judged on, and proved by the
statements that write (`flushing`). Where one does not hold, or where a unit loses by one that
nobody proves, the batch is undone and judged again on what is read. Units lose rarely, since one
process owns a key; so the usual batch reads nothing.
"""

from collections.abc import Iterable

from statestore.base import SCHEMA, ClientActive, RowWrite, SendWrite, Unit
from statestore.overlay import Overlay, RowKey
from statestore.questions import Questions


class Guesses(Questions):
    """Questions whose answers the units themselves do not give, and the answers that they give."""

    def __init__(self) -> None:
        super().__init__()
        self.versions: dict[RowKey, int] = {}

    def ask(self, unit: Unit) -> None:
        super().ask(unit)
        for write in unit.rows:
            self._expected(write)

    def _expected(self, write: RowWrite) -> None:
        """The first expectation of a row says where it stands; none at all says nothing."""
        ref = write.ref
        name = (ref.tenant, ref.kind, ref.key)
        if write.expect is not None and name not in self.versions:
            self.versions[name] = write.expect
        elif write.expect is None and name not in self.versions:
            self.versions[name] = -1

    def take(self, units: Iterable[Unit], tables: Overlay) -> None:
        """Writes what is taken for given into the tables, and strikes its questions."""
        asked = {(c.tenant, "client", c.tenant) for c in _clients(units)}
        for name, version in self.versions.items():
            if version < 0 or name in asked:
                continue
            tenant, kind, key = name
            self.refs[kind, tenant].discard(key)  # type: ignore[index]
            if version:
                tables.rows[name] = (version, SCHEMA, "", "", None, None)
        self.inbox.clear()
        self.sends = [write.send for write in _later_sends(units)]


def _clients(units: Iterable[Unit]) -> Iterable[ClientActive]:
    return (
        condition
        for unit in units
        if unit.conditions
        for condition in unit.conditions
        if isinstance(condition, ClientActive)
    )


def _later_sends(units: Iterable[Unit]) -> Iterable[SendWrite]:
    """Sends that are there already, as their writers say; the others are taken for absent."""
    return (write for unit in units if unit.sends for write in unit.sends if write.expect)
