"""`leadwire pages check`: broken links, size, fields, contrast, structured data, leftovers."""

import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import click

from agents import wiring
from agents.cli import session
from agents.landing import checking
from agents.landing.checking import Trouble
from agents.landing.publishing import Folder, Place, PlaceError


@click.command("check")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--notes", is_flag=True, help="Also list what better pages would have.")
@click.option("--json", "json_", is_flag=True, help="One JSON object a line, notes included.")
def check(folder: Path | None, notes: bool, json_: bool) -> None:
    """Check the pages of FOLDER, or of the place that the setting pages names.

    Ends with 1 where something has to be mended, with 6 where there are no pages.
    """
    found: list[Trouble] = []
    pages = session.run(lambda: _look(folder, found))
    errors = [one for one in found if one.level == "error"]
    for one in found if notes or json_ else errors:
        if json_:
            session.as_json({name: getattr(one, name) for name in Trouble.__slots__})
        else:
            click.echo(f"{one.path}: {one.level}: {one.code}: {one.text}")
    counts = Counter(one.text.partition(";")[0] for one in found if one.level == "note")
    click.echo(f"{pages} pages, {len(errors)} errors", err=True)
    for text, count in counts.most_common():
        click.echo(f"{count} pages: {text}", err=True)
    sys.exit(session.NOTHING if not pages else session.FAILED if errors else 0)


async def _look(folder: Path | None, found: list[Trouble]) -> int:
    """Checks site after site: a folder holds one, a configured place one a client."""
    try:
        if folder is not None:
            return await _site(Folder(folder), "", found)
        place = wiring.make_place(session.loaded().settings)
        tenants = sorted({n.partition("/")[0] async for n in place.names() if "/" in n})
        return sum([await _site(place, f"{tenant}/", found) for tenant in tenants])
    except PlaceError as error:
        raise session.Stop(str(error), session.UNREACHABLE) from None


async def _site(place: Place, below: str, found: list[Trouble]) -> int:
    names = [name[len(below) :] async for name in place.names(below)]
    sizes = dict.fromkeys(names, 0)
    for name in names:
        if name.endswith("/card.png"):
            sizes[name] = len(await place.read(f"{below}{name}") or b"")
    pages = [name for name in names if checking.is_page(name) and name.endswith(".html")]
    for name in sorted(pages):
        body = await place.read(f"{below}{name}")
        found += checking.checked(name, body or b"", sizes)
    found += await _leftovers(place, below, names)
    return len([name for name in pages if name.count("/") == 1])


async def _leftovers(place: Place, below: str, names: list[str]) -> list[Trouble]:
    first = await place.read(f"{below}sitemap.xml")
    if first is None:
        return []
    listed = checking.locations(first)
    if b"<sitemapindex" in first:
        parts = [urlsplit(url).path.rpartition("/")[2] for url in listed]
        bodies = [await place.read(f"{below}{name}") or b"" for name in parts]
        listed = [url for body in bodies for url in checking.locations(body)]
    root = "/".join(listed[0].split("/")[:-2]) if listed else ""
    return list(checking.leftovers(names, listed, root))
