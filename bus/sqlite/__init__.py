"""The bus in one SQLite file, for one machine and no broker; `SqliteBus` is its adapter."""

from bus.sqlite.bus import SqliteBus

__all__ = ["SqliteBus"]
