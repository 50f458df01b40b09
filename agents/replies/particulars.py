"""Reads exact values out of a reply: whom to write to instead, where to call, when to meet.

`intent.py` calls this with the cues it found; the replies agent uses the values (a new contact, a
hand-over with a number). Only what stands in the text is handed back, as typed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.replies.cues import Found
from agents.replies.folding import Prepared

ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
PHONE = re.compile(r"(?<![\w/.,])(?:\+|00|\()?\d[\d\s\u00a0().\-/]{5,20}\d(?![\w/])")
DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d\d[-/]\d")


@dataclass(frozen=True)
class Particulars:
    """The values of a reply; None or False where it holds none."""

    referral: str | None = None
    meeting: str | None = None
    call_me: str | None = None
    wrong_person: bool = False
    customer: bool = False
    legal_threat: bool = False


def read(prepared: Prepared, found: Sequence[Found]) -> Particulars:
    """Reads the values near the cues that announce them."""
    kinds = {one.cue for one in found}
    meeting = next((one for one in found if one.cue == "meeting"), None)
    return Particulars(
        referral=referral(prepared, found),
        meeting=around(prepared, meeting) if meeting else None,
        call_me=number(prepared, found),
        wrong_person=bool(kinds & {"wrong_person", "gone"}),
        customer="customer" in kinds,
        legal_threat="legal" in kinds,
    )


def around(prepared: Prepared, one: Found) -> str:
    """The sentence of a cue, as typed."""
    return prepared.sentences[prepared.sentence_at(one.start)]


def near(prepared: Prepared, one: Found) -> str:
    """The sentence of a cue and the two after it, as typed."""
    at = prepared.sentence_at(one.start)
    return "\n".join(prepared.sentences[at : at + 3])


def referral(prepared: Prepared, found: Sequence[Found]) -> str | None:
    """The address of somebody else who is to be written to."""
    for one in found:
        if one.cue in ("referral", "wrong_person", "gone", "authority"):
            address = ADDRESS.search(near(prepared, one))
            if address:
                return address.group().rstrip(".")
    return None


def number(prepared: Prepared, found: Sequence[Found]) -> str | None:
    """The number at which the person asks to be called."""
    for one in found:
        if one.cue in ("call_me", "meeting"):
            for phone in PHONE.finditer(near(prepared, one)):
                digits = sum(c.isdigit() for c in phone.group())
                if 7 <= digits <= 15 and not DATE.fullmatch(phone.group().strip()):
                    return phone.group().strip(" .-")
    return None
