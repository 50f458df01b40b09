"""The figures of spec 4.3, 5.7, 5.9 and 6 as one value, and who may change which way.

Read by every gate through `Facts.rules`; a verdict names the `version` it was made under. The
defaults are the specification's. A client or a campaign may be stricter, only the operator looser
(spec 6): `stricter` refuses a looser figure by name when something is declared, `tightest` takes
the stricter of two when a send is judged, where a resource's own cap meets a campaign's.

Figures are named flat, as operators write them: `touch_gap_days`, `daily.email`, `minimum.voice`.
What is stricter differs by figure: longer waits, smaller caps, higher tiers, narrower windows. A
price is neither, so only the operator sets it.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from agents.gates.window import ALWAYS, Window
from contracts.outcome import Channel


class Tier(StrEnum):
    """Where a score stands (spec 4.3), the best first."""

    HOT = "hot"
    WARM = "warm"
    COOL = "cool"
    COLD = "cold"


class Basis(StrEnum):
    """What consent rests on, the weakest first."""

    NONE = "none"
    INFERRED = "inferred"
    """Published by the person in a role to which the message speaks."""
    EXPRESS = "express"
    WRITTEN = "written"


BASES = tuple(Basis)
TIERS = tuple(Tier)


class Looser(ValueError):
    """A figure that only the operator may set so; `name` says which."""

    def __init__(self, name: str, stands: object, asked: object) -> None:
        self.words = (
            f"{_show(asked)} is looser than {_show(stands)}; "
            "clients and campaigns may only be stricter"
        )
        super().__init__(f"{name}: {self.words}")
        self.name = name


class UnknownFigure(ValueError):
    """No figure has this name; the text names the nearest one."""


def _frozen(**values: float) -> Mapping[Channel, float]:
    return MappingProxyType({Channel(name): value for name, value in values.items()})


_OFFICE = Window.parse("mon-fri 09:00-17:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Every figure that gates use; see the module's text for names and directions."""

    version: str = "spec-6.1"
    touch_gap_days: float = 2.0
    """Between any touches to one person (6, *touch gap*)."""
    channel_cooldown_days: float = 5.0
    """Before the same channel again (6, *channel cooldown*)."""
    warm_up_days: float = 14.0
    """A client's age before e-mail (6, *e-mail warm-up*)."""
    inbox_fresh_minutes: float = 5.0
    """How old the last look into a resource's inbox may be (6, *freshness*)."""
    wash_days: float = 28.0
    """How old a do-not-call answer may be (facts/reliability E2, Australia)."""
    test_email_daily: float = 15.0
    """E-mails within 24 h in test mode (5.7)."""
    guard_seconds: float = 17.0
    """A call's longest way: 2 s of permit and 15 s that a vendor may take to answer; neither the
    window's edge nor midnight may lie within (facts/reliability C3)."""
    daily: Mapping[Channel, float] = field(
        default_factory=lambda: _frozen(
            email=50, sms=100, whatsapp=100, voice=50, linkedin=17, mail=1000
        )
    )
    """A resource's sends a day (5.9)."""
    weekly: Mapping[Channel, float] = field(default_factory=lambda: _frozen(linkedin=80))
    """A resource's sends in any seven days (facts/reliability E2, LinkedIn)."""
    bounds: Mapping[Tier, float] = field(
        default_factory=lambda: MappingProxyType({Tier.HOT: 85, Tier.WARM: 70, Tier.COOL: 40})
    )
    """The score at which a tier begins (4.3)."""
    minimum: Mapping[Channel, Tier] = field(
        default_factory=lambda: MappingProxyType(
            {
                Channel.EMAIL: Tier.COLD,
                Channel.LINKEDIN: Tier.COLD,
                Channel.VOICE: Tier.WARM,
                Channel.SMS: Tier.HOT,
                Channel.WHATSAPP: Tier.HOT,
                Channel.MAIL: Tier.HOT,
            }
        )
    )
    """The lowest tier that a channel is open to (4.3)."""
    windows: Mapping[Channel, Window] = field(
        default_factory=lambda: MappingProxyType(
            dict.fromkeys(Channel, _OFFICE) | {Channel.MAIL: ALWAYS}
        )
    )
    """The recipient's hours by channel: within the calling hours of Australia (weekdays 9–20) and
    the United States (8–21, facts/reliability E2). A letter arrives by itself at any hour."""
    consent: Mapping[str, Basis] = field(
        default_factory=lambda: MappingProxyType(
            {
                "CA/email": Basis.INFERRED,
                "CA/sms": Basis.INFERRED,
                "CA/linkedin": Basis.INFERRED,
                "*/whatsapp": Basis.EXPRESS,
                "US/voice": Basis.WRITTEN,
            }
        )
    )
    """Consent that must be on record by `country/channel`, `*` any country (facts/reliability
    E2: CASL; WhatsApp's opt-in; artificial voices in the United States)."""
    wash_countries: frozenset[str] = frozenset({"AU"})
    """Countries of numbers that are checked against a do-not-call register first (5.2)."""
    credit_price: Mapping[Channel, float] = field(
        default_factory=lambda: MappingProxyType(dict.fromkeys(Channel, 1))
    )
    """Credits that a send costs (6)."""

    def __post_init__(self) -> None:
        bounds = [self.bounds[tier] for tier in TIERS[:-1]]
        if sorted(bounds, reverse=True) != bounds or bounds[0] > 100:
            raise ValueError(f"bounds must fall from hot to cool within 100–0, not {bounds}")

    @property
    def touch_gap(self) -> timedelta:
        """Between any touches to one person."""
        return timedelta(days=self.touch_gap_days)

    @property
    def channel_cooldown(self) -> timedelta:
        """Before the same channel again."""
        return timedelta(days=self.channel_cooldown_days)

    @property
    def warm_up(self) -> timedelta:
        """A client's age before e-mail."""
        return timedelta(days=self.warm_up_days)

    @property
    def inbox_fresh(self) -> timedelta:
        """How old the last look into an inbox may be."""
        return timedelta(minutes=self.inbox_fresh_minutes)

    @property
    def wash(self) -> timedelta:
        """How old a do-not-call answer may be."""
        return timedelta(days=self.wash_days)

    @property
    def guard(self) -> timedelta:
        """How long a call may take at most."""
        return timedelta(seconds=self.guard_seconds)

    def tier(self, score: float) -> Tier:
        """The tier of a score (spec 4.3)."""
        return next((t for t in TIERS[:-1] if score >= self.bounds[t]), Tier.COLD)

    def consent_needed(self, country: str, channel: Channel) -> Basis:
        """The consent that must be on record for a country and a channel."""
        keys = (f"{country.upper()}/{channel}", f"*/{channel}", f"{country.upper()}/*", "*/*")
        return max((self.consent.get(k, Basis.NONE) for k in keys), key=BASES.index)


# ── who may change which way ──────────────────────────────────────────────────────────────────

_Join = Callable[[Any, Any], Any]
"""(asked, stands) → the stricter of both."""


def _higher(asked: Tier, stands: Tier) -> Tier:
    return min(asked, stands, key=TIERS.index)


def _firmer(asked: Basis, stands: Basis) -> Basis:
    return max(asked, stands, key=BASES.index)


def _stands(asked: object, stands: object) -> object:
    return stands


def _narrower(asked: Window, stands: Window) -> Window:
    return asked if asked.within(stands) else asked.both(stands)


def _window(value: Window | str) -> Window:
    return value if isinstance(value, Window) else Window.parse(value)


def _countries(value: Iterable[str]) -> frozenset[str]:
    return frozenset(country.upper() for country in value)


_EVER = float("inf")
DIRECTIONS: Mapping[str, tuple[_Join, Callable[[Any], Any], Any]] = {
    "touch_gap_days": (max, float, 0.0),
    "channel_cooldown_days": (max, float, 0.0),
    "warm_up_days": (max, float, 0.0),
    "inbox_fresh_minutes": (min, float, _EVER),
    "wash_days": (min, float, _EVER),
    "test_email_daily": (min, float, _EVER),
    "guard_seconds": (max, float, 0.0),
    "daily": (min, float, _EVER),
    "weekly": (min, float, _EVER),
    "bounds": (max, float, 0.0),
    "minimum": (_higher, Tier, Tier.COLD),
    "windows": (_narrower, _window, ALWAYS),
    "consent": (_firmer, Basis, Basis.NONE),
    "wash_countries": (frozenset.union, _countries, frozenset()),
    "credit_price": (_stands, float, 0.0),
}
"""Figure → the stricter of two, how it is read, and what stands where a group says nothing."""

_KEYS: Mapping[str, Callable[[str], Any]] = {
    "daily": Channel,
    "weekly": Channel,
    "minimum": Channel,
    "windows": Channel,
    "credit_price": Channel,
    "bounds": Tier,
    "consent": str,
}
"""What the parts of a group are called by."""


def names() -> list[str]:
    """Every figure by the name under which it can be set; consent by `consent.COUNTRY/channel`."""
    found: list[str] = []
    for name in DIRECTIONS:
        key = _KEYS.get(name)
        parts = Channel if key is Channel else TIERS[:-1] if key is Tier else ()
        found += [f"{name}.{part}" for part in parts] if key else [name]
    return found


def stricter(base: Rules, override: Mapping[str, Any], *, by_operator: bool = False) -> Rules:
    """Returns rules with the named figures put in place.

    `override` holds flat names (`daily.email`) or groups (`{"daily": {"email": 20}}`). Raises
    Looser where a figure is looser and it is not the operator who says so, UnknownFigure for a
    name that is none, ValueError for a value that is none. All or nothing.
    """
    changes: dict[str, Any] = {}
    for name, asked, stands in _changes(base, override):
        if not by_operator and not _as_strict(name, asked, stands):
            raise Looser(name, stands, asked)
        changes[name] = asked
    return _with(base, changes)


def tightest(base: Rules, override: Mapping[str, Any]) -> Rules:
    """Returns rules with the stricter of two for each named figure; of two windows, both.

    For judging a send: the operator's figures with a resource's own cap, then its client's and its
    campaign's. Raises UnknownFigure or ValueError as `stricter` does.
    """
    joined = {
        name: DIRECTIONS[name.partition(".")[0]][0](asked, stands)
        for name, asked, stands in _changes(base, override)
    }
    return _with(base, joined)


def _as_strict(name: str, asked: Any, stands: Any) -> bool:
    if isinstance(asked, Window):
        return asked.within(stands)
    return bool(DIRECTIONS[name.partition(".")[0]][0](asked, stands) == asked)


def _changes(base: Rules, override: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Flat (name, asked, what stands) of an override, read and checked."""
    found: list[tuple[str, Any, Any]] = []
    for name, value in _flat(override):
        group, _, part = name.partition(".")
        if group not in DIRECTIONS or bool(part) != (group in _KEYS):
            raise _unknown(name)
        stands = getattr(base, group)
        if part:
            stands = stands.get(_part(name, group, part), DIRECTIONS[group][2])
        found.append((name, _value(name, group, value), stands))
    return found


def _flat(override: Mapping[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in override.items():
        if isinstance(value, Mapping):
            found += [(f"{name}.{part}", child) for part, child in value.items()]
        else:
            found.append((name, value))
    return found


def _part(name: str, group: str, part: str) -> Any:
    try:
        read = _KEYS[group](part)
    except ValueError:
        raise _unknown(name) from None
    if read is Tier.COLD:
        raise _unknown(name)
    return read


def _value(name: str, group: str, value: Any) -> Any:
    try:
        read = DIRECTIONS[group][1](value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: cannot use {value!r}: {error}") from error
    if isinstance(read, float) and not 0 <= read < _EVER:
        raise ValueError(f"{name}: {value!r} must be a number from 0 up")
    return read


def _unknown(name: str) -> UnknownFigure:
    near = get_close_matches(name, names(), 1, 0.4)
    hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(names())}"
    return UnknownFigure(f"no figure is called {name!r}{hint}")


def _with(base: Rules, changes: Mapping[str, Any]) -> Rules:
    """Puts flat changes in place and names the result by them."""
    values: dict[str, Any] = {}
    for name, value in changes.items():
        group, _, part = name.partition(".")
        if part:
            whole = dict(values.get(group, getattr(base, group)))
            whole[_KEYS[group](part)] = value
            values[group] = MappingProxyType(whole)
        else:
            values[group] = value
    made = replace(base, **values)
    if made == base:
        return base
    return replace(made, version=f"{base.version.split('+')[0]}+{_digest(made)}")


def _digest(rules: Rules) -> str:
    """Eight digits that name the figures: equal figures have equal names."""
    parts = []
    for item in fields(rules):
        value = getattr(rules, item.name)
        if item.name == "version":
            continue
        if isinstance(value, Mapping):
            value = sorted((str(key), _show(child)) for key, child in value.items())
        parts.append((item.name, sorted(value) if isinstance(value, frozenset) else _show(value)))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:8]


def _show(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


DEFAULT = Rules()
"""The specification's figures."""
