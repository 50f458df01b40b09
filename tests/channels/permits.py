"""Permits for tests: one that holds, and one that a test revokes at the moment it names."""

from channels.base import PermitExpired


class TestPermit:
    """Counts how often it was asked; expires when told, or after some askings."""

    __test__ = False

    def __init__(self, *, expires_after: int | None = None) -> None:
        self.asked = 0
        self.expired = False
        self._expires_after = expires_after

    def check(self) -> None:
        self.asked += 1
        if self._expires_after is not None and self.asked > self._expires_after:
            self.expired = True
        if self.expired:
            raise PermitExpired

    def expire(self) -> None:
        self.expired = True
