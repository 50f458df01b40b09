"""Keyed names: address hashes and the tokens that links and return paths carry.

An address is hashed with the installation's key (HMAC-SHA-256), since a plain hash of a phone
number can be enumerated (facts/reliability E2). A token names a send and proves that we made it:
it holds the send's id and a keyed tag, no personal data, and never expires (CASL: at least 60
days).
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from contracts.ids import AddressHash, SendId

TAG = 8
"""Bytes of the tag: 64 bits, checked in constant time."""


class Names:
    """Makes and reads keyed names; `secret` is the installation's."""

    def __init__(self, secret: str) -> None:
        if len(secret) < 16:
            raise ValueError("the secret is shorter than 16 characters; make a longer one")
        self._hash_key = hashlib.sha256(b"address\x00" + secret.encode()).digest()
        self._token_key = hashlib.sha256(b"token\x00" + secret.encode()).digest()

    def address(self, channel: str, normalised: str) -> AddressHash:
        """Returns the hash of a normalised address or number; numbers hash alike over channels."""
        kind = "email" if channel == "email" else "number" if channel != "linkedin" else "profile"
        text = f"{kind}:{normalised}".encode()
        return AddressHash(hmac.new(self._hash_key, text, hashlib.sha256).hexdigest()[:40])

    def identity(self, *parts: str) -> str:
        """Returns the hash of an identity key at intake (exact: e-mail; name with phone; …)."""
        text = "\x1f".join(("identity", *parts)).encode()
        return hmac.new(self._hash_key, text, hashlib.sha256).hexdigest()[:40]

    def token(self, send: SendId, purpose: str) -> str:
        """Returns a lower-case token for a send and a purpose (`unsubscribe`, `return`)."""
        raw = UUID(send).bytes
        return base64.b32encode(raw + self._tag(raw, purpose)).decode().rstrip("=").lower()

    def read(self, token: str, purpose: str) -> SendId | None:
        """Returns the send that a token names; None where it is not one of ours."""
        text = token.strip().upper()
        try:
            data = base64.b32decode(text + "=" * (-len(text) % 8))
        except (binascii.Error, ValueError):
            return None
        raw, tag = data[:16], data[16:]
        if len(raw) != 16 or not hmac.compare_digest(tag, self._tag(raw, purpose)):
            return None
        return SendId(str(UUID(bytes=raw)))

    def _tag(self, raw: bytes, purpose: str) -> bytes:
        return hmac.new(self._token_key, purpose.encode() + raw, hashlib.sha256).digest()[:TAG]


def reference(send: SendId, address: str) -> str:
    """Returns the Message-ID, without brackets, under which a send goes out."""
    return f"{send}@{address.rpartition('@')[2] or 'localhost'}"


def send_of(message_id: str) -> SendId | None:
    """Returns the send id within a Message-ID of ours; None for anything else."""
    local = message_id.strip().strip("<>").partition("@")[0]
    try:
        return SendId(str(UUID(local)))
    except ValueError:
        return None
