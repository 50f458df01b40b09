"""Decides whether a person asks to be left alone: yes, no or doubtful, with the words that say so.

The inbox calls `in_mail` with what the person wrote (never with quoted text: see `visible.py`) and
the subject. Deterministic on purpose: an opt-out is binding, and a false one loses a customer.
*Yes* suppresses. *Doubtful* pauses and asks a person: a request that is limited in time, that asks
for another channel or thing instead, or that only sounds like one. Recall goes before precision
only for the words that the law names (47 CFR 64.1200(a)(10)): alone in a sentence they suffice.

The wordings stand in `words/`, by language; all languages are tried on every text, since people
answer in their own (`wordings.py` says how that stays quick).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from agents.replies import folding, keywords, wordings, words
from agents.replies.folding import Prepared
from agents.replies.wordings import Rule
from agents.replies.words.requests import OFFERS, UNSPACED_OFFERS, Requests

Answer = Literal["yes", "no", "doubtful"]


@dataclass(frozen=True)
class OptOut:
    """The answer, why, and the words that led to it (empty for a plain no)."""

    answer: Answer
    why: str
    words: str


@dataclass(frozen=True)
class Tongue:
    """A language's wordings, ready to be looked for."""

    code: str
    negation: re.Pattern[str]
    until: re.Pattern[str]
    before: re.Pattern[str]
    instead: re.Pattern[str]


class Asked(NamedTuple):
    """A wording found in a text: where, and whose it is."""

    start: int
    end: int
    tongue: Tongue
    rule: Rule


NOTHING = OptOut("no", "no request to be left alone", "")
REPLY_PREFIX = re.compile(
    r"^(?:\s*(?:re|aw|antw|sv|vs|ref|rif|r|odp|ynt|vá|tr|fw|fwd|wg|回复|回覆|返信"
    r"|답장)\s*(?:\[\d{1,3}\])?\s*[:：])+\s*",
    re.IGNORECASE,
)
# Words that show a bare "stop" to be about our messages, or to be a refusal.
ABOUT_MAIL = re.compile(
    r"mail|message|contact|spam|(?<!\w)list|(?<!\w)text|consent|signed? up|subscri|these|nachricht"
    r"|courriel|correo|not interested|no interest|no thank|never|again|any ?more|leave|kein|pas "
    r"|nicht mehr|bothering"
)
# A question why there is no mail, in the languages of the tables.
WHY = re.compile(
    r"\W{0,3}(?:why|how come|warum|wieso|weshalb|pourquoi|por que|porque|perche|waarom|varfor|"
    r"hvorfor|dlaczego|proc|miksi|почему)(?!\w)"
)
OFFER = re.compile(rf"\W{{0,3}}(?:p\.? ?s\.?:? )?(?:{OFFERS})(?!\w)|{UNSPACED_OFFERS}")
OFFERED = 80  # characters between the beginning of an offer and its wording
MYSELF = re.compile(
    r"(?<!\w)(?:i|me|my|we|us|our|ich|mir|mich|uns|je|moi|nous|yo|io|eu|ik|mij)(?!\w)"
)
NOT_WORDS = re.compile(r"[^\w' -]+")
BARE = 60  # characters of a sentence that is nothing but a request
AROUND = 12  # sentences around a bare request that say what it is about
FEW_WORDS = 4  # words around a bare request that do not matter
SURENESS = {"no": 0, "doubtful": 1, "yes": 2}


@cache
def tongues() -> dict[str, Tongue]:
    """Every language's limiting words, read once."""
    return {code: ready(code, requests) for code, requests in words.REQUESTS.items()}


@cache
def index() -> wordings.Index:
    """Every language's wordings, read once."""
    return wordings.Index(
        rule
        for code, requests in words.REQUESTS.items()
        for rule in wordings.rules(code, requests.wordings, requests.parts)
    )


def ready(code: str, requests: Requests) -> Tongue:
    """Reads one language's table."""
    spaced = code not in wordings.UNSPACED

    def pattern(text: str) -> re.Pattern[str]:
        text = wordings.filled(text, requests.parts)
        return re.compile(rf"(?<!\w)(?:{text})" if spaced else text)

    return Tongue(
        code,
        pattern(
            rf"(?:{requests.negation})(?: [\w'-]+){{0,2}}$"
            if spaced
            else f"(?:{requests.negation})$"
        ),
        pattern(requests.until),
        pattern(requests.before),
        pattern(requests.instead),
    )


@cache
def exact() -> frozenset[str]:
    """Whole sentences that are a request, of all languages."""
    return frozenset(s for requests in words.REQUESTS.values() for s in requests.exact)


def in_mail(visible: str, subject: str = "") -> OptOut:
    """Reads what a person wrote, and the subject.

    A subject that only repeats ours behind "Re:" is ours: of such a one just a request in the
    first person or a bare keyword counts.
    """
    found = in_text(visible)
    if found.answer == "yes" or not subject.strip():
        return found
    titled = in_subject(subject, bool(visible.strip()))
    return titled if titled.answer == "yes" or found.answer == "no" else found


def in_message(
    text: str, *, channel: str = "sms", vendor: str | None = None, language: str | None = None
) -> OptOut:
    """Reads a short message: by the vendor's keywords first, then like a mail.

    A keyword of other vendors or of the law counts too, although this vendor will not act on it:
    what counts is what a reasonable person would understand (47 CFR 64.1200(a)(10)).
    """
    keyword = keywords.match(text, channel=channel, vendor=vendor, language=language)
    if keyword is not None and keyword.kind != "opt_out":
        return OptOut("no", f"the keyword for {keyword.kind}", text.strip())
    if keyword is not None:
        return OptOut("yes", f"the keyword {keyword.keyword}", text.strip())
    other = keywords.match(text, channel=channel, language=language)
    if other is not None and other.kind == "opt_out":
        return OptOut("yes", f"a keyword, though none of {vendor}'s", text.strip())
    return in_mail(text)


def in_subject(subject: str, body: bool) -> OptOut:
    """Reads a subject line."""
    bare = REPLY_PREFIX.sub("", subject[:400])
    found = in_text(bare)
    if found.answer == "no":
        return found
    return OptOut(found.answer, f"{found.why}, in the subject", found.words)


def in_text(text: str) -> OptOut:
    """Reads one text: the surest request in it decides."""
    prepared = folding.prepare(text)
    best = by_sentence(prepared)
    for asked in decisive(wordings_in(prepared)):
        if best.answer == "yes":
            break
        best = max(best, judged(prepared, asked), key=lambda verdict: SURENESS[verdict.answer])
    return best


def wordings_in(prepared: Prepared) -> list[Asked]:
    """All wordings of all languages in a text, in its order, the longest first at each place."""
    found = [
        Asked(match.start(), match.end(), tongues()[rule.language], rule)
        for rule, match in index().matches(prepared.folded)
    ]
    return sorted(found, key=lambda one: (one.start, -one.end))


def decisive(found: list[Asked]) -> Iterator[Asked]:
    """Of wordings that overlap, yields the longest.

    Another language may know only a part of a wording, and would miss the words that limit it.
    """
    best: Asked | None = None
    for one in found:
        if best is not None and one.start >= best.end:
            yield best
            best = None
        if best is None or one.end - one.start > best.end - best.start:
            best = one
    if best is not None:
        yield best


def judged(prepared: Prepared, asked: Asked) -> OptOut:
    """Weighs one wording by the sentence around it."""
    first, last = prepared.bounds(asked.start)
    before = prepared.folded[first : asked.start].rstrip(" ,")
    after = prepared.folded[asked.end : last]
    tongue, kind = asked.tongue, asked.rule.kind
    words = prepared.typed(asked.start, asked.end)
    if tongue.negation.search(before) or WHY.match(before) or offered(prepared, asked):
        return NOTHING
    if kind == "plea":
        return OptOut("doubtful", "sounds like a request to be left alone", words)
    if kind == "formal":
        return OptOut("yes", "uses a right against further contact", words)
    return limited(asked, prepared.folded[asked.start : last], after, words)


def offered(prepared: Prepared, asked: Asked) -> bool:
    """Tells whether a sentence offers what a person would ask for, as a sender's footer does.

    "If you do not stop writing to me" begins like an offer; wordings that begin there are none.
    """
    first, last = prepared.bounds(asked.start)
    near = asked.start - first <= OFFERED
    if asked.start == first and is_their_question(prepared.folded[first:last]):
        return True
    threat = asked.start == first and prepared.folded.startswith(("if you", "unless you"), first)
    return near and not threat and OFFER.match(prepared.folded, first, last) is not None


def is_their_question(sentence: str) -> bool:
    """Tells whether a sentence asks somebody else: a footer asks "Don't want these mails?"."""
    return sentence.endswith("?") and not MYSELF.search(sentence)


def limited(asked: Asked, sentence: str, after: str, words: str) -> OptOut:
    """Weighs what limits a request: a time, a time of day, something else asked for instead."""
    tongue, silence = asked.tongue, asked.rule.kind == "silence"
    if silence and tongue.before.search(after):
        return NOTHING
    if silence and tongue.until.search(sentence):
        return OptOut("doubtful", "asks for silence, but only for a time", words)
    if tongue.instead.search(after):
        return OptOut("doubtful", "asks for something else instead", words)
    reason = "asks for no further messages" if silence else "asks to be removed"
    return OptOut("yes", f"{reason} ({tongue.code})", words)


def by_sentence(prepared: Prepared) -> OptOut:
    """Looks for a sentence that is a request and nothing else; a question is none ("Stop?")."""
    folded = prepared.folded.split("\n")
    best = NOTHING
    for index, sentence in enumerate(folded):
        if len(sentence) > BARE or sentence.endswith(("?", "？")):
            continue
        bare = " ".join(NOT_WORDS.sub(" ", sentence).split()).strip("' -")
        if bare in exact():
            best = max(best, alone(prepared, folded, index), key=lambda v: SURENESS[v.answer])
    return best


def alone(prepared: Prepared, folded: list[str], index: int) -> OptOut:
    """Weighs a bare request: sure where the message is short or is about messages."""
    words = prepared.sentences[index]
    near = folded[max(0, index - AROUND) : index] + folded[index + 1 : index + 1 + AROUND]
    rest = " ".join(near)
    above = folded[index - 1] if index else ""
    if is_their_question(above) and ABOUT_MAIL.search(above):
        return OptOut("doubtful", "a bare request below a question, as in a footer", words)
    if len(rest.split()) <= FEW_WORDS or ABOUT_MAIL.search(rest):
        return OptOut("yes", "a bare request", words)
    return OptOut("doubtful", "a bare request among other things", words)
