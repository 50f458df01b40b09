"""What the landing page generator makes, as values: a page, or why there is none.

`core.make` returns a `Page`; whoever writes it (`publishing.py`, the agent, `leadwire pipeline`)
takes its `files`. `stats` turns what came of many leads into the `landing_stats` of spec 1.4.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


class PageError(Exception):
    """A page cannot be made; names the lead's key, what is wrong, and what to do about it."""

    def __init__(self, key: str, problem: str, remedy: str) -> None:
        super().__init__(f"lead {key}: {problem}; {remedy}" if key else f"{problem}; {remedy}")
        self.key = key
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One landing page with everything that belongs to it.

    `slug` is its folder below the site, `url` where it will be, `files` maps a path within the
    site to bytes (HTML by language, Markdown, the picture). `used` names the lead's fields that
    stand on it, `missing` those that a better page would have, `unsure` those that were left out
    because whoever found them was not sure enough.
    """

    key: str
    slug: str
    url: str
    title: str
    template: str
    languages: tuple[str, ...]
    files: Mapping[str, bytes]
    used: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    hash: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hash", content_hash(self.files))

    @property
    def path(self) -> str:
        """The path of its HTML within the site."""
        return f"{self.slug}/index.html"

    @property
    def html(self) -> bytes:
        """Its HTML in the first language."""
        return self.files[self.path]

    @property
    def markdown(self) -> bytes:
        """The same as Markdown with front matter."""
        return self.files[f"{self.slug}/index.md"]

    @property
    def picture(self) -> bytes:
        """The picture that a shared link shows, PNG of 1200 × 630."""
        return self.files[f"{self.slug}/card.png"]

    @property
    def built(self) -> "Built":
        """What is left to count once its files are written."""
        kept = {name: getattr(self, name) for name in Built.__slots__}
        return Built(**kept)

    @property
    def size(self) -> int:
        """Bytes that a visitor's browser loads at most: the largest HTML, and the picture."""
        pages = [len(body) for path, body in self.files.items() if path.endswith(".html")]
        return max(pages) + len(self.picture)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A page without its files: what counts and sitemaps need, small enough to cross processes."""

    key: str
    slug: str
    url: str
    template: str
    languages: tuple[str, ...]
    missing: tuple[str, ...]
    unsure: tuple[str, ...]
    size: int


def content_hash(files: Mapping[str, bytes]) -> str:
    """Returns SHA-256 over paths and bytes, hex; what says whether a page has changed."""
    found = hashlib.sha256()
    for path, body in sorted(files.items()):
        found.update(f"{path}\x00{len(body)}\x00".encode())
        found.update(body)
    return found.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A lead that gets no page by rule, and which rule."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A lead whose page could not be made, or written; what and what to do."""

    key: str
    problem: str
    remedy: str


Made = Page | Built | Skipped | Failed


@dataclass(slots=True)
class Tally:
    """Counts what came of leads one by one, without keeping their pages (memory stays flat)."""

    pages: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: list[Failed] = field(default_factory=list)
    templates: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    unsure: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    largest: int = 0

    def add(self, made: Made) -> None:
        """Counts one."""
        if isinstance(made, Skipped):
            self.skipped[made.reason] += 1
        elif isinstance(made, Failed):
            self.failed.append(made)
        else:
            self._page(made)

    def _page(self, page: Page | Built) -> None:
        self.pages += 1
        self.templates[page.template] += 1
        self.languages.update(page.languages[:1])
        self.missing.update(page.missing)
        self.unsure.update(page.unsure)
        self.bytes += page.size
        self.largest = max(self.largest, page.size)

    def landing_stats(self) -> dict[str, Any]:
        """Returns the counts as JSON values."""
        return {
            "pages": self.pages,
            "skipped": dict(sorted(self.skipped.items())),
            "failed": [
                {"key": f.key, "problem": f.problem, "remedy": f.remedy} for f in self.failed
            ],
            "by_template": dict(sorted(self.templates.items())),
            "by_language": dict(sorted(self.languages.items())),
            "missing": dict(sorted(self.missing.items())),
            "left_out_as_unsure": dict(sorted(self.unsure.items())),
            "bytes_mean": round(self.bytes / self.pages) if self.pages else 0,
            "bytes_largest": self.largest,
        }


def landing_stats(made: Iterable[Made]) -> dict[str, Any]:
    """Returns the `landing_stats` of several leads (spec 1.4)."""
    tally = Tally()
    for one in made:
        tally.add(one)
    return tally.landing_stats()
