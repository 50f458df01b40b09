"""The outputs of a run → the values that the report shows: steps of the funnel, distributions, and
ten sample leads with what their scores rest on.

Reads the outputs twice, line by line: once to choose the samples by their places in the order of
scores, once to fetch them. The samples stand for the whole: the best, the last, and eight between
them at equal distances. What a lead says of itself is text here; the template escapes it.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from agents.scoring import telling
from agents.scoring.profile import TARGETS
from contracts.lead import Quality

SAMPLES = 10
LONGEST = 160
"""Letters of one value that are shown."""
PAGE_LIMIT = 150_000
"""Bytes of a page that goes into the report as its thumbnail."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the funnel: how many leads, what share of the rows, and what became of the rest."""

    label: str
    count: int
    share: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sample's score."""

    label: str
    points: float
    earned: float
    most: float
    sure: float
    enough: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """A value that enrichment found, from where, how sure, and the words that it rests on."""

    label: str
    value: str
    source: str
    sure: float | None
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One lead as the report shows it; `page` is the HTML of its landing page."""

    name: str
    about: str
    row: int
    als: float | None
    tier: str
    qualified: bool
    verdict: str
    parts: tuple[Part, ...]
    unknown: tuple[str, ...]
    """Parts of which nothing is known."""
    missing: tuple[str, ...]
    advice: tuple[str, ...]
    found: tuple[Added, ...]
    page: str = ""
    page_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything on the page."""

    title: str
    when: str
    stats: Mapping[str, Any]
    steps: tuple[Step, ...]
    sources: tuple[tuple[str, int, tuple[tuple[str, int], ...]], ...]
    """Field, how many leads gained it, and by which source."""
    missing: tuple[tuple[str, int], ...]
    samples: tuple[Sample, ...] = field(default=())


def of(folder: Path, pages: Path, stats: Mapping[str, Any], title: str, when: str) -> Figures:
    """Reads a run's outputs; `folder` holds them, `pages` the site."""
    return Figures(
        title=title,
        when=when,
        stats=stats,
        steps=tuple(steps(stats)),
        sources=tuple(by_field(stats["fields_found"])),
        missing=tuple((human(n), count) for n, count in list(stats["missing_fields"].items())[:8]),
        samples=tuple(samples(folder, pages)),
    )


def steps(stats: Mapping[str, Any]) -> Iterator[Step]:
    """Yields the funnel; stages that did not run have no step."""
    rows = max(1, int(stats["rows"]))

    def step(label: str, count: int, note: str = "") -> Step:
        return Step(label, count, count / rows, note)

    refused = ", ".join(f"{n} {code}" for code, n in stats["refused_by_code"].items())
    unread = f"not readable: {stats['unreadable']}" if stats["unreadable"] else ""
    yield step("Rows in the file", stats["rows"], unread)
    again = f"the same as an earlier row: {stats['same_as']}" if stats["same_as"] else ""
    yield step("Leads", stats["routed"], "; ".join(filter(None, (_refused(refused), again))))
    if stats["enriched"]:
        yield step("Something was found out", stats["gained"], "by a source beyond the file")
    if stats["scored"]:
        yield step("Qualified", stats["qualified"], "score high enough, and a channel is open")
    if stats["pages"]:
        yield step("Landing pages", stats["pages"], "")


def _refused(codes: str) -> str:
    return f"refused: {codes}" if codes else ""


def by_field(
    found: Mapping[str, Mapping[str, int]],
) -> Iterator[tuple[str, int, tuple[tuple[str, int], ...]]]:
    """Yields fields, the one found most often first, each with its sources."""
    totals = {name: sum(sources.values()) for name, sources in found.items()}
    for name in sorted(found, key=lambda name: (-totals[name], name)):
        ranked = sorted(found[name].items(), key=lambda pair: (-pair[1], pair[0]))
        yield human(name), totals[name], tuple(ranked)


def human(name: str) -> str:
    """A field's name for people: `company.opening_hours` → `Opening hours`."""
    text = name.removeprefix("company.").removeprefix("other_ids.").replace("_", " ")
    return text[:1].upper() + text[1:]


# ── samples ───────────────────────────────────────────────────────────────────────────────────


def samples(folder: Path, pages: Path) -> Iterator[Sample]:
    """Yields the samples, the best first."""
    last = next((p for n in ("scored", "enriched", "routed")
                 if (p := folder / f"{n}.jsonl").exists()), None)  # fmt: skip
    if last is None:
        return
    chosen = _chosen(last)
    wanted = set(chosen)
    lines = {n: orjson.loads(line) for n, line in enumerate(last.open("rb")) if n in wanted}
    up = _pages(folder / "landing_pages.jsonl", {place(lines[n]) for n in chosen})
    for number in chosen:
        yield _sample(lines[number], up.get(place(lines[number])), pages)


def place(line: Mapping[str, Any]) -> int:
    """The row of the input that a line came from."""
    return int(said(line, "routing")["row"])


def said(line: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What a stage added, wherever it had to go."""
    aside = line.get("leadwire")
    found = aside.get(name) if isinstance(aside, Mapping) and name in aside else line.get(name)
    return found if isinstance(found, Mapping) else {}


def _chosen(path: Path) -> list[int]:
    """Numbers of the lines at equal distances in the order of scores, the best first."""
    scores, numbers = array("d"), array("l")
    with path.open("rb") as file:
        for number, line in enumerate(file):
            data = orjson.loads(line)
            if said(data, "lead") and "same_as" not in said(data, "routing"):
                scores.append(float(said(data, "quality").get("als") or 0))
                numbers.append(number)
    order = sorted(range(len(numbers)), key=lambda n: (-scores[n], n))
    count = min(SAMPLES, len(order))
    if count < 2:
        return [numbers[n] for n in order]
    places = [round(step * (len(order) - 1) / (count - 1)) for step in range(count)]
    return [numbers[order[n]] for n in dict.fromkeys(places)]


def _pages(path: Path, rows: set[int]) -> dict[int, Mapping[str, Any]]:
    if not path.exists():
        return {}
    found = (orjson.loads(line) for line in path.open("rb"))
    return {row["row"]: row for row in found if row["row"] in rows and row.get("path")}


def _sample(line: Mapping[str, Any], page: Mapping[str, Any] | None, pages: Path) -> Sample:
    lead, enrichment = said(line, "lead"), said(line, "enrichment")
    given = said(line, "quality")
    quality = Quality.model_validate(given) if "als" in given else None
    parts = tuple(_parts(quality)) if quality else ()
    path = str(page["path"]) if page else ""
    return Sample(
        name=_name(lead),
        about=", ".join(str(lead[n]) for n in ("category", "address", "city") if lead.get(n)),
        row=place(line),
        als=quality.als if quality else None,
        tier=quality.tier if quality else "",
        qualified=bool(quality and quality.qualified),
        verdict=telling.explain(quality)[1] if quality else "Not scored.",
        parts=tuple(part for part in parts if part.evidence),
        unknown=tuple(part.label.lower() for part in parts if not part.evidence),
        missing=quality.missing if quality else (),
        advice=tuple(_advice(quality)) if quality else (),
        found=tuple(_found(enrichment)),
        page=_html(pages / path) if path else "",
        page_path=f"pages/{path}" if path else "",
    )


def _name(lead: Mapping[str, Any]) -> str:
    metadata = lead.get("metadata") or {}
    names = (lead.get("business_name"), metadata.get("company_name"), lead.get("name"))
    return short(next(filter(None, names), "") or lead.get("dedup_key") or "No name")


def _parts(quality: Quality) -> Iterator[Part]:
    for name, part in quality.parts.items():
        yield Part(
            label=telling.LABELS.get(name, human(name)),
            points=part.points,
            earned=part.weight * part.points,
            most=part.weight * 100,
            sure=part.confidence,
            enough=part.confidence >= TARGETS.get(name, 0.0),
            evidence=tuple(short(text) for text in part.evidence),
        )


def _advice(quality: Quality) -> Iterator[str]:
    starts = ("Worth finding out: ", "Check before you call: ")
    yield from (line for line in telling.explain(quality) if line.startswith(starts))


def _found(enrichment: Mapping[str, Any]) -> Iterator[Added]:
    sources: Mapping[str, str] = enrichment.get("sources") or {}
    for name, source in sources.items():
        value = _value(enrichment, name)
        if value not in (None, "", [], {}):
            yield Added(
                label=human(name),
                value=short(_words(value)),
                source=source,
                sure=(enrichment.get("confidence") or {}).get(name),
                evidence=short(str((enrichment.get("evidence") or {}).get(name, ""))),
            )


def _value(enrichment: Mapping[str, Any], name: str) -> Any:
    head, _, rest = name.partition(".")
    value = enrichment.get(head)
    return value.get(rest) if rest and isinstance(value, Mapping) else value


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_words(v)}" for v in value.values() if v not in (None, ""))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(_words(one) for one in value)
    return str(value)


def short(text: str) -> str:
    """A text that fits: one line, no longer than is read."""
    line = " ".join(str(text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _html(path: Path) -> str:
    try:
        body = path.read_bytes()
    except OSError:
        return ""
    return body.decode("utf-8", "replace") if len(body) <= PAGE_LIMIT else ""
