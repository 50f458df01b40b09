"""Turns the shipped deployment files and a folder into what is to be written there. Called by
`leadwire init`; reads files, writes none.

Three kinds of file. *Ours* (compose file, roles, dashboards) are copied, and one that somebody has
changed is kept until `--force`. *Theirs* (`leadwire.toml`, `vendors.env`) are written once and
never again. `.env` is both: lines that are missing are added, no line that is there changes, so
that a secret, once drawn, is drawn for good.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from agents.settings import Settings

OURS = (
    "compose.yaml",
    "compose.demo.yaml",
    "postgres/roles.sh",
    "observability/prometheus.yml",
    "observability/grafana/datasources/prometheus.yaml",
    "observability/grafana/dashboards/leadwire.yaml",
    "dashboards/leadwire.json",
    "files/README.md",
)
"""Copied as they are, from the same places under `deploy/`."""
THEIRS = {"leadwire.toml": "leadwire.example.toml", "vendors.env": "vendors.env.example"}
"""Written once → from which example."""
ENVIRONMENT, EXAMPLE = ".env", ".env.example"
PRIVATE = frozenset({ENVIRONMENT, "vendors.env"})
"""Hold secrets: nobody but their owner may read them."""
RUN_BY_THE_DATABASE = frozenset({"postgres/roles.sh"})

SET_BY_COMPOSE = frozenset(
    {"bus", "store", "store_password", "store_admin", "store_admin_password", "secret", "mode"}
    | {"base_url", "http", "http_host", "http_port", "log_level", "ceiling_seconds"}
    | {"shutdown_seconds", "analytics_dir", "clock"}
)
"""Settings that the compose file gives by environment, so that the file's would not be heard."""

MARK = re.compile(r"<(generated:(?P<kind>\w+)|source)>")
LINE = re.compile(r"^(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)$")
Draw = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Placed:
    """What becomes of one file: `new`, `same`, `kept` (left alone), `replaced` or `added`."""

    name: str
    state: str
    text: str | None = None
    """What to write; None: nothing."""
    note: str = ""

    @property
    def mode(self) -> int:
        """Permission bits. Containers run as another user, so what they mount is readable."""
        if self.name in PRIVATE:
            return 0o600
        return 0o755 if self.name in RUN_BY_THE_DATABASE else 0o644


def shipped() -> Path:
    """The folder `deploy/`: within the installed package, or of the checkout that is installed."""
    packaged = Path(str(files("agents.deploying").joinpath("files")))
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "deploy"


def checkout() -> Path | None:
    """The checkout that this installation runs from, from which an image can be built."""
    root = Path(__file__).resolve().parents[2]
    complete = (root / "deploy" / "Dockerfile").exists() and (root / "pyproject.toml").exists()
    return root if complete else None


def plan(folder: Path, draw: Draw, *, force: bool = False) -> list[Placed]:
    """What is to be done in a folder. Raises OSError where a file there cannot be read."""
    origin = shipped()
    found = [_environment(origin, folder, draw)]
    found += [_theirs(origin, folder, name, example) for name, example in THEIRS.items()]
    found += [_ours(origin, folder, name, force) for name in OURS]
    return found


def _ours(origin: Path, folder: Path, name: str, force: bool) -> Placed:
    text = (origin / name).read_text(encoding="utf-8")
    there = _read(folder / name)
    if there is None:
        return Placed(name, "new", text)
    if there == text:
        return Placed(name, "same")
    if force:
        return Placed(name, "replaced", text, "what was there is gone")
    return Placed(name, "kept", note="differs from this release's; --force replaces it")


def _theirs(origin: Path, folder: Path, name: str, example: str) -> Placed:
    if (folder / name).exists():
        return Placed(name, "kept", note="yours")
    text = (origin / example).read_text(encoding="utf-8")
    return Placed(name, "new", text.replace("# <settings>\n", settings_lines()))


def _environment(origin: Path, folder: Path, draw: Draw) -> Placed:
    example = (origin / EXAMPLE).read_text(encoding="utf-8")
    there = _read(folder / ENVIRONMENT)
    if there is None:
        return Placed(ENVIRONMENT, "new", filled(example, draw))
    text = completed(there, example, draw)
    if text == there:
        return Placed(ENVIRONMENT, "same", note="secrets kept")
    names = sorted(set(values(text)) - set(values(there)))
    return Placed(ENVIRONMENT, "added", text, f"secrets kept; new: {', '.join(names)}")


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


# ── .env ──────────────────────────────────────────────────────────────────────────────────────


def values(text: str) -> Mapping[str, str]:
    """The names of an environment file → their values, as both compose tools read them."""
    matches = (LINE.match(line) for line in text.splitlines())
    return {match["name"]: match["value"] for match in matches if match}


def filled(example: str, draw: Draw) -> str:
    """The example with its marks replaced: secrets drawn, the checkout's path put in."""

    def one(match: re.Match[str]) -> str:
        if match[0] == "<source>":
            return str(checkout() or "")
        kind = match["kind"]
        return cluster_id(draw) if kind == "cluster" else draw(int(kind))

    lines = (MARK.sub(one, line) if LINE.match(line) else line for line in example.splitlines())
    return "\n".join(lines) + "\n"


def completed(there: str, example: str, draw: Draw) -> str:
    """An environment file with what the example has more; what is there stays, byte by byte."""
    have = values(there)
    missing = "".join(block for name, block in _blocks(example) if name not in have)
    if not missing:
        return there
    joint = there if there.endswith("\n") or not there else there + "\n"
    return joint + "\n# added by a later `leadwire init`\n" + filled(missing, draw)


def _blocks(example: str) -> list[tuple[str, str]]:
    """Each name with its line and the comment right above it."""
    found: list[tuple[str, str]] = []
    comment = ""
    for line in example.splitlines():
        match = LINE.match(line)
        if match:
            found.append((match["name"], f"{comment}{line}\n"))
        comment = f"{comment}{line}\n" if line.startswith("#") and not match else ""
    return found


def cluster_id(draw: Draw) -> str:
    """A Kafka cluster's id: sixteen bytes as base64 for URLs, without padding, led by no dash."""
    return base64.urlsafe_b64encode(draw(16).encode()).decode().rstrip("=")


# ── leadwire.toml ─────────────────────────────────────────────────────────────────────────────


def settings_lines() -> str:
    """Every setting that the file may hold, commented out, with its default and its meaning."""
    rows = [
        (f"# {name} = {_toml(field.get_default())}", field.description or "")
        for name, field in Settings.model_fields.items()
        if name not in SET_BY_COMPOSE
    ]
    return "".join(f"{left:<44} # {meaning}\n" for left, meaning in rows)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else f'"{value}"'
