"""How servers refuse mail for causes other than a dead address; data of `reasons.py`.

`SPECIFIC` is tried before the words of a dead address, `VAGUE` after them. Tables hold one
alternative a line, made of bounded pieces so that no text can drive them into backtracking.
"""

from agents.inbox.values import Reason

SPECIFIC: tuple[tuple[Reason, str], ...] = (
    (
        Reason.NETWORK,
        r"""
        host not found, try again|(?:lookup|resolution) fail\w{0,3} temporarily
        cname lookup failed
        temporar\w{1,4} (?:dns |name |host |address )?(?:lookup|resolution|dns|failure in name)
        (?:dns|name ?server|lookup|resolver)(?: \w{1,20}){0,2} (?:timed? ?out|timeout\
        |server failure)
        servfail
        """,
    ),
    (
        Reason.RATE_LIMITED,
        r"""
        receiving mail at a rate|receiving mail too quickly|rate[- ]?limit|throttl|frequency limit
        too (?:many|much) (?:messages(?! (?:on the server|in))|mails?|e-?mails?|concurrent\
        |simultaneous|connections?|sessions)
        too (?:many|much) (?:recipients|errors|rcpt|hits|invalid|login|traffic|bad|simult)
        (?:unusual|suspicious|excessive|high) (?:rate|volume|number|amount) of|unexpected volume
        exceed(?:s|ed|ing)?<some>(?:rate|connections?|messages? per|per (?:hour|day|minute))
        (?:maximum|max\.?|daily|hourly|sending|connection) (?:number of )?(?:sending |message \
        |mail |user )?(?:limits?|quota|connections?|messages)<few>(?:reached|exceeded|hit)
        slow(?:ing)? down|sending (?:too|messages too) fast|more slowly
        out of (?:smtp )?connections
        over (?:its|their|the) (?:rate|sending)|exceeded their limit for the number
        """,
    ),
    (
        Reason.MAILBOX_FULL,
        r"""
        over[ -]?(?:the )?(?:disk |mailbox |storage |its |his |user |allowed \
        |allocated )?(?:quota|allotted)
        (?:quota|storage|disk|space|mailbox size|size limit of mailbox)<some>(?:exceed(?:ed|s)?\
        |full|exhausted|overdrawn|reached|violation)
        (?:quota|storage) (?:exceeded|violation|full)
        exceed(?:s|ed|ing)?<some>(?:quota|storage|mailbox|disk|allotted space)
        (?:mail ?box|mail ?drop|account|inbox|mail ?folder|maildir|user|recipient|directory\
        |box)<some>(?:full|over ?quota|out of (?:disk |storage )?(?:space|storage))\b
        mail ?box exceed(?:s|ed)|space(?: is)? not enough|exhausted(?: \w{1,12}){0,3} storage
        exceeds allowed size
        too many messages (?:on the server|in (?:the )?(?:mailbox|inbox))|zu ?viele (?:e-?)?mails
        full mail ?box|mailboxfull|quotaexceeded|insufficient (?:disk|storage|quota)(?! system)
        not enough (?:disk |storage )?space|out of (?:storage|disk) ?space|no (?:disk )?space left
        too much mail data|message would exceed
        has reached (?:his|its|the) (?:limit|quota|maximum)
        (?:postfach|mailbox|konto|speicher\w{0,12})(?: \w{1,20}){0,3} (?:ist )?(?:voll\
        |überfüllt|ueberfuellt)
        (?:postfach|mailbox|konto)(?: \S{1,60}){0,4} voll\b
        speicherplatz(?: \w{1,20}){0,2} (?:überschritten|erschöpft)
        bo[iîí]te(?: [\w']{1,20}){0,4} (?:est )?(?:pleine|satur[ée]e)|quota (?:dépassé|atteint)
        buz[oó]n(?: est[aá])? lleno|casilla llena|cuota (?:excedida|superada)|sin espacio
        caixa(?: \w{1,12}){0,3}(?: est[aá])? (?:cheia|lotada)|cota excedida
        casella(?: \w{1,12}){0,3}(?: è| e')? piena|quota superata|postvak (?:is )?vol
        mailbox (?:is )?vol\b
        skrzynka (?:jest )?(?:pełna|przepełniona)|ящик(?: \w{1,20}){0,2} (?:переполнен|заполнен)
        превышена квота
        (?:ボックス|容量).{0,8}(?:一杯|いっぱい|満杯|超え|オーバー)|(?:邮箱|信箱|邮箱空间).{0,6}(?:满|滿)
        (?:메일함|편지함|용량).{0,8}(?:가득|초과|꽉)|brevlådan är full|postkassen er full
        """,
    ),
    (
        Reason.TOO_LARGE,
        r"""
        (?:message|mail|e-?mail|body|attachment|content)<some>(?:too (?:large|big|long|great)\
        |larger than|bigger than)
        (?:message|mail) size<some>(?:exceeds?|limit|violat|maximum|too)
        (?:message|mail|size|attachment)(?:<few>)(?:exceeds?|exceeded)<some>(?:size|limit\
        |maximum|length)
        max(?:imum)? ?(?:message|mail)? ?size|size limit exceeded|recipsizelimit
        too (?:large|big) (?:message|mail|for)|message length exceed|exceeded maximum inbound
        (?:nachricht|mail) (?:ist )?zu gro(?:ß|ss)|message trop volumineux
        mensaje demasiado grande
        """,
    ),
    (
        Reason.AUTHENTICATION_FAILED,
        r"""
        \b(?:dmarc|dkim|spf|sender id|arc-seal)\b|sender policy framework|domainkeys
        unauthenticated (?:e-?mail|mail|message|sender)|authentication (?:checks? |results? )?fail
        (?:fails?|failed|does not pass|didn't pass)(?: \w{1,20}){0,3} (?:authentication\
        |verification)
        authentication checks|sender (?:is )?(?:not authenticated|unauthenticated)
        required authentication level
        """,
    ),
    (
        Reason.REVERSE_DNS,
        r"""
        reverse (?:dns|lookup|hostname|host ?name|resolution|mapping|name|record)
        \brdns\b|\bptr\b|\bfcrdns\b|unverifiable|ip name lookup|hostname not found
        (?:client|sending|your) (?:ip|host|address|server)(?: ?name| host\
        | address)?<few>(?:lookup|resolve)
        (?:can(?: ?not|n't)|could not|unable to|failed to) (?:find|resolve) (?:your|the client\
        |client|a) (?:host ?name|ip|reverse|address)
        (?:helo|ehlo)<some>(?:resolv|no dns|not match|does not match|must|invalid|rejected\
        |not found|unknown|syntax|require)
        client host<few>(?:rejected: cannot|does not resolve)
        does not (?:have|resolve to) a (?:fqdn|valid hostname)
        generic (?:reverse|hostname|ip)|dynamic (?:ip|address|host)|missing dns|bad (?:helo|ehlo)
        (?:no|missing|invalid) (?:dns|ptr) (?:entry|record|name)<few>(?:ip|\[)
        """,
    ),
    (
        Reason.SENDER_REJECTED,
        r"""
        (?:sender|return[- ]path|envelope[- ]from)(?: e?-?mail)?(?: address\
        | domain)?<few>(?:rejected|unknown|invalid|not (?:verified|exist|found|allowed|valid\
        |accepted|permitted|authorized|owned)|refused|malformed|undefined|unverified\
        |unresolvable)
        (?:sender|return[- ]path|mail from)(?: address| domain)?<few>(?:does not (?:exist\
        |resolve)|verif\w{1,8} failed|must (?:exist|be)|(?:could|can)(?: ?not|n't) be verified)
        mail from(?: @| address| domain)? (?:is |was )?(?:rejected|refused|invalid\
        |not allowed)(?!.{0,40}(?:polic|spam|content))
        (?:invalid|bad|unknown|unverified|unroutable|illegal|rejected|unresolvable|malformed\
        |spoofed) (?:sender|envelope from|return[- ]path|mail from|from address|source address)
        sender (?:verify|verification|callout)|could not verify (?:the )?sender
        verify (?:your|the) sender
        domain of (?:the )?sender|sender'?s (?:address|domain)|you are not allowed to use
        sender denied
        not (?:owned by|own(?:er)? of) (?:the )?(?:user|sender|address)|send as (?:this|that)
        \[mail_from\]
        email address is not verified|(?:bad|no) (?:domain|mx|dns)(?: \w{1,12}){0,3} for sender
        """,
    ),
    (Reason.VIRUS_SUSPECTED, r"virus|malware|malicious|infected|trojan|\bworm\b|ransomware"),
    (
        Reason.SENDER_BLOCKED,
        r"""
        black ?list|block ?list|\b[drm]?n?s?bls?\b|\brbls?\b|\bxbl\b|\bpbl\b|\bsbl\b|spamhaus
        spam ?cop|sorbs|barracuda ?(?:central|reputation)|cloudmark|senderscore|uceprotect
        invaluement|senderbase|abusix|talos|trend ?micro (?:email reputation|rbl)|deny ?list
        reputation|banned|user complaints|poor sending|bad sending|client host blocked
        (?:your|sending|client|source|connecting)(?: \w{1,20})? (?:ip|host|server|network\
        |address range|mta|isp|smtp)(?: address| server| host| name)?<some>(?:blocked|denied\
        |listed|rejected|refused|restricted|rejecting|blacklisted|prohibited)
        (?:this|the) (?:ip|network|address range)(?: address)?<some>(?:blocked|denied|listed\
        |rejected|refused|restricted|prohibited)
        (?:blocked|rejected|denied|refused)<some>(?:your|sending|client|ip|source) ?(?:ip|host\
        |address|server|network|mta)\b
        (?:ip|host|client|connection)(?: address)?(?: from| of)?(?: \S{1,45})? (?:is |has been \
        |was )?(?:blocked|denied|listed|rejected)\b
        access (?:from|of)(?: \S{1,45}){1,3} (?:is |has been |was )?(?:blocked|denied)\b
        adresse ip|client host|refused to talk|no connections? (?:from|accepted)
        not accept(?:ing|ed)? (?:any )?(?:mail|messages|connections|e-?mails?) from
        not be accepted from
        use (?:the|your) (?:smtp|mail|outgoing|isp)|smtp server of your isp|connection refused by
        my name was rejected|part of their network|\(?s3150\)?|\[ts?s?0\d\]
        """,
    ),
    (
        Reason.SPAM_SUSPECTED,
        r"""
        \bspam\b(?! ?cop| ?haus)|spamassassin|unsolicited|\bu[bc]e\b|junk ?mail
        bulk (?:e-?mail|mail)
        phish|likely (?:suspicious|spam)|spammy|spam-?like|anti-?spam|spamming
        (?:message|content|mail|data)(?: content)? (?:was |has been |is )?(?:rejected|refused\
        |blocked) (?:by|due to|because of|as)(?: \w{1,20})? (?:content|filter|spam|bulk)
        """,
    ),
    (
        Reason.RELAY_DENIED,
        r"""
        relay(?:ing)?(?: access)?(?: is| was)? (?:denied|not (?:permitted|allowed|authorized)\
        |prohibited|disallowed|refused|restricted)
        unable to relay|not (?:permitted|allowed) to relay
        (?:do|does|will|can|may)(?: ?not|n't) relay
        not (?:an )?open relay|no relay|relay not|relaytransport|refus\w{1,4} to relay
        insecure mail relay
        (?:not|isn't|n't) (?:in )?(?:my |the |our )?(?:list of )?(?:allowed )?rcpthosts
        """,
    ),
    (
        Reason.NOT_PERMITTED,
        r"""
        (?:not|only)(?: an?)?(?: list| group)?(?: the)? (?:members?|subscribers?)\b
        members?[- ]only
        permission to (?:post|send)|authrequired|notauthenticatedforgroup|resolver\.rst
        (?:not|aren't|isn't) (?:allowed|authori[sz]ed|permitted|open) (?:to|for) (?:post|send\
        |e-?mail|submit|this group|messages? to)
        delivery to this address is restrict|restricted (?:group|recipient|address)
        only accepts? (?:messages?|mail|e-?mail) from|group you tried to contact|google groups
        list is (?:closed|moderated)|submission to|moderated (?:list|group)
        """,
    ),
    (
        Reason.SUPPRESSED,
        r"""
        suppress(?:ion|ed)|previously bounced|history of (?:invalid|bounc)
        on (?:our|the) bounce list
        """,
    ),
    (
        Reason.ENCRYPTION,
        r"starttls|\btls\b|\bssl\b|certificate|encryption (?:required|needed|is required)",
    ),
    (
        Reason.LOOP,
        r"too many hops|hop count|mail (?:loop|forwarding loop)|loop(?:s|ing)? (?:back|detected)"
        r"|routing loop|delivered-to.{0,30}already|maximum hop|too many .?received.? headers",
    ),
)

VAGUE: tuple[tuple[Reason, str], ...] = (
    (
        Reason.EXPIRED,
        r"""
        (?:after|for|within|during)(?: the last| more than| over)? [\d.]{1,9} ?(?:hours?|days?\
        |minutes?|seconds?|attempts?|times|retries)
        (?:retry|retries|retrying|delivery) time(?:out)?|multiple (?:retries|attempts)
        time (?:was )?exp
        too (?:long|old)|expired|giving up|gave up|delivery failed \d
        max(?:imum)? (?:retries|queue|attempts|time)
        could not find a gateway|retry time not|in queue too|not collected|not delivered within
        delivery attempts? (?:failed|exceeded)
        message (?:is |has been )?(?:in (?:the )?queue|undelivered)
        """,
    ),
    (
        Reason.NETWORK,
        r"""
        connection (?:was )?(?:refused|timed|timeout|closed|failed|died|terminated|interrupted\
        |lost|reset|dropped)
        lost connection|connection (?:is |was )?broken
        conversation with|timed? ?out|timeout
        network (?:is )?(?:unreachable|error|problem|failure)|no route to host
        (?:unable|failed|could not|cannot|can't|couldn't|wasn't able) (?:to )?(?:connect\
        |establish|contact|reach|open)
        host (?:is )?(?:unreachable|down|not reachable|not responding)|not responding
        no smtp (?:service|connection)
        dns (?:server )?(?:failure|failed|error|lookup)|name ?server (?:error|failure)
        lookup (?:failure|failed)|broken pipe|deferred: 421|being unable to connect
        """,
    ),
    (
        Reason.SYSTEM_FULL,
        r"""
        (?:system|server|queue|spool|file ?system|disk)(?: is)? (?:full|storage)
        insufficient system
        """,
    ),
    (
        Reason.POLICY,
        r"polic(?:y|ies)|administrative prohibition|local config|does not comply|compliance",
    ),
    (
        Reason.CONTENT_REJECTED,
        r"""
        (?:message|content|mail|header|attachment|mime|format|body|data|subject|message-id|date\
        |line)<some>(?:reject|not (?:accept|allow|support|permit)|malformed|missing|invalid\
        |illegal|too long|syntax|violat|not rfc|rfc ?\d{3,4}|blocked|prohibit|restrict|corrupt\
        |refused)
        (?:invalid|missing|malformed|multiple|duplicate|bad|illegal) (?:message|header|mime\
        |from|date|to|message-id|addresses|encoding|character|line)
        not (?:rfc|compliant)|rfc ?(?:5322|2822|822|5321|2821)|8-?bit|executable|attachment
        """,
    ),
    (
        Reason.POLICY,
        r"violation|prohibited|not (?:allowed|permitted|authori[sz]ed)|unauthori[sz]ed|security"
        r"|disallowed|authentication (?:is )?required",
    ),
    (
        Reason.SENDER_BLOCKED,
        r"access denied|blocked|denied|refused|rejected|go away|not welcome|not accept|grey ?list"
        r"|not allow|reject",
    ),
    (
        Reason.PROTOCOL,
        r"""
        syntax error|command (?:not|unrecogni|unknown|reject|out of)|bad (?:command|sequence)
        protocol error
        unrecogni[sz]ed command|(?:need|must issue|send) (?:rcpt|mail|a? ?helo|ehlo)
        unexpected command
        """,
    ),
    (
        Reason.SYSTEM,
        r"""
        (?:internal|local|system|server|configuration|software|transaction|service|mailer\
        |processing|resource|i/o|database|unexpected|unknown|temporary|delivery|command|lookup\
        |ldap)<few>(?:error|failure|failed|problem|unavailable|not available|trouble|shut\
        |misconfig|overload)
        system (?:config|resources)|not configured|misconfigured|too busy|overload|out of memory
        try (?:again )?later
        please retry|temporar|mail system|can(?:not|'t) (?:open|create|exec|write|accept)
        exit(?:ed)? (?:status|code)
        local delivery|procmail|maildrop|unable to (?:process|deliver|handle)|command died
        service not|permission denied
        """,
    ),
)
