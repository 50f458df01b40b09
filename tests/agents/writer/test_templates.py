"""Drafts: what is rendered, what is noted, and what each check refuses."""

from typing import Any

import pytest

from agents.definitions import Template
from agents.writer.templates import Brief, needs_page, write
from contracts.outcome import Channel

SENDER = {"name": "Mira Holm", "company": "Harbour", "postal_address": "12 Quay Street, Portsea"}


def brief(**changes: Any) -> Brief:
    base: dict[str, Any] = {
        "channel": Channel.EMAIL,
        "business": {"name": "Blue Door", "city": "Leeds"},
        "person": {"first_name": "", "name": ""},
        "client": {"name": "Harbour"},
        "sender": SENDER,
        "campaign": {"offer": "a look"},
        "step": 1,
        "unsubscribe_url": "https://mail.harbour.example/u/abc",
    }
    return Brief(**{**base, **changes})


def template(body: str, subject: str = "A question") -> Template:
    return Template(id="t", subject=subject, body=body)


def test_a_draft_says_what_it_used_and_who_writes() -> None:
    """The facts that went into the text are noted; the footer has sender, address and way out."""
    draft = write(template("Hello {{ business.name }} in {{ business.city }}."), brief())
    assert draft.problems == ()
    assert draft.personalization == ("business.city", "business.name")
    assert draft.body.startswith("Hello Blue Door in Leeds.")
    assert SENDER["postal_address"] in draft.body
    assert "https://mail.harbour.example/u/abc" in draft.body


@pytest.mark.parametrize(
    ("body", "subject", "problem"),
    [
        ("Hi {{ person.first_name }},", "A question", "first_name"),
        ("Hi {{ nobody.name }},", "A question", "nobody"),
        ("Hi [first name],", "A question", "placeholder left"),
        ("Hi {{ '{{' }} name", "A question", "placeholder left"),
        ("See ftp://files.harbour.example/x", "A question", "not http"),
        ("See javascript://alert", "A question", "not http"),
        ("", "A question", "body: empty"),
        ("Hello", "", "subject: empty"),
        ("Hello", "x" * 121, "subject: 121"),
        ("word " * 151, "A question", "151 words"),
        ("{% for x in range(10) %}", "A question", "body:"),
        ("{{ ''.__class__.__mro__ }}", "A question", "body:"),
        ("{{ 1 / 0 }}", "A question", "body:"),
    ],
)
def test_a_draft_that_fails_a_check_names_it(body: str, subject: str, problem: str) -> None:
    """Nothing is raised: the problem stands on the draft, and nobody can approve it."""
    problems = " / ".join(write(template(body, subject), brief()).problems)
    assert problem in problems


def test_without_postal_address_or_link_nothing_may_go() -> None:
    """CAN-SPAM's address and the way out are checked on the finished text."""
    draft = write(template("Hello"), brief(sender={"name": "Mira"}, unsubscribe_url=""))
    assert {p.partition(":")[2].strip() for p in draft.problems} >= {
        "no unsubscribe link",
        "no postal address of the sender",
    }


def test_a_follow_up_keeps_the_subject_of_its_conversation() -> None:
    """Threading (RFC 5322): the first subject, once with Re."""
    follow_up = write(template("Again", subject=""), brief(previous_subject="A question"))
    later = write(template("Again", subject=""), brief(previous_subject="Re: A question"))
    assert follow_up.subject == later.subject == "Re: A question"


def test_a_line_break_never_reaches_the_subject() -> None:
    """A value with line breaks cannot add a header."""
    draft = write(
        template("Hello", subject="About {{ business.name }}"),
        brief(business={"name": "Blue\r\nBcc: all@harbour.example"}),
    )
    assert "\n" not in draft.subject
    assert "\r" not in draft.subject


def test_a_text_message_is_one_segment() -> None:
    """160 characters are one segment; more is refused by name."""
    long = write(template("x" * 161, subject=""), brief(channel=Channel.SMS))
    short = write(template("x" * 160, subject=""), brief(channel=Channel.SMS))
    assert "one segment" in long.problems[0]
    assert short.problems == ()


def test_the_hash_is_of_what_is_read() -> None:
    """An approval binds to subject and body, to the last character."""
    one, same = write(template("Hello"), brief()), write(template("Hello"), brief())
    other = write(template("Hello!"), brief())
    assert one.hash == same.hash != other.hash


@pytest.mark.parametrize(
    ("source", "needs"),
    [
        ("{{ landing_page.url }}", True),
        ("{% if landing_page %}{{ landing_page.url }}{% endif %}", False),
        ("{% if landing_page.url is defined %}{{ landing_page.url }}{% endif %}", False),
        ("{{ landing_page.url if landing_page else business.website }}", False),
        ("{{ landing_page.url | default('') }}", False),
        ("{% if business.city %}{{ landing_page.url }}{% endif %}", True),
        ("{{ business.website }}", False),
        ("{% if %}", False),
    ],
)
def test_a_template_that_cannot_go_without_its_page_is_seen(source: str, needs: bool) -> None:
    assert needs_page(source) is needs
