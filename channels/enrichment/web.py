"""The polite reader of strangers' pages: `Pages` over `channels/http.py`.

One read is: judge the URL, look its host up once, judge every address, ask the host's robots.txt,
wait for the host's turn, connect to the judged address, and do all of it again for each redirect.
Bodies are cut at a cap before and after unpacking, and only pages are read at all. What was read is
kept for a while, so that two leads on one site are one visit.

The name server, the pause and the machine's seconds are handed in: wiring gives the real ones.
`dial` turns a judged address and port into where to connect; it changes nothing but in tests, whose
sites listen on this machine.
"""

import asyncio
import socket
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from channels.base import Receipt
from channels.enrichment import guard, robots
from channels.enrichment.base import Kind, Page, Pages, Refusal
from channels.enrichment.guard import Forbidden, Place
from channels.enrichment.robots import Robots
from channels.http import Reply, Visit, WebHttp

Resolve = Callable[[str], Awaitable[Sequence[str]]]
Dial = Callable[[str, int], tuple[str, int]]

REDIRECTS = 3
ADDRESSES = 2
"""How many addresses of a host are tried."""
HOSTS = 5000
"""Hosts whose rules are remembered."""
LOOKUP_SECONDS = 10.0
AWAY: frozenset[Kind] = frozenset({"unreachable", "timeout", "address"})
AWAY_SECONDS = 600.0
"""How long a host that could not be reached is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Limits of one reader: octets of a page, seconds of a request, seconds that a page is kept."""

    cap: int = 2 * 1024 * 1024
    seconds: float = 15.0
    keep_seconds: float = 24 * 3600.0
    keep_pages: int = 500
    user_agent: str = "leadwire (reads business sites politely; robots.txt name: leadwire)"


@dataclass(slots=True)
class _Host:
    """What is known of a host: its robots.txt, and when it may be asked next."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    robots: Robots | None = None
    until: float = 0.0
    next_at: float = 0.0
    asked: int = 0


async def resolve(host: str) -> Sequence[str]:
    """Asks the system's name server for every address of a host; empty where there is none."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(LOOKUP_SECONDS):
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def _same(address: str, port: int) -> tuple[str, int]:
    return address, port


class WebReader(Pages):
    """Reads pages politely; one for all sources of a process, since politeness is by host."""

    def __init__(
        self,
        *,
        elapsed: Callable[[], float],
        pause: Callable[[float], Awaitable[None]],
        resolve: Resolve = resolve,
        dial: Dial = _same,
        manners: Manners | None = None,
        ca_file: str | None = None,
    ) -> None:
        self._elapsed, self._pause = elapsed, pause
        self._resolve, self._dial = resolve, dial
        self._manners = manners or Manners()
        self._http = WebHttp(ca_file=ca_file)
        self._hosts: dict[str, _Host] = {}
        self._kept: OrderedDict[str, tuple[float, Page | Refusal]] = OrderedDict()

    async def read(self, url: str) -> Page | Refusal:
        kept = self._kept.get(url)
        if kept is not None and kept[0] > self._elapsed():
            return kept[1]
        found = await self._followed(url)
        self._keep(url, found)
        return found

    async def close(self) -> None:
        await self._http.close()

    def _life(self, kind: Kind) -> float:
        """How long an answer is kept: one that the network gave, not the site, only for a while."""
        return AWAY_SECONDS if kind in AWAY else self._manners.keep_seconds

    def _keep(self, url: str, found: Page | Refusal) -> None:
        kind = found.kind if isinstance(found, Refusal) else "robots"
        self._kept[url] = (self._elapsed() + self._life(kind), found)
        self._kept.move_to_end(url)
        while len(self._kept) > self._manners.keep_pages:
            self._kept.popitem(last=False)

    async def _followed(self, url: str) -> Page | Refusal:
        """Reads a page and what it redirects to, each judged anew."""
        here = url
        for _ in range(REDIRECTS + 1):
            try:
                spot = guard.place(here)
            except Forbidden as error:
                return Refusal(url=here, kind="address", why=str(error))
            reply = await self._asked(spot)
            if isinstance(reply, Refusal):
                return reply
            onward = _onward(reply)
            if onward is None:
                return _page(url, spot, reply, self._manners.cap)
            here = urljoin(spot.url, onward)
        return Refusal(url=here, kind="redirects", why=f"more than {REDIRECTS} redirects")

    async def _asked(self, spot: Place) -> Reply | Refusal:
        """One request, in its host's turn, if its robots.txt allows it."""
        host = self._host(f"{spot.scheme}://{spot.host}")
        async with host.turn:
            rules = await self._robots(spot, host)
            forbidden = rules.forbids(spot.url)
            if forbidden:
                return Refusal(url=spot.url, kind=rules.kind, why=forbidden)
            if rules.pause > robots.LONGEST_PAUSE and host.asked:
                words = f"the host wants {rules.pause:g} s between requests: one page is read"
                return Refusal(url=spot.url, kind="slow_down", why=words)
            host.asked += 1
            return await self._in_turn(spot, host, rules.pause, _is_page, self._manners.cap)

    def _host(self, name: str) -> _Host:
        """What is known of a host; of thousands, those that nobody asks just now are forgotten."""
        if name not in self._hosts and len(self._hosts) >= HOSTS:
            idle = [key for key, one in self._hosts.items() if not one.turn.locked()]
            for key in idle[: HOSTS // 2]:
                del self._hosts[key]
        return self._hosts.setdefault(name, _Host())

    async def _robots(self, spot: Place, host: _Host) -> Robots:
        if host.robots is None or host.until <= self._elapsed():
            host.robots = await self._robots_read(spot, host)
            host.until = self._elapsed() + self._life(host.robots.kind)
            host.asked = 0
        return host.robots

    async def _robots_read(self, spot: Place, host: _Host) -> Robots:
        """Fetches a robots.txt, with five redirects at most, as RFC 9309 2.3.1.2 asks."""
        here = Place(scheme=spot.scheme, host=spot.host, target="/robots.txt")
        for _ in range(6):
            reply = await self._in_turn(here, host, robots.PAUSE, _anything, robots.SIZE)
            if isinstance(reply, Refusal):
                return robots.unreachable(reply.why, reply.kind)
            onward = _onward(reply)
            if onward is None:
                return _rules(reply)
            try:
                here = guard.place(urljoin(here.url, onward))
            except Forbidden as error:
                return robots.unreachable(f"its robots.txt redirects where nobody reads: {error}")
        return Robots()

    async def _in_turn(
        self,
        spot: Place,
        host: _Host,
        pause: float,
        wanted: Callable[[Mapping[str, str]], bool],
        cap: int,
    ) -> Reply | Refusal:
        wait = host.next_at - self._elapsed()
        if wait > 0:
            await self._pause(wait)
        try:
            return await self._connected(spot, wanted, cap)
        finally:
            host.next_at = self._elapsed() + min(pause, robots.LONGEST_PAUSE)

    async def _connected(
        self, spot: Place, wanted: Callable[[Mapping[str, str]], bool], cap: int
    ) -> Reply | Refusal:
        """Looks the host up once and asks at the judged addresses, and nowhere else."""
        try:
            found = guard.addresses(await self._resolve(spot.host))
        except Forbidden as error:
            return Refusal(url=spot.url, kind="address", why=f"{spot.host}: {error}")
        receipt: Receipt | None = None
        for address in found[:ADDRESSES]:
            reply = await self._http.get(self._visit(spot, address, wanted, cap))
            if isinstance(reply, Reply):
                return reply
            receipt = reply
            if reply.code == "timeout":
                break
        return _unreached(spot, receipt)

    def _visit(
        self, spot: Place, address: str, wanted: Callable[[Mapping[str, str]], bool], cap: int
    ) -> Visit:
        where, port = self._dial(address, spot.port)
        return Visit(
            scheme=spot.scheme,
            host=spot.host,
            address=where,
            port=port,
            target=spot.target,
            cap=cap,
            seconds=self._manners.seconds,
            user_agent=self._manners.user_agent,
            wanted=wanted,
        )


def _unreached(spot: Place, receipt: Receipt | None) -> Refusal:
    code = receipt.code if receipt is not None else "unreachable"
    words = receipt.diagnostic if receipt is not None else ""
    return Refusal(
        url=spot.url,
        kind="timeout" if code == "timeout" else "unreachable",
        why=f"{code}: {words}"[:200],
    )


# ── replies ───────────────────────────────────────────────────────────────────────────────────

PAGES = ("text/html", "application/xhtml+xml", "text/plain")


def _is_page(headers: Mapping[str, str]) -> bool:
    """Reads a body only where it is said to be a page, or where nothing is said."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return not kind or kind in PAGES


def _anything(headers: Mapping[str, str]) -> bool:
    return True


def _onward(reply: Reply) -> str | None:
    """Where a redirect leads; None where the reply is none."""
    location = reply.headers.get("location", "").strip()
    return location if reply.status in (301, 302, 303, 307, 308) and location else None


def _page(asked: str, spot: Place, reply: Reply, cap: int) -> Page | Refusal:
    if not 200 <= reply.status < 300:
        words = f"it answers with status {reply.status}"
        return Refusal(url=spot.url, kind="status", why=words, status=reply.status)
    kind = reply.headers.get("content-type", "")
    if not _is_page(reply.headers):
        return Refusal(url=spot.url, kind="type", why=f"it is no page but {kind[:60]!r}")
    unpacked = _unpacked(reply, cap)
    if unpacked is None:
        words = f"it came packed as {_packing(reply)[:60]!r}, and not as asked for or not whole"
        return Refusal(url=spot.url, kind="type", why=words)
    body, whole = unpacked
    return Page(
        url=spot.url,
        asked=asked,
        content_type=kind,
        body=body,
        whole=whole and reply.complete,
        headers=reply.headers,
    )


def _rules(reply: Reply) -> Robots:
    """What a robots.txt says. One that cannot be unpacked may forbid everything."""
    unpacked = _unpacked(reply, robots.SIZE)
    if unpacked is None and 200 <= reply.status < 300:
        return robots.unreachable(f"its robots.txt came packed as {_packing(reply)[:60]!r}")
    return robots.read(reply.status, unpacked[0] if unpacked else b"")


def _packing(reply: Reply) -> str:
    return reply.headers.get("content-encoding", "identity").strip().lower()


def _unpacked(reply: Reply, cap: int) -> tuple[bytes, bool] | None:
    """Unpacks up to the cap, since a page of a kilobyte can stand for gigabytes; says whether that
    is all. None for what is no such packing; "deflate" comes with a frame (RFC 9110 8.4.1.2) and
    from some servers without one."""
    packing = _packing(reply)
    if packing in ("identity", ""):
        return reply.body, True
    windows = {"gzip": (47,), "x-gzip": (47,), "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS)}
    for window in windows.get(packing, ()):
        unpacker = zlib.decompressobj(window)
        try:
            return unpacker.decompress(reply.body, cap), not unpacker.unconsumed_tail
        except zlib.error:
            continue
    return None
