"""The wordings of each language, by ISO 639-1 code.

`REQUESTS` (to be left alone) are read by `opt_out.py`, `INTENTS` by `cues.py`. All languages are
tried on every text: people answer in their own, and often in two.
"""

from collections.abc import Mapping

from agents.replies.wordings import Wordings
from agents.replies.words import (
    danish,
    dutch,
    english_intents,
    english_objections,
    english_requests,
    french,
    further,
    german,
    italian,
    polish,
    portuguese,
    spanish,
    swedish,
)
from agents.replies.words.requests import Requests

REQUESTS: dict[str, Requests] = {
    "en": english_requests.REQUESTS,
    "de": german.REQUESTS,
    "fr": french.REQUESTS,
    "es": spanish.REQUESTS,
    "it": italian.REQUESTS,
    "pt": portuguese.REQUESTS,
    "nl": dutch.REQUESTS,
    "sv": swedish.REQUESTS,
    "da": danish.REQUESTS,
    "pl": polish.REQUESTS,
    "cs": further.CZECH,
    "fi": further.FINNISH,
    "ru": further.RUSSIAN,
    "ja": further.JAPANESE,
    "zh": further.CHINESE,
}

INTENTS: dict[str, tuple[Mapping[str, str], tuple[Wordings, ...]]] = {
    "en": (
        english_intents.PARTS,
        english_intents.INTENTS + english_objections.OBJECTIONS,
    ),
    "de": (german.PARTS, german.INTENTS),
    "fr": (french.PARTS, french.INTENTS),
    "es": (spanish.PARTS, spanish.INTENTS),
    "it": (italian.PARTS, italian.INTENTS),
    "pt": (portuguese.PARTS, portuguese.INTENTS),
    "nl": (dutch.PARTS, dutch.INTENTS),
    "sv": (swedish.PARTS, swedish.INTENTS),
    "da": (danish.PARTS, danish.INTENTS),
    "pl": (polish.PARTS, polish.INTENTS),
    "cs": ({}, further.CZECH_INTENTS),
    "fi": ({}, further.FINNISH_INTENTS),
    "ru": ({}, further.RUSSIAN_INTENTS),
    "ja": ({}, further.JAPANESE_INTENTS),
    "zh": ({}, further.CHINESE_INTENTS),
}
