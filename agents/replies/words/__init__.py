"""The wordings of each language, by ISO 639-1 code.

`REQUESTS` (to be left alone) are read by `opt_out.py`, `INTENTS` by `cues.py`. All languages are
tried on every text: people answer in their own, and often in two.
"""

from collections.abc import Mapping

from agents.replies.wordings import Wordings
from agents.replies.words import english_intents, english_requests
from agents.replies.words.requests import Requests

REQUESTS: dict[str, Requests] = {"en": english_requests.REQUESTS}

INTENTS: dict[str, tuple[Mapping[str, str], tuple[Wordings, ...]]] = {
    "en": (english_intents.PARTS, english_intents.INTENTS),
}
