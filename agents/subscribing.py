"""Which agent reads which topics, as their makers subscribe them; for documents.

The makers of `agents/wiring.py` are asked on a system in memory that never starts, so that what is
written down is what runs, an agent that somebody added included. What an agent needs to be told
before it can be made stands in `groups`.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from agents import wiring
from agents.base import Commits
from agents.outbox import OutboxRelay
from agents.settings import Settings
from contracts.catalogue import CATALOGUE
from contracts.envelope import topic_of


def groups() -> dict[str, tuple[str, ...]]:
    """Returns group → topics of the catalogue, sorted."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "secret").write_text("of documents alone")
        settings = Settings(
            secret=f"file:{folder}/secret",
            without="",
            http=False,
            analytics_dir=f"{folder}/analytics",
            pages=f"folder:{folder}/pages",
            pages_url="https://pages.example",
        )
        system = wiring.build(settings, tuple(wiring.MAKERS))
        system.relay = OutboxRelay(system.store, system.bus, system.clock)
        system.commits = Commits(system.store, system.relay, system.clock, "documents")
        made = [one for maker in wiring.MAKERS.values() for one in maker(system, "documents", None)]
    known = {topic_of(entry.type) for entry in CATALOGUE}
    found: dict[str, set[str]] = {}
    for group, topics, _ in made:
        found.setdefault(group, set()).update(set(topics) & known)
    return {group: tuple(sorted(topics)) for group, topics in sorted(found.items())}
