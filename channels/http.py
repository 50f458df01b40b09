"""Turns one HTTP request of a vendor's file into a reply or a receipt; the half that all HTTP
vendors share, and the only module that imports httpx.

httpx is given no freedom: no retries, no redirects, no cookies, no proxies or certificates from the
environment, connections reused for 2 s of idleness at most. The permit is asked in its trace hook
when the request's headers start, which is after connect and TLS and before the first byte. The
trace, not the exception, says how far the call got:

    none          name lookup, connect
    connected     TCP stands; TLS, waiting for a connection
    envelope      request line and headers go out; a request with a body cannot be taken without it
    content_begun the body goes out, or the headers where there is no body
    content_complete  the body is handed over

A failure before `content_begun` is definite. From there on only a reply is: an operating system
takes the whole body at once, so nobody can say how much of it left.

Requests carry their credentials in headers; httpx's own log would print every URL, and is silenced.
"""

import asyncio
import json
import logging
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import httpx

from channels.base import Permit, PermitExpired, Receipt, diagnostic
from channels.errors import Misconfigured, Unsendable
from contracts.outcome import Outcome, Stage
from contracts.trace import of_handled

logging.getLogger("httpx").setLevel(logging.WARNING)

REUSE_WITHIN = 2.0
"""Seconds of idleness after which a connection is not used again (design §6)."""

CAP = 1024 * 1024
"""Octets of a reply's body that are read; vendors answer a send with a few hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds for each step, on the loop's clock; `connect` covers name lookup, TCP and TLS each.
    A sender's lease must be longer than `total`."""

    connect: float = 5.0
    write: float = 10.0
    read: float = 15.0
    total: float = 30.0


@dataclass(frozen=True, kw_only=True)
class HttpSettings:
    """Where a vendor's API is. Raises Misconfigured where `base_url` is no http or https URL."""

    base_url: str
    deadlines: Deadlines = Deadlines()
    ca_file: str | None = None
    """Certificates to trust instead of the bundled ones."""
    proxy: str | None = field(default=None, repr=False)
    """URL of an egress proxy; the environment's is not read."""

    def __post_init__(self) -> None:
        for name, text in (("base_url", self.base_url), ("proxy", self.proxy)):
            if text is not None:
                _checked_url(name, text)

    @property
    def needs_tls(self) -> bool:
        return not self.base_url.startswith("http://") or self.proxy is not None

    @cached_property
    def tls(self) -> ssl.SSLContext:
        if self.ca_file is None:
            return httpx.create_ssl_context(trust_env=False)
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:
            raise Misconfigured(f"`ca_file` {self.ca_file!r} cannot be read: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request: method, path below the base URL, headers, and the body's final bytes."""

    method: str = "POST"
    path: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back; header names in lower case. `complete` is False where the body was cut: over
    the cap, broken off, or encoded though we asked for plain."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool
    stage: Stage

    def json(self) -> Any:
        """Returns the body's value; None where it is not whole or not JSON."""
        try:
            return json.loads(self.body) if self.complete else None
        except ValueError:
            return None

    @property
    def retry_after(self) -> float | None:
        """The vendor's wish in seconds; a date is counted from the reply's own Date header, so
        that no clock of ours is compared with the vendor's (RFC 9110 10.2.3)."""
        text = self.headers.get("retry-after", "").strip()
        if text.isdecimal() and len(text) < 9:
            return float(text)
        try:
            until, now = map(parsedate_to_datetime, (text, self.headers.get("date", "")))
            return max((until - now).total_seconds(), 0.0)
        except (TypeError, ValueError):
            return None


class VendorHttp:
    """A client for one vendor's API, kept by its adapter."""

    def __init__(self, settings: HttpSettings) -> None:
        deadlines = settings.deadlines
        self._total = deadlines.total
        self._client = httpx.AsyncClient(
            base_url=settings.base_url,
            headers={"user-agent": "leadwire", "accept-encoding": "identity"},
            timeout=httpx.Timeout(
                connect=deadlines.connect,
                write=deadlines.write,
                read=deadlines.read,
                pool=deadlines.connect,
            ),
            limits=httpx.Limits(max_connections=None, keepalive_expiry=REUSE_WITHIN),
            verify=settings.tls if settings.needs_tls else False,
            proxy=settings.proxy,
            trust_env=False,
            follow_redirects=False,
        )
        self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    async def send(self, call: Call, permit: Permit) -> Reply | Receipt:
        """Makes one attempt. Returns the vendor's reply, or the receipt of an attempt without one.

        Raises Unsendable for a header that HTTP cannot carry, before anything was on the wire.
        """
        return await self._attempt(call, Progress(call, permit))

    async def ask(self, call: Call) -> Reply | Receipt:
        """Makes a request that sends nothing to anybody, such as a lookup; needs no permit."""
        return await self._attempt(call, Progress(call, None))

    async def close(self) -> None:
        await self._client.aclose()

    async def _attempt(self, call: Call, progress: "Progress") -> Reply | Receipt:
        request = self._request(call, progress)
        until = asyncio.get_running_loop().time() + self._total
        try:
            async with asyncio.timeout_at(until):
                response = await self._client.send(request, stream=True)
            return await _read(response, progress.stage, until)
        except PermitExpired:
            return _not_started(progress.stage)
        except TimeoutError:
            text = f"no reply within {self._total:g} s"
            return failure("timeout", text, progress.stage)
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol) as error:
            if progress.stage in _DEFINITE:
                raise Unsendable(f"{call.method} {call.path}: {error}") from error
            return failed(error, progress.stage)
        except FOREIGN as error:
            return failed(error, progress.stage)

    def _request(self, call: Call, progress: "Progress") -> httpx.Request:
        if not call.path.startswith("/") or call.path.startswith("//"):
            raise Unsendable(f"a path begins with one slash and stays at its host: {call.path!r}")
        try:
            return self._client.build_request(
                call.method,
                call.path,
                headers={**_traced(), **call.headers},
                content=call.body,
                extensions={"trace": progress.trace},
            )
        except (httpx.InvalidURL, UnicodeError, TypeError) as error:
            raise Unsendable(f"{call.method} {call.path}: {error}") from error


def _traced() -> dict[str, str]:
    """The trace in which the call is made, for vendors that carry it on (W3C Trace Context)."""
    traceparent = of_handled()
    return {"traceparent": traceparent} if traceparent else {}


class Progress:
    """How far one call got, told by httpx's trace; asks the permit when the headers start."""

    def __init__(self, call: Call, permit: Permit | None) -> None:
        self.stage = Stage.NONE
        self._permit = permit
        self._headers_are_all = not call.body
        self._in_tunnel = False

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        match event.partition(".")[2]:
            case "connect_tcp.complete":
                self.stage = Stage.CONNECTED
            case "send_request_headers.started":
                self._begin(info)
            case "send_request_body.started" if not self._in_tunnel:
                self.stage = Stage.CONTENT_BEGUN
            case "send_request_body.complete" if not self._in_tunnel:
                self.stage = Stage.CONTENT_COMPLETE

    def _begin(self, info: Mapping[str, Any]) -> None:
        """A CONNECT to a proxy is traced like the request, and is no part of it."""
        if self._permit:
            self._permit.check()
        self._in_tunnel = info["request"].method == b"CONNECT"
        if not self._in_tunnel:
            self.stage = Stage.CONTENT_BEGUN if self._headers_are_all else Stage.ENVELOPE


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One page of a stranger: what to ask for, and the one address to connect to.

    `host` is what the request and TLS name; `address` and `port` are where the connection goes,
    whatever a name server says meanwhile. Reading ends at `cap` octets; `wanted` looks at the
    headers (names in lower case) before any of the body is read.
    """

    scheme: str
    host: str
    address: str
    port: int
    target: str
    cap: int
    seconds: float
    user_agent: str
    wanted: Callable[[Mapping[str, str]], bool]


class WebHttp:
    """A client for pages of strangers: no cookies, no redirects, no credentials, no proxy of the
    environment, and never a name looked up here (`channels/enrichment` checks addresses first).
    Connections are not used again: they are found by address, and two sites share one."""

    def __init__(self, *, connect_seconds: float = 5.0, ca_file: str | None = None) -> None:
        tls = HttpSettings(base_url="https://leadwire.example", ca_file=ca_file).tls
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(connect_seconds),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            verify=tls,
            trust_env=False,
            follow_redirects=False,
        )
        self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    async def get(self, visit: Visit) -> Reply | Receipt:
        """Fetches one page; a receipt says why there is no reply."""
        until = asyncio.get_running_loop().time() + visit.seconds
        try:
            async with asyncio.timeout_at(until):
                response = await self._client.send(self._request(visit), stream=True)
            return await _read(response, Stage.CONTENT_COMPLETE, until, visit)
        except TimeoutError:
            return failure("timeout", f"no reply within {visit.seconds:g} s", Stage.NONE)
        except FOREIGN as error:
            return failed(error, Stage.NONE)

    def _request(self, visit: Visit) -> httpx.Request:
        """The URL names the address, so that nothing is left to look up; Host and TLS the host."""
        url = httpx.URL(
            scheme=visit.scheme,
            host=visit.address,
            port=visit.port,
            raw_path=visit.target.encode("ascii", "replace"),
        )
        headers = {
            "host": visit.host,
            "user-agent": visit.user_agent,
            "accept": "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5",
            "accept-encoding": "gzip",
        }
        return self._client.build_request(
            "GET", url, headers=headers, extensions={"sni_hostname": visit.host}
        )

    async def close(self) -> None:
        await self._client.aclose()


def _plain(headers: Mapping[str, str]) -> bool:
    return headers.get("content-encoding", "identity") == "identity"


async def _read(
    response: httpx.Response, stage: Stage, until: float, visit: Visit | None = None
) -> Reply:
    """Reads the body up to the cap. The status is the vendor's word, even where the rest is cut."""
    octets, complete = bytearray(), False
    cap = CAP if visit is None else visit.cap
    try:
        async with asyncio.timeout_at(until):
            if visit is None or visit.wanted(response.headers):
                async for chunk in response.aiter_raw():
                    octets += chunk
                    if len(octets) > cap:
                        break
                else:
                    complete = visit is not None or _plain(response.headers)
    except FOREIGN:
        pass  # the reply says that it is not complete
    finally:
        await response.aclose()
    return Reply(
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=bytes(octets[:cap]),
        complete=complete,
        stage=stage,
    )


FOREIGN = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpx.CookieConflict,
    OSError,
)
"""Everything that httpx raises, and what the system does where httpx lets it through (time-outs of
our own and errors of TLS are system errors to Python)."""

CODES: dict[type[BaseException], str] = {
    httpx.TimeoutException: "timeout",
    httpx.ReadError: "connection_reset",
    httpx.WriteError: "connection_reset",
    httpx.CloseError: "connection_reset",
    httpx.ConnectError: "connection_failed",
    httpx.ProxyError: "proxy_failed",
    httpx.RemoteProtocolError: "broken_reply",
    httpx.DecodingError: "broken_reply",
    ConnectionRefusedError: "connection_refused",
    socket.gaierror: "dns_failed",
    ssl.SSLCertVerificationError: "tls_certificate",
    ssl.SSLError: "tls_failed",
}
"""The code of a receipt by the exception's class, the innermost cause first."""

_DEFINITE = frozenset({Stage.NONE, Stage.CONNECTED, Stage.ENVELOPE})


def failed(error: BaseException, stage: Stage) -> Receipt:
    """Returns the receipt of an attempt that ended in an exception; the stage decides, the class
    only names it."""
    code = _code(error)
    return failure(code, f"{type(error).__name__}: {error}", stage)


def failure(code: str, text: str, stage: Stage) -> Receipt:
    """Returns the receipt of an attempt without a reply."""
    return Receipt(
        outcome=Outcome.DEFERRED if stage in _DEFINITE else Outcome.UNKNOWN,
        stage=stage,
        code=code,
        diagnostic=diagnostic(text),
        about_sender=code == "tls_certificate",
        unaddressed=stage in (Stage.NONE, Stage.CONNECTED),
    )


def _not_started(stage: Stage) -> Receipt:
    return Receipt(
        outcome=Outcome.NOT_STARTED,
        stage=stage,
        code="permit_expired",
        diagnostic="the permit ran out before the request began",
    )


def _code(error: BaseException) -> str:
    for one in reversed(list(_causes(error))):
        if isinstance(one, ssl.SSLWantReadError | ssl.SSLWantWriteError):
            continue  # how a handshake says that it goes on, left behind as a context
        for kind in type(one).__mro__:
            if kind in CODES:
                return CODES[kind]
    return "http_failed"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, then what it came from; httpcore drops causes and leaves contexts."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for one in error.exceptions:
                yield from _causes(one)
        error = error.__cause__ or error.__context__


ABOUT_US = frozenset({401, 402, 403, 407})
"""Credentials, payment, permission: nothing that a lead could help."""

LOG_IN = frozenset({401, 407})
"""Credentials alone: every request of ours is answered so."""

PASSING = frozenset({421, 423, 425, 429})
"""Certainly not taken, and worth another try."""

CLEAR_REDIRECTS = frozenset({301, 307, 308})
"""The base URL is wrong. After 302 and 303 the request may have been processed (RFC 9110 15.4)."""

UNCLEAR = frozenset({408, 409, 499})
"""Given up while reading, in conflict with an earlier attempt, given up by a middleman."""


def receipt(reply: Reply, *, provider_id: str | None = None) -> Receipt:
    """Returns what a status means where the vendor's documentation says nothing else.

    2xx with its whole body is acceptance. 4xx is a refusal but for the sets above. Everything else
    is unknown: vendors say themselves that a 5xx may have been acted upon (facts/reliability A4).
    """
    outcome, about_sender = _meaning(reply)
    return Receipt(
        outcome=outcome,
        stage=reply.stage,
        code=f"http_{reply.status}",
        diagnostic=diagnostic(reply.body.decode("utf-8", "replace")),
        provider_id=provider_id if outcome is Outcome.ACCEPTED else None,
        retry_after=reply.retry_after,
        about_sender=about_sender,
        unaddressed=reply.status in LOG_IN,
    )


def _meaning(reply: Reply) -> tuple[Outcome, bool]:
    status = reply.status
    if 200 <= status < 300:
        return (Outcome.ACCEPTED if reply.complete else Outcome.UNKNOWN), False
    if status in PASSING:
        return Outcome.DEFERRED, False
    if status in ABOUT_US or status in CLEAR_REDIRECTS:
        return Outcome.REFUSED, True
    if 400 <= status < 500 and status not in UNCLEAR:
        return Outcome.REFUSED, False
    return Outcome.UNKNOWN, False


def as_json(value: object) -> bytes:
    """Returns a value as JSON, the same bytes for the same value.

    Raises Unsendable for text that UTF-8 cannot carry.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Unsendable(f"the text holds an unpaired surrogate at {error.start}") from error


def _checked_url(name: str, text: str) -> None:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise Misconfigured(f"`{name}` is no URL: {error}") from error
    if url.scheme not in {"http", "https"} or not url.host or re.search(r"\s", text):
        raise Misconfigured(f"`{name}` must begin with http:// or https:// and name a host")
