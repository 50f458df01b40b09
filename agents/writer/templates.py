"""Renders a touch from its template: pure, values in, a draft with its checks out.

Templates are Jinja2 in a sandbox with strict undefined names: a variable that is not known fails
here, as a named problem on the draft, and never sends "Hi ,". What a template read is kept as the
draft's personalization. Placeholders: `business.*` (name, category, city, website …, every field of
the lead), `person.*` (name, first_name, title), `client.*`, `sender.*`, `campaign.*`, `step`,
`previous.subject`, `landing_page.url`, `enrichment.*`, `quality.*`.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

from agents.definitions import Template
from contracts.outcome import Channel

LINK = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s<>\"]+")
LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}|\[(?:first ?name|company|name)\]", re.IGNORECASE)
SUBJECT_LIMIT = 120
SMS_LIMIT = 160
"""One GSM 03.38 segment."""


def content_hash(subject: str, body: str) -> str:
    """Returns SHA-256 over subject and body, hex; the sender makes it again of what is stored."""
    return hashlib.sha256(f"{subject}\x00{body}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rendered message; `problems` name the checks that it fails, `hash` is what is approved."""

    subject: str
    body: str
    template_id: str
    personalization: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def hash(self) -> str:
        """What an approval of this draft binds to."""
        return content_hash(self.subject, self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a template may say: nothing else is known to it."""

    channel: Channel
    business: Mapping[str, Any]
    person: Mapping[str, Any]
    client: Mapping[str, Any]
    sender: Mapping[str, Any]
    campaign: Mapping[str, Any]
    step: int
    unsubscribe_url: str = ""
    previous_subject: str | None = None
    landing_page: Mapping[str, Any] | None = None
    enrichment: Mapping[str, Any] | None = None
    quality: Mapping[str, Any] | None = None
    max_words: int = 150

    def names(self) -> dict[str, Any]:
        """The template's variables; what is not known is absent, so that strictness sees it."""
        found: dict[str, Any] = {
            "business": self.business,
            "person": self.person,
            "client": self.client,
            "sender": self.sender,
            "campaign": self.campaign,
            "step": self.step,
            "landing_page": self.landing_page or {},
            "enrichment": self.enrichment or {},
            "quality": self.quality or {},
        }
        if self.previous_subject is not None:
            found["previous"] = {"subject": self.previous_subject}
        return found


class Seen(dict[str, Any]):
    """A mapping that notes which of its keys a template read."""

    def __init__(self, name: str, values: Mapping[str, Any], notes: set[str]) -> None:
        super().__init__({key: value for key, value in values.items() if value not in (None, "")})
        self._name = name
        self._notes = notes

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        self._notes.add(f"{self._name}.{key}")
        return value

    def get(self, key: str, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default


@lru_cache(maxsize=1)
def environment() -> ImmutableSandboxedEnvironment:
    """The sandbox of message templates: plain text, strict names, trimmed blocks."""
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )


@lru_cache(maxsize=512)
def compiled(source: str) -> Compiled:
    """Compiles a template once; raises TemplateError for a broken one."""
    return environment().from_string(source)


def needs_page(source: str) -> bool:
    """True where a template reads of `landing_page` outside of any `{% if landing_page … %}` and
    without a default: a lead that has none could not be written to. False for a broken one."""
    try:
        return _unguarded(environment().parse(source))
    except TemplateError:
        return False


def _unguarded(node: nodes.Node) -> bool:
    if isinstance(node, nodes.If | nodes.CondExpr) and _speaks(node.test):
        return False
    if isinstance(node, nodes.Filter) and node.name in {"default", "d"}:
        return False
    if isinstance(node, nodes.Getattr) and _speaks(node.node):
        return True
    return any(_unguarded(child) for child in node.iter_child_nodes())


def _speaks(node: nodes.Node) -> bool:
    names = [*([node] if isinstance(node, nodes.Name) else []), *node.find_all(nodes.Name)]
    return any(name.name == "landing_page" for name in names)


def write(template: Template, brief: Brief) -> Draft:
    """Renders a template for a brief; never raises: what went wrong is a problem of the draft."""
    notes: set[str] = set()
    names = {
        name: Seen(name, value, notes) if isinstance(value, Mapping) else value
        for name, value in brief.names().items()
    }
    problems: list[str] = []
    subject = _render(template.subject, names, "subject", problems)
    body = _render(template.body, names, "body", problems).strip()
    subject = _threaded(" ".join(subject.split()), brief)
    if body and brief.channel is Channel.EMAIL:
        body = f"{body}\n\n{footer(brief)}"
    problems += checked(subject, body, brief)
    return Draft(
        subject=subject,
        body=body,
        template_id=template.id,
        personalization=tuple(sorted(notes)),
        problems=tuple(problems),
    )


def _render(source: str, names: Mapping[str, Any], part: str, problems: list[str]) -> str:
    try:
        return compiled(source).render(names)
    except TemplateError as error:
        problems.append(f"{part}: {error.message or type(error).__name__}")
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        problems.append(f"{part}: {error}")
    return ""


def _threaded(subject: str, brief: Brief) -> str:
    """A follow-up without a subject of its own goes on under the first one's."""
    if subject or brief.previous_subject is None:
        return subject
    previous = brief.previous_subject
    return previous if previous.lower().startswith("re:") else f"Re: {previous}"


def footer(brief: Brief) -> str:
    """Who writes, from where, and the way out: CAN-SPAM and RFC 8058's body link."""
    lines = [
        "-- ",
        f"{brief.sender.get('name', '')}, {brief.sender.get('company', '')}",
        str(brief.sender.get("postal_address", "")),
        f"No more messages: {brief.unsubscribe_url}",
    ]
    return "\n".join(lines)


def checked(subject: str, body: str, brief: Brief) -> list[str]:
    """Returns what is wrong with a message, by channel (spec 7.3)."""
    found = [text for text in (_placeholders(subject, body), _links(body)) if text]
    if not body:
        found.append("body: empty")
    if brief.channel is Channel.EMAIL:
        found += _mail(subject, body, brief)
    elif brief.channel is Channel.SMS and len(body) > SMS_LIMIT:
        found.append(f"body: {len(body)} characters, one segment holds {SMS_LIMIT}")
    return found


def _placeholders(subject: str, body: str) -> str:
    left = LEFTOVER.search(subject) or LEFTOVER.search(body)
    return f"placeholder left: {left.group()}" if left else ""


def _links(body: str) -> str:
    wrong = [
        link for link in LINK.findall(body) if not link.lower().startswith(("http://", "https://"))
    ]
    return f"link: {wrong[0]} is not http or https" if wrong else ""


def _mail(subject: str, body: str, brief: Brief) -> list[str]:
    found = []
    if not subject:
        found.append("subject: empty")
    if len(subject) > SUBJECT_LIMIT:
        found.append(f"subject: {len(subject)} characters, at most {SUBJECT_LIMIT}")
    text = body.partition("\n-- \n")[0]
    words = len(text.split())
    if words > brief.max_words:
        found.append(f"body: {words} words, at most {brief.max_words}")
    if not brief.unsubscribe_url or brief.unsubscribe_url not in body:
        found.append("body: no unsubscribe link")
    address = str(brief.sender.get("postal_address", "")).strip()
    if not address or address not in body:
        found.append("body: no postal address of the sender")
    return found
