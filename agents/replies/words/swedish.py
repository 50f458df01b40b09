"""Swedish: requests to be left alone, and what people say to an offer."""

from agents.replies.wordings import Wordings as W
from agents.replies.words.requests import Requests

REQUESTS = Requests(
    parts={
        "mine": (
            r"(min|mitt|mina|var|vart|vara|denna|den har) (e-?post\w*|mejl\w*|mail\w*|adress|"
            r"uppgifter|nummer|namn|data|mejladress)"
        ),
        "me": r"mig|oss|{mine}|[\w.+-]{1,64}@[\w.-]{1,80}",
        "list": (
            r"(er|din|eran|listan|den|alla|ert|era|denna) ?(\w+ ){0,2}?(\w*lista|listan|"
            r"\w*listor|utskick\w*|register|databas\w*|nyhetsbrev\w*|sandlista)?"
        ),
        "mail": (
            r"mejl|mail|e-?post|meddelanden|utskick|reklam|samtal|sms|nyhetsbrev|erbjudanden|"
            r"brev|kontakt|spam|paminnelser"
        ),
    },
    wordings=(
        W("removal", 1, r"""
            (ta bort|tag bort|radera|stryk|avregistrera|avanmal|plocka bort|avprenumerera) \
                {me}(?= |[.,!;]|$)
            (vill|onskar|hur kan jag|hur gor jag for att) \
                (\w+ ){0,3}?(avregistrera|avsluta prenumeration\w*|avprenumerera|bli borttagen)
            (ta bort|tag bort|stryk) (\w+ ){0,2}?{me} (\w+ ){0,2}?fran {list}
        """),
        W("silence", 1, r"""
            (vill|onskar) (\w+ )?(inte|inga|ej) (\w+ ){0,2}?(fler|mer|langre)( \w+){0,2}? \
                ({mail}|fran er|kontaktade?|hora)
            (vill|onskar) (\w+ )?(inte|inga|ej) (\w+ ){0,2}?(ha|fa|bli|hora|motta) \
                (\w+ ){0,2}?({mail}|fran er|kontaktade?)
            (inga|inget) (fler|mer|ytterligare) (\w+ )?{mail}
            (sluta|upphor|sluta upp) (\w+ )?(att |med att |med )?(mejla|maila|skicka\
                |kontakta|ringa|skriva|smsa|spamma|hora av)
            (mejla|maila|skicka|kontakta|ring|skriv|hor av er till) \
                (\w+ )?(mig|oss|till mig|till oss)?( \w+){0,2}? ?(inte|aldrig|inga) \
                (\w+ )?(igen|mer|mera|fler|langre)
            (lamna) (mig|oss) i fred
        """),
        W("formal", 1, r"""
            (invander|motsatter mig|invandning) (\w+ ){0,3}?(mot|behandling\w*\
                |anvandning\w*|direktmarknadsforing)
            (aterkallar|drar tillbaka) (\w+ ){0,2}?samtycke
            radera (\w+ ){0,2}?(mina|vara|alla) (\w+ )?uppgifter
        """),
        W("plea", 1, r"""(nu racker det|det har ar spam|dra at)"""),
    ),
    negation=r"inte|aldrig|utan|om (jag|vi)|kunder|i stallet for",
    until=(
        r"(fram )?till (den |\d|efter|nasta|januari|sommar|jul|augusti|september)|forran|just "
        r"nu|for narvarande|den har veckan|i ar|tills vidare|under"
    ),
    before=r"fore (\d|klockan|tio)|efter (\d|klockan)|pa (morgonen|kvallen|helgen)|mellan",
    instead=(
        r"istallet|i stallet|utan (ring|mejla|skicka)|hellre|, ?(skicka|ring|mejla|anvand)|bara "
        r"(via|per)"
    ),
    exact=(
        "avregistrera", "avregistrera mig", "avsluta", "avprenumerera", "avanmal", "ta bort mig",
        "ta bort", "sluta", "stopp", "inga fler mejl", "inga fler mail", "sluta mejla",
        "avregistrering",
    ),
)  # fmt: skip

PARTS = {
    "mail": r"[\w.+-]{1,64}@[\w.-]{1,80}",
    "day": (
        r"mandag|tisdag|onsdag|torsdag|fredag|lordag|sondag|imorgon|i morgon|idag|nasta vecka|"
        r"klockan \d|kl\.? ?\d|\d{1,2}[:.]\d\d"
    ),
    "later": (
        r"(i|till|efter|under) (host|hosten|var|varen|sommar|sommaren|vinter|januari|februari|"
        r"mars|april|maj|juni|juli|augusti|september|oktober|november|december|semestern|nyar)|"
        r"nasta (ar|manad|kvartal|vecka)|om (\w+ )?(manader|veckor|ar)|senare|en annan gang"
    ),
}

INTENTS = (
    W("interest", 2, r"""
        beratta (\w+ )?mer|varfor inte(?=[.,!?]|$)
    """),
    W("interest", 3, r"""
        (?<!inte )(ar|vi ar|jag ar|mycket|ja,?|klart) (\w+ )?intresserade?
        (later|verkar|ser) (\w+ ){0,2}?(bra|intressant|spannande|lovande|kul|toppen)( ut)?
        (vill|skulle vilja) (\w+ ){0,2}?(garna )?(veta mer|testa|prova|hora mer|komma igang|se)
        (precis|just) (\w+ )?vad vi
        vi letar efter
    """),
    W("asks_for_more", 2.5, r"""
        (skicka|maila|mejla|fa|onskar|garna|ge)( \w+){0,5} \
            (information|info|offert|detaljer|priser|prislista|forslag|broschyr|exempel|avtal\
            |material)
        (vad|hur mycket) (\w+ )?kostar
        mer (information|info)
        (vilket|vad ar) (\w+ )?pris
    """),
    W("agreement", 2.5, r"""
        ^(ja|garna|absolut|javisst|okej|ok|visst|sjalvklart|perfekt|toppen)(?=[.,! ]|$)(?! men)
    """),
    W("meeting", 2.5, r"""
        (kan|ska|skulle|passar|ledig|foreslar|funkar|hur vore) (\w+ ){0,5}?({day})
        (kan|ska|garna|skulle|vill) (\w+ ){0,4}?(horas|traffas|ses|ringas|prata|boka\
            |ett mote|diskutera)
        boka (\w+ )?(tid|mote|samtal)
    """),
    W("call_me", 3, r"""
        (ring|na|nar) (mig|oss) (\w+ ){0,3}?(pa|:) ?(\+|00)?\d[\d -]{5,}
        ring (mig|oss)(?! inte)
    """),
    W("decline", 3, r"""
        (inte|ej|inget) (\w+ )?(intresserade?|intresse|intressant|aktuellt)
        nej,? ?tack
        ^nej(?=[.,! ]|$)
        (tackar|vi tackar) nej
        inget for (oss|mig)|avstar
    """),
    W("legal", 3.5, r"""
        advokat|polisanmal\w+|integritetsskyddsmyndighet\w*|anmala|olagligt|gdpr|rattsliga
    """),
    W("hostile", 3, r"""(spam|bedrageri|skams|idioter?|trakasseri\w*)"""),
    W("timing", 3, r"""
        (inte|ej) (\w+ )?(just nu|for tillfallet|i ar|nu|aktuellt just nu)
        (just nu|for tillfallet|for narvarande) (\w+ ){0,3}?(inte|inga|ingen)
        (hor av|aterkom|kontakta|ring|mejla|prata|skriv) (\w+ ){0,5}?({later})
        (kanske|eventuellt) (\w+ )?({later})
        (for|mycket) (mycket att gora|upptagna?)|ingen tid|har inte tid|fel tidpunkt|for tidigt
    """),
    W("budget", 3, r"""
        (for|alldeles for|lite) (dyrt|dyra|hogt pris|kostsamt)
        (ingen|inte|inget) (\w+ ){0,2}?(budget|pengar|rad)
        har inte rad|budgeten (\w+ )?(slut|last)
    """),
    W("authority", 3, r"""
        (chefen|ledningen|agaren|vd|huvudkontoret|styrelsen)( \w+){0,3} (bestammer|beslutar|maste)
        (fraga|prata med|stamma av med) (\w+ )?(chef\w*|ledning\w*|agare\w*|vd)
        (inte jag som|beslutar inte|bestammer inte)
    """),
    W("wrong_person", 3, r"""
        inte (\w+ )?(ratt person|ansvarig|den som)
        fel (person|adress|nummer|avdelning)
    """),
    W("referral", 3, r"""
        (kontakta|mejla|skriv till|hor av (dig|er) till|prata med|vand (dig|er) till|ring) \
            (\w+ ){0,4}?({mail}|kollega|var|min)
        {mail} (istallet|ar ansvarig)
    """),
    W("gone", 3, r"""
        (arbetar|jobbar|ar) (\w+ )?inte (langre|kvar)|har slutat|har lamnat (foretaget|oss)
        pensionerad
    """),
    W("need", 3, r"""
        behover (\w+ )?(inte|inga|ingen)|(inget|inte nagot) behov
        (gor|skoter|hanterar) (\w+ ){0,3}?(sjalva|internt)
        (nojda|nojd) (med hur|som det)
    """),
    W("competitor", 3, r"""
        (redan) (\w+ ){0,3}?(leverantor|byra|partner|losning|system|avtal|nagon)
        (annan|nuvarande|var) (leverantor|byra|partner)
        konkurrent\w*|byter inte
    """),
    W("customer", 3, r"""(ar|vi ar) (redan )?kund(er)?( hos er|[.,!]|$)"""),
    W("question", 2, r"""^(vem|vilka|hur (fick|har)|var (fick|har)|vad ar|varfor|ar det har)"""),
    W("thanks", 1, r"""(tack)(?! nej)"""),
    W("noted", 2.5, r"""
        (mottaget|noterat|har fatt|tittar pa|ska titta|funderar|aterkommer\
            |vidarebefordrat)(?! till)
    """),
    W("absence", 4, r"""
        (pa|har) (semester|foraldraledig\w*|tjansteresa|sjukskriven)|foraldraledig\
            |inte pa kontoret|franvarande
        (tillbaka|ater) (\w+ )?(den|pa|mandag|i tjanst)|autosvar|automatiskt svar\
            |begransad tillgang till (e-?post|mejl)
    """),
    W("bounce", 4, r"""
        (kunde|har) inte (levereras|levererats)|(mottagaren|adressen) (\w+ )?(finns inte|okand)
        brevladan ar full
    """),
)  # fmt: skip
