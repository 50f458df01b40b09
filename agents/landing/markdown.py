"""The same page as Markdown with front matter, for site generators and people who read text.

`core.py` calls `written`. Front matter is JSON within `---` lines, which every YAML reader takes
(JSON is YAML); in the text every sign that means something in Markdown or HTML is escaped, so that
a stranger's words stay words.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from agents.landing.known import Business
from agents.landing.words import Words

SIGNS = re.compile(r"([\\`*_{}\[\]()#+!|~:>-])")


def written(business: Business, words: Words, front: Mapping[str, Any], rows: Any) -> str:
    """Returns Markdown; `front` is the front matter, `rows` the opening hours as (days, times)."""
    matter = orjson.dumps(dict(front), option=orjson.OPT_INDENT_2).decode()
    parts = [f"---\n{matter}\n---\n", f"# {plain(business.name)}"]
    if front.get("place"):
        parts.append(f"**{plain(str(front['place']))}**")
    parts += [plain(text) for text in (business.tagline, business.description) if text]
    if business.address:
        lines = [plain(line) for line in business.address]
        parts.append(f"## {words.address}\n\n" + "  \n".join(lines))
    contact = _contact(business, words)
    if contact:
        parts.append(f"## {words.contact}\n\n" + "\n".join(contact))
    if rows:
        lines = [f"- {days}: {', '.join(times)}" for days, times in rows]
        parts.append(f"## {words.hours}\n\n" + "\n".join(lines))
    elif business.hours_written:
        parts.append(f"## {words.hours}\n\n{plain(business.hours_written)}")
    if business.services:
        lines = [f"- {plain(name)}" for name in business.services]
        parts.append(f"## {words.services}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _contact(business: Business, words: Words) -> list[str]:
    found = []
    if business.phone:
        found.append(f"- {words.phone}: [{plain(business.phone_shown)}](tel:{business.phone})")
    if business.email:
        found.append(f"- {words.email}: <{business.email}>")
    if business.website:
        link = f"[{plain(business.website.text)}](<{business.website.url}>)"
        found.append(f"- {words.website}: {link}")
    return found + [f"- [{profile.text}](<{profile.url}>)" for profile in business.profiles]


def plain(text: str) -> str:
    """Returns a stranger's text so that Markdown and HTML read it as text."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return SIGNS.sub(r"\\\1", escaped)
