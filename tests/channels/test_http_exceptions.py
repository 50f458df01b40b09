"""Each exception of httpx has a home in the HTTP half, at whatever stage it comes."""

from collections.abc import Awaitable, Callable, Iterator

import httpcore
import httpx
import pytest

from channels import http
from channels.base import Receipt
from channels.errors import Unsendable
from channels.http import Call, HttpSettings, Progress, VendorHttp
from contracts.outcome import Outcome, Stage
from tests.channels.permits import TestPermit

CALL = Call(path="/messages", body=b"1")


def every_exception_of_httpx() -> Iterator[type[Exception]]:
    waiting: list[type[Exception]] = [
        httpx.HTTPError,
        httpx.InvalidURL,
        httpx.CookieConflict,
        httpx.StreamError,
    ]
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting += kind.__subclasses__()


def test_the_list_of_httpx_exceptions_is_whole() -> None:
    """Every exception class that httpx exports descends from one that has a home here."""
    exported = {
        kind
        for kind in vars(httpx).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    }
    assert exported == set(every_exception_of_httpx())
    assert all(issubclass(kind, http.FOREIGN) for kind in exported)


@pytest.mark.parametrize("kind", sorted(every_exception_of_httpx(), key=str))
@pytest.mark.parametrize("stage", Stage)
async def test_each_exception_of_httpx_has_a_home(
    kind: type[Exception], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Raised at any stage it ends as a receipt that the stage decides, or, where it is our own
    fault and nothing was on the wire, as one of ours."""
    error = kind.__new__(kind)
    Exception.__init__(error, "raised by the test")
    vendor = VendorHttp(HttpSettings(base_url="http://localhost:9"))

    async def raising(request: httpx.Request, **options: object) -> httpx.Response:
        trace: Callable[..., Awaitable[None]] = request.extensions["trace"]
        for event in EVENTS[: list(Stage).index(stage)]:
            await trace(event, {"request": httpcore.Request("POST", "http://localhost:9")})
        raise error

    monkeypatch.setattr(vendor._client, "send", raising)
    definite = stage in {Stage.NONE, Stage.CONNECTED, Stage.ENVELOPE}
    ours = issubclass(kind, httpx.LocalProtocolError | httpx.UnsupportedProtocol)
    if ours and definite:
        with pytest.raises(Unsendable):
            await vendor.send(CALL, TestPermit())
        return
    receipt = await vendor.send(CALL, TestPermit())
    assert isinstance(receipt, Receipt)
    assert receipt.stage is stage
    assert receipt.outcome is (Outcome.DEFERRED if definite else Outcome.UNKNOWN)
    assert receipt.code
    await vendor.close()


EVENTS = [
    "connection.connect_tcp.complete",
    "http11.send_request_headers.started",
    "http11.send_request_body.started",
    "http11.send_request_body.complete",
]


async def test_a_request_without_body_has_begun_with_its_headers() -> None:
    """All of it is in the request line, so that an error while it goes out is unknown already."""
    request = httpcore.Request("POST", "http://localhost:9")
    stages = []
    for body in (b"", b"1"):
        progress = Progress(Call(path="/send?to=kim", body=body), TestPermit())
        await progress.trace("http11.send_request_headers.started", {"request": request})
        stages.append(progress.stage)
    assert stages == [Stage.CONTENT_BEGUN, Stage.ENVELOPE]
