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
from dataclasses import dataclass
from functools import cache
from typing import Literal

from agents.replies import folding, wordings, words
from agents.replies.folding import Prepared
from agents.replies.wordings import Rule
from agents.replies.words.requests import Requests

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
    rules: tuple[Rule, ...]
    negation: re.Pattern[str]
    until: re.Pattern[str]
    before: re.Pattern[str]
    instead: re.Pattern[str]


NOTHING = OptOut("no", "no request to be left alone", "")
REPLY_PREFIX = re.compile(
    r"^(?:\s*(?:re|aw|antw|sv|vs|ref|rif|r|odp|ynt|vá|tr|fw|fwd|wg|回复|回覆|返信"
    r"|답장)\s*(?:\[\d{1,3}\])?\s*[:：])+\s*",
    re.IGNORECASE,
)
ABOUT_MAIL = re.compile(
    r"mail|message|contact|spam|list|write|text|consent|signed up|subscri|these|nachricht"
    r"|courriel|correo"
)
FEW_WORDS = 12


@cache
def tongues() -> tuple[Tongue, ...]:
    """Every language's wordings, read once."""
    return tuple(ready(code, requests) for code, requests in words.REQUESTS.items())


def ready(code: str, requests: Requests) -> Tongue:
    """Reads one language's table."""
    spaced = code not in wordings.UNSPACED

    def pattern(text: str) -> re.Pattern[str]:
        text = wordings.filled(text, requests.parts)
        return re.compile(rf"(?<!\w)(?:{text})" if spaced else text)

    return Tongue(
        code,
        tuple(wordings.rules(code, requests.wordings, requests.parts)),
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
    if best.answer == "yes":
        return best
    for tongue in tongues():
        for rule in tongue.rules:
            for found in rule.matches(prepared.folded):
                verdict = judged(prepared, tongue, rule, found)
                if verdict.answer == "yes":
                    return verdict
                best = verdict if best.answer == "no" else best
    return best


def judged(prepared: Prepared, tongue: Tongue, rule: Rule, found: re.Match[str]) -> OptOut:
    """Weighs one wording by the sentence around it."""
    start, end = prepared.bounds(found.start())
    words = prepared.typed(found.start(), found.end())
    before, after = prepared.folded[start : found.start()], prepared.folded[found.end() : end]
    if rule.kind == "plea":
        return OptOut("doubtful", "sounds like a request to be left alone", words)
    if tongue.negation.search(before.rstrip(" ,")):
        return NOTHING
    if rule.kind == "formal":
        return OptOut("yes", "uses a right against further contact", words)
    if rule.kind == "silence" and tongue.before.search(after):
        return NOTHING
    if rule.kind == "silence" and tongue.until.search(after):
        return OptOut("doubtful", "asks for silence, but only for a time", words)
    if tongue.instead.search(after):
        return OptOut("doubtful", "asks for something else instead", words)
    reason = "asks to be removed" if rule.kind == "removal" else "asks for no further messages"
    return OptOut("yes", f"{reason} ({tongue.code})", words)


def by_sentence(prepared: Prepared) -> OptOut:
    """Looks for a sentence that is a request and nothing else."""
    folded = prepared.folded.split("\n")
    for index, sentence in enumerate(folded):
        if len(sentence) > 60:
            continue
        bare = re.sub(r"[^\w' -]+", " ", sentence).strip(" '-")
        if " ".join(bare.split()) in exact():
            return alone(prepared, folded, index)
    return NOTHING


def alone(prepared: Prepared, folded: list[str], index: int) -> OptOut:
    """Weighs a bare request: sure where the message is short or is about messages."""
    words = prepared.sentences[index]
    rest = " ".join(folded[:index] + folded[index + 1 :])
    if len(rest.split()) <= FEW_WORDS or ABOUT_MAIL.search(rest):
        return OptOut("yes", "a bare request", words)
    return OptOut("doubtful", "a bare request among other things", words)
