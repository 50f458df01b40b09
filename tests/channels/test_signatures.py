"""A webhook is believed when its signature, its moment and its form are right, and only then."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from channels.errors import Forged, Misconfigured
from channels.signatures import StandardWebhooks, sign

SAMPLES = Path(__file__).parent.parent / "samples" / "webhooks" / "standard_webhooks.jsonl"
ROWS = [json.loads(line) for line in SAMPLES.read_text("utf-8").splitlines()]
OLD, NEW, OTHER = (f"whsec_{letter * 32}" for letter in "ABC")
NOW = 1_772_449_200


def signed(body: bytes = b"{}", *, key: str = OLD, at: int = NOW) -> dict[str, str]:
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(at),
        "Webhook-Signature": sign(key, "msg_1", at, body),
    }


def is_believed(row: dict[str, Any]) -> bool:
    try:
        webhook = StandardWebhooks([row["keys"]["secret"]])
        webhook.verify(row["request"]["headers"], row["request"]["body"].encode(), now=row["clock"])
    except (Forged, Misconfigured):
        return False
    return True


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])
def test_the_schemes_own_cases_come_out_as_published(row: dict[str, Any]) -> None:
    """Signed by the scheme's authors, not by us."""
    assert is_believed(row) == (row["expected"] == "accept")


def test_a_request_of_ours_is_believed_and_names_its_id() -> None:
    """Whatever the case of the header names."""
    assert StandardWebhooks([OLD]).verify(signed(), b"{}", now=NOW) == "msg_1"


def test_the_other_spelling_of_the_headers_is_read() -> None:
    """The scheme's older name."""
    headers = {name.replace("Webhook", "svix"): value for name, value in signed().items()}
    assert StandardWebhooks([OLD]).verify(headers, b"{}", now=NOW) == "msg_1"


def test_two_keys_live_while_they_change() -> None:
    """Signed by the old, the new, or both in one header; a third is refused."""
    both = StandardWebhooks([OLD, NEW])
    for key in (OLD, NEW):
        assert both.verify(signed(key=key), b"{}", now=NOW)
    headers = signed(key=OTHER)
    headers["Webhook-Signature"] += " " + signed(key=NEW)["Webhook-Signature"]
    assert both.verify(headers, b"{}", now=NOW)
    with pytest.raises(Forged):
        both.verify(signed(key=OTHER), b"{}", now=NOW)


@pytest.mark.parametrize(("away", "believed"), [(300, True), (301, False), (-300, True), (-301, 0)])
def test_five_minutes_before_and_behind_are_believed(away: int, believed: bool) -> None:
    """A replay of an older request is not, nor one from the future."""
    webhook = StandardWebhooks([OLD])
    if believed:
        assert webhook.verify(signed(at=NOW + away), b"{}", now=NOW)
    else:
        with pytest.raises(Forged, match="five minutes"):
            webhook.verify(signed(at=NOW + away), b"{}", now=NOW)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Webhook-Id", "msg_2"),
        ("Webhook-Id", ""),
        ("Webhook-Id", "\ud800"),
        ("Webhook-Timestamp", str(NOW + 1)),
        ("Webhook-Timestamp", f"{NOW}.0"),
        ("Webhook-Timestamp", f" {NOW}"),
        ("Webhook-Timestamp", "-1"),
        ("Webhook-Timestamp", "²"),
        ("Webhook-Timestamp", "9" * 5000),
        ("Webhook-Timestamp", "nan"),
        ("Webhook-Signature", "v1,"),
        ("Webhook-Signature", "v1"),
        ("Webhook-Signature", "v1,AAAA"),
        ("Webhook-Signature", "v1,ü"),
        ("Webhook-Signature", "v1,\ud800"),
        ("Webhook-Signature", " "),
    ],
)
def test_anything_altered_is_a_forgery(name: str, value: str) -> None:
    """One header changed is enough."""
    with pytest.raises(Forged):
        StandardWebhooks([OLD]).verify(signed() | {name: value}, b"{}", now=NOW)


def test_a_signature_of_another_version_does_not_count() -> None:
    """`v1a` is another algorithm, even over the right bytes."""
    headers = signed()
    headers["Webhook-Signature"] = headers["Webhook-Signature"].replace("v1,", "v1a,")
    with pytest.raises(Forged):
        StandardWebhooks([OLD]).verify(headers, b"{}", now=NOW)


def test_a_header_of_endless_signatures_is_not_worked_through() -> None:
    """The right one behind twenty wrong ones is not reached."""
    headers = signed()
    headers["Webhook-Signature"] = "v1,AAAA " * 20 + headers["Webhook-Signature"]
    with pytest.raises(Forged):
        StandardWebhooks([OLD]).verify(headers, b"{}", now=NOW)


@hypothesis_settings(deadline=None)
@given(body=st.binary(), flipped=st.integers(0), bit=st.integers(0, 7))
def test_one_bit_of_the_body_breaks_it(body: bytes, flipped: int, bit: int) -> None:
    """The raw bytes are signed, not what they mean."""
    headers = signed(body)
    assert StandardWebhooks([OLD]).verify(headers, body, now=NOW)
    if body:
        altered = bytearray(body)
        altered[flipped % len(body)] ^= 1 << bit
        with pytest.raises(Forged):
            StandardWebhooks([OLD]).verify(headers, bytes(altered), now=NOW)


@pytest.mark.parametrize(
    "secrets",
    [[], [OLD, NEW, OTHER], [""], ["whsec_"], ["whsec_AAAA"], ["not base64!"], ["ü" * 32]],
)
def test_a_secret_that_is_none_is_refused_unrepeated(secrets: list[str]) -> None:
    """At start, and without the secret in the text."""
    with pytest.raises(Misconfigured) as raised:
        StandardWebhooks(secrets)
    assert not any(secret and secret in str(raised.value) for secret in secrets)
