"""Mails that come back to a send, as their writers' machines would send them."""

from email.message import EmailMessage
from email.utils import format_datetime

from channels.base import Request
from tests.agents.stage import START

DELIVERY_REPORT = """\
From: Mail Delivery <mailer-daemon@blue-door-1.example>
To: {return_path}
Subject: Undelivered mail returned to sender
Date: {date}
Message-ID: <report-{status}@blue-door-1.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain; charset=utf-8

The message could not be delivered.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.blue-door-1.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--part
Content-Type: text/rfc822-headers

From: {sender}
To: {recipient}
Subject: A question
Message-ID: <{reference}>

--part--
"""

FEEDBACK = """\
From: complaints@blue-door-1.example
To: {return_path}
Subject: complaint about message
Date: {date}
Message-ID: <complaint@blue-door-1.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part"

--part
Content-Type: text/plain

This is an abuse report for a message received by one of our users.

--part
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Reporter/1.0
Version: 1
Original-Rcpt-To: {recipient}

--part
Content-Type: message/rfc822

From: {sender}
To: {recipient}
Subject: A question
Message-ID: <{reference}>

Hello.

--part--
"""


def answer(
    request: Request | None,
    text: str,
    *,
    sender: str = "desk@blue-door-1.example",
    to: str = "mira@harbour.example",
    subject: str = "Re: A question",
    message_id: str = "answer-1@blue-door-1.example",
    **headers: str,
) -> bytes:
    """A person's, or their machine's, answer to a request; None: it names nothing of ours."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(START)
    mail["Message-ID"] = f"<{message_id}>"
    if request is not None:
        mail["In-Reply-To"] = mail["References"] = f"<{request.reference}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return bytes(mail)


def report(request: Request, status: str = "5.1.1", words: str = "550 5.1.1 No such") -> bytes:
    """A delivery report about a request."""
    return _filled(DELIVERY_REPORT, request, status=status, diagnostic=words)


def complaint(request: Request) -> bytes:
    """A feedback report about a request."""
    return _filled(FEEDBACK, request)


def _filled(form: str, request: Request, **words: str) -> bytes:
    text = form.format(
        return_path=request.envelope_from,
        recipient=request.recipient,
        sender=request.sender,
        reference=request.reference,
        date=format_datetime(START),
        **words,
    )
    return text.replace("\n", "\r\n").encode()
