"""The one entry: what a message means, by its kind, with ids, addresses and reasons."""

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.inbox import reading
from agents.inbox.values import About, Class, Kind, Reason
from tests.agents.inbox import samples

ANSWER = (
    b"From: Kim Lee <kim@firm.example>\nTo: us+token@ours.example\nDelivered-To: us@ours.example\n"
    b"Subject: Re: Your offer\nMessage-ID: <m1@firm.example>\nIn-Reply-To: <s1@ours.example>\n"
    b"References: <s0@ours.example> <s1@ours.example>\nDate: Wed, 26 Jun 2024 10:00:00 +0200\n\n"
)


def test_a_persons_answer_comes_with_all_that_ties_it() -> None:
    """Sender, recipients, ids and the visible words."""
    found = reading.read(ANSWER + b"Sounds good, call me tomorrow.\n\n-- \nKim Lee\nFirm Ltd\n")
    assert found.kind is Kind.REPLY
    assert (found.sender, found.sender_name) == ("kim@firm.example", "Kim Lee")
    assert found.recipients == ("us@ours.example", "us+token@ours.example")
    assert (found.message_id, found.in_reply_to) == ("m1@firm.example", "s1@ours.example")
    assert found.references == ("s0@ours.example", "s1@ours.example")
    assert (found.visible_text, found.opt_out) == ("Sounds good, call me tomorrow.", "no")
    assert "Firm Ltd" in found.signature


def test_our_own_text_is_subtracted_where_it_is_known() -> None:
    """A quote without marks does not reach the reader of opt-outs."""
    ours = "Hello Kim\nwe make rain gauges\nReply unsubscribe and we remove you from our list"
    raw = ANSWER + b"Interesting!\n\n" + ours.encode()
    found = reading.read(raw, sent={"<s1@ours.example>": ours})
    assert (found.visible_text, found.opt_out) == ("Interesting!", "no")


def test_an_opt_out_is_read_in_subject_and_text() -> None:
    """The subject is part of what the person wrote."""
    assert reading.read(ANSWER + b"Please remove me from your list.").opt_out == "yes"
    assert reading.read(b"Subject: unsubscribe\n\nthanks").opt_out == "yes"


def test_a_mail_programs_request_to_unsubscribe_is_an_opt_out() -> None:
    """It answers nobody and no person reads it, but it is a wish."""
    raw = (
        b"From: kim@firm.example\nTo: unsubscribe+t0k3n@ours.example\nSubject: unsubscribe\n"
        b"Auto-Submitted: auto-replied\n\n"
    )
    found = reading.read(raw)
    assert (found.kind, found.opt_out) == (Kind.COMPLAINT, "yes")
    assert found.results[0].reason is Reason.UNSUBSCRIBED


def test_a_report_that_names_no_send_is_labelled() -> None:
    """Anybody can write one; without an id or token it must have no effect."""
    raw = b"From: MAILER-DAEMON@x.example\nSubject: Undelivered Mail\n\n<a@b.example>: User unknown"
    found = reading.read(raw)
    assert (found.kind, found.names_no_send) == (Kind.BOUNCE, True)
    assert "names no send of ours" in found.why


def test_a_returned_message_ties_a_report() -> None:
    """Its ids, its tokens, and the plus-address that bounces go to."""
    raw = (
        b"From: MAILER-DAEMON@x.example\nSubject: Undelivered Mail\n\n<a@b.example>: User unknown\n"
        b"\n--- Original message follows\n\nReturn-Path: <bounce+t0k3n@ours.example>\n"
        b"Message-ID: <s1@ours.example>\nX-Leadwire-Send: 42\nTo: a@b.example\nSubject: Hi\n"
    )
    found = reading.read(raw)
    assert found.original_ids == ("s1@ours.example",)
    assert found.tokens == ("42", "bounce+t0k3n@ours.example")
    assert not found.names_no_send


def test_5_7_is_about_the_sender() -> None:
    """A refusal for policy blames us; a dead address blames the address whatever its code."""
    for row in samples.bounces():
        for result in reading.read(row["raw"]).results:
            if result.status.startswith(("4.7.", "5.7.")) and result.class_ is Class.SOFT:
                asleep = result.reason in (Reason.MAILBOX_DISABLED, Reason.MAILBOX_FILTERED)
                assert asleep or result.about is About.SENDER, row["file"]
            if result.class_ is Class.HARD:
                assert result.about is About.RECIPIENT


def test_nothing_read_changes_with_line_ends() -> None:
    """A message reads the same from a file, a server and a database."""
    for row in samples.bounces()[::5]:
        raw = row["raw"].replace(b"\r\n", b"\n")
        assert reading.read(raw.replace(b"\n", b"\r\n")) == reading.read(raw)


def test_a_refused_message_has_no_kind_but_keeps_what_was_read() -> None:
    """Whatever was left out may have said stop: the caller pauses the account."""
    raw = b"".join(b"X-%d: v\n" % n for n in range(70_000)) + ANSWER + b"please remove me"
    found = reading.read(raw)
    assert (found.kind, found.refused) == (Kind.OTHER, "too_many_header_fields")
    assert found.results[-1].reason is Reason.UNREADABLE
    assert found.opt_out == "yes"


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=800), st.sampled_from([b"", ANSWER, b"From: MAILER-DAEMON@x.example\n\n"])
)
def test_no_bytes_raise(raw: bytes, head: bytes) -> None:
    """Anything is read, and what is read can be stored."""
    found = reading.read(head + raw)
    assert found.results
    for text in (found.visible_text, found.subject, found.sender, *found.why):
        text.encode("utf-8")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 400), st.data())
def test_no_damage_to_a_report_raises(start: int, length: int, data: st.DataObject) -> None:
    """Pieces cut out of real reports leave something to read."""
    row = data.draw(st.sampled_from(samples.bounces()))
    raw = row["raw"][:12_000]
    at = start % max(len(raw), 1)
    assert reading.read(raw[:at] + raw[at + length :]).results
