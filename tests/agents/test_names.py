"""Keyed names: hashes that cannot be enumerated, tokens that cannot be made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.names import Names, reference, send_of
from contracts.ids import SendId, send_id

NAMES = Names("a secret of the installation")
OTHER = Names("another secret of another one")
SEND = send_id("t", "c", 1, "l", 1, "email")


def test_a_token_names_its_send_for_its_purpose_alone() -> None:
    """A return-path token is no unsubscribe token, and another installation's is neither."""
    token = NAMES.token(SEND, "unsubscribe")
    assert NAMES.read(token, "unsubscribe") == SEND
    assert NAMES.read(token.upper(), "unsubscribe") == SEND
    assert NAMES.read(token, "return") is None
    assert OTHER.read(token, "unsubscribe") is None


@given(st.text(max_size=80))
def test_what_is_no_token_is_nobody(text: str) -> None:
    """Any text is read without an exception."""
    assert NAMES.read(text, "unsubscribe") is None


@given(st.integers(0, 200), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_token_is_refused(place: int, letter: str) -> None:
    """Every letter counts."""
    token = NAMES.token(SEND, "return")
    place %= len(token)
    changed = token[:place] + letter + token[place + 1 :]
    found = NAMES.read(changed, "return")
    assert found is None or (changed == token) or (found == SEND and place == len(token) - 1)


def test_addresses_hash_by_key_and_kind() -> None:
    """The same number is one identity over its channels; a mail address is another."""
    assert NAMES.address("sms", "+4915112345") == NAMES.address("voice", "+4915112345")
    assert NAMES.address("email", "a@b.example") != OTHER.address("email", "a@b.example")
    assert "a@b.example" not in NAMES.address("email", "a@b.example")


def test_a_message_id_leads_back_to_its_send() -> None:
    """Ours by form; anything else is nobody's."""
    assert send_of(f"<{reference(SEND, 'mira@harbour.example')}>") == SEND
    assert send_of("<CAJ=x@mail.example>") is None
    assert send_of("") is None


def test_a_short_secret_is_refused() -> None:
    """The remedy is in the words."""
    with pytest.raises(ValueError, match="longer"):
        Names("short")


def test_tokens_fit_into_an_address() -> None:
    """A local part holds 64 octets (RFC 5321 4.5.3.1.1), a mailbox's own name included."""
    assert len(NAMES.token(SendId(SEND), "return")) <= 40
