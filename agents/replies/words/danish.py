"""Danish and Norwegian: requests to be left alone, and what people say to an offer.

The two are one table: written, they differ in a few words, and all languages are tried on every
text. "ø" is folded to "o", "å" to "a", "æ" to "ae".
"""

from agents.replies.wordings import Wordings as W
from agents.replies.words.requests import Requests

REQUESTS = Requests(
    parts={
        "mine": (
            r"(min|mitt|mit|mine|vores|vores|var|denne) (e-?mail\w*|mail\w*|e-?post\w*|adresse|"
            r"oplysninger|opplysninger|nummer|navn|data|mailadresse|epostadresse)"
        ),
        "me": r"mig|meg|os|oss|{mine}|[\w.+-]{1,64}@[\w.-]{1,80}",
        "list": (
            r"(jeres|deres|din|listen|lista|alle|den|denne|dine) ?(\w+ ){0,2}?(\w*listen?|"
            r"\w*lister|register|database\w*|nyhedsbrev\w*|nyhetsbrev\w*|utsendelse\w*|"
            r"system\w*)?"
        ),
        "mail": (
            r"mails?|e-?mails?|e-?poster?|beskeder|meldinger|reklamer?|opkald|sms\w*|"
            r"nyhedsbreve?|nyhetsbrev|tilbud|henvendelser|kontakt|spam|post"
        ),
    },
    wordings=(
        W("removal", 1, r"""
            (fjerne?|slette?|slet|afmelde?|framelde?|avmelde?|stryke?|meld) \
                {me}(?= |[.,!;]|$)(?! til)
            (fjerne?|slette?|slet) (\w+ ){0,2}?{me} (\w+ ){0,2}?(fra|af) {list}
            (vil|onsker|hvordan kan jeg|hvordan) (\w+ ){0,4}?(afmelde|framelde|avmelde\
                |blive fjernet|bli fjernet|slettes)
        """),
        W("silence", 1, r"""
            (vil|onsker|vi onsker|gider) (\w+ )?(ikke|ingen) \
                (\w+ ){0,3}?(flere|mere|mer|lenger|laengere|have|ha|modtage|motta|hore\
                |kontaktes|blive kontaktet)(?! (om|information|informasjon))( \w+){0,3}?
            (ingen|ikke) (flere|fler|mere|ytterligere) (\w+ )?{mail}
            (stop|stopp|hold op|slutt|hor op) (\w+ )?(med )?(a |at )?(skrive|maile|sende\
                |kontakte|ringe|spamme|plage|e-?poste)
            (skriv|mail|send|kontakt|ring|kontakte) \
                (\w+ )?(mig|meg|os|oss|til mig|til meg)?( \w+){0,2}? \
                ?(ikke|aldrig|aldri|ingen) (\w+ )?(igen|igjen|mere|mer|flere|fler)
            ikke (kontakt|skriv|send|ring|mail) (\w+ )?(mig|meg|os|oss|til)( \w+){0,2}? \
                (igen|igjen|mere|mer|flere|fler)
            (lad|la) (mig|meg|os|oss) (vaere )?i fred
        """),
        W("formal", 1, r"""
            (gor indsigelse|protesterer|motsetter meg|modsaetter mig|innsigelse) \
                (\w+ ){0,3}?(mot|mod|behandling\w*|brug|bruk|direkte)
            (tilbagekalder|traekker|trekker|tilbakekaller) (\w+ ){0,2}?samtykke
            (slet|slett) (\w+ ){0,2}?(mine|vores|alle) (\w+ )?(oplysninger|opplysninger|data)
        """),
        W("plea", 1, r"""(nu er det nok|na er det nok|det er spam|skrid|stikk av)"""),
    ),
    negation=r"ikke|aldrig|aldri|uden|uten|hvis (jeg|vi)|kunder|i stedet for",
    until=(
        r"(frem |ind)?til (den |\d|efter|etter|naeste|neste|januar|sommer|jul|august|september)|"
        r"for tiden|lige nu|akkurat na|i ar|denne uge|denne uka|inntil|indtil|forelobig|under"
    ),
    before=(
        r"for (\d|klokken|ti)|efter (\d|klokken)|etter (\d|klokken)|om (morgenen|aftenen|"
        r"kvelden)|i weekenden|i helgen|mellem|mellom"
    ),
    instead=(
        r"i stedet|men (ring|send|mail|skriv)|hellere|heller (ring|send|skriv)|, ?(send|ring|"
        r"mail|skriv|brug)|kun (via|per|pa)"
    ),
    exact=(
        "afmeld", "frameld", "afmeld mig", "frameld mig", "avmeld", "avmeld meg", "fjern mig",
        "fjern meg", "slet mig", "slett meg", "stopp", "afmelding", "avmelding",
        "ingen flere mails", "ikke kontakt meg", "meld meg av",
    ),
)  # fmt: skip

PARTS = {
    "mail": r"[\w.+-]{1,64}@[\w.-]{1,80}",
    "day": (
        r"mandag|tirsdag|onsdag|torsdag|fredag|lordag|sondag|i morgen|i dag|i morgon|naeste uge|"
        r"neste uke|klokken \d|kl\.? ?\d|\d{1,2}[:.]\d\d"
    ),
    "later": (
        r"(i|til|efter|etter) (efteraret|hosten|foraret|varen|sommeren|sommer|vinter|januar|"
        r"februar|marts|mars|april|maj|mai|juni|juli|august|september|oktober|november|december|"
        r"desember|ferien|nytar)|(naeste|neste) (ar|maned|kvartal|uge|uke)|om (\w+ )?(maneder|"
        r"uger|uker|ar)|senere|en anden gang|en annen gang"
    ),
}

INTENTS = (
    W("interest", 2, r"""
        (fortael|fortell) (\w+ )?(mere|mer)|hvorfor ikke(?=[.,!?]|$)
    """),
    W("interest", 3, r"""
        (?<!ikke )(er|vi er|jeg er|meget|ja,?|veldig) (\w+ )?interesserte?(de)?
        (lyder|hores|ser|virker|er) (\w+ ){0,2}?(godt|bra|interessant|spaendende|spennende\
            |lovende)( ut)?
        (vil|kunne|ville) (\w+ ){0,2}?(gerne |gjerne )?(vide mere|vite mer|prove|teste\
            |hore mere|hore mer|se)
        (praecis|akkurat|netop) (\w+ )?(hvad|det) vi
    """),
    W("asks_for_more", 2.5, r"""
        (send|sende|mail|fa|onsker|gerne|gjerne)( \w+){0,5} \
            (information|informasjon|info|tilbud|detaljer|priser|prisliste|forslag|brochure\
            |eksempler|kontrakt|materiale)
        (hvad|hva|hvor meget|hvor mye) (\w+ )?koster
        (mere|mer) (information|informasjon|info)
        hvad er prisen|hva er prisen
    """),
    W("agreement", 2.5, r"""
        ^(ja|gerne|gjerne|okay|ok|selvfolgelig|helt sikkert|perfekt|klart|absolutt|absolut\
            |fint)(?=[.,! ]|$)(?! men)
    """),
    W("meeting", 2.5, r"""
        (kan|skal|passer|ledig|foreslar|hvad med|hva med|kunne) (\w+ ){0,5}?({day})
        (kan|skal|gerne|gjerne|kunne|vil) (\w+ ){0,4}?(snakke|tale|modes|motes|ringes|tales\
            |snakkes|ta en prat|mode|mote)
        (booke|bestille|aftale|avtale) (\w+ )?(tid|mode|mote|mote)
    """),
    W("call_me", 3, r"""
        ring (til )?(mig|meg|os|oss)? ?(\w+ ){0,3}?(pa|:) ?(\+|00)?\d[\d -]{5,}
        ring (til )?(mig|meg|os|oss)(?! ikke)
    """),
    W("decline", 3, r"""
        (ikke|ingen) (\w+ )?(interesserte?(de)?|interesse|interessant|aktuelt|relevant)
        nej,? ?tak|nei,? ?takk
        ^ne[ij](?=[.,! ]|$)
        (siger|sier) (pa\w* )?ne[ij] ta(k|kk)
        ikke noget for os|ikke noe for oss
    """),
    W("legal", 3.5, r"""
        advokat|datatilsynet|politianmeld\w*|anmelde|ulovlig\w*|gdpr|retslig\w*|rettslig\w*
        forbrugerombudsmand\w*|forbrukertilsynet
    """),
    W("hostile", 3, r"""(spam|svindel|skam dig|idioter?|chikane|trakassering)"""),
    W("timing", 3, r"""
        ikke (\w+ )?(lige nu|akkurat na|for tiden|i ar|nu|na|i ojeblikket|for oyeblikket)
        (lige nu|akkurat na|for tiden|i ojeblikket) (\w+ ){0,3}?(ikke|ingen)
        (kontakt|vend tilbage|ring|skriv|ta kontakt|kom tilbake|hor) (\w+ ){0,5}?({later})
        (maske|kanskje|muligvis) (\w+ )?({later})
        (for|meget|veldig) (travlt|travel|opptatt)|ingen tid|ikke tid|darlig tidspunkt|for tidlig
    """),
    W("budget", 3, r"""
        (for|alt for|lidt) (dyrt|dyre|kostbart|hoj pris)
        (ingen|ikke|intet) (\w+ ){0,2}?(budget|budsjett|penge|penger|rad)
        (har|vi har) ikke rad
    """),
    W("authority", 3, r"""
        (chefen|sjefen|ledelsen|ejeren|eieren|direktoren|hovedkontoret|bestyrelsen\
            |styret)( \w+){0,3} (bestemmer|beslutter|skal|ma)
        (sporge|snakke med|tale med|sporre) (\w+ )?(chef\w*|sjef\w*|ledels\w*|ejer\w*\
            |eier\w*|direktor\w*)
        (ikke mig der|ikke jeg som) (bestemmer)
    """),
    W("wrong_person", 3, r"""
        ikke (\w+ )?(den rette|rette person|riktig person|riktige person|ansvarlig)
        (forkert|feil|gal) (person|adresse|nummer|afdeling|avdeling)
    """),
    W("referral", 3, r"""
        (kontakt|skriv til|mail|henvend dig til|henvend deg til|tal med|snakk med\
            |ta kontakt med) (\w+ ){0,4}?({mail}|kollega|vores|min|var)
        {mail} (i stedet|er ansvarlig)
    """),
    W("gone", 3, r"""
        (arbejder|jobber|er) (\w+ )?ikke (laengere|lenger)|har (forladt|sluttet|slutta)
        pensioneret|pensjonert
    """),
    W("need", 3, r"""
        (behover|trenger|har) (\w+ )?(ikke|ingen|intet) \
            (\w+ )?(behov|det|dette|det)?(?=[.,! ]|$)(?! (budget|budsjett|tid|rad|penge))
        (klarer|gor|gjor|handterer|styrer) (\w+ ){0,3}?(selv|internt)
        (tilfredse|tilfreds|fornoyd|fornojd|glade for) (med|sadan)
    """),
    W("competitor", 3, r"""
        (allerede) (\w+ ){0,3}?(leverandor|bureau|byra|partner|losning|system|aftale|avtale\
            |nogen|noen)
        (anden|annen|nuvaerende|navaerende) (leverandor|bureau|partner)
        konkurrent\w*|skifter ikke|bytter ikke
    """),
    W("customer", 3, r"""(er|vi er) (allerede )?kunder?( hos jer| hos dere|[.,!]|$)"""),
    W("question", 2, r"""
        ^(hvem|hvor (har|fik|fikk)|hvordan (har|fik|fikk)|hvad er|hva er|hvorfor|er det)
    """),
    W("thanks", 1, r"""(takk|tak)(?! nei)"""),
    W("noted", 2.5, r"""
        modtaget|mottatt|noteret|notert|kigger pa|ser pa det|taenker over|tenker pa
        vender tilbage|kommer tilbake|videresendt
    """),
    W("absence", 4, r"""
        (pa|holder|har) (ferie|barsel|foraeldreorlov|permisjon|foreldrepermisjon)\
            |ikke pa kontoret|fravaerende|ikke til stede
        (tilbage|tilbake) (\w+ )?(den|pa|mandag|igen|i)|autosvar|automatisk svar\
            |begraenset adgang til (min )?(mail|e-?post)
    """),
    W("bounce", 4, r"""
        kunne ikke (leveres|afleveres)
        (modtageren|mottakeren|adressen) (\w+ )?(findes ikke|finnes ikke|ukendt|ukjent)
        (postkassen|innboksen|indbakken) er (fuld|full)
    """),
)  # fmt: skip
