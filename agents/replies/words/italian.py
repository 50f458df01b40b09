"""Italian: requests to be left alone, and what people say to an offer. Accents are folded away."""

from agents.replies.wordings import Wordings as W
from agents.replies.words.requests import Requests

REQUESTS = Requests(
    parts={
        "w": r"[\w'-]+",
        "address": r"[\w.+-]{1,64}@[\w.-]{1,80}",
        "mine": (
            r"(il mio|la mia|i miei|il nostro|la nostra|i nostri|questo|questa) (indirizzo|"
            r"email|e-mail|mail|numero|nome|contatto|dati|nominativo|recapito|informazioni|"
            r"recapiti)( {w}){0,2}?"
        ),
        "list": (
            r"(dalla|dalle|dal|dai|dagli|dall') ?({w} ){0,3}?(lista|liste|mailing|newsletter|"
            r"database|elenco|elenchi|archivio|archivi|rubrica|contatti|sistema|invii|banca "
            r"dati)"
        ),
        "mail": (
            r"e-?mails?|mails?|messaggi\w*|comunicazioni|pubblicita|newsletters?|sms|telefonate|"
            r"chiamate|posta|offerte|spam|proposte|contatti|promozioni|solleciti"
        ),
        "write": (
            r"scrivermi|scriverci|contattarmi|contattarci|chiamarmi|chiamarci|mandarmi|mandarci|"
            r"inviarmi|inviarci|telefonarmi|disturbarmi|disturbarci|importunarmi|tempestarmi|"
            r"spammare"
        ),
    },
    wordings=(
        W("removal", 1, r"""
            (cancella|rimuov|toglie|elimina|disiscriv|deliscriv|esclud)\w*(mi|ci|rmi|rci\
                |temi|teci|emi)(?= |[.,!;]|$)(?! (l'|il|la|lo|un|una|le) )
            (togliermi|togliere|toglietemi|toglimi|mi tolga|mi cancelli|mi cancellate\
                |ci cancelli|mi rimuova|mi disiscriva|mi tolgano|mi elimini)( {w}){0,3}? \
                ({list}|per favore|grazie|subito)
            (cancell|rimuov|togli|elimin)\w+ {mine} {list}
            (cancell|rimuov|togli|elimin)\w+ {mine}(?=[.,!;]|$)
            (cancell|rimuov|togli|elimin)\w+ {address}
            (vorrei|voglio|desidero|chiedo|richiedo|come posso|come faccio a|chiediamo) \
                ({w} ){0,4}?(disiscrivermi|cancellarmi|disiscrizione\
                |cancellazione)(?! (dell'|del|della) (ordine|appuntamento|contratto\
                |prenotazione))
        """),
        W("silence", 1, r"""
            non (desidero|voglio|vogliamo|desideriamo|intendo|vorrei) \
                (piu )?({w} ){0,3}?(ricevere|essere contattat\w|avere)( piu)? \
                ?({w} ){0,3}?({mail}|piu|niente|nulla|contattat\w)
            non (desidero|voglio|vogliamo|desideriamo) (piu )?essere \
                (piu |ulteriormente )?(contattat\w|disturbat\w|chiamat\w)
            non (desidero|voglio|vogliamo|desideriamo|intendo) piu \
                (ricevere|essere|sentir\w*|avere)
            (smett|cess|finit|piantat|basta|smettila|evit)\w* \
                (di |con |da )?({w} ){0,2}?({write}|invio|inviare|mandare|le {mail}\
                |con le {mail}|l'invio)
            non ({w} )?(contattatemi|contattateci|scrivetemi|scriveteci|chiamatemi\
                |chiamateci|mandatemi|inviatemi|scrivermi|contattarmi|chiamarmi|mi scriva\
                |mi contatti|mi chiami|mi mandi|mi scrivete|mi contattate|mi mandate\
                |ci contatti|ci scriva|mi scriva)( {w}){0,2}? (piu|mai piu|nuovamente|ancora)
            (basta|niente|nessun'|nessuna|stop alle|stop a|stop con le|non piu) \
                (altre |altra |ulteriori |piu |con )?({w} )?{mail}(?! (ma|pero))
            non ricevere (piu|altre|altri|ulteriori)
            (lasciatemi|mi lasci|lasciami|lasciateci) (in pace|stare)
            (cessare|interrompere|sospendere|interrompete|cessate) \
                ({w} ){0,4}?({mail}|invio|l'invio|contatto)
        """),
        W("formal", 1, r"""
            (mi oppongo|ci opponiamo|opposizione|diritto di opposizione) \
                ({w} ){0,2}?(al|alla|all'|allo) ?({w} ){0,2}?(trattamento|uso|utilizzo|invio)
            (revoco|ritiro|revochiamo|revocare|ritirare) (il|ogni|qualsiasi) ({w} ){0,2}?consenso
            (cancell|elimin|rimuov)\w+ ({w} ){0,2}?(i miei|i nostri|tutti i miei|tutti i) \
                ({w} )?dati
            diritto (all'oblio|alla cancellazione)
            (art\.?|articolo) ?(17|21) (del )?(gdpr|regolamento)
        """),
        W("plea", 1, r"""
            (adesso basta|ora basta|e spam|questo e spam|segnal\w+ come spam\
                |andate a quel paese|sparite)
        """),
    ),
    negation=r"non|mai|senza|invece di|se (io|noi|voglio)|clienti|utenti",
    until=(
        r"fino a(l|lla|lle)?|per (ora|il momento)|al momento|questa settimana|quest'anno|questo "
        r"mese|durante|finche"
    ),
    before=(
        r"prima (di|del|delle)|dopo le|di (mattina|sera|pomeriggio)|la mattina|la sera|il "
        r"(sabato|lunedi|venerdi)|nel (weekend|fine settimana)|tra le"
    ),
    instead=(
        r"invece|piuttosto|meglio (per|via|se)|, ?(mandi|mandate|invii|inviate|chiami|scriva|"
        r"usi|usate)|solo (via|per|tramite)|preferisco|e (mandi|mandate|inviate)"
    ),
    exact=(
        "cancellami", "cancellatemi", "disiscrivimi", "disiscrizione", "cancellazione",
        "disiscrivermi", "cancellarmi",
        "annulla iscrizione", "rimuovetemi", "rimuovimi", "toglietemi", "basta", "basta email",
        "basta mail", "basta grazie",
        "non contattatemi piu", "non scrivetemi piu", "disiscrivetemi", "smettetela",
        "basta messaggi",
    ),
)  # fmt: skip

PARTS = {
    "w": r"[\w'-]+",
    "mail": r"[\w.+-]{1,64}@[\w.-]{1,80}",
    "day": (
        r"lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|domani|oggi|prossima "
        r"settimana|settimana prossima|alle \d|\d{1,2}[:.]\d\d|mattina|pomeriggio|mezzogiorno"
    ),
    "meet": (
        r"sentirci|parlare|parlarne|vederci|incontrarci|chiamata|appuntamento|call|"
        r"videochiamata|incontro|riunione|sentiamo|vediamo|passare|chiacchierata"
    ),
    "later": (
        r"(in|a|ad|da|dopo|nel|dalla|verso) (autunno|primavera|estate|inverno|gennaio|febbraio|"
        r"marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|le ferie|"
        r"le vacanze|natale|l'estate)|(il|l') ?(prossimo|anno|mese) (anno|mese|prossimo|"
        r"trimestre)|anno prossimo|mese prossimo|tra ({w} )?(mesi|settimane|anni|mese|anno)|fra "
        r"({w} )?(mesi|settimane)|piu avanti|piu tardi|in futuro|altro momento"
    ),
}

INTENTS = (
    W("interest", 2, r"""
        (mi|ci) (racconti|dica|raccontate|dite) ({w} )?(di )?piu
    """),
    W("timing", 2, r"""
        dopo (l'estate|le ferie|i lavori|la stagione|le feste|il trasloco|l'apertura|natale|pasqua)
    """),
    W("competitor", 2.5, r"""
        (se ne occupa|lo fa|ci pensa|ce lo fa) (gia )?(un'altra|un altro|mio|nostro\
            |la nostra|un) ?({w} )?(ditta|agenzia|azienda|fornitore|cugino|nipote|fratello\
            |amico|societa)?
    """),
    W("decline", 2.5, r"""
        non (fa|fanno) per (noi|me)
    """),
    W("interest", 3, r"""
        (?<!non )(mi|ci|si,? mi) (interessa|interesserebbe|piacerebbe|piace|interessano)
        (?<!non )(sono|siamo|sarei|saremmo) (molto |davvero )?interessat
        (sembra|pare|suona) (molto |davvero |)?(interessante|bello|ottimo|buono|perfetto\
            |bene|promettente)
        (vorrei|vorremmo|voglio|vogliamo) ({w} ){0,2}?(saperne di piu|provare|conoscere\
            |iniziare|procedere|approfondire|vedere)
        (proprio|esattamente) (quello|cio) che
        stiamo cercando
    """),
    W("interest", 2, r"""
        (prossimi passi|come procediamo|come si procede|procediamo|andiamo avanti)
        (demo|dimostrazione|prova gratuita|periodo di prova)
        interessante(?=[.,!]|$)|ci sto|volentieri
    """),
    W("asks_for_more", 2.5, r"""
        (mand|invi|faccia|fate|far|av|ricev|condivid|forni|trasmett|pass)\w*( {w}){0,6} \
            (informazioni|info|preventivo|dettagli|prezzi|listino|proposta|offerta|brochure\
            |catalogo|esempi|referenze|contratto|presentazione|documentazione)
        (quanto|qual|quale|quali) ({w} ){0,3}?(costa|costano|costerebbe|prezzo|prezzi|costo\
            |costi|viene)
        (maggiori|piu|ulteriori|altre) (informazioni|info|dettagli)
    """),
    W("agreement", 2.5, r"""
        ^(si|certo|certamente|volentieri|va bene|ok|d'accordo|perfetto|con piacere\
            |assolutamente|perche no|ottimo)(?=[.,! ]|$)(?! ma)
    """),
    W("meeting", 2.5, r"""
        (possiamo|potremmo|posso|puo|puoi|disponibil\w|liber\w|va bene|andrebbe|ci sentiamo\
            |ci vediamo|propongo|sarebbe|che ne dice|facciamo) ({w} ){0,6}?({day})
        (possiamo|potremmo|vorrei|vorremmo|quando|piacerebbe|facciamo|riusciamo a) \
            ({w} ){0,3}?({meet})
        (fissare|organizzare|prenotare|programmare|fissiamo)( un| una)? \
            ({w} )?(appuntamento|incontro|chiamata|call|riunione)
        agenda|calendario
    """),
    W("call_me", 3, r"""
        (chiam|contatt|telefon|richiam)\w* ({w} ){0,4}?(al|allo|sul|a questo|al numero) \
            ?({w} ){0,2}?:? ?(\+|00|\()?\d[\d ().-]{5,}
        (?<!non )(mi chiami|chiamatemi|chiamami|mi telefoni|mi richiami|ci chiami)(?! prima)
        il mio (numero|cellulare|telefono) (e|:)
    """),
    W("decline", 3, r"""
        non ({w} ){0,3}?(interess\w+)
        (nessun|senza) interesse
        no,? ?grazie
        ^no(?=[.,!]|$)
        non (fa|e) ({w} ){0,3}?(per (noi|me)|adatto|rilevante|al caso nostro|quello che)
        (abbiamo|ho) deciso (di non|di rifiutare|diversamente)
        (rifiut|declin)(iamo|o|are)
        non (intendiamo|intendo|vogliamo) ({w} ){0,2}?(procedere|proseguire|aderire|continuare)
    """),
    W("hostile", 3, r"""
        spam|truff\w+|molesti\w*|vergogn\w+|idiot\w|cretin\w|vaffan\w+|stufo|schifo
    """),
    W("legal", 3.5, r"""
        (mio|nostro|un|dal|al) avvocato|garante|vie legali|azioni? legal\w|denunci\w+\
            |querel\w+|illegal\w+|gdpr|tribunale|carabinieri|polizia|diffid\w+
    """),
    W("timing", 3, r"""
        (al momento|per ora|per il momento|adesso|attualmente|ora|quest'anno\
            |in questo momento) ({w} ){0,2}?(no|non)(?! (abbiamo|ho|serve|c'e) (budget|bisogno))
        non ({w} ){0,5}?(al momento|adesso|per ora|quest'anno|il momento|priorit\w\
            |in questo momento)
        (risent|ricontatt|riscriv|scriv|richiam|riparl|sent|riprov|torn|risentiamo)\w* \
            ({w} ){0,5}?({later})
        (forse|magari|meglio|eventualmente) ({w} )?({later})
        (troppo|molto) (occupat\w|impegnat\w|presto)|non (ho|abbiamo) tempo\
            |periodo (pieno|intenso|sbagliato)|momento sbagliato
        fino a fine
    """),
    W("budget", 3, r"""
        (troppo|molto|un po'|piuttosto) (caro|cara|costoso|alto|cari|elevato)
        (non|senza|nessun|manca|manca il) ({w} ){0,3}?(budget|soldi|fondi|risorse|disponibilita)
        budget ({w} ){0,4}?(esaurito|finito|bloccato|limitato|congelato|speso)
        non (possiamo|posso) ({w} ){0,2}?permetter\w+
        fuori (dal )?(nostro )?budget|prezz\w+ ({w} ){0,2}?(alt\w|elevat\w)
    """),
    W("authority", 3, r"""
        (direzione|titolare|capo|direttore|sede|proprietari\w|amministra\w+|soci|consiglio\
            |responsabile|marito|moglie|acquisti)( {w}){0,3} \
            (decid\w+|approv\w+|deve|valuta|si occupa|sceglie)
        (decisione|dipende|decide|spetta) ({w} ){0,3}?(direzione|titolare|capo|direttore\
            |sede|proprietari\w|soci|consiglio)
        (parlarne|chiedere|sentire|consultare|parlare|verificare) \
            ({w} ){0,2}?(con|a|al|alla|il|la) ({w} )?(direzione|titolare|capo|direttore|soci\w\
            |marito|moglie|responsabile)
        non ({w} ){0,2}?(decido|io a decidere|prendo)
    """),
    W("wrong_person", 3, r"""
        non (sono|e) ({w} ){0,3}?(persona|responsabile|referente|giust\w|incaricat\w)
        (persona|numero|indirizzo|ufficio|contatto) sbagliat\w
        non (mi occupo|me ne occupo|mi compete)
    """),
    W("referral", 3, r"""
        (scriv|contatt|rivolg|parl|sent|mand|invi)\w* ({w} ){0,5}?(a|ad|al|alla|con|il|la) \
            ({w} ){0,5}?({mail}|collega|ufficio|responsabile|direttore|titolare|reparto)
        (persona|responsabile|referente) ({w} ){0,3}?(e|sarebbe|:)
        {mail} (e il|e la|si occupa)
    """),
    W("gone", 3, r"""
        non (lavora|fa|e) piu ({w} ){0,3}?(qui|con noi|parte|da noi|in azienda|per noi|presente)
        (ha lasciato|lasciato l') ?({w} )?(azienda|societa|l'azienda)?
        (in pensione|decedut\w|deceduto)
    """),
    W("need", 3, r"""
        non ({w} ){0,3}?(bisogno|serve|servono|necessit\w+)
        (facciamo|gestiamo|faccio|abbiamo|fatto) ({w} ){0,4}?(internamente|interno|da soli\
            |noi stessi|da solo|in casa)
        (content\w|soddisfatt\w|felic\w) (cosi|di come|con (il|la) (nostr\w )?(sito|situazione))
        non ({w} )?(vedo|vediamo) ({w} ){0,2}?(utilita|vantagg\w+|necessita|come|il senso|valore)
        funziona (gia )?bene|passaparola
    """),
    W("competitor", 3, r"""
        (gia|attualmente) ({w} ){0,4}?(fornitore|agenzia|partner|soluzione|sistema|software\
            |azienda|contratto|qualcuno|consulente)
        (un'altra|un altro|altro|altra|nostro|nostra|attuale) \
            ({w} )?(fornitore|agenzia|azienda|societa|partner)
        (concorren\w+)
        lavoriamo (gia )?con
        non ({w} ){0,3}?cambiare
    """),
    W("customer", 3, r"""
        (siamo|sono) (gia )?({w} )?(vostr\w|suo|suoi)? ?client\w( vostr\w| da voi|[.,!]|$)
        (usiamo|uso|utilizziamo|utilizzo) gia (il vostro|la vostra|i vostri)
    """),
    W("question", 2, r"""
        ^(chi|da dove|come (ha|avete|mai)|che cos'e|cos'e|di cosa|perche|siete|e una\
            |dove avete|dove ha)
    """),
    W("thanks", 1, r"""(grazie|ringrazi\w+)"""),
    W("noted", 2.5, r"""
        (ricevuto|ricevuta|preso nota|prendo nota|annotato|capito)
        (ci|lo|la|vi|devo|dobbiamo) (\w+ )?(guardo|guarderò|penso|pensiamo|valuto|valutiamo\
            |faccio sapere|valutare|pensarci|leggo|faremo sapere|guardero|esamino)
        (ho|abbiamo|l'ho) ({w} )?(inoltrato|girato|passato|trasmesso)
    """),
    W("absence", 4, r"""
        (fuori|assente)( {w}){0,2} (ufficio|sede|dal|fino|per)
        (in|sono in|saro in) (ferie|vacanza|malattia|maternita|trasferta|congedo)
        (al mio|mio) (rientro|ritorno)
        risposta automatica|risponditore
        (accesso limitato|senza accesso|non avro accesso) ({w} )?(alla|alle|a) \
            ({w} )?(posta|email|mail|e-mail)
        ufficio (e|sara|restera) chiuso|chiusura estiva
    """),
    W("bounce", 4, r"""
        (non|mancata|impossibile) ({w} ){0,5}?(consegnat\w|recapitat\w|consegna|consegnare\
            |recapitare)
        (casella|destinatario|indirizzo) ({w} ){0,3}?(pien\w|inesistente|non esiste\
            |sconosciut\w|rifiutat\w)
    """),
)  # fmt: skip
