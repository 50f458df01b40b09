"""The reader's manners: robots.txt, pauses, one request at a time, caps, kinds of content, slow and
looping sites, the cache."""

import asyncio
import gzip
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from channels.enrichment.base import Page, Refusal
from channels.enrichment.web import Manners
from tests.channels.enrichment.hosting import Clockwork, Names, Web, reader, reply, serving
from tests.channels.loops import stalled

SHOP = "http://shop.example/"


async def read(web: Web, url: str = SHOP, **given: Any) -> Page | Refusal:
    pages = reader(web, **given)
    try:
        return await pages.read(url)
    finally:
        await pages.close()


async def test_a_page_is_read_with_its_host_and_without_cookies() -> None:
    async with serving() as web:
        web.page("shop.example", "/", reply("hello", set_cookie="a=b"))
        found = await read(web)
    assert isinstance(found, Page)
    assert (found.url, found.body, found.whole) == (SHOP, b"hello", True)
    assert web.seen("shop.example") == ["/robots.txt", "/"]
    assert b"cookie" not in web.raw[1].lower()
    assert b"user-agent: leadwire" in web.raw[1].lower()


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/", False),
        ("User-agent: *\nDisallow: /private", "/private/x", False),
        ("User-agent: *\nDisallow: /private", "/kontakt", True),
        ("User-agent: *\nDisallow: /\nAllow: /kontakt", "/kontakt", True),
        ("User-agent: *\nDisallow: /*?print=", "/a?print=1", False),
        ("User-agent: *\nDisallow: /*.php$", "/a.php", False),
        ("User-agent: *\nDisallow: /*.php$", "/a.php?x", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: leadwire\nDisallow: /", "/", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: leadwire\nAllow: /", "/", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/", False),
        ("<html>not a robots file</html>", "/", True),
        ("", "/", True),
    ],
)
async def test_what_robots_forbid_is_never_asked_for(rules: str, path: str, allowed: bool) -> None:
    async with serving() as web:
        web.page("shop.example", "/robots.txt", reply(rules, content_type="text/plain"))
        web.page("shop.example", path, "hello")
        found = await read(web, f"http://shop.example{path}")
    assert isinstance(found, Page) is allowed
    assert (path in web.seen("shop.example")) is allowed
    if isinstance(found, Refusal):
        assert (found.kind, found.why) == ("robots", "robots.txt forbids it")


@pytest.mark.parametrize(
    ("status", "allowed"),
    [("404 Not Found", True), ("403 Forbidden", True), ("500 Oops", False), ("503 Busy", False)],
)
async def test_a_robots_file_that_cannot_be_had_closes_the_site(status: str, allowed: bool) -> None:
    """RFC 9309 2.3.1: 4xx means that there is none, 5xx that nobody knows."""
    async with serving() as web:
        web.page("shop.example", "/robots.txt", reply("", status))
        web.page("shop.example", "/", "hello")
        found = await read(web)
    assert isinstance(found, Page) is allowed


async def test_a_redirected_robots_file_is_followed() -> None:
    async with serving() as web:
        moved = reply(status="301 Moved", location="http://www.shop.example/robots.txt")
        web.page("shop.example", "/robots.txt", moved)
        web.page("www.shop.example", "/robots.txt", "User-agent: *\nDisallow: /")
        found = await read(web)
    assert isinstance(found, Refusal)
    assert found.kind == "robots"


async def test_one_request_at_a_time_with_a_pause_between() -> None:
    clock = Clockwork()
    async with serving() as web:
        for name in "abc":
            web.page("shop.example", f"/{name}", "hello")
        pages = reader(web, clock=clock)
        found = await asyncio.gather(*(pages.read(f"{SHOP}{name}") for name in "abc"))
        await pages.close()
    assert all(isinstance(page, Page) for page in found)
    assert web.most_at_once == 1
    assert clock.pauses == [1.0, 1.0, 1.0]


async def test_a_hosts_own_pause_is_kept() -> None:
    clock = Clockwork()
    async with serving() as web:
        web.page("shop.example", "/robots.txt", "User-agent: *\nCrawl-delay: 4\n")
        for name in "ab":
            web.page("shop.example", f"/{name}", "hello")
        pages = reader(web, clock=clock)
        for name in "ab":
            assert isinstance(await pages.read(SHOP + name), Page)
        await pages.close()
    assert clock.pauses == [1.0, 4.0]


async def test_a_host_that_wants_long_pauses_is_read_by_one_page() -> None:
    async with serving() as web:
        web.page("shop.example", "/robots.txt", "User-agent: *\nCrawl-delay: 60\n")
        for name in "ab":
            web.page("shop.example", f"/{name}", "hello")
        pages = reader(web)
        found = [await pages.read(SHOP + name) for name in "ab"]
        await pages.close()
    assert isinstance(found[0], Page)
    assert isinstance(found[1], Refusal)
    assert found[1].kind == "slow_down"
    assert web.seen("shop.example") == ["/robots.txt", "/a"]


async def test_what_was_read_is_kept_for_a_day_and_read_again_after_it() -> None:
    clock = Clockwork()
    async with serving() as web:
        web.page("shop.example", "/", "hello")
        pages = reader(web, clock=clock)
        for wait in (0.0, 3600.0, 25 * 3600.0):
            clock.at += wait
            assert isinstance(await pages.read(SHOP), Page)
        await pages.close()
    assert web.seen("shop.example") == ["/robots.txt", "/", "/robots.txt", "/"]


async def test_a_host_that_was_away_is_asked_again_after_ten_minutes() -> None:
    clock = Clockwork()
    names = Names({"shop.example": [[], ["93.184.215.14"]]})
    async with serving() as web:
        web.page("shop.example", "/", "hello")
        pages = reader(web, clock=clock, names=names)
        first = await pages.read(SHOP)
        clock.at += 60
        second = await pages.read(SHOP)
        clock.at += 600
        third = await pages.read(SHOP)
        await pages.close()
    assert isinstance(first, Refusal)
    assert second == first
    assert isinstance(third, Page)


async def test_redirects_are_followed_three_times_and_no_more() -> None:
    async with serving() as web:
        for number in range(6):
            onward = reply(status="302 Found", location=f"/{number + 1}")
            web.page("shop.example", f"/{number}", onward)
        web.page("shop.example", "/3", "hello")
        found = await read(web, SHOP + "0")
        looping = await read(web, SHOP + "4")
    assert isinstance(found, Page)
    assert (found.url, found.asked) == (SHOP + "3", SHOP + "0")
    assert isinstance(looping, Refusal)


async def test_a_loop_of_redirects_ends() -> None:
    async with serving() as web:
        web.page("shop.example", "/", reply(status="301 Moved", location="/b"))
        web.page("shop.example", "/b", reply(status="301 Moved", location="/"))
        found = await read(web)
    assert isinstance(found, Refusal)
    assert found.kind == "redirects"
    assert len(web.requests) == 5


async def test_a_page_of_twenty_megabytes_is_cut_at_the_cap() -> None:
    sent = 0

    async def endless(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n")
        for _ in range(20 * 16):
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    async with serving() as web:
        web.page("shop.example", "/", endless)
        found = await read(web, manners=Manners(cap=256 * 1024))
    assert isinstance(found, Page)
    assert (len(found.body), found.whole) == (256 * 1024, False)
    assert sent < 20 * 1024 * 1024


def bare(data: bytes) -> bytes:
    """Deflated without a frame."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("packing", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", bare)]
)
async def test_a_packed_page_is_unpacked_up_to_the_cap(
    packing: str, pack: Callable[[bytes], bytes]
) -> None:
    """A few kilobytes that stand for 50 megabytes."""
    async with serving() as web:
        web.page("shop.example", "/", reply(pack(b"hello"), content_encoding=packing))
        bomb = pack(b"\0" * 50_000_000)
        web.page("shop.example", "/bomb", reply(bomb, content_encoding=packing))
        small = await read(web)
        large = await read(web, SHOP + "bomb", manners=Manners(cap=100_000))
    assert isinstance(small, Page)
    assert (small.body, small.whole) == (b"hello", True)
    assert isinstance(large, Page)
    assert (len(large.body), large.whole) == (100_000, False)


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip", "deflate"])
async def test_what_cannot_be_unpacked_is_no_empty_page(packing: str) -> None:
    """Nobody asked for it, or it is none: said so, and not taken for a site without a word."""
    async with serving() as web:
        web.page("shop.example", "/", reply(b"\xff\xff\xff\xff", content_encoding=packing))
        found = await read(web)
    assert isinstance(found, Refusal)
    assert (found.kind, f"packed as '{packing}'" in found.why) == ("type", True)


async def test_a_robots_txt_that_cannot_be_unpacked_allows_nothing() -> None:
    """It may forbid all; the page is not asked for."""
    async with serving() as web:
        web.page("shop.example", "/robots.txt", reply(b"\xff\xff", content_encoding="br"))
        web.page("shop.example", "/", reply(b"hello"))
        found = await read(web)
        asked = web.seen("shop.example")
    assert isinstance(found, Refusal)
    assert (found.kind, "packed as 'br'" in found.why) == ("robots", True)
    assert asked == ["/robots.txt"]


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "video/mp4", "application/zip"])
async def test_what_is_no_page_is_not_read(kind: str) -> None:
    async with serving() as web:
        web.page("shop.example", "/", reply(b"x" * 5_000_000, content_type=kind))
        found = await read(web)
    assert isinstance(found, Refusal)
    assert found.kind == "type"


async def test_a_site_that_never_answers_is_given_up() -> None:
    asked = asyncio.Event()

    async def silent(writer: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.Event().wait()

    async with serving() as web:
        web.page("shop.example", "/", silent)
        found = await stalled(asked.wait(), read(web))
    assert isinstance(found, Refusal)
    assert found.kind == "timeout"


async def test_a_site_that_drips_is_cut_where_the_time_is_over() -> None:
    dripped = asyncio.Event()

    async def dripping(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<p>first")
        await writer.drain()
        dripped.set()
        await asyncio.Event().wait()

    async with serving() as web:
        web.page("shop.example", "/", dripping)
        found = await stalled(dripped.wait(), read(web))
    assert isinstance(found, Page)
    assert (found.body, found.whole) == (b"<p>first", False)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 garbage\r\n\r\n", b"\x00" * 20, b"SSH-2.0-x"])
async def test_a_server_that_speaks_something_else_is_named(answer: bytes) -> None:
    async with serving() as web:
        web.page("shop.example", "/", answer)
        found = await read(web)
    assert isinstance(found, Refusal)
    assert found.kind in ("unreachable", "status")


async def test_a_host_without_address_and_a_closed_port_are_named() -> None:
    async with serving() as web:
        lost = await read(web, "http://gone.example/", names=Names({"gone.example": [[]]}))
    closed = await read(web)
    assert isinstance(lost, Refusal)
    assert isinstance(closed, Refusal)
    assert (lost.kind, closed.kind) == ("address", "unreachable")
    assert lost.why == "gone.example: the name has no address"
    assert "connection_refused" in closed.why


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "403 Forbidden", "410 Gone"])
async def test_an_error_page_is_no_page(status: str) -> None:
    async with serving() as web:
        web.page("shop.example", "/", reply("mail us: wrong@shop.example", status))
        found = await read(web)
    assert isinstance(found, Refusal)
    assert (found.kind, found.status) == ("status", int(status[:3]))
