"""Reports of shapes beside the standard: wrapped, forwarded, as JSON, as feedback, from lists."""

import json

import pytest

from agents.inbox import reading
from agents.inbox.values import Class, Kind, Reason
from tests.agents.inbox import samples

FIELDS = (
    "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; a@b.example\n"
    "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n"
)
REPORT = (
    "From: MAILER-DAEMON@x.example\nSubject: Returned mail: see transcript\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=r\n\n"
    f"--r\n\nIt failed.\n--r\nContent-Type: message/delivery-status\n\n{FIELDS}--r--\n"
)


def read(text: str) -> reading.Reading:
    return reading.read(text.encode())


def test_a_report_passed_on_by_a_person_is_the_report() -> None:
    """A forward with hardly a word of its own."""
    quoted = "".join(f"> {line}\n" for line in FIELDS.split("\n"))
    found = read(
        "From: kim@ours.example\nSubject: Fwd: Returned mail: see transcript\n\n"
        "Forwarding this.\n\n"
        f"Begin forwarded message:\n\n> Subject: Returned mail\n>\n{quoted}"
    )
    assert (found.kind, found.results[0].class_) == (Kind.BOUNCE, Class.HARD)
    assert found.results[0].recipient == "a@b.example"


def test_a_report_attached_to_an_empty_forward_is_the_report() -> None:
    """Passed on as an attachment."""
    found = read(
        "From: kim@ours.example\nSubject: FW: Returned mail: see transcript\n"
        "Content-Type: multipart/mixed; boundary=f\n\n"
        f"--f\nContent-Type: message/rfc822\n\n{REPORT}\n--f--\n"
    )
    assert (found.kind, found.results[0].recipient) == (Kind.BOUNCE, "a@b.example")


def test_a_person_who_quotes_a_report_is_a_person() -> None:
    """With words of their own, or in an answer."""
    quoted = "".join(f"> {line}\n" for line in FIELDS.split("\n"))
    head = "From: kim@firm.example\nSubject: Re: Undelivered Mail\n\n"
    assert read(f"{head}Your mail bounced, use another address.\n\n{quoted}").kind is Kind.REPLY


def test_a_report_inside_a_gateways_report_is_read() -> None:
    """The outer one names nobody."""
    found = read(
        "From: MAILER-DAEMON@gate.example\nSubject: Returned mail: User unknown\n"
        "Content-Type: multipart/mixed; boundary=g\n\n--g\n\n"
        "The following addresses had permanent errors\n\n"
        f"--g\nContent-Type: message/rfc822\n\n{REPORT}\n--g--\n"
    )
    assert (found.results[0].recipient, found.results[0].class_) == ("a@b.example", Class.HARD)


def test_a_list_that_refuses_is_soft() -> None:
    """Nothing is wrong with the address."""
    found = read(
        "From: club-admin@lists.example\nX-MLServer: fml\nSubject: You are not member\n\n"
        "You are not a member of this mailing list <club@lists.example>.\n"
    )
    assert (found.kind, found.results[0].class_) == (Kind.BOUNCE, Class.SOFT)
    assert found.results[0].reason is Reason.NOT_PERMITTED


@pytest.mark.parametrize(
    ("kind", "expected", "reason"),
    [
        ("abuse", Kind.COMPLAINT, Reason.ABUSE),
        ("fraud", Kind.COMPLAINT, Reason.ABUSE),
        ("opt-out", Kind.COMPLAINT, Reason.UNSUBSCRIBED),
        ("not-spam", Kind.OTHER, Reason.AUTHENTICATION_REPORT),
        ("auth-failure", Kind.OTHER, Reason.AUTHENTICATION_REPORT),
    ],
)
def test_feedback_is_read_by_its_type(kind: str, expected: Kind, reason: Reason) -> None:
    """RFC 5965: who complained, about which message of ours."""
    found = read(
        "From: fbl@isp.example\nSubject: report\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=a\n\n--a\n\nx\n--a\n"
        f"Content-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: X/1\n"
        "Original-Rcpt-To: <a@b.example>\n\n--a\nContent-Type: message/rfc822\n\n"
        "Message-ID: <s1@ours.example>\nTo: someone@isp.example\nSubject: Hi\n\nHello\n--a--\n"
    )
    assert (found.kind, found.results[0].reason) == (expected, reason)
    assert (found.results[0].recipient, found.original_ids) == ("a@b.example", ("s1@ours.example",))


def test_a_redacted_complaint_is_tied_by_the_returned_message() -> None:
    """The address is often blacked out."""
    found = read(
        "From: staff@isp.example\nSubject: complaint about message from 192.0.2.1\n"
        "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\n"
        "Message-ID: <s1@ours.example>\nTo: a@b.example\nSubject: Hi\n\nHello\n--a--\n"
    )
    assert (found.kind, found.opt_out) == (Kind.COMPLAINT, "yes")
    assert (found.results[0].recipient, found.original_ids) == ("a@b.example", ("s1@ours.example",))


def test_a_periodic_report_on_our_domain_is_nobodys_answer() -> None:
    """Aggregates of authentication come daily from every provider."""
    found = read(
        "From: noreply-dmarc@isp.example\nSubject: Report Domain: ours.example Submitter: x.example"
        " Report-ID: 1\nContent-Type: application/zip; name=r.zip\n\nUEs"
    )
    assert (found.kind, found.results[0].class_) == (Kind.OTHER, Class.OTHER)


def notification(kind: str, **details: object) -> str:
    event = {"notificationType": kind, "mail": {"messageId": "m1", "destination": ["a@b.example"]}}
    head = "From: no-reply@sns.example\nSubject: Notification\n\n"
    return f"{head}{json.dumps(event | details)}\n\n--\nStop here"


WHO = {"emailAddress": "a@b.example"}
UNKNOWN = WHO | {"status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
PERMANENT = {"bounceType": "Permanent", "bouncedRecipients": [UNKNOWN]}
UNSAID = {"bounceType": "Permanent", "bouncedRecipients": [WHO]}
TRANSIENT = {"bounceType": "Transient", "bouncedRecipients": [WHO]}
ACCEPTED = {"recipients": ["a@b.example"], "smtpResponse": "250 2.6.0 ok"}


@pytest.mark.parametrize(
    ("text", "kind", "class_"),
    [
        (notification("Bounce", bounce=PERMANENT), Kind.BOUNCE, Class.HARD),
        (notification("Bounce", bounce=UNSAID), Kind.BOUNCE, Class.HARD),
        (notification("Bounce", bounce=TRANSIENT), Kind.BOUNCE, Class.SOFT),
        (
            notification("Complaint", complaint={"complainedRecipients": [WHO]}),
            Kind.COMPLAINT,
            Class.COMPLAINT,
        ),
        (notification("Delivery", delivery=ACCEPTED), Kind.DELIVERED, Class.OTHER),
        (
            notification("DeliveryDelay", deliveryDelay={"delayedRecipients": [WHO]}),
            Kind.BOUNCE,
            Class.SOFT,
        ),
    ],
)
def test_a_vendors_event_by_mail_is_read(text: str, kind: Kind, class_: Class) -> None:
    """A topic's subscriber may be a mailbox."""
    found = read(text)
    assert (found.kind, found.results[0].class_) == (kind, class_)
    assert (found.results[0].recipient, found.original_ids) == ("a@b.example", ("m1",))


def test_an_event_of_another_shape_breaks_nothing() -> None:
    """JSON in a mail may be anything."""
    for body in (
        '{"notificationType": "Bounce"}',
        '{"notificationType": 1}',
        "{",
        '{"Message": "{"}',
    ):
        assert read(f"Subject: x\n\n{body}").kind in (
            Kind.REPLY,
            Kind.BOUNCE,
            Kind.OTHER,
            Kind.DELIVERED,
        )


@pytest.mark.parametrize(
    ("words", "reason"), [("displayed", Reason.OPENED), ("deleted", Reason.DELETED)]
)
def test_a_receipt_is_no_answer(words: str, reason: Reason) -> None:
    """RFC 8098."""
    found = read(
        "From: a@b.example\nSubject: Read: Hi\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=a\n\n"
        "--a\n\nYour message was read.\n--a\nContent-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; a@b.example\nOriginal-Message-ID: <s1@ours.example>\n"
        f"Disposition: manual-action/MDN-sent-manually; {words}\n\n--a--\n"
    )
    assert (found.kind, found.results[0].reason) == (Kind.DELIVERED, reason)
    assert found.original_ids == ("s1@ours.example",)


def test_a_mail_system_is_never_a_person() -> None:
    """Whatever it says: a campaign must not stop for it."""
    for text in ("Subject: hello\n\nhm", "Subject: Undelivered Mail\n\n", "Subject: x\n\nsee log"):
        assert read(f"From: MAILER-DAEMON@x.example\n{text}").kind is not Kind.REPLY


def test_a_report_reads_the_same_without_its_machine_readable_part() -> None:
    """The words alone say the class in nine of ten."""
    rows = [row for row in samples.bounces() if b"message/delivery-status" in row["raw"]]
    right = total = 0
    for row in rows:
        raw = row["raw"].replace(b"message/delivery-status", b"application/x-unknown")
        for answer in samples.answered(row, reading.read(raw)):
            right, total = right + answer.right, total + 1
    assert right >= 0.85 * total, (right, total)
