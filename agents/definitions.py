"""What an operator declares: clients, sending resources, campaigns with their templates.

`agents/cli/apply.py` reads them from one TOML file; rows of the store hold them as JSON: kinds
`client` (key: tenant), `resource` (key: id), `campaign` (key: id; which definition is in force) and
`definition` (key: `campaign@version`, immutable). Orchestrator, writer and sender read them here.
Unknown keys are refused; the reader names the nearest known one.
"""

from functools import cache
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from agents.gates.window import Window
from contracts.ids import is_tenant
from contracts.outcome import Channel
from statestore.base import Row


@cache
def _zones() -> frozenset[str]:
    """Every IANA name; finding them walks the zone database, so it is done once."""
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"no such time zone: {name!r}; write an IANA name as Europe/Dublin")
    return name


def _tenant(name: str) -> str:
    if not is_tenant(name):
        raise ValueError("ids are letters, digits, dot, dash and underscore, 63 at most")
    return name


def _window(text: str) -> str:
    Window.parse(text)
    return text


Zone = Annotated[str, AfterValidator(_zone)]
WindowText = Annotated[str, AfterValidator(_window)]
Id = Annotated[str, AfterValidator(_tenant)]


class Declared(BaseModel):
    """Frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sender(Declared):
    """Who writes: no campaign starts without it (facts/reliability E2)."""

    name: str
    company: str
    postal_address: str


class Client(Declared):
    """A client of this installation (spec 2.6); its id is the tenant."""

    id: Id
    name: str
    status: Literal["active", "trialing", "paused", "cancelled"] = "active"
    active_since: AwareDatetime
    credits: int = Field(default=0, ge=0, description="credits given when first declared")
    country: str = "US"
    zone: Zone = "UTC"
    sender: Sender | None = None
    services: tuple[str, ...] = ()
    value_proposition: str = ""
    differentiators: tuple[str, ...] = ()
    case_studies: tuple[dict[str, Any], ...] = ()
    prices: tuple[str, ...] = ()
    categories: tuple[str, ...] = Field(default=(), description="lead categories it serves")
    required_fields: tuple[str, ...] = ()


class InboxSettings(Declared):
    """How a resource's answers arrive: read (a mailbox), pushed (a webhook), none."""

    kind: Literal["read", "pushed", "none"] = "none"
    maildir: str | None = None
    every_seconds: float = Field(default=60.0, gt=0)

    @model_validator(mode="after")
    def _complete(self) -> "InboxSettings":
        if self.kind == "read" and not self.maildir:
            raise ValueError("inbox kind `read` needs `maildir`")
        return self


class Resource(Declared):
    """A sending resource: a mailbox, a number, a seat (spec 5.8, 5.9)."""

    id: Id
    client: Id
    channel: Channel = Channel.EMAIL
    vendor: str = "smtp"
    address: str = Field(description="mailbox or number that it sends from")
    per_day: int | None = Field(default=None, ge=0, description="default: spec 5.9's figure")
    policy: Literal["rolling_24h", "calendar_day", "rolling_7d", "fixed_24h"] = "rolling_24h"
    zone: Zone = "UTC"
    inbox: InboxSettings = InboxSettings()
    settings: dict[str, Any] = Field(default_factory=dict, description="the vendor's own")
    enabled: bool = True


class Step(Declared):
    """One touch of a sequence: channel and template; SMS, calls … join the same way."""

    channel: Channel = Channel.EMAIL
    template: str


class Template(Declared):
    """A message: Jinja2, sandboxed; a missing variable fails in preview, never in a mail."""

    id: str
    channel: Channel = Channel.EMAIL
    subject: str = ""
    body: str
    needs_page: Literal["no", "wait_then_without", "wait_then_hold"] = "no"

    @property
    def page_rule(self) -> Literal["no", "wait_then_without", "wait_then_hold"]:
        """What a touch does whose lead has no landing page yet (spec 1.4). A template that speaks
        of one and does not say waits, and then holds: it could not be written without."""
        speaks = "landing_page" in self.subject or "landing_page" in self.body
        return "wait_then_hold" if self.needs_page == "no" and speaks else self.needs_page


class Entry(Declared):
    """Which scored leads a campaign takes that name none (spec 2.2)."""

    categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    tiers: tuple[Literal["hot", "warm", "cool", "cold"], ...] = ()
    qualified_only: bool = False


GAPS = (2.0, 3.0, 5.0, 7.0, 10.0, 14.0)
"""Days between touches (spec 3.4); the last one repeats."""


class Campaign(Declared):
    """One campaign's definition; a change makes the next number (design §5)."""

    id: Id
    client: Id
    status: Literal["active", "paused", "completed", "cancelled"] = "active"
    offer: str = ""
    audience: str = ""
    mode: Literal["manual", "copilot", "autopilot"] = "copilot"
    sequence: tuple[Step, ...] = Field(min_length=1)
    gaps_days: tuple[float, ...] = GAPS
    max_touchpoints: int = Field(default=7, ge=1, le=15)
    response_timeout_hours: float = Field(default=48.0, gt=0)
    window: WindowText = Field(
        default="mon-fri 09:00-17:00", description="the recipient's local days and hours"
    )
    resources: tuple[Id, ...] = Field(min_length=1)
    accept_no_inbox: bool = Field(
        default=False, description="true: resources whose answers nobody reads may be used"
    )
    entry: Entry = Entry()
    templates: tuple[Template, ...] = Field(min_length=1)
    min_als: float = Field(default=40.0, ge=0, le=100)
    rules: dict[str, float] = Field(default_factory=dict, description="stricter gate figures")
    answers: dict[str, str] = Field(
        default_factory=dict, description="objection type → template of an answer (spec 7.5)"
    )
    max_words: int = Field(default=150, ge=20)
    naming_customers: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> "Campaign":
        known = {template.id for template in self.templates}
        named = [step.template for step in self.sequence] + list(self.answers.values())
        missing = [name for name in named if name not in known]
        if missing:
            raise ValueError(f"no template {missing[0]!r}; there are {', '.join(sorted(known))}")
        short = [gap for gap in self.gaps_days if gap < 1]
        if short or not self.gaps_days:
            raise ValueError("gaps_days: at least one gap, and none under one day (spec 3.4)")
        if len(self.sequence) > self.max_touchpoints:
            raise ValueError(
                f"{len(self.sequence)} steps are more than max_touchpoints {self.max_touchpoints}"
            )
        return self

    def gap_days(self, step: int) -> float:
        """Days between step − 1 and step (steps count from 1); the last gap repeats."""
        return self.gaps_days[min(max(step - 2, 0), len(self.gaps_days) - 1)]

    def template(self, id_: str) -> Template:
        """Returns a template by id."""
        return next(template for template in self.templates if template.id == id_)


D = TypeVar("D", bound=Declared)


def read(row: Row, model: type[D]) -> D:
    """Returns a declared thing from its row; keys that a newer process wrote are left out."""
    known = {key: value for key, value in row.data.items() if key in model.model_fields}
    return model.model_validate(known)


def zone(name: str) -> ZoneInfo:
    """Returns a zone by its IANA name."""
    return ZoneInfo(name)
