"""A seed → which faults a run has, how often, and where they are aimed. Rates are drawn, since a
rate that suits one fault hides another (facts/reliability B2); some seeds have none at all."""

from dataclasses import dataclass, fields, replace
from random import Random

POINTS = (
    "read→claim",
    "claim→wire",
    "wire→accept",
    "accept→reply",
    "reply→record",
    "record→publish",
    "publish→ack",
)
"""Danger windows of a send, in their order; a fault may be aimed at each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Rates are chances a message, statement, call or passage of a danger window."""

    duplicate: float = 0.0
    delay: float = 0.0
    longest: float = 1.0
    """Seconds that a message is late at most."""
    lost: float = 0.0
    """Chance of each message of a topic that may be lost."""
    fails_before: float = 0.0
    fails_after: float = 0.0
    slow: float = 0.0
    """Chance that a statement takes time."""
    slowest: float = 0.05
    crash: float = 0.0
    stall: float = 0.0
    opt_out: float = 0.0
    switch: float = 0.0
    aimed: tuple[str, ...] = ()
    unclear: float = 0.0
    """Chance that a call's outcome is ambiguous."""
    refuses: float = 0.0
    defers: float = 0.0
    slow_wire: float = 0.0
    webhook_lost: float = 0.0
    deaf: float = 0.0
    """Chance a day that nobody reads the mailboxes for some hours."""

    @property
    def quiet(self) -> bool:
        """No fault at all."""
        return self == Profile()


CALM = Profile()


def draw(seed: int) -> Profile:
    """The profile of a seed: each fault is off in half of them, else at a rate of its own."""
    rng = Random(seed * 7919 + 1)
    if seed % 10 == 0:
        return CALM
    highest = {
        "duplicate": 0.4,
        "delay": 0.4,
        "lost": 0.1,
        "fails_before": 0.03,
        "fails_after": 0.03,
        "slow": 0.5,
        "crash": 0.12,
        "stall": 0.2,
        "opt_out": 0.1,
        "switch": 0.04,
        "unclear": 0.4,
        "refuses": 0.08,
        "defers": 0.3,
        "slow_wire": 0.3,
        "webhook_lost": 0.5,
        "deaf": 0.3,
    }
    rates = {name: rng.uniform(0, most) for name, most in highest.items() if rng.random() < 0.55}
    points = tuple(point for point in POINTS if rng.random() < 0.5)
    return replace(
        CALM,
        **rates,
        longest=rng.choice((0.5, 5.0, 60.0, 900.0)),
        slowest=rng.choice((0.02, 0.5, 2.5, 70.0)),
        aimed=points,
    )


def described(profile: Profile) -> str:
    """The faults that are on, for a failure's message."""
    on = {f.name: getattr(profile, f.name) for f in fields(profile)}
    plain = {f.name: getattr(CALM, f.name) for f in fields(CALM)}
    parts = [
        f"{name}={value:.3g}" if isinstance(value, float) else f"{name}={','.join(value)}"
        for name, value in on.items()
        if value != plain[name]
    ]
    return " ".join(parts) or "no faults"
