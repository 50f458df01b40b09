"""The keyword lists of SMS and WhatsApp vendors, and the stop words of languages.

Data for `keywords.py`. Vendors' rows follow their documentation (addresses beside each; read
November 2026); a vendor's list is exact: what is not in it is no keyword of that vendor. The lists
of languages are the words that people and national rules use for the same purpose.
"""

from typing import Literal

Table = dict[Literal["opt_out", "opt_in", "help"], tuple[str, ...]]

# Every spelling that any of our vendors, or 47 CFR 64.1200(a)(10), takes for an opt-out.
COMMON: Table = {
    "opt_out": (
        "STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT",
        "OPT-OUT", "OPT OUT", "REMOVE", "ARRET", "UNSUB", "STOP STOP",
    ),
    "opt_in": ("START", "UNSTOP", "YES", "SUBSCRIBE", "OPTIN", "OPT-IN", "OPT IN"),
    "help": ("HELP", "INFO"),
}  # fmt: skip

VENDORS: dict[str, Table] = {
    # https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out.md
    "twilio": {
        "opt_out": (
            "STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL",
        ),
        "opt_in": ("START", "YES", "UNSTOP"),
        "help": ("HELP", "INFO"),
    },
    # https://developers.telnyx.com/docs/messaging/messages/advanced-opt-in-out/index
    "telnyx": {
        "opt_out": ("STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"),
        "opt_in": ("START", "UNSTOP"),
        "help": ("HELP",),
    },
    # https://www.braze.com/docs/user_guide/channels/sms_mms_and_rcs/…/keyword_processing/optin_optout
    "braze": {
        "opt_out": ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"),
        "opt_in": ("START", "YES", "UNSTOP"),
        "help": ("HELP", "INFO"),
    },
    # https://documentation.onesignal.com/docs/es/sms-consent-keyword-management.md
    "onesignal": {
        "opt_out": ("STOP", "UNSUBSCRIBE", "CANCEL"),
        "opt_in": ("START", "UNSTOP", "YES"),
        "help": ("HELP", "INFO"),
    },
    # https://docs.aws.amazon.com/sms-voice (required keywords)
    "aws": {
        "opt_out": (
            "STOP", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE", "UNSUBSCRIBE", "ARRET",
        ),
        "opt_in": ("START", "YES", "UNSTOP"),
        "help": ("HELP", "INFO"),
    },
}  # fmt: skip

LANGUAGES: dict[str, Table] = {
    "de": {
        "opt_out": (
            "STOPP", "ABMELDEN", "ABMELDUNG", "ABBESTELLEN", "ABBESTELLUNG", "ENDE", "AUSTRAGEN",
            "KÜNDIGEN", "WIDERRUF", "WIDERSPRUCH",
        ),
        "opt_in": ("ANMELDEN",),
        "help": ("HILFE",),
    },
    "fr": {
        "opt_out": (
            "ARRÊT", "ARRÊTER", "ARRÊTEZ", "DÉSABONNER", "DÉSABONNEMENT", "DÉSINSCRIRE",
            "DÉSINSCRIPTION", "ANNULER", "FIN", "RÉSILIER",
        ),
        "help": ("AIDE",),
    },
    "es": {
        "opt_out": (
            "PARAR", "PARE", "ALTO", "BAJA", "DETENER", "CANCELAR", "DARME DE BAJA", "FIN",
            "ELIMINAR", "ANULAR",
        ),
        "opt_in": ("ALTA",),
        "help": ("AYUDA",),
    },
    "pt": {
        "opt_out": (
            "PARAR", "PARE", "SAIR", "CANCELAR", "REMOVER", "DESCADASTRAR", "DESINSCREVER", "FIM",
        ),
        "help": ("AJUDA",),
    },
    "it": {
        "opt_out": (
            "FERMA", "ANNULLA", "CANCELLA", "CANCELLAMI", "DISISCRIVI", "DISISCRIVIMI",
            "CANCELLAZIONE", "DISISCRIZIONE", "FINE", "BASTA",
        ),
        "help": ("AIUTO",),
    },
    "nl": {
        "opt_out": ("AFMELDEN", "UITSCHRIJVEN", "STOPPEN", "OPZEGGEN", "EINDE"),
        "help": ("HULP",),
    },
    "sv": {
        "opt_out": ("STOPP", "AVSLUTA", "AVREGISTRERA", "AVANMÄL", "AVPRENUMERERA"),
        "help": ("HJÄLP",),
    },
    "da": {"opt_out": ("AFMELD", "FRAMELD", "STOP"), "help": ("HJÆLP",)},
    "no": {"opt_out": ("STOPP", "AVMELD", "AVSLUTT"), "help": ("HJELP",)},
    "fi": {"opt_out": ("LOPETA", "SEIS", "PERU", "POISTA"), "help": ("APUA",)},
    "pl": {
        "opt_out": ("WYPISZ", "REZYGNACJA", "REZYGNUJĘ", "USUŃ", "KONIEC"),
        "help": ("POMOC",),
    },
    "cs": {"opt_out": ("ODHLÁSIT", "ODHLÁŠENÍ", "KONEC"), "help": ("POMOC",)},
    "ru": {"opt_out": ("СТОП", "ОТПИСАТЬСЯ", "ОТПИСКА", "ОТМЕНА"), "help": ("ПОМОЩЬ",)},
    "tr": {"opt_out": ("DUR", "İPTAL", "RET", "ÇIK"), "help": ("YARDIM",)},
    "ja": {"opt_out": ("停止", "配信停止", "解除", "登録解除", "退会"), "help": ("ヘルプ",)},
    "zh": {"opt_out": ("TD", "退订", "退訂", "取消", "停止", "取消订阅"), "help": ("帮助",)},
    "ko": {"opt_out": ("수신거부", "중지", "해지"), "help": ("도움말",)},
}  # fmt: skip

# Words that mean something else in another language ("fine", "seis", the name of a country or a
# bank): keywords only where the language is known.
AMBIGUOUS = ("FIN", "FINE", "FIM", "PERU", "SEIS", "DUR", "RET", "BASTA", "TD", "ENDE", "KONIEC")
