"""Turns a rendered message into one SMTP transaction and a receipt; an adapter of class N.

The stage that was reached decides what a failure means (design §6):

    name lookup, connect, TLS, EHLO, AUTH   definite   DEFERRED; refused log-in: REFUSED, about us
    MAIL, RCPT, DATA                        definite   by the server's code, see `replies`
    after 354: permit over                  definite   NOT_STARTED, reset before any content
    content without its final dot           definite   DEFERRED: see `_content`
    final dot handed to the socket          the server's complete 2xx, 4xx or 5xx; else UNKNOWN

An unknown stays one: SMTP has neither key nor lookup (RFC 1047 tells how doubles come about).
A session whose opening outlived the permit is kept for the next call, and `prepare` opens one
ahead, for servers that greet slowly. Run against aiosmtpd and scripted servers, never against a
named provider.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from channels import settings
from channels.base import Adapter, Capabilities, Permit, PermitExpired, Receipt, Request
from channels.email import addresses, message
from channels.email.replies import Reply, Step, receipt
from channels.email.session import Answered, Security, Session, SmtpSettings, connect
from channels.email.wire import Broken, within
from channels.errors import Unsendable
from contracts.outcome import Channel, Outcome, Stage, VendorClass

REUSE_WITHIN = 2.0
"""Seconds of idleness after which a connection is not used again (design §6)."""

BLOCK = 64 * 1024


@dataclass(slots=True)
class Progress:
    """How far one call got."""

    stage: Stage = Stage.NONE


class SmtpAdapter(Adapter):
    """One relay or mailbox, spoken to over SMTP (RFC 5321)."""

    capabilities = Capabilities(
        vendor="smtp",
        channel=Channel.EMAIL,
        vendor_class=VendorClass.NOTHING,
        threads=True,
        one_click_unsubscribe=True,
        html=True,
    )

    def __init__(self, chosen: SmtpSettings) -> None:
        self.settings = chosen
        self._idle: list[Session] = []
        if chosen.security is not Security.NONE:
            chosen.tls  # noqa: B018 — reads the certificates now, and says now what is wrong

    def render(self, request: Request) -> bytes:
        return message.build(request)

    async def send(self, request: Request, rendered: bytes, permit: Permit) -> Receipt:
        envelope = _envelope(request)
        progress = Progress()
        content = dot_stuffed(rendered)
        try:
            async with within(self.settings.deadlines.total, "the whole call"):
                permit.check()
                async with self._session(progress) as session:
                    permit.check()
                    await _address(session, envelope, rendered, progress)
                    reply = await _content(session, content, permit, progress)
        except PermitExpired:
            return _not_started(progress)
        except Answered as error:
            return receipt(error.reply, error.step, progress.stage)
        except Broken as error:
            return _broken(error, progress)
        return receipt(reply, Step.CONTENT, progress.stage)

    async def prepare(self) -> None:
        if self.settings.reuse and not self._idle:
            with suppress(Broken, Answered):  # the send meets it again and gives it a receipt
                async with within(self.settings.deadlines.total, "preparing"):
                    self._keep(await _open(self.settings, Progress()))

    async def close(self) -> None:
        for session in self._idle:
            session.wire.leave()
        with suppress(Broken):
            async with within(self.settings.deadlines.command, "closing"):
                for session in self._idle:
                    await session.wire.closed()
        self._idle.clear()

    @asynccontextmanager
    async def _session(self, progress: Progress) -> AsyncIterator[Session]:
        """Lends a session; afterwards it is kept where the dialogue is in order, else dropped."""
        session = await self._kept() or await _open(self.settings, progress)
        progress.stage = Stage.CONNECTED
        try:
            yield session
        except Answered as error:
            self._give_back(session, error.reply.code)
            raise
        except PermitExpired:
            self._part(session, progress)
            raise
        except BaseException:
            session.wire.drop()
            raise
        session.messages += 1
        self._give_back(session)

    def _part(self, session: Session, progress: Progress) -> None:
        """After the permit ran out: a session that had not come to MAIL waits for the next call.
        Behind 354 only a reset is left, since all that is written there is content."""
        if progress.stage is Stage.CONNECTED:
            self._give_back(session)
        else:
            session.wire.drop()

    async def _kept(self) -> Session | None:
        """Returns an idle session that still answers RSET. One that does not is no attempt made:
        nothing about this message has been said on it."""
        while self._idle:
            session = self._idle.pop()
            now = asyncio.get_running_loop().time()
            if now - session.idle_since > REUSE_WITHIN or session.wire.has_unread:
                session.wire.leave()
            elif await _still_answers(session):
                return session
        return None

    def _give_back(self, session: Session, last_code: int = 250) -> None:
        """Keeps a session whose dialogue is in order; 421 announces its end, and an answer that
        was out of place may mean that the server takes the next command for content."""
        if last_code // 100 not in (2, 4, 5):
            session.wire.drop()
        elif last_code == 421 or self._is_spent(session):
            session.wire.leave()
        else:
            self._keep(session)

    def _is_spent(self, session: Session) -> bool:
        used_up = session.messages >= self.settings.messages_per_session
        return used_up or not self.settings.reuse or not session.wire.is_open

    def _keep(self, session: Session) -> None:
        loop = asyncio.get_running_loop()
        session.idle_since = loop.time()
        self._idle.append(session)
        loop.call_later(REUSE_WITHIN, self._retire, session, session.idle_since)

    def _retire(self, session: Session, since: float) -> None:
        if session in self._idle and session.idle_since == since:
            self._idle.remove(session)
            session.wire.leave()


@dataclass(frozen=True, slots=True)
class _Envelope:
    sender: str
    recipient: str
    international: bool


def _envelope(request: Request) -> _Envelope:
    sender = addresses.read(request.envelope_from or request.sender, "envelope sender")
    recipient = addresses.read(request.recipient, "recipient")
    return _Envelope(str(sender), str(recipient), message.is_international(request))


async def _still_answers(session: Session) -> bool:
    try:
        await session.expect(Step.RSET, "RSET")
    except (Broken, Answered):
        session.wire.drop()
        return False
    except BaseException:
        session.wire.drop()
        raise
    return True


async def _open(chosen: SmtpSettings, progress: Progress) -> Session:
    wire = await connect(chosen)
    progress.stage = Stage.CONNECTED
    session = Session(chosen, wire)
    try:
        await session.secure()
        await session.log_in()
    except Answered:
        wire.leave()
        raise
    except BaseException:
        wire.drop()
        raise
    return session


async def _address(
    session: Session, envelope: _Envelope, rendered: bytes, progress: Progress
) -> None:
    """MAIL and RCPT, or a Broken that says what this server cannot carry."""
    parameters = _parameters(session.extensions, envelope, rendered)
    progress.stage = Stage.ENVELOPE
    await session.expect(Step.MAIL, " ".join([f"MAIL FROM:<{envelope.sender}>", *parameters]))
    await session.expect(Step.RCPT, f"RCPT TO:<{envelope.recipient}>")


def _parameters(extensions: dict[str, str], envelope: _Envelope, rendered: bytes) -> list[str]:
    parameters = []
    limit = extensions.get("SIZE", "").strip()
    if limit.isdecimal() and 0 < int(limit) < len(rendered):
        raise Unfit("message_too_large", f"{len(rendered)} octets, the server takes {limit}")
    if "SIZE" in extensions:
        parameters.append(f"SIZE={len(rendered)}")
    if envelope.international and "SMTPUTF8" not in extensions:
        raise Unfit("smtputf8_unavailable", "an address is not ASCII and the server takes none")
    if not rendered.isascii() and "8BITMIME" not in extensions:
        raise Unfit("8bitmime_unavailable", "the message is 8-bit and the server takes 7-bit only")
    if not rendered.isascii():
        parameters.append("BODY=8BITMIME")
    if envelope.international:
        parameters.append("SMTPUTF8")
    return parameters


class Unfit(Broken):
    """This server can never take this message: a refusal, though the server was not asked."""


async def _content(session: Session, content: bytes, permit: Permit, progress: Progress) -> Reply:
    """DATA, the permit's last check, the content, the final dot, and the server's last word.

    Until the dot is handed to the socket, a lost connection is a definite failure: the content
    holds no line of a single dot (dot-stuffed, and no bare CR or LF that a lenient server might
    take for a line end), and a server whose connection ends without one must drop the transaction
    (RFC 5321 4.1.1.10). The dot is therefore a write of its own, made after everything else was
    taken by the socket and nothing was heard from the server. From then on nobody can say what
    arrived but the server. `write` either raises with nothing handed over or hands it over, so the
    stage that is set behind it is exact.
    """
    reply = await session.ask(Step.DATA, "DATA")
    if reply.code != 354:
        raise Answered(reply, Step.DATA)
    permit.check()
    progress.stage = Stage.CONTENT_BEGUN
    for start in range(0, len(content), BLOCK):
        await _block(session, content[start : start + BLOCK])
    async with within(session.settings.deadlines.final, "the answer to the content"):
        session.wire.write(b".\r\n")
        progress.stage = Stage.CONTENT_COMPLETE
        reply = await session.wire.reply()
    if reply.code // 100 != 2:
        raise Answered(reply, Step.CONTENT)
    return reply


async def _block(session: Session, octets: bytes) -> None:
    """Hands one block over, with nothing awaited before; raises what the server said meanwhile."""
    failure: Broken | None = None
    try:
        async with within(session.settings.deadlines.block, "content"):
            session.wire.write(octets)
            await session.wire.drained()
    except Broken as error:
        failure = error
    if session.wire.has_unread:
        raise await _interrupted(session)
    if failure:
        raise failure


async def _interrupted(session: Session) -> Exception:
    """The server spoke before the dot. A refusal is taken at its word, since the dot was never
    given; the connection is dropped, as it waits for one. Anything else cannot be trusted."""
    async with within(session.settings.deadlines.block, "content"):
        reply = await session.wire.reply()
    session.wire.drop()
    if reply.code // 100 in (4, 5):
        return Answered(reply, Step.CONTENT)
    return OutOfTurn("smtp_out_of_turn", f"{reply.code} {reply.text}, before the end of content")


class OutOfTurn(Broken):
    """The server answered the content before its end: what it did, nobody can say."""


def _not_started(progress: Progress) -> Receipt:
    text = "the permit ran out before the content began"
    return Receipt(
        outcome=Outcome.NOT_STARTED, stage=progress.stage, code="permit_expired", diagnostic=text
    )


def _broken(error: Broken, progress: Progress) -> Receipt:
    outcome = Outcome.DEFERRED
    if isinstance(error, OutOfTurn) or progress.stage is Stage.CONTENT_COMPLETE:
        outcome = Outcome.UNKNOWN
    elif isinstance(error, Unfit) or error.code == "auth_unsupported":
        outcome = Outcome.REFUSED
    return Receipt(
        outcome=outcome,
        stage=progress.stage,
        code=error.code,
        diagnostic=error.diagnostic,
        about_sender=error.about_sender,
        unaddressed=progress.stage in _UNADDRESSED and not isinstance(error, Unfit),
    )


_UNADDRESSED = frozenset({Stage.NONE, Stage.CONNECTED})


def dot_stuffed(rendered: bytes) -> bytes:
    """Returns the content for DATA, without its final dot (RFC 5321 4.5.2).

    Raises Unsendable for bare CR, bare LF and NUL: servers disagree about them, and such a
    disagreement is how a message is smuggled into another, or ends before its end.
    """
    if re.search(rb"\r(?!\n)|(?<!\r)\n|\0", rendered):
        raise Unsendable("the rendered message holds a bare CR, a bare LF or NUL; render it anew")
    whole = rendered if rendered.endswith(b"\r\n") or not rendered else rendered + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", whole)


def from_settings(channel: Channel, given: Mapping[str, object]) -> SmtpAdapter:
    """Builds the adapter from a resource's settings; raises Misconfigured."""
    return SmtpAdapter(settings.read(SmtpSettings, given, "smtp"))
