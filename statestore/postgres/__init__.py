"""The state store in PostgreSQL (design §8): shared by any number of processes and hosts.

`store` is the port. Units of a batch are loaded (`guesses`, `loading`), judged by the rules that
every store shares (`statestore.judge`) and written with their proof (`flushing`) in one transaction
(`writing`); reads are single statements (`reading`, `timing`) that name their tenants to row-level
security (`tenants`). `migrating` makes and changes the tables, `checking` refuses what must not be
used, `clocks` makes leases of several hosts comparable.

Needs the extra `[postgres]` (asyncpg), which nothing outside this package imports.
"""

from statestore.postgres.address import Address, parsed
from statestore.postgres.store import PostgresStore

__all__ = ["Address", "PostgresStore", "parsed"]
