"""Settings: flag > environment > file > default, each with its source.

The file is the same TOML that declares clients and campaigns (its table `[settings]`), named by
`LEADWIRE_CONFIG` (default `leadwire.toml` where it is there). Environment names are the fields'
names with the prefix `LEADWIRE_`. A secret is never literal: `env:NAME` or `file:PATH`.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from contracts.outcome import Mode

PREFIX = "LEADWIRE_"
FILE = "leadwire.toml"
NOT_SETTINGS = frozenset(
    {"LEADWIRE_CONFIG", "LEADWIRE_REQUIRE_SERVICES", "LEADWIRE_SHARED_DATA"}
    | {"LEADWIRE_TEST_KAFKA", "LEADWIRE_TEST_POSTGRES"}
    | {"LEADWIRE_TEST_S3", "LEADWIRE_TEST_DOCKER"}
)
"""Environment names with our prefix that are no settings of a process."""


class SettingsError(Exception):
    """A setting is wrong; the text names it, where it came from, and what to write instead."""


def _reference(text: str) -> str:
    if not text or text.startswith(("env:", "file:")):
        return text
    raise ValueError("a literal secret is refused; write env:NAME or file:PATH")


Secret = Annotated[str, AfterValidator(_reference)]


def _switch(value: Any) -> Any:
    """Words for yes and no as such; anything else is a path."""
    words = {"true": True, "1": True, "yes": True, "on": True}
    words |= {"false": False, "0": False, "no": False, "off": False, "": False}
    return words.get(value.lower(), value) if isinstance(value, str) else value


Switch = Annotated[bool | str, BeforeValidator(_switch)]
"""On, off, or a file that says more."""


LogLevel = Literal["debug", "info", "warning", "error"]


def _lower(value: Any) -> Any:
    """Levels are as often written in capitals."""
    return value.lower() if isinstance(value, str) else value


class Settings(BaseModel):
    """Everything that a process can be told, with what it is told by default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bus: str = Field("memory:", description="memory:, sqlite:PATH or kafka:HOST:PORT[,HOST:PORT…]")
    bus_user: str = Field("", description="Kafka: who we are there; empty: nobody in particular")
    bus_password: Secret = Field("", description="Kafka: env:NAME or file:PATH of its password")
    bus_mechanism: str = Field(
        "scram-sha-512", description="Kafka: scram-sha-512, scram-sha-256, or plain (with bus_tls)"
    )
    bus_tls: Switch = Field(False, description="Kafka: true, or a file of authorities in PEM")
    bus_prefix: str = Field("", description="Kafka: before every topic and group, to share one")
    bus_instance: str = Field("", description="Kafka: this process's lasting name in its role")
    partitions: int = Field(6, ge=1, le=1000, description="Kafka: of every topic that is made")
    replication: int = Field(
        0, ge=0, le=10, description="Kafka: copies of every topic that is made; 0: the cluster's"
    )
    store: str = Field(
        "memory:", description="memory:, sqlite:PATH or postgres:USER@HOST:PORT/DATABASE"
    )
    store_password: Secret = Field("", description="env:NAME or file:PATH; of the store's user")
    store_admin: str = Field("", description="the role that `leadwire migrate` logs in as")
    store_admin_password: Secret = Field("", description="env:NAME or file:PATH; of that role")
    clock: str = Field("system", description="system, or stepped:PATH (never in mode live)")
    mode: Mode = Field(Mode.LIVE, description="live, test, dryrun or demo; marked on every event")
    secret: Secret = Field("", description="env:NAME or file:PATH; keys hashes and link tokens")
    base_url: str = Field("http://127.0.0.1:8080", description="where unsubscribe links lead")
    http_host: str = Field("127.0.0.1", description="address of health, metrics, webhooks")
    http_port: int = Field(8080, ge=0, le=65535, description="its port; 0 picks a free one")
    http: bool = Field(True, description="false: no port at all")
    analytics_dir: str = Field("", description="folder for pseudonymous JSONL; empty: none")
    shutdown_seconds: float = Field(15.0, gt=0, description="how long SIGTERM waits for calls")
    lease_seconds: float = Field(
        120.0, gt=0, description="a claim older than this is unknown; longer than any call"
    )
    slots: int = Field(10, ge=1, le=200, description="calls at once in a sender")
    batch: int = Field(200, ge=1, le=5000, description="events a turn takes at most")
    sweep: int = Field(50, ge=1, le=1000, description="due timers offered at once (spec 2.4)")
    ceiling_seconds: float = Field(3600.0, gt=0, description="longest sleep without a nudge")
    audit_seconds: float = Field(300.0, gt=0, description="how often the auditor looks")
    test_recipient_email: str = Field("", description="mode test: every mail goes here")
    test_recipient_sms: str = Field("", description="mode test: every text goes here")
    test_recipient_voice: str = Field("", description="mode test: every call goes here")
    test_recipient_linkedin: str = Field("", description="mode test: every invitation goes here")
    log_level: Annotated[LogLevel, BeforeValidator(_lower)] = Field(
        "info", description="debug, info, warning or error; debug shows every event, and words"
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="json, console, or auto: console on a terminal, else json"
    )
    pages: str = Field(
        "", description="landing pages: folder:PATH or s3:BUCKET[/PREFIX]; set, landing runs"
    )
    pages_url: str = Field("", description="where that place is served, https://…")
    pages_templates: str = Field("", description="folder whose templates go before ours")
    pages_brand: str = Field("", description="brand folder, or one folder a client in it")
    pages_indexed: bool = Field(True, description="false: search engines are asked to stay away")
    pages_s3_endpoint: str = Field("", description="of an S3-compatible server; empty: Amazon's")
    pages_s3_region: str = Field("", description="of the bucket; empty: us-east-1")
    pages_s3_key: str = Field("", description="access key id; empty: the machine's own")
    pages_s3_secret: Secret = Field("", description="env:NAME or file:PATH; its secret key")
    enrichment_tables: str = Field(
        "", description="descriptions (TOML) of tables of clients' own data, by comma"
    )
    read_sites: bool = Field(
        False, description="true: enrichment reads businesses' own sites, politely"
    )
    enrichment_slots: int = Field(8, ge=1, le=200, description="leads asked about at once")
    brain_enrich_when: Literal["gaps", "hot_with_signals"] = Field(
        "gaps", description="when a model would be asked (recorded only)"
    )
    without: str = Field("landing,crm", description="agents that are left out, by comma")


@dataclass(frozen=True)
class Loaded:
    """Settings with the source of each: flag, environment, file or default."""

    settings: Settings
    sources: Mapping[str, str]
    file: Path | None


def load(
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Loaded:
    """Reads settings; raises SettingsError naming each problem, its source and the remedy."""
    environ = os.environ if environment is None else environment
    path = file or Path(environ.get("LEADWIRE_CONFIG", FILE))
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for source, found in (
        (f"file {path}", from_file(path, named=bool(file or environ.get("LEADWIRE_CONFIG")))),
        ("environment", from_environment(environ)),
        ("flag", {k: v for k, v in (flags or {}).items() if v is not None}),
    ):
        values |= found
        sources |= dict.fromkeys(found, source)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError("\n".join(_problem(row, sources) for row in error.errors())) from None
    return Loaded(settings, sources, path if path.exists() else None)


def _problem(row: Any, sources: Mapping[str, str]) -> str:
    name = str(row["loc"][0]) if row["loc"] else ""
    return f"{name} (from {sources.get(name, 'default')}): {row['msg']}{nearest(name)}"


def nearest(name: str) -> str:
    """Returns a hint with the nearest known setting, or nothing for a known one."""
    if name in Settings.model_fields:
        return ""
    close = get_close_matches(name, Settings.model_fields, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Returns the settings that environment variables name; an unknown one is an error."""
    found: dict[str, Any] = {}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in Settings.model_fields:
            raise SettingsError(f"environment: no setting {variable}{nearest(name)}")
        found[name] = value
    return found


def from_file(path: Path, *, named: bool) -> dict[str, Any]:
    """Returns the table `[settings]` of a file; a file that was named must be there."""
    if not path.exists():
        if named:
            raise SettingsError(f"no file {path}; check LEADWIRE_CONFIG")
        return {}
    try:
        with path.open("rb") as file:
            document = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not readable as TOML: {error}") from error
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}") from error
    table = document.get("settings", {})
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: settings is no table; write [settings] and a line each")
    for name in table:
        if name not in Settings.model_fields:
            raise SettingsError(f"{path}: no setting {name!r}{nearest(name)}")
    return dict(table)


def secret(reference: str, environment: Mapping[str, str] | None = None) -> str:
    """Resolves `env:NAME` or `file:PATH`; raises SettingsError where it leads nowhere."""
    environ = os.environ if environment is None else environment
    kind, _, name = reference.partition(":")
    if kind == "env":
        value = environ.get(name, "")
        if not value:
            raise SettingsError(f"the environment variable {name} is empty; set it")
        return value
    if kind == "file":
        return _from_secret_file(name)
    raise SettingsError("a secret is written env:NAME or file:PATH, never literal")


def _from_secret_file(name: str) -> str:
    try:
        value = Path(name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"secret file {name}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise SettingsError(f"secret file {name} is no UTF-8 text") from None
    if not value:
        raise SettingsError(f"secret file {name} is empty; put the secret into it")
    return value
