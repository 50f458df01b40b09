"""Hostile URLs, names and redirects: nothing may reach this machine or its neighbours.

A server listens on this machine on all of its addresses' loopback, and the reader is told to dial
every address as it is: whoever passes the guard is counted there.
"""

import pytest

from channels.enrichment import guard
from channels.enrichment.base import Refusal
from channels.enrichment.guard import Forbidden
from channels.enrichment.web import resolve
from tests.channels.enrichment.hosting import PUBLIC, Names, reader, reply, serving

URLS = (
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://0177.0.0.01/",
    "http://00000177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1%25lo]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://100.100.100.200/latest/meta-data/",
    "http://168.63.129.16/machine",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://localhost.localdomain/",
    "http://printer.local/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://kubernetes.default.svc.cluster.local/",
    "http://router.lan/",
    "http://intranet/",
    "http://1.0.0.127.in-addr.arpa/",
    "http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://127\u30020\u30020\u30021/",
    "http://%31%32%37.0.0.1/",
    "http://127.0.0.1%2f.shop.example/",
    "http://shop.example@127.0.0.1/",
    "http://127.0.0.1@shop.example/",
    "http://user:secret@shop.example/",
    "http://shop.example:22/",
    "http://shop.example:6379/",
    "http://shop.example:9092/",
    "https://shop.example:80/",
    "http://shop.example:99999/",
    "http://shop.example\\@127.0.0.1/",
    "http://127.0.0.1\\.shop.example/",
    "http://shop.example\t/",
    "http:// 127.0.0.1/",
    "http:///127.0.0.1/",
    "http:127.0.0.1",
    "//127.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/stat",
    "ftp://127.0.0.1/",
    "data:text/html,hello",
    "javascript:alert(1)",
    "http://[::1",
    "http://a..example/",
    "http://-shop.example/",
    "http://shop.example/" + "a" * 3000,
)
ADDRESSES = (
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.251",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
    "3fff::1",
    "not an address",
)
REDIRECTS = (
    "http://127.0.0.1/admin",
    "//127.0.0.1/admin",
    "http://[::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://inside.example/",
    "http://localhost/",
    "http://shop.example:6379/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "http://user@shop.example/",
    "\\\\127.0.0.1\\share",
    "http:\\\\127.0.0.1/",
)


def test_there_are_enough_of_them() -> None:
    assert len({*URLS, *ADDRESSES, *REDIRECTS}) >= 60


async def test_no_hostile_url_reaches_anybody() -> None:
    """Every URL is refused with a reason, before any name is looked up or any byte leaves."""
    names = Names()
    async with serving() as web:
        pages = reader(web, names=names, everywhere=True)
        for url in URLS:
            found = await pages.read(url)
            assert isinstance(found, Refusal), url
            assert (found.kind, bool(found.why)) == ("address", True), url
        await pages.close()
    assert (web.connections, names.asked) == (0, [])


@pytest.mark.parametrize("address", ADDRESSES)
async def test_no_name_leads_to_an_address_that_is_not_public(address: str) -> None:
    """Alone, or hidden among public ones."""
    table = {"alone.example": [[address]], "mixed.example": [[PUBLIC, address]]}
    async with serving() as web:
        pages = reader(web, names=Names(table), everywhere=True)
        for host in table:
            found = await pages.read(f"http://{host}/")
            assert isinstance(found, Refusal)
            assert found.kind == "address"
            assert host in found.why
        await pages.close()
    assert web.connections == 0


@pytest.mark.parametrize("location", REDIRECTS)
@pytest.mark.parametrize("target", ["/", "/robots.txt"])
async def test_no_redirect_leads_inside(location: str, target: str) -> None:
    """Neither a page's nor a robots.txt's."""
    names = Names({"inside.example": [["127.0.0.1"]]})
    async with serving() as web:
        web.page("shop.example", target, reply(status="302 Found", location=location))
        pages = reader(web, names=names)
        found = await pages.read("http://shop.example/")
        await pages.close()
    assert isinstance(found, Refusal)
    assert {host for host, _ in web.requests} == {"shop.example"}
    assert {path for _, path in web.requests} <= {"/", "/robots.txt"}


async def test_a_name_that_changes_its_mind_changes_nothing() -> None:
    """Rebinding: the address that was judged is the one that is dialled, and a later answer is
    judged again. The server on this machine counts what reaches it by a private address."""
    dialled: list[str] = []
    names = Names({"fickle.example": [[PUBLIC], ["127.0.0.1"]]})
    async with serving() as web:
        web.page("fickle.example", "/", "hello")
        pages = reader(web, names=names)
        dial = pages._dial

        def watched(address: str, port: int) -> tuple[str, int]:
            dialled.append(address)
            return dial(address, port)

        pages._dial = watched
        found = await pages.read("http://fickle.example/")
        await pages.close()
    assert isinstance(found, Refusal)
    assert "not on the public Internet" in found.why
    assert dialled == [PUBLIC]  # robots.txt, by the first answer
    assert web.seen("fickle.example") == ["/robots.txt"]


async def test_what_the_systems_own_name_server_says_is_judged_too() -> None:
    """`localhost` under the real resolver: whatever it answers is refused."""
    found = await resolve("localhost")
    assert found
    with pytest.raises(Forbidden, match="not on the public Internet"):
        guard.addresses(found)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://Shop.Example", "http://shop.example/"),
        ("https://shop.example:443/a b".replace(" ", "%20"), "https://shop.example/a%20b"),
        ("http://shop.example/menü?q=ä#part", "http://shop.example/men%C3%BC?q=%C3%A4"),
        ("https://bäckerei.example/", "https://xn--bckerei-5wa.example/"),
        ("http://shop.example./x", "http://shop.example/x"),
        ("http://1a.shop-2.example/", "http://1a.shop-2.example/"),
    ],
)
def test_ordinary_urls_are_read_in_one_form(url: str, wanted: str) -> None:
    assert guard.place(url).url == wanted


def test_public_addresses_pass_in_both_families() -> None:
    assert guard.addresses(["2606:4700::1111", "1.1.1.1"]) == ("1.1.1.1", "2606:4700::1111")
