"""The people of a simulated campaign: who gets mail, and what they do about it.

What somebody does follows from their address and the step alone, so that two runs of one campaign
meet the same people, whatever the order of events. Their messages come in the shapes of real
clients and servers: quoted answers with attribution lines and phone footers, absence notes with
and without headers, RFC 3464 reports, reports as plain text. All words are made up here.
"""

import hashlib
import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol

from contracts.ids import named


class Arrived(Protocol):
    """One message as a mail server took it; `channels.email.mailbox.Envelope` is one."""

    @property
    def sender(self) -> str: ...
    @property
    def recipients(self) -> tuple[str, ...]: ...
    @property
    def content(self) -> bytes: ...
    @property
    def received_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Mail:
    """One of our messages as its recipient sees it."""

    envelope_from: str
    sender: str
    recipient: str
    subject: str
    message_id: str
    references: tuple[str, ...]
    body: str
    received: datetime
    unsubscribe: str

    @property
    def step(self) -> int:
        """Which touch of the conversation it is, from 1: by what it refers to."""
        return len(self.references) + 1


def mail_of(arrived: Arrived) -> Mail:
    """Reads a message as its recipient would."""
    message = message_from_bytes(arrived.content, policy=policy.default)
    body = message.get_body(preferencelist=("plain",))
    return Mail(
        envelope_from=arrived.sender,
        sender=parseaddr(str(message["From"]))[1],
        recipient=arrived.recipients[0],
        subject=str(message["Subject"]),
        message_id=str(message["Message-ID"]).strip("<>"),
        references=tuple(part.strip("<>") for part in str(message["References"] or "").split()),
        body=str(body.get_content()) if body is not None else "",
        received=arrived.received_at,
        unsubscribe=str(message["List-Unsubscribe"] or "").strip("<> "),
    )


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody does: after how long, and the message that comes back (None: a click on the
    unsubscribe link)."""

    name: str
    after: timedelta
    write: Callable[[Mail, datetime], bytes] | None


# ── what they write ───────────────────────────────────────────────────────────────────────────


def quoted(mail: Mail, when: datetime) -> str:
    """Our text as a client quotes it."""
    lines = "\n".join(f"> {line}" for line in mail.body.splitlines()[:12])
    return f"On {when:%a, %d %b %Y at %H:%M}, <{mail.sender}> wrote:\n\n{lines}\n"


def outlook(mail: Mail, when: datetime) -> str:
    """Our text under Outlook's separator."""
    return (
        "________________________________\n"
        f"From: {mail.sender}\nSent: {when:%A, %B %d, %Y %I:%M %p}\n"
        f"To: {mail.recipient}\nSubject: {mail.subject}\n\n{mail.body}"
    )


def reply(
    words: str, *, client: str = "plain", footer: str = ""
) -> Callable[[Mail, datetime], bytes]:
    """An answer with these words, as one of the common clients writes it."""

    def write(mail: Mail, now: datetime) -> bytes:
        message = _answer(mail, now)
        quote = outlook(mail, mail.received) if client == "outlook" else quoted(mail, mail.received)
        message.set_content("\n\n".join(part for part in (words, footer, quote) if part))
        return bytes(message)

    return write


def _answer(mail: Mail, now: datetime) -> EmailMessage:
    message = EmailMessage()
    subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    message["From"] = mail.recipient
    message["To"] = mail.sender
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = (
        f"<{named('answer', mail.message_id)}@{mail.recipient.partition('@')[2]}>"
    )
    message["In-Reply-To"] = f"<{mail.message_id}>"
    message["References"] = " ".join(f"<{id_}>" for id_ in (*mail.references, mail.message_id))
    return message


def absence(days: int, *, header: bool = True) -> Callable[[Mail, datetime], bytes]:
    """An absence note, with or without the header of RFC 3834."""

    def write(mail: Mail, now: datetime) -> bytes:
        back = now + timedelta(days=days)
        message = _answer(mail, now)
        if header:
            message["Auto-Submitted"] = "auto-replied"
        message.replace_header("Subject", f"Out of office: {mail.subject}")
        message.set_content(
            "Thank you for your message. I am out of the office and will be back on "
            f"{back:%d %B %Y}.\n\nYour message is not forwarded.\n"
        )
        return bytes(message)

    return write


def report(status: str, words: str) -> Callable[[Mail, datetime], bytes]:
    """A delivery report by RFC 3464 with the original's headers."""

    def write(mail: Mail, now: datetime) -> bytes:
        return _report(mail, now, status, words).encode("utf-8")

    return write


def _report(mail: Mail, now: datetime, status: str, words: str) -> str:
    host = mail.recipient.partition("@")[2]
    mark = f"report-{named('report', mail.message_id)}"
    action = "failed" if status.startswith("5") else "delayed"
    return (
        f"From: MAILER-DAEMON@{host}\r\nTo: {mail.envelope_from}\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nDate: {format_datetime(now)}\r\n"
        f"Message-ID: <{named('dsn', mail.message_id)}@{host}>\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n"
        f'\tboundary="{mark}"\r\n\r\n--{mark}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n'
        f"This is the mail system at host {host}.\r\n\r\n<{mail.recipient}>: {words}\r\n\r\n"
        f"--{mark}\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; {host}\r\n\r\n"
        f"Final-Recipient: rfc822; {mail.recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {words}\r\n\r\n"
        f"--{mark}\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"From: {mail.sender}\r\nTo: {mail.recipient}\r\nSubject: {mail.subject}\r\n"
        f"Message-ID: <{mail.message_id}>\r\n\r\n--{mark}--\r\n"
    )


PHONE = "Sent from my phone"
HOURS = timedelta(hours=1)
REACTIONS: Mapping[str, Reaction] = {
    found.name: found
    for found in (
        Reaction("hard_bounce", HOURS / 6, report("5.1.1", "550 5.1.1 User unknown")),
        Reaction("soft_bounce", HOURS / 2, report("4.2.2", "452 4.2.2 Mailbox full")),
        Reaction("absent", HOURS / 12, absence(9)),
        Reaction("absent_by_words", HOURS / 10, absence(6, header=False)),
        Reaction(
            "positive",
            5 * HOURS,
            reply("Sounds interesting. Could you call me on Tuesday morning?", footer=PHONE),
        ),
        Reaction(
            "neutral",
            8 * HOURS,
            reply("Thanks, I have passed this on to our office.", client="outlook"),
        ),
        Reaction(
            "objection",
            20 * HOURS,
            reply("Not now, we have no budget for this until next year.", footer=PHONE),
        ),
        Reaction("negative", 3 * HOURS, reply("No thanks, we are not interested.")),
        Reaction(
            "opt_out",
            2 * HOURS,
            reply("Please remove me from your list.", client="outlook"),
        ),
        Reaction("opt_out_click", 4 * HOURS, None),
    )
}
SHARES: Mapping[int, Sequence[tuple[int, str]]] = {
    1: ((4, "hard_bounce"), (6, "soft_bounce"), (10, "absent"), (12, "absent_by_words"),
        (16, "positive"), (19, "neutral"), (22, "objection"), (24, "negative"), (26, "opt_out"),
        (29, "opt_out_click")),
    2: ((3, "absent"), (8, "positive"), (11, "neutral"), (13, "objection"), (15, "negative"),
        (18, "opt_out"), (20, "opt_out_click")),
    3: ((5, "positive"), (8, "objection"), (10, "negative"), (14, "opt_out")),
}  # fmt: skip
"""By step: of a hundred people, up to which number does what; the others stay silent."""


def by_share(recipient: str, step: int) -> Reaction | None:
    """What somebody does, by the hash of their address and the step alone."""
    digest = hashlib.sha256(f"{recipient}/{step}".encode()).digest()
    number = int.from_bytes(digest[:4], "big") % 100
    return next((REACTIONS[name] for bound, name in SHARES.get(step, ()) if number < bound), None)


@dataclass(order=True, slots=True)
class _Due:
    at: datetime
    number: int
    mail: Mail = field(compare=False)
    reaction: Reaction = field(compare=False)


class People:
    """Everybody who is written to: a `World` of the driver, and the hook of a mailbox.

    `mailbox_of` gives the Maildir into which answers to one of our addresses fall; `click` follows
    an unsubscribe link and returns once it was taken.
    """

    def __init__(
        self,
        mailbox_of: Mapping[str, Path],
        click: Callable[[str], object] | None = None,
        react: Callable[[str, int], Reaction | None] = by_share,
    ) -> None:
        self.mailbox_of = mailbox_of
        self.click = click
        self.react = react
        self.did: dict[str, int] = {}
        self.log: list[tuple[datetime, str, str]] = []
        self._due: list[_Due] = []
        self._seen: set[str] = set()
        self._number = 0
        for folder in mailbox_of.values():
            for part in ("new", "cur", "tmp"):
                (folder / part).mkdir(parents=True, exist_ok=True)

    def take(self, arrived: Arrived) -> str | None:
        """Takes one of our mails; a mail that came twice is answered once. Accepts always."""
        mail = mail_of(arrived)
        reaction = self.react(mail.recipient, mail.step)
        if reaction is not None and mail.message_id not in self._seen:
            self._number += 1
            when = mail.received + reaction.after
            heapq.heappush(self._due, _Due(when, self._number, mail, reaction))
        self._seen.add(mail.message_id)
        return None

    def next_due(self) -> datetime | None:
        """When somebody does something next."""
        return self._due[0].at if self._due else None

    async def act(self, now: datetime) -> None:
        """Does what is due: puts answers into our mailboxes, follows links."""
        while self._due and self._due[0].at <= now:
            due = heapq.heappop(self._due)
            self.did[due.reaction.name] = self.did.get(due.reaction.name, 0) + 1
            self.log.append((now, due.mail.recipient, due.reaction.name))
            if due.reaction.write is None:
                await self._follow(due.mail.unsubscribe)
            else:
                self._post(due.mail, due.reaction.write(due.mail, now))

    async def _follow(self, link: str) -> None:
        if self.click is None:
            return
        done = self.click(link)
        if hasattr(done, "__await__"):
            await done

    def _post(self, mail: Mail, raw: bytes) -> None:
        folder = self.mailbox_of[plain(mail.sender)]
        name = f"{self._number:06d}.{hashlib.sha256(raw).hexdigest()[:16]}"
        temporary = folder / "tmp" / name
        temporary.write_bytes(raw)
        temporary.rename(folder / "new" / name)


def plain(address: str) -> str:
    """Returns an address without its plus part."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
