"""Settings into sources: what is named is there, what is wrong is refused at the start."""

from pathlib import Path

import pytest

from agents.ports import SystemClock
from agents.settings import Settings, SettingsError
from agents.wiring_enrichment import enrichment_sources
from tests.agents.enrichment.test_table import CRM, DESCRIPTION


def described(folder: Path, name: str = "crm") -> str:
    (folder / "crm.csv").write_text(CRM)
    path = folder / f"{name}.toml"
    path.write_text(DESCRIPTION)
    return str(path)


async def names(settings: Settings) -> list[str]:
    sources = enrichment_sources(settings, SystemClock())
    for source in sources:
        await source.close()
    return [source.card.name for source in sources]


async def test_nothing_is_asked_by_default() -> None:
    """The embedded demo reaches nobody."""
    assert await names(Settings()) == []


async def test_tables_and_sites_as_settings_name_them(tmp_path: Path) -> None:
    settings = Settings(enrichment_tables=described(tmp_path), read_sites=True)
    assert await names(settings) == ["table:crm", "site"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{0}/none.toml", "enrichment_tables: {0}/none.toml: No such file or directory"),
        ("{1},{1}", "enrichment_tables: two are called table:crm; give one a `name`"),
    ],
)
def test_a_wrong_table_is_refused(tmp_path: Path, text: str, words: str) -> None:
    there = described(tmp_path)
    settings = Settings(enrichment_tables=text.format(tmp_path, there))
    with pytest.raises(SettingsError) as caught:
        enrichment_sources(settings, SystemClock())
    assert str(caught.value) == words.format(tmp_path, there)
