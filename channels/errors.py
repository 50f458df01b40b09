"""What can be wrong before or beside a vendor call. What the vendor does is a receipt, no error.

ChannelError
├── Unsendable     this vendor cannot express the request: fix content or choose another vendor
├── Misconfigured  a setting of the resource is missing or wrong; the text names it
├── Forged         a webhook whose signature is wrong or stale: answer 401, no effect
└── Unreadable     a webhook that is genuine but not understood: keep it, answer 2xx
"""


class ChannelError(Exception):
    """Our own fault, found before anything was on the wire."""


class Unsendable(ChannelError):
    """The vendor cannot express this request."""


class Misconfigured(ChannelError):
    """A setting of the sending resource is missing or wrong."""


class Forged(ChannelError):
    """A webhook failed verification."""


class Unreadable(ChannelError):
    """A webhook is genuine but not understood."""
