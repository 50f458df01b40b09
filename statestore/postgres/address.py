"""Turns `USER@HOST:PORT/DATABASE?option=value` into what a connection needs.

That is the part of the setting `store` behind `postgres:`. A password within is refused: it comes
as a secret of its own (`store_password`), so that settings can be shown and logged.

Options: `sslmode` (disable, prefer, require, verify-ca, verify-full) and `sslrootcert` (a CA file;
by default the system's), which only the last two ask for and which alone means verify-full;
`pooler=transaction` where a transaction pooler stands in between (PgBouncer: every read is wrapped
in a transaction, statements are not kept by name); `connections` (how many at most, default 8).
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

FORM = "postgres:USER@HOST:PORT/DATABASE"
SSL_MODES = ("disable", "prefer", "require", "verify-ca", "verify-full")
OPTIONS = ("sslmode", "sslrootcert", "pooler", "connections")
FEWEST, MOST = 4, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a store is, and as whom one connects to it."""

    user: str
    host: str
    port: int
    database: str
    sslmode: str = "prefer"
    sslrootcert: str | None = None
    pooled: bool = False
    connections: int = 8

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.user}@{host}:{self.port}/{self.database}"


def parsed(text: str) -> Address:
    """Reads an address; raises ValueError that says what to write instead."""
    parts = urlsplit(f"//{text}")
    try:
        port = parts.port or 5432
    except ValueError:
        raise ValueError(f"{text!r} has no valid port; write {FORM}") from None
    if parts.password is not None:
        raise ValueError(
            "a password within the address is refused; write the address without it, and "
            "store_password = env:NAME or file:PATH"
        )
    database = unquote(parts.path.removeprefix("/"))
    if not (parts.username and parts.hostname and database) or "/" in database:
        raise ValueError(f"{text!r} lacks a part; write {FORM}")
    return Address(
        user=unquote(parts.username),
        host=parts.hostname,
        port=port,
        database=database,
        **_options(dict(parse_qsl(parts.query, keep_blank_values=True))),
    )


def _options(given: dict[str, str]) -> dict[str, Any]:
    for name in given:
        if name not in OPTIONS:
            raise ValueError(f"unknown option {name!r}; there are {', '.join(OPTIONS)}")
    authority = given.get("sslrootcert") or None
    mode = given.get("sslmode", "verify-full" if authority else "prefer")
    pooler = given.get("pooler", "")
    if mode not in SSL_MODES:
        raise ValueError(f"sslmode {mode!r}: write one of {', '.join(SSL_MODES)}")
    if authority and not mode.startswith("verify"):
        raise ValueError(
            f"sslmode {mode} trusts any server, sslrootcert names one to trust: write "
            "sslmode=verify-full"
        )
    if pooler not in ("", "none", "transaction"):
        raise ValueError(f"pooler {pooler!r}: write transaction, or leave it out")
    return {
        "sslmode": mode,
        "sslrootcert": authority,
        "pooled": pooler == "transaction",
        "connections": _number(given.get("connections", "8")),
    }


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not FEWEST <= int(text) <= MOST:
        raise ValueError(f"connections {text!r}: write a number from {FEWEST} to {MOST}")
    return int(text)
