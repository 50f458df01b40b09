"""The shape of a language's table of requests to be left alone; `opt_out.py` reads them.

Kinds of wordings:

- `removal`: asks to be taken off ("remove me from your list"); a negation before it turns it round;
- `silence`: asks for no further messages ("do not write to me again"); a time limit or another
  channel in the same sentence makes it doubtful;
- `formal`: uses a right (objection, erasure, withdrawal of consent);
- `plea`: only sounds like one ("enough already"): doubtful by itself.

Near misses are kept out by asking who is to be left alone (me, us, this address) and from what
(messages, a list), never by a list of exceptions.
"""

from dataclasses import dataclass

from agents.replies.wordings import Wordings


@dataclass(frozen=True)
class Requests:
    """A language's wordings, with the words that turn, limit or redirect a request."""

    parts: dict[str, str]
    wordings: tuple[Wordings, ...]
    negation: str  # right before a request: it is not made
    until: str  # after it: silence for a time only
    before: str  # after it: a time of day to keep clear of; no request for silence at all
    instead: str  # after it: another channel, thing or address is asked for
    exact: tuple[str, ...]  # whole sentences that are a request, folded


# How a sender's footer offers what a person asks for: sentences that begin so are not the person's,
# even where a quotation could not be told from what they wrote. Folded; `{0,…}` bounds the gap
# between the beginning and the wording.
OFFERS = (
    r"(?:in order )?to (?:unsub|opt|stop|be |cancel|avoid|end|no longer|not |remove|get off)\w*"
    r"|if you|should you|would you (?:like|prefer|rather)|do you (?:want|wish)"
    r"|(?:please )?(?:click|follow|use|visit|tap|press|reply|txt|text|send) "
    r"[^\n]{0,40}(?:to|stop|remove)|you (?:can|may) (?:also |always )?(?:unsub|opt)\w*"
    r"|wenn (?:sie|du|ihr)|falls (?:sie|du|ihr)|sollten sie|mochten sie|sie mochten|um sich"
    r"|hier konnen sie|si vous|pour (?:vous|ne plus)|vous (?:pouvez|ne souhaitez)"
    r"|si (?:no )?(?:desea|quiere|deseas|quieres)|para (?:darse|dejar|no recibir|cancelar)"
    r"|puede darse|se (?:non )?(?:desidera|vuole|desideri|vuoi)|per (?:cancellarsi|disiscriversi)"
    r"|se (?:nao )?(?:deseja|quiser|pretender)|als (?:u|je|jullie)|indien u|mocht u"
    r"|wilt (?:u|je) geen|om (?:du|ni)|vill du|hvis (?:du|dere|i)|onsker du|vil du|jesli|aby"
    r"|pokud|jos|если (?:вы|ты)|чтобы"
)

# The same in scripts without spaces, anywhere in the sentence.
UNSPACED_OFFERS = r"[^\n]{0,60}(?:如果|若)[您你]|[^\n]{0,60}(?:場合|ご希望でな)"
