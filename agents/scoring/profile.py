"""What scoring knows of the client whose lead it is, and the figures of spec section 4.

Every figure is a default that a client or campaign may replace; `agents/scoring/score.py` takes a
`ClientProfile` and asks nobody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from agents.definitions import Client
from contracts.lead import Tier
from contracts.outcome import Channel

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "industry_fit": 0.20,
        "decision_maker": 0.20,
        "company_size": 0.15,
        "budget_signals": 0.15,
        "pain_points": 0.15,
        "timing_signals": 0.10,
        "tech_stack": 0.05,
    }
)
"""Share of each part in the ALS (spec 4.1)."""

TARGETS: Mapping[str, float] = MappingProxyType(
    {
        "industry_fit": 0.80,
        "decision_maker": 0.80,
        "company_size": 0.70,
        "budget_signals": 0.60,
        "pain_points": 0.70,
        "timing_signals": 0.50,
        "tech_stack": 0.50,
    }
)
"""How sure each part should be (spec 4.2)."""
OVERALL_TARGET = 0.80

VENDOR: Mapping[str, float] = MappingProxyType(
    {
        "industry_fit": 0.85,
        "decision_maker": 0.80,
        "company_size": 0.90,
        "budget_signals": 0.70,
        "pain_points": 0.0,
        "timing_signals": 0.0,
        "tech_stack": 0.75,
    }
)
"""How sure a vendor's record is where the vendor does not say (spec 4.2)."""

BOUNDS: Mapping[Tier, float] = MappingProxyType(
    {"hot": 85.0, "warm": 70.0, "cool": 40.0, "cold": 0.0}
)
"""The score at which a tier begins (spec 4.3), the best first."""

OPENS: Mapping[Channel, Tier] = MappingProxyType(
    {
        Channel.EMAIL: "cold",
        Channel.LINKEDIN: "cold",
        Channel.VOICE: "warm",
        Channel.SMS: "hot",
        Channel.WHATSAPP: "hot",
        Channel.MAIL: "hot",
    }
)
"""The lowest tier that a channel is open to (spec 4.3)."""

REQUIRED = ("name", "category", "address", "website", "phone", "email")
"""Fields that a complete lead has (spec 1.3). `name` is the business's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientProfile:
    """What a lead is measured against. `employees` is the size that the client serves best, as
    (least, most); None: the larger, the better. `tools` are technologies that its offer fits."""

    categories: tuple[str, ...] = ()
    required: tuple[str, ...] = REQUIRED
    employees: tuple[int, int] | None = None
    tools: tuple[str, ...] = ()
    min_als: float = 40.0
    weights: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)
    bounds: Mapping[Tier, float] = field(default_factory=lambda: BOUNDS)
    opens: Mapping[Channel, Tier] = field(default_factory=lambda: OPENS)

    def __post_init__(self) -> None:
        if set(self.weights) != set(WEIGHTS) or abs(sum(self.weights.values()) - 1) > 1e-9:
            raise ValueError(f"weights must name {', '.join(WEIGHTS)} and add up to 1")
        if not self.bounds["hot"] > self.bounds["warm"] > self.bounds["cool"] > 0:
            raise ValueError("tiers must begin at hot > warm > cool > 0")

    def tier(self, als: float) -> Tier:
        """Returns the tier of a score."""
        tiers: tuple[Tier, ...] = ("hot", "warm", "cool")
        return next((tier for tier in tiers if als >= self.bounds[tier]), "cold")

    def opens_at(self, channel: Channel) -> float:
        """Returns the score from which a channel is open."""
        tier = self.opens.get(channel, "hot")
        return 0.0 if tier == "cold" else self.bounds[tier]


def of(client: Client, min_als: float = 40.0) -> ClientProfile:
    """Returns the profile of a declared client, for a campaign's minimum score."""
    return ClientProfile(
        categories=client.categories,
        required=client.required_fields or REQUIRED,
        min_als=min_als,
    )
