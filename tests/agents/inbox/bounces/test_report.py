"""Delivery-status fields into groups by recipient, however they are laid out."""

from agents.inbox.bounces import report

PER_MESSAGE = "Reporting-MTA: dns; mx.example\n\n"
ONE = "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n"
TWO = "Final-Recipient: rfc822; c@d.example\nAction: delayed\nStatus: 4.2.2\n"


def recipients(text: str) -> list[str]:
    return [report.typed(group.get("final-recipient")) for group in report.groups(text)]


def test_each_recipient_has_its_group() -> None:
    """RFC 3464: groups are separated by empty lines."""
    assert recipients(PER_MESSAGE + ONE + "\n" + TWO) == ["a@b.example", "c@d.example"]


def test_groups_without_empty_lines_are_told_apart() -> None:
    """A field that comes again begins another recipient."""
    assert recipients(ONE + TWO) == ["a@b.example", "c@d.example"]


def test_an_empty_line_inside_a_group_does_not_split_it() -> None:
    """A gateway may break a group in two."""
    found = report.groups("Final-Recipient: rfc822; a@b.example\n\nAction: failed\nStatus: 5.1.1\n")
    assert [(g.get("action"), g.get("status")) for g in found] == [("failed", "5.1.1")]


def test_fields_before_the_recipient_belong_to_it() -> None:
    """Order within a group is free."""
    found = report.groups("Action: failed\nFinal-Recipient: rfc822; a@b.example\nStatus: 5.1.1\n")
    assert (len(found), found[0].get("action")) == (1, "failed")


def test_a_fold_is_joined() -> None:
    """A diagnostic goes over several lines."""
    found = report.groups(ONE + "Diagnostic-Code: smtp; 550\n    5.1.1 unknown\n")
    assert found[0].get("diagnostic-code") == "smtp; 550 5.1.1 unknown"


def test_an_address_without_type_is_an_address() -> None:
    """Some write it as it stands."""
    assert report.typed("<a@b.example>") == "<a@b.example>"
    assert report.typed("rfc822;a@b.example") == "a@b.example"


def test_text_without_fields_has_no_groups() -> None:
    """Prose is no report."""
    assert report.groups("Hello\nStatus: single\n") != () or not report.holds_fields("Hello")
    assert not report.holds_fields("Status: we are fine\nAction: none needed\n")
