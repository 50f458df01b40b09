"""The words by which a signature, a phone's footer or a disclaimer announces itself.

Data for `signature.py`; everything is compared after case folding.
"""

# Formulas that close a letter and say nothing: what follows them is the signature, they included.
VALEDICTIONS = (
    # English
    "best regards", "kind regards", "warm regards", "warmest regards", "kindest regards",
    "regards", "best", "all the best", "best wishes", "with best regards", "with kind regards",
    "many regards", "rgds", "br", "sincerely", "sincerely yours", "yours sincerely",
    "yours truly", "yours faithfully", "respectfully", "respectfully yours", "cordially",
    "cheers", "warmly", "yours", "take care", "with regards", "with warm regards",
    "thanks and regards", "thanks & regards", "thanks and best regards", "thanks & best regards",
    "thank you and best regards", "thank you & regards", "many thanks and best regards",
    "best regards and thanks", "very truly yours", "kr",
    # German
    "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichen gruessen",
    "mit freundlichem gruß", "mit freundlichem gruss", "freundliche grüße", "freundliche grüsse",
    "freundlicher gruß", "viele grüße", "viele grüsse", "viele gruesse", "beste grüße",
    "beste grüsse", "liebe grüße", "liebe grüsse", "herzliche grüße", "herzliche grüsse",
    "schöne grüße", "schöne grüsse", "mit besten grüßen", "mit besten grüssen", "mfg", "lg", "vg",
    "grüße", "grüsse", "gruß", "gruss", "hochachtungsvoll", "mit lieben grüßen", "bg",
    # French
    "cordialement", "bien cordialement", "très cordialement", "bien à vous", "bien à toi",
    "salutations", "meilleures salutations", "sincères salutations", "salutations distinguées",
    "salutations cordiales", "bonne journée", "bonne réception", "cdt", "cdlt", "bàv",
    "respectueusement", "amicalement", "à bientôt",
    # Spanish, Portuguese, Italian
    "saludos", "saludos cordiales", "un saludo", "un cordial saludo", "cordialmente",
    "atentamente", "atte", "muy atentamente", "un abrazo", "un saludo cordial", "abrazos",
    "recibe un cordial saludo", "reciba un cordial saludo",
    "atenciosamente", "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos",
    "abraços", "abraço", "att", "saudações", "um abraço", "com os meus cumprimentos",
    "cordiali saluti", "distinti saluti", "saluti", "cari saluti", "un saluto",
    "un cordiale saluto", "i migliori saluti", "buona giornata", "tanti saluti",
    # Dutch
    "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet",
    "vriendelijke groeten", "groet", "groeten", "groetjes", "mvg", "met hartelijke groet",
    "hartelijke groet", "hartelijke groeten", "hoogachtend", "beste groeten",
    # Nordic
    "med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar", "vänlig hälsning",
    "hälsningar", "mvh", "bästa hälsningar", "med venlig hilsen", "venlig hilsen",
    "venlige hilsner", "bedste hilsner", "hilsen", "de bedste hilsner", "med vennlig hilsen",
    "vennlig hilsen", "beste hilsen", "hilsninger", "ystävällisin terveisin", "terveisin",
    "parhain terveisin", "terv",
    # Slavic and others
    "pozdrawiam", "z poważaniem", "pozdrawiam serdecznie", "serdecznie pozdrawiam",
    "z pozdrowieniami", "pozdrowienia", "s pozdravem", "s přátelským pozdravem", "s pozdravom",
    "hezký den", "s úctou", "с уважением", "с наилучшими пожеланиями", "с ув", "всего доброго",
    "з повагою", "με εκτίμηση", "φιλικά", "üdvözlettel", "tisztelettel", "saygılarımla",
    "iyi çalışmalar", "saygılarımızla", "cu stimă", "cu respect", "lep pozdrav", "lp", "pozdrav",
    "hormat kami", "salam", "trân trọng", "此致", "敬礼", "祝好", "敬上", "顺颂商祺", "よろしくお願いします",
    "よろしくお願いいたします", "敬具", "감사합니다", "드림",
)  # fmt: skip

# Closing words that say something themselves: they stay, only a block of contact lines below goes.
THANKS = (
    "thanks", "thank you", "many thanks", "thanks a lot", "thanks again", "thanks so much",
    "thx", "ty", "thank you so much", "thank you very much", "thanks in advance", "ta",
    "danke", "vielen dank", "besten dank", "danke schön", "merci", "merci beaucoup",
    "merci d'avance", "gracias", "muchas gracias", "obrigado", "obrigada", "muito obrigado",
    "grazie", "grazie mille", "bedankt", "dank je", "dank u", "alvast bedankt", "tack",
    "tack så mycket", "tak", "mange tak", "takk", "mange takk", "kiitos", "dziękuję", "dzięki",
    "děkuji", "díky", "спасибо", "дякую", "teşekkürler", "ありがとうございます", "谢谢", "謝謝",
)  # fmt: skip

# How a phone's or a program's own last line begins.
SENT_FROM = (
    "sent from", "sent via", "sent with", "sent using", "sent by my", "sent on the go", "get outlook for",
    "get the new outlook", "sent from outlook", "via mobile", "from mobile", "from my iphone",
    "via iphone", "download outlook",
    "von meinem", "von meiner", "gesendet von", "gesendet mit", "gesendet aus", "diese nachricht wurde von meinem",
    "von unterwegs gesendet", "von meinem iphone gesendet", "outlook für",
    "envoyé de", "envoyé depuis", "envoyé à partir", "envoyé via", "envoyé avec", "télécharger outlook", "obtenir outlook",
    "enviado desde", "enviado con", "enviado de", "enviado do", "enviado a partir", "enviado através",
    "enviado via", "obtener outlook", "obter o outlook", "inviato da", "inviato dal", "inviato con",
    "inviato tramite", "scarica outlook", "ottieni outlook", "verzonden vanaf", "verzonden met",
    "verstuurd vanaf", "verstuurd met", "verzonden via", "outlook voor", "skickat från", "skickat med",
    "hämta outlook", "sendt fra", "sendt med", "hent outlook", "lähetetty", "hanki outlook",
    "wysłane z", "wysłano z", "wyślij z", "pobierz outlook", "odesláno z", "odoslané z", "отправлено с",
    "отправлено из", "отправлено через", "надіслано з", "elküldve", "küldve", "gönderildi",
    "iphone'umdan gönderildi", "trimis de pe", "trimis din", "dikirim dari", "được gửi từ",
    "发自我的", "发送自", "從我的", "從 outlook", "傳送自我的", "iphoneから送信", "从我的",
    "나의 iphone에서", "내 iphone에서", "iphone에서 보냄",
)  # fmt: skip

# What a phone's footer names; a line without one of these may be a sentence.
DEVICES = (
    "iphone", "ipad", "ipod", "blackberry", "android", "samsung", "galaxy", "huawei", "xiaomi",
    "nokia", "oneplus", "pixel", "mobile", "phone", "smartphone", "tablet", "handy", "handheld",
    "device", "gerät", "móvil", "movil", "celular", "téléphone", "portable", "mobil", "telefon",
    "telefono", "teléfono", "cellulare", "outlook", "yahoo", "gmail", "aol", "mail", "proton",
    "protonmail", "gmx", "web.de", "windows", "mac", "apple", "verizon", "t-mobile", "at&t",
    "vodafone", "telstra", "optus", "sparrow", "airmail", "mailbird", "superhuman", "spark",
    "thunderbird", "postbox", "zimbra", "nine", "bluemail", "typeapp", "aquamail", "k-9", "fairemail",
    "tutanota", "tuta", "hey", "front", "missive", "spike", "newton", "canary", "watch", "desktop",
    "laptop", "orange", "bell", "rogers", "sprint", "lg", "htc", "moto", "motorola", "sony", "surface",
    "pda", "treo", "palm", "mobiltelefon", "matkapuhelin", "puhelin", "telefonu", "telefonu",
    "smartfon", "телефон", "телефона", "手机", "手機", "wireless", "4g", "5g", "lte", "mailspring",
    "em client", "mymail", "libero", "orange mail", "virgilio",
)  # fmt: skip

# The opening words of a legal notice, or words that stand in one and in few other paragraphs.
DISCLAIMERS = (
    "confidentiality notice", "this e-mail and any", "this email and any", "this message and any",
    "this e-mail (including", "this email (including", "this message (including",
    "this email is confidential", "this e-mail is confidential", "this message is confidential",
    "this email contains confidential", "this e-mail contains confidential",
    "this message contains confidential", "this communication is confidential",
    "this communication (including", "this email message and any", "this e-mail message",
    "this electronic message", "this transmission", "this email may contain",
    "this e-mail may contain", "this message may contain",
    "the information contained in this", "the information transmitted", "the content of this",
    "the contents of this", "the information in this e", "the information in this m",
    "this email is intended", "this e-mail is intended", "this message is intended", "intended only for the",
    "if you are not the intended recipient", "if you have received this",
    "please consider the environment", "consider the environment before", "think before you print",
    "before printing", "legal disclaimer", "disclaimer:", "privileged and confidential",
    "privileged/confidential", "registered office", "registered in england", "email disclaimer",
    "virus-free", "this email has been checked", "this email has been scanned",
    "scanned by", "avast", "please note that any views", "any views or opinions", "caution: this email",
    "caution: external", "external email:", "[external]",
    "diese e-mail enthält vertraul", "diese e-mail und", "diese e-mail kann", "diese nachricht enthält vertraul",
    "diese nachricht ist vertraulich", "diese mail enthält vertraul", "diese e-mail ist vertraulich",
    "der inhalt dieser e-mail", "vertraulichkeitshinweis", "sollten sie nicht der", "falls sie nicht der richtige",
    "wenn sie nicht der richtige", "bitte denken sie an die umwelt", "bitte prüfen sie, ob",
    "geschäftsführer:", "geschäftsführung:", "handelsregister", "amtsgericht", "sitz der gesellschaft", "ust-id",
    "ce message et", "ce message est", "ce courriel et", "ce courriel est", "cet e-mail et", "cet e-mail est",
    "ce message contient", "ce mail est", "ce mail et", "avis de confidentialité", "si vous n'êtes pas le destinataire",
    "pensez à l'environnement", "avant d'imprimer", "merci de penser à l'environnement",
    "este mensaje y", "este mensaje es", "este mensaje contiene", "este correo electrónico y", "este correo electrónico es",
    "este correo electrónico contiene", "este correo es confidencial", "la información contenida en este", "aviso de confidencialidad", "aviso legal",
    "si usted no es el destinatario", "antes de imprimir", "piense en el medio ambiente",
    "esta mensagem", "este e-mail e", "este e-mail é", "este e-mail contém", "a informação contida nest",
    "as informações contidas nest", "aviso de confidencialidade", "aviso legal", "se não for o destinatário",
    "questo messaggio e", "questo messaggio è", "questa e-mail e", "questa e-mail è", "le informazioni contenute in quest",
    "avviso di riservatezza", "ai sensi del", "prima di stampare", "informativa privacy",
    "dit bericht is", "dit bericht en", "dit e-mailbericht", "deze e-mail is", "deze e-mail en", "deze e-mail kan",
    "de informatie verzonden", "de inhoud van dit bericht", "de informatie in deze", "denk aan het milieu",
    "detta meddelande", "detta e-postmeddelande", "det här meddelandet", "denne e-mail er", "denne e-mail og", "denne e-post",
    "denne mail er", "denna e-post", "tämä viesti", "tämä sähköposti",
    "ta wiadomość", "niniejsza wiadomość", "wiadomość ta", "treść tej wiadomości", "informacje zawarte w",
    "tato zpráva", "tento e-mail je", "это сообщение", "данное сообщение", "настоящее сообщение", "bu e-posta", "bu mesaj",
    "本邮件", "此邮件", "このメールは", "本メール", "本電子メール", "이 메일은", "본 메일",
)  # fmt: skip

# Words of a job line in a signature.
ROLES = (
    "ceo", "cto", "cfo", "coo", "cio", "cmo", "cso", "cpo", "chief", "founder", "co-founder",
    "cofounder", "owner", "partner", "president", "vp", "vice president", "director", "head of",
    "manager", "lead", "leader", "engineer", "developer", "consultant", "advisor", "adviser",
    "analyst", "specialist", "coordinator", "administrator", "assistant", "associate", "officer",
    "executive", "principal", "architect", "designer", "editor", "agent", "broker", "accountant",
    "attorney", "lawyer", "counsel", "nurse", "doctor", "dentist", "professor", "lecturer",
    "supervisor", "secretary", "buyer", "planner", "technician", "representative", "strategist",
    "recruiter", "producer", "realtor", "chef", "sales", "marketing", "operations", "procurement",
    "geschäftsführer", "geschäftsführerin", "inhaber", "inhaberin", "leiter", "leiterin", "leitung",
    "vorstand", "prokurist", "prokuristin", "referent", "referentin", "sachbearbeiter",
    "sachbearbeiterin", "berater", "beraterin", "einkauf", "vertrieb", "abteilungsleiter",
    "directeur", "directrice", "gérant", "gérante", "responsable", "fondateur", "fondatrice",
    "ingénieur", "chargé", "chargée", "dirigeant", "président", "présidente", "conseiller",
    "gerente", "directora", "jefe", "jefa", "fundador", "fundadora", "dueño", "socio", "encargado",
    "direttore", "direttrice", "responsabile", "titolare", "amministratore", "fondatore", "socio",
    "diretor", "diretora", "sócio", "sócia", "proprietário", "proprietária", "coordenador",
    "directeur", "eigenaar", "zaakvoerder", "hoofd", "medewerker", "adviseur", "inkoper",
    "vd", "chef", "försäljningschef", "ägare", "grundare", "direktør", "indehaver", "salgschef",
    "daglig leder", "toimitusjohtaja", "johtaja", "prezes", "dyrektor", "kierownik", "właściciel",
    "właścicielka", "specjalista", "menedżer", "jednatel", "ředitel", "ředitelka", "vedoucí",
    "директор", "менеджер", "руководитель", "müdür", "genel müdür", "代表取締役", "部長", "課長", "经理", "总监", "대표", "팀장",
)  # fmt: skip

# Legal forms and words that end a company's name, enough to know its line.
COMPANY_WORDS = (
    "inc", "inc.", "llc", "ltd", "ltd.", "limited", "plc", "llp", "corp", "corp.", "corporation",
    "company", "co.", "gmbh", "ag", "kg", "ohg", "ug", "e.k.", "gbr", "mbh", "se", "sarl", "sas",
    "sa", "s.a.", "s.a.s.", "eurl", "s.l.", "sl", "s.l.u.", "slu", "srl", "s.r.l.", "s.p.a.",
    "spa", "snc", "lda", "lda.", "ltda", "ltda.", "b.v.", "bv", "n.v.", "nv", "vof", "ab", "a/s",
    "aps", "as", "oy", "oyj", "sp. z o.o.", "s.r.o.", "a.s.", "pty", "pty.", "group", "holding",
    "holdings", "agency", "studio", "studios", "consulting", "solutions", "services", "partners",
    "associates", "university", "clinic", "hotel", "restaurant", "bakery", "株式会社", "有限公司", "有限会社",
)  # fmt: skip
