"""Turns settings into what FastStream and aiokafka connect with, and their errors into ours.

The bus and the topics' admin both come this way, so that they meet a broker alike.
"""

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import Any

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
    UnsupportedVersionError,
)
from faststream.kafka.security import parse_security
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from bus.errors import BusError, Misconfigured, Unavailable

REQUEST_SECONDS = 10.0
"""How long one request may take; the client's own default of 40 s hides an outage too long."""

TRY_SECONDS = 3.0
"""How long one server has for saying why it refused us."""

SCRAM = {"scram-sha-512": SASLScram512, "scram-sha-256": SASLScram256}
MECHANISMS = (*SCRAM, "plain")

DENIED = (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Where a cluster is, and who we are there.

    `tls` is False, True (the system's authorities) or a file of authorities in PEM. The password
    is resolved already; it never shows in `repr`.
    """

    servers: tuple[str, ...]
    user: str = ""
    password: str = field(default="", repr=False)
    mechanism: str = "scram-sha-512"
    tls: bool | str = False

    def __post_init__(self) -> None:
        """Raises Misconfigured where the parts do not fit together."""
        for server in self.servers:
            host, _, port = server.rpartition(":")
            if not host or "/" in host or not port.isdecimal():
                text = f"bus kafka:{','.join(self.servers)}: write kafka:HOST:PORT[,HOST:PORT…]"
                raise Misconfigured(text)
        if self.mechanism not in MECHANISMS:
            text = f"bus_mechanism {self.mechanism!r}: write {' or '.join(MECHANISMS)}"
            raise Misconfigured(text)
        if bool(self.user) != bool(self.password):
            lacking = "bus_password" if self.user else "bus_user"
            raise Misconfigured(f"{lacking} is empty; bus_user and bus_password go together")
        if self.user and self.mechanism == "plain" and not self.tls:
            raise Misconfigured(
                "bus_mechanism plain sends the password as it is: set bus_tls, or use "
                "scram-sha-512, which does not"
            )

    def __str__(self) -> str:
        return f"kafka:{','.join(self.servers)}"

    def security(self) -> BaseSecurity | None:
        """Returns what FastStream is to use; raises Misconfigured for a CA file of no use."""
        context = self._context()
        if not self.user:
            return BaseSecurity(ssl_context=context, use_ssl=True) if context else None
        made = SCRAM.get(self.mechanism, SASLPlaintext)
        return made(self.user, self.password, ssl_context=context, use_ssl=context is not None)

    def _context(self) -> ssl.SSLContext | None:
        if not self.tls:
            return None
        file = self.tls if isinstance(self.tls, str) else None
        try:
            return ssl.create_default_context(cafile=file)
        except (OSError, ssl.SSLError) as error:
            text = f"bus_tls {file}: {error}; name a file of certificates in PEM, or true"
            raise Misconfigured(text) from error

    async def why(self, error: BaseException) -> BusError:
        """Returns our error for one that a client met while it connected.

        aiokafka keeps to itself what each server said, so a connection is tried once more.
        """
        if not isinstance(error, KafkaConnectionError):
            return self.failed(error)
        for server in self.servers:
            try:
                await self._tried(server)
            except (KafkaError, OSError, TimeoutError) as told:
                return self.failed(told)
        return self.failed(error)

    async def _tried(self, server: str) -> None:
        host, _, port = server.rpartition(":")
        options = {name: value for name, value in self.options().items() if value is not None}
        one = AIOKafkaConnection(
            host, int(port), request_timeout_ms=round(TRY_SECONDS * 1000), **options
        )
        try:
            async with asyncio.timeout(TRY_SECONDS):
                await one.connect()
        finally:
            one.close()

    def options(self) -> dict[str, Any]:
        """Returns what aiokafka's clients take, whom FastStream does not make."""
        return parse_security(self.security())

    def failed(self, error: BaseException) -> BusError:
        """Returns our error for one of the client's, with the remedy where there is one."""
        if isinstance(error, DENIED):
            who = f"user {self.user!r}" if self.user else "a client without a user"
            return Misconfigured(
                f"{self} refuses {who}: {error}; check bus_user, bus_password, bus_mechanism and "
                "the cluster's access rules"
            )
        if isinstance(error, ssl.SSLCertVerificationError):
            return Misconfigured(
                f"{self}: nobody vouches for its certificate ({error.verify_message}): bus_tls "
                "names the file of the authority that signed it, and LEADWIRE_BUS a host that it "
                "is for"
            )
        if isinstance(error, UnsupportedVersionError):
            return Misconfigured(f"{self} is too old or no Kafka broker: {error}")
        if isinstance(error, KafkaConnectionError | OSError | TimeoutError):
            said = str(error) or "no answer in time"
            return Unavailable(
                f"{self} cannot be reached: {said}; is the broker up, and does LEADWIRE_BUS (and "
                "bus_tls) say how it listens?"
            )
        return Unavailable(f"{self}: {error!r}")
