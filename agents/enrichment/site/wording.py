"""The words by which sites say what something is, as patterns: ten languages in full, and of some
twenty more the labels of contact data, since a label that nobody reads makes a fax a telephone.

One table a question, so that a language is added by adding its words: where contact data stand,
what a number is, who is who, when is open. Matching is on text as a visitor reads it, without
regard to case.
"""

import re

from agents.identity.words import words

Pattern = re.Pattern[str]


def _any(text: str, *, whole: bool = True) -> Pattern:
    """One pattern for words that stand in lines; a blank within a word is any blank, one that may
    be left out too."""
    parts = [part.strip() for line in text.splitlines() for part in line.split(";")]
    words = "|".join(part.replace(" ?", r"\s*").replace(" ", r"\s+") for part in parts if part)
    edges = (r"(?<!\w)(?:", r")(?!\w)") if whole else ("(?:", ")")
    return re.compile(f"{edges[0]}{words}{edges[1]}", re.IGNORECASE)


CONTACT = _any(
    r"""
    contact(?:-?us)?; contact[ée]z(?:[- ]nous)?; nous contacter; contacts?; get in touch; reach us
    kontakt(?:iere|a|uj)?(?: oss| os| ?formular)?; kontakta(?:-oss)?; kontakt-os; anfahrt; find us
    find-us; contacto; cont[áa]ctanos; contacta; contatti; contattaci; contactgegevens; fale conosco
    contato; contactos; kontakty; yhteystiedot; visit us; locations?; winkels; filialen; standorte
    контакт(?:и|ы|ти)?; связаться(?: с нами)?; επικοινων[ίι]α; [iİ]leti[sş]im; bize ula[sş][ıi]n
    kapcsolat; contacta[țt]i; ota yhteytt[äa]; اتصل(?: بنا)?; تواصل(?: معنا)?; צור קשר; צרו קשר
    お問い?合わ?せ; アクセス; 聯絡我們; 聯繫我們; 联系我们; 联系方式; 문의(?:하기)?; 연락처
    오시는 ?길; liên hệ
    toiawase; iletisim; kapcsolatok; nuestras (?:cl[íi]nicas|tiendas|sedes); unsere filialen
    """
)
IMPRINT = _any(
    r"""
    impressum; imprint; mentions? l[ée]gales?; mentions-legales; mentions; aviso[- ]legal
    note legali; legal notice; colofon; colophon; juridische informatie; dane firmy; nota legale
    informations l[ée]gales; aviso; anbieterkennzeichnung; avisolegal; notice; реквизиты; impresszum
    特定商取引法(?:に基づく表記)?; 운영자 정보
    """
)
ABOUT = _any(
    r"""
    about(?:[- ]us)?; [üu]ber[- ]uns; ueber-uns; qui[- ]sommes[- ]nous; [àa] propos; a-propos
    chi[- ]siamo; over[- ]ons; o[- ]nas; om[- ]oss?; om[- ]os; sobre(?:[- ]nosotros|[- ]n[óo]s)?
    qui[ée]nes somos; quienes-somos; our story; om; historia; unser betrieb; l'atelier; company
    quem somos; o firmie; wir; о (?:нас|компании|клинике); за нас; про нас
    σχετικ[άα](?: με εμ[άα]ς)?
    hakk[ıi]m[ıi]zda; r[óo]lunk; despre noi; meist[äa]; من نحن; عن(?: الشركة|ا)?; אודות; 会社概要
    会社案内
    店舗案内; 關於我們; 关于我们; 회사소개; 소개; giới thiệu; company profile; kaisha
    """
)
TEAM = _any(
    r"""
    (?:our |the |das |unser |il |el |o |het )?team; equipo; nuestro equipo; [ée]quipe; equipe
    notre [ée]quipe; zesp[óo][łl]; medarbetare; personal; mitarbeiter; ons team; vores team; staff
    people; our people; medewerkers; holdet; squadra; lo staff; nasz zesp[óo][łl]; ansprechpartner
    """
)
PHONE = _any(
    r"""
    tel(?:efon(?:nummer)?|[ée]fono|efoon|[ée]phone|efone|\.)?; t[ée]l\.?; phone; call(?: us| now)?
    ring(?: us| oss| p[åa])?; fon; bel(?: ons)?; mob(?:ile?|il)?\.?; cell; handy; kom(?:\.|[óo]rka)?
    llama(?:r|nos)?; appel(?:ez)?; chiama(?:ci)?; text; rufen; zadzwo[ńn]; ligue; tlf\.?; puhelin
    whatsapp; hotline; urgences; notruf; box office; t; m; p; ph; contacto; contact; kontakt
    telephone; fixe; portable; cellulare; m[óo]vil; telem[óo]vel; prenotazioni; reservas?; fixo
    celular; тел(?:ефони?|\.)?; моб(?:ильный|\.)?; звоните; τηλ(?:[ές]φωνο|έφωνο|\.)?
    κιν(?:ητό|\.)?
    cep(?: tel\.?)?; puh(?:elin|\.)?; gsm; s[íi]mi; هاتف; تلفون; جوال; موبايل; טלפון; טל['׳.]?; נייד
    電話(?:番号)?; ☎|℡; 电话; 手機; 手机; 전화(?:번호)?; đi[ệe]n tho[ạa]i; โทร\.?; telp\.?; फ़ोन
    """
)
FAX = _any(
    r"""
    fax(?:nummer| number| no| nr)?\.?; telefax; t[ée]l[ée]copie(?:ur)?; faks?; f; telecopie; tfx
    факс; φαξ; فاكس; פקס; ファッ?クス; ファクシミリ; 傳真; 传真; 팩스; belgege[çc]er; โทรสาร
    """
)
NOT_A_PHONE = _any(
    r"""
    kvk; nip; regon; krs; siret; siren; rcs; cif; nif; nie; vat; ust[- ]?id(?:[- ]?nr)?\.?; hrb; hra
    iban; bic; p\.? ?iva; partita iva; cod(?:ice)? fisc(?:ale)?; cvr; abn; acn; org\.?(?:[- ]?nr)?
    orgnr; organisationsnummer; btw; ein; tax; steuernummer; st\.?[- ]?nr; blz; konto(?:nummer)?
    registration; company (?:no|number); reg\.? ?(?:no|nr); licen[cs]e; lic\.?; isbn; ean; rea; tva
    rsin; duns; npi; ref(?:erence)?; no\.; cnpj; naf; ape; ide?; account; se-?nr
    umsatzsteuer\S*; \S*identifikationsnummer; inn; огрн; инн; кпп; еик; cui; afm; αφμ; vergi no
    mersis; 統一編號; 統編; 登録番号; 사업자등록번호; uid(?:-nr\.?)?; rpps; ico; dic; [či][čo]
    """
)
MAIL = _any(
    r"""
    e-?mail(?:s|adresse)?; mail(?: us| ons)?; courriel; m[ée]l; correo; mejl(?:a)?; email us; posta
    e-post; write(?: to us)?; [ée]crivez(?:[- ]nous)?; schreiben sie(?: uns)?; scriv(?:i|eteci|ici)
    escr[íi]benos; napisz; skriv; reach us; questions; contact; kontakt; contacto; contato
    enquiries; bookings?; reservations; prenotazioni; reservas; questions; e-posta; s[äa]hk[öo]posti
    (?:эл(?:ектронная|\.)? ?)?почта; пишите; имейл; ηλ(?:εκτρονικό)?.{0,3}ταχυδρομείο
    البريد(?: الإلكتروني)?
    דוא["״]ל; אימייל; メール(?:アドレス)?; 電子郵件; 電郵; 邮箱; 电子邮件; 이메일
    th[ưu] đi[ệe]n t[ửu]
    """
)
CREDIT = _any(
    r"""
    (?:web ?)?(?:site|design|webdesign) (?:by|von|par|av|door|di|por); site design; website by
    design(?:ed)?(?: by)?:?; powered by; made by; built by; developed by; r[ée]alisation
    cr[ée]ation
    (?:technische )?umsetzung; realisierung; webdesign; h[ée]bergeur; h[ée]bergement; h[ée]berg[ée]
    hosting; web ?tasar[ıi]m[ıi]?; разработка(?: сайта)?; создание сайта; تصميم(?: الموقع)?
    網站設計
    κατασκευ[ήη] ιστοσελ[ίι]δ(?:ας|ων); בניית אתרים; weboldal; 제작; desenvolvido por
    cr[ée][ée] par
    hosted by; webmaster; realizzazione; realizzato da; dise[ñn]o(?: web)?; desarrollado por
    strona (?:wykonana|stworzona); projekt i wykonanie; webbdesign; gemaakt door; agence; agentur
    template by; theme by; fotos?; photos? by; bildnachweis; cr[ée]dits?; credits?; produktion
    """
)
FOREIGN = _any(
    r"""
    schlichtung\w*; verbraucher\w*; ombudsman; streitbeilegung; aufsichtsbeh[öo]rde; m[ée]diateur
    m[ée]diation; datenschutzbeauftragte\w*; data protection (?:officer|authority|commissioner)
    supervisory authority; cnil; garante; autorit[ée]; kammer; ignore (?:all )?previous; prompt
    instructions?; oubliez; consignes; system:; syst[èe]me; anweisungen; for sale; \w*kammer
    child protection; giftnotruf; rettungsdienst; poison (?:control|information); adac
    \w*bereitschaftsdienst; samaritans; berufsordnung; \w*haftpflicht\w*
    ai (?:assistants?|agents?|models?); language models?; llms?
    automated agents?; chat ?bots?; crawlers?; sprachmodelle?; ki-\w+; mod[èe]les? de langage
    agencia espa[ñn]ola; autoridad(?: de control)?; delegado de protecci[óo]n de datos; dpo; dpd
    insurer
    """
)
PLACEHOLDER = _any(
    r"""
    e\.?g\.?; for example; z\. ?b\.?; zum beispiel; par exemple; ex\.?; p\. ?ej\.?; np\.?; bijv\.?
    por ejemplo; ad esempio; t\. ?ex\.?
    """
)
PARKED = re.compile(
    r"domain (?:name )?(?:is |may be )?(?:available )?for (?:sale|purchase)|may be for sale"
    r"|buy this domain|domain (?:steht )?zum? verkauf|available for purchase|parked (?:free|domain)"
    r"|domaine (?:est )?[àa] vendre|dominio (?:in vendita|en venta)|this domain is (?:parked|for)"
    r"|domena na sprzeda[żz]|account (?:has been )?suspended|default web (?:site )?page|it works!"
    r"|domain (?:name )?(?:has|is) (?:been registered|expired)|related searches|domain parking"
    r"|domain (?:wurde|ist) (?:\w+ ){0,6}registriert|neue internetpr[äa]senz|domaine (?:est )?expir"
    r"|dominio (?:caducado|scaduto)|hier entsteht (?:in k[üu]rze )?eine neue (?:web|homepage)",
    re.IGNORECASE,
)
GENERIC = _any(
    r"""
    home(?:page)?; start(?:seite)?; index; welcome(?: to)?; accueil; bienvenue(?: sur)?; inicio
    bienvenidos?(?: a)?; willkommen(?: bei)?; benvenuti; strona g[łl][óo]wna; startsida
    v[äa]lkommen
    (?:till)?; forside; p[áa]gina inicial; coming soon; under construction; pr[óo]ximamente
    untitled
    (?: document)?; contact(?: us)?; kontakt; contacto; contatti; about(?: us)?; impressum; imprint
    aviso legal; mentions l[ée]gales; equipo; team; website; site; page; choose your language
    en construcci[óo]n; in costruzione; baustelle; demn[äa]chst; shop; new site; official site
    w budowie; error; just a moment; loading; om oss?; om os; o nas; chi siamo; over ons; impresszum
    """
)
TITLE_OF = _any(
    r"""
    inhaber(?:in)?; inh\.; gesch[äa]ftsf[üu]hrer(?:in)?; gesch[äa]ftsf[üu]hrung; vertreten durch
    leitung; fach(?:arzt|[äa]rztin) f[üu]r [^\W\d_]+(?: [^\W\d_]+)?; gf
    (?:gr[üu]ndungs)?partner(?:in)?; (?:co-?)?gr[üu]nder(?:in)?; praxisinhaber(?:in)?
    (?:managing |medical |clinical |creative |centre |center |executive )?director; owner
    proprietor
    (?:co-?)?founder; manager; principal; g[ée]rante?; directeur; directrice(?: de la publication)?
    directeur de (?:la )?publication; propri[ée]taire; fondat(?:eur|rice); titolare; direttore
    direttrice; fondat(?:ore|rice); propietari[oa]; director[a]?; fundador[a]?; gerente
    administrador[a]?
    w[łl]a[śs]ciciel(?:ka)?; prezes(?: zarz[ąa]du)?; dyrektor; [äa]gare; grundare; vd; eigenaar
    eigenaresse; oprichter; directeur; indehaver; direkt[øo]r; propriet[áa]ri[oa]; diretor[a]?
    cofundador[a]?(?: y directora?)?; president; chief executive; ceo
    verantwortlich(?: i\.? ?s\.? ?d\.?)?; genel m[üu]d[üu]r; m[üu]d[üu]r; kurucu; директор; владелец
    управител; руководитель; главный врач; ιδιοκτ[ήη]της; διευθυντ[ήη]ς; المدير(?: العام)?
    代表取締役(?:社長)?
    代表者; 院長; 店長; オーナー; 董事長; 總經理; 负责人; 대표(?:이사|자)?; 원장; majitel(?:ka)?
    jednatel
    tulajdonos; ügyvezető; toimitusjohtaja; omistaja; daglig leder; administrator
    """
)
HOURS = _any(
    r"""
    [öo]ffnungszeiten; open(?:ing)?(?: hours| times)?; hours; ouvert(?:ure)?; horaires; orari[o]?
    horarios?(?: de atenci[óo]n)?; godziny(?: otwarcia)?; czynne; [öo]ppettider; [öo]ppet
    openingstijden; geopend; [åa]bningstider; [åa]bent; hor[áa]rio(?: de funcionamento)?; aberto
    abierto; sprechzeiten; ge[öo]ffnet; aperto; 営業時間; 診療時間; 營業時間; 营业时间; 영업시간
    ежедневно
    часы работы; режим работы; работно време; ωρ[άα]ριο; [çc]al[ıi][şs]ma saatleri; ساعات العمل
    שעות
    ouvert du; отворено
    """
)
TIMES = re.compile(
    r"(?<!\d)\d{1,2}(?:[:.h]\d{2})?\s*(?:am|pm|uhr|h)?\s*"
    r"(?:-|–|—|~|〜|～|to|bis|à|a|tot|do|till|до)\s*\d{1,2}(?!\d)",
    re.I,
)
DAYS = _any(
    r"""
    mo(?:n(?:day|tag)?)?\.?; tue?s?(?:day)?\.?; wed(?:nesday)?; thu(?:rsday)?; fri(?:day)?
    sat(?:urday)?; sun(?:day)?; di(?:enstag)?; mi(?:ttwoch)?; do(?:nnerstag)?; fr(?:eitag)?
    sa(?:mstag)?; so(?:nntag)?
    lun(?:di|ed[ìi]|es)?\.?; mar(?:di|tes|ted[ìi])?; mer(?:credi)?; jeu(?:di)?; ven(?:dredi)?
    sam(?:edi)?
    dim(?:anche)?; ma; wo; vr; za; zo; pon\.?(?:iedzia[łl]ek)?; pt\.?; [śs]r\.?; czw\.?; sob\.?
    tis(?:dag)?; ons(?:dag)?; tors(?:dag)?; fre(?:dag)?; m[åa]n(?:dag)?; l[öo]r(?:dag)?; segunda
    sexta
    mi[ée]rcoles; jueves; viernes; s[áa]bado; gio; sab; dom; daily; t[äa]glich; 24/7; mardi; samedi
    [lmxjvsd] ?[-–a] ?[lmxjvsd]; ежедневно; пн; вт; ср; чт; пт; сб; вс
    [月火水木金土日]曜(?:日|定休)?; 年中無休
    """
)
BOOKING = _any(
    r"""
    book(?: online| now| a table| an appointment)?; reserve(?: a table)?
    (?:termin|tisch)(?: online)?
    (?:buchen|reservieren|vereinbaren); online-?termin; r[ée]server; prendre rendez-vous; rdv
    prenota(?: ora| un tavolo)?; reservar?(?: agora| ahora| mesa)?; pide (?:tu )?cita; cita previa
    boek(?: online| nu| een afspraak)?; umów(?: wizytę| się)?; rezerwuj; boka(?: tid| bord)?
    bestil tid
    book (?:en )?tid; book (?:en )?time; afspraak maken; reserveren; marcar; agendar; buchen
    """
)
BOOKING_HOSTS = tuple(
    words(
        """
        doctolib calendly cal.com opentable resy thefork quandoo bookatable treatwell fresha booksy
        mindbodyonline momoyoga setmore acuityscheduling squareup.com/appointments simplybook
        planity doctena jameda booking.com hotels.com sevenrooms tock eversports timify shore.com
        """
    )
)
CALLS_FOR = re.compile(r"wa\.me/(\d{7,15})|api\.whatsapp\.com/send\?phone=(\d{7,15})")
