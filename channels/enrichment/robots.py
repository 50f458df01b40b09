"""robots.txt → what may be read, and how slowly (RFC 9309).

Pure; `web.py` fetches the file and keeps the answer for a day. Protego reads the rules: longest
match, wildcards, groups, crawl delays. What the status means is ours: a file that is not there
allows everything, one that the site cannot deliver just now forbids everything.
"""

from dataclasses import dataclass

from protego import Protego

from channels.enrichment.base import Kind

AGENT = "leadwire"
"""The name under which a robots.txt may speak to us."""
SIZE = 512 * 1024
"""Octets of a robots.txt that are read; RFC 9309 2.5 asks for 500 KiB at least."""
PAUSE = 1.0
"""Seconds between two requests to a host that asks for nothing."""
LONGEST_PAUSE = 10.0
"""A host that wants more is read by its first page alone."""


@dataclass(frozen=True)
class Robots:
    """What one host allows. `rules` None: everything, or nothing where `closed` says why, and
    `kind` whether the host said so or could not be asked."""

    rules: Protego | None = None
    closed: str = ""
    kind: Kind = "robots"

    def forbids(self, url: str) -> str | None:
        """Returns why a URL may not be read, or None."""
        if self.closed:
            return self.closed
        if self.rules is not None and not self.rules.can_fetch(url, AGENT):
            return "robots.txt forbids it"
        return None

    @property
    def pause(self) -> float:
        """Seconds that the host wants between two requests."""
        asked = self.rules.crawl_delay(AGENT) if self.rules is not None else None
        return max(PAUSE, float(asked or 0.0))


def read(status: int, body: bytes) -> Robots:
    """Reads a robots.txt as it came: 2xx with rules, 4xx none, anything else closed."""
    if 200 <= status < 300:
        return Robots(Protego.parse(body[:SIZE].decode("utf-8-sig", "replace")))
    if 400 <= status < 500:
        return Robots()
    return unreachable(f"its robots.txt answers with status {status}")


def unreachable(why: str, kind: Kind = "robots") -> Robots:
    """A robots.txt that cannot be had forbids everything (RFC 9309 2.3.1.4)."""
    return Robots(closed=why, kind=kind)
