"""Finds, checks and renders page templates: the product's, with the operator's before them.

Jinja2 in a sandbox, autoescaped, with strict names. A template is checked when it is first used:
a placeholder that nothing stands behind is named with template and line before any page is made.
Known placeholders: `business.*` (`PLACEHOLDERS`), `enrichment.*` (whatever enrichment said of the
lead; names that a lead lacks are empty where they are known, see `ENRICHMENT`), `brand.*`,
`page.*`, `words.*`. A field that this lead lacks is empty, so `{% if business.tagline %}` works.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    meta,
    nodes,
)
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.sandbox import ImmutableSandboxedEnvironment

from contracts.lead import Enrichment

BUSINESS = (
    "name tagline description category keywords logo kind label place phone phone_shown email "
    "website street city region postcode country address latitude longitude directions hours "
    "hours_written services cuisine programmes areas payment languages price_range booking menu "
    "profiles initials"
)
BRAND = "name tagline url logo label action"
PAGE = (
    "title description url picture language locale alternates structured palette robots root "
    "styles logo_width"
)
ENRICHMENT = (
    "opening_hours services languages description tagline keywords logo company_size "
    "decision_maker technologies booking_links founded address social_profiles company_details"
)
"""What enrichment is known to find beside the fields of its own contract."""
PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "business": frozenset(BUSINESS.split()),
    "brand": frozenset(BRAND.split()),
    "page": frozenset(PAGE.split()),
    "enrichment": frozenset({*Enrichment.model_fields, *ENRICHMENT.split()}),
}
"""Every placeholder there is; `enrichment` may hold more."""


class TemplateProblem(Exception):
    """A template cannot be used; names template, line, problem and remedy."""


class Namespace:
    """Values that a template reads as `business.name`; no method of its own stands in the way."""

    def __init__(self, values: Mapping[str, Any], known: frozenset[str] = frozenset()) -> None:
        self.__values = dict.fromkeys(known, "") | dict(values)

    def __getitem__(self, name: str) -> Any:
        return self.__values[name]


@dataclass(eq=False)
class Templates:
    """The templates of a site. `folder` is the operator's, whose files go before ours."""

    folder: Path | None = None
    _checked: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    environment: ImmutableSandboxedEnvironment = field(init=False)

    def __post_init__(self) -> None:
        ours = PackageLoader("agents.landing", "templates")
        loaders: list[BaseLoader] = [ours]
        if self.folder is not None:
            if not self.folder.is_dir():
                raise TemplateProblem(f"no folder {self.folder}; check the setting pages_templates")
            loaders.insert(0, FileSystemLoader(self.folder))
        self.environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader(loaders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def names(self) -> tuple[str, ...]:
        """Every template that a page can have: those that are no part of others."""
        found = self.environment.list_templates(extensions=["html"])
        return tuple(n.removesuffix(".html") for n in found if n not in PARTS and "/" not in n)

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """Renders a template by name; raises TemplateProblem."""
        file = f"{name}.html"
        self.check(file)
        try:
            return self.environment.get_template(file).render(values)
        except TemplateError as error:
            raise TemplateProblem(_told(file, error)) from error
        except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
            raise TemplateProblem(f"template {file}{_line(error)}: {error}; mend it") from error

    def check(self, file: str) -> None:
        """Checks a template and all that it builds on, once; raises TemplateProblem."""
        with self._lock:
            if file in self._checked:
                return
            for name, tree in self._trees(file, set()):
                for problem in problems(name, tree):
                    raise TemplateProblem(problem)
            self._checked.add(file)

    def _trees(self, file: str, seen: set[str]) -> Iterator[tuple[str, nodes.Template]]:
        seen.add(file)
        tree = self._parsed(file)
        yield file, tree
        for other in meta.find_referenced_templates(tree):
            if other is not None and other not in seen:
                yield from self._trees(other, seen)

    def _parsed(self, file: str) -> nodes.Template:
        assert self.environment.loader is not None
        try:
            source, path, _ = self.environment.loader.get_source(self.environment, file)
            return self.environment.parse(source, file, path)
        except TemplateNotFound as error:
            known = ", ".join(self.names())
            raise TemplateProblem(f"no template {error.name}; there are {known}") from None
        except TemplateSyntaxError as error:
            raise TemplateProblem(_told(file, error)) from None
        except (OSError, UnicodeDecodeError) as error:
            words = f"template {file} cannot be read: {error}; make it readable UTF-8 text"
            raise TemplateProblem(words) from None


PARTS = frozenset({"base.html", "parts.html", "not_found.html"})
"""Templates that others build on."""
GIVEN = frozenset({*PLACEHOLDERS, "words"})


def problems(file: str, tree: nodes.Template) -> Iterator[str]:
    """Names every placeholder of a template that nothing stands behind."""
    known_here = GIVEN | _made(tree)
    for node in tree.find_all(nodes.Name):
        if node.ctx == "load" and node.name not in known_here:
            yield _unknown(file, node.lineno, node.name, GIVEN)
    for found in tree.find_all(nodes.Getattr):
        base = found.node
        if not isinstance(base, nodes.Name) or base.name not in PLACEHOLDERS:
            continue
        known = PLACEHOLDERS[base.name]
        if found.attr not in known and base.name != "enrichment":
            names = {f"{base.name}.{one}" for one in known}
            yield _unknown(file, found.lineno, f"{base.name}.{found.attr}", names)


def _made(tree: nodes.Template) -> set[str]:
    """Names that a template makes itself: set, loop variables, macros and their arguments, imports;
    and those that Jinja gives."""
    found = {"loop", "caller", "varargs", "kwargs", "super", "self", *DEFAULT_NAMESPACE}
    found |= {node.name for node in tree.find_all(nodes.Name) if node.ctx in {"store", "param"}}
    found |= {node.name for node in tree.find_all(nodes.Macro)}
    found |= {node.target for node in tree.find_all(nodes.Import)}
    for node in tree.find_all(nodes.FromImport):
        found |= {name if isinstance(name, str) else name[1] for name in node.names}
    return found


def _unknown(file: str, line: int, name: str, known: Any) -> str:
    close = get_close_matches(name, sorted(known), n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
    return f"template {file} line {line}: unknown placeholder {name}; {hint}"


def _told(file: str, error: TemplateError) -> str:
    line = getattr(error, "lineno", None)
    place = f" line {line}" if line else _line(error)
    name = getattr(error, "name", None) or file
    return f"template {name}{place}: {error.message or type(error).__name__}; mend it"


def _line(error: BaseException) -> str:
    """The template's line in the trace of an error that came up while rendering."""
    trace, found = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".html"):
            found = f" line {trace.tb_lineno}"
        trace = trace.tb_next
    return found


Render = Callable[[str, Mapping[str, Any]], str]
