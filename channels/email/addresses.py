"""Turns an e-mail address as text into what headers and the SMTP envelope may carry.

Called by `message` and `smtp`. Syntax is email-validator's, without DNS: whether an address exists
is the vendor's word. Domains go out as A-labels (RFC 5890), so that only a local part outside
ASCII needs a server with SMTPUTF8 (RFC 6531). A domain of one label (`crm`) is allowed,
since an operator's own mailbox may live there; special-use names (RFC 6761) are refused.
"""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from channels.errors import Unsendable


@dataclass(frozen=True, slots=True)
class Address:
    """`local@domain`, the domain in its ASCII form."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def is_international(self) -> bool:
        """Whether the local part leaves ASCII, so that the server must offer SMTPUTF8."""
        return not self.local.isascii()


def read(text: str, what: str) -> Address:
    """Reads one bare address; `what` names it in the error ("recipient", "sender").

    Raises Unsendable where it is none, a display name or angle brackets included.
    """
    try:
        found = validate_email(
            text,
            check_deliverability=False,
            allow_quoted_local=True,
            allow_domain_literal=True,
            globally_deliverable=False,
        )
    except EmailNotValidError as error:
        raise Unsendable(f"{what} is not an e-mail address: {text[:120]!r}: {error}") from error
    if found.ascii_domain is None:
        raise Unsendable(f"{what} has a domain without an ASCII form: {text[:120]!r}")
    return Address(found.local_part, found.ascii_domain)
