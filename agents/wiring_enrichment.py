"""Turns settings into the sources of enrichment; the part of `wiring.py` that the linear pipeline
needs without a system, and beside it the only place that names the reader of sites.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from agents.enrichment.base import Source
from agents.enrichment.table import TableSource, Undescribed, described
from agents.ports import Clock, nudged
from agents.settings import Settings, SettingsError


def enrichment_sources(settings: Settings, clock: Clock) -> list[Source]:
    """The sources that settings name, tables before sites; whoever asks closes them.

    Raises SettingsError for a description of a table that cannot be used, naming file and key. A
    table that cannot be read later is named with each lead, and the lead goes on.
    """
    sources: list[Source] = [
        _table(Path(text.strip())) for text in settings.enrichment_tables.split(",") if text.strip()
    ]
    _check_names(sources)
    if settings.read_sites:
        sources.append(site_source(clock))
    return sources


def _check_names(sources: Sequence[Source]) -> None:
    names = [source.card.name for source in sources]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise SettingsError(f"enrichment_tables: two are called {twice}; give one a `name`")


def _table(path: Path) -> TableSource:
    try:
        return TableSource(described(path))
    except Undescribed as error:
        raise SettingsError(f"enrichment_tables: {error}") from None


def site_source(clock: Clock) -> Source:
    """The reader of businesses' own sites: politely, over the system's name server."""
    from agents.enrichment.site.source import SiteSource
    from channels.enrichment.web import WebReader

    async def pause(seconds: float) -> None:
        await nudged(asyncio.Event(), seconds)

    return SiteSource(WebReader(elapsed=clock.elapsed, pause=pause))
