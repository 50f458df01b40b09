"""German: requests to be left alone, and what people say to an offer.

Umlauts are folded away ("möchte" is read as "mochte"); "oe" for "ö" is written out where people use
it.
"""

from agents.replies.wordings import Wordings as W
from agents.replies.words.requests import Requests

REQUESTS = Requests(
    parts={
        "address": r"[\w.+-]{1,64}@[\w.-]{1,80}",
        "data": (
            r"(kontakt|kunden|personen\w*|person\w* )?(daten|e-?mail-?adresse|mailadresse|"
            r"adresse|nummer|kontaktdaten|telefonnummer)"
        ),
        "me": r"mich|uns|meine[nr]? {data}|unsere[nr]? {data}|diese {data}|{address}",
        "list": (
            r"((ihre[mnr]|eure[mnr]|deine[mnr]|dem|der|diese[mnr]|den|allen|jeglichen|ihrer|"
            r"eurem) )?(\w+ ){0,2}?(\w*verteiler\w*|\w*listen?|mailing\w*|newsletter\w*|"
            r"datenbank\w*|systeme?n?|kartei\w*|adressbestand|bestand|datensatz)"
        ),
        "mail": (
            r"\w*e-?mails?|mails?|\w*nachrichten?|werbung|\w*newsletters?|werbe\w+|anrufe?n?|"
            r"angebote?n?|\w*schreiben|kontakt\w*|zusendung\w*|post|mailings?|sms|spam|"
            r"belastigung\w*|akquise\w*"
        ),
        "drop": (
            r"nehmen|nimm|nehmt|streichen?|streicht|loe?schen?|loescht|loscht|entfernen?|"
            r"entfernt|tragen?|tragt|werfen?|schmeissen?"
        ),
        "dropped": (
            r"(heraus|raus)?(zu)?nehmen|(zu )?streichen|(zu )?loe?schen|(zu )?entfernen|"
            r"aus(zu)?tragen|gestrichen|geloe?scht|entfernt|ausgetragen|raus\w*"
        ),
    },
    wordings=(
        W("removal", 1, r"""
            {drop} (sie |bitte |euch |umgehend |sofort )*{me} (\w+ ){0,3}?(aus|von) {list}
            {me} (\w+ ){0,3}?(aus|von) {list}( \w+){0,2} {dropped}
            ^(bitte )?(wieder )?(raus )?(aus|von) {list} (\w+ ){0,2}?{dropped}
            (bitte|mochte|moechte|will|wollen|mochten|wunsche|hiermit) \
                (\w+ ){0,3}?(mich |uns )?(\w+ ){0,3}?(abmelden|austragen|abbestellen|abzumelden\
                |auszutragen)(?! zu konnen)
            (melden?|meldet|tragen?|tragt) (sie |bitte |euch )*(mich|uns)( \w+){0,4} \
                (ab|aus)(?=[.,!;]|$)
            (newsletter|mails?|mailings?|werbung|abo) (\w+ ){0,2}?(abbestellen|kundigen|abmelden)
            (wie|wo) (kann|konnen|melde|bestelle) (ich|wir) \
                (mich |uns |das |den |die )?(\w+ ){0,3}?(ab|abmelden|austragen\
                |abbestellen)(?=[?.!]|$)
            raus aus {list}
            (loe?schen?|entfernen?) (sie )?(bitte )?(mich|uns)(?=[.,!;]|$)
        """),
        W("silence", 1, r"""
            kein(e|en|erlei)? (\w+ ){0,3}?{mail}( \w+){0,4}? \
                (mehr|erhalten|bekommen|zukommen|wunsch\w*|gewunscht|schicken|senden|zusenden\
                |empfangen|haben)(?! (als|im format))
            keine? (weiteren?|weitere|zukunftigen?|mehr) (\w+ ){0,2}?{mail}
            (schreiben?|schreibt|kontaktieren?|kontaktiert|rufen?|ruft|mailen?|belastigen?\
                |belastigt|senden?|schicken?|schickt|texten?) \
                (sie |ihr )?(bitte )?(mir|mich|uns)( \w+){0,3}? (nicht|nichts|nie)( wieder| mehr)
            (mir|mich|uns)( \w+){0,3}? (nicht mehr|nie wieder|nie mehr|nicht wieder\
                |nicht weiter|nicht langer|kunftig nicht|in zukunft nicht)( \w+){0,2}? \
                ?(zu )?(schreiben|kontaktieren|anrufen|anschreiben|mailen|belastigen\
                |anzuschreiben|anzurufen|anmailen|schicken|senden)
            (nicht mehr|nie wieder|nie mehr) (\w+ ){0,2}?(kontaktiert|angeschrieben\
                |angerufen|angemailt|belastigt) (zu )?werden
            horen? (sie )?(bitte )?(endlich )?auf,? (mir|mich|uns|mit)( \w+){1,5}
            unterlassen? (sie )?(bitte )?(\w+ ){0,4}?({mail}|das anschreiben|den kontakt\
                |jede\w* kontakt\w*|es,? (mir|mich|uns))
            (von|auf) (weiteren?|jeglichen?|zukunftigen?) (\w+ ){0,2}?{mail}( \w+){0,3}? \
                (absehen|abzusehen|verzichten|abstand)
            (mochte|moechte|will|mochten|wollen|wunsche\w*) \
                (\w+ ){0,5}?(nicht mehr|nicht weiter|nicht langer|nie wieder\
                |nichts mehr)( \w+){0,4}? (kontaktiert|angeschrieben|angerufen|belastigt|horen\
                |erhalten|bekommen|angemailt)
            (sehen?|seht) (sie |bitte )*(\w+ ){0,2}?von (\w+ ){0,3}?({mail}|anfragen?) ab
            kein\w* (\w+ )?interesse an (weiteren?|ihren?|solchen|derartigen|diesen) \
                (\w+ ){0,2}?{mail}
            (aufhoren|aufzuhoren),? (mir|mich|uns|mit)
            (melden?|meldet) (sie |ihr )?(sich |euch \
                |dich )?(bitte )?(bei (mir|uns) )?(nicht|nie) (mehr|wieder)
            wunsche\w* (\w+ ){0,3}?keine\w* (\w+ ){0,2}?{mail}
            lass\w* (sie )?(mich|uns) (\w+ ){0,2}?in (ruhe|frieden)
            {mail} (\w+ ){0,2}?(einstellen|einzustellen|stoppen|zu stoppen|unterlassen\
                |zu unterlassen|bleiben lassen)
            stellen? sie (\w+ ){0,4}?{mail}( \w+){0,3} ein(?=[.,!;]|$)
        """),
        W("formal", 1, r"""
            widersprech\w+ (\w+ ){0,5}?(nutzung|verarbeitung|verwendung|speicherung|werb\w+\
                |kontakt\w*|zusendung)
            widerspr\w+ (gegen|nach|gemass|zur) (\w+ ){0,4}?(nutzung|verarbeitung\
                |verwendung|werb\w+|art\w*|dsgvo)
            widerruf\w* (\w+ ){0,4}?(einwilligung|zustimmung|einverstandnis)
            (loe?schen?|entfernen?|vernichten?) (sie )?(bitte )?(\w+ ){0,2}?(meine|unsere\
                |samtliche|saemtliche|alle) (\w+ ){0,3}?{data}
            (loschung|loeschung) (\w+ ){0,2}?(meiner|unserer|aller|samtlicher) \
                (\w+ ){0,2}?(daten|adresse\w*)
            (meine|unsere) (\w+ ){0,2}?daten( \w+){0,4} (zu )?loe?schen
            art(ikel|\.)? ?(17|21) (\w+\.? ?\d? )?(der )?(dsgvo|ds-gvo)
        """),
        W("plea", 1, r"""
            ^(jetzt )?reicht'?s?( es)?(?=[.,!]|$)
            ^es reicht
            (das ist|als|nur|reiner) spam
            verpiss\w*|zieh leine|hau ab
        """),
    ),
    negation=r"nicht|nie|ohne|statt|anstatt|wenn (ich|wir|sie|kunden)|falls|kunden|nutzer|ob",
    until=(
        r"bis|vorerst|im moment|derzeit|zurzeit|momentan|diese woche|diesen monat|vorlaufig|"
        r"wahrend|in diesem jahr|dieses jahr|solange|heute"
    ),
    before=(
        r"vor (\d|dem|acht|neun|zehn|elf|mittag|montag)|nach (\d|feierabend|achtzehn)|abends|"
        r"morgens|vormittags|nachmittags|am wochenende|zwischen"
    ),
    instead=(
        r"sondern|stattdessen|lieber|besser (per|an|am)|, ?(schicken|senden|rufen|nutzen|"
        r"schreiben|verwenden|mailen) sie|nur (noch )?(per|uber|an|telefonisch|schriftlich)|und "
        r"schicken sie"
    ),
    exact=(
        "abmelden", "abmeldung", "abbestellen", "abbestellung", "stopp", "austragen",
        "bitte abmelden",
        "bitte austragen", "bitte loschen", "loschen", "keine werbung", "keine werbung bitte",
        "bitte keine werbung", "bitte entfernen", "newsletter abbestellen", "keine mails mehr",
        "keine e-mails mehr", "bitte nicht mehr schreiben", "nicht mehr kontaktieren",
        "bitte nicht mehr kontaktieren", "bitte aus dem verteiler", "kein kontakt",
        "stopp bitte", "bitte stoppen",
        "keine weitere kontaktaufnahme", "austragen bitte", "abmelden bitte",
        "abbestellen bitte", "bitte abbestellen",
    ),
)  # fmt: skip

PARTS = {
    "mail": r"[\w.+-]{1,64}@[\w.-]{1,80}",
    "day": (
        r"(mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|sonnabend|morgen|ubermorgen|heute|"
        r"nachste woche|nachsten|kommende woche|\d{1,2} ?uhr|\d{1,2}[:.]\d\d|vormittag|"
        r"nachmittag|\d{1,2}\."
    ),
    "meet": (
        r"telefonieren|sprechen|reden|treffen|termin|gesprach|anruf|videocall|call|kennenlernen|"
        r"austauschen|zusammensetzen|vorbeikommen|besuchen|zoom|teams"
    ),
    "later": (
        r"(im|ab) (fruhjahr|fruhling|sommer|herbst|winter|januar|februar|marz|april|mai|juni|"
        r"juli|august|september|oktober|november|dezember)|nachste[sn]? (jahr|quartal|monat|"
        r"woche|saison)|in (\w+ )?(wochen|monaten|jahren?)|spater|q[1-4]|nach (dem|den|der) \w+|"
        r"anfang \w+|ende \w+|kommende[sn] jahr|neuen jahr|ein ander(es )?mal"
    ),
}

INTENTS = (
    W("interest", 2, r"""
        (erzahlen|sagen|erzahl) (sie )?(mir |uns )?(\w+ )?mehr
        (was schlagen sie vor|steht (\w+ ){0,4}?(oben|ganz oben) auf der (liste|agenda))
        (warum nicht)(?=[.,!?]|$)
    """),
    W("interest", 3, r"""
        (?<!kein )(?<!keinerlei )(habe|haben|hatte[n]?|besteht|bin|sind|ware[n]?|wir|ich|ja\
            |grundsatzlich|durchaus|sehr|grosses) (\w+ ){0,2}?(?<!kein )(?<!keinerlei \
            )(?<!keine )(?<!wenig )(?<!nicht )(interesse|interessiert)(?! mich nicht)
        (klingt|hort sich|klange|sieht|ist) (\w+ ){0,2}?(gut|super|toll|interessant\
            |spannend|vielversprechend|genial)(?! aber)( an| aus)?
        (genau|gerade|tatsachlich|aktuell) (\w+ ){0,3}?(so etwas|so was|das,? was wir)
        (wir|ich) (suchen?|brauchen?|benotigen?) (\w+ ){0,4}?(so etwas|sowas|jemanden\
            |eine losung|hilfe|unterstutzung|genau)
        (mochte|mochten|wurden?|will|wollen) (\w+ ){0,3}?(gern\w* )?(\w+ ){0,2}?(mehr \
            (erfahren|wissen|daruber)|kennenlernen|ausprobieren|testen|loslegen|starten\
            |bestellen)
    """),
    W("interest", 2, r"""
        (spannend|interessant)(?=[.,!]|$)
        (wie geht es|wie geht's) weiter
        (lassen sie uns|lass uns) (loslegen|starten|anfangen|das machen|beginnen)
        (kommt|passt) (\w+ ){0,2}?(genau|gerade) (richtig|recht)
        freue[n]? (mich|uns) auf
        (demo|testzugang|probephase|testphase|testversion)
        wir sind dabei|ich bin dabei
    """),
    W("asks_for_more", 2.5, r"""
        (schicken|senden|schick|sende|zusenden|ubersenden|mailen|zukommen|erhalten|bekommen\
            |haben|hatten?|brauchen|benotigen|machen|unterbreiten|schickt)( \w+){0,6} \
            (informationen|infos?|unterlagen|angebote?|details|preisliste|preise|prospekt\
            |broschure|referenzen|beispiele|kostenvoranschlag|vertrag|material|prasentation\
            |katalog)
        (informationen|infos|unterlagen|angebot|details|preisliste|vertrag\
            |prasentation)( \w+){0,3} (schicken|senden|zusenden|zukommen|zuschicken|machen\
            |erstellen)
        (was|wie viel|wieviel) (\w+ ){0,3}?(kostet|kosten|zahlen|wurde)
        (wie (hoch|teuer)|welche) (\w+ ){0,3}?(preise?|kosten|gebuhren?|teuer)
        (preis|kosten|angebot) (fur|pro|je)
        mehr (informationen|infos|details|daruber)
    """),
    W("agreement", 2.5, r"""
        ^(ja|gerne?|klar|sicher|okay|ok|einverstanden|sehr gerne?|ja gerne?|naturlich\
            |selbstverstandlich|passt|perfekt|super)(?=[.,! ]|$)(?! aber)(?! nicht)
    """),
    W("meeting", 2.5, r"""
        (passt|ginge|ware|geht|klappt|hatten|hatte|haben|sind|bin|konnen|konnten|kann\
            |konnte|wollen|lassen sie uns|lass uns|sollten|sollen|schlage|vorschlag) \
            (\w+ ){0,6}?{day}(?! (nicht|leider))
        (konnen|konnten|wollen|lassen sie uns|lass uns|sollten|sollen|gern\w*|kurz|mal\
            |mochte|mochten) (\w+ ){0,6}?{meet}
        (termin|gesprach|call|telefonat) (vereinbaren|ausmachen|vorschlagen|machen|buchen|finden)
        (kalender|terminvorschlag\w*|terminlink)
    """),
    W("call_me", 3, r"""
        (rufen?|ruft|erreichen?|melden?) (sie )?(mich|uns|sich)? \
            ?(\w+ ){0,4}?(unter|auf|:) ?(\w+ ){0,3}?(der )?:?\s?(\+|00|\()?\d[\d /().-]{5,}
        (rufen|ruf) (sie )?(mich|uns) (\w+ ){0,3}?(an|zuruck)(?! nicht)
        meine (\w+ )?(nummer|telefonnummer|mobilnummer|durchwahl)
    """),
    W("decline", 3, r"""
        (kein|keinerlei|nicht das geringste) (\w+ )?interesse
        (nicht|nichts|kaum) (\w+ )?(interessiert|interessant)
        nein,? ?(danke|vielen dank)
        ^nein(?=[.,! ]|$)
        (nichts|nicht|nicht das richtige|nichts passendes) fur (uns|mich)
        (kommt|komme) (\w+ ){0,4}?nicht (in frage|infrage|in betracht)
        (dagegen|gegen \w+ \w+|anders) entschieden
        (mochten?|wollen|werden|mussen|muss) (\w+ ){0,5}?(nicht \
            (weiter\w*|annehmen|nutzen|wahrnehmen|verfolgen)|absagen|ablehnen|verzichten)
        nicht relevant|kein bedarf und
        lehnen? (\w+ ){0,4}?ab(?=[.,!]|$)
    """),
    W("hostile", 3, r"""
        frechheit|unverschamt\w*|belastig\w+|spam|abzocke\w*|betrug\w*|idiot\w*|verpiss\w*\
            |unseri\w+|dreist\w*
    """),
    W("legal", 3.5, r"""
        (rechts)?anwalt\w*|anwaltin|abmahn\w+|unterlassungs\w+|klage|verklage\w*\
            |anzeige (erstatten|stellen)|rechtliche schritte|datenschutzbehorde\w*\
            |datenschutzbeauftragt\w*|verstoss\w* (\w+ ){0,3}?(dsgvo|uwg|gesetz)\
            |bundesnetzagentur|verbraucherzentrale|strafbar|polizei|wettbewerbszentrale\
            |rechtswidrig|uwg
    """),
    W("timing", 3, r"""
        (im moment|derzeit|zurzeit|momentan|aktuell|gerade|jetzt|dieses jahr|in diesem jahr\
            |heuer) (\w+ ){0,6}?(nicht|keine?n?|schlecht|zu viel|ausgelastet|voll\
            |noch nicht)(?! (budget|geld|bedarf|interesse))
        (nicht|keine zeit|schlecht) (\w+ ){0,3}?(im moment|derzeit|zurzeit|momentan|aktuell\
            |gerade|jetzt|dieses jahr)
        (melden|schreiben|rufen|kommen|versuchen|fragen|kontaktieren|meld|schreib\
            |sprechen) (\w+ ){0,7}?{later}
        ^(vielleicht|eventuell|eher|lieber|evtl\.?) (\w+ ){0,2}?{later}
        (keine zeit|zu fruh|falscher zeitpunkt|ungunstig\w*|keine kapazitat\w*|viel zu tun\
            |viel um die ohren|vertraglich gebunden)
        (erst|fruhestens) (\w+ ){0,2}?{later}
        passt (\w+ ){0,3}?nicht(?! (zu uns|ins budget))
    """),
    W("budget", 3, r"""
        (zu|sehr|viel zu|ganz schon|recht) (teuer|kostspielig|hoch|kostenintensiv)
        (kein|keine|nicht genug|nicht das|ohne|begrenztes|knappes) \
            (\w+ ){0,2}?(budget|geld|mittel|etat)
        (budget|etat|mittel|geld) (\w+ ){0,4}?(erschopft|verplant|aufgebraucht|eingefroren\
            |gestrichen|knapp|weg|ausgeschopft|fehlt|nicht)
        (konnen|kann) (\w+ ){0,5}?nicht leisten
        (sprengt|ubersteigt|liegt uber|uber unserem) (\w+ ){0,3}?(budget|rahmen|mittel)
        (preis|kosten) (\w+ ){0,3}?(zu hoch|hoch|happig)
        gunstiger|billiger
    """),
    W("authority", 2.5, r"""
        (lauft|laufen|geht|gehen) (\w+ ){0,3}?uber \
            (\w+ )?(zentrale|einkauf|hauptsitz|chef\w*|geschaftsleitung)
    """),
    W("budget", 2.5, r"""
        (gibt|geben) (\w+ ){0,4}?(haushalt|budget|kasse|etat|finanzen) (\w+ )?nicht her
    """),
    W("need", 2.5, r"""
        (uber|durch) (\w+ )?(empfehlung\w*|weiterempfehlung\w*|mundpropaganda)
    """),
    W("timing", 2.5, r"""
        (erst|vielleicht|fruhestens) (\w+ )?(wenn|nach|sobald) (\w+ ){0,4}\w+
    """),
    W("decline", 2.5, r"""
        (spricht|sprechen|uberzeugt) (uns|mich) (\w+ )?nicht( an)?
    """),
    W("authority", 3, r"""
        (entscheidet|entscheiden|entscheidung|genehmig\w+|freigeben|bestimmt)( \w+){0,5} \
            (chef\w*|geschaftsleitung|geschaftsfuhr\w*|inhaber\w*|zentrale|vorstand|leitung\
            |einkauf|konzern|direktion|vorgesetzt\w*|mann|frau)
        (chef\w*|geschaftsleitung|geschaftsfuhr\w*|inhaber\w*|zentrale|vorstand|leitung\
            |einkauf|konzern|direktion|mein mann|meine frau)( \w+){0,5} \
            (entscheid\w*|genehmig\w+|zustimmen|zustandig|freigeben)
        (muss|musste|mussen|werde) (\w+ ){0,4}?(mit|bei|den|dem|der|meinem|meiner|meinen\
            |unserem) (\w+ ){0,2}?(chef\w*|geschaftsleitung|geschaftsfuhr\w*|vorgesetzt\w*\
            |inhaber\w*|partner\w*|mann|frau|vorstand|leitung)( \w+){0,3} \
            (besprechen|abklaren|klaren|rucksprache|fragen|absprechen|abstimmen)
        (nicht|kein\w*) (\w+ ){0,3}?(entscheid\w+|befugt|entscheidungstrager\w*|meine entscheidung)
    """),
    W("wrong_person", 3, r"""
        (nicht|nicht mehr|bin ich nicht|dafur nicht) \
            (\w+ ){0,2}?(zustandig|verantwortlich|der richtige|die richtige\
            |richtige\w* ansprechpartner\w*)
        (falsche\w*|falsch) (ansprechpartner\w*|person|adresse|abteilung|verbunden|bei mir|nummer)
        nicht (der|die|ihr) (richtige|ansprechpartner\w*)
    """),
    W("referral", 3, r"""
        (wenden|richten|schreiben|melden|senden|schicken|kontaktieren|sprechen|mailen) \
            (sie )?(\w+ ){0,5}?(sich )?(\w+ ){0,2}?(an|bei|mit) \
            (\w+ ){0,6}?({mail}|kolleg\w+|einkauf|abteilung|zentrale|herrn?|frau\
            |geschaftsleitung|zustandig\w*)
        zustandig (ist|ware|sind) (\w+ ){0,6}?
        (ansprechpartner\w*|zustandige\w*) (\w+ ){0,6}?(ist|ware|unter|:)
        {mail} (ist|ware) (zustandig|der richtige|die richtige)
        (kontaktieren|fragen) sie (\w+ ){0,5}?({mail}|kolleg\w+|stattdessen)
    """),
    W("referral", 2.5, r"""
        (ist|sind|ware|waren) (\w+ ){0,5}?(zustandig|verantwortlich)( ?[:,(] ?{mail})
        (abteilung|kolleg\w+|\w*abteilung|einkauf|zentrale)[^\n]{0,40}[:(] ?{mail}
    """),
    W("budget", 2.5, r"""
        (zu viel|zuviel) geld
        (budget|etat|mittel) (\w+ ){0,5}?(ausgeschopft|aufgebraucht|verplant)
    """),
    W("need", 2.5, r"""
        (genug|genugend|ausreichend) (kunden|auftrage|arbeit|anfragen)
    """),
    W("competitor", 2.5, r"""
        (macht|ubernimmt|betreut|erledigt) (\w+ ){0,3}?(eine|die|unsere|schon) \
            (\w+ )?(agentur|firma|dienstleister\w*)
    """),
    W("timing", 2.5, r"""
        (mitten|gerade) (in|im) (\w+ )?(umzug|umbau|renovierung|einfuhrung|saison)
        (dieses jahr|heuer|diesen monat|dieses quartal) (\w+ ){0,3}?nichts mehr
    """),
    W("gone", 3, r"""
        (arbeitet|ist|sind|tatig|beschaftigt) (\w+ ){0,3}?nicht mehr \
            (\w+ ){0,3}?(bei uns|hier|im haus|im unternehmen|tatig|beschaftigt|da)
        (hat|haben) (\w+ ){0,3}?(unternehmen|firma|haus|betrieb) verlassen
        (in rente|im ruhestand|verstorben|ausgeschieden)
        nicht mehr (bei uns|im unternehmen|im haus)
    """),
    W("need", 3, r"""
        (brauchen?|benotigen?) (\w+ ){0,4}?(nicht|keine?n?)(?=[.,!;]| (mehr|weitere|solche)\
            |$| \w+[.,!]?$)
        kein (\w+ )?bedarf
        (machen?|erledigen?|losen?|haben?|betreuen?|entwickeln?) \
            (\w+ ){0,6}?(selbst|selber|intern|im haus|inhouse|in-house|eigene[srn]?)
        (gut|bestens|ausreichend|voll) (versorgt|aufgestellt|abgedeckt|ausgelastet|aufgehoben)
        (sind|bin) (\w+ ){0,4}?(zufrieden|glucklich) \
            (damit|so|mit (der|dem|unserer|unserem) (\w+ )?(situation|website|webseite|seite\
            |stand|losung))
        (sehe|sehen) (\w+ ){0,4}?(keinen|nicht) (\w+ ){0,2}?(nutzen|mehrwert|sinn|bedarf|vorteil)
        mundpropaganda|empfehlungen leben
    """),
    W("competitor", 3, r"""
        (bereits|schon|seit \w+) (\w+ ){0,5}?(anbieter\w*|agentur\w*|dienstleister\w*\
            |partner\w*|lieferant\w*|losung|system|software|tool|firma|jemanden|versorgt mit\
            |vertrag)
        (anderen?|anderer|anderem|einer anderen|bestehende[nr]?|jetzigen?|aktuellen?\
            |bisherigen?) (\w+ ){0,2}?(anbieter\w*|agentur\w*|dienstleister\w*|partner\w*\
            |lieferant\w*|losung|firma|system|unternehmen)
        (wettbewerb\w*|konkurrenz|mitbewerb\w*)
        (unser|unsere|mein|meine) (\w+ )?(anbieter|agentur|dienstleister\
            |lieferant)( \w+){0,3} (macht|ubernimmt|kummert|erledigt)
        (wechseln?|wechsel) (\w+ ){0,3}?(nicht|kein\w*)
    """),
    W("customer", 3, r"""
        (sind|bin|schon|bereits|langst|doch) (\w+ ){0,4}?(kundin|kunde|kunden)( bei ihnen\
            | von ihnen|[.,!]|$)
        (nutzen|nutze|verwenden|haben|habe) (\w+ ){0,3}?(bereits|schon|langst) \
            (\w+ ){0,2}?(ihr|ihre|ihren|ein konto)
        (meine|unsere) kundennummer
    """),
    W("question", 2, r"""
        ^(wer|woher|wie kommen|was ist|worum|um was|welche firma|sind sie|ist das|von welcher)
        (woher haben|wie sind|wie kommen) sie
    """),
    W("thanks", 1, r"""(danke|vielen dank|besten dank|dank fur)"""),
    W("noted", 2.5, r"""
        (schaue?|schauen|sehe|sehen|prufe|prufen|lese|lesen|uberlege|uberlegen|melde|melden\
            |uberdenke|gucke) (\w+ ){0,3}?(es mir|mir|uns|es uns|das|an|durch|sich|mich\
            |mal)(?! (im|in|nachste|ab) (?!ruhe))
        (habe|haben|wurde) (\w+ ){0,5}?(weitergeleitet|weitergegeben|erhalten|bekommen)
        (erhalten|angekommen|zur kenntnis|notiert)
    """),
    W("absence", 3, r"""
        (ab|am) (dem |den )?(\d|montag|dienstag|mittwoch|donnerstag|freitag)[\w. ]{0,20} \
            wieder (da|zuruck|im|fur)
        (vom|bis) [\w. ]{1,30} (geschlossen|nicht da|abwesend|verreist)
    """),
    W("absence", 4, r"""
        (nicht|ausser) (\w+ ){0,3}?(im buro|im haus|am platz|erreichbar|am arbeitsplatz)
        (im|in) (\w+ )?(urlaub|elternzeit|mutterschutz|krankenstand|ferien|dienstreise)
        abwesen\w+|abwesend
        (ab|wieder) (\w+ ){0,4}?(erreichbar|zuruck|im buro|fur sie da|im haus)
        (kein\w*|nur eingeschrankt\w*|eingeschrankten?) (\w+ )?zugriff auf \
            (\w+ )?(e-?mails?|mails|postfach)
        automatische (antwort|abwesenheits\w*|ruckmeldung)
        betriebsferien|betriebsurlaub|buro ist (\w+ ){0,3}?geschlossen
        e-?mails? (wird|werden) nicht (weitergeleitet|gelesen)
    """),
    W("bounce", 4, r"""
        (nicht|nicht erfolgreich) (\w+ )?(zugestellt|zustellbar|ubermittelt)
        unzustellbar\w*|postfach (\w+ ){0,2}?(ist )?voll\
            |empfanger (\w+ ){0,3}?(unbekannt|existiert nicht|nicht gefunden)\
            |zustellung (\w+ ){0,3}?fehlgeschlagen
    """),
)  # fmt: skip
