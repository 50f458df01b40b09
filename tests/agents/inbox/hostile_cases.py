"""Messages that somebody built to keep a reader busy, by name; data of tests, figures and bench."""

from collections.abc import Callable

HEAD = (
    b"From: a@b.example\nTo: c@d.example\nSubject: Re: hello\nMessage-ID: <1@b.example>\n"
    b"In-Reply-To: <2@d.example>\nDate: Wed, 26 Jun 2024 10:00:00 +0200\n"
)
TEXT = HEAD + b"Content-Type: text/plain; charset=utf-8\n\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\n\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
STOP = b"please remove me from your list\n"
DAEMON = b"From: MAILER-DAEMON@x.example\nSubject: Undelivered Mail\n\n"


def nested_parts(depth: int) -> bytes:
    inner = b"Content-Type: text/plain\n\n" + STOP
    for level in range(depth):
        mark = b"m%d" % level
        inner = (
            b"Content-Type: multipart/mixed; boundary=" + mark + b"\n\n--" + mark + b"\n"
            + inner + b"\n--" + mark + b"--\n"
        )  # fmt: skip
    return HEAD + inner


def status_groups(count: int) -> bytes:
    group = b"Final-Recipient: rfc822; u%d@x.example\nAction: failed\nStatus: 5.1.1\n\n"
    return (
        b"From: MAILER-DAEMON@x.example\nSubject: Undelivered\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        + b"".join(group % number for number in range(count))
        + b"--b--\n"
    )


def attached(megabytes: int, *, first: bool) -> bytes:
    """A message with an attachment of this size before or behind its text."""
    text = b"--b\nContent-Type: text/plain\n\n" + STOP
    lines = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx\n"
    count = megabytes * 2**20 // len(lines)
    file = (
        b"--b\nContent-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: base64\n\n"
        + lines * count
    )
    return MIXED + (file + text if first else text + file) + b"--b--\n"


def stairs(count: int) -> bytes:
    return TEXT + b"ok\n" + b"".join(b">" * level + b" t\n" for level in range(1, count + 1))


Case = tuple[str, Callable[[], bytes]]

# Each ends within a second, or is refused by name.
WORST: tuple[Case, ...] = (
    ("10,000 quote levels on one line", lambda: TEXT + b"Good\n\n" + b">" * 10_000 + b" hi\n"),
    ("10,000 quote levels with blanks", lambda: TEXT + b"Good\n\n" + b"> " * 10_000 + b" hi\n"),
    ("3,000 quote levels in stairs", lambda: stairs(3_000)),
    (
        "10,000 blockquotes",
        lambda: HTML + b"<p>ok</p>" + b"<blockquote>" * 10_000 + b"x" + b"</blockquote>" * 10_000,
    ),
    ("10,000 multiparts in each other", lambda: nested_parts(10_000)),
    ("10,000 messages in each other", lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 10_000),
    (
        "50,000 header fields",
        lambda: b"".join(b"X-%d: v\n" % n for n in range(50_000)) + TEXT + STOP,
    ),
    ("50,000 Received fields", lambda: b"Received: from a by b; today\n" * 50_000 + TEXT + STOP),
    ("50,000 folds of one field", lambda: b"X: a\n" + b" b\n" * 50_000 + TEXT + STOP),
    (
        "200,000 header fields",
        lambda: b"".join(b"X-%d: v\n" % n for n in range(200_000)) + TEXT + STOP,
    ),
    ("100,000 encoded words", lambda: b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n" + TEXT),
    ("500,000 at signs", lambda: b"From: " + b"a@" * 500_000 + b"\n" + TEXT),
    ("200,000 references", lambda: b"References: " + b"<a@b> " * 200_000 + b"\n" + TEXT),
    (
        "200,000 parameters",
        lambda: HEAD + b"Content-Type: text/plain; " + b"a=b; " * 200_000 + b"\n\nhi",
    ),
    ("100,000 parts", lambda: MIXED + b"--b\n\nx\n" * 100_000 + b"--b--\n"),
    ("100,000 comments without end", lambda: HTML + b"<!--" * 100_000),
    ("100,000 styles without end", lambda: HTML + b"<style" * 100_000),
    ("100,000 angle brackets", lambda: HTML + b"<" * 100_000),
    ("a report of a million dashes", lambda: DAEMON + b"user-" + b"-" * 1_000_000),
    ("a report of nonsense", lambda: DAEMON + b"user unknown not- domain' " * 40_000),
    ("a report of 20,000 recipients", lambda: status_groups(20_000)),
    (
        "a notice of 100,000 dates",
        lambda: TEXT + b"I am out of office until " + b"12 July, " * 100_000,
    ),
    ("a deep JSON", lambda: TEXT + b'{"notificationType":' + b"[" * 100_000),
    ("half a million dashes", lambda: TEXT + b"-" * 500_000),
)

# Large but honest: always read, however long it takes.
LARGE: tuple[Case, ...] = (
    ("25 MB, attachment behind the text", lambda: attached(25, first=False)),
    ("25 MB, attachment before the text", lambda: attached(25, first=True)),
    (
        "25 MB of quotes, answer below",
        lambda: TEXT + b"> a line of the earlier message that goes on and on\n" * 480_000 + STOP,
    ),
    ("25 MB of text", lambda: TEXT + b"This is a line that a person wrote.\n" * 720_000 + STOP),
)
