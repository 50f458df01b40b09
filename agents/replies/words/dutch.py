"""Dutch: requests to be left alone, and what people say to an offer."""

from agents.replies.wordings import Wordings as W
from agents.replies.words.requests import Requests

REQUESTS = Requests(
    parts={
        "address": r"[\w.+-]{1,64}@[\w.-]{1,80}",
        "mine": (
            r"(mijn|ons|onze|dit|deze|mn) (e-?mail\w*|mail\w*|adres|gegevens|nummer|naam|"
            r"contactgegevens|account|data|mailadres)"
        ),
        "me": r"mij|me|ons|{mine}|{address}",
        "list": (
            r"(uw|jullie|je|de|deze|het|dit|alle) (\w+ ){0,3}?(\w*lijst\w*|\w*bestand\w*|"
            r"database|mailing\w*|nieuwsbrief|systeem|adressen\w*|crm)"
        ),
        "mail": (
            r"e-?mails?|mails?|mailtjes?|berichten|bericht|nieuwsbrie\w+|reclame|post|sms\w*|"
            r"telefoontjes|contact|aanbiedingen|spam|mailings?|advertenties|benadering\w*"
        ),
    },
    wordings=(
        W("removal", 1, r"""
            (haal|verwijder|schrap|gooi|schrijf|meld|halen|verwijderen|schrappen\
                |uitschrijven|afmelden) (u |je |a\.?u\.?b\.? |alstublieft |graag )*{me} \
                (\w+ ){0,3}?(van|uit|af)
            {me} (\w+ ){0,3}?(van|uit) {list}( \w+){0,2}? \
                ?(te )?(halen|verwijderen|schrappen|gooien|afhalen)?
            (verwijder|verwijderen|verwijdert|wis) (u |a\.?u\.?b\.? |graag )*{me}(?=[.,!;]\
                |$| direct| onmiddellijk)
            (graag|wil|willen|wens|gelieve|verzoek) (\w+ ){0,3}?{me} \
                (\w+ ){0,2}?(te )?(verwijderen|uitschrijven|afmelden|schrappen|uit te schrijven\
                |af te melden)
            (wil|willen|wens|graag|hoe kan ik|kan ik|waar kan ik) \
                (\w+ ){0,3}?(afmelden|uitschrijven)(?! (van klanten|van leden))
            (van|uit) {list} (af|verwijderd|geschrapt|gehaald)
        """),
        W("silence", 1, r"""
            geen (\w+ ){0,2}?{mail}( \w+){0,4}? (meer|ontvangen|krijgen|sturen|op te nemen|wensen)
            geen (verdere|andere|nieuwe) (\w+ )?{mail}
            (stop|stoppen|hou|houd|ophouden|kap) (u |je |er )?(a\.?u\.?b\.? \
                |nu )?(op )?(met|mee) (\w+ ){0,3}?(mailen|e-mailen|schrijven|bellen|sturen\
                |contact\w*|spammen|{mail}|lastigvallen|te (mailen|schrijven|bellen|sturen))
            (stuur|mail|bel|schrijf|contacteer|benader|sms|val) (mij|me|ons)( \w+){0,2}? \
                (niet|niets|niks|nooit|geen)( \w+){0,2}? (meer|weer)
            (mij|me|ons)( \w+){0,2}? (niet|niets|nooit) \
                (meer )?(\w+ ){0,2}?(te )?(mailen|bellen|benaderen|contacteren|schrijven|sturen\
                |lastigvallen|lastig te vallen)
            (wil|willen|wens|wensen) (\w+ ){0,4}?(niets|niks|niet|nooit) \
                (meer )?(\w+ ){0,3}?(horen|ontvangen|benaderd|gemaild|gebeld|gecontacteerd)
            (laat|laten) (mij|me|ons) (\w+ )?met rust
            neem (\w+ )?geen contact meer
        """),
        W("formal", 1, r"""
            (maak|maken|teken|tekenen|hierbij) (\w+ ){0,2}?bezwaar (\w+ ){0,2}?(tegen|aan)
            (trek|trekken) (\w+ ){0,3}?toestemming (\w+ ){0,2}?in
            (verwijder|verwijderen|wis|wissen|vernietig) \
                (\w+ ){0,3}?(mijn|onze|al mijn|alle) (\w+ )?(gegevens|data|persoonsgegevens)
            recht (op vergetelheid|om vergeten|van bezwaar)
            artikel (17|21) (van de )?avg
        """),
        W("plea", 1, r"""
            (nu is het genoeg|genoeg nu|dit is spam|rot op|donder op|flikker op)
        """),
    ),
    negation=r"niet|nooit|zonder|in plaats van|als (ik|wij|we|klanten)|klanten|gebruikers|of",
    until=(
        r"tot|voorlopig|voor nu|op dit moment|deze (week|maand)|dit jaar|momenteel|tijdens|"
        r"zolang"
    ),
    before=(
        r"voor (\d|tien|negen|acht|elf|het|de|maandag)|na \d|'s (ochtends|avonds|middags)|in "
        r"het weekend|tussen"
    ),
    instead=(
        r"maar (bel|mail|stuur|schrijf)|in plaats daarvan|liever (per|via|een)|, ?(stuur|bel|"
        r"mail|gebruik|schrijf)|alleen (per|via)|en stuur"
    ),
    exact=(
        "afmelden", "uitschrijven", "afmelding", "uitschrijving", "stoppen", "stop aub",
        "graag afmelden", "graag uitschrijven",
        "verwijderen", "verwijder mij", "schrijf mij uit", "meld mij af", "geen mails meer",
        "geen reclame", "geen e-mails meer",
        "niet meer mailen", "niet meer contacteren", "niet meer benaderen",
        "geen contact meer", "afmelden aub", "uitschrijven aub", "met rust laten",
    ),
)  # fmt: skip

PARTS = {
    "mail": r"[\w.+-]{1,64}@[\w.-]{1,80}",
    "day": (
        r"maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|morgen|vandaag|volgende "
        r"week|\d{1,2} uur|\d{1,2}[:.]\d\d|ochtend|middag"
    ),
    "meet": (
        r"bellen|praten|spreken|afspreken|overleggen|ontmoeten|langskomen|videobellen|teams|"
        r"zoom|kennismaken|sparren|afspraak|gesprek"
    ),
    "later": (
        r"(in|na|vanaf) (het |de )?(voorjaar|najaar|zomer|herfst|winter|januari|februari|maart|"
        r"april|mei|juni|juli|augustus|september|oktober|november|december|vakantie)|"
        r"volgend(e)? (jaar|maand|kwartaal|week|seizoen)|over (\w+ )?(maanden|weken|jaar)|later|"
        r"een andere keer"
    ),
}

INTENTS = (
    W("interest", 2, r"""
        (vertel|vertellen) (\w+ ){0,3}?meer
        waarom niet(?=[.,!?]|$)
    """),
    W("competitor", 2.5, r"""
        (doet|doen|regelt|verzorgt) (\w+ ){0,2}?(een ander|een andere|ons vaste|onze|mijn) \
            (\w+ )?(bureau|bedrijf|partij|neef|broer|vriend)
    """),
    W("budget", 2, r"""
        te veel geld|past niet in (\w+ )?budget
    """),
    W("interest", 3, r"""
        (?<!geen )(?<!niet )(heb|hebben|zeker|wel|ja|zijn|ben|wij|ik) \
            (\w+ )?(interesse|geinteresseerd)
        (klinkt|lijkt|ziet er|is) (\w+ ){0,2}?(goed|interessant|leuk|top|perfect|mooi|prima\
            |veelbelovend)(?! maar)
        (wil|willen|zou|zouden) (\w+ ){0,2}?(graag )?(\w+ )?(meer weten|proberen|testen\
            |starten|kennismaken|horen)
        (precies|juist|net) (\w+ )?wat (we|wij|ik)
        (zoeken|zijn op zoek|ben op zoek)
    """),
    W("interest", 2, r"""
        (volgende stap|hoe gaan we verder|laten we (het doen|beginnen|starten))
        (demo|proefperiode|gratis proberen)
        interessant(?=[.,!]|$)
    """),
    W("asks_for_more", 2.5, r"""
        (stuur|sturen|mail|ontvang|ontvangen|krijgen|maak|geef|toesturen|doe|heb\
            |delen)( \w+){0,6} (informatie|info|offerte|details|prijzen|prijslijst|voorstel\
            |brochure|voorbeelden|referenties|contract|documentatie|prijsopgave|aanbod)
        (wat|hoeveel) (\w+ ){0,3}?(kost|kosten|prijs)
        meer (informatie|info|details)
        (wat zijn|welke) (\w+ ){0,2}?(kosten|prijzen|tarieven)
    """),
    W("agreement", 2.5, r"""
        ^(ja|graag|prima|oke|ok|akkoord|zeker|natuurlijk|uitstekend|perfect|goed idee\
            |doe maar|top)(?=[.,! ]|$)(?! maar)(?! niet)(?! (mij|me|ons) (verwijderen|uit))
    """),
    W("meeting", 2.5, r"""
        (kunnen|zullen|kan|schikt|past|komt|beschikbaar|vrij|lukt|zou|stel voor|afspreken) \
            (\w+ ){0,6}?({day})(?! niet)
        (kunnen|zullen|laten|graag|wil|willen|even) (\w+ ){0,5}?({meet})
        (afspraak|gesprek|moment) (\w+ )?(maken|plannen|inplannen|prikken)
        agenda
    """),
    W("call_me", 3, r"""
        (bel|bereik\w*|bellen) (mij|me|ons)? ?(\w+ ){0,4}?(op|via) ?(\w+ ){0,2}?:? \
            ?(\+|00|\()?\d[\d ().-]{5,}
        bel (me|mij|ons)(?! niet)
        mijn (nummer|telefoonnummer|mobiel) (is|:)
    """),
    W("decline", 3, r"""
        (geen|nul) (\w+ )?(interesse|belangstelling)|niet (\w+ )?(geinteresseerd|interessant)
        nee,? ?(dank|bedankt|hoor)
        ^nee(?=[.,! ]|$)
        niet(s)? (\w+ )?(voor (ons|mij)|relevant|passend|wat we zoeken|van toepassing)
        (besloten|gekozen) (\w+ ){0,4}?(niet|er niet|ervan af)
        (zien|zie) (\w+ )?(ervan af|er van af|er vanaf|af van)
        (gaan|ga) (\w+ ){0,3}?niet (op in|verder|mee)
    """),
    W("hostile", 3, r"""
        spam|oplicht\w+|schandalig|idioten?|lastigvallen|belachelijk|rot op|zat van
    """),
    W("legal", 3.5, r"""
        advocaat|autoriteit persoonsgegevens|juridische stappen|aangifte|klacht|illegaal\
            |avg|rechtbank|politie|acm|overtreding
    """),
    W("timing", 3, r"""
        (nu|momenteel|op dit moment|voorlopig|dit jaar) \
            (\w+ ){0,3}?(niet|geen)(?! (budget|behoefte|interesse))
        niet (\w+ ){0,4}?(nu|op dit moment|dit jaar|prioriteit|het moment)
        (probeer|mail|bel|neem|kom|vraag|schrijf|benader|hoor) (\w+ ){0,7}?({later})
        (misschien|wellicht|liever|eventueel) (\w+ )?({later})
        (te|erg|heel) druk|geen tijd|slecht moment|te vroeg
        pas (\w+ )?({later})
    """),
    W("budget", 3, r"""
        (te|erg|heel|nogal|vrij) (duur|prijzig|kostbaar|hoog)
        (geen|niet|weinig|onvoldoende) (\w+ ){0,3}?(budget|geld|middelen)
        budget (\w+ ){0,4}?(op|bevroren|krap|beperkt|uitgegeven)
        (kunnen|kan) (\w+ ){0,3}?niet (betalen|veroorloven)
        (boven|buiten) (ons|het) budget|goedkoper
    """),
    W("authority", 3, r"""
        (directie|baas|eigenaar|directeur|hoofdkantoor|bestuur|manager|inkoop\
            |leidinggevende|man|vrouw)( \w+){0,4} (beslist|beslissen|bepaalt|moet|goedkeuren\
            |gaat erover|keurt)
        (beslissing|besluit|hangt|ligt) (\w+ ){0,4}?(directie|baas|eigenaar|directeur\
            |hoofdkantoor|bestuur|manager)
        (overleggen|bespreken|vragen|navragen) (\w+ ){0,3}?(met|aan|bij)? \
            ?(\w+ )?(directie|baas|eigenaar|directeur|manager|partner|man|vrouw)?
        (met|bij|aan) (\w+ )?(directie|baas|eigenaar|directeur|manager|leidinggevende\
            |partner) (\w+ ){0,2}?(overleggen|bespreken|navragen)
        (ga|gaan) (\w+ )?(er|daar) niet over|beslis (\w+ )?niet
    """),
    W("wrong_person", 3, r"""
        niet (\w+ ){0,2}?(juiste persoon|juiste contactpersoon|verantwoordelijk|de persoon|degene)
        (verkeerde|foute) (persoon|adres|nummer|afdeling|contactpersoon)
        (ga|gaan) (\w+ )?niet over
    """),
    W("referral", 3, r"""
        (mail|mailen|neem contact op met|contacteer|schrijf|stuur|wend|bel|vraag|benader\
            |beste)( \w+){0,6} ?({mail}|collega|afdeling|directeur|verantwoordelijke)
        {mail} (mailen|benaderen|contacteren|gaat erover|is verantwoordelijk)
        contactpersoon (is|hiervoor)|verantwoordelijke is
    """),
    W("gone", 3, r"""
        (werkt|is|werken) (\w+ ){0,3}?niet (meer|langer) \
            (\w+ ){0,3}?(hier|bij ons|werkzaam|in dienst)?
        (heeft) (\w+ ){0,2}?(bedrijf|organisatie|ons) verlaten|met pensioen|overleden|uit dienst
    """),
    W("need", 3, r"""
        (niet|geen) (\w+ ){0,2}?(nodig|behoefte)
        (doen|regelen|hebben|doe|maken|doen wij) (\w+ ){0,4}?(zelf|intern|in eigen huis\
            |inhouse|eigen)
        tevreden (met (hoe|wat|onze (website|situatie))|zoals|zo)
        (zie|zien) (\w+ ){0,3}?(geen|niet) (\w+ )?(nut|meerwaarde|toegevoegde|voordeel)
        werkt (\w+ )?(goed|prima)|mond-tot-mond\w*|voldoende (klanten|werk)
    """),
    W("competitor", 3, r"""
        (al|reeds|momenteel) (\w+ ){0,5}?(leverancier|bureau|partner|partij|oplossing\
            |systeem|bedrijf|aanbieder|contract|iemand|software)
        (ander|andere|huidige|vaste|eigen) (\w+ )?(leverancier|bureau|partner|partij\
            |aanbieder|bedrijf)
        concurren\w+
        niet (\w+ )?(overstappen|wisselen|veranderen)
        werken (\w+ )?(al )?(samen )?met
    """),
    W("customer", 3, r"""
        (zijn|ben) (\w+ )?(al )?(\w+ )?klant( bij jullie| bij u| van|[.,!]|$)
        gebruiken (\w+ )?(al )?(jullie|uw)
    """),
    W("question", 2, r"""
        ^(wie|waar|hoe (komt|kom|heeft|hebt|komen)|wat is|waarom|waarover|welk bedrijf\
            |is dit|bent u)
    """),
    W("thanks", 1, r"""(bedankt|dank|dankjewel)"""),
    W("noted", 2.5, r"""
        (ontvangen|genoteerd|begrepen|gezien)(?! graag)
        (ga|zal|gaan|ik|we) (\w+ ){0,3}?(naar kijken|bekijken|bekijk|doorlezen|nadenken\
            |laat (\w+ )?weten|kom (\w+ )?terug|denk er)
        (doorgestuurd|doorgezet|doorgegeven)
    """),
    W("absence", 4, r"""
        (niet|afwezig|buiten) (\w+ ){0,3}?(op|van|het)? ?kantoor|afwezig
        (op|met|wegens) (\w+ )?(vakantie|verlof|zwangerschapsverlof|ziekteverlof|reis)
        (weer|terug) (\w+ )?(aanwezig|bereikbaar|op kantoor)|bij terugkomst|na mijn vakantie
        automatisch\w* (antwoord|bericht)|lees (\w+ ){0,3}?mail niet
        (beperkt|geen) toegang tot (mijn )?(e-?mail|mail)|kantoor is gesloten
    """),
    W("bounce", 4, r"""
        (niet|kon niet|kan niet) (\w+ ){0,3}?(bezorgd|afgeleverd|worden bezorgd|worden afgeleverd)
        onbestelbaar|mailbox (is )?vol|(adres|ontvanger|geadresseerde) \
            (\w+ ){0,3}?(onbekend|bestaat niet|geweigerd)
    """),
)  # fmt: skip
