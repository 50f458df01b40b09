"""Tells a vendor's webhook from a forgery by the Standard Webhooks scheme; pure.

The signed text is `id.timestamp.body`, the signature `v1,` + base64 of its HMAC-SHA-256, the header
a list of them separated by blanks, so that a sender can sign with an old and a new key while keys
change; here two keys may be live for the same reason. Vendors that sign otherwise bring their own
reader in their own file. Some spell the headers `svix-…`.

Nothing of the body is read before its signature was checked, over its raw bytes, in constant time.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from channels.errors import Forged, Misconfigured

TOLERANCE = 300
"""Seconds that the signed timestamp may lie before or behind now."""

SPELLINGS = ("webhook", "svix")

_SHORTEST_KEY = 16
_MOST_SIGNATURES = 20
"""More in one header is an attempt to make us compute."""


class StandardWebhooks:
    """Verifies requests with one key, or with two while they change."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Takes secrets as vendors show them, `whsec_` in front or not; raises Misconfigured."""
        if not 1 <= len(secrets) <= 2:
            raise Misconfigured("one signing secret is needed, or two while they change")
        self._keys = [key_of(secret) for secret in secrets]

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: float) -> str:
        """Returns the message's id, which dedupes redeliveries; raises Forged.

        `now` is in Unix seconds. Header names may be in any case.
        """
        identity, timestamp, signatures = _signed_headers(headers)
        if "." in identity:
            raise Forged(
                "the webhook's id holds a full stop, which could move the body's beginning"
            )
        if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
            raise Forged("the webhook's timestamp is not a number")
        if abs(now - int(timestamp)) > TOLERANCE:
            raise Forged("the webhook's timestamp is more than five minutes away from now")
        if not self._any_matches(signatures, _octets(f"{identity}.{timestamp}.") + body):
            raise Forged("no signature of the webhook fits; check the endpoint's signing secret")
        return identity

    def _any_matches(self, header: str, signed: bytes) -> bool:
        given = [text[3:] for text in header.split()[:_MOST_SIGNATURES] if text.startswith("v1,")]
        wanted = [digest(key, signed) for key in self._keys]
        fits = False
        for one in given:
            for two in wanted:  # all are compared, so that time tells nothing
                fits |= hmac.compare_digest(_octets(one), _octets(two))
        return fits


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def sign(secret: str, identity: str, timestamp: int, body: bytes) -> str:
    """Returns the signature header's value for a request that we send."""
    return f"v1,{digest(key_of(secret), f'{identity}.{timestamp}.'.encode() + body)}"


def digest(key: bytes, signed: bytes) -> str:
    """Returns the base64 of the HMAC-SHA-256 of what is signed."""
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def key_of(secret: str) -> bytes:
    """Returns the key's bytes; raises Misconfigured without repeating the secret."""
    try:
        key = base64.b64decode(secret.strip().removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        text = "the signing secret is not base64; copy it as the vendor shows it"
        raise Misconfigured(text) from error
    if len(key) < _SHORTEST_KEY:
        raise Misconfigured(f"the signing secret is shorter than {_SHORTEST_KEY} bytes")
    return key


def _signed_headers(headers: Mapping[str, str]) -> tuple[str, str, str]:
    lower = {name.lower(): value for name, value in headers.items()}
    for spelling in SPELLINGS:
        found = [lower.get(f"{spelling}-{part}", "") for part in ("id", "timestamp", "signature")]
        if all(found):
            return found[0], found[1], found[2]
    raise Forged("the webhook lacks an id, a timestamp or a signature")
