"""The port through which enrichment reads pages of strangers, and the values that cross it.

What an adapter promises
- `read` never raises for what a stranger's site does: it answers with a page, or with a refusal
  that says what stood in the way.
- Nothing reaches an address that is not on the public Internet, by whatever name or redirect, and
  nothing that the site's robots.txt forbids.
- It is slow on purpose: one request at a time to a host, with the pause that the host asks for.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "address", "robots", "unreachable", "timeout", "status", "redirects", "type", "slow_down", "url"
]
"""address: not on the public Internet. robots: forbidden there. redirects: too many. type: no page.
slow_down: the host wants longer pauses than a visit may take. url: no URL that could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it came. `url` is where it was in the end, `body` plain octets, cut at the cap
    where `whole` is False."""

    url: str
    asked: str
    content_type: str
    body: bytes
    whole: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no page, in a word and in a sentence."""

    url: str
    kind: Kind
    why: str
    status: int | None = None


class Pages(ABC):
    """Reads pages; see the module's text for what it promises."""

    @abstractmethod
    async def read(self, url: str) -> Page | Refusal:
        """Reads one page, from the cache where it was read not long ago."""

    async def close(self) -> None:  # noqa: B027 — an adapter may hold nothing open
        """Closes connections."""
