"""Classifies what a reply means by rules: the deterministic twin of the model's classification.

The replies agent and `leadwire inspect` call `classify` with what the person wrote. It finds *cues*
(wordings with a weight, `intent_words.py` and its neighbours, by language), adds them up to one of
six labels (spec 7.4), and hands back the words that led there, so that a marketer can see why. What
needs exact values (the address of a referral, a number to call, a proposed time) is read by
`particulars.py`; whether the person asks to be left alone is decided by `opt_out.py` alone.

The confidence is calibrated: of the answers given with 0.8, about eight in ten should be right.
`calibration.py` holds the table, fitted on a part of our own labelled replies that no rule was
checked against; `tests/agents/replies/figures.py` prints the reliability on another part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from agents.replies import calibration, cues, folding, opt_out, particulars
from agents.replies.cues import Found
from agents.replies.wordings import Cue, Label, Objection

Urgency = Literal["high", "medium", "low"]

READ = 20_000  # characters that are read for intentions; nobody says it first after that


@dataclass(frozen=True)
class Intent:
    """What a reply means. `confidence` is the share of such answers that are right."""

    label: Label
    sentiment: float
    objection: Objection | None
    key_phrases: tuple[str, ...]
    confidence: float
    recommended_action: str
    tone: str
    urgency: Urgency
    why: str
    referral: str | None = None  # the address to write to instead
    meeting: str | None = None  # the words that propose a meeting or a call
    call_me: str | None = None  # the number to call, as typed
    wrong_person: bool = False
    customer: bool = False
    legal_threat: bool = False


@dataclass(frozen=True)
class Scores:
    """What the cues add up to, by label and by objection."""

    labels: dict[Label, float]
    objections: dict[Objection, float]

    def ranked(self) -> list[tuple[float, Label]]:
        """Labels by score, the highest first; ties go to the more cautious one."""
        order: tuple[Label, ...] = (
            "negative", "bounce", "out_of_office", "objection", "positive", "neutral",
        )  # fmt: skip
        return sorted(((self.labels[x], x) for x in order), key=lambda row: -row[0])


def classify(text: str, *, subject: str = "", asked: opt_out.OptOut | None = None) -> Intent:
    """Classifies what a person wrote; `subject` counts where it is not a mere "Re:".

    `asked` is what `opt_out.in_mail` said of the same text, where the caller has asked already.
    """
    own_subject = "" if opt_out.REPLY_PREFIX.match(subject) else subject[:400]
    prepared = folding.prepare(f"{own_subject}\n\n{text[:READ]}" if own_subject else text[:READ])
    found = cues.find(prepared)
    asked = asked or opt_out.in_mail(text, subject)
    scores = add_up(found, asked)
    ranked = scores.ranked()
    label = ranked[0][1] if ranked[0][0] > 0 else "neutral"
    automatic = label in ("out_of_office", "bounce")
    details = particulars.Particulars() if automatic else particulars.read(prepared, found)
    objection = strongest(scores.objections) if label == "objection" else None
    return Intent(
        label=label,
        sentiment=sentiment(found, asked, label),
        objection=objection,
        key_phrases=phrases(found, asked),
        confidence=calibration.confidence(ranked[0][0], ranked[1][0]),
        recommended_action=action(label, objection, details, asked),
        tone=tone(label, found),
        urgency=urgency(label, details, asked),
        why=reason(label, found, asked),
        referral=details.referral,
        meeting=details.meeting,
        call_me=details.call_me,
        wrong_person=details.wrong_person,
        customer=details.customer,
        legal_threat=details.legal_threat,
    )


def add_up(found: Sequence[Found], asked: opt_out.OptOut) -> Scores:
    """Adds the cues up. The strongest cue of a kind counts whole, further ones half."""
    labels: dict[Label, float] = dict.fromkeys(get_args(Label), 0.0)
    objections: dict[Objection, float] = dict.fromkeys(get_args(Objection), 0.0)
    seen: set[Cue] = set()
    for one in sorted(found, key=lambda f: -f.weight):
        worth = one.weight * (0.5 if one.cue in seen else 1.0)
        seen.add(one.cue)
        for label, share in cues.LABELS[one.cue].items():
            labels[label] += worth * share
        if one.cue in cues.OBJECTIONS:
            objections[cues.OBJECTIONS[one.cue]] += worth
    if asked.answer == "yes":
        labels["negative"] += 6
    elif asked.answer == "doubtful":
        labels["negative"] += 2
    return Scores(labels, objections)


def strongest(scores: dict[Objection, float]) -> Objection:
    """The objection with the highest score; the first of the vocabulary among equals."""
    return max(scores, key=lambda name: scores[name])


def sentiment(found: Sequence[Found], asked: opt_out.OptOut, label: Label) -> float:
    """From -1 to 1: the friendly against the unfriendly cues; automatic answers have none."""
    if label in ("out_of_office", "bounce"):
        return 0.0
    total = sum(one.weight * cues.MOOD[one.cue] for one in found)
    total -= {"yes": 3.0, "doubtful": 2.0, "no": 0.0}[asked.answer]
    return round(max(-1.0, min(1.0, total / (2.0 + abs(total)) * 1.4)), 2)


def phrases(found: Sequence[Found], asked: opt_out.OptOut) -> tuple[str, ...]:
    """The words that carry the meaning, the weightiest first, at most six."""
    words = [asked.words] if asked.words else []
    words += [one.words for one in sorted(found, key=lambda f: -f.weight)]
    return tuple(dict.fromkeys(words))[:6]


def action(
    label: Label, objection: str | None, details: particulars.Particulars, asked: opt_out.OptOut
) -> str:
    """What an operator should do next (spec 7.4)."""
    if asked.answer == "yes":
        return "suppress"
    if details.legal_threat or asked.answer == "doubtful":
        return "ask_a_person"
    if details.referral:
        return "write_to_referral"
    if details.customer:
        return "hand_to_account_manager"
    if label == "positive":
        return (
            "call" if details.call_me else "book_meeting" if details.meeting else "send_information"
        )
    if label == "objection":
        return f"answer_{objection}_objection"
    return {
        "negative": "do_not_contact",
        "out_of_office": "hold_until_return",
        "bounce": "handle_bounce",
        "neutral": "quiet_follow_up",
    }[label]


def tone(label: Label, found: Sequence[Found]) -> str:
    """How an answer should sound."""
    if any(one.cue in ("hostile", "legal") for one in found):
        return "formal and brief"
    return {
        "positive": "warm and concrete",
        "objection": "understanding and specific",
        "negative": "brief and respectful",
    }.get(label, "plain")


def urgency(label: Label, details: particulars.Particulars, asked: opt_out.OptOut) -> Urgency:
    """How soon somebody should act."""
    if asked.answer != "no" or details.legal_threat or label == "positive":
        return "high"
    return "medium" if label == "objection" or details.referral or details.customer else "low"


def reason(label: Label, found: Sequence[Found], asked: opt_out.OptOut) -> str:
    """One line: the words that led to the label."""
    parts = [f"{asked.why}: {asked.words!r}"] if asked.answer != "no" else []
    parts += [
        f"{one.cue.replace('_', ' ')}: {one.words!r}"
        for one in sorted(found, key=lambda f: -f.weight)[:5]
    ]
    return f"{label} by " + "; ".join(parts) if parts else f"{label}: no telling words"
