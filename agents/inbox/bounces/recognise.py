"""Whether a message is a delivery report: the evidence, and when it convinces.

A third of all reports do not follow the standard, so evidence is weighed. The standard's own parts
settle it. Without them a mail system must be the sender (or nobody: the empty return path), and the
words must agree; where neither is seen, subject, words and a returned message must all agree, and
nothing may look like an answer, because people quote and forward reports.
"""

import re
from dataclasses import dataclass

from agents.inbox import headers
from agents.inbox.bounces import reasons
from agents.inbox.bounces.diagnosis import flattened
from agents.inbox.mime import Message
from agents.inbox.values import Reason
from agents.inbox.wording import pattern, table

STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
DAEMON = pattern(r"""
    mailer[-_. ]?daemon|mail[-_. ]?(?:delivery|deamon|system)|^post[-_]?master|^bounces?\b
    ^mdaemon
    ^mmdf|delivery (?:sub)?system|^listserv|^uucp|^mailer$|^daemon|^autodeliver|^mailadmin
    ^undeliver|^failure|^sysadmin|system administrator|mail ?-?(?:gateway|scanner|administrator)
    content[- ]?filter|anti-?(?:spam|virus)|^imss|interscan
""")
# Names under which no person ever writes; a postmaster may.
DAEMON_ALONE = re.compile(
    r"mailer[-_. ]?daemon|mail delivery (?:sub)?system|<>\s*\Z", re.IGNORECASE
)
SUBJECT = table(r"""
    delayed (?:mail|message|delivery)|still being (?:re)?tried
    undeliver|non[- ]?deliver|not delivered|(?:could|can)(?: ?not|n't) be delivered
    deliver(?:y|ed)?.{0,20}(?:fail|problem|error|status|delay|notification|report|unsuccess\
    |suspend)
    fail(?:ed|ure)?.{0,12}(?:deliver|notice)|returned (?:mail|e-?mail|message|to sender)
    return(?:ing|ed) (?:message|to) |mail (?:system )?(?:error|failure)|message delayed
    (?:error|problem)s? (?:in |with |sending |delivering )(?:your )?(?:mail|message|sending\
    |delivery)
    (?:message|mail) (?:you sent )?(?:blocked|rejected|not|status|delivery)|unable to deliver
    smtp (?:server|daemon|session)?:? ?errors?|errors? from \S{1,80}|warning: (?:message|could)
    nicht zustellbar|unzustellbar|zustellung|zurückgesandt|fehlgeschlagen
    non remis|échec de|non[- ]distribu|retourné|no se (?:ha )?pudo entregar|no entregad|devuelto
    error de entrega|falha (?:na|de) entrega|não entregue|devolvid
    mancat\w{1,3} (?:recapito|consegna)
    non recapitat|onbestelbaar|niet bezorgd|niedostarcz|zwrot|не доставлен|недоставлен
    не удалось доставить|エラー(?:通知|メール)|配信(?:不能|失敗|エラー)|送信(?:エラー|失敗)|不達
    退信|投递失败|无法投递|반송|전송 실패
""")
WORDS = table(r"""
    (?:could|can|was|were|has|have|been)(?: ?not\
    |n['’]?t)(?: yet)?(?: been)?(?: be)?(?: \w{1,20}){0,2} deliver
    undeliver|(?:unable|failed|impossible|trouble|able) to (?:deliver|send|relay)
    (?:failure|trouble|problems?|error)(?: \w{1,12}){0,4} deliver(?:ing|y)
    delivery (?:to|of|has|failed|attempt|problem|failure)|not (?:relayed|delivered)
    following recipient
    permanent (?:fatal )?(?:error|failure)|returned (?:to sender|mail|message)
    (?:message|mail|e-?mail)(?: \w{1,20}){0,4} (?:rejected|returned|bounced|refused|blocked)
    did not reach|following (?:address|recipient)(?:e?s|\(s\))? (?:failed|had|did)
    rejected (?:your|the)\b
    invalid (?:user )?address|unknown (?:user|host|recipient)|no such user|user unknown
    nicht (?:zugestellt|ausgeliefert)|konnte nicht|n'a pas pu|no (?:pudo|se pudo|ha podido)
    não (?:pôde|foi)|non (?:è stato|può)|niet (?:worden )?(?:bezorgd|afgeleverd)
    nie (?:mogła|może|została)|не (?:может|могло|было|удалось)|送信(?:でき|失敗)|配信でき|配送でき
    送れません|无法(?:送达|投递|发送)|전(?:송|달)(?:되지|할 수)|could not send|mail system error
    delivered? .{0,30}delay|be delivered to|transcript of session follows|delivery error
""")
REPLIES = re.compile(
    r"(?:^|[^\d.])(?:[45]\d\d[ -]#?[45]\.\d\.\d|[45][0-5]\d(?: -)?[ -][A-Za-z<#(])"
    r"|\(#[45]\.\d\.\d\)",
    re.M,
)
ANSWER = pattern(r"""
    ^\s*(?:re|aw|sv|antw|odp|rif|ynt|回复|答复|vs|res|rv|fwd?|wg|tr|fs|enc\
    |doorst)\s{0,2}(?:\[\d{1,3}\])?[:：]
""")
FORWARD = pattern(r"""
    ^\s*(?:fwd?|wg|tr|rv|i|enc|doorst|vb|vs|pd|転送)\s{0,2}[:：]
""")
LIST_REFUSAL = table(r"""
    (?:you|your address)(?: \S{1,80})? (?:are|is) not (?:an? )?(?:\w{1,15} )?(?:member\
    |subscriber)s?\b
    not (?:allowed|permitted|authori[sz]ed) to (?:post|send|submit|write)
    your (?:message|mail|posting|submission)(?: \S{1,80}){0,6} (?:has been |was |is being \
    |is )(?:rejected|automatically rejected)
    posting(?:s)? (?:to this list )?(?:is|are) (?:restricted|not allowed)
    only (?:members|subscribers) (?:may|can)
""")
LIST_SENDER = re.compile(
    r"(?:-(?:admin|owner|request|bounces|ctl)|^(?:majordomo|listserv|mailman|sympa|ezmlm))"
)
CAUSES = frozenset(
    {
        Reason.MAILBOX_FULL,
        Reason.MAILBOX_DISABLED,
        Reason.USER_UNKNOWN,
        Reason.DOMAIN_UNKNOWN,
        Reason.TOO_LARGE,
    }
)
QUOTED = re.compile(r"^>(?!>> ?[A-Z])[^\n]*\n?", re.MULTILINE)


SAID = 8_000  # characters of a text in which a report would say so


@dataclass(frozen=True)
class Evidence:
    """What speaks for a report: by its parts and fields, by who sent it, by what it says."""

    strong: tuple[str, ...]
    machine: tuple[str, ...]
    words: tuple[str, ...]
    returned: bool

    @property
    def why(self) -> tuple[str, ...]:
        back = ("a returned message",) if self.returned else ()
        return (*self.strong, *self.machine, *self.words, *back)


def evidence(message: Message, own: str, *, fields: bool, returned: bool) -> Evidence:
    """What speaks for a report, each in words.

    `own` is the message's own text without the returned message, `fields` whether delivery-status
    fields were found, `returned` whether it returns a message.
    """
    found = message.headers
    strong = named(
        (any(part.kind in STATUS_PARTS for part in message.own), PART),
        (report_type(message) == "delivery-status", "report type"),
        (fields, FIELDS),
        (found.has("x-failed-recipients"), "X-Failed-Recipients"),
    )
    machine = named(
        (daemon(found.get("from")), DAEMON_SENDER),
        (bool(DAEMON_ALONE.search(found.get("from"))), NOBODY),
        (null_path(found.all("return-path")), "empty return path"),
    )
    said = " ".join(QUOTED.sub("", own[:SAID]).split())
    return Evidence(strong, machine, words_in(message, said, bool(strong or machine)), returned)


PART, FIELDS, REFUSAL = "status part", "status fields", "a list's refusal"
DAEMON_SENDER, NOBODY = "sender is a mail system", "sender is no person"
FAILED_SUBJECT, SERVER = "subject of failed delivery", "a mail server's words"


def words_in(message: Message, said: str, marked: bool) -> tuple[str, ...]:
    """What subject and text say. A person's answer needs no closer look: without a mark of the
    standard or of a mail system its words would decide nothing."""
    if not marked and looks_answered(message):
        return named((refused_by_list(message, said), REFUSAL))
    subject = message.headers.get("subject")
    failed = bool(WORDS.says(said))
    return named(
        (bool(SUBJECT.says(subject)) and not ANSWER.match(subject), FAILED_SUBJECT),
        (failed, "words of failed delivery"),
        (failed and reasons.firm(flattened(said)) in CAUSES, "a known cause"),
        (bool(REPLIES.search(said)), SERVER),
        (refused_by_list(message, said), REFUSAL),
    )


def named(*checks: tuple[bool, str]) -> tuple[str, ...]:
    return tuple(name for holds, name in checks if holds)


def report_type(message: Message) -> str:
    return message.root.parameters.get("report-type", "").strip("\"' ").lower()


def daemon(sender: str) -> bool:
    """Whether a From field names a mail system, or nobody."""
    local = headers.first_address(sender).partition("@")[0]
    return sender.strip() == "<>" or bool(DAEMON.search(local) or DAEMON.search(sender))


def null_path(paths: tuple[str, ...]) -> bool:
    """Whether the envelope had no sender; what a mailbox writes for that differs."""
    return any(path in ("<>", "") or DAEMON.search(path.strip("<> ")) for path in paths)


def refused_by_list(message: Message, said: str) -> bool:
    """A mailing list's program that does not take our message."""
    local = headers.first_address(message.headers.get("from")).partition("@")[0].lower()
    listed = message.headers.has("x-mlserver") or message.headers.has("mailing-list")
    return (listed or bool(LIST_SENDER.search(local))) and bool(LIST_REFUSAL.says(said[:4000]))


def convincing(found: Evidence, *, answers: bool) -> bool:
    """Whether the evidence makes a report. `answers`: it looks like an answer or a forward."""
    if {PART, FIELDS} <= set(found.strong) or REFUSAL in found.words:
        return True
    count = len(found.why)
    if found.strong:
        # Fields in the text alone may have been quoted by a person; headers and parts are not.
        quotable = found.strong == (FIELDS,) and answers and not found.machine
        return count >= 2 and not quotable
    words = len(found.words)
    if DAEMON_SENDER in found.machine and FAILED_SUBJECT in found.words:
        return True
    if found.machine:
        return words >= (1 if NOBODY in found.machine or count >= 3 else 2)
    # A person may write of failed delivery in a report's words, but quotes no server.
    shown = found.returned or SERVER in found.words
    return not answers and shown and words + found.returned >= 3


def looks_answered(message: Message) -> bool:
    """Whether a message bears the marks of a person's answer or forward."""
    found = message.headers
    return bool(ANSWER.match(found.get("subject"))) or found.has("in-reply-to")
