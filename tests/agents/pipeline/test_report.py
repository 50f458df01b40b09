"""The report of a run: its figures are the stats', its samples stand for all, none of it acts."""

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from agents.identity.words import words
from agents.pipeline.report import charts, figures
from agents.pipeline.report.page import percent
from tests.agents.pipeline.test_bad_input import written
from tests.agents.pipeline.test_listings import SAMPLES, lines, run

SHARED = os.environ.get("LEADWIRE_SHARED_DATA")
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "</style><svg onload=alert(1)>",
    "javascript:alert(1)",
    "&lt;b&gt; &amp; ' \" `",
    "ب‮تخت㋐😀",
    "x" * 3000,
]
TAGS = words(
    """html head meta title style body main header h1 h2 h3 h4 p div section ol ul li span b i svg
    rect line text table thead tbody tr th td article dl dt dd figure iframe a figcaption footer
    br"""
)
"""Everything that the template and the charts write."""


class Seen(HTMLParser):
    """Tags, attributes and text of a page as a browser's parser would split them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def hostile() -> list[str]:
    """Our own, and the shared ones where they are at hand."""
    found = list(HOSTILE)
    for name in ("naughty_strings", "xss_payloads") if SHARED else ():
        for line in (
            (Path(str(SHARED)) / "hostile" / f"{name}.jsonl").read_text("utf-8").split("\n")
        ):
            row = json.loads(line) if line else {}
            found += [str(v) for k, v in row.items() if k in ("text", "string", "payload", "value")]
    return [text for text in found if text.strip() and "\x00" not in text]


def report(path: Path, out: Path, *words: str) -> tuple[str, dict[str, Any]]:
    done = run(path, "--out", out, "--report", *words)
    assert done.exit_code == 0, done.output
    return (out / "report.html").read_text("utf-8"), json.loads((out / "stats.json").read_bytes())


def test_hostile_leads_are_text_in_it(tmp_path: Path) -> None:
    """Ten leads at a time, each string in every field that a sample shows."""
    strings = hostile()
    for start in range(0, len(strings), 10 if len(strings) < 100 else 200):
        rows = [
            {"business_name": text, "category": text, "address": text, "email": f"a{n}@b.example",
             "title": text, "name": text, "pain_points": [text], "tech_stack": text}
            for n, text in enumerate(strings[start : start + 10])
        ]  # fmt: skip
        page, _ = report(written(tmp_path, *rows), tmp_path / f"out{start}", "--skip", "landing")
        seen = Seen(page)
        assert seen.tags <= TAGS
        assert not {name for name, _ in seen.attributes if name.startswith("on")}
        assert not {value for _, value in seen.attributes if "alert" in value and ":" in value}
        text = " ".join(" ".join(seen.text).split())
        for row in rows:
            assert figures.short(str(row["business_name"])) in text


def test_it_asks_for_nothing_from_anywhere(tmp_path: Path) -> None:
    """Self-contained: no address is fetched, no script could run."""
    page, _ = report(SAMPLES / "leads" / "uk_restaurants.csv", tmp_path / "out")
    assert not re.findall(r'(?:src|href)="(?!pages/)', page)
    assert not re.findall(r"url\((?!#)", page)
    assert "default-src 'none'" in page
    assert "<script" not in page


def test_its_figures_are_those_of_the_outputs(tmp_path: Path) -> None:
    """The funnel, the tiers, the distribution."""
    path = SAMPLES / "leads" / "osm_places.jsonl"
    page, stats = report(path, tmp_path / "out", "--category", "restaurant")
    scored = [
        one["quality"] for one in lines(tmp_path / "out" / "scored.jsonl") if "quality" in one
    ]
    assert sum(stats["als"]) == stats["scored"] == len(scored)
    assert stats["means"]["als"] == pytest.approx(
        sum(quality["als"] for quality in scored) / len(scored) / 100, abs=1e-4
    )
    for step in figures.steps(stats):
        assert f"<span>{step.label}</span><b>{step.count:,} " in page
    assert page.count('<article class="card') == min(10, stats["routed"])


def test_samples_stand_at_equal_distances_in_the_order_of_scores(tmp_path: Path) -> None:
    """The best first, the last last, no lead twice; a repeated row is none."""
    rows = [{"business_name": f"B {n}", "email": f"a{n}@b.example", "employees": 2**(n % 10)}
            for n in range(91)]  # fmt: skip
    report(written(tmp_path, *rows, rows[0]), tmp_path / "out")
    found = list(figures.samples(tmp_path / "out", tmp_path / "out" / "pages"))
    scores = [sample.als or 0 for sample in found]
    assert (len(found), len({sample.row for sample in found})) == (10, 10)
    assert scores == sorted(scores, reverse=True)
    every = [one["quality"]["als"] for one in lines(tmp_path / "out" / "scored.jsonl")]
    assert (scores[0], scores[-1]) == (max(every), min(every))
    assert 92 not in {sample.row for sample in found}


def test_an_empty_distribution_and_small_shares_are_drawn_as_such() -> None:
    """No bar for nothing; a little is not nothing, nearly all is not all."""
    assert "<rect" not in charts.histogram([0] * 20, "none", unit="points")
    assert charts.histogram([1, 0, 4], "some", unit="points").count("<rect") == 2
    assert [percent(x) for x in (0, 0.001, 0.5, 0.999, 1)] == [
        "0 %", "under 1 %", "50 %", "over 99 %", "100 %",
    ]  # fmt: skip


def test_a_later_run_leaves_no_output_of_the_one_before(tmp_path: Path) -> None:
    """What it has not made itself goes, so that nobody reads two runs as one."""
    path = SAMPLES / "leads" / "osm_places.jsonl"
    report(path, tmp_path / "out")
    assert run(path, "--out", tmp_path / "out", "--skip", "landing").exit_code == 0
    found = {one.name for one in (tmp_path / "out").iterdir() if one.is_file()}
    assert found == {
        "routed.jsonl", "enriched.jsonl", "scored.jsonl", "rejected.jsonl", "stats.json",
    }  # fmt: skip


def test_a_run_without_scores_has_a_report_too(tmp_path: Path) -> None:
    """What a skipped stage would have shown is left out."""
    path = SAMPLES / "leads" / "uk_restaurants.csv"
    page, _ = report(path, tmp_path / "out", "--skip", "scoring", "--skip", "enrichment")
    assert "Distribution of" not in page
    assert page.count("Not scored.") == 10
