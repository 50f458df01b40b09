"""Turns settings into a session with an SMTP server that is ready for MAIL; `smtp` is its caller.

The steps stand one after the other, each with its own deadline on the loop's clock: name lookup,
connect, TLS, greeting, EHLO, STARTTLS, AUTH. PIPELINING (RFC 2920) is not used, since every step's
answer must be seen alone. The figures of RFC 5321 4.5.3.2 (minutes per command) are for a relay
that has all day; here a slot and a lease are held meanwhile, and before the content every failure
is definite, so giving up early loses nothing.
"""

import asyncio
import base64
import re
import socket
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from channels.email.replies import Reply, Step
from channels.email.wire import Broken, Wire, within
from channels.errors import Misconfigured

ADDRESSES_TRIED = 4
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Security(StrEnum):
    """How the connection is protected."""

    IMPLICIT = "implicit"
    """TLS from the first byte (RFC 8314, port 465)."""
    STARTTLS = "starttls"
    """STARTTLS or nothing (port 587); the certificate is verified."""
    OPPORTUNISTIC = "opportunistic"
    """STARTTLS where offered, certificate unverified (RFC 7435); never with a password."""
    NONE = "none"
    """In the clear; with a password on loopback alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds for each step, on the loop's clock.

    `final` is how long the answer to the whole content may take (RFC 5321 names ten minutes,
    RFC 1047 why): giving up there makes an unknown, never a double. `total` bounds the call; a
    sender's lease must be longer.
    """

    lookup: float = 5.0
    connect: float = 10.0
    tls: float = 10.0
    command: float = 20.0
    block: float = 20.0
    final: float = 60.0
    total: float = 90.0


@dataclass(frozen=True, kw_only=True)
class SmtpSettings:
    """One relay or mailbox; secrets come as plain values, resolved by the caller, and are kept out
    of `repr`. Raises Misconfigured where the settings would send a password in the clear."""

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    local_name: str = ""
    """Our name in EHLO; empty: the address literal of the socket (RFC 5321 4.1.4)."""
    ca_file: str | None = None
    """Certificates to trust instead of the system's."""
    deadlines: Deadlines = Deadlines()
    reuse: bool = True
    """Whether a session may carry the next message, within 2 s."""
    messages_per_session: int = 50

    def __post_init__(self) -> None:
        if not self.host or not 0 < self.port < 65536:
            raise Misconfigured("`host` and `port` (1 to 65535) of the SMTP server are needed")
        if not re.fullmatch(r"[\x21-\x7e]*", self.local_name):
            raise Misconfigured("`local_name` holds more than a host name")
        if self.username and not self._password_is_safe:
            raise Misconfigured(
                f"`security = {self.security.value!r}` would send the password in the clear;"
                ' use "starttls" or "implicit"'
            )

    @property
    def _password_is_safe(self) -> bool:
        if self.security is Security.NONE:
            return self.host in LOOPBACK
        return self.security is not Security.OPPORTUNISTIC

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """The client's TLS context; raises Misconfigured where `ca_file` cannot be read."""
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:
            raise Misconfigured(f"`ca_file` {self.ca_file!r} cannot be read: {error}") from error
        if self.security is Security.OPPORTUNISTIC:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class Answered(Exception):
    """The server answered a step otherwise than hoped."""

    def __init__(self, reply: Reply, step: Step) -> None:
        super().__init__(f"{step}: {reply.code} {reply.text}")
        self.reply, self.step = reply, step


class Session:
    """A connection on which the server knows us; what `open_session` returns."""

    def __init__(self, settings: SmtpSettings, wire: Wire) -> None:
        self.settings, self.wire = settings, wire
        self.extensions: dict[str, str] = {}
        self.messages = 0
        self.idle_since = 0.0

    async def ask(self, step: Step, command: str) -> Reply:
        """Sends a command and reads its reply; raises Broken."""
        async with within(self.settings.deadlines.command, step):
            self.wire.write(command.encode() + b"\r\n")
            return await self.wire.reply()

    async def expect(self, step: Step, command: str, wanted: int = 2) -> Reply:
        """As `ask`; raises Answered where the code's first digit is not the wanted one."""
        reply = await self.ask(step, command)
        if reply.code // 100 != wanted:
            raise Answered(reply, step)
        return reply

    async def greeted(self) -> None:
        async with within(self.settings.deadlines.command, Step.GREETING):
            reply = await self.wire.reply()
        if reply.code != 220:
            raise Answered(reply, Step.GREETING)

    async def hello(self) -> None:
        """EHLO, or HELO where the server is older than extensions (RFC 5321 4.1.4)."""
        name = self.settings.local_name or _address_literal(self.wire)
        reply = await self.ask(Step.EHLO, f"EHLO {name}")
        if reply.code in {500, 501, 502, 504}:
            reply = await self.ask(Step.EHLO, f"HELO {name}")
            self.extensions = {}
        elif reply.code == 250:
            words = (line.partition(" ") for line in reply.lines[1:])
            self.extensions = {word.upper(): rest for word, _, rest in words}
        if reply.code != 250:
            raise Answered(reply, Step.EHLO)

    async def secure(self) -> None:
        """TLS as the settings want it, then greeting and EHLO as they must follow."""
        security = self.settings.security
        if security is Security.IMPLICIT:
            await self._handshake()
        await self.greeted()
        await self.hello()
        if security is Security.STARTTLS or (
            security is Security.OPPORTUNISTIC and "STARTTLS" in self.extensions
        ):
            await self._start_tls()

    async def _start_tls(self) -> None:
        if "STARTTLS" not in self.extensions:
            text = "the server offers no STARTTLS; check `host` and `port`, or set `security`"
            raise Broken("starttls_unavailable", text, about_sender=True)
        await self.expect(Step.STARTTLS, "STARTTLS")
        await self._handshake()
        await self.hello()

    async def _handshake(self) -> None:
        async with within(self.settings.deadlines.tls, "TLS handshake"):
            await self.wire.upgrade(self.settings.tls, self.settings.host)

    async def log_in(self) -> None:
        """AUTH PLAIN (RFC 4616), or LOGIN where the server knows only that; nothing without a
        user name. A server's echo of what we sent is kept out of the error."""
        if not self.settings.username:
            return
        offered = self.extensions.get("AUTH", "").upper().split()
        try:
            await self._credentials(offered)
        except Answered as error:
            hidden = Reply(error.reply.code, tuple(map(self._without_secrets, error.reply.lines)))
            raise Answered(hidden, Step.AUTH) from None

    async def _credentials(self, offered: list[str]) -> None:
        user, password = self.settings.username, self.settings.password
        if "PLAIN" in offered:
            await self.expect(Step.AUTH, f"AUTH PLAIN {_plain(user, password)}")
        elif "LOGIN" in offered:
            await self.expect(Step.AUTH, "AUTH LOGIN", 3)
            await self.expect(Step.AUTH, _base64(user), 3)
            await self.expect(Step.AUTH, _base64(password))
        else:
            text = f"the server offers no PLAIN or LOGIN but {' '.join(offered) or 'nothing'}"
            raise Broken("auth_unsupported", text, about_sender=True)

    def _without_secrets(self, line: str) -> str:
        user, password = self.settings.username, self.settings.password
        for secret in (_plain(user, password), _base64(password), password):
            line = line.replace(secret, "***") if secret else line
        return line


async def connect(settings: SmtpSettings) -> Wire:
    """Looks the host up and connects to the first of its addresses that answers; raises Broken."""
    loop, deadlines = asyncio.get_running_loop(), settings.deadlines
    async with within(deadlines.lookup, "name lookup"):
        try:
            found = await loop.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise Broken("dns_failed", f"{settings.host}: {error.strerror}") from error
    failure = Broken("dns_failed", f"{settings.host} has no address")
    for family, kind, protocol, _, address in found[:ADDRESSES_TRIED]:
        try:
            async with within(deadlines.connect, f"connect to {address[0]}"):
                return await _connected(socket.socket(family, kind, protocol), address)
        except Broken as error:
            failure = error
    raise failure


async def _connected(raw: socket.socket, address: tuple[Any, ...]) -> Wire:
    loop = asyncio.get_running_loop()
    try:
        raw.setblocking(False)
        await loop.sock_connect(raw, address)
        _, wire = await loop.create_connection(Wire, sock=raw)
    except BaseException:
        raw.close()
        raise
    return wire


def _address_literal(wire: Wire) -> str:
    host = str(wire.transport.get_extra_info("sockname")[0]).partition("%")[0]
    return f"[IPv6:{host}]" if ":" in host else f"[{host}]"


def _plain(user: str, password: str) -> str:
    return _base64(f"\0{user}\0{password}")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
