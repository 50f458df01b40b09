"""Turns a phone number as somebody wrote it into E.164, its type and its zones.

Called by intake, enrichment and `leadwire inspect phone`; the E.164 form is the key of suppression
and do-not-call, so it must come out the same everywhere. The numbering plans are those of
`phonenumbers`; what stands here is the reading around them: several numbers in one value, letters
that are labels ("Tel.", "mob"), and numbers that a plan's tables forgot.

A comma is no list separator in `read`: in dial strings it is a pause, so a value that holds two
numbers that way names no single one. `read_all` splits on everything.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agents.identity.words import words

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

LONGEST = 250  # characters; longer values are text, not numbers

# The order is that of phonenumbers.PhoneNumberType, the words are ours.
TYPES: dict[int, str] = {
    0: "fixed_line",
    1: "mobile",
    2: "fixed_line_or_mobile",
    3: "toll_free",
    4: "premium_rate",
    5: "shared_cost",
    6: "voip",
    7: "personal_number",
    8: "pager",
    9: "uan",
    10: "voicemail",
    99: "unknown",
}

# Numbers in service that the general pattern of their country's plan leaves out. Benin moved to
# ten digits on 2024-11-30; its Internet numbers kept eight (Google's PhoneNumberMetadata.xml).
KEPT: dict[int, Sequence[tuple[str, re.Pattern[str]]]] = {
    229: [("voip", re.compile(r"857[58]\d{4}"))],
}

# Area codes that cross a zone boundary and whose exchanges the library lumps together: prefix →
# (zone of its other exchanges, exchanges elsewhere, zone there). Newfoundland keeps half an hour
# of its own; Labrador, but for its southern coast, goes with Nova Scotia.
LABRADOR = words(
    "217 280 282 285 413 478 479 497 896 897 898 899 913 922 923 925 933 938 944 945 947"
)
SPLIT = {"1709": ("America/St_Johns", LABRADOR, "America/Halifax")}
# What a national number of the world itself (region 001) can begin with: satellites and networks.
GLOBAL = (800, 808, 870, 878, 881, 882, 883, 888, 979)

LABEL = re.compile(
    r"^\s*(?:tel(?:efon|efono|ephone|éfono|efone)?|phone|ph|fon|mob(?:ile|il|iel)?|cell?(?:ular)?"
    r"|handy|fax|tél(?:éphone)?|t|m|p|тел(?:ефон)?|моб|电话|電話)\s*[.:：]+\s*",
    re.IGNORECASE,
)
LIST = re.compile(r"\s*[;\n\r|]\s*")
LOOSE = re.compile(r"\s*(?:[;\n\r|]|,\s*(?=\+|\(?0|\d{5})|/\s*(?=\+|\(?0)|\bor\b|\bи\b)\s*")


@dataclass(frozen=True, slots=True)
class Phone:
    """What a written number means. `e164` is None unless the number is in service's plan.

    `numbers` holds every valid number found in the value, the chosen one first; `zones` are IANA
    names, empty where the number is not tied to a place (toll-free, satellite).
    """

    value: str
    e164: str | None
    type: str
    zones: tuple[str, ...]
    valid: bool
    why: str
    region: str | None = None
    extension: str | None = None
    numbers: tuple[str, ...] = ()


def read(value: str, region: str | None = None) -> Phone:
    """Reads one number; `region` is the ISO country whose national writing to assume.

    Of a list separated by semicolons, bars or lines the first valid number is taken. Never raises:
    what is no number comes back with `valid` false and the reason in `why`.
    """
    parts = [part for part in LIST.split(value[:LONGEST]) if part]
    found = [_read_one(part, region) for part in parts] or [_nothing(value, "empty")]
    if len(value) > LONGEST:
        return _nothing(value[:40] + "…", f"longer than {LONGEST} characters: text, no number")
    best = next((phone for phone in found if phone.valid), found[0])
    numbers = tuple(dict.fromkeys(phone.e164 for phone in found if phone.e164))
    return _with(best, value=value, numbers=numbers)


def read_all(value: str, region: str | None = None) -> tuple[Phone, ...]:
    """Every valid number in a value, also where commas, slashes or "or" stand between them."""
    parts = [part for part in LOOSE.split(value[:LONGEST]) if part]
    found = [_read_one(part, region) for part in parts]
    unique = {phone.e164: phone for phone in reversed(found) if phone.valid}
    return tuple(reversed(unique.values()))


def _with(phone: Phone, **changes: Any) -> Phone:
    from dataclasses import replace

    return replace(phone, **changes)


def _nothing(value: str, why: str) -> Phone:
    return Phone(value, None, "unknown", (), False, why)


@lru_cache(maxsize=65536)
def _read_one(value: str, region: str | None) -> Phone:
    import phonenumbers

    text = LABEL.sub("", unicodedata.normalize("NFKC", value)).strip()
    known = _country(region) if region else None
    if known == "001" and not text.startswith(("+", "tel:+")):
        return _global(value, text)
    if known and known not in phonenumbers.SUPPORTED_REGIONS:
        return _nothing(value, f"{region} is no country with a numbering plan; use an ISO code")
    try:
        number = phonenumbers.parse(text, known)
    except phonenumbers.NumberParseException:
        begun = zones(re.sub(r"\D", "", text)) if text.startswith("+") else ()
        return Phone(value, None, "unknown", begun, False, _unparsed(text, known))
    return _judge(value, number)


def _country(region: str) -> str:
    """A region as the plans know it; "UK" and "Germany" are what people write."""
    import phonenumbers

    code = region.strip().upper()
    if code in phonenumbers.SUPPORTED_REGIONS or code == "001":
        return code
    from agents.identity import countries

    return countries.read(region) or code


def _global(value: str, text: str) -> Phone:
    """A number of no country, written without its network's code: the one network that has it."""
    tried = [_read_one(f"+{code} {text}", None) for code in GLOBAL]
    found = [phone for phone in tried if phone.valid]
    if len(found) == 1:
        return _with(found[0], value=value)
    return _nothing(value, "begin it with + and its network's code: several networks could have it")


def _judge(value: str, number: "PhoneNumber") -> Phone:
    import phonenumbers

    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    where = zones(e164[1:])
    kind = TYPES.get(phonenumbers.number_type(number), "unknown")
    kind = _kept(number) if kind == "unknown" else kind
    if kind == "unknown":
        return Phone(value, None, kind, where, False, _refused(number), extension=number.extension)
    region = phonenumbers.region_code_for_number(number)
    if region is None:
        region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    return Phone(value, e164, kind, where, True, "in the plan", region, number.extension, (e164,))


def _kept(number: "PhoneNumber") -> str:
    import phonenumbers

    national = phonenumbers.national_significant_number(number)
    for kind, pattern in KEPT.get(number.country_code or 0, ()):
        if pattern.fullmatch(national):
            return kind
    return "unknown"


def zones(digits: str) -> tuple[str, ...]:
    """Zones of the longest known beginning of an international number, given without its plus;
    also for numbers that are not whole. Empty where the beginning belongs to no place."""
    from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

    if digits[:4] in SPLIT and len(digits) >= 7:
        elsewhere, exchanges, zone = SPLIT[digits[:4]]
        return (zone if digits[4:7] in exchanges else elsewhere,)
    for size in range(min(len(digits), TIMEZONE_LONGEST_PREFIX), 0, -1):
        if found := TIMEZONE_DATA.get(digits[:size]):
            return tuple(name for name in found if name != "Etc/Unknown")
    return ()


def _unparsed(text: str, region: str | None) -> str:
    digits = sum(character.isdigit() for character in text)
    if not digits:
        return "holds no digits"
    if region is None and digits >= 5:
        return "written nationally: pass the country it was written in, or begin it with +"
    return "no phone number: " + (
        "too few digits"
        if digits < 5
        else "too many digits"
        if digits > 15
        else "not written as one"
    )


def _refused(number: "PhoneNumber") -> str:
    import phonenumbers

    reasons = {
        phonenumbers.ValidationResult.TOO_SHORT: "too short for its country",
        phonenumbers.ValidationResult.TOO_LONG: "too long for its country",
        phonenumbers.ValidationResult.INVALID_LENGTH: "its country has no numbers of this length",
        phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "no such country code",
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "lacks its area code",
    }
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reasons.get(reason, "its country's plan has no such number")
