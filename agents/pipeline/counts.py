"""What became of the leads of a run, counted chunk by chunk; `stats.json` is made of it.

Plain numbers in plain tables, so that a checkpoint keeps them and a run that goes on later counts
on from there. Each figure can be checked against the outputs: `leads` lines in each of them,
`routed` of them with a record, and so on down to pages.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.pipeline.carried import Carried
from agents.scoring.profile import ClientProfile
from agents.scoring.score import baseline

BINS = 20
"""Bars of a distribution: five points, or five hundredths, each."""


@dataclass
class Counts:
    """Counters by name, sums for means, tables by name and key, and what landing says of itself."""

    totals: Counter[str] = field(default_factory=Counter)
    sums: dict[str, float] = field(default_factory=dict)
    tables: dict[str, Counter[str]] = field(default_factory=dict)
    landing: dict[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> Counter[str]:
        """Returns the table of a name."""
        return self.tables.setdefault(name, Counter())

    def take(self, leads: Iterable[Carried], profile: ClientProfile) -> None:
        """Counts leads that went through every stage."""
        for one in leads:
            self._one(one, profile)

    def _one(self, one: Carried, profile: ClientProfile) -> None:
        self.totals["leads"] += 1
        if one.payload is None:
            self.table("refused")[one.refused.code if one.refused else "unknown"] += 1
            self.totals["refused"] += 1
            return
        self.totals["routed"] += 1
        self.totals["same_as"] += one.same_as is not None
        self.totals["target"] += one.payload.lead.route.upper() == "TARGET"
        self._found(one, profile)
        self._scored(one)
        self.totals["pages"] += one.page is not None and "url" in one.page

    def _found(self, one: Carried, profile: ClientProfile) -> None:
        enrichment = one.enrichment
        if enrichment is None or one.payload is None:
            return
        self.totals["enriched"] += 1
        self.totals["cost_micros"] += enrichment.cost_micros
        self.table("methods")[enrichment.method] += 1
        self.table("tried").update(f"{one.source}\t{one.outcome}" for one in enrichment.tried)
        for name, source in enrichment.sources.items():
            self.table("found")[f"{name}\t{source}"] += 1
        self.totals["gained"] += bool(enrichment.sources)
        self.totals["needs_review"] += bool(enrichment.needs_review)
        before = baseline(one.payload.lead, None, profile).confidence
        after = enrichment.overall_confidence
        self._spread("confidence_before", before)
        self._spread("confidence_after", before if after is None else after)

    def _scored(self, one: Carried) -> None:
        quality = one.quality
        if quality is None:
            return
        self.totals["scored"] += 1
        self.totals["qualified"] += quality.qualified
        self.table("tiers")[quality.tier] += 1
        self._spread("als", quality.als / 100)
        self.table("missing").update(quality.missing)

    def _spread(self, name: str, share: float) -> None:
        self.table(name)[binned(share)] += 1
        self.sums[name] = self.sums.get(name, 0.0) + share

    def kept(self) -> dict[str, Any]:
        """JSON values for a checkpoint."""
        tables = {name: dict(table) for name, table in self.tables.items()}
        return {
            "totals": dict(self.totals),
            "sums": self.sums,
            "tables": tables,
            "landing": self.landing,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Counts":
        """Reads what `kept` wrote."""
        tables = {name: Counter(table) for name, table in kept.get("tables", {}).items()}
        return cls(
            totals=Counter(kept.get("totals", {})),
            sums=dict(kept.get("sums", {})),
            tables=tables,
            landing=dict(kept.get("landing", {})),
        )

    def _mean(self, name: str) -> float:
        return round(self.sums[name] / max(1, sum(self.table(name).values())), 4)

    def stats(self) -> dict[str, Any]:
        """Returns the tables and totals of `stats.json`."""
        names = ("rows", "unreadable", "leads", "refused", "routed", "same_as", "target",
                 "enriched", "gained", "needs_review", "scored", "qualified", "pages")  # fmt: skip
        return {
            **{name: self.totals[name] for name in names},
            "refused_by_code": dict(sorted(self.table("refused").items())),
            "tiers": {tier: self.table("tiers")[tier] for tier in ("hot", "warm", "cool", "cold")},
            "missing_fields": dict(self.table("missing").most_common()),
            "enrichment": {
                "by_method": dict(sorted(self.table("methods").items())),
                "sources": _by_field(self.table("tried")),
                "cost_micros": self.totals["cost_micros"],
            },
            "fields_found": _by_field(self.table("found")),
            "means": {name: self._mean(name) for name in sorted(self.sums)},
            "als": bars(self.table("als")),
            "confidence_before": bars(self.table("confidence_before")),
            "confidence_after": bars(self.table("confidence_after")),
            "landing_stats": self.landing,
        }


def binned(share: float) -> str:
    """Returns which of the bars a share 0–1 belongs to."""
    return str(min(BINS - 1, int(share * BINS)))


def bars(table: Mapping[str, int]) -> list[int]:
    """Returns the bars of a distribution, from 0 up."""
    return [table.get(str(number), 0) for number in range(BINS)]


def _by_field(found: Mapping[str, int]) -> dict[str, dict[str, int]]:
    out: dict[str, dict[str, int]] = {}
    for key, count in sorted(found.items()):
        name, _, source = key.partition("\t")
        out.setdefault(name, {})[source] = count
    return out


__all__: Sequence[str] = ("BINS", "Counts", "bars", "binned")
