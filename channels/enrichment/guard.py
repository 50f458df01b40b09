"""What may be read at all: URLs and addresses judged before anything is sent (SSRF).

A lead's website is a stranger's text, and so is every redirect. Both must not lead this process to
its own machine, network or cloud. Pure; `web.py` asks it about each URL and about each address that
a name led to, and connects to that very address, so that a second answer of a name server changes
nothing (rebinding). facts/reliability F has the sources of the rules.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

LONGEST = 2000
PORTS = {"http": 80, "https": 443}
"""Sites of businesses stand there; elsewhere stand services of machines."""
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
LAST = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
"""A top-level domain begins with a letter, so that no way to write a number is one."""
LOCAL = frozenset(
    [
        *("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp"),
        *("private", "onion", "invalid", "arpa"),
    ]
)
"""Last labels that name machines near us, or nothing."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

CLOSED: Sequence[Network] = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
        *("192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # a cloud's metadata on a public address (Azure)
        *("::/96", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16"),
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "64:ff9b:1::/48"),
    )
)
"""Special-purpose blocks (IANA's two registries) and what clouds keep for themselves. The standard
library's `is_global` is asked as well; it changed with Python's releases."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A URL that may be looked at: its parts, the host in ASCII, and the request's target."""

    scheme: str
    host: str
    target: str

    @property
    def port(self) -> int:
        """Where the scheme is served."""
        return PORTS[self.scheme]

    @property
    def url(self) -> str:
        """The URL in one form, without fragment."""
        return f"{self.scheme}://{self.host}{self.target}"


class Forbidden(ValueError):
    """The URL or address must not be read; the text says why."""


def place(url: str) -> Place:
    """Returns the parts of a URL that may be read; raises Forbidden."""
    text = url.strip()
    if len(text) > LONGEST or re.search(r"[\x00-\x20\x7f\\]", text):
        raise Forbidden("the URL is too long, or holds blanks, backslashes or control characters")
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise Forbidden(f"it is no URL: {error}") from None
    if parts.scheme not in PORTS:
        raise Forbidden(f"only http and https are read, not {parts.scheme or 'nothing'!r}")
    if "@" in parts.netloc:
        raise Forbidden("the URL carries a user name")
    if port not in (None, PORTS[parts.scheme]):
        raise Forbidden(f"only the ports 80 and 443 are read, not {port}")
    query = f"?{_quoted(parts.query)}" if parts.query else ""
    return Place(
        scheme=parts.scheme,
        host=_host(host),
        target=(_quoted(parts.path) or "/") + query,
    )


def _quoted(text: str) -> str:
    return quote(text, safe="/%:@!$&'()*+,;=~-._?[]|")


def _host(written: str) -> str:
    """The host in ASCII; raises Forbidden for what names no public site."""
    folded = unicodedata.normalize("NFKC", unquote(written)).casefold().rstrip(".")
    folded = folded.replace("。", ".")
    try:
        host = folded if folded.isascii() else folded.encode("idna").decode()
    except UnicodeError:
        raise Forbidden(f"{written!r} is no international name (IDNA)") from None
    labels = host.split(".")
    if "%" in written or not all(LABEL.fullmatch(label) for label in labels) or len(host) > 253:
        raise Forbidden(f"{written!r} is no host name; a site has a name, not a number")
    if len(labels) < 2 or not LAST.fullmatch(labels[-1]):
        raise Forbidden(f"{written!r} names no public site")
    if labels[-1] in LOCAL:
        raise Forbidden(f"{written!r} names a machine near us (.{labels[-1]})")
    return host


def addresses(found: Sequence[str]) -> tuple[str, ...]:
    """Returns the addresses of a host, IPv4 first; raises Forbidden if one of them is not public:
    a name with both kinds is made to be read by chance."""
    judged = [_address(text) for text in found]
    if not judged:
        raise Forbidden("the name has no address")
    return tuple(str(one) for one in sorted(judged, key=lambda one: one.version))


def _address(text: str) -> Address:
    if "%" in text:
        raise Forbidden(f"{text} is an address of one link")
    try:
        written = ipaddress.ip_address(text)
    except ValueError:
        raise Forbidden(f"{text!r} is no address") from None
    for one in (written, *_within(written)):
        if not one.is_global or one.is_multicast or any(one in closed for closed in _closed(one)):
            raise Forbidden(f"{text} is not on the public Internet")
    return written


def _closed(one: Address) -> Sequence[Network]:
    return [network for network in CLOSED if network.version == one.version]


def _within(one: Address) -> tuple[ipaddress.IPv4Address, ...]:
    """IPv4 addresses that an IPv6 one leads to: mapped, 6to4, Teredo (both ends), NAT64."""
    if isinstance(one, ipaddress.IPv4Address):
        return ()
    found = [one.ipv4_mapped, one.sixtofour, *(one.teredo or ())]
    if one in NAT64:
        found.append(ipaddress.IPv4Address(int(one) & 0xFFFFFFFF))
    return tuple(inner for inner in found if inner is not None)
