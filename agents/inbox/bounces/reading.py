"""Whether a message is a report, and what it reports: the one entry of this package.

`read` gets a parsed message and answers with a `Report`, or None where a person, an absence notice
or a list wrote. Evidence is weighed, because a third of all reports do not follow the standard:
the standard's own parts settle it; else sender, subject, words and a returned message must agree.
"""

import re
from dataclasses import dataclass

from agents.inbox import headers, markup
from agents.inbox.bounces import complaints, original, plain, report
from agents.inbox.bounces.diagnosis import Diagnosis, diagnose
from agents.inbox.bounces.original import Original
from agents.inbox.mime import Message, Part
from agents.inbox.values import About, Class, Kind, Reason, Result

STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
RETURNED = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"}
)
DAEMON = re.compile(
    r"mailer[-_. ]?daemon|mail[-_. ]?(?:delivery|deamon|system)|^post[-_]?master|^bounces?\b|^mdaemon|^mmdf"
    r"|delivery (?:sub)?system|^mail\.delivery|^listserv|^uucp|^mailer$|^daemon|^autodeliver|^mailadmin",
    re.IGNORECASE,
)
FAILED_SUBJECT = re.compile(
    r"undeliver|non[- ]?deliver|not delivered|(?:could|can)(?: ?not|n't) be delivered|deliver(?:y|ed)?.{0,20}"
    r"(?:fail|problem|error|status|delay|notification|report|unsuccess|suspend)|fail(?:ed|ure)?.{0,12}(?:deliver|notice)"
    r"|returned (?:mail|e-?mail|message|to sender)|return(?:ing|ed) (?:message|to) |mail (?:system )?(?:error|failure)"
    r"|(?:error|problem)s? (?:in |with |sending |delivering )(?:your )?(?:mail|message|sending|delivery)|message delayed"
    r"|(?:message|mail) (?:you sent )?(?:blocked|rejected|not|status|delivery)|unable to deliver|warning: (?:message|could)"
    r"|nicht zustellbar|unzustellbar|zustellung|zurückgesandt|fehlgeschlagen|non remis|échec de|non[- ]distribu|retourné"
    r"|no se (?:ha )?pudo entregar|no entregad|devuelto|error de entrega|falha (?:na|de) entrega|não entregue|devolvid"
    r"|mancat\w+ (?:recapito|consegna)|non recapitat|onbestelbaar|niet bezorgd|niedostarcz|zwrot|не доставлен|недоставлен"
    r"|не удалось доставить|エラー(?:通知|メール)|配信(?:不能|失敗|エラー)|送信(?:エラー|失敗)|不達|退信|投递失败|无法投递|반송|전송 실패",
    re.IGNORECASE,
)
FAILED_WORDS = re.compile(
    r"(?:could|can|was|were|has|have|been)(?: ?not|n['’]?t)(?: yet)?(?: been)?(?: be)?(?: \w+){0,2} deliver"
    r"|undeliver|(?:unable|failed|failure|impossible|trouble|problems?|able|error)(?: to| while| in| trying to| occurred while)*"
    r" (?:to )?(?:trying to )?(?:deliver|send|relay)|delivery (?:to|of|has|failed|attempt|problem|failure)|not (?:relayed|delivered)"
    r"|permanent (?:fatal )?(?:error|failure)|returned (?:to sender|mail|message)|(?:message|mail|e-?mail)(?: \w+){0,4} (?:rejected"
    r"|returned|bounced|refused|blocked)|did not reach|following (?:address|recipient)s? (?:failed|had)|rejected (?:your|the) "
    r"|nicht (?:zugestellt|ausgeliefert)|konnte nicht|n'a pas pu|no (?:pudo|se pudo|ha podido)|não (?:pôde|foi)|non (?:è stato|può)"
    r"|niet (?:worden )?(?:bezorgd|afgeleverd)|nie (?:mogła|może|została)|не (?:может|могло|было|удалось)|送信(?:でき|失敗)|配信でき"
    r"|配送でき|送れません|无法(?:送达|投递|发送)|전(?:송|달)(?:되지|할 수)|could not send|mail system error|delivered? .{0,30}delay",
    re.IGNORECASE,
)
REPLIES = re.compile(
    r"(?:^|[^\d.])(?:[45]\d\d[ -]#?[45]\.\d\.\d|[45][0-5]\d[ -][A-Za-z<#(])|\(#[45]\.\d\.\d\)", re.M
)
ANSWER = re.compile(
    r"\s*(?:re|aw|sv|antw|odp|rif|ynt|回复|答复|vs|res|rv|fwd?|wg|tr|fs|enc)\s{0,2}(?:\[\d{1,3}\])?[:：]",
    re.I,
)
RECEIPTS = {
    "displayed": Reason.OPENED,
    "deleted": Reason.DELETED,
    "processed": Reason.DELIVERED,
    "dispatched": Reason.DELIVERED,
}


@dataclass(frozen=True)
class Report:
    """What a report says: its kind, a result for each recipient, whose message it returns, why."""

    kind: Kind
    results: tuple[Result, ...]
    original: Original
    why: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """A report's own text, and the returned message that stood in it or beside it."""

    own: str
    original: Original
    returned: bool


def read(message: Message) -> Report | None:
    """The report that a message is; None when it is none."""
    if complaints.feedback_part(message) is not None or complaints.by_mail(message):
        return complaint(message)
    receipt = receipt_of(message)
    if receipt is not None:
        return receipt
    fields = status_groups(message)
    words = words_of(message)
    evidence = evidence_of(message, words, bool(fields))
    if not convincing(evidence):
        return None
    results = results_of(message, fields, words)
    delivered = all(result.reason is Reason.DELIVERED for result in results)
    return Report(Kind.DELIVERED if delivered else Kind.BOUNCE, results, words.original, evidence)


def complaint(message: Message) -> Report:
    returned = words_of(message).original
    kind, results = complaints.results(message, returned)
    complained = any(result.class_ is Class.COMPLAINT for result in results)
    why = (f"feedback report: {kind}",)
    return Report(Kind.COMPLAINT if complained else Kind.OTHER, results, returned, why)


def receipt_of(message: Message) -> Report | None:
    """A read receipt (RFC 8098): displayed, deleted and their like."""
    kinds = ("message/disposition-notification", "message/global-disposition-notification")
    part = next((part for part in message.own if part.kind in kinds), None)
    if part is None:
        return None
    fields = complaints.block(part)
    words = fields.get("disposition").lower()
    reason = next((RECEIPTS[name] for name in RECEIPTS if name in words), Reason.DELIVERED)
    named = [
        a
        for n in ("original-recipient", "final-recipient")
        for a in headers.find_addresses(fields.get(n))
    ]
    recipient = (named or [headers.first_address(message.headers.get("from"))])[0]
    ids = tuple(
        one for value in fields.all("original-message-id") for one in headers.message_ids(value)
    )
    found = original.merged(Original(message_ids=ids), words_of(message).original)
    result = Result(recipient=recipient, class_=Class.OTHER, reason=reason, diagnostic=words)
    return Report(Kind.DELIVERED, (result,), found, (f"receipt: {words or 'no disposition'}",))


def status_groups(message: Message) -> tuple[report.Group, ...]:
    """Groups of RFC 3464 fields from the status part, else from any text that holds them."""
    for part in message.own:
        if part.kind in STATUS_PARTS:
            found = report.groups(part.text)
            if found:
                return found
    for part in message.own:
        if part.kind.startswith("text/") and report.holds_fields(part.text):
            found = report.groups(original.split(part.text)[0])
            if found:
                return found
    return ()


def words_of(message: Message) -> Words:
    """The report's own words and what it returns, from text, HTML, attachments and headers."""
    own: list[str] = []
    found = Original()
    returned = False
    for part in message.own:
        text = readable(part)
        if not text:
            continue
        before, after = original.split(text)
        own.append(before)
        if after:
            returned = True
            found = original.merged(found, original.from_text(after))
    for part in message.parts[1:]:
        if part.kind in RETURNED:
            returned = True
            found = original.merged(found, original.from_headers(returned_headers(part)))
    return Words("\n\n".join(own), found, returned)


def readable(part: Part) -> str:
    if (
        part.kind in ("text/plain", "text/x-report")
        or part.kind.startswith("text/") is False
        and part.depth == 0
    ):
        return part.text if part.kind.startswith(("text/", "message/")) else ""
    return markup.text_of(part.text[:400_000]) if part.kind == "text/html" else ""


def returned_headers(part: Part) -> headers.Headers:
    if part.children:
        return part.children[0].headers
    raw = part.payload.replace(b"\r\n", b"\n").lstrip(b"\n")
    end, _ = headers.split_block(raw, 0, len(raw))
    return headers.parse_block(raw, 0, end, 500)[0]


def evidence_of(message: Message, words: Words, fields: bool) -> tuple[str, ...]:
    """What speaks for a report, each in words; `convincing` weighs it."""
    found = message.headers
    sender = found.get("from")
    local = headers.first_address(sender).partition("@")[0]
    subject = found.get("subject")
    checks = (
        (any(part.kind in STATUS_PARTS for part in message.own), "delivery-status part"),
        (
            message.root.parameters.get("report-type", "").lower() == "delivery-status",
            "report type",
        ),
        (fields, "delivery-status fields"),
        (found.has("x-failed-recipients"), "X-Failed-Recipients"),
        (
            bool(DAEMON.search(local) or DAEMON.search(sender)) or sender.strip() in ("<>",),
            "sender is a mail system",
        ),
        (null_path(message), "empty return path"),
        (
            bool(FAILED_SUBJECT.search(subject)) and not ANSWER.match(subject),
            "subject speaks of failed delivery",
        ),
        (bool(FAILED_WORDS.search(words.own[:20_000])), "text speaks of failed delivery"),
        (bool(REPLIES.search(words.own[:50_000])), "text quotes a mail server"),
        (words.returned, "returns a message"),
    )
    return tuple(name for holds, name in checks if holds)


def null_path(message: Message) -> bool:
    """Whether the envelope had no sender; what a mailbox writes for that differs."""
    paths = message.headers.all("return-path")
    return any(path.strip() in ("<>", "") or DAEMON.search(path.strip("<> ")) for path in paths)


STRONG = frozenset(
    {"delivery-status part", "delivery-status fields", "X-Failed-Recipients", "report type"}
)


def convincing(evidence: tuple[str, ...]) -> bool:
    """Whether the evidence makes a report: a standard mark, or three of the softer ones.

    A person who answers and quotes a report has the words and perhaps the subject, but neither
    the sender nor the empty return path.
    """
    found = set(evidence)
    if {"delivery-status part", "delivery-status fields"} <= found:
        return True
    if found & STRONG:
        return len(found) >= 2
    machine = found & {"sender is a mail system", "empty return path"}
    words = found - machine - {"returns a message"}
    if machine:
        return len(words) >= 1 and len(found) >= 3 or len(words) >= 2
    return len(words) >= 3 or len(words) >= 2 and "returns a message" in found


def results_of(
    message: Message, fields: tuple[report.Group, ...], words: Words
) -> tuple[Result, ...]:
    """A result for each recipient: from the fields, else from the text, else from the original."""
    mentioned = plain.mentions(words.own, excluded(message))
    if fields:
        return tuple(from_group(group, words, mentioned, len(fields) == 1) for group in fields)
    failed = headers.find_addresses(", ".join(message.headers.all("x-failed-recipients")))
    if not mentioned:
        named = failed or words.original.recipients[:1] or ("",)
        mentioned = tuple(plain.Mention(recipient, "") for recipient in named)
    elif failed:
        mentioned = limited(mentioned, failed)
    return tuple(from_mention(mention, words, len(mentioned) == 1) for mention in mentioned)


def limited(
    mentioned: tuple[plain.Mention, ...], failed: tuple[str, ...]
) -> tuple[plain.Mention, ...]:
    """The mentions that X-Failed-Recipients confirms; it may name the address before a forward."""
    wanted = {address.lower() for address in failed}
    both = tuple(mention for mention in mentioned if mention.recipient.lower() in wanted)
    if both:
        return both
    return tuple(plain.Mention(address, mentioned[0].words) for address in failed)


def excluded(message: Message) -> frozenset[str]:
    """Addresses of the report itself: its reader and its sender are no recipients."""
    names = ("to", "from", "delivered-to", "return-path", "x-original-to", "reply-to", "cc")
    found = [
        a for n in names for v in message.headers.all(n)[:5] for a in headers.find_addresses(v, 50)
    ]
    return frozenset(address.lower() for address in found)


def from_group(
    group: report.Group, words: Words, mentioned: tuple[plain.Mention, ...], alone: bool
) -> Result:
    """One recipient by its fields; the readable text helps where they say nothing."""
    recipient = recipient_of(group) or (mentioned[0].recipient if alone and mentioned else "")
    recipient = recipient or (words.original.recipients or ("",))[0]
    diagnostic = report.typed(group.get("diagnostic-code")) or report.typed(
        group.get("x-supplementary-info")
    )
    status, action = group.get("status"), group.get("action").lower().split(" ")[0]
    command, reply = plain.session(words.own) if alone else ("", "")
    own = next((m.words for m in mentioned if m.recipient.lower() == recipient.lower()), "")
    context = command or own
    found = diagnose(diagnostic, status=status, action=action, context=context)
    for more in (own, reply, plain.telling(words.own) if alone else ""):
        if not vague(found) or not more:
            continue
        found = better(
            found, diagnose(f"{diagnostic} {more}", status=status, action=action, context=context)
        )
    return made(recipient, found, diagnostic or own)


def recipient_of(group: report.Group) -> str:
    """The address as we wrote it where the report tells it, else as it ended up."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        value = report.typed(group.get(name))
        found = headers.find_addresses(value, 1)
        if found:
            return found[0]
    return ""


def from_mention(mention: plain.Mention, words: Words, alone: bool) -> Result:
    found = diagnose(mention.words, context=words.own if alone else mention.words)
    if vague(found) and alone:
        found = better(found, diagnose(plain.telling(words.own), context=words.own))
    return made(mention.recipient, found, mention.words or plain.telling(words.own))


VAGUE = frozenset(
    {Reason.UNDETERMINED, Reason.SYSTEM, Reason.DELAYED, Reason.PROTOCOL, Reason.POLICY}
)


def vague(found: Diagnosis) -> bool:
    return found.reason in VAGUE


def better(first: Diagnosis, second: Diagnosis) -> Diagnosis:
    if vague(second) and first.reason is not Reason.UNDETERMINED:
        return first
    return Diagnosis(
        second.class_, second.reason, first.status or second.status,
        first.reply_code or second.reply_code, second.about,
    )  # fmt: skip


def made(recipient: str, found: Diagnosis, diagnostic: str) -> Result:
    return Result(
        recipient=recipient,
        class_=found.class_,
        reason=found.reason,
        status=found.status,
        reply_code=found.reply_code,
        diagnostic=" ".join(diagnostic.split())[:500],
        about=found.about if found.class_ is not Class.OTHER else About.RECIPIENT,
    )
