"""How dates are written in notes, as patterns; `dates.py` says which day each means.

In the order in which they are tried: a longer way of writing takes its place before a shorter one
that is part of it. Names stand alone as words; scripts without blanks have patterns of their own.
All pieces are bounded.
"""

import re
from collections.abc import Iterable

from agents.inbox import calendar_words as names


def table(names: str) -> dict[str, int]:
    """Each name with the number that stands before its group."""
    number, found = 0, {}
    for word in names.split():
        if word.isdigit():
            number = int(word)
        else:
            found[word] = number
    return found


def alternatives(words: Iterable[str]) -> str:
    """Words as alternatives, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


MONTHS = table(names.MONTHS)
WEEKDAYS = table(names.WEEKDAYS)
SHORT = table(names.WEEKDAYS_SHORT)
RELATIVE = (
    *names.DAY_AFTER_TOMORROW,
    *names.TOMORROW,
    *names.END_OF_NEXT_WEEK,
    *names.NEXT_WEEK,
    *names.NEW_YEAR,
    *names.TODAY,
)
SPACED = tuple(word for word in RELATIVE if word[0] < "\u3000")
UNSPACED = tuple(word for word in RELATIVE if word[0] >= "\u3000")
COUNTS = tuple(word for word in names.NUMBERS if word[0] < "\u3000")
UNITS = tuple(unit for unit in (*names.DAY_UNITS, *names.WEEK_UNITS) if unit[0] < "\u3000")

MONTH = rf"(?P<month>{alternatives(MONTHS)})"
MARK = f"[{''.join(names.WEEKDAY_MARKS)}]"
YEAR = r"""
    (?: [,.]?\s{0,2}(?:de\ |del\ |of\ |в\ |ve\ )? (?P<year>(?:19|20)\d\d)(?!\d)
      | [,.]?\s?['’](?P<short>\d\d)(?!\d) )?
"""
ORDINAL = r"(?:st|nd|rd|th|er|re|e|ème|ª|º|°|:e|:a|:na|\.)?"
PART = r"""
    (?P<part> (?:the\ )?
      (?: end|mid|middle|beginning|start|early|late|ende|mitte|anfang|fin|mi|début|debut|finales?
        | fines|mediados|principios|final|meados|início|inicio|fine|metà|inizio|eind|begin|half
        | medio|slutet\ av|början\ av|slutningen\ af|slutten\ av|końca|koniec|połowy|początku
        | конца|середины|начала )
      (?:\ of|\ de|\ di|\ del|\ van|\ von|\ d['’])? [\s-] )?
"""
AHEAD = r"""
    (?: (?<=\bthe\ )|(?<=\bam\ )|(?<=\bzum\ )|(?<=\bdem\ )|(?<=\bden\ )|(?<=\ble\ )|(?<=\bau\ )
      | (?<=\bel\ )|(?<=\bal\ )|(?<=\bdia\ )|(?<=\bdía\ )|(?<=\bil\ )|(?<=\bde\ )|(?<=\bdnia\ )
      | (?<=\bon\ ) )
"""
NOT_A_DAY = r"""
    (?! [\d:/] | [.-]\d
      | \s?(?:uhr|h\b|%|€|people|days?|weeks?|hours?|am\b|pm\b) )
"""

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(source, re.IGNORECASE | re.VERBOSE))
    for kind, source in (
        (
            "iso",
            r"""(?<![\d.]) (?P<year>(?:19|20)\d\d)\s?[-/.年년]\s?(?P<number>\d{1,2})
                \s?[-/.月월]\s?(?P<day>\d{1,2})(?!\d)[日일]?""",
        ),
        ("cjk", r"(?<!\d)(?P<number>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日号號일]"),
        (
            "named",
            rf"""(?<![\d:.,]) (?P<day>\d{{1,2}}){ORDINAL}\s{{0,2}}(?:of\ |de\ |di\ |d')?
                {MONTH}(?![^\W\d_])\.?{YEAR}""",
        ),
        (
            "named",
            rf"""(?<![^\W_]) {MONTH}\.?\s{{1,2}}(?:the\ )?(?P<day>\d{{1,2}})(?![\d:])
                (?:st|nd|rd|th|\.)?(?!\s?(?:uhr|h\b|:\d)){YEAR}""",
        ),
        (
            "numeric",
            r"""(?<![\d./-]) (?P<first>\d{1,2})(?P<mark>[./-])\s?(?P<second>\d{1,2})
                (?: (?P=mark)\s?(?P<year>(?:20)?\d\d)(?!\d)
                  | (?P=mark)(?!\d)
                  | (?![\d./-]\d|\d|:) )""",
        ),
        ("month", rf"(?<![^\W_]){PART}(?:month\ of\ )?{MONTH}(?![^\W_]){YEAR}"),
        (
            "weekday",
            rf"(?<![^\W_])(?P<weekday>{alternatives(WEEKDAYS)})(?![^\W\d_])",
        ),
        ("weekday", rf"(?:(?:星期|[周週]|礼拜)(?P<mark>{MARK})|(?P<other>{MARK})[曜요]日?일?)"),
        ("relative", rf"(?<![^\W_])(?P<relative>{alternatives(SPACED)})(?![^\W_])"),
        ("relative", rf"(?P<relative>{alternatives(UNSPACED)})"),
        (
            "span",
            rf"""(?<![^\W_]) (?P<count>\d{{1,2}}|{alternatives(COUNTS)})\s{{0,2}}
                (?P<unit>{alternatives(UNITS)})(?![^\W_])""",
        ),
        (
            "span",
            r"""(?P<count>\d{1,2}|[一二两三])\s?(?P<unit>日|天|週|周|일|주)
                (?=[後后間间]|\s?(?:뒤|후|간))""",
        ),
        ("day", rf"{AHEAD}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|e|\.)?{NOT_A_DAY}"),
        ("day", r"(?<![\d月월./])(?P<day>\d{1,2})\s?[日号號일](?![間间程目後后])"),
        ("day", r"(?<![\w.:/-])(?P<day>\d{1,2})(?:st|nd|rd|th)(?!\w)"),
    )
)
