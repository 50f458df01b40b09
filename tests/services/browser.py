"""What pages are checked with: Chromium, axe-core, the Nu Html Checker, schema.org's vocabulary.

The last three are npm packages that `make .venv/tools` puts beside the environment (pinned in the
Makefile); the checker needs Java. What is absent skips at home and fails where services are
required.
"""

import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.services.places import absent

TOOLS = Path(".venv/tools/node_modules")


def tool(path: str) -> Path:
    """A file of the npm packages."""
    found = TOOLS / path
    if not found.is_file():
        absent(f"no {found}; run `make .venv/tools` (needs npm)")
    return found


def java() -> str:
    """The Java that runs the checker."""
    return shutil.which("java") or absent("no java; apt-get install default-jre-headless")


def chromium() -> Iterator[Browser]:
    """A headless browser; ends with the test module, since its loop would bar others' loops."""
    path = shutil.which("chromium") or absent("no chromium; apt-get install chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Vocabulary:
    """schema.org's types and properties, read from the TypeScript that schema-dts makes of them."""

    def __init__(self, text: str) -> None:
        self.parents: dict[str, set[str]] = {}
        self.own: dict[str, set[str]] = {}
        for name, above, body in re.findall(
            r"interface (\w+?)(?:Base|Leaf) extends ([^{]+)\{\n(.*?)^\}", text, re.M | re.S
        ):
            found = set(re.findall(r"(\w+?)(?:Base|Leaf)\b", above))
            self.parents.setdefault(name, set()).update(found - {name})
            self.own.setdefault(name, set()).update(re.findall(r'^    "(\w+)"\?:', body, re.M))

    def above(self, type_: str) -> set[str]:
        """A type and everything that it is a kind of."""
        found: set[str] = set()
        left = [type_]
        while left:
            one = left.pop()
            if one not in found:
                found.add(one)
                left += self.parents.get(one, ())
        return found

    def properties(self, type_: str) -> set[str]:
        """The properties that a type may have."""
        return {name for one in self.above(type_) for name in self.own.get(one, ())}


@cache
def vocabulary() -> Vocabulary:
    """schema.org's vocabulary."""
    return Vocabulary(tool("schema-dts/dist/schema.d.ts").read_text(encoding="utf-8"))
