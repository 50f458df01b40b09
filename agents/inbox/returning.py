"""When an absent person is back, and who stands in, from the words of an absence notice.

`read` is called for automatic answers with subject and visible text. The answer is the first day on
which the person is not said to be away: the day after an inclusive end ("bis einschließlich
12. Juli", "through Friday", "по 12 июля"), else the day that is named. A day after which somebody is
*back* counts before a day *until* which they are away, and the day on which the absence begins
never counts. A day that lies behind the message is no return date: the notice is stale.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agents.inbox import dates, headers
from agents.inbox.dates import Locale, Mention

TEXT = 4_000  # characters of a notice that are read
LONGEST = 730  # days; a return further away is a misreading

UNTIL = re.compile(
    r"(?:\b(?:until|untill|till|til|through|thru|ending|ends?|to|bis|jusqu['’]?(?:au|à|en)?|hasta|até|ate|fino|sino|tot|t/m|t\.?o\.?m|till|indtil|ind til|frem til|asti|saakka|do|до|по|kadar|aż do"
    r"|finir|terminant|au|al|ao|a)|[-–—~〜～]|直到|至|到)(?:\s{1,2}(?:(?:and|und|et|e|y|en|i) )?(?:including|include|incl\.?|einschlie(?:ß|ss)lich|inkl\.?|inklusive|inclus(?:ive)?|inclusief|met|och med|og med|włącznie|zum|zur|the|dem|den|le|la|el|il|o|dia|día|de|het|al|all[ae']?|a|à|au|end of|evening of|dnia|at least|mindestens|voraussichtlich|approximately|about|around)){0,4}\s{0,3}[,:(]?\s{0,3}\Z",
    re.IGNORECASE,
)
INCLUSIVE_BEFORE = re.compile(
    r"(?:includ|incl\b|incl\.|einschlie(?:ß|ss)lich|inkl|inclusief|inclus|through|thru|t/m|tot en met|till och med|t\.?o\.?m\b|til og med|t\.?o\.?m\.?|\bпо\b|mukaan lukien|last day)[^.;]{0,25}\Z",
    re.IGNORECASE,
)
INCLUSIVE_AFTER = re.compile(
    r"[\s,(]{0,4}(?:inclusive|inclusively|included|including|incl|einschlie(?:ß|ss)lich|inklusive|inkl|inclus|inclusief|inclusive|inclusivo|incluido|incluído|compreso|incluso|włącznie|včetně|включительно|mukaan lukien|dahil|まで|까지|いっぱい)",
    re.IGNORECASE,
)
AFTER = re.compile(
    r"(?:\b(?:after|following|nach|après|apres|después del?|despues del?|tras|depois d[eo]|após|dopo|na|efter|etter|jälkeen|po|после)\s{1,2}(?:the|dem|den|le|la|el|il|o|dia|día|de|l['’])?\s{0,2}\Z)",
    re.IGNORECASE,
)
STARTING = re.compile(
    r"\b(?:from|starting|beginning|as of|since|between|start(?:s|ing)? on|commencing|effective|vom|von|ab|seit|beginnend|zwischen|du|dès|depuis|à partir du?|à compter du|entre(?: le)?|del|desde(?: el)?|a partir del?|dal|dall['’]|a partire da[l]?|tra|van|vanaf|sinds|tussen|från(?: och med)?|fr\.?o\.?m\.?|fra(?: og med)?|f\.?o\.?m\.?|mellom|mellem|od|między|mezi|с|со|от|de)\s{0,2}(?:the|dem|den|le|la|el|il|o|dia|dnia|ten)?\s{0,2}[,:(]?\s{0,2}\Z",
    re.IGNORECASE,
)
STARTING_AFTER = re.compile(
    r"\s{0,3}(?:から|より|부터|起|开始|起至)(?!(?:通常|出社|出勤|復帰|業務|の?対応))"
)
BACK = re.compile(
    r"\b(?:back|return(?:s|ing|ed)?|resum\w+|again|available (?:again|from|on|as of)|rejoin|in (?:the )?office again|reply (?:to you )?on|respond on|get back to you on|reopen\w*)\b"
    r"|\b(?:wieder|zur[üu]e?ck\w*|r[üu]e?ckkehr\w*|erreichen sie mich|retour|reviens|reviendrai|revenir|reprendr\w*|reprise|à nouveau|de nouveau|rentre|rentrerai|regres\w+|vuelv\w+|volver\w*|vuelta|reincorpor\w+|retom\w+|retorn\w+|voltar\w*|volto|nuevamente|novamente|de novo|rientr\w+|torn(?:o|er[òo]|iamo)|ritorn\w+|di nuovo|nuovamente|riapr\w+)\b"
    r"|\b(?:terug|weer|opnieuw|[åa]ter\w*|tillbaka|igen|tilbage|tilbake|palaan|palaa|takaisin|j[äa]lleen|wracam|wr[óo]c\w*|powr[óo]\w*|powracam|ponownie|zp[ěe]t|vr[áa]t\w*|n[áa]vrat\w*|op[ěe]t)\b|верн|возвращ|снова|выйду|выхожу|выход на работу|приступ"
    r"|d[öo]n(?:ece|[üu][şs]|[üu]yor|d[üu])\w*|tekrar|戻|復帰|出社(?:いた|し|予定|日)|出勤|帰社|再開|通常(?:業務|営業)|から(?:の)?対応|回来|返回|回到|上班|恢复|返岗|复工|返崗|回覆|回复您|복귀|돌아오|돌아올|출근|업무 ?재개",
    re.IGNORECASE,
)
NOT_BACK = re.compile(
    r"get back to|come back to you (?:within|in|as)|back ?up|call(?:ed)? back|zurückrufen", re.I
)
COUNTED = re.compile(
    r"\b(?:in|for(?: the)?(?: next| coming)?|over the next|the next|after|f[üu]e?r(?: die)?(?: n[äa]chsten?| kommenden?)?|die n[äa]chsten|nach|dans|pendant(?: les)?|pour|ces|en|dentro de|durante(?: los| las| os| as)?(?: pr[óo]xim[oa]s)?|por(?: los| las)?|daqui a|em|tra|fra|per(?: i| le)?(?: prossim[ie])?|over|gedurende|voor|de komende|om|i|de n[äa]sta|de n[æa]ste|za|na|przez|через|на|в течение)\s{1,2}(?:about |ca\.? |approximately |etwa |environ )?\Z",
    re.IGNORECASE,
)
REPLYING = re.compile(
    r"(?:within|innerhalb|sous|binnen|answer|respond|reply|response|antworten|contact|call)\b[^.;]{0,30}\Z",
    re.I,
)
CLAUSE = re.compile(
    r"[.;!?。！？\n]|,\s(?:but|and|und|aber|et|mais|y|pero|e|ma|en|maar|och|og|i|ale|и|но)\s|\s(?:but|and|und|aber|et|mais|y|pero)\s(?=\w+ (?:will|shall|am|werde|bin|ser|ich|je|i)\b)"
)
SENT_LINE = re.compile(
    r"(?im)^\s{0,4}(?:sent|date|gesendet|datum|envoyé|fecha|enviado|data|verzonden|skickat)\s{0,2}:.{0,200}$"
)
INTERRUPTION = re.compile(
    r"(?:written|dated|geschrieben|received (?:on|your)|your (?:e-?mail|message) (?:of|from|dated)|ihre (?:e-?mail|nachricht) vom)\s{0,3}\Z",
    re.I,
)

US_ZONES = range(-10, -4)  # hours west of Greenwich where numbers are written month first
MONTH_FIRST = frozenset({"us", "gov", "mil", "edu", "ph", "jp", "cn", "kr", "tw", "hu"})
DAY_FIRST_WORDS = re.compile(
    r"\b(?:und|nicht|ich|bin|der|die|sie|je|suis|vous|est|les|pour|el|la|de|los|estoy|estou|para|sono|che|ik|het|niet|jag|är|jeg|ikke|og|nie|jestem|się|jsem|не|на|bir)\b",
    re.I,
)
ENGLISH_WORDS = re.compile(r"\b(?:the|will|and|office|be|of|to|with|my|for|out)\b", re.I)
GENERIC = frozenset(
    {
        "com",
        "net",
        "org",
        "io",
        "co",
        "biz",
        "info",
        "example",
        "test",
        "invalid",
        "app",
        "dev",
        "ai",
    }
)

DEPUTY = re.compile(
    r"\b(?:contact|reach(?: out to)?|e-?mail|write to|get in touch with|refer to|forward\w*(?: your \w+)? to|speak (?:to|with)|call|cover(?:ed|ing)?|stand(?:ing)? in|deputy|replaced? by|in my absence|colleagues?"
    r"|wenden sie sich|kontaktieren|vertret\w*|kolleg\w*|ansprechpartner\w*|schreiben sie|erreichen sie|contacter|joindre|adresser|rempla\w+|collègue|contact[ea]\w*|comun[ií]\w*|dirig\w*|compañer\w*|escrib\w*|entre em contato|coleg\w*|contatt\w*|rivolg\w*|scriv\w*|collega|neem contact|opnemen met|kontakta|kontakt\w*|zastępuje|skontakt\w*|proszę o kontakt|обра(?:щ|т)\w*|свяж\w*|пиш\w*|замеща\w*|担当|連絡|联系|聯繫|연락)\b",
    re.IGNORECASE,
)
PERSON = r"(?:[A-ZÀ-ÞА-Я][\w'’.-]{1,24}|[A-Z]\.)(?:\s(?:van|von|de|da|di|der|den|zu|la|le|[A-ZÀ-ÞА-Я][\w'’.-]{0,24})){0,4}"
NAMED = re.compile(
    rf"(?:[Cc]ontact|[Rr]each out to|[Ww]rite to|[Gg]et in touch with|[Rr]efer to|[Ss]peak (?:to|with)|[Cc]all|(?:covered|replaced) by|(?:[Mm]y|[Oo]ur|[Tt]he) colleagues?|an (?:meine|unsere|den|die)?\s?(?:Kollegin|Kollegen|Kollege|Herrn|Frau)?|[Kk]ontaktieren Sie|[Vv]ertretung(?: ist| übernimmt|:)?|[Cc]ontacter|à ma collègue|à mon collègue|[Cc]on(?:tacte|tactar)? con|[Cc]ontactar (?:con|a)|[Cc]ontatt\w+|contact op(?:nemen)? met)\s(?:please |bitte |my colleague |meine Kollegin |meinen Kollegen |Frau |Herrn |Mr\.? |Ms\.? |Mrs\.? |mon collègue |ma collègue |mi compañer[oa] |a |il mio collega |la mia collega |mijn collega ){{0,3}}({PERSON})"
)


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
    text = SENT_LINE.sub("", text[:TEXT])
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
    words = text[mention.start : mention.end].strip()
    note = f"{words!r}{' (' + mention.why + ')' if mention.why else ''}"
    if INTERRUPTION.search(left) or (mention.kind == "span" and not counted(left)):
        return []
    inclusive = bool(INCLUSIVE_BEFORE.search(left[-45:]) or INCLUSIVE_AFTER.match(right))
    back = says_back(left, right, text, mention, found)
    if AFTER.search(left[-20:]) and mention.kind != "span":
        return [Candidate(mention.day + timedelta(days=1), 3, f"after {note}")]
    if UNTIL.search(left[-60:]) or inclusive:
        later = timedelta(days=1 if inclusive and not back_until(left) else 0)
        return [Candidate(mention.day + later, 3 if back_until(left) else 2, f"until {note}")]
    if back:
        return [Candidate(mention.day, 3, note)]
    if STARTING.search(left[-30:]) or STARTING_AFTER.match(right):
        return []
    return (
        [Candidate(mention.day, 1, note)] if mention.kind != "relative" or len(found) == 1 else []
    )


def counted(left: str) -> bool:
    return bool(COUNTED.search(left[-40:])) and not REPLYING.search(left)


def back_until(left: str) -> bool:
    """ "not back until Monday": the day itself is the return, inclusive or not."""
    return bool(BACK.search(left)) and not NOT_BACK.search(left)


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
    return any(BACK.search(part) and not NOT_BACK.search(part) for part in (before, behind[:60]))


def clause_before(text: str, end: int) -> str:
    """The words of the clause that stand before a date."""
    window = text[max(0, end - 160) : end]
    cuts = [match.end() for match in CLAUSE.finditer(window) if not abbreviation(window, match)]
    return window[cuts[-1] :] if cuts else window


def clause_after(text: str, start: int) -> str:
    window = text[start : start + 120]
    for match in CLAUSE.finditer(window):
        if match.start() > 0 or match[0] not in (".",):
            return window[: match.start()]
    return window


def abbreviation(window: str, match: re.Match[str]) -> bool:
    """A full stop that ends no clause: after a number or a short word, or without a blank."""
    if match[0] != ".":
        return False
    after = window[match.end() : match.end() + 1]
    before = re.search(r"(\w+)\Z", window[: match.start()])
    short = before is not None and (before[1].isdigit() or before[1].lower() in SHORT)
    return bool(after and not after.isspace()) or short


SHORT = frozenset(
    [
        "inkl",
        "incl",
        "mo",
        "di",
        "mi",
        "do",
        "fr",
        "sa",
        "so",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "ca",
        "approx",
        "mr",
        "ms",
        "dr",
        "nr",
        "bzw",
    ]
)


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
    return (
        len(ENGLISH_WORDS.findall(text)) >= len(DAY_FIRST_WORDS.findall(text)) and text.isascii()
    ) or (len(ENGLISH_WORDS.findall(text)) > 2 * len(DAY_FIRST_WORDS.findall(text)))


def deputy_of(text: str, sender: str) -> str:
    """Who is to be written to instead: the address after words that refer to somebody, else a name."""
    own = sender.lower()
    for address in headers.find_addresses(text, 10):
        position = text.find(address)
        if address.lower() != own and DEPUTY.search(text[max(0, position - 200) : position]):
            return address
    named = NAMED.search(text)
    return named[1].strip(" .,") if named else ""
