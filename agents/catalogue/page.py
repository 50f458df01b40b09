"""Turns the catalogue of events into one HTML page for analysts and those who publish to us.

The page holds everything itself: no file beside it, nothing fetched, no library. Every text goes
through the template's escaping; the one script is named by its hash in the page's own policy, so
that nothing else could run even if a text held markup. `leadwire schema page` writes it,
`agents/web.py` serves it at `/catalogue`. It is made when it is asked for and not committed: it
says nothing that `contracts/asyncapi.json` beside it does not say.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from agents.catalogue import fields
from contracts import asyncapi, schema, upcast
from contracts.catalogue import CATALOGUE, Entry
from contracts.envelope import topic_of

BROKER = "localhost:9092"
GROUPS: Sequence[tuple[str, str]] = (
    ("door", "The door: what you may send"),
    ("lead", "Facts about leads"),
    ("campaign", "Campaigns, clients, controls"),
    ("command", "Commands: one reader each"),
    ("internal", "Internal"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One event as the page shows it."""

    type: str
    topic: str
    kind: str
    summary: str
    more: str
    publishers: tuple[str, ...]
    readers: tuple[str, ...]
    running: frozenset[str]
    """Readers among the agents of this installation."""
    days: int
    rows: tuple[fields.Row, ...]
    personal: tuple[str, ...]
    marked: bool
    """Personal fields stand on its topic; else such a field is one that only the door takes."""
    examples: tuple[tuple[str, str], ...]
    headers: str
    steps: tuple[str, ...]
    accepts: tuple[str, ...]
    """For a door: the types that may be sent there."""


def page(groups: Mapping[str, Sequence[str]], version: str, broker: str = BROKER) -> str:
    """Returns the page. `groups` is agent → topics that it reads, `broker` what examples name."""
    shown = [_shown(entry, groups) for entry in CATALOGUE]
    sections = [(title, [one for one in shown if _group(one) == name]) for name, title in GROUPS]
    script, style = _part("page.js"), _part("page.css")
    template = _environment().from_string(_part("page.html"))
    return template.render(
        sections=sections,
        agents=sorted({name for one in shown for name in (*one.publishers, *one.readers)}),
        version=version,
        broker=broker,
        script=script,
        style=style,
        policy=policy(),
        count=len(shown),
        client=_part("subscribe.txt").replace("BROKER", broker),
    )


def policy() -> str:
    """Returns the Content-Security-Policy under which the page works, and nothing else would."""
    digest = hashlib.sha256(_part("page.js").encode()).digest()
    return (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        f"script-src 'sha256-{base64.b64encode(digest).decode()}'"
    )


def _part(name: str) -> str:
    return (files("agents.catalogue") / name).read_text(encoding="utf-8")


def _environment() -> Environment:
    made = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["words"] = words
    return made


def words(text: str) -> Markup:
    """Escapes a text, and shows what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def _group(one: Shown) -> str:
    if one.kind != "fact":
        return one.kind
    return "lead" if one.topic.startswith("lead.") else "campaign"


def _shown(entry: Entry, groups: Mapping[str, Sequence[str]]) -> Shown:
    topic, made = topic_of(entry.type), schema.schema(entry)
    found = tuple(fields.rows(made))
    examples = schema.examples()[entry.type]
    ordered = sorted(examples.items(), key=lambda pair: pair[0] != "main")
    first = ordered[0][1]
    whole, summary = asyncapi.meaning(entry), asyncapi.summary(entry)
    running = frozenset(agent for agent, topics in groups.items() if topic in topics)
    return Shown(
        type=entry.type,
        topic=topic,
        kind=asyncapi.kind(entry),
        summary=summary,
        more=whole.removeprefix(summary.rstrip(".")).lstrip(". "),
        publishers=entry.publishers,
        readers=tuple(sorted({*entry.readers, *running})),
        running=running,
        days=entry.retention_days,
        rows=found,
        personal=tuple(fields.personal(found)),
        marked=entry.personal,
        examples=tuple((name, _pretty(data)) for name, data in ordered),
        headers=_headers(entry, first),
        steps=tuple(
            f"{old} → {new}" for old, (new, _) in upcast.STEPS.items() if new == entry.type
        ),
        accepts=asyncapi.AT_THE_DOOR.get(topic, ()),
    )


def _headers(entry: Entry, data: Mapping[str, Any]) -> str:
    given = asyncapi.example_headers(entry, data, ours=entry.produced)
    return "\n".join(f"{name}: {value}" for name, value in given.items())


def _pretty(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)
