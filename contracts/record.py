"""The record of a lead as it travels: what came in, what was found out, and what it is worth.

`LeadFields` is what upstream sent (spec 1.1), `Enrichment` what sources added to it (1.2), and
`Quality` what scoring says of both (1.3, 4). The facts of `contracts/lead.py` carry them, the
events of the door (`contracts/inbound.py`) bring them, and the pipeline writes them into files.
What upstream may send keeps keys that we do not know.
"""

from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from contracts.base import PERSONAL, Accepted, Moment, Payload, Personal, Points, Share, Text
from contracts.ids import AccountId, CampaignId


class Reachable(Accepted):
    """Takes numbers where text is meant (a phone, a postcode), and blank text for absent."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: v for key, v in value.items() if not cls._is_blank(key, v)}

    @classmethod
    def _is_blank(cls, key: str, value: Any) -> bool:
        return key in cls.model_fields and isinstance(value, str) and not value.strip()


class Contact(Reachable):
    """A person at an account: at least one way to reach them is needed for a lead."""

    email: Personal | None = None
    name: Personal | None = None
    phone: Personal | None = None
    title: Text | None = None


class Geo(Accepted):
    """Where a business is, WGS 84 degrees."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class LeadFields(Reachable):
    """The record of a lead as it travels through the pipeline (spec 1.1); unknown keys stay."""

    dedup_key: Text | None = None
    route: Text = "TARGET"
    business_name: Text | None = None
    category: Text | None = None
    address: Text | None = None
    city: Text | None = None
    region: Text | None = None
    postcode: Text | None = None
    country: Text | None = Field(default=None, description="ISO 3166-1 alpha-2")
    geo: Geo | None = None
    website: Text | None = None
    phone: Personal | None = None
    email: Personal | None = None
    name: Personal | None = None
    title: Text | None = None
    timezone: Text | None = Field(default=None, description="IANA zone, where it is known")
    account_id: AccountId | None = None
    account_contacts: tuple[Contact, ...] = ()
    metadata: dict[str, Any] = Field(default_factory=dict, json_schema_extra=PERSONAL)
    client_id: Text | None = Field(default=None, description="whose lead this is: the tenant")
    campaign_id: CampaignId | None = None
    consent: dict[str, Any] | None = Field(
        default=None,
        description="basis, source and evidence of consent, where there is one",
        json_schema_extra=PERSONAL,
    )


class Found(Accepted):
    """One value that a source states, with the literal text that it rests on."""

    field: Text
    value: str | int | float | bool | dict[str, Any] | list[Any] = Field(json_schema_extra=PERSONAL)
    confidence: Share
    source: Text = Field(description="who says it; several that agree are joined by commas")
    evidence: Personal = Field(default="", description="the words themselves, as they stood")
    place: Text = Field(default="", description="URL, or file and row")
    at: Moment | None = Field(default=None, description="when it was true, or else seen")
    why: Text = Field(default="", description="why it is not among the fields: for a person")


class Tried(Accepted):
    """A source that enrichment asked or passed over, and what came of it."""

    source: Text
    outcome: Literal["found", "nothing", "passed_over", "failed"]
    why: Text = ""
    found: int = Field(default=0, description="how many values it stated")
    cost_micros: int = Field(default=0, ge=0, description="US dollars × 1,000,000")


class Enrichment(Accepted):
    """What enrichment added, never over what came in (spec 1.2).

    `confidence`, `sources`, `evidence` and `dates` are by field; a field that came in and that a
    source confirmed has them too, but no value here. Other keys pass through.
    """

    method: Literal["api", "brain", "none"] = "none"
    email: Personal | None = None
    verified_email: bool | None = None
    phone: Personal | None = None
    other_ids: dict[str, Text] = Field(default_factory=dict)
    industry_category: Text | None = None
    company: dict[str, Any] = Field(
        default_factory=dict,
        description="name, address, website, employees, opening_hours, services, languages, "
        "technologies, booking_url and the like",
        json_schema_extra=PERSONAL,
    )
    decision_makers: tuple[Contact, ...] = Field(
        default=(), description="people at the business by name, the most senior first"
    )
    confidence: dict[str, Share] = Field(default_factory=dict)
    sources: dict[str, Text] = Field(default_factory=dict)
    evidence: dict[str, Text] = Field(default_factory=dict, json_schema_extra=PERSONAL)
    dates: dict[str, Moment] = Field(default_factory=dict)
    also: tuple[Found, ...] = Field(default=(), description="further addresses, numbers, profiles")
    contradictions: tuple[Found, ...] = Field(
        default=(), description="what disagrees with the value that stands"
    )
    needs_review: tuple[Found, ...] = Field(
        default=(), description="findings that a person has to accept, correct or drop"
    )
    tried: tuple[Tried, ...] = ()
    overall_confidence: Share | None = None
    baseline_als: Points | None = None
    sufficient: tuple[Text, ...] = Field(default=(), description="parts as sure as they should be")
    missing: tuple[Text, ...] = Field(default=(), description="what no source could add")
    enrichment_complete: bool = Field(default=False, description="overall confidence is at 80 %")
    wants_brain: Text | None = Field(default=None, description="why a model would be asked")
    cost_micros: int = Field(default=0, ge=0, description="US dollars × 1,000,000")
    notes: tuple[Text, ...] = ()


class AlsPart(Payload):
    """One weighted part of the score, with the evidence that it rests on (spec 4.1)."""

    weight: Share
    points: Points
    confidence: Share
    evidence: tuple[Text, ...] = ()


Tier = Literal["hot", "warm", "cool", "cold"]


class Quality(Accepted):
    """What scoring says of a lead (spec 1.3): four shares, the score and its parts."""

    completeness_score: Share
    confidence_score: Share
    category_score: Share
    size_score: Share
    als: Points
    tier: Tier
    parts: dict[str, AlsPart] = Field(default_factory=dict)
    qualified: bool = False
    reasons: tuple[Text, ...] = ()
    missing: tuple[Text, ...] = Field(default=(), description="required fields that are absent")
    by: Text = Field(default="leadwire", description="whose score it is")
