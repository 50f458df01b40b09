"""A server's words into one of our reasons: classes of wording, tried in an order that matters.

`from_words` is called with a diagnostic already flattened by `diagnosis.py` (lower case, addresses
and links replaced, repeated codes removed). The order is the argument: a specific cause that is no
fault of the address (full, too large, unauthenticated, listed) is looked for before the words that
say the address is dead, because many servers put "recipient rejected" or "user unknown" around
it; vague words (denied, rejected, blocked) come last, because they surround everything.

`from_status` reads RFC 3463 codes where the words say nothing. Every pattern is made of bounded
pieces, so that none can be driven into backtracking.
"""

import re

from agents.inbox.values import Reason

SOME = r"(?:\W{1,4}[\w'-]{1,30}){0,4}?\W{1,4}"  # up to four words between two that matter
FEW = r"(?:\W{1,4}[\w'-]{1,30}){0,2}?\W{1,4}"

MAILBOX = (
    r"(?:user(?:id|name)?|recipients?|mail ?box(?:es)?|accounts?|address(?:es|ee)?|e-?mail|person"
    r"|alias|customer|subscriber|inbox|local[ -]part|mail ?drop|destinat(?:ion|aire|ario)|member)"
)
ABSENT = (
    r"(?:unknown|not (?:be )?found|does(?: not|n[o'’]?t) exist|(?:do|did) not exist|not exist(?:ing)?"
    r"|n[o']t exists?|non[- ]?exist[ea]nt|invalid|incorrect|not (?:be )?known|unrecogni[sz]ed"
    r"|not (?:be )?recogni[sz]ed|not listed|(?:could|was)(?: not|n['’]?t)(?: be)? (?:found|located)"
    r"|no longer (?:exists?|valid|in use|active|available|accepts?|on (?:the )?server|here|monitored)"
    r"|is(?: not|n['’]t) (?:a )?(?:valid|known)|not (?:a )?valid|not local|(?:is )?undeliverable"
    r"|wrong|not present|has(?: been|n't)? deleted|deleted|removed|not our (?:customer|user)"
    r"|not (?:set ?up|configured|provisioned)|inconnue?s?)"
)

Rule = tuple[Reason, re.Pattern[str]]


def rule(reason: Reason, *alternatives: str) -> Rule:
    return reason, re.compile("|".join(alternatives))


SPECIFIC: tuple[Rule, ...] = (
    rule(
        Reason.RATE_LIMITED,
        r"receiving mail at a rate|receiving mail too quickly|rate[- ]?limit|throttl",
        r"too (?:many|much) (?:messages|mails?|e-?mails|concurrent|simultaneous|connections?"
        r"|sessions|recipients|errors|rcpt|hits|invalid|login|traffic|bad)",
        r"(?:unusual|suspicious|excessive|high) (?:rate|volume|number|amount) of|unexpected volume",
        r"exceed(?:s|ed|ing)?"
        + SOME
        + r"(?:rate|connections?|messages? per|per (?:hour|day|minute))",
        r"(?:maximum|max\.?|daily|hourly|sending|connection) (?:number of )?(?:sending |message |mail )?"
        r"(?:limits?|quota|connections?)" + FEW + r"(?:reached|exceeded|hit)",
        r"slow down|sending (?:too|messages too) fast|try again more slowly|out of (?:smtp )?connections",
        r"(?:sending|daily user) (?:limit|quota) exceeded|over (?:its|their|the) (?:rate|sending)",
    ),
    rule(
        Reason.MAILBOX_FULL,
        r"over[ -]?(?:the )?(?:disk |mailbox |storage |its |his |user |allowed |allocated )?(?:quota|allotted)",
        r"(?:quota|storage|disk|space|mailbox size|size limit of mailbox)"
        + SOME
        + r"(?:exceed(?:ed|s)?|full|exhausted|overdrawn|reached|violation)",
        r"exceed(?:s|ed|ing)?" + SOME + r"(?:quota|storage|mailbox|disk|allotted space)",
        r"(?:mail ?box|mail ?drop|account|inbox|mail ?folder|maildir|user|recipient|directory|box)"
        + SOME
        + r"(?:full|over ?quota|out of (?:disk )?(?:space|storage))",
        r"full mail ?box|mailboxfull|quotaexceeded|over ?quota|insufficient (?:disk|storage|space|quota)"
        r"|not enough (?:disk |storage )?space|out of (?:storage|disk) ?space|no (?:disk )?space left",
        r"too much mail data|message would exceed|has reached (?:his|its|the) (?:limit|quota|maximum)",
        r"(?:postfach|mailbox|konto|speicher\w*) (?:des \w+ )?(?:ist )?(?:voll|überfüllt|ueberfuellt)"
        r"|speicherplatz \w* ?(?:überschritten|erschöpft)|kontingent",
        r"bo[iî]te (?:aux lettres |de réception )?(?:est )?pleine|quota dépassé|bo[ií]te saturée",
        r"buz[oó]n (?:est[aá] )?lleno|casilla llena|cuota (?:excedida|superada)|sin espacio",
        r"caixa (?:postal |de correio |de entrada )?(?:est[aá] )?(?:cheia|lotada)|cota excedida",
        r"casella (?:di posta )?(?:è |e' )?piena|quota superata|postvak is vol|mailbox vol\b",
        r"skrzynka (?:jest )?(?:pełna|przepełniona)|ящик (?:получателя )?(?:переполнен|заполнен)|квота",
        r"(?:メール)?(?:ボックス|容量).{0,8}(?:一杯|いっぱい|満杯|超え|オーバー)|邮箱已满|信箱已滿|邮箱.{0,6}满"
        r"|(?:메일함|편지함|용량).{0,8}(?:가득|초과|꽉)|brevlådan är full|postkassen er full",
    ),
    rule(
        Reason.TOO_LARGE,
        r"(?:message|mail|size|e-?mail|body|attachment|content)"
        + SOME
        + r"(?:too (?:large|big|long|great)|exceeds?|larger than|bigger than)(?!.{0,30}quota)",
        r"(?:message|mail|max(?:imum)?|fixed)(?:imum)? ?(?:message )?size"
        + SOME
        + r"(?:exceed|limit|violat|maximum)",
        r"too (?:large|big) (?:message|mail|for)|message length exceed|exceeded maximum inbound",
        r"(?:nachricht|mail) (?:ist )?zu gro(?:ß|ss)|message trop volumineux|mensaje demasiado grande",
    ),
    rule(
        Reason.SENDER_REJECTED,
        r"(?:sender|from|return[- ]path|envelope[- ]from|mail from)(?: e?-?mail)?(?: address| domain)?"
        + FEW
        + r"(?:rejected|unknown|invalid|not (?:verified|exist|found|allowed|valid|accepted"
        r"|permitted|authorized|owned)|does not (?:exist|resolve)|verif\w+ failed|must (?:exist|be)"
        r"|unverified|(?:could|can)(?: ?not|n't) be verified|unresolvable|refused|malformed|undefined)",
        r"(?:invalid|bad|unknown|unverified|unroutable|illegal|rejected|unresolvable|malformed|spoofed)"
        r" (?:sender|envelope from|return[- ]path|mail from|from address|source address)",
        r"sender (?:verify|verification|callout)|could not verify (?:the )?sender|verify (?:your|the) sender"
        r"|domain of (?:the )?sender|sender'?s (?:address|domain)|you are not allowed to use|sender denied"
        r"|not (?:owned by|own(?:er)? of) (?:the )?(?:user|sender|address)|send as (?:this|that)"
        r"|mail from (?:your|this) (?:address|domain)|\[mail_from\]",
        r"email address is not verified|(?:bad|no) (?:domain|mx|dns)[^.]{0,20} for sender|sender address",
    ),
    rule(
        Reason.AUTHENTICATION_FAILED,
        r"\b(?:dmarc|dkim|spf|sender id|arc)\b|sender policy framework|domainkeys",
        r"unauthenticated (?:e-?mail|mail|message|sender)|authentication (?:checks? |results? )?fail",
        r"(?:fails?|failed|does not pass|didn't pass) (?:\w+ ){0,3}(?:authentication|verification)",
        r"(?:multiple )?authentication checks|sender (?:is )?(?:not authenticated|unauthenticated)",
    ),
    rule(
        Reason.REVERSE_DNS,
        r"reverse (?:dns|lookup|hostname|resolution|mapping|name)|\brdns\b|\bptr\b|\bfcrdns\b|unverifiable",
        r"(?:ip|client|host|dns)(?: ?name| host| address)?"
        + FEW
        + r"lookup fail|hostname not found",
        r"(?:can(?: ?not|n't)|could not|unable to|not|missing|no|failed to) (?:find|resolve|valid)?"
        r" ?(?:your|the|a|client)? ?(?:host ?name|ip address|reverse|dns) (?:of|for|from|\[)",
        r"(?:helo|ehlo|client host|hostname)" + SOME + r"(?:resolv|no dns|not match|does not match"
        r"|must be|invalid|rejected: cannot)|does not (?:have|resolve to) a (?:fqdn|valid hostname)",
        r"generic (?:reverse|hostname|ip)|dynamic (?:ip|address|host)|missing dns|bad (?:helo|ehlo)",
    ),
    rule(
        Reason.VIRUS_SUSPECTED,
        r"virus|malware|malicious|infected|trojan|\bworm\b|ransomware",
    ),
    rule(
        Reason.SPAM_SUSPECTED,
        r"\bspam\b(?! ?cop| ?haus)|spamassassin|unsolicited|\bu[bc]e\b|junk ?mail|bulk (?:e-?mail|mail)"
        r"|phish|likely (?:suspicious|spam)|spammy|looks? like spam|spam-?like|anti-?spam",
        r"(?:message|content|mail|data)(?: content)? (?:was |has been |is )?(?:rejected|refused|blocked)"
        r" (?:by|due to|because of|as)(?: \w+)? (?:content|filter|spam|bulk)",
    ),
    rule(
        Reason.SENDER_BLOCKED,
        r"black ?list|block ?list|\b[drm]?n?s?bls?\b|\brbls?\b|\bdnsbl|\bxbl\b|\bpbl\b|\bsbl\b|spamhaus"
        r"|spam ?cop|sorbs|barracuda(?:central| reputation)|cloudmark|proofpoint|senderscore|uceprotect"
        r"|invaluement|senderbase|abusix|talos|trend ?micro (?:email reputation|rbl)",
        r"reputation|banned|deny ?list|user complaints|poor sending|bad sending",
        r"(?:your|sending|client|source|this|the|connecting|remote)"
        r"(?: \w+)? (?:ip|host|server|network|address range|mta|isp|domain|smtp)"
        r"(?: address| server| host| name)?"
        + SOME
        + r"(?:blocked|denied|listed|rejected|refused|restricted|rejecting|blacklisted|prohibited)",
        r"(?:blocked|rejected|denied|refused)"
        + SOME
        + r"(?:your|sending|client|ip|source) ?(?:ip|host"
        r"|address|server|network|mta)|(?:ip|host|client|connection|access) (?:address )?(?:from|of)?"
        r" ?(?:ip )?(?:address )?\S{0,45} ?(?:is |has been |was )?(?:blocked|denied|listed|rejected)",
        r"adresse ip|bloqu[ée]e?|client host|refused to talk|no connections? (?:from|accepted)"
        r"|not accept(?:ing|ed)? (?:any )?(?:mail|messages|connections|e-?mails?) from",
        r"use (?:the|your) (?:smtp|mail|outgoing|isp)|smtp server of your isp|connection refused by"
        r"|mail from \S{0,60} (?:is )?(?:blocked|rejected|refused|denied)|\(?s3150\)?|\[ts?s?0\d\]",
    ),
    rule(
        Reason.RELAY_DENIED,
        r"relay(?:ing)?(?: access)?(?: is| was)? (?:denied|not (?:permitted|allowed|authorized)|prohibited"
        r"|disallowed|refused|restricted|access denied)|unable to relay|not (?:permitted|allowed) to relay"
        r"|(?:do|does|will|can|may)(?: not|n't|not)? relay|not (?:an )?open relay|no relay|relay not"
        r"|relaytransport|not (?:in )?(?:my |the |our )?(?:list of )?(?:allowed )?rcpthosts"
        r"|we do not relay|refus\w+ to relay|insecure mail relay|user not local; please try",
    ),
    rule(
        Reason.NOT_PERMITTED,
        r"(?:not|only)(?: a)?(?: list| group)?(?: the)? (?:members?|subscribers?)\b|members?[- ]only"
        r"|permission to (?:post|send)|(?:not|aren't|isn't) (?:allowed|authori[sz]ed|permitted|open)"
        r" (?:to|for) (?:post|send|e-?mail|submit|this group|messages? to)|delivery to this address is"
        r" restrict|resolver\.rst|restricted (?:group|recipient|address)|only accepts? (?:messages?|mail|e-?mail)"
        r" from|group you tried to contact|google groups|list is (?:closed|moderated)|submission to",
    ),
    rule(
        Reason.SUPPRESSED,
        r"suppress(?:ion|ed)|previously bounced|has a history of (?:invalid|bounc)|on (?:our|the) bounce list",
    ),
    rule(
        Reason.ENCRYPTION,
        r"starttls|\btls\b|\bssl\b|certificate|encryption (?:required|needed|is required)",
    ),
    rule(
        Reason.LOOP,
        r"too many hops|hop count|mail (?:loop|forwarding loop)|loop(?:s|ing)? (?:back|detected)|loops back"
        r"|routing loop|delivered-to.{0,30}already|maximum hop",
    ),
)

DISABLED = rule(
    Reason.MAILBOX_DISABLED,
    r"(?:"
    + MAILBOX
    + r")"
    + SOME
    + r"(?:disabled|suspended|deactivated|inactive|not active|locked|frozen|closed|cancell?ed|blocked"
    r"|terminated|discontinued|expired|on hold|not enabled|dormant|out of service|not accepting)\b",
    r"(?:disabled|suspended|deactivated|inactive|frozen|expired|closed|locked) " + MAILBOX,
    r"mailbox (?:is )?currently (?:unavailable|disabled)|(?:has )?(?:not|n't) (?:been )?(?:logged|signed) in"
    r"|not been collected|over \d{2,3} days|account (?:that you tried to reach )?is over|falta de uso"
    r"|ha (?:expirado|sido (?:suspendida|desactivada))|konto (?:ist )?(?:deaktiviert|gesperrt)|compte"
    r" (?:désactivé|suspendu|bloqué|inactif)|cuenta (?:deshabilitada|inactiva|suspendida)|conta"
    r" (?:desativada|inativa|suspensa|bloqueada)|(?:заблокирован|отключен)",
)

DEAD: tuple[Rule, ...] = (
    rule(
        Reason.ACCEPTS_NO_MAIL,
        r"null ?mx|nullmx|no (?:mx|mail exchanger)s?(?: record)?s? (?:found|for|exist|defined|available)?"
        r"|(?:couldn't|could not|cannot|can't|unable to) find (?:a |any )?(?:mail exchanger|mx)",
        r"(?:does|do|did|will)(?: not|n['’]?t) (?:accept|receive|take|handle) (?:any |e?-?)?(?:e-?mail|mail"
        r"|messages?|smtp)(?! from)|no mail accepted|mail ?(?:service)? is not accepted"
        r"|domain (?:is )?(?:not accepting|does not send or receive)|not configured to (?:accept|receive)",
        r"\bmx\b.{0,30}(?:not found|invalid|nonexistent|does not exist|localhost|points to|illegal)",
    ),
    rule(
        Reason.DOMAIN_UNKNOWN,
        r"(?:domain|host|hostname|domain name|server name|system|destination)(?: \S{1,80})??"
        r"(?: name)?(?: or domain(?: name)?)? (?:is |was )?(?:unknown|not found|does(?: not|n['’]?t) exist|invalid"
        r"|not exist|could(?: not|n['’]t) be found|non-?existent|not known|isn't found|not resolved)",
        r"(?:unknown|no such|invalid|bad|unrout(?:e?able)|illegal|nonexistent|non-existent|unresolvable)"
        r" (?:destination )?(?:host|domain|mail domain|mailer|destination system|remote domain)",
        r"unrouteable|un?routable (?:mail |address)|no (?:valid )?route to (?:the )?domain|nxdomain"
        r"|all (?:relevant )?mx records point|couldn't find any host|cannot resolve (?:host|domain|name)"
        r"|name or service not known|(?:dns|name) (?:server|error|lookup).{0,60}(?:not found|does not exist"
        r"|no such|authoritative)|no (?:a|dns|address) record|host or domain name not found"
        r"|bad destination (?:system|mailbox address syntax|host)|unable to (?:find|resolve) (?:the )?(?:host"
        r"|domain)|(?:domain|host|destination) (?:is )?(?:not valid|misspelled)|mail server for \S+ (?:not|could)",
        r"\b(?!me\b)[\w-]+(?:\.[\w-]+){1,5} does not exist\b(?! here)",
        r"dom[aä]ne? (?:existiert nicht|n'existe pas|introuvable|unbekannt)|dominio (?:no existe|inexistente)",
        r"домен.{0,12}не (?:найден|существует)|ドメイン.{0,10}(?:存在しません|見つかりません)|域名不存在",
    ),
    rule(
        Reason.MOVED,
        r"has (?:moved|changed (?:his|her|their|its)? ?(?:e-?mail )?address)|moved to (?:a )?(?:new|another|@)"
        r"|new (?:e-?mail )?address is|please (?:use|update|note)"
        + FEW
        + r"new (?:e-?mail )?address"
        r"|address (?:has )?(?:been )?changed|user not local; (?:please|will)|has been (?:replaced|superseded) by"
        r"|forwarding address|no forwarding",
    ),
    rule(
        Reason.USER_UNKNOWN,
        ABSENT + FEW + MAILBOX,
        MAILBOX + SOME + ABSENT,
        r"no (?:such|valid|known|known|account|mailbox|user|mail ?box|recipient|person)"
        + FEW
        + MAILBOX,
        r"no such (?:user|person|address|mail|account|recipient|name|local|entry|id|login|alias|@)",
        r"no (?:account|mail ?box|one|user|person|mail address)(?: \w+){0,3} (?:by|with|here|at|of|for|found)"
        r"|nobody (?:here )?(?:by|with)|there is no(?: one| user| such)|not a (?:known|local|valid|real) ",
        r"(?:name|recipient|addressee|user) (?:is |was )?not (?:recogni[sz]ed|listed|known|on)|not listed in"
        r"|does ?n[o']t? ?(?:o?t )?have (?:an?|any|such) (?:\S+ )?(?:account|mail ?box|mail)|no longer (?:with|works|has)",
        r"(?:is|are)(?: not|n't) (?:a |an )?(?:active|valid|existing|local|known) (?:user|address|mailbox|rec)",
        r"user(?: is)? not (?:active|here|registered|in)|unknown (?:local|rcpt|to address|in|address)"
        r"|badrcptto|bad (?:recipient|address|destination (?:mailbox|email))|validrcptto|adr\.recip"
        r"|addr(?:ess)? ?(?:is )?(?:not ?found|unknown|invalid|does not)|recipnotfound|recipient ?not ?found"
        r"|recipient(?: address)? (?:was )?rejected(?:: (?:access denied|user|undeliverable|unknown|no))"
        r"|(?:550|553|action|unavailable)\W.{0,20}mailbox (?:is )?unavailable|mailbox unavailable|undeliverable address"
        r"|mailbox (?:name )?(?:is )?not (?:allowed|available|here|local)|does not like recipient|(?:rejected|invalid)"
        r" (?:your )?(?:envelope )?recipient|delivery (?:has )?failed to (?:this|these) recipient",
        r"(?:unbekannte[rn]? |ung[uü]e?ltige[rn]? )(?:empf|benutzer|adress|user|mailbox)|(?:empf[aä]e?nger\w*|adresse"
        r"|benutzer|postfach|mailbox|e-?mail-?adresse) .{0,30}(?:unbekannt|existiert nicht|nicht (?:gefunden|bekannt"
        r"|vorhanden|existent)|ung[uü]e?ltig)",
        r"(?:utilisateur|destinataire|adresse|bo[iî]te|compte) .{0,40}(?:inconnue?|invalide|n'existe p|introuvable"
        r"|n'a pas été trouv|inexistante?)",
        r"(?:usuario|destinatario|buz[oó]n|cuenta|casilla|direcci[oó]n|persona) .{0,30}(?:desconocid|inexistente"
        r"|inv[aá]lid|no existe|no encontrad|no se (?:ha )?enc)|no existe (?:el|la|ese|dicha|un)",
        r"(?:usu[aá]rio|destinat[aá]rio|endere[cç]o|caixa|conta) .{0,30}(?:desconhecid|inexistente|inv[aá]lid"
        r"|n[aã]o (?:existe|encontrad|foi enc))",
        r"(?:utente|destinatario|indirizzo|casella|account) .{0,30}(?:sconosciut|inesistente|non (?:esiste|trovat|valid))",
        r"onbekende (?:gebruiker|ontvanger)|(?:gebruiker|adres|ontvanger|postvak) .{0,30}(?:onbekend|bestaat niet|niet gevonden)",
        r"nieznany (?:użytkownik|odbiorca|adres)|(?:użytkownik|adres|konto|skrzynka|odbiorca) .{0,30}(?:nie istnieje|nieznan)",
        r"(?:ok[aä]nd|ukendt|ukjent) (?:mottag|modtag|mottak|anv|brug|bruk)|(?:mottagar|modtager|mottaker|adress)\w* .{0,30}"
        r"(?:ok[aä]nd|ukendt|ukjent|finns inte|findes ikke|finnes ikke)",
        r"(?:пользовател|адрес|ящик|получател)\w*.{0,30}(?:не (?:найден|существует|известен)|неизвест|недействит)"
        r"|неизвестный (?:пользов|получ|адрес)|нет такого (?:пользов|ящика|адреса)",
        r"(?:宛先|あて先|ユーザー?|アドレス|受信者).{0,16}(?:見つかりません|みつかりません|存在し|不明|ありません|無効)",
        r"(?:用户|收件人|邮箱|地址|帐户|账户|帳號|使用者).{0,8}(?:不存在|未知|无效|無效|找不到|不正确)",
        r"(?:사용자|수신자|받는 ?사람|메일 ?주소|계정).{0,14}(?:없|존재하지|찾을 수|알 수)",
        r"kullanıcı (?:bulunamadı|yok)|(?:uživatel|adresát|příjemce) .{0,20}(?:neexistuje|neznámý)|ismeretlen (?:címzett|felh)",
    ),
)

VAGUE: tuple[Rule, ...] = (
    rule(
        Reason.EXPIRED,
        r"(?:after|for|within|during)(?: the last| more than| over)? [\d.]+ ?(?:hours?|days?|minutes?|seconds?|attempts?"
        r"|times|retries)|(?:retry|retries|retrying|delivery) time(?:out)?|multiple (?:retries|attempts)|time (?:was )?exp"
        r"|too (?:long|old)|expired|giving up|gave up|delivery failed \d+|max(?:imum)? (?:retries|queue|attempts|time)"
        r"|could not find a gateway|retry time not|in queue too|not collected|delivery attempts? (?:failed|exceeded)"
        r"|not delivered within|message (?:is |has been )?(?:in queue|in the queue|undelivered)|尝试|постав",
    ),
    rule(
        Reason.NETWORK,
        r"connection (?:was )?(?:refused|timed|timeout|reset|lost|dropped|closed|failed|died|terminated|interrupted)"
        r"|(?:conversation|timed? ?out|timeout)|network (?:is )?(?:unreachable|error|problem|failure)|no route to host"
        r"|(?:unable|failed|could not|cannot|can't|couldn't) (?:to )?(?:connect|establish|contact|reach|open)"
        r"|host (?:is )?(?:unreachable|down|not reachable|not responding)|not responding|no smtp (?:service|connection)"
        r"|dns (?:server )?(?:failure|failed|error|timeout|lookup)|name ?server (?:error|failure)|temporar\w+ (?:dns|name|"
        r"failure in name|lookup)|lookup (?:failure|failed)|try again later; dns|cname lookup failed|broken pipe|deferred: 421",
    ),
    rule(
        Reason.SYSTEM_FULL,
        r"(?:system|server|queue|spool|file ?system|disk)(?: is)? (?:full|storage)|insufficient system",
    ),
    rule(
        Reason.CONTENT_REJECTED,
        r"(?:message|content|mail|header|attachment|mime|format|body|data|subject|message-id|date|line)"
        + SOME
        + r"(?:reject|not (?:accept|allow|support|permit)|malformed|missing|invalid|illegal|too long|syntax|violat"
        r"|not rfc|rfc ?\d{3,4}|blocked|prohibit|restrict|corrupt|refused)",
        r"(?:invalid|missing|malformed|multiple|duplicate|bad|illegal) (?:message|header|mime|from|date|to|message-id|addresses"
        r"|encoding|character|line)|not (?:rfc|compliant)|rfc ?(?:5322|2822|822|5321|2821)|8-?bit|executable|attachment",
    ),
    rule(
        Reason.POLICY,
        r"polic(?:y|ies)|violation|prohibited|not (?:allowed|permitted|authori[sz]ed)|unauthori[sz]ed|administrative"
        r"|security|disallowed|does not comply|compliance|authentication (?:is )?required|local config",
    ),
    rule(
        Reason.SENDER_BLOCKED,
        r"access denied|blocked|denied|refused|rejected|banned|go away|not welcome|not accept|service (?:refused|denied)"
        r"|grey ?list|greylisted|not allow|reject",
    ),
    rule(
        Reason.PROTOCOL,
        r"syntax error|command (?:not|unrecogni|unknown|reject|out of)|bad (?:command|sequence)|protocol (?:error|violation)"
        r"|unrecogni[sz]ed command|(?:need|must issue|send) (?:rcpt|mail|a? ?helo|ehlo)|unexpected command|parameters? not",
    ),
    rule(
        Reason.SYSTEM,
        r"(?:internal|local|system|server|configuration|software|transaction|service|mailer|processing|resource|i/o|database"
        r"|unexpected|unknown|temporary|delivery|command|lookup|ldap)"
        + FEW
        + r"(?:error|failure|failed|problem|unavailable|not available|trouble|shut|misconfig|overload)",
        r"system (?:config|resources)|not configured|misconfigured|too busy|overload|out of memory|try (?:again )?later"
        r"|please retry|temporar|mail system|can(?:not|'t) (?:open|create|exec|write|accept)|exit(?:ed)? (?:status|code)"
        r"|local delivery|procmail|maildrop|unable to (?:process|deliver|handle)|command died|service not|permission denied",
    ),
)

STATUS: dict[str, Reason] = {
    "1.1": Reason.USER_UNKNOWN,
    "1.2": Reason.DOMAIN_UNKNOWN,
    "1.3": Reason.USER_UNKNOWN,
    "1.6": Reason.MOVED,
    "1.7": Reason.SENDER_REJECTED,
    "1.8": Reason.SENDER_REJECTED,
    "1.10": Reason.ACCEPTS_NO_MAIL,
    "1.351": Reason.USER_UNKNOWN,
    "2.1": Reason.MAILBOX_DISABLED,
    "2.2": Reason.MAILBOX_FULL,
    "2.3": Reason.TOO_LARGE,
    "2.4": Reason.NOT_PERMITTED,
    "3.1": Reason.SYSTEM_FULL,
    "3.4": Reason.TOO_LARGE,
    "4.1": Reason.NETWORK,
    "4.2": Reason.NETWORK,
    "4.3": Reason.NETWORK,
    "4.4": Reason.NETWORK,
    "4.6": Reason.LOOP,
    "4.7": Reason.EXPIRED,
    "4.14": Reason.LOOP,
    "7.13": Reason.MAILBOX_DISABLED,
    "7.16": Reason.TOO_LARGE,
    "7.25": Reason.REVERSE_DNS,
    "7.27": Reason.SENDER_REJECTED,
    **{f"7.{detail}": Reason.AUTHENTICATION_FAILED for detail in (20, 21, 22, 23, 24, 26, 29)},
}
SUBJECTS: dict[str, Reason] = {
    "3": Reason.SYSTEM,
    "4": Reason.NETWORK,
    "5": Reason.PROTOCOL,
    "6": Reason.CONTENT_REJECTED,
    "7": Reason.POLICY,
}


def from_words(words: str) -> Reason | None:
    """The reason that a flattened diagnostic states; None where it states none."""
    for reason, pattern in (*SPECIFIC, DISABLED, *DEAD, *VAGUE):
        if pattern.search(words):
            return reason
    return None


def from_status(status: str) -> Reason | None:
    """The reason behind an RFC 3463 status ("5.1.1"); None for x.0.0 and unknown details."""
    _, _, rest = status.partition(".")
    return STATUS.get(rest) or SUBJECTS.get(rest.partition(".")[0])
