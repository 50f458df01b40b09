"""How absence notices, departures and receipts are worded, in the languages that we read.

Data of `automatic.py`: English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish,
Danish, Norwegian, Finnish, Polish, Czech, Russian, Turkish, Japanese, Chinese and Korean. Tables
hold one wording a line (`wording.py`), made of bounded pieces; `<gap>` is up to five words.
"""

from agents.inbox.wording import table

PIECES = {"gap": r"(?:\W{1,3}\w{1,20}){0,5}?\W{1,3}"}

AUTOMATIC_SUBJECT = table(
    r"""
    ^auto(?:matic|mated|matisk|matisch\w*|matique|m[aá]tic[oa]\
    |matica)?[-_ ]?(?:e-?mail[- ])?(?:repl(?:y|ies)|respon(?:se|der|d)|answer|antwort|svar\
    |reply|odpow\w*|antwoord)\b
    ^(?:re: )?auto[-_ ]?(?:reply|response|respond|antwort|svar|reply message)\b
    ^automati(?:c|cally|sche[rsn]?|sk[at]?|sch)\W{1,3}(?:generated )?(?:reply|response|antwort\
    |svar|antwoord|beantwoord)
    ^(?:r[ée]ponse|respuesta|resposta|risposta|odpowied[zź]|odpov[eě][dď]|vastaus\
    |yan[ıi]t) (?:autom\w+|otom\w+)
    ^(?:автоматический ответ|автоответ|automaattinen|otomatik (?:yan[ıi]t|cevap)|自動(?:応答|返信)\
    |自动(?:回复|答复|回覆)|自動回[覆复]|자동 ?(?:응답|회신|답장))
    ^(?:autorespuesta|autoreply|autoresponse|autosvar|autoantwort|automatick[aá] odpov)
    ^(?:thank you for (?:contacting|your (?:e-?mail|message|enquiry|inquiry)))
    ^(?:we(?: have|'ve)? received your|your (?:message|request|e-?mail|enquiry|inquiry\
    |ticket) (?:has been |was )?received)
    ^\[?(?:ticket|case|request) ?(?:id)?[#: ]{1,3}[\w-]{2,20}\]?.{0,40}(?:received|created|opened)
    ^(?:eingangsbest[äa]e?tigung|empfangsbest[äa]e?tigung|accus[ée] de r[ée]ception\
    |acuse de recibo|conferma di ricezione|ontvangstbevestiging|bekr[äa]ftelse\
    |potwierdzenie (?:otrzymania|odbioru))
    """,
    PIECES,
)

ABSENT_SUBJECT = table(
    r"""
    \bout[- ]of[- ](?:the )?office\b|\booo\b|\boof\b|^away (?:from|until|till|on)
    \bi'?m (?:away|out)\b|\baway from (?:my|the) (?:office|desk|mail)
    ^(?:on )?(?:annual |parental |maternity |paternity |sick |medical )?(?:leave|vacation\
    |holidays?)\b(?: notice| message| reply|:|$)
    \bon (?:annual |parental |maternity |paternity |sick |medical )?(?:leave|vacation\
    |holidays?)(?: until| till|$)
    vacation (?:auto|reply|notice|message)
    \babwesenheit(?:s(?:notiz|meldung|benachrichtigung|nachricht|assistent))?|^abwesend
    nicht im (?:b[üu]e?ro|haus|office)|^(?:bin )?im urlaub|urlaubsmeldung
    ^absence\b|\babsent\w{0,2} (?:du bureau|jusqu)|\bhors du bureau|message d'absence
    r[ée]ponse automatique d'absence|^(?:en )?(?:cong[ée]s?|vacances)\b
    \bfuera de (?:la )?oficina|^ausente|ausencia|de vacaciones|fora do (?:escrit[óo]rio|gabinete)
    aus[êe]ncia|^(?:de )?f[ée]rias\b
    \bfuori (?:ufficio|sede)|^assenza|^assente|in ferie|\bafwezig(?:heid)?\b|niet op kantoor
    buiten kantoor|met (?:verlof|vakantie)
    fr[åa]nvaro|^(?:jag [äa]r )?(?:p[åa] )?semester\b|frav[æa]r|ikke p[åa] kontoret|ikke til stede
    inte p[åa] kontoret|poissa(?:olo|ssa)?\b|lomalla
    poza biurem|nieobecno[śs][ćc]|na urlopie|mimo kancel[áa][řr]|nep[řr][íi]tomnost|dovolen[áa]
    нет на месте|отсутств|в отпуске|вне офиса
    ofis d[ıi][şs][ıi]nda|izinde|不在(?:の|通知|届|連絡|です|$)|休暇
    外出中|不在办公室|外出|休假|不在辦公室|부재(?: ?중)?|휴가
    """,
    PIECES,
)

ABSENT = table(
    r"""
    ^(?:currently |presently )?(?:away|out of (?:the )?office|out until|absent|on (?:annual \
    |sick |parental |maternity |paternity )?(?:leave|holidays?|vacation))\b
    ^(?:derzeit |momentan )?(?:abwesend|im urlaub)\b|^(?:actuellement )?(?:absente?|en congés?)\b
    ^(?:ausente|de vacaciones|de f[ée]rias|in ferie|assente|fuori ufficio|afwezig|met vakantie)\b
    ^(?:på semester|på ferie|lomalla|na urlopie|nieobecn[ya]|na dovolené|в отпуске|izindeyim)\b
    \b(?:i|we)(?:'|’)?(?: ?a?m| are| will be|'ll be|’ll be|m| have been| was\
    |ll be)(?: currently| presently| now| both| all)?<gap>(?:out of (?:the |my )?office|away\b\
    |on (?:\w+ ){0,2}(?:leave|vacation|holidays?|break|sabbatical|business trip|pto)\
    |travell?ing|abroad|unavailable|not available|absent|off work|ooo\b|offline)
    \b(?:i|we)(?:'|’)?(?: ?am| are| will be|'ll be|’ll be|m|ll be) (?:currently |presently \
    |now )?(?:out\b(?! of (?:ideas|stock|budget|time|business|milk))|off\b (?:until|till|from\
    |for|on|work|sick|today)|not (?:in|at) (?:the |my )?(?:office|desk|work))
    \b(?:is|are) (?:currently |now )?(?:out of (?:the )?office|on (?:\w+ ){0,2}(?:leave\
    |vacation|holidays?)|away from (?:the |his |her |their )?(?:office|desk))
    \bout of (?:the )?office (?:from|until|till|starting|between|with|on|and|for|this|today\
    |through|\d|message|reply|auto|notice)
    ^out of (?:the )?office\b|\baway from (?:my |the )?(?:e-?mail|mail|desk|office|computer)
    \b(?:limited|no|intermittent|sporadic|infrequent|restricted\
    |little) (?:or no )?access to (?:my |the )?(?:e-?mails?|inbox|internet|mail)
    not (?:be )?(?:checking|reading|monitoring|answering) (?:my )?(?:e-?)?mails?
    \bduring my absence|in my absence|while i(?:'m| am)? (?:away|gone|out)
    (?:our|the) offices? (?:is|are|will be) closed|(?:we|i) (?:are|am|will be) closed
    \b(?:bin|sind|ist|befinde mich|werde)\b<gap>(?:nicht im (?:b[üu]e?ro|hause?|dienst|office)\
    |abwesend|au(?:ß|ss)er haus|im (?:\w{0,16}urlaub|mutterschutz)\
    |in (?:elternzeit|urlaub|mutterschutz)\
    |auf (?:dienst|gesch[äa]e?fts)reise|nicht (?:erreichbar|am platz|verf[üu]e?gbar|da\b)\
    |unterwegs|krank(?:geschrieben)?)
    (?:b[üu]e?ro|gesch[äa]ft|praxis) (?:ist|bleibt) .{0,40}geschlossen
    w[äa]e?hrend meiner abwesenheit
    (?:keinen|eingeschr[äa]e?nkten|nur begrenzt\w*|nur unregelm\w+) (?:zugriff\
    |zugang) auf (?:meine )?(?:e-?)?mails?
    (?:e-?mails?|nachrichten?|sie) (?:wird|werden) (?:in dieser zeit )?nicht (?:gelesen\
    |weitergeleitet|bearbeitet)
    \b(?:bis|ab) .{3,40} (?:nicht im b[üu]e?ro|abwesend|im urlaub|au(?:ß|ss)er haus\
    |nicht erreichbar)
    derzeit (?:nicht im b[üu]e?ro|abwesend|au(?:ß|ss)er haus)|au(?:ß|ss)er haus
    \bje (?:suis|serai|ne (?:suis|serai) pas)<gap>(?:absente?|en (?:cong[ée]s?|vacances\
    |d[ée]placement|arr[êe]t|formation|r[ée]union)|hors du bureau|indisponible|disponible\
    |au bureau|joignable|pr[ée]sente?)
    actuellement (?:absente?|en cong[ée]s?|en d[ée]placement)
    (?:pendant|durant|en) (?:mon|notre) absence
    (?:bureaux?|soci[ée]t[ée]) (?:est|sont|sera|seront) ferm[ée]|absent(?:e|s)? (?:du|de|jusqu)
    \b(?:estoy|estar[ée]|me encuentro|me encontrar[ée]|no (?:estoy|estar[ée]))<gap>(?:fuera\
    |ausente|de (?:vacaciones|viaje|baja|permiso|licencia)|disponible|en la oficina)
    durante mi ausencia|(?:oficina|empresa) (?:est[áa]|estar[áa]|permanecer[áa]) cerrad
    \b(?:estou|estarei|encontro-me|me encontro|n[ãa]o (?:estou|estarei))<gap>(?:fora|ausente\
    |de (?:f[ée]rias|licen[çc]a|viagem|baixa)|em (?:f[ée]rias|viagem)|dispon[íi]vel\
    |no escrit[óo]rio)
    durante a minha aus[êe]ncia|minha aus[êe]ncia
    \b(?:sono|sar[òo]|saremo|non (?:sono|sar[òo]))<gap>(?:fuori (?:ufficio|sede)|assente\
    |in (?:ferie|vacanza|trasferta|maternit[àa]|malattia|ufficio)|disponibile|raggiungibile)
    durante la mia assenza|in mia assenza|(?:uffici|ufficio) (?:sar[àa]|saranno|[èe]) chius
    \b(?:ik ben|wij zijn|ben ik|momenteel)<gap>(?:afwezig|niet (?:aanwezig|op kantoor\
    |bereikbaar|beschikbaar)|(?:met|op) (?:vakantie|verlof|reis)|buiten kantoor|ziek|vrij)
    tijdens mijn afwezigheid|kantoor (?:is|zal) .{0,30}gesloten
    \bjag (?:[äa]r|kommer att vara)<gap>(?:p[åa] (?:semester|tj[äa]nsteresa|resande fot)\
    |fr[åa]nvarande|borta|ledig|f[öo]r[äa]ldraledig|sjuk|inte (?:p[åa] (?:kontoret|plats)\
    |tillg[äa]nglig|i tj[äa]nst))
    under min fr[åa]nvaro|inte p[åa] kontoret
    \bjeg (?:er|vil v[æa]re|har)<gap>(?:p[åa] (?:ferie|kontoret|reise|rejse|kurs|barsel)\
    |frav[æa]rende|ikke (?:til stede|p[åa] kontoret|tilg[æa]engelig|tilgjengelig)|fri\b|ferie\
    |bortreist|permisjon|barsel)
    under mitt frav[æa]r|i mit frav[æa]r
    \bolen (?:t[äa]ll[äa] hetkell[äa] )?(?:poissa|lomalla|vapaalla|matkoilla|sairaslomalla\
    |virkamatkalla)
    en ole (?:toimistolla|paikalla|tavoitettavissa)|poissa toimistolta
    \b(?:jestem|b[ęe]d[ęe]|przebywam|nie ma mnie)<gap>(?:nieobecn[ya]|na (?:urlopie|zwolnieniu\
    |wyje[źz]dzie|delegacji)|poza (?:biurem|firm[ąa])|w (?:biurze|delegacji|podr[óo][żz]y)\
    |niedost[ęe]pn[ya])
    nie ma mnie w|podczas mojej nieobecno[śs]ci|w czasie mojej nieobecno
    \b(?:jsem|budu|nejsem)<gap>(?:mimo kancel[áa][řr]|na dovolen[ée]|nep[řr][íi]tom\w+\
    |v kancel[áa][řr]i|k dispozici)
    čerp[áa]m dovolenou|b[ěe]hem m[ée] nep[řr][íi]tomnosti
    (?:я|меня|мы)?\s?(?:сейчас |в настоящее время |буду |нахожусь |временно \
    |нет ){1,3}.{0,20}(?:в отпуске|в командировке|вне офиса|на больничном|отсутств|на месте\
    |в офисе|недоступ)
    (?:^|я |мы )в отпуске|в отпуске (?:с|до|по)|отсутству(?:ю|ем|ет)|во время моего отсутствия
    нахожусь в (?:отпуске|командировке)|меня не будет
    (?:izinde|ofis d[ıi][şs][ıi]nda|y[ıi]ll[ıi]k izin|tatilde|ofiste (?:de[ğg]il|olmaya)\
    |seyahatte|ula[şs][ıi]lamaz)
    (?:不在に?(?:して|で|と|の)|休暇(?:中|を|の|で|に)|休み(?:を|で)|出張(?:中|して|の|で|に|しております)|外出(?:中|して)|夏季休業|年末年始\
    |休業(?:し|と|の|いた)|席を外して|お休みを?いただ)
    (?:不在办公室|不在公司|外出|休假|出差|度假|放假|无法(?:及时)?(?:回复|查看)|不在辦公室|請假|请假|年假)
    (?:부재 ?중|휴가|출장|자리를 비|사무실에 없|연차|외근)
    """,
    PIECES,
)

RETURNING = table(
    r"""
    \b(?:i(?:'|’)?(?:ll| will| shall| plan to| expect to| should)?|will|we(?: will|'ll\
    |’ll)?)(?: be)? (?:back|return(?:ing)?|available again|in the office again|in again|resume)\b
    \breturn(?:ing)? (?:to (?:the |my )?(?:office|work|desk)|on|in)\b
    (?:back|return) (?:in (?:the )?office|at (?:my desk|work))|upon my return
    when i(?:'m| am)? (?:back|return)|\bback (?:on|in|by)\b
    not (?:be )?(?:back|returning|return) (?:until|till|before)|available again
    \b(?:wieder|zur[üu]e?ck|erreichbar|r[üu]e?ckkehr)\b
    \b(?:de retour|mon retour|je reviens|reviendrai|serai de nouveau|serai joignable)\b
    \b(?:regres(?:o|ar[ée]|aré|ando)|vuelvo|volver[ée]|vuelta|retorno|reincorpor\w+|de vuelta\
    |estar[ée] de regreso)\b
    \b(?:retornarei|voltarei|regresso|regressarei|estarei de volta|volto|retorno|de volta)\b
    \b(?:rientro|torner[òo]|rientrer[òo]|di ritorno|sar[òo] di nuovo|ritorno)\b
    \b(?:terug|weer (?:aanwezig|bereikbaar|op kantoor|beschikbaar))\b
    \b(?:[åa]ter(?:kommer|v[äa]nder|igen)?|tillbaka|tilbage|tilbake|palaan|takaisin|wracam\
    |wr[óo]c[ęe]|powr[óo]t|b[ęe]d[ęe] dost[ęe]pn|zp[ěe]t|vr[áa]t[íi]m|n[áa]vrat)\b
    верн[уё]|возвращ|буду на месте|выйду|выхожу|d[öo]n(?:ece[ğg]im|[üu][şs]|ü?yorum)
    (?:戻り|戻る|復帰|出社|帰社|から(?:出勤|通常)|以降(?:に|の|、))|(?:回来|返回|回到|回公司|上班|恢复|返岗|回覆)|(?:복귀|돌아오|출근)
    """,
    PIECES,
)

# The writer's own return in so many words: may stand for an absence where nothing else is said.
OWN_RETURN = table(
    r"""
    \bi(?:['’]ll| will)? (?:be )?(?:back|return(?:ing)?) (?:in|on|next|from|to)\b
    ^back (?:in the office|at (?:my desk|work)|on|next)\b|\bi(?:['’]?m| am) back (?:in|on|next)\b
    \b(?:bin ich|ich bin)<gap>(?:wieder (?:da|im b[üu]e?ro|zur[üu]e?ck|erreichbar|am platz)|zurück)
    \bje (?:serai|suis) de retour|\bje reviens le|^de retour (?:le|lundi|demain)
    \b(?:vuelvo|regreso) (?:el|a la oficina)|estar[ée] de (?:regreso|vuelta)
    \b(?:volto|retorno|regresso) (?:no|na|em|ao)\b|estarei de volta
    \b(?:torno|rientro) (?:in ufficio|il|luned|marted|mercoled|gioved|venerd)|sar[òo] di ritorno
    \bik ben<gap>(?:weer (?:op kantoor|aanwezig|bereikbaar)|terug)\b|\bben ik weer
    \bjag [äa]r (?:tillbaka|[åa]ter)|\bjeg er (?:tilbage|tilbake)|\bpalaan (?:t[öo]ihin|toimistolle)
    \bwracam (?:w|do|na)\b|\bwr[óo]c[ęe] (?:w|do|na)\b|\bвернусь\b|\bбуду на месте\b
    """,
    PIECES,
)

# What stands around it in every such note and says nothing of its own.
COURTESY = table(
    r"""
    thank(?:s| you)(?: very much| so much)? for (?:your|the) (?:e-?mail|message|mail|note|inquiry)
    vielen dank f[üu]r (?:ihre|deine|die) |danke f[üu]r (?:ihre|deine)|merci (?:de|pour) votre
    gracias por (?:su|tu|el)|obrigad[oa] pel[ao]|grazie per (?:il|la|avermi)|bedankt voor|dank voor
    tack f[öo]r (?:ditt|din|ert)|tak for din|takk for din|kiitos viesti|dzi[ęe]kuj[ęe] za|děkuji za
    спасибо за|благодарю за|ありがとうござい|感谢您|谢谢您|감사합니다
    urgent|emergenc|dringend|urgence|urgenc|urgenz|spoed|piln(?:ych|ej|a)|br[åa]dskande|haster
    срочн|неотложн|至急|緊急|お急ぎ|紧急|緊急|긴급
    """
)

GONE = table(
    r"""
    \bno longer (?:(?:with|work(?:s|ing)?|employed|part of|at|an employee|a member|affiliated\
    |associated)\b)
    \bno longer (?:be )?(?:checked|monitored|in use|active|valid)\b
    \bhas left (?:the )?(?:company|organi[sz]ation|firm|business|us|our|his|her|their|the team\
    |\w+ (?:and|as of|on|in|since|effective))
    \b(?:have|i've|i’ve) left (?:the (?:company|organi[sz]ation|firm)|my (?:position|role|job))
    (?:is|am) (?:no longer|not) (?:employed|working) (?:here|at|by|for|with)
    (?:has|have) (?:retired|passed away|moved on from|departed|resigned)
    last (?:working )?day (?:at|with|in|was|of work)|left (?:the )?company
    does(?: not|n't) work (?:here|at|for|with) (?:any ?more|any longer|us)?
    ceased (?:working|employment)|former employee
    \bnicht (?:mehr|l[äa]e?nger) (?:(?:im|f[üu]e?r|bei|in|am|als) .{0,40})?(?:t[äa]e?tig\
    |besch[äa]e?ftigt|unternehmen|angestellt|mitarbeiter\w*|erreichbar unter)
    (?:hat|habe) (?:das unternehmen|die firma|unser (?:haus|unternehmen)|unsere firma) verlassen
    ausgeschieden|ist im ruhestand|arbeitet nicht mehr
    nicht mehr (?:in unserem|im) (?:haus|unternehmen)
    \bne (?:fait|fais) plus partie|ne travaille(?:ra)? plus
    a quitt[ée] (?:la soci[ée]t[ée]|l'entreprise|notre|ses fonctions|son poste|le groupe)
    j'ai quitt[ée]
    n'est plus (?:employ|salari|dans (?:la soci|l'entre|nos)|en poste|valide|utilis)|n'exerce plus
    \bya no (?:trabaj[ao]|forma parte|labora|presta|pertenece)
    ha dejado (?:la empresa|de trabajar|la compa)|dej[óo] de (?:trabajar|laborar)
    j[áa] n[ãa]o (?:trabalh|faz parte|colabora)|n[ãa]o (?:trabalha|faz|est[áa]) mais
    deixou (?:a empresa|de trabalhar)|n[ãa]o (?:faço|sou) mais|saiu da empresa
    \bnon (?:lavora|fa|collabora|[èe]) pi[ùu]|non (?:lavoro|faccio) pi[ùu]
    ha lasciato (?:l'azienda|la societ)|non [èe] pi[ùu] (?:in azienda|attiv|dipendente|valid)
    \bniet (?:meer|langer) (?:werkzaam|in dienst)|werkt niet (?:meer|langer)
    heeft (?:ons|het|de) (?:bedrijf|organisatie) verlaten|uit dienst|heeft .{0,30} verlaten
    \b(?:arbetar|jobbar) inte l[äa]ngre|har slutat|inte l[äa]ngre (?:kvar|anst[äa]lld)
    arbejder ikke l[æa]ngere|er stoppet|(?:jobber|arbeider|jobbar) ikke lenger|har sluttet
    ei (?:en[äa]{2}|ole en[äa]{2}) (?:ty[öo]skentele|palveluksessa)|l[äa]htenyt
    \bnie pracuj[eę] ju[żz]|ju[żz] nie pracuj|nie jest ju[żz] (?:pracownik|zatrudn)
    zako[ńn]czy[łl]\w* (?:prac|wsp[óo][łl]prac)|ji[žz] (?:ve|v|u) .{0,30}nepracuj|ji[žz] nepracuj
    больше не работа|уже не работа|уволил|не работает (?:в|у) .{0,20}(?:больше|компани)|покинул
    art[ıi]k .{0,30}(?:[çc]al[ıi][şs]m)|i[şs]ten ayr[ıi]l
    退職(?:し|いた|致|と|の|され)|退社(?:し|いた|致|され)|離職|离职|离开(?:公司|本公司|了)|已不在|不再(?:任职|担任|负责)|不再在|퇴사|퇴직|이직
    """,
    PIECES,
)

RECEIVED = table(
    r"""
    \b(?:this is an? )?(?:automat(?:ed|ic|ically)[- ])(?:generated )?(?:e-?mail|message|reply\
    |response|acknowledg|confirmation|notification|generated)
    \bautomatically generated\b|do not (?:reply|respond) to this (?:e-?mail|message)
    \b(?:we|i)(?: have|'ve|’ve)? (?:successfully )?received your (?:e-?mail|message|enquiry\
    |inquiry|request|application|mail|ticket|submission|query)
    thank(?:s| you) for (?:contacting|getting in touch|reaching out to (?:us|our|the)\
    |your (?:enquiry|inquiry|e-?mail to|request))
    a (?:support )?(?:ticket|case|request) has been (?:created|opened|logged|assigned)
    your (?:request|e-?mail|message|ticket|case|enquiry|inquiry) (?:has been|was\
    |is being) (?:received|logged|created|processed|assigned|registered)
    (?:will|aim to|try to|endeavou?r to|usually) (?:respond|reply|answer|get back)(?: to (?:you\
    |your|all)[\w -]{0,30})? (?:within|in|as soon as|shortly)
    \bautomatisch (?:generierte|erstellte|erzeugte)
    (?:diese|dies) (?:e-?mail |nachricht )?(?:wurde|ist eine) automatisch
    ihre (?:e-?mail|nachricht|anfrage) (?:ist|wurde) (?:bei uns )?(?:eingegangen|erhalten\
    |registriert)
    (?:haben|habe) ihre (?:e-?mail|nachricht|anfrage) (?:erhalten|bekommen)
    vielen dank f[üu]e?r ihre (?:anfrage|nachricht|e-?mail)
    \b(?:ceci est|message|r[ée]ponse) .{0,20}automatique|(?:nous avons|avons) bien re[çc]u votre
    votre (?:message|demande|e-?mail|courriel) a bien [ée]t[ée]|(?:hemos|he) recibido su
    su (?:mensaje|solicitud|correo) ha sido recib|(?:respuesta|mensaje|correo) autom[áa]tic
    recebemos (?:a sua|o seu|sua|seu)|(?:resposta|mensagem) autom[áa]tica|abbiamo ricevuto
    la (?:sua|tua) (?:richiesta|e-?mail) [èe] stata|(?:risposta|messaggio) automatic
    \b(?:wij|we) hebben (?:uw|je) (?:e-?mail|bericht|vraag|aanvraag) (?:goed )?ontvangen
    automatisch (?:bericht|antwoord|gegenereerd)
    vi har (?:mottagit|modtaget|mottatt) (?:ditt|din|dit)
    automatiskt? (?:svar|genererat|meddelande)|otrzymali[śs]my
    wiadomo[śs][ćc] (?:zosta[łl]a )?(?:wygenerowana )?automatyczn|получили ваше
    ваше (?:сообщение|письмо|обращение) (?:получено|зарегистрировано)|автоматическ
    自動(?:送信|応答|返信|配信)|受け付け(?:まし|いた)|(?:お問い合わせ|メール)を?(?:受け付け|受信|受領)|自动(?:回复|发送|生成)|已收到您的
    我们(?:已经?)?收到|자동 ?(?:발송|응답|회신)|접수되었
    """,
    PIECES,
)
