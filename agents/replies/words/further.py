"""Czech, Finnish, Russian, Japanese and Chinese: the plainest requests and answers.

Shorter tables than those of the other languages: enough to stop when asked, and to tell a yes from
a no. Japanese and Chinese are matched inside the running text, as their words stand together.
"""

from agents.replies.wordings import Wordings as W
from agents.replies.words.requests import Requests

NEVER = r"(?!x)x"  # matches nothing: a language without such words in its table

CZECH = Requests(
    parts={"me": r"mne|me|nas|muj \w+|moji \w+|tuto adresu|[\w.+-]{1,64}@[\w.-]{1,80}"},
    wordings=(
        W("removal", 1, r"""
            (vyradte|vyrad|odstrante|odstran|vymazte|vymaz|odhlaste|odhlas|smazte\
                |vyskrtnete) (prosim )?{me}(?= |[.,!;]|$)
            {me} (prosim )?(vyradte|vyradit|odstranit|vymazat|odhlasit|smazte|odhlaste)
            (chci|chtel bych|chtela bych|jak se) (\w+ ){0,2}?odhlasit
        """),
        W("silence", 1, r"""
            (nepreji|neprejeme|nechci|nechceme) (si |uz )?(\w+ ){0,2}?(dostavat|dalsi|zadne\
                |zasilani|byt kontaktovan\w*|kontakt)
            (uz |dale |vice |prosim )(mi |nas |me |nam )?(prosim )?ne(piste|volejte\
                |posilejte|kontaktujte|zasilejte)
            ne(piste|volejte|posilejte|kontaktujte|zasilejte) (mi|nas|me|nam) \
                (\w+ )?(uz|vice|dal|nikdy|zadne|dalsi)
            (prestante|prestan) (mi |me |nas )?(\w+ )?(psat|posilat|volat|kontaktovat|obtezovat)
            (zadne|zadny) (dalsi|vice) (e-?maily|maily|zpravy|nabidky)
        """),
        W("formal", 1, r"""
            (vznasim namitku|odvolavam (\w+ )?souhlas)
            (vymazte|smazte|vymaz) (\w+ )?(me|moje|nase|vsechny) (\w+ )?udaje
        """),
    ),
    negation=r"ne|nikdy|bez|misto|pokud|zakaznici",
    until=r"do (\d|konce|pristiho|unora|brezna|zari)|zatim|tento (tyden|mesic|rok)",
    before=r"pred|po \d|vecer|rano|o vikendu",
    instead=r"misto toho|radeji|, ?(poslete|zavolejte|pouzijte)|pouze",
    exact=(
        "odhlasit", "odhlaseni", "odhlaste me", "vyradte me", "vymazte me", "konec",
        "zrusit odber",
    ),
)  # fmt: skip

FINNISH = Requests(
    parts={
        "me": (
            r"minut|meidat|osoitteeni|sahkopostini|tietoni|yhteystietoni|"
            r"[\w.+-]{1,64}@[\w.-]{1,80}"
        ),
    },
    wordings=(
        W("removal", 1, r"""
            (poistakaa|poista|poistaisitko|poistaisitteko) \
                (ystavallisesti |heti )?{me}(?= |[.,!;]|$)
            {me} (\w+ )?(listalta\w*|rekisterista\w*|postituslistalta\w*) (pois|poistettava)
            (haluan|haluaisin|miten voin) (\w+ ){0,2}?(peruuttaa|perua\
                |erota)(?! (tapaamis|varau|kokou|tilau)\w+)
        """),
        W("silence", 1, r"""
            (en|emme) (\w+ )?(halua|toivo|halua enaa) \
                (\w+ ){0,2}?(enaa|lisaa|vastaanottaa|viesteja|sahkoposteja|yhteydenottoja|kuulla)
            (alkaa|ala) (\w+ ){0,2}?(lahettako|lahettakaa|laheta|ottako|ottakaa|ota\
                |soittako|soita|soittakaa|kirjoittako) (\w+ ){0,4}?(enaa|lisaa|koskaan|yhteytta)
            (lopettakaa|lopeta) (\w+ ){0,3}?(lahettaminen|lahettely|viestit|yhteydenotot\
                |spammaus|soittelu|sahkopostit)
            (ei|ei enaa) (enaa )?(viesteja|sahkoposteja|mainoksia|yhteydenottoja)
        """),
        W("formal", 1, r"""
            (vastustan|kiellan) (\w+ ){0,2}?(kasittely\w*|suoramarkkinoi\w*|kayttoa)
            (perun|peruutan) (\w+ )?suostumu\w+
            poistakaa (\w+ )?(tietoni|kaikki)
        """),
    ),
    negation=r"ei|en|ala|ilman|jos|asiakkaat",
    until=r"ennen kuin|toistaiseksi|talla hetkella|tana vuonna",
    before=r"ennen (kello|kymmenta|\d)|jalkeen|iltaisin|aamuisin",
    instead=r"sen sijaan|mieluummin|, ?(lahettakaa|soittakaa|kayttakaa)|vaan",
    exact=(
        "poista", "poista minut", "poistakaa minut", "lopeta", "lopettakaa", "peruuta tilaus",
        "ei kiitos enaa",
    ),
)  # fmt: skip

RUSSIAN = Requests(
    parts={"me": r"меня|нас|мой адрес|мою почту|мой номер|наш адрес|[\w.+-]{1,64}@[\w.-]{1,80}"},
    wordings=(
        W("removal", 1, r"""
            (удалите|удали|исключите|уберите|отпишите|вычеркните|отписать|удалить\
                |исключить) (пожалуйста,? )?{me}(?= |[.,!;]|$)
            (хочу|хотел бы|хотела бы|как|прошу) (\w+ ){0,2}?(отписаться|отказаться от рассылки)
        """),
        W("silence", 1, r"""
            (больше|никогда) (\w+ ){0,2}?не (\w+ )?(пишите|звоните|присылайте|беспокойте\
                |отправляйте|шлите|связывайтесь)
            не (пишите|звоните|присылайте|беспокойте|отправляйте|шлите) \
                (\w+ ){0,2}?(больше|никогда)
            (перестаньте|прекратите|хватит) (\w+ ){0,2}?(писать|звонить|присылать|спамить\
                |слать|рассылк\w+|отправлять|беспокоить)
            не (хочу|желаю|хотим|желаем) (\w+ ){0,2}?(получать|больше получать|письма|ваши)
            (оставьте) (меня|нас) в покое
        """),
        W("formal", 1, r"""
            (отзываю|отзываем) (\w+ )?согласие
            (удалите|уничтожьте) (\w+ )?(мои|наши|все мои|все) (\w+ )?данные
            возражаю против (\w+ ){0,2}?(обработки|использования)
        """),
    ),
    negation=r"не|никогда|без|если|клиенты|вместо того чтобы",
    until=r"до|пока|на этой неделе|в этом (году|месяце)",
    before=r"до \d|после \d|утром|вечером|по выходным",
    instead=r"вместо этого|лучше|, ?(пришлите|позвоните|используйте)|только",
    exact=(
        "отписаться", "отпишите", "отпишите меня", "удалите меня", "стоп", "отписка",
        "не пишите", "не звоните", "хватит",
    ),
)  # fmt: skip

JAPANESE = Requests(
    parts={},
    wordings=(
        W("removal", 1, r"""
            (配信|送信|メール|メルマガ|連絡|営業)[をのは]?(停止|中止|解除|お断り|やめて\
                |止めて|ストップ)(して|し|を|お願い|くだ|下|$|。|希望)
            (登録|配信|購読)(を)?(解除|削除|取り消)
            (リスト|名簿|データベース|宛先)から(削除|外して|除外|消して)
        """),
        W("silence", 1, r"""
            (今後|もう|これ以上|二度と)[^。\n]{0,20}(送らないで|連絡しないで|メールしないで\
                |電話しないで|送信しないで|ご遠慮|不要です|結構です|控えて|お控え|送ってこないで)
            (送らないで|連絡しないで|メールしないで|送信しないで)(ください|下さい|ほしい)
        """),
        W("formal", 1, r"""
            個人情報[^。\n]{0,8}(削除|消去|利用停止)
        """),
    ),
    negation=NEVER,
    until=r"まで|しばらく|当面",
    before=r"時(以降|前|まで)|夜間|週末",
    instead=r"代わりに|ではなく",
    exact=("配信停止", "停止", "解除", "配信停止希望", "退会", "登録解除"),
)  # fmt: skip

CHINESE = Requests(
    parts={},
    wordings=(
        W("removal", 1, r"""
            (取消|退|停止)(订阅|訂閱|訂|订)(?!率|的用户|功能)
            (把|将|將|请将|请把)?(我|我们|我們|此邮箱|这个邮箱)[^。\n]{0,8}(从|從\
                |自)[^。\n]{0,12}(名单|名單|列表|数据库|資料庫)[^。\n]{0,4}(删除|刪除|移除|去掉)
            (从|從)[^。\n]{0,10}(名单|名單|列表)[^。\n]{0,6}(删除|刪除|移除)我?
        """),
        W("silence", 1, r"""
            (不要|别|別|勿|请勿|請勿|停止|禁止)(再)?(给|給|向|跟)?(我|我们|我們)?(再)?(发\
                |發|寄|打|联系|聯絡|联络|聯繫|骚扰|騷擾|发送|發送)(送)?(给我)?[^。\n]{0,8}(邮件\
                |郵件|信息|訊息|短信|电话|電話|广告|廣告|我|我们|了|。|$)
            (不想|不希望|不愿)(再)?(收到|接收|被联系|被聯絡)
        """),
        W("formal", 1, r"""
            (删除|刪除)[^。\n]{0,6}(我的)?(个人|個人)?(信息|資料|数据|資訊)
        """),
    ),
    negation=r"不会|如果|客户|用户",
    until=r"之前|暂时|在.{0,6}以前",
    before=r"点(之前|以前|前)|晚上|周末",
    instead=r"而是|请发|改为",
    exact=("退订", "退訂", "取消订阅", "取消訂閱", "停止", "不要再发了", "别再发了", "td"),
)  # fmt: skip

CZECH_INTENTS = (
    W("interest", 3, r"""
        (?<!ne)(mam|mame|meli bychom|mel bych) (\w+ )?zajem
        (zni|vypada) (\w+ )?(zajimave|dobre|skvele)
    """),
    W("asks_for_more", 2.5, r"""
        (poslete|zaslete|prosim o|pošlete)( \w+){0,4} \
            (informac\w+|nabidk\w+|cenik|podrobnosti|cen\w+)
        kolik (\w+ )?stoji|vice informaci|jaka je cena
    """),
    W("decline", 3, r"""(nemam\w*|nemame|bez) (\w+ )?zajem\w*|ne,? ?dekuj\w+|^ne(?=[.,!]|$)"""),
    W("budget", 3, r"""(prilis|moc) drah\w+|nemame (\w+ )?(rozpocet|penize)"""),
    W("timing", 3, r"""
        (ted|momentalne|v tuto chvili|letos) ne
        ozvete se (\w+ ){0,3}?(pozdeji|priste|na \w+|v \w+)|nemame cas
    """),
    W("need", 3, r"""nepotrebujeme|nepotrebuji"""),
    W("competitor", 3, r"""(uz|jiz) (\w+ ){0,2}?(dodavatel\w*|agentur\w+|partner\w*)"""),
    W("thanks", 1, r"""dekuj\w+|diky"""),
    W("absence", 4, r"""
        (na|mam) (dovolen\w+|materske)|mimo kancelar|nepritomn\w+|automaticka odpoved
    """),
)  # fmt: skip

FINNISH_INTENTS = (
    W("interest", 3, r"""
        (?<!ei )(kiinnostaa|kiinnostuneita|kiinnostunut)
        kuulostaa (\w+ )?(hyvalta|kiinnostavalta|mielenkiintoiselta)
    """),
    W("asks_for_more", 2.5, r"""
        (lahettakaa|laheta|lahettaisitko)( \w+){0,3} (tietoa|lisatietoja|tarjous|hinnasto|hinnat)
        paljonko (\w+ )?maksaa|mita (\w+ )?maksaa|lisatietoja
    """),
    W("decline", 3, r"""
        (ei|eivat|emme ole|en ole) (\w+ )?(kiinnosta\w*|kiinnostun\w+)|ei,? ?kiitos
        ^ei(?=[.,!]|$)
    """),
    W("budget", 3, r"""liian kallis\w*|ei (\w+ )?(budjettia|rahaa|varaa)"""),
    W("timing", 3, r"""
        (ei|emme) (\w+ )?(nyt|juuri nyt|talla hetkella)
        palatkaa (\w+ )?(syksylla|kevaalla|myohemmin|ensi)
    """),
    W("need", 3, r"""(ei|emme|en) (\w+ )?(tarvetta|tarvitse)"""),
    W("competitor", 3, r"""(meilla on jo|jo) (\w+ ){0,2}?(toimittaja|kumppani|ratkaisu)"""),
    W("thanks", 1, r"""kiitos|kiitoksia"""),
    W("absence", 4, r"""
        (olen|olemme) (\w+ )?(lomalla|poissa|vanhempainvapaalla)|poissa toimistolta
        automaattinen vastaus
    """),
)  # fmt: skip

RUSSIAN_INTENTS = (
    W("interest", 3, r"""(?<!не )(интересно|заинтересован\w*|интересует|нас интересует)"""),
    W("asks_for_more", 2.5, r"""
        (пришлите|отправьте|вышлите|прошу)( \w+){0,4} \
            (информацию|подробности|прайс\w*|предложение|кп|детали)
        сколько (\w+ )?стоит|какая цена
    """),
    W("meeting", 2.5, r"""
        (можем|давайте|готов\w*) (\w+ ){0,3}?(созвони\w+|встрети\w+|обсуди\w+|поговори\w+)
    """),
    W("decline", 3, r"""
        не (\w+ )?(интересно|интересует|заинтересован\w*|актуально)|нет,? ?спасибо
        ^нет(?=[.,!]|$)
    """),
    W("budget", 3, r"""(слишком|очень) дорого|нет (\w+ )?(бюджета|денег)"""),
    W("timing", 3, r"""
        (сейчас|пока|в этом году) не
        (напишите|вернемся|свяжитесь) (\w+ ){0,3}?(позже|осенью|весной|летом|в следующем|через)
    """),
    W("need", 3, r"""не (\w+ )?(нужно|нуждаемся|требуется)|нет (\w+ )?необходимости"""),
    W("competitor", 3, r"""уже (\w+ ){0,2}?(работаем|есть (поставщик|подрядчик|агентство))"""),
    W("question", 2, r"""^(кто|откуда|что это|почему)"""),
    W("thanks", 1, r"""спасибо"""),
    W("absence", 4, r"""(в отпуске|не в офисе|отсутствую|автоответ|автоматический ответ)"""),
)  # fmt: skip

JAPANESE_INTENTS = (
    W("interest", 3, r"""
        興味(が|は)?(あり|ござい)(?!ません)
        (詳し|くわし)(く|い)(お話|資料|話|説明|内容|教え|知り|聞)
    """),
    W("asks_for_more", 2.5, r"""
        (資料|見積|カタログ|料金|価格)[^。\n]{0,10}(送|お願い|ください|いただけ|教え)
        (いくら|費用は)
    """),
    W("meeting", 2.5, r"""
        (打ち合わせ|面談|ミーティング|お電話)[^。\n]{0,12}(可能|いかが|お願い|できます|しましょう)
    """),
    W("decline", 3, r"""
        興味(は|が)?(あり|ござい)ません
        (結構|不要|必要ありません|お断り|遠慮)(です|いたします|させて|します)?|見送
    """),
    W("budget", 3, r"""予算[^。\n]{0,8}(ない|ありません|厳し|合い)|(高|高額)(すぎ|過ぎ)"""),
    W("timing", 3, r"""
        (今は|現在は|現時点|しばらく)[^。\n]{0,12}(ない|ません|難し|結構)
        (来年|来期|来月|後日)[^。\n]{0,8}(連絡|改めて)
    """),
    W("competitor", 3, r"""(すでに|既に|もう)[^。\n]{0,12}(取引|利用|契約|使って|お願いし)"""),
    W("thanks", 1, r"""ありがとう"""),
    W("absence", 4, r"""
        (不在|休暇|休業|出張中|お休み)[^。\n]{0,20}(ます|です|中|まで|いただ)|自動(返信|応答)
    """),
)  # fmt: skip

CHINESE_INTENTS = (
    W("interest", 3, r"""
        (?<!没)(?<!沒)(?<!不)(有兴趣|有興趣|感兴趣|感興趣)
        (想|愿意|希望)(多|进一步|再)?(了解|瞭解|试|試)
    """),
    W("asks_for_more", 2.5, r"""
        (发|發|提供|寄|给)[^。\n]{0,8}(资料|資料|报价|報價|价格|價格|详细|方案)|多少(钱|錢)
        价格(是)?多少
    """),
    W("meeting", 2.5, r"""(可以|方便|能)[^。\n]{0,10}(聊|谈|談|见面|見面|通话|電話|开会)"""),
    W("decline", 3, r"""
        (没|沒|不)(有)?(感)?(兴趣|興趣)|不(需要|用)了?[，,]?(谢谢|謝謝)?
        (谢谢|謝謝)[，,]?[^。\n]{0,6}(不需要|不用)
    """),
    W("budget", 3, r"""太贵|太貴|(没有|沒有|无)预算|没有預算|价格太高"""),
    W("timing", 3, r"""
        (暂时|暫時|目前|现在|現在)[^。\n]{0,6}(不|没|沒)
        (明年|下个月|下個月|以后|以後|过段时间)[^。\n]{0,6}(再|联系)
    """),
    W("competitor", 3, r"""(已经|已經|已)[^。\n]{0,8}(供应商|供應商|合作|使用|有了)"""),
    W("thanks", 1, r"""谢谢|謝謝"""),
    W("absence", 4, r"""(不在办公室|不在辦公室|休假|出差|度假|自动回复|自動回覆|外出)"""),
)  # fmt: skip
