"""The words by which mail clients announce an earlier message, in about thirty languages.

Data for `attribution.py`. Spellings are those that the clients themselves print (Apple Mail, Gmail,
Outlook, Thunderbird, Yahoo, Zimbra and webmail of the big hosts); everything is compared after
case folding, so entries are in lower case.
"""

# The verb of "On … NAME wrote:", as it stands in the line; some clients put it before the name.
WROTE = (
    # English, German, Dutch
    "wrote", "writes", "said", "schrieb", "schreibt", "geschrieben", "schreef", "geschreven",
    "schrijft",
    # Romance
    "a écrit", "a ecrit", "écrit", "écrivait", "a écrit", "escribió", "escribio", "ha escrito",
    "escribiste", "ha scritto", "scrive", "scritto", "escreveu", "a scris", "va escriure",
    "ha escrit", "escribiu",
    # Nordic, Baltic
    "skrev", "skriver", "skreiv", "kirjoitti", "kirjutas", "rašė", "rakstīja", "skrifaði",
    # Slavic
    "napisał", "napisała", "napisał(a)", "napisano", "pisze", "napsal", "napsala", "napsal(a)",
    "napísal", "napísala", "napísal(a)", "napisao", "napisala", "je napisao", "je napisala",
    "napisao/la", "piše", "je napisal", "написал", "написала", "написал(а)", "пишет", "писал",
    "писал(а)", "написав", "написала", "пише", "написа", "напісаў",
    # others with the Latin or Greek alphabet
    "írta", "ezt írta", "yazdı", "şunu yazdı", "şunları yazdı", "έγραψε", "menulis", "đã viết",
    "viết", "sumulat", "kirjoittaa",
    # scripts without spaces, right-to-left and others
    "写道", "寫道", "写到", "のメール", "のメッセージ", "は書きました", "さんが書きました",
    "さんは書きました", "書きました", "작성", "님이 작성", "썼습니다", "님이 씀", "씀", "כתב",
    "כתבה", "מאת", "كتب", "كتبت", "เขียนว่า", "เขียน", "ने लिखा", "نوشت",
)  # fmt: skip

# How an attribution line begins in front of its date.
OPENERS = (
    "on", "in a message dated", "at", "am", "um", "le", "el", "il", "il giorno", "in data",
    "em", "a", "op", "den", "pada", "tanggal", "w dniu", "dnia", "dne", "dňa", "dana", "la data de",
    "în data de", "pe", "vào", "vào lúc", "ngày", "στις", "вт", "on the", "le jour", "il", "ב",
    "בתאריך",
    "في", "בתאריך", "ในวันที่", "เมื่อ", "于", "在", "於", "el dia", "o dia", "no dia", "dia",
    "sunnuntai", "ke", "ti", "quoting", "citando", "selon", "zitat von", "citerar", "citat",
)  # fmt: skip

# Days and months at the start of an attribution without an opener ("tir. 18. apr. 2017 kl. …").
DAYS_AND_MONTHS = (
    # days, the first letters are enough
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr", "sa", "so",
    "lun", "mar", "mer", "mié", "mie", "jeu", "jue", "ven", "vie", "sam", "sáb", "sab", "dim",
    "dom", "gio", "seg", "ter", "qua", "qui", "sex", "ma", "woe", "don", "vrij", "zat", "zon",
    "man", "tir", "tis", "ons", "tor", "tors", "fre", "lør", "lör", "søn", "sön", "pon", "wto",
    "wt", "śro", "śr", "czw", "pią", "pt", "sob", "nie", "po", "út", "st", "čt", "pá", "ne",
    "ke", "ti", "to", "pe", "la", "su", "maanantai", "tiistai", "pzt", "sal", "çar", "per", "cum",
    "cmt", "paz", "пн", "вт", "ср", "чт", "пт", "сб", "вс", "нд", "понедельник", "вторник",
    "среда", "четверг", "пятница", "суббота", "воскресенье", "sen", "sel", "rab", "kam", "jum",
    "sab", "min",
)  # fmt: skip

# A line of dashes or stars around one of these opens the earlier message.
ORIGINAL = (
    "original message", "original-message", "original mail", "original email", "reply message",
    "message original", "message d'origine", "mail original", "courriel original",
    "message initial", "e-mail d'origine",
    "ursprüngliche nachricht", "ursprungliche nachricht", "originalnachricht",
    "original-nachricht", "originalmail", "ursprüngliche mail", "antwort nachricht",
    "mensaje original", "correo original", "messaggio originale", "messaggio originario",
    "mensagem original", "oorspronkelijk bericht", "oorspronkelijke bericht",
    "origineel bericht", "originalmeddelande", "ursprungligt meddelande",
    "oprindelig meddelelse", "oprindelig besked", "opprinnelig melding",
    "alkuperäinen viesti", "oryginalna wiadomość", "wiadomość oryginalna",
    "treść oryginalnej wiadomości", "původní zpráva", "pôvodná správa", "eredeti üzenet",
    "özgün ileti", "orijinal mesaj", "orjinal mesaj", "исходное сообщение",
    "оригинальное сообщение", "первоначальное сообщение", "оригінальне повідомлення",
    "вихідне повідомлення", "оригинално съобщение", "αρχικό μήνυμα", "originalna poruka",
    "izvorna poruka", "izvirno sporočilo", "mesaj original", "mesajul original",
    "pesan asli", "tin nhắn gốc", "thư gốc", "原始邮件", "原邮件", "原始郵件", "原始信件",
    "元のメッセージ", "원본 메시지", "원본 메일", "הודעה מקורית", "الرسالة الأصلية",
    "ข้อความต้นฉบับ", "missatge original", "mensaxe orixinal",
)  # fmt: skip

FORWARDED = (
    "forwarded message", "forwarded by", "forwarded mail", "forwarded email",
    "weitergeleitete nachricht", "weitergeleitet von", "weitergeleitete mail",
    "message transféré", "message transfere", "message réexpédié", "transféré par",
    "mensaje reenviado", "reenviado por", "messaggio inoltrato", "inoltrato da",
    "mensagem encaminhada", "mensagem reencaminhada", "encaminhado por",
    "doorgestuurd bericht", "doorgestuurd door", "vidarebefordrat meddelande",
    "vidarebefordrat brev", "videresendt meddelelse", "videresendt besked",
    "videresendt melding", "välitetty viesti", "edelleenlähetetty viesti",
    "przekazana wiadomość", "wiadomość przekazana", "wiadomość przesłana dalej",
    "přeposlaná zpráva", "přeposlaný e-mail", "preposlaná správa", "továbbított üzenet",
    "iletilen mesaj", "yönlendirilen ileti", "пересланное сообщение",
    "пересылаемое сообщение", "переслане повідомлення", "препратено съобщение",
    "προωθημένο μήνυμα", "mesaj redirecționat", "mesaj transmis mai departe",
    "proslijeđena poruka", "posredovano sporočilo", "pesan terusan", "thư được chuyển tiếp",
    "转发邮件", "转发的邮件", "轉寄郵件", "轉寄的郵件", "転送メッセージ",
    "転送されたメッセージ", "전달된 메시지", "전달 메시지", "הודעה שהועברה",
    "رسالة معاد توجيهها", "missatge reenviat",
)  # fmt: skip

# Help desks draw a line and ask to write above it.
REPLY_ABOVE = (
    "reply above this line", "type your reply above this line", "write above this line",
    "reply above the line", "respond above this line", "antworten sie oberhalb dieser zeile",
    "antwort oberhalb dieser zeile", "bitte antworten sie oberhalb",
    "répondez au-dessus de cette ligne",
    "réponse au-dessus de cette ligne", "répondre au-dessus de cette ligne",
    "responda por encima de esta línea", "respuesta por encima de esta línea",
    "responda acima desta linha", "resposta acima desta linha", "rispondi sopra questa linea",
    "scrivi sopra questa riga", "antwoord boven deze lijn", "reageer boven deze lijn",
    "svara ovanför den här linjen", "svar over denne linje", "odpowiedz powyżej tej linii",
    "この線より上に返信", "请在此行上方回复",
)  # fmt: skip

# Apple Mail's openings of a forwarded message; they end with a colon and wear no dashes.
BEGIN_FORWARD = (
    "begin forwarded message", "anfang der weitergeleiteten nachricht",
    "anfang der weitergeleiteten e-mail", "début du message réexpédié",
    "début du message transféré", "inicio del mensaje reenviado", "inizio messaggio inoltrato",
    "inizio del messaggio inoltrato", "início da mensagem reencaminhada",
    "início da mensagem encaminhada", "begin doorgestuurd bericht", "start doorgestuurd bericht",
    "vidarebefordrat brev", "börja vidarebefordrat meddelande",
    "start på videresendt besked", "start på videresendt melding",
    "videresendt melding begynner", "alkaa välitetty viesti", "välitetty viesti alkaa",
    "początek przekazywanej wiadomości", "początek przekazanej wiadomości",
    "začátek přeposílané zprávy", "začiatok preposlanej správy",
    "начало переадресованного сообщения", "начало переадресуемого сообщения",
    "початок листа, що пересилається", "továbbított levél kezdete", "iletilmiş mesajın başlangıcı",
    "αρχή προωθημένου μηνύματος", "开始转发的邮件", "開始轉寄郵件", "転送されたメッセージ",
    "전달된 메시지 시작",
)  # fmt: skip

# The header lines that a client copies above the earlier message, by what they stand for.
FROM = (
    "from", "von", "de", "expéditeur", "expediteur", "remitente", "remetente", "da", "mittente",
    "van", "afzender", "från", "fran", "avsändare", "fra", "afsender", "avsender", "absender",
    "od", "nadawca", "odesílatel", "odosielateľ", "lähettäjä", "feladó", "kimden", "gönderen",
    "от", "от кого", "отправитель", "від", "від кого", "από", "de la", "expeditor", "pošiljatelj",
    "šalje", "saatja", "nuo", "no", "dari", "từ", "发件人", "發件人", "寄件者", "寄件人",
    "差出人", "送信者", "보낸 사람", "보낸사람", "발신", "מאת", "من", "จาก", "mailed by",
)  # fmt: skip
SENT = (
    "sent", "date", "sent at", "sent on", "gesendet", "datum", "gesendet am", "envoyé",
    "envoye", "envoyé le", "fecha", "enviado", "enviado el", "data", "enviada em", "enviado em",
    "enviada", "inviato", "inviata", "data invio", "verzonden", "verstuurd", "skickat", "skickades",
    "dato", "sendt", "afsendt", "wysłano", "wysłane", "data wysłania", "odesláno", "odoslané",
    "dátum", "lähetetty", "päivämäärä", "päiväys", "elküldve", "küldve", "küldés ideje",
    "gönderildi", "tarih", "gönderme tarihi", "дата", "отправлено", "отправлен", "надіслано",
    "відправлено", "изпратено", "ημερομηνία", "στάλθηκε", "αποστολή", "trimis", "poslano",
    "poslato", "saadetud", "kuupäev", "išsiųsta", "nosūtīts", "tanggal", "dikirim", "terkirim",
    "ngày", "đã gửi", "发送时间", "发送日期", "日期", "時間", "时间", "傳送時間", "寄件日期",
    "送信日時", "日時", "日付", "보낸 날짜", "날짜", "발신일", "נשלח", "תאריך", "التاريخ",
    "أرسلت", "تاريخ الإرسال", "วันที่", "ส่ง", "when",
)  # fmt: skip
TO = (
    "to", "an", "à", "pour", "destinataire", "para", "a", "destinatario", "destinatário", "aan",
    "till", "til", "do", "komu", "pro", "adresat", "vastaanottaja", "címzett", "kime", "alıcı",
    "кому", "получатель", "до", "προς", "către", "prima", "za", "saaja", "kam", "kepada",
    "ke", "đến", "tới", "收件人", "收件者", "宛先", "받는 사람", "받는사람", "수신", "אל",
    "إلى", "ถึง",
)  # fmt: skip
COPY = (
    "cc", "bcc", "kopie", "kopia", "kopi", "copie", "copia", "cópia", "cópia para", "cópie à",
    "copie à", "kopia till", "másolatot kap", "másolat", "bilgi", "копия", "копія", "копие",
    "κοιν", "κοινοποίηση", "抄送", "副本", "참조", "העתק", "نسخة", "สำเนา", "dw", "do wiadomości",
    "udw", "tembusan", "reply-to", "reply to", "antwort an", "importance", "attachments",
    "anlagen", "pièces jointes", "wichtigkeit", "priority", "x-mailer", "organization",
    "organisation", "répondre à", "responder a", "rispondi a", "resent-from", "mailed-by",
)  # fmt: skip
SUBJECT = (
    "subject", "betreff", "objet", "sujet", "asunto", "oggetto", "assunto", "onderwerp", "ämne",
    "emne", "temat", "předmět", "predmet", "vec", "aihe", "tárgy", "konu", "тема", "относно",
    "θέμα", "subiect", "subjekt", "naslov", "zadeva", "teema", "tema", "temats", "subjek",
    "perihal",
    "judul", "chủ đề", "tiêu đề", "主题", "主題", "主旨", "標題", "标题", "件名", "題名",
    "제목", "נושא",
    "الموضوع", "เรื่อง", "หัวเรื่อง", "assumpte", "re",
)  # fmt: skip
