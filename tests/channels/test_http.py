"""The half that HTTP vendors share: the permit at the socket, the stage, and a receipt for all that
a server, a network or httpx can do."""

import asyncio
import logging
import socket
from typing import Any

import httpcore
import pytest

from channels import http
from channels.base import Receipt
from channels.errors import Misconfigured, Unsendable
from channels.http import Call, Deadlines, HttpSettings, Reply, VendorHttp
from contracts.outcome import Outcome, Stage
from tests.channels.http_servers import OK, At, Does, ScriptedHttp, tunnel
from tests.channels.loops import Gate, breathe, loop, stalled
from tests.channels.permits import TestPermit
from tests.channels.servers import AUTHORITY

CALL = Call(path="/messages", headers={"x-key": "canary-9f"}, body=b'{"to":"kim"}')
BIG = Call(path="/messages", body=b"x" * 8_000_000)


def client(server: ScriptedHttp, **changes: Any) -> VendorHttp:
    return VendorHttp(HttpSettings(base_url=server.url, ca_file=AUTHORITY, **changes))


async def sent(
    server: ScriptedHttp, permit: TestPermit | None = None, call: Call = CALL, **changes: Any
) -> Reply | Receipt:
    """Makes one call and gives the connections back."""
    vendor = client(server, **changes)
    try:
        return await vendor.send(call, permit or TestPermit())
    finally:
        await vendor.close()


async def receipt_of(*args: Any, **kwargs: Any) -> Receipt:
    answer = await sent(*args, **kwargs)
    assert isinstance(answer, Receipt)
    return answer


async def reply_of(*args: Any, **kwargs: Any) -> Reply:
    answer = await sent(*args, **kwargs)
    assert isinstance(answer, Reply)
    return answer


async def test_a_request_arrives_byte_for_byte() -> None:
    """Method, path, headers and the body as it was rendered; the reply is whole."""
    server = ScriptedHttp()
    async with server.running():
        reply = await reply_of(server)
    (request,) = server.requests
    assert request.startswith(b"POST /messages HTTP/1.1\r\n")
    assert b"x-key: canary-9f\r\n" in request
    assert request.endswith(b'\r\n\r\n{"to":"kim"}')
    assert (reply.status, reply.stage, reply.complete) == (202, Stage.CONTENT_COMPLETE, True)
    assert reply.json() == {"id": "m-1"}
    assert http.receipt(reply, provider_id="m-1").outcome is Outcome.ACCEPTED


# the permit


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("where", ["lookup", "connect", "tls"])
async def test_a_call_delayed_past_its_permit_sends_no_byte(where: str, tls: bool) -> None:
    """Name lookup, connect or TLS takes too long: the server sees a connection at most."""
    if where == "tls" and not tls:
        return
    server, permit, gate = ScriptedHttp(tls=tls), TestPermit(), Gate()
    if where == "lookup":
        loop().lookup_gate = gate
    elif where == "connect":
        loop().connect_gate = gate
    else:
        server.gates[At.TLS] = gate.opened
    async with server.running():
        call = asyncio.ensure_future(receipt_of(server, permit))
        await (server.at[At.TLS] if where == "tls" else gate.reached).wait()
        permit.expire()
        gate.opened.set()
        receipt = await call
    assert (receipt.outcome, receipt.stage) == (Outcome.NOT_STARTED, Stage.CONNECTED)
    assert receipt.code == "permit_expired"
    assert bytes(server.received) == b""
    assert server.connections == 1


async def test_the_permit_is_asked_once_per_call_after_tls() -> None:
    """Not before the connection stands, where it would prove nothing."""
    server, permit = ScriptedHttp(tls=True), TestPermit()
    async with server.running():
        await reply_of(server, permit)
    assert permit.asked == 1


async def test_a_reused_connection_asks_the_permit_again() -> None:
    """The second call on a warm connection sends nothing either."""
    server = ScriptedHttp()
    async with server.running():
        vendor = client(server)
        await vendor.send(CALL, TestPermit())
        second = await vendor.send(CALL, TestPermit(expires_after=0))
        await vendor.close()
    assert isinstance(second, Receipt)
    assert (second.outcome, second.stage) == (Outcome.NOT_STARTED, Stage.NONE)
    assert (server.connections, len(server.requests)) == (1, 1)
    assert bytes(server.received) == server.requests[0]


async def test_a_lookup_needs_no_permit() -> None:
    """`ask` sends nothing to anybody."""
    server = ScriptedHttp()
    async with server.running():
        vendor = client(server)
        reply = await vendor.ask(Call(method="GET", path="/messages?reference=a"))
        await vendor.close()
    assert isinstance(reply, Reply)
    assert server.requests[0].startswith(b"GET /messages?reference=a HTTP/1.1\r\n")


# each fault at each stage


FAULTS = [
    (At.TLS, Does.HANG, BIG, Stage.CONNECTED, Outcome.DEFERRED, "timeout"),
    (At.TLS, Does.DROP, BIG, Stage.CONNECTED, Outcome.DEFERRED, "tls_failed"),
    (At.TLS, Does.GARBLE, BIG, Stage.CONNECTED, Outcome.DEFERRED, "tls_failed"),
    (At.HEADERS, Does.HANG, BIG, Stage.CONTENT_BEGUN, Outcome.UNKNOWN, "timeout"),
    (At.HEADERS, Does.DROP, BIG, Stage.CONTENT_BEGUN, Outcome.UNKNOWN, "connection_reset"),
    (At.REPLY, Does.HANG, CALL, Stage.CONTENT_COMPLETE, Outcome.UNKNOWN, "timeout"),
    (At.REPLY, Does.DROP, CALL, Stage.CONTENT_COMPLETE, Outcome.UNKNOWN, "broken_reply"),
    (At.REPLY, Does.GARBLE, CALL, Stage.CONTENT_COMPLETE, Outcome.UNKNOWN, "broken_reply"),
]


@pytest.mark.parametrize(("at", "does", "call", "stage", "outcome", "code"), FAULTS)
async def test_each_fault_at_each_stage_has_its_receipt(
    at: At, does: Does, call: Call, stage: Stage, outcome: Outcome, code: str
) -> None:
    """Before the body all is definite, from then on nothing is but a reply."""
    server = ScriptedHttp({at: does}, tls=at is At.TLS)
    async with server.running():
        calling = receipt_of(server, call=call)
        if does is Does.HANG:
            receipt = await stalled(server.at[at].wait(), calling)
        else:
            receipt = await calling
    assert (receipt.outcome, receipt.stage, receipt.code) == (outcome, stage, code)
    assert not receipt.about_sender


@pytest.mark.parametrize(
    ("where", "failure", "code"),
    [
        ("lookup", socket.gaierror(socket.EAI_NONAME, "no such host"), "dns_failed"),
        ("lookup", None, "timeout"),
        ("connect", ConnectionRefusedError(111, "refused"), "connection_refused"),
        ("connect", OSError(113, "no route"), "connection_failed"),
        ("connect", None, "timeout"),
    ],
)
async def test_a_host_that_cannot_be_reached_is_definite(
    where: str, failure: OSError | None, code: str
) -> None:
    """Nothing was connected to."""
    gate = Gate(failure)
    setattr(loop(), f"{where}_gate", gate)
    server = ScriptedHttp()
    async with server.running():
        receipt = await stalled(gate.reached.wait(), receipt_of(server))
    assert (receipt.outcome, receipt.stage, receipt.code) == (Outcome.DEFERRED, Stage.NONE, code)


async def test_a_certificate_of_strangers_is_about_our_settings() -> None:
    """Definite, before the credentials were said."""
    server = ScriptedHttp(tls=True)
    async with server.running():
        vendor = VendorHttp(HttpSettings(base_url=server.url))
        receipt = await vendor.send(CALL, TestPermit())
        await vendor.close()
    assert isinstance(receipt, Receipt)
    assert (receipt.outcome, receipt.code) == (Outcome.DEFERRED, "tls_certificate")
    assert receipt.about_sender
    assert bytes(server.received) == b""


async def test_a_request_without_body_is_content_from_its_headers_on() -> None:
    """Where all is said in the request line, a lost reply is unknown."""
    server = ScriptedHttp({At.HEADERS: Does.DROP})
    async with server.running():
        receipt = await receipt_of(server, call=Call(path="/send?to=kim"))
    assert receipt.outcome is Outcome.UNKNOWN


async def test_the_whole_call_has_an_end() -> None:
    """A server that dribbles headers for ever holds no slot for ever."""
    server = ScriptedHttp({At.REPLY: Does.HANG})
    async with server.running():
        receipt = await stalled(
            server.at[At.REPLY].wait(),
            receipt_of(server, deadlines=Deadlines(read=500.0, total=30.0)),
        )
    assert (receipt.outcome, receipt.code) == (Outcome.UNKNOWN, "timeout")
    assert "30 s" in receipt.diagnostic


# replies


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\ncut", b"cut"),
        (b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc", b"abc"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nbroken", b"abc"),
    ],
)
async def test_a_reply_cut_short_keeps_its_status_and_says_so(raw: bytes, body: bytes) -> None:
    """2xx without the whole body is no clear word; a refusal's status is."""
    server = ScriptedHttp(reply=raw, then_close=True)
    async with server.running():
        reply = await reply_of(server)
    assert (reply.body, reply.complete, reply.json()) == (body, False, None)
    assert http.receipt(reply).outcome is Outcome.UNKNOWN
    server = ScriptedHttp(reply=raw.replace(b"200 OK", b"422 No"), then_close=True)
    async with server.running():
        assert http.receipt(await reply_of(server)).outcome is Outcome.REFUSED


async def test_a_reply_that_never_ends_keeps_its_status() -> None:
    """The body hangs until the deadline; 422 stays a refusal."""
    server = ScriptedHttp(reply=b"HTTP/1.1 422 No\r\ncontent-length: 9\r\n\r\nno")
    async with server.running():
        task = asyncio.ensure_future(reply_of(server))
        await server.at[At.REPLY].wait()
        while not task.done():
            await breathe()
            loop().advance(1.0)
        reply = await task
    assert (reply.status, reply.body, reply.complete) == (422, b"no", False)


async def test_a_reply_over_the_cap_is_not_read_further() -> None:
    """A megabyte is kept, the rest left on the wire."""
    length = 3 * http.CAP
    raw = f"HTTP/1.1 500 Oh\r\ncontent-length: {length}\r\n\r\n".encode() + b"y" * length
    server = ScriptedHttp(reply=raw)
    async with server.running():
        reply = await reply_of(server)
    assert (len(reply.body), reply.complete) == (http.CAP, False)


@pytest.mark.parametrize(
    ("status", "outcome", "about_sender"),
    [
        (200, Outcome.ACCEPTED, False),
        (202, Outcome.ACCEPTED, False),
        (301, Outcome.REFUSED, True),
        (302, Outcome.UNKNOWN, False),
        (303, Outcome.UNKNOWN, False),
        (308, Outcome.REFUSED, True),
        (400, Outcome.REFUSED, False),
        (401, Outcome.REFUSED, True),
        (403, Outcome.REFUSED, True),
        (404, Outcome.REFUSED, False),
        (408, Outcome.UNKNOWN, False),
        (409, Outcome.UNKNOWN, False),
        (422, Outcome.REFUSED, False),
        (425, Outcome.DEFERRED, False),
        (429, Outcome.DEFERRED, False),
        (500, Outcome.UNKNOWN, False),
        (502, Outcome.UNKNOWN, False),
        (503, Outcome.UNKNOWN, False),
        (599, Outcome.UNKNOWN, False),
    ],
)
async def test_a_status_means_what_its_row_says(
    status: int, outcome: Outcome, about_sender: bool
) -> None:
    """Over a real connection, redirects included, which are not followed."""
    raw = f"HTTP/1.1 {status} X\r\nlocation: /elsewhere\r\ncontent-length: 2\r\n\r\nno".encode()
    server = ScriptedHttp(reply=raw)
    async with server.running():
        receipt = http.receipt(await reply_of(server), provider_id="m")
    assert (receipt.outcome, receipt.about_sender) == (outcome, about_sender)
    assert (receipt.code, receipt.diagnostic) == (f"http_{status}", "no")
    assert receipt.provider_id == ("m" if outcome is Outcome.ACCEPTED else None)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120.0),
        ({"retry-after": "0"}, 0.0),
        (
            {
                "retry-after": "Mon, 02 Mar 2026 10:05:00 GMT",
                "date": "Mon, 02 Mar 2026 10:00:00 GMT",
            },
            300.0,
        ),
        ({"retry-after": "Mon, 02 Mar 2026 10:05:00 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "99999999999999999999"}, None),
        ({}, None),
    ],
)
def test_a_wish_to_wait_is_counted_by_the_vendors_own_clock(
    headers: dict[str, str], seconds: float | None
) -> None:
    """Seconds, or a date against the reply's own."""
    reply = Reply(status=429, headers=headers, body=b"", complete=True, stage=Stage.NONE)
    assert reply.retry_after == seconds


async def test_a_vendors_cookies_are_not_kept() -> None:
    """What a balancer sets for one client shall not steer another's call."""
    raw = OK.replace(b"\r\ncontent", b"\r\nset-cookie: a=b\r\ncontent")
    server = ScriptedHttp(reply=raw)
    async with server.running():
        vendor = client(server)
        for _ in range(2):
            await vendor.send(CALL, TestPermit())
        await vendor.close()
    assert b"cookie" not in bytes(server.received).lower()


# connections


@pytest.mark.parametrize(("idle", "connections"), [(1.9, 1), (2.1, 2)])
async def test_a_connection_is_reused_for_two_idle_seconds(
    idle: float, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """httpcore counts idleness by the monotonic clock, which this test moves."""
    skipped = 0.0

    class MovedTime:
        @staticmethod
        def monotonic() -> float:
            return loop().time() + skipped

    monkeypatch.setattr(httpcore._async.http11, "time", MovedTime)
    server = ScriptedHttp()
    async with server.running():
        vendor = client(server)
        await vendor.send(CALL, TestPermit())
        skipped = idle
        await vendor.send(CALL, TestPermit())
        await vendor.close()
    assert (server.connections, len(server.requests)) == (connections, 2)


async def test_a_connection_that_the_server_closed_is_not_used() -> None:
    """The end of the stream was there before the next call: a fresh connection, no unknown."""
    server = ScriptedHttp(then_close=True)
    async with server.running():
        vendor = client(server)
        for _ in range(2):
            assert isinstance(await vendor.send(CALL, TestPermit()), Reply)
            await breathe()
        await vendor.close()
    assert server.connections == 2


async def test_a_proxys_tunnel_is_no_part_of_the_request() -> None:
    """CONNECT is traced like a request; the stage counts from the request behind it, and the permit
    is asked again there."""
    server, permit = ScriptedHttp(tls=True), TestPermit()
    async with server.running(), tunnel(server) as proxy:
        vendor = client(server, proxy=proxy)
        reply = await vendor.send(CALL, permit)
        again = await vendor.send(BIG, TestPermit(expires_after=0))
        await vendor.close()
    assert isinstance(reply, Reply)
    assert (reply.stage, permit.asked) == (Stage.CONTENT_COMPLETE, 2)
    assert isinstance(again, Receipt)
    assert again.outcome is Outcome.NOT_STARTED


@pytest.mark.parametrize("call", [CALL, Call(path="/send?to=kim")])
async def test_a_proxy_that_drops_the_tunnel_leaves_the_call_definite(call: Call) -> None:
    """Nothing of the request was said, with a body or without one."""
    server = ScriptedHttp(tls=True)
    async with server.running(), tunnel(server, drops=True) as proxy:
        receipt = await receipt_of(server, call=call, proxy=proxy)
    assert (receipt.outcome, receipt.stage) == (Outcome.DEFERRED, Stage.CONNECTED)
    assert server.connections == 0


# our own faults


@pytest.mark.parametrize(
    "call",
    [
        Call(path="/a", headers={"x": "a\nb"}, body=b"1"),
        Call(path="/a", headers={"x y": "a"}, body=b"1"),
        Call(path="/a", headers={"x": "日"}, body=b"1"),
        Call(path="http://elsewhere.example/", body=b"1"),
        Call(path="//elsewhere.example/", body=b"1"),
        Call(path="messages", body=b"1"),
    ],
)
async def test_what_http_cannot_carry_is_our_own_fault(call: Call) -> None:
    """Raised, not recorded: the vendor never heard of it."""
    server = ScriptedHttp()
    async with server.running():
        with pytest.raises(Unsendable):
            await sent(server, call=call)
    assert bytes(server.received) == b""


@pytest.mark.parametrize("url", ["", "localhost", "ftp://x.example", "http://", "http://a b/"])
def test_a_base_url_that_is_none_is_named(url: str) -> None:
    """At start, with the setting's name."""
    with pytest.raises(Misconfigured, match="base_url"):
        HttpSettings(base_url=url)


def test_a_missing_certificate_file_is_named_at_once() -> None:
    """Not at the first send."""
    with pytest.raises(Misconfigured, match="/nowhere"):
        VendorHttp(HttpSettings(base_url="https://x.example", ca_file="/nowhere.pem"))


async def test_nothing_is_logged_of_a_call(caplog: pytest.LogCaptureFixture) -> None:
    """httpx would print the URL with whatever key is in it."""
    server = ScriptedHttp()
    with caplog.at_level(logging.INFO):
        async with server.running():
            await reply_of(server, call=Call(path="/send?key=canary-9f", body=b"1"))
    assert "canary-9f" not in caplog.text


def test_json_has_one_form_and_refuses_what_utf8_cannot_carry() -> None:
    """The same value, the same bytes."""
    assert http.as_json({"b": "ü", "a": 1}) == '{"a":1,"b":"ü"}'.encode()
    with pytest.raises(Unsendable):
        http.as_json({"a": "\ud800"})
