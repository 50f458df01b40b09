"""`Figures` → one self-contained HTML page: no script, no font, no picture from elsewhere.

The template escapes whatever came from a lead; a landing page is shown in a sandboxed frame that
may run nothing. The policy in the page's head allows its own styles and nothing else.
"""

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from agents.pipeline.counts import BINS
from agents.pipeline.report import charts
from agents.pipeline.report.figures import Figures
from agents.scoring.profile import BOUNDS


def rendered(figures: Figures) -> bytes:
    """Returns the page."""
    stats = figures.stats
    text = (
        _environment()
        .get_template("report.html")
        .render(
            figures=figures,
            stats=stats,
            styles=_styles(),
            charts=_charts(stats),
            shares=_shares(stats),
        )
    )
    return text.encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("agents.pipeline.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["count"] = lambda number: f"{number:,}"
    found.filters["percent"] = percent
    return found


def percent(share: float) -> str:
    """A share for people; what is small is not nothing, what is nearly all is not all."""
    if 0 < share < 0.01:
        return "under 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{share:.0%}".replace("%", " %")


@cache
def _styles() -> Markup:
    text = (files("agents.pipeline.report") / "report.css").read_text("utf-8")
    return Markup(text)  # noqa: S704  # ours


def _charts(stats: Any) -> dict[str, Markup]:
    found = {}
    if stats["scored"]:
        tiers = ", ".join(f"{n:,} {tier}" for tier, n in stats["tiers"].items())
        found["als"] = charts.histogram(
            stats["als"],
            f"Distribution of {stats['scored']:,} scores: {tiers}",
            unit="points",
            classes=[_tier(number) for number in range(BINS)],
            ticks=(0, *(int(BOUNDS[tier]) for tier in ("cool", "warm", "hot")), 100),
        )
    if stats["enriched"]:
        means = stats["means"]
        found["confidence"] = charts.histogram(
            stats["confidence_after"],
            f"Confidence of {stats['enriched']:,} leads: {percent(means['confidence_before'])} on "
            f"average before enrichment, {percent(means['confidence_after'])} after",
            unit="% sure",
            ghost=stats["confidence_before"],
        )
    return found


def _tier(number: int) -> str:
    at = 100 * number / BINS
    return next(tier for tier in ("hot", "warm", "cool", "cold") if at >= BOUNDS[tier])


def _shares(stats: Any) -> dict[str, float]:
    """Tier → its share of the scored leads."""
    total = max(1, stats["scored"])
    return {tier: number / total for tier, number in stats["tiers"].items()}
