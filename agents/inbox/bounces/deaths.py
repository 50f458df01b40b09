"""How servers say that an address is dead, or asleep; data of `reasons.py`.

Tables hold one alternative a line, made of bounded pieces so that no text can drive them into
backtracking. Languages: English, German, French, Spanish, Portuguese, Italian, Dutch, Polish,
Russian, Czech, Hungarian, Turkish, the Scandinavian ones, Japanese, Chinese, Korean.
"""

from agents.inbox.values import Reason

# Up to five, and up to three, words between two that matter ("doesn't" counts as two). Separators
# and words share no character: a run of dashes would else cost seconds.
SOME = r"(?:\W{1,4}\w{1,30}){0,5}?\W{1,4}"
FEW = r"(?:\W{1,4}\w{1,30}){0,3}?\W{1,4}"
MAILBOX = (
    r"(?:user(?:id|name)?s?|recipients?|mail ?box(?:es)?|accounts?|address(?:es|ee)?|e-?mail|person"
    r"|alias|customer|subscriber|inbox|local[ -]part|mail ?drop|destinat(?:ion|aire|ario)|member)"
)
ABSENT = (
    r"(?:unknown|not (?:be )?found|does(?: not|n[o'’]?t) exist|(?:do|did) not exist"
    r"|not exist(?:ing)?|n[o']t exists?|non[- ]?exist[ea]nt|invalid|incorrect|not (?:be )?known"
    r"|unrecogni[sz]ed|not (?:be )?recogni[sz]ed|not listed|not present|not local|wrong"
    r"|(?:could|was)(?: not|n['’]?t)(?: be)? (?:found|located)"
    r"|is(?: not|n['’]t) (?:a )?(?:valid|known)"
    r"|no longer (?:exists?|valid|in use|active|available|accepts?|on (?:the )?server|here)"
    r"|not (?:a )?valid|(?:is )?undeliverable|(?:has been |was )?(?:deleted|removed)"
    r"|not our (?:customer|user)|not (?:set ?up|provisioned)|inconnue?s?)"
)


PIECES = {"some": SOME, "few": FEW, "mailbox": MAILBOX, "absent": ABSENT}

DISABLED: tuple[Reason, str] = (
    Reason.MAILBOX_DISABLED,
    r"""
    <mailbox><some>(?:disabled|suspended|deactivated|inactive|not active|locked|frozen|closed)\b
    <mailbox><some>(?:cancell?ed|terminated|discontinued|expired|on hold|not enabled\
    |not activated)\b
    (?:mailbox|account|user)(?: @)? (?:is |has been |was )?blocked|account (?:is )?unavailable
    is now disabled
    not (?:currently )?(?:being )?accepted for this mailbox|mail receiving disabled
    <mailbox><some>(?:dormant|out of service)\b
    (?:mailbox|account|user|recipient) (?:is )?(?:currently )?not accepting (?:mail|messages)
    (?:disabled|suspended|deactivated|inactive|frozen|expired|closed|locked) <mailbox>
    mailbox (?:is )?currently (?:unavailable|disabled)
    (?:has )?(?:not|n't) (?:been )?(?:logged|signed) in
    not been collected|over \d{2,3} days
    en estado: inactiv|zablokowan|nieaktywn|bloccat[oa] per|mailbox deaktiviert|désactivée
    falta de uso|ha (?:expirado|sido (?:suspendida|desactivada))
    (?:konto|postfach) (?:ist )?(?:deaktiviert|gesperrt)
    compte (?:désactivé|suspendu|bloqué|inactif)
    cuenta (?:deshabilitada|inactiva|suspendida|bloqueada)
    conta (?:desativada|inativa|suspensa|bloqueada)|account (?:disabilitato|sospeso)
    (?:заблокирован|отключен)
    """,
)

DEAD: tuple[tuple[Reason, str], ...] = (
    (
        Reason.ACCEPTS_NO_MAIL,
        r"""
        null ?mx|no (?:mx|mail exchanger)s?(?: records?)? (?:found|for|exist|defined|available)
        no (?:mx|mail exchanger) records?
        (?:couldn't|could not|cannot|can't|unable to) find (?:a |any )?(?:mail exchanger|mx\b)
        indicated no (?:smtp|mail) service|domain (?:is )?not accepting
        (?:host|domain|server|system|site)<some>(?:does|do|did|will)(?: not|n['’]?t) (?:accept\
        |receive|take|handle) (?:any )?(?:e-?mail|mail|messages?|smtp)(?! from)
        (?:does|do|will)(?: not|n['’]?t) (?:accept|receive) (?:any )?(?:e-?)?mails?\b(?! from)
        not accepting network messages|no mail accepted|mail ?(?:service)? is not accepted
        does not (?:send or )?receive mail
        not configured to (?:accept|receive) (?:any )?(?:e-?)?mail
        \bmx\b(?: \w+){0,3} (?:not found|invalid|nonexistent|does not exist|localhost|illegal\
        |broken)
        all relevant mx records? (?:are )?invalid|destination seems? to reject all
        """,
    ),
    (
        Reason.DOMAIN_UNKNOWN,
        r"""
        (?:domain|host|hostname|server name\
        |destination)(?: \S{1,80})??(?: name)?(?: or domain(?: name)?)? (?:is |was )?(?:unknown\
        |not found|does(?: not|n['’]?t) exist|invalid|not exist|non-?existent|not known\
        |isn't found|not resolved)
        (?:domain|host|hostname)(?: \S{1,80})?? could(?: not|n['’]t) be (?:found|resolved)
        (?:unknown|no such|invalid|bad|unrout(?:e?able)|illegal|non-?existent\
        |unresolvable) (?:destination )?(?:host|domain|mail domain|destination system\
        |remote domain)
        unrouteable address|unroutable (?:address|domain)
        no (?:valid )?route (?:found )?to (?:the )?domain
        nxdomain|all (?:relevant )?mx records point to non-?existent
        couldn't find any host|cannot resolve (?:host|domain|name)|name or service not known
        (?:dns|name) (?:server|error|lookup)(?: \S{1,60}){0,8}? (?:not found|does not exist\
        |no such|authoritative)
        no (?:a|aaaa|dns|address) records?|host or domain name not found
        bad destination (?:system|mailbox address syntax|host)
        unable to (?:find|resolve) (?:the )?(?:host|domain)|mail server for \S{1,80} (?:not|could)
        (?:domain|host|destination) (?:is )?(?:not valid|not reachable|misspelled)(?! from)
        \b(?!me\b)[\w-]{1,60}(?:\.[\w-]{1,60}){1,5} does not exist\b(?! here)
        dom[aä]e?ne? (?:existiert nicht|n'existe pas|introuvable|unbekannt|inconnu)
        domain (?:existiert nicht|ist unbekannt|nicht gefunden)
        dominio (?:no existe|inexistente|desconocido|inesistente|sconosciuto)
        dom[ií]nio inexistente
        домен(?: \S{1,40})? не (?:найден|существует)
        ドメイン.{0,10}(?:存在しません|見つかりません)|(?:域名|域名称).{0,4}不存在|도메인.{0,10}(?:없|찾을)
        """,
    ),
    (
        Reason.MOVED,
        r"""
        has (?:moved|changed (?:(?:his|her|their|its) )?(?:e-?mail )?address)
        moved to (?:a )?(?:new|another|different|@)|new (?:e-?mail )?address is
        please (?:use|update|note)<few>new (?:e-?mail )?address|address (?:has )?(?:been )?changed
        user not local; (?:please|will)|has been (?:replaced|superseded) by|no forwarding
        \b551\b.{0,30}try
        """,
    ),
    (
        Reason.USER_UNKNOWN,
        r"""
        <absent><few><mailbox>
        <mailbox><some><absent>
        no (?:such|valid|known)<few><mailbox>
        userunknown|illegal (?:user|recipient|address|alias|mailbox)|(?:^|\W)not exists?\b
        (?:recipient|address|user|mailbox) (?:can ?not|could not|can't) be verified
        user(?: @)? not ok\b
        (?:can't|cannot|could not|couldn't|unable to) find (?:the |an? |this |such )?(?:alias\
        |user|recipient|mailbox|account|address)
        not found in (?:ldap|directory|the directory|address book|database)|recipient not allowed
        no longer accepts (?:e-?)?mail|no longer an? (?:employee|member)|nie istnieje
        nie ma takiego (?:konta|użyt)
        destin\w{0,10}\.? (?:sconosciut|errat)|adressat unbekannt|unbekannter adressat
        no such (?:user|person|address|mail|account|recipient|name|local|entry|id|login|alias|@)
        no (?:account|mail ?box|one|user|person|mail address)(?: \w{1,20}){0,3} (?:by|with|here\
        |at|of|for|found)
        nobody (?:here )?(?:by|with)|there is no(?: one| user| such)
        not a (?:known|local|valid|real)\b
        (?:name|recipient|addressee|user) (?:is |was )?not (?:recogni[sz]ed|listed|known|on)\b
        not listed in
        (?:do|does) ?(?:not|n['o]?t)? ?have (?:an?|any|such) (?:\S{1,60} )?(?:account|mail ?box\
        |mail)
        user doesn't have|no longer (?:with|works|has)
        (?:is|are)(?: not|n't) (?:an? )?(?:active|valid|existing|local|known) (?:user|address\
        |mailbox|rec)
        user(?: is)? not (?:active|here|registered|in)\b
        unknown (?:local|rcpt|to address|in|or illegal|alias)
        badrcptto|bad (?:recipient|address|destination mailbox|destination email)|validrcptto
        adr\.recip|addr(?:ess)? ?(?:is )?(?:not ?found|unknown|invalid|does not)
        recip(?:ient)? ?not ?found
        recipient(?: address)? (?:was |has been )?(?:rejected|refused|denied)(?:$|[.]\
        |: (?:access denied|user|undeliverable|unknown|no ))
        address rejected(?: @)?(?:$|\.| in reply)
        (?:rejected|invalid) (?:your )?(?:envelope )?recipient|undeliverable address
        mailbox (?:is )?unavailable|mailbox (?:name )?(?:is )?not (?:allowed|available|here|local)
        does not like recipient|delivery (?:has )?failed to (?:this|these) recipient
        (?:unbekannte[rn]? |ung[uü]e?ltige[rn]? )(?:empf|benutzer|adress|user|mailbox)
        (?:empf[aä]e?nger\w{0,10}|adresse|benutzer|postfach|mailbox\
        |e-?mail-?adresse)(?:\W{1,3}\w{1,20}){0,5}?\W{1,3}(?:unbekannt|existiert nicht\
        |nicht (?:gefunden|bekannt|vorhanden|existent)|ung[uü]e?ltig)
        (?:utilisateur|destinataire|adresse|bo[iî]te\
        |compte)(?:\W{1,3}\w{1,20}){0,6}?\W{1,3}(?:inconnue?|invalide|n'existe p|introuvable\
        |n'a pas été trouv|inexistante?)
        (?:usuario|destinatario|buz[oó]n|cuenta|casilla|direcci[oó]n\
        |persona)(?:\W{1,3}\w{1,20}){0,4}?\W{1,3}(?:desconocid|inexistente|inv[aá]lid|no existe\
        |no encontrad|no se (?:ha )?enc)
        no existe (?:el|la|ese|dicha|un)
        (?:usu[aá]rio|destinat[aá]rio|endere[cç]o|caixa\
        |conta)(?:\W{1,3}\w{1,20}){0,4}?\W{1,3}(?:desconhecid|inexistente|inv[aá]lid\
        |n[aã]o (?:existe|encontrad|foi enc))
        (?:utente|destinatario|indirizzo|casella\
        |account)(?:\W{1,3}\w{1,20}){0,4}?\W{1,3}(?:sconosciut|inesistente|non (?:esiste|trovat\
        |valid))
        onbekende (?:gebruiker|ontvanger)
        (?:gebruiker|adres|ontvanger|postvak)(?:\W{1,3}\w{1,20}){0,4}?\W{1,3}(?:onbekend\
        |bestaat niet|niet gevonden)
        nieznany (?:użytkownik|odbiorca|adres)
        (?:użytkownik|adres|konto|skrzynka\
        |odbiorca)(?:\W{1,3}\w{1,20}){0,4}?\W{1,3}(?:nie istnieje|nieznan)
        (?:ok[aä]nd|ukendt|ukjent) (?:mottag|modtag|mottak|anv|brug|bruk)
        (?:mottagar|modtager|mottaker|adress)\w{0,8}(?:\W{1,3}\w{1,20}){0,4}?\W{1,3}(?:ok[aä]nd\
        |ukendt|ukjent|finns inte|findes ikke|finnes ikke)
        (?:пользовател|адрес|ящик\
        |получател)\w{0,8}(?:\W{1,3}\w{1,20}){0,4}?\W{1,3}(?:не (?:найден|существует|известен)\
        |неизвест|недействит)
        неизвестный (?:пользов|получ|адрес)|нет такого (?:пользов|ящика|адреса)
        (?:宛先|あて先|ユーザー?|アドレス|受信者).{0,16}(?:見つかりません|みつかりません|存在し|不明|ありません|無効)
        (?:用户|收件人|邮箱|地址|帐户|账户|帳號|使用者).{0,8}(?:不存在|未知|无效|無效|找不到|不正确)
        (?:사용자|수신자|받는 ?사람|메일 ?주소|계정).{0,14}(?:없|존재하지|찾을 수|알 수)
        kullanıcı (?:bulunamadı|yok)
        (?:uživatel|adresát|příjemce)(?:\W{1,3}\w{1,20}){0,3}?\W{1,3}(?:neexistuje|neznámý)
        ismeretlen (?:címzett|felh)
        """,
    ),
)
