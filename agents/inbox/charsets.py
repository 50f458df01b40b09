"""Bytes of a declared or undeclared charset into text that any store can hold.

Called by the header and MIME readers. A wrong declaration is common (utf-8 sent as us-ascii,
windows-1252 sent as iso-8859-1, names that no registry knows), and a message is never lost over
one: what cannot be decoded becomes U+FFFD, and only after the likelier charsets were tried.
"""

import codecs
import re
from functools import lru_cache

# Names that senders use and Python does not know; the right side is Python's name.
ALIASES = {
    "x-unknown": "",
    "unknown": "",
    "unknown-8bit": "",
    "none": "",
    "default": "",
    "default_charset": "",
    "8bit": "",
    "binary": "",
    "ansi_x3.110-1983": "latin-1",
    "utf8": "utf-8",
    "utf-8mb4": "utf-8",
    "ufs-8": "utf-8",
    "uft-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-2-0-utf-8": "utf-8",
    "x-sjis": "cp932",
    "x-ms-cp932": "cp932",
    "windows-31j": "cp932",
    "shift-jis": "cp932",
    "shift_jis": "cp932",
    "x-euc-jp": "euc-jp",
    "cp-850": "cp850",
    "x-mac-roman": "mac-roman",
    "x-windows-949": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "x-gbk": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-big5": "big5hkscs",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-1": "cp1252",  # mail says latin-1 and means windows-1252; so do browsers
    "latin1": "cp1252",
    "us-ascii": "ascii",
    "ansi": "cp1252",
    "x-ansi": "cp1252",
}

# Byte-to-byte and text-to-text codecs that Python also lists as encodings.
NOT_TEXT = frozenset({"base64", "hex", "bz2", "zlib", "zip", "rot13", "quopri", "uu", "idna"})

# Control characters without a place in mail text, and halves of surrogate pairs: stores refuse
# both.
CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def decode(data: bytes, charset: str = "") -> str:
    """Text of `data`: by the declared charset, else UTF-8, else windows-1252; never raises.

    `charset` is the declared name or empty. The result holds no NUL, no other control character
    but tab, newline and carriage return, and no surrogate.
    """
    if data.isascii() and clean(data) and not shifting(charset):
        return data.decode("ascii")
    return storable(decoded(data, python_name(charset)))


def clean(data: bytes) -> bool:
    """Whether no control character stands in the data, the shift to another charset among them."""
    return len(data.translate(None, CONTROLS)) == len(data)


@lru_cache(maxsize=512)
def shifting(charset: str) -> bool:
    """Whether ASCII bytes of a charset may stand for something else."""
    name = python_name(charset)
    return name.startswith(
        ("utf-7", "utf_7", "utf-16", "utf-32", "utf_16", "utf_32", "hz", "cp037")
    )


def decoded(data: bytes, name: str) -> str:
    candidates = [name] if name else ["iso-2022-jp"] if escapes(data) else []
    for candidate in [*candidates, "utf-8"]:
        try:
            return data.decode(candidate)
        except (UnicodeError, LookupError, ValueError):
            continue
    # Mostly UTF-8 with a broken character somewhere reads better with U+FFFD than as windows-1252.
    lenient = data.decode("utf-8", "replace")
    if multibyte(name) or lenient.count("\ufffd") * 4 < non_ascii(data):
        return data.decode(name, "replace") if multibyte(name) else lenient
    return data.decode("cp1252", "replace")


def multibyte(name: str) -> bool:
    """Whether a declared charset is to be believed although a few bytes break it."""
    return name not in ("", "ascii", "utf-8", "cp1252", "utf-7")


def non_ascii(data: bytes) -> int:
    return len(data) - len(data.translate(None, bytes(range(128, 256))))


def escapes(data: bytes) -> bool:
    """Whether ISO-2022-JP's shift sequences stand in the data."""
    return b"\x1b$" in data


@lru_cache(maxsize=512)
def python_name(charset: str) -> str:
    """Python's name for a declared charset; empty where it is unknown or names no charset."""
    wanted = charset.strip().strip("\"'").strip().lower()[:40]
    wanted = ALIASES.get(wanted, wanted)
    if not wanted or not wanted.isascii():
        return ""
    try:
        info = codecs.lookup(wanted)
    except (LookupError, ValueError):
        return ""
    if wanted.startswith(("unicode_escape", "raw_unicode", "undefined", "punycode", "mbcs", "oem")):
        return ""
    return "" if info.name in NOT_TEXT else info.name


def storable(text: str) -> str:
    """The text without what no store can hold: NUL, control characters, lone surrogates."""
    return UNSTORABLE.sub("", text)
