"""Asks the world for `doctor`: whether the unsubscribe address answers, what a domain publishes.

Blocking calls run in threads with a few seconds of patience; an answer that does not come is said,
never raised. Nothing is sent to anybody.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from agents.inbox import unsubscribe

SECONDS = 5.0
PROBE = "doctor-asks-and-nobody-is-unsubscribed"
"""A token that is none: our port answers it with its page for unknown links."""


async def link_problem(base_url: str) -> str | None:
    """Returns why the unsubscribe port cannot be reached there, or None where it answered."""
    return await asyncio.to_thread(_link_problem, base_url)


def _link_problem(base_url: str) -> str | None:
    there = urlsplit(base_url)
    if not there.hostname:
        return "is no address"
    kind = HTTPSConnection if there.scheme == "https" else HTTPConnection
    try:
        connection = kind(there.hostname, there.port, timeout=SECONDS)
        connection.request("GET", f"{there.path.rstrip('/')}/u/{PROBE}")
        answer = connection.getresponse()
        body = answer.read(20_000).decode("utf-8", "replace")
    except (OSError, HTTPException, ValueError) as error:
        return f"does not answer: {error}"
    if answer.status != 404 or unsubscribe.UNKNOWN[0] not in body:
        return f"answers {answer.status}, and not with our page"
    return None


@dataclass(frozen=True, slots=True)
class Published:
    """What a domain publishes, or why nobody could say."""

    domain: str
    spf: tuple[str, ...] = ()
    dmarc: tuple[str, ...] = ()
    dkim: Mapping[str, bool] = field(default_factory=dict)
    problem: str | None = None


async def published(domain: str, selectors: Sequence[str]) -> Published:
    """Asks the system's resolver for a domain's TXT records."""
    return await asyncio.to_thread(_published, domain, selectors)


def _published(domain: str, selectors: Sequence[str]) -> Published:
    from dns.exception import DNSException

    try:
        return Published(
            domain,
            spf=tuple(t for t in texts(domain) if t.split(" ")[0].lower() == "v=spf1"),
            dmarc=tuple(t for t in texts(f"_dmarc.{domain}") if t.lower().startswith("v=dmarc1")),
            dkim={s: _has_key(texts(f"{s}._domainkey.{domain}")) for s in selectors},
        )
    except DNSException as error:
        return Published(domain, problem=str(error) or type(error).__name__)


def _has_key(records: Sequence[str]) -> bool:
    """A record with an empty `p=` is a key that was revoked (RFC 6376 3.6.1)."""
    tags = [dict(part.strip().partition("=")[::2] for part in r.split(";")) for r in records]
    return any(tag.get("p", "").strip() for tag in tags)


def texts(name: str) -> list[str]:
    """The TXT records at a name; none where the name is not there."""
    from dns.resolver import NXDOMAIN, NoAnswer, resolve

    try:
        answer = resolve(name, "TXT", lifetime=SECONDS)
    except (NXDOMAIN, NoAnswer):
        return []
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
