"""Polish: requests to be left alone, and what people say to an offer. Accents are folded away."""

from agents.replies.wordings import Wordings as W
from agents.replies.words.requests import Requests

REQUESTS = Requests(
    parts={
        "mine": (
            r"(moj|moja|moje|mojego|nasz|nasze|nasza|naszego|ten|tego|moich|naszych) (adres\w*|"
            r"e-?mail\w*|mail\w*|numer\w*|dane|danych|kontakt\w*)"
        ),
        "me": r"mnie|nas|{mine}|[\w.+-]{1,64}@[\w.-]{1,80}",
        "list": (
            r"(\w+ ){0,2}?(list\w*|baz\w*|newsletter\w*|mailing\w*|subskrypcj\w*|system\w*|"
            r"rejestr\w*)"
        ),
        "mail": (
            r"wiadomosci|wiadomosc|maili|maile|e-?maili|e-?maile|mejli|mejle|ofert|oferty|"
            r"reklam|reklamy|sms\w*|telefonow|kontaktu?|newslettera|korespondencji|spamu|"
            r"informacji handlowych"
        ),
    },
    wordings=(
        W("removal", 1, r"""
            (usun|usuncie|usunac|wypisz|wypiszcie|wypisac|wykreslic|wykresl|skreslic|skresl\
                |wyrejestrowac|wyrejestruj) (\w+ )?{me}(?= |[.,!;]|$)
            {me} (\w+ )?(usunac|wypisac|wykreslic|skreslic|wyrejestrowac|usuncie)
            (usun|usunac|wykreslic|skreslic) (\w+ ){0,3}?z {list}
            (chce|chcialbym|chcialabym|jak moge|prosze o|zadam) \
                (\w+ ){0,3}?(wypisac|wypisanie|usuniecie|wyrejestrowanie|rezygnowac\
                |zrezygnowac)(?! (punktu|pozycji))
            rezygnuje z (\w+ ){0,2}?(newsletter\w*|subskrypcj\w*|otrzymywania|mailing\w*)
        """),
        W("silence", 1, r"""
            nie (chce|chcemy|zycze|zyczymy|chcialbym|wyrazam zgody na|zgadzam sie na) \
                (sobie )?(\w+ )?(otrzymywac|dostawac|otrzymywania|dalszego|dalszych|wiecej\
                |kontaktu|zadnych)( \w+){0,3}?(?= |[.,!]|$)(?! (pdf\w*|zalacznik\w*))
            (prosze|prosimy) (\w+ ){0,3}?(wiecej )?nie \
                (\w+ )?(pisac|kontaktowac|dzwonic|wysylac|przysylac|nekac)( \w+){0,3}? \
                ?(wiecej|juz|nigdy)
            (prosze|prosimy) (\w+ ){0,3}?(wiecej|juz|nigdy) (\w+ )?nie \
                (pisac|kontaktowac|dzwonic|wysylac|przysylac)
            (nie piszcie|nie pisz|nie kontaktujcie|nie dzwoncie|nie wysylajcie\
                |nie przysylajcie|nie wysylaj) (\w+ ){0,3}?(wiecej|juz|nigdy)
            (przestancie|przestan|przestac|zaprzestac|skonczcie|zaprzestania\
                |przestaniecie) (\w+ ){0,2}?(wysylac|pisac|dzwonic|spamowac|wysylania|wysylanie\
                |nekac|kontaktowac|przysylac)(?! (faktur\w*|pdf\w*))
            (zadnych|bez|koniec z|dosc) (wiecej |dalszych |kolejnych )?{mail}
            (dajcie|daj|prosze dac) (mi|nam) (\w+ )?spokoj
        """),
        W("formal", 1, r"""
            sprzeciw\w* (\w+ ){0,2}?(wobec|przeciw\w*|na) \
                (\w+ ){0,2}?(przetwarzani\w*|wykorzystywani\w*|marketing\w*)
            (cofam|wycofuje|odwoluje) (\w+ ){0,2}?zgode
            (usun|usunac|usuniecie|usuncie) (\w+ ){0,2}?(moich|moje|naszych|wszystkich\
                |wszystkie) (\w+ )?dan(e|ych)
            (art\.?|artykul) ?(17|21) rodo|prawo do bycia zapomnianym
        """),
        W("plea", 1, r"""(dosc tego|to jest spam|spadaj\w*|odczepcie sie)"""),
    ),
    negation=r"nie|nigdy|bez|zamiast|jesli (ja|my|chce)|klienci|uzytkownicy",
    until=(
        r"do (\d|konca|przyszlego|stycznia|marca|czerwca|wrzesnia|swiat)|na razie|w tym "
        r"(tygodniu|roku|miesiacu)|obecnie|chwilowo|przez"
    ),
    before=r"przed|po godzinie|rano|wieczorem|w weekend\w*|miedzy",
    instead=(
        r"zamiast tego|lepiej|, ?(prosze )?(wyslac|zadzwonic|przeslac|uzywac)|tylko (mailem|"
        r"telefonicznie|przez)|raczej"
    ),
    exact=(
        "wypisz", "wypisz mnie", "rezygnuje", "rezygnacja", "usun", "usun mnie", "prosze usunac",
        "prosze wypisac", "prosze mnie wypisac", "prosze mnie usunac", "nie pisac wiecej",
        "koniec", "prosze o usuniecie", "wypisuje sie",
    ),
)  # fmt: skip

PARTS = {
    "mail": r"[\w.+-]{1,64}@[\w.-]{1,80}",
    "day": (
        r"poniedzialek|wtorek|srode|sroda|czwartek|piatek|sobote|niedziele|jutro|dzis|dzisiaj|"
        r"przyszlym tygodniu|o \d{1,2}|\d{1,2}[:.]\d\d|rano"
    ),
    "later": (
        r"(jesienia|wiosna|latem|zima|w (styczniu|lutym|marcu|kwietniu|maju|czerwcu|lipcu|"
        r"sierpniu|wrzesniu|pazdzierniku|listopadzie|grudniu))|(w )?(przyszlym|nastepnym|"
        r"kolejnym) (roku|miesiacu|kwartale|tygodniu)|za (\w+ )?(miesiac\w*|tygodn\w*|lat\w*|"
        r"rok)|pozniej|po (wakacjach|swietach|nowym roku|urlopie)|innym razem"
    ),
}

INTENTS = (
    W("interest", 2, r"""
        (powiedziec|opowiedziec|powiedzcie|opowiedzcie) (\w+ )?wiecej|dlaczego nie(?=[.,!?]|$)
    """),
    W("decline", 2.5, r"""
        to nie dla (nas|mnie)
    """),
    W("interest", 3, r"""
        (?<!nie )(jestem|jestesmy|bardzo|tak,?) (\w+ )?zainteresowan
        (brzmi|wyglada|wydaje sie) (\w+ ){0,2}?(ciekaw\w+|interesujac\w+|dobrze|swietnie\
            |super|obiecujac\w+)
        (chetnie|chcialbym|chcialabym|chcemy|chcielibysmy) \
            (\w+ ){0,2}?(dowiem|dowiedziec|poznam|poznac|sprobuj\w*|przetest\w*|zobacz\w*\
            |uslysz\w*|skorzystam|dowiemy)
        (dokladnie|wlasnie) (\w+ )?(tego|to) (\w+ )?(szukamy|potrzebujemy)
        szukamy
    """),
    W("asks_for_more", 2.5, r"""
        (prosze o|przeslac|wyslac|poprosze|przeslijcie|wyslijcie|podeslac|otrzymac\
            |prosimy o)( \w+){0,5} ?(informacj\w+|ofert\w+|wycen\w+|szczegol\w+|cennik\w*\
            |propozycj\w+|katalog\w*|przyklad\w*|umow\w+|cen\w*|referencj\w+)
        (ile|jaki|jaka) (\w+ ){0,2}?(kosztuj\w*|koszt|cena|bedzie kosztowac)
        wiecej (informacji|szczegolow)
    """),
    W("agreement", 2.5, r"""
        ^(tak|chetnie|jasne|oczywiscie|ok|dobrze|zgoda|swietnie|pewnie)(?=[.,! ]|$)(?! ale)
    """),
    W("meeting", 2.5, r"""
        (mozemy|mozna|moge|pasuje|odpowiada|proponuje|czy|moze|wolny|wolna) (\w+ ){0,5}?({day})
        (mozemy|chetnie|czy mozemy|mozna|chcialbym|chcialabym) \
            (\w+ ){0,3}?(porozmawiac|spotkac|zadzwonic|rozmow\w*|spotkani\w*|omowic)
        (umowic|umowmy|zaplanowac) (\w+ )?(sie|spotkanie|rozmowe)
    """),
    W("call_me", 3, r"""
        (prosze )?(zadzwonic|dzwonic|o telefon|o kontakt|zadzwoncie) \
            (\w+ ){0,3}?(pod|na|:) ?(\w+ ){0,2}?(\+|00)?\d[\d -]{5,}
        (?<!nie )(prosze (do mnie )?(zadzwonic|o telefon))
    """),
    W("decline", 3, r"""
        nie (\w+ ){0,2}?(zainteresowan\w*|interesuje)
        (brak|bez) zainteresowania
        nie,? ?dzieku\w+
        ^nie(?=[.,!]|$)
        nie (dla nas|skorzystamy|skorzystam|jestesmy w stanie skorzystac)
        (zdecydowalismy|postanowilismy) (\w+ ){0,2}?nie|dziekujemy,? ale nie|odmawia\w+
    """),
    W("legal", 3.5, r"""
        prawnik\w*|adwokat\w*|uodo|policj\w+|pozew|pozwe|nielegaln\w+|rodo|skarg\w+|kroki prawne
        uokik
    """),
    W("hostile", 3, r"""(spam\w*|oszust\w+|bezczeln\w+|idio\w+|nekani\w+|wstyd)"""),
    W("timing", 3, r"""
        (nie|nie w) (\w+ )?(teraz|w tej chwili|tym roku|obecnie|na razie|w tym momencie|tej chwili)
        (obecnie|na razie|w tej chwili|teraz|w tym roku) \
            (\w+ )?nie(?! (mamy|ma) (budzetu|potrzeby))
        (odezwac|skontaktowac|napisac|zadzwonic|wrocic|wrocmy|odezwij\w*|przypomni\w*) \
            (\w+ ){0,4}?({later})
        (moze|ewentualnie) (\w+ )?({later})
        (bardzo|zbyt) zajec\w+|brak czasu|nie mamy czasu|nie mam czasu|zly moment|za wczesnie
    """),
    W("budget", 3, r"""
        (za|zbyt|bardzo|troche) (drogo|drogie|droga|drogi|wysok\w+)
        (nie mamy|nie ma|brak|bez|nie mam) (\w+ ){0,2}?(budzet\w*|pieniedzy|srodkow|funduszy)
        nie stac (nas|mnie)|poza budzetem|taniej
    """),
    W("authority", 3, r"""
        (szef\w*|zarzad\w*|dyrektor\w*|wlasciciel\w*|centrala|kierownik\w*\
            |prezes\w*)( \w+){0,3} (decyduj\w+|musi|podejmuje|zatwierdza)
        (porozmawiac|zapytac|skonsultowac|ustalic) \
            (\w+ ){0,2}?(z )?(szef\w*|zarzad\w*|dyrektor\w*|wlasciciel\w*|prezes\w*)
        nie (ja decyduje|podejmuje|decyduje)
    """),
    W("wrong_person", 3, r"""
        nie (jestem|zajmuje) (\w+ )?(wlasciw\w+|odpowiedni\w+|osoba|odpowiedzialn\w+|sie tym)
        (zly|niewlasciw\w+|bledn\w+) (adres|numer|osob\w+|kontakt|dzial)
    """),
    W("referral", 3, r"""
        (prosze )?(kontaktowac|skontaktowac|pisac|napisac|zwrocic|kierowac|zglosic) \
            (\w+ ){0,4}?(z|do|na|sie do|sie z) (\w+ ){0,3}?({mail}|koleg\w+|kolezank\w+\
            |dzial\w*|kierownik\w*)
    """),
    W("gone", 3, r"""
        (juz )?nie (pracuje|jest) (\w+ )?(juz |u nas|tutaj|tu|w firmie|w naszej)
        (odszedl|odeszla) z firmy|na emeryturze
    """),
    W("need", 3, r"""
        nie (\w+ )?(potrzebuj\w+|mamy potrzeby|ma potrzeby)|(brak|bez) potrzeby
        (robimy|zajmujemy sie|mamy|robie) (\w+ ){0,3}?(sami|samodzielnie|wewnetrznie|wlasny\w*)
        (zadowoleni|zadowolon\w+) (z (tego|obecnej sytuacji)|jak)
    """),
    W("competitor", 3, r"""
        (juz|obecnie) (\w+ ){0,4}?(dostawc\w+|agencj\w+|partner\w*|firm\w+|rozwiazanie\
            |system|umowe|kogos)
        (inn\w+|obecn\w+) (\w+ )?(dostawc\w+|agencj\w+|partner\w*|firm\w+)
        konkurencj\w+|wspolpracujemy (juz )?z|nie (planujemy )?zmienia\w+
    """),
    W("customer", 3, r"""(jestesmy|jestem) (juz )?(\w+ )?(klient\w+)( panstwa| waszym|[.,!]|$)"""),
    W("question", 2, r"""^(kto|skad|jak (zdobyl\w*|panstwo|macie)|co to|dlaczego|kim|czy to)"""),
    W("thanks", 1, r"""(dzieku\w+|dzieki)"""),
    W("noted", 2.5, r"""
        otrzymal\w+|przyjal\w+|zapozna\w+ sie|przejrze|zastanowi\w* sie|przekazal\w+|dam znac
        damy znac|wroce|odezwe sie|przesylam dalej
    """),
    W("absence", 4, r"""
        (na|w trakcie) (urlopie|zwolnieniu|delegacji|macierzynskim|urlopu)|nieobecn\w+|poza biurem
        (wracam|wroce|bede ponownie|bede dostepn\w+)|automatyczna odpowiedz\
            |ograniczony dostep do (poczty|maila)
    """),
    W("bounce", 4, r"""
        nie (mogla|zostala|moze) (\w+ )?(byc )?dostarczon\w+
        (skrzynka|adres|odbiorca) (\w+ ){0,2}?(pelna|nie istnieje|nieznany)
    """),
)  # fmt: skip
