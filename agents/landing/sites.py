"""The sites of an installation: one a client, below the folder of its id, with its brand.

The landing agent and `leadwire pages` ask `of` for a client's site. The brand folder is read once a
client: `pages_brand/CLIENT` where that is there, else `pages_brand` itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agents.landing import brand
from agents.landing.brand import Brand, BrandError
from agents.landing.core import Site
from agents.landing.templates import TemplateProblem, Templates
from agents.landing.values import PageError


@dataclass
class Sites:
    """`url` is where the place of all pages is served, `brands` the folder of brand folders.

    `note` is told what an operator should know of a brand (a corrected colour, a missing logo).
    """

    url: str
    brands: Path | None = None
    templates: Path | None = None
    indexed: bool = True
    note: Callable[[str], None] = lambda text: None
    _made: dict[str, Site] = field(default_factory=dict)
    _templates: Templates | None = None

    def of(self, tenant: str, key: str = "") -> Site:
        """Returns a client's site; raises PageError naming the lead where its brand or a template
        cannot be used."""
        found = self._made.get(tenant)
        if found is None:
            try:
                found = self._made[tenant] = self._site(tenant)
            except (BrandError, TemplateProblem) as error:
                raise PageError(key, str(error), "then publish its page again") from error
        return found

    def root(self) -> Site:
        """The root of all sites, nobody's brand."""
        return Site(url=self.url.rstrip("/"), templates=self._all_templates(), indexed=self.indexed)

    def _all_templates(self) -> Templates:
        if self._templates is None:
            self._templates = Templates(self.templates)
        return self._templates

    def _site(self, tenant: str) -> Site:
        folder, said = self._brand(tenant)
        return Site(
            url=f"{self.url.rstrip('/')}/{tenant}",
            templates=self._all_templates(),
            brand=said,
            brand_of=(lambda key: brand.of_business(folder, key)) if folder else None,
            indexed=self.indexed,
        )

    def _brand(self, tenant: str) -> tuple[Path | None, Brand | None]:
        if self.brands is None:
            return None, None
        own = self.brands / tenant
        folder = own if (own / "brand.toml").is_file() else self.brands
        said = brand.read(folder)
        for text in said.notes:
            self.note(text)
        return folder, said
