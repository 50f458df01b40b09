"""The words around a date that say what it is in an absence; data of `returning.py`.

Patterns look at the words right before a date (they end in `\\Z`), right behind it, or anywhere in
its clause. English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Danish,
Norwegian, Finnish, Polish, Czech, Russian, Turkish, Japanese, Chinese and Korean.
"""

import re

from agents.inbox.wording import pattern


def before(words: str, between: str = "") -> re.Pattern[str]:
    """A pattern of words that stand right before a date, with articles and marks between."""
    return re.compile(
        rf"(?:{pattern(words).pattern}){between}\s{{0,3}}[,:(]?\s{{0,3}}\Z", re.IGNORECASE
    )


ARTICLES = (
    r"(?:\s{1,2}(?:(?:and|und|et|e|y|en|i) )?(?:including|include|incl\.?|einschlie(?:ß|ss)lich"
    r"|inkl\.?|inklusive|inclus(?:ive)?|inclusief|met|och med|og med|włącznie|zum|zur|the|dem|den"
    r"|le|la|el|il|o|dia|día|de|het|al|all[ae']?|a|à|au|end of|evening of|dnia|at least|mindestens"
    r"|voraussichtlich|approximately|about|around)){0,4}"
)
UNTIL = before(
    r"""
    \b(?:until|untill|till|til|through|thru|ending|ends?|to|bis|jusqu['’]?(?:au|à|en)?|hasta)
    \b(?:até|ate|fino|sino|tot|t/m|indtil|ind til|frem til|asti|saakka|do|до|по|kadar|aż do)
    \b(?:t\.?o\.?m|finir|terminant|au|al|ao|a)
    [-–—~〜～]|直到|至|到
    """,
    ARTICLES,
)
INCLUSIVE_BEFORE = pattern(
    r"""
    (?:includ|incl\b|einschlie(?:ß|ss)lich|inkl|inclus|through|thru|t/m)\w{0,6}\.?[^.;]{0,25}\Z
    (?:tot en met|till och med|t\.?o\.?m\.?|til og med|\bпо\b|mukaan lukien|last day)[^.;]{0,25}\Z
    """
)
INCLUSIVE_AFTER = re.compile(
    r"[\s,(]{0,4}(?:"
    + pattern(
        r"""
        inclusive|inclusively|included|including|incl|einschlie(?:ß|ss)lich|inklusive|inkl|inclus
        inclusief|inclusivo|incluido|incluído|compreso|incluso|włącznie|včetně|включительно
        mukaan lukien|dahil|まで|까지|いっぱい
        """
    ).pattern
    + ")",
    re.IGNORECASE,
)
AFTER = before(
    r"""
    \b(?:after|following|nach|après|apres|después del?|despues del?|tras|depois d[eo]|dopo)
    \b(?:efter|etter|jälkeen|po|после)
    """,
    r"(?:\s{1,2}(?:the|dem|den|le|la|el|il|o|dia|día|de|l['’]))?",
)
# "na" is *after* in Dutch, and *on* in Portuguese and Polish.
AFTER_DUTCH = re.compile(r"\bna\s{1,2}(?:de )?\Z", re.IGNORECASE)
DUTCH = re.compile(r"\b(?:ik|het|een|niet|met|op|weer|terug|kantoor)\b", re.IGNORECASE)
STARTING = before(
    r"""
    \b(?:from|starting|beginning|as of|since|between|start(?:s|ing)? on|commencing|effective)
    \b(?:vom|von|ab|seit|beginnend|zwischen|du|dès|depuis|à partir du?|à compter du)
    \b(?:entre(?: le)?|del|desde(?: el)?|a partir del?|dal|dall['’]|a partire da[l]?|tra|van|vanaf)
    \b(?:sinds|tussen|från(?: och med)?|fr\.?o\.?m\.?|fra(?: og med)?|f\.?o\.?m\.?|mellom|mellem)
    \b(?:od|między|mezi|с|со|от|de)
    """,
    r"(?:\s{1,2}(?:the|dem|den|le|la|el|il|o|dia|dnia|ten))?",
)
STARTING_AFTER = re.compile(
    r"\s{0,3}(?:から|より|부터|起|开始|起至)(?!(?:通常|出社|出勤|復帰|業務|の?対応))"
)
BACK = pattern(
    r"""
    \b(?:back|return(?:s|ing|ed)?|resum\w{1,4}|again|available (?:again|from|on|as of)|rejoin)\b
    \b(?:in (?:the )?office again|(?:will|shall|can) (?:reply|respond|answer)|get back to you on)\b
    \b(?:reply (?:to you )?on|respond on|reopen\w{0,3})\b
    \b(?:wieder|zur[üu]e?ck\w{0,10}|r[üu]e?ckkehr\w{0,3}|erreichen sie mich|beantworte)\b
    \b(?:retour|reviens|reviendrai|revenir|reprend\w{0,3}|reprise|à nouveau|de nouveau)\b
    \b(?:rentre|rentrerai|reprends|regres\w{1,4}|vuelv\w{1,3}|volver\w{0,3}|vuelta)\b
    \b(?:reincorpor\w{1,4}|retom\w{1,5}|retorn\w{1,5}|voltar\w{0,3}|volto|nuevamente|novamente)\b
    \b(?:de novo|rientr\w{1,4}|torn(?:o|er[òo]|iamo)|ritorn\w{1,4}|di nuovo)\b
    \b(?:nuovamente|riapr\w{1,4})\b
    \b(?:terug|weer|opnieuw|[åa]ter\w{0,8}|tillbaka|igen|tilbage|tilbake|palaan|palaa|takaisin)\b
    \b(?:j[äa]lleen|wracam|wr[óo]c\w{0,3}|powr[óo]\w{1,4}|powracam|ponownie|zp[ěe]t|vr[áa]t\w{0,4})\b
    \b(?:n[áa]vrat\w{0,2}|op[ěe]t)\b|верн|возвращ|снова|выйду|выхожу|выход на работу|приступ
    d[öo]n(?:ece|[üu][şs]|[üu]yor|d[üu])|tekrar|戻|復帰|出社(?:いた|し|予定|日)|出勤|帰社|再開|通常
    から(?:の)?対応|回来|返回|回到|上班|恢复|返岗|复工|返崗|回覆|回复您|복귀|돌아오|돌아올|출근
    업무 ?재개
    """
)
REACHABLE = pattern(
    r"""
    \b(?:available|reachable|online|in the office|erreichbar|verfügbar|da|disponible|joignable)\b
    \b(?:présente?|dispon[íi]vel|disponibile|raggiungibile|bereikbaar|beschikbaar|anträffbar)\b
    \b(?:tilgængelig|tilgjengelig|tavoitettavissa|dostępn[ya]|k dispozici)\b
    на связи|доступ|на месте
    """
)
NEGATED = pattern(
    r"""
    \b(?:not|no|nicht|kein\w{0,2}|pas|plus|ne|non|não|niet|geen|inte|ikke|ei|nie|не|un\w{4,12})\b
    """
)
NOT_BACK = pattern(
    r"""
    get back to(?! work)|come back to you (?:within|in|as)|back ?up|call(?:ed)? back|zurückrufen
    """
)
COUNTED = before(
    r"""
    \b(?:in|for(?: the)?(?: next| coming)?|over the next|the next|after)
    \b(?:f[üu]r(?: die)?(?: n[äa]chsten?| kommenden?)?|die n[äa]chsten|nach)
    \b(?:dans|pendant(?: les)?|pour|ces|en|dentro de|durante(?: [lo]a?s)?(?: pr[óo]xim[oa]s)?)
    \b(?:por(?: los| las)?|daqui a|em|tra|fra|per(?: i| le)?(?: prossim[ie])?|over|gedurende)
    \b(?:voor|de komende|om|i|de n[äa]sta|de n[æa]ste|za|na|przez|через|на|в течение)
    """,
    r"(?:\s{1,2}(?:about|ca\.?|approximately|etwa|environ))?",
)
REPLYING = re.compile(
    r"(?:within|innerhalb|sous|binnen|answer|respond|reply|response|antworten|contact|call)\b"
    r"[^.;]{0,30}\Z",
    re.IGNORECASE,
)
CLAUSE = re.compile(
    r"[.;!?。！？\n]"
    r"|,\s(?:but|and|und|aber|et|mais|y|pero|e|ma|en|maar|och|og|i|ale|и|но)\s"
    r"|\s(?:but|and|und|aber|et|mais|y|pero)\s"
    r"(?=\w{1,20} (?:will|shall|am|werde|bin|ser|ich|je|i)\b)"
)
# Words that a full stop shortens, so that it ends no clause.
ABBREVIATED = frozenset(
    {"inkl", "incl", "mo", "di", "mi", "do", "fr", "sa", "so", "mon", "tue", "wed", "thu", "fri"}
    | {"sat", "sun", "ca", "mr", "ms", "dr"}
)
SENT_LINE = re.compile(
    r"(?im)^\s{0,4}(?:sent|date|gesendet|datum|envoyé|fecha|enviado|data|verzonden|skickat)"
    r"\s{0,2}:.{0,200}$"
)
# A date that is the message's own, not one of the absence.
CITED = pattern(
    r"""
    (?:written|dated|geschrieben|received (?:on|your))\s{0,3}\Z
    (?:your (?:e-?mail|message) (?:of|from|dated)|ihre (?:e-?mail|nachricht) vom)\s{0,3}\Z
    """
)
NOT_ENGLISH = pattern(
    r"""
    \b(?:und|nicht|ich|bin|der|die|sie|je|suis|vous|est|les|pour|el|la|de|los|estoy|estou|para)\b
    \b(?:sono|che|ik|het|niet|jag|är|jeg|ikke|og|nie|jestem|się|jsem|не|на|bir)\b
    """
)
ENGLISH = re.compile(r"\b(?:the|will|and|office|be|of|to|with|my|for|out)\b", re.IGNORECASE)

REFERRING = pattern(
    r"""
    \b(?:contact|reach(?: out to)?|e-?mail|write to|get in touch with|refer to|speak (?:to|with))\b
    \b(?:forward\w{0,3}(?: your \w{1,12})? to|call|cover(?:ed|ing)?|stand(?:ing)? in|deputy)\b
    \b(?:replaced? by|in my absence|colleagues?|wenden sie sich|kontaktieren|vertret\w{0,6})\b
    \b(?:kolleg\w{0,5}|ansprechpartner\w{0,3}|schreiben sie|erreichen sie|contacter|joindre)\b
    \b(?:adresser|rempla\w{1,6}|collègue|contact[ea]\w{0,5}|comun[ií]\w{1,8}|dirig\w{1,6})\b
    \b(?:compañer\w|escrib\w{1,4}|entre em contato|coleg\w{1,3}|contatt\w{1,5}|rivolg\w{1,6})\b
    \b(?:scriv\w{1,4}|collega|neem contact|opnemen met|kontakt\w{0,4}|zastępuje|skontakt\w{1,6})\b
    \b(?:proszę o kontakt|обра(?:щ|т)\w{1,8}|свяж\w{1,6}|пиш\w{1,5}|замеща\w{1,4})\b
    担当|連絡|联系|聯繫|연락
    """
)
PERSON = (
    r"(?:[A-ZÀ-ÞА-Я][\w'’.-]{1,24}|[A-Z]\.)"
    r"(?:\s(?:van|von|de|da|di|der|den|zu|la|le|[A-ZÀ-ÞА-Я][\w'’.-]{0,24})){0,4}"
)
NAMED = re.compile(
    r"(?:[Cc]ontact|[Rr]each out to|[Ww]rite to|[Gg]et in touch with|[Rr]efer to"
    r"|[Ss]peak (?:to|with)|[Cc]all|(?:covered|replaced) by|(?:[Mm]y|[Oo]ur|[Tt]he) colleagues?"
    r"|an (?:meine|unsere|den|die)?\s?(?:Kollegin|Kollegen|Kollege|Herrn|Frau)?"
    r"|[Kk]ontaktieren Sie|[Vv]ertretung(?: ist| übernimmt|:)?|[Cc]ontacter|à ma collègue"
    r"|à mon collègue|[Cc]on(?:tacte|tactar)? con|[Cc]ontactar (?:con|a)|[Cc]ontatt\w+"
    r"|contact op(?:nemen)? met)\s"
    r"(?:please |bitte |my colleague |meine Kollegin |meinen Kollegen |Frau |Herrn |Mr\.? |Ms\.? "
    r"|Mrs\.? |mon collègue |ma collègue |mi compañer[oa] |a |il mio collega |la mia collega "
    rf"|mijn collega ){{0,3}}({PERSON})"
)
