"""When an absent person is back, and who stands in, from the words of an absence notice.

`read` is called for automatic answers with subject and visible text. The answer is the first day on
which the person is not said to be away: the day after an inclusive end ("bis einschließlich
12. Juli", "through Friday", "по 12 июля"), else the day that is named. A day on which somebody is
*back* counts before a day *until* which they are away, and the day on which the absence begins
never counts. A day that lies behind the message is no return date: the notice is stale.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agents.inbox import dates, headers
from agents.inbox import returning_words as words
from agents.inbox.dates import Locale, Mention

TEXT = 4_000  # characters of a notice that are read
LONGEST = 730  # days; a return further away is a misreading

US_ZONES = range(-10, -4)  # hours west of Greenwich where numbers are written month first
MONTH_FIRST = frozenset({"us", "gov", "mil", "edu", "ph", "jp", "cn", "kr", "tw", "hu"})
GENERIC = frozenset({"io", "co", "ai", "tv", "me", "cc", "eu"})  # of no one country


@dataclass(frozen=True)
class Returning:
    """The first day back, who stands in (an address, else a name), and how both were found."""

    day: date | None
    deputy: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A day that may be the return, with its weight and the words it came from."""

    day: date
    weight: int
    why: str


def read(text: str, *, written: datetime | None, sender: str = "") -> Returning:
    """Return date and deputy of an absence notice.

    `written` (aware) is the message's own date in its own zone; without it no relative date can be
    resolved and only the deputy is looked for. `sender` is the writer's address.
    """
    text = words.SENT_LINE.sub("", text[:TEXT])
    deputy = deputy_of(text, sender)
    if written is None:
        return Returning(None, deputy, ("no date to reckon from",))
    day, why = day_of(text, written, sender)
    return Returning(day, deputy, why)


def day_of(text: str, written: datetime, sender: str) -> tuple[date | None, tuple[str, ...]]:
    found = dates.mentions(text, written.date(), locale_of(text, written, sender))
    candidates = [c for m in found for c in candidates_of(text, m, found)]
    if not candidates:
        return None, ()
    ahead = [
        c for c in candidates if written.date() < c.day <= written.date() + timedelta(days=LONGEST)
    ]
    if not ahead:
        return None, (f"the day named, {candidates[0].day}, has passed",)
    best = max(c.weight for c in ahead)
    chosen = max((c for c in ahead if c.weight == best), key=lambda candidate: candidate.day)
    return chosen.day, (f"back {chosen.day}: {chosen.why}",)


def candidates_of(text: str, mention: Mention, found: tuple[Mention, ...]) -> list[Candidate]:
    """What one date says of the return: nothing, or a day and a weight."""
    left = clause_before(text, mention.start)
    right = clause_after(text, mention.end)
    stated = text[mention.start : mention.end].strip()
    note = f"{stated!r}{' (' + mention.why + ')' if mention.why else ''}"
    if words.CITED.search(left) or (mention.kind == "span" and not counted(left)):
        return []
    inclusive = bool(
        words.INCLUSIVE_BEFORE.search(left[-45:]) or words.INCLUSIVE_AFTER.match(right)
    )
    back = says_back(left, right, text, mention, found)
    if mention.kind != "span" and later_than(left, text):
        return [Candidate(mention.day + timedelta(days=1), 3, f"after {note}")]
    if words.UNTIL.search(left[-60:]) or inclusive:
        later = timedelta(days=1 if inclusive and not back_until(left) else 0)
        return [Candidate(mention.day + later, 3 if back_until(left) else 2, f"until {note}")]
    if back or reachable_from(left, right):
        return [Candidate(mention.day, 3, note)]
    if words.STARTING.search(left[-30:]) or words.STARTING_AFTER.match(right):
        return []
    bare = mention.kind == "relative" and len(found) > 1
    return [] if bare else [Candidate(mention.day, 1, note)]


def reachable_from(left: str, right: str) -> bool:
    """ "available from Monday": a beginning, but of being there."""
    clause = left[-60:] + right[:60]
    return bool(
        words.STARTING.search(left[-30:])
        and words.REACHABLE.search(clause)
        and not words.NEGATED.search(clause)
    )


def later_than(left: str, text: str) -> bool:
    """Whether the words right before a date say *after*."""
    if words.AFTER_DUTCH.search(left[-20:]):
        return len(words.DUTCH.findall(text)) >= 2
    return bool(words.AFTER.search(left[-20:]))


def counted(left: str) -> bool:
    return bool(words.COUNTED.search(left[-40:])) and not words.REPLYING.search(left)


def back_until(left: str) -> bool:
    """Whether it is the return that has to wait ("not back until Monday"): that day is the day."""
    return bool(words.BACK.search(left)) and not words.NOT_BACK.search(left)


def says_back(
    left: str, right: str, text: str, mention: Mention, found: tuple[Mention, ...]
) -> bool:
    """Whether words of return belong to this date: before it in its clause, or right behind it."""
    before = left[-90:]
    previous = [m.end for m in found if m.end <= mention.start]
    if previous:
        before = before[-(mention.start - max(previous)) :] if mention.start > max(previous) else ""
    following = [m.start for m in found if m.start >= mention.end]
    behind = right[: (min(following) - mention.end)] if following else right
    return any(
        words.BACK.search(part) and not words.NOT_BACK.search(part)
        for part in (before, behind[:60])
    )


def clause_before(text: str, end: int) -> str:
    """The words of the clause that stand before a date."""
    window = text[max(0, end - 160) : end]
    cuts = [
        match.end() for match in words.CLAUSE.finditer(window) if not abbreviation(window, match)
    ]
    return window[cuts[-1] :] if cuts else window


def clause_after(text: str, start: int) -> str:
    window = text[start : start + 120]
    for match in words.CLAUSE.finditer(window):
        if match.start() > 0 or match[0] not in (".",):
            return window[: match.start()]
    return window


def abbreviation(window: str, match: re.Match[str]) -> bool:
    """A full stop that ends no clause: after a number or a short word, or without a blank."""
    if match[0] != ".":
        return False
    after = window[match.end() : match.end() + 1]
    before = re.search(r"(\w+)\Z", window[: match.start()])
    word = before[1].lower() if before else ""
    short = word.isdigit() or len(word) == 1 or word in words.ABBREVIATED
    return bool(after and not after.isspace()) or short


def locale_of(text: str, written: datetime, sender: str) -> Locale:
    """The order of day and month that the sender's country, language or clock suggests."""
    country = sender.rpartition("@")[2].rpartition(".")[2].lower()
    if country in MONTH_FIRST:
        return Locale("md", f"by the sender's domain .{country}")
    if country == "ca":
        return Locale("md" if english(text) else "dm", "as written in Canada")
    if country and country not in GENERIC and len(country) == 2:
        return Locale("dm", f"by the sender's domain .{country}")
    if not english(text):
        return Locale("dm", "by the language of the text")
    offset = written.utcoffset()
    hours = offset.total_seconds() / 3600 if offset is not None else 0
    if int(hours) in US_ZONES and written.tzinfo is not None:
        return Locale("md", "by the clock of the message")
    return Locale("dm" if hours else "", "by the clock of the message")


def english(text: str) -> bool:
    """Whether a text is English, by its commonest words."""
    here, elsewhere = len(words.ENGLISH.findall(text)), len(words.NOT_ENGLISH.findall(text))
    return here > 2 * elsewhere or (here >= elsewhere and text.isascii())


def deputy_of(text: str, sender: str) -> str:
    """Who is to be written to instead: an address after words that refer to somebody, or a name."""
    own = sender.lower()
    for address in headers.find_addresses(text, 10):
        position = text.find(address)
        if address.lower() != own and words.REFERRING.search(
            text[max(0, position - 200) : position]
        ):
            return address
    named = words.NAMED.search(text)
    return named[1].strip(" .,") if named else ""
