"""E-mail addresses: the grammar's verdict, one normal form, no name server."""

import socket
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.identity import addresses


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("ada@shop.example", "valid"),
        ("first.last+tag@sub.shop.example", "valid"),
        ("o'neil@shop.example", "valid"),
        ("ada@münchen.example", "valid"),
        ("ada@例え.example", "valid"),
        ("jürgen@shop.example", "unusual"),
        ("ada@shop_one.example", "unusual"),
        ("ada@localhost", "unusual"),
        ('"ada lovelace"@shop.example', "unusual"),
        ("ada@shop.example ", "unusual"),
        ("a" * 65 + "@shop.example", "unusual"),
        ("ada@" + "a" * 64 + ".example", "unusual"),
        ("ada@[192.0.2.1]", "unusual"),
        ("ada@@shop.example", "invalid"),
        ("ada shop.example", "invalid"),
        ("ada@shop..example", "invalid"),
        ("ada.@shop.example", "invalid"),
        ("ada@-shop.example", "invalid"),
        ("ada@shop-.example", "invalid"),
        ("ada@shop.example, bob@shop.example", "invalid"),
        ("Ada <ada@shop.example>", "invalid"),
        ("mailto:ada@shop.example", "invalid"),
        ("ada@shop.example\nBcc: bob@shop.example", "invalid"),
        ("ada\r\n@shop.example", "invalid"),
        ("(" * 5000 + "ada@shop.example", "invalid"),
        ("a" * 20_000 + "@shop.example", "invalid"),
    ],
)
def test_addresses_have_the_verdict_of_the_grammar(address: str, verdict: str) -> None:
    found = addresses.read(address)
    assert found.verdict == verdict
    assert found.why
    assert (found.normalised is None) >= (verdict == "invalid")


@pytest.mark.parametrize(
    "address",
    [
        "Ada@Shop.Example",
        " ada@shop.example",
        '"ada"@shop.example',
        "(x)ada@shop.example",
        "ada@SHOP.example",
    ],
)
def test_writings_of_one_mailbox_have_one_normal_form(address: str) -> None:
    """Whoever is suppressed stays so however the address is written."""
    assert addresses.read(address).normalised == "ada@shop.example"


def test_international_domains_are_normalised_to_ascii() -> None:
    assert addresses.read("ada@MÜNCHEN.example").normalised == "ada@xn--mnchen-3ya.example"


def test_control_characters_never_reach_a_normal_form() -> None:
    """A header cannot be injected through what looks like an address."""
    assert addresses.read('"a\\\x00b"@shop.example').normalised is None


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "socket", refuse)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    "address", ["ada@shop.example", "ada@münchen.example", "x@nowhere.invalid"]
)
def test_no_name_server_is_asked(address: str) -> None:
    assert addresses.read(address).verdict in {"valid", "invalid"}


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    """Nothing raises; the normal form of anything is its own normal form."""
    found = addresses.read(text)
    if found.normalised is not None:
        assert addresses.read(found.normalised).normalised == found.normalised


LABEL = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=20)
ATOM = st.text(
    string.ascii_letters + string.digits + "!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=12
)


@given(st.lists(ATOM, min_size=1, max_size=3), st.lists(LABEL, min_size=1, max_size=3))
def test_every_dotted_atom_at_a_host_is_valid(words: list[str], labels: list[str]) -> None:
    """What RFC 5321 lets every server take is never refused."""
    address = f"{'.'.join(words)}@{'.'.join(labels)}.example"
    assert addresses.read(address).verdict == "valid"


@given(st.text(alphabet='ab@."\\()[] \t\r\n<>,;:', max_size=30))
def test_what_is_made_of_the_grammars_signs_is_judged(text: str) -> None:
    found = addresses.read(text)
    assert found.verdict != "valid" or found.normalised == text.lower()
