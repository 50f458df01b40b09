"""What every payload shares, and the annotations that mark fields for schema and audit.

Models are frozen and keyword-only; every moment is aware. What we produce forbids unknown fields;
what we accept keeps them (the registry validates with `extra="allow"` there). Text that some store
cannot hold (NUL, unpaired surrogates) is refused here, at the boundary (design §3).
"""

from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from contracts.ids import LeadId
from contracts.outcome import Channel


def storable(text: str) -> str:
    """Returns the text; raises ValueError where it holds NUL or an unpaired surrogate."""
    if "\x00" in text:
        raise ValueError("holds a NUL character; remove it")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("holds an unpaired surrogate; send valid Unicode")
    return text


def storable_tree(value: Any) -> None:
    """Raises ValueError where any text within a JSON value cannot be stored."""
    if isinstance(value, str):
        storable(value)
    elif isinstance(value, dict):
        for key, child in value.items():
            storable(key)
            storable_tree(child)
    elif isinstance(value, list | tuple):
        for child in value:
            storable_tree(child)


Text = Annotated[str, AfterValidator(storable)]
Personal = Annotated[
    str, AfterValidator(storable), Field(json_schema_extra={"x-data-class": "personal"})
]
"""Text that identifies a person; never on analytics events."""
Share = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[float, Field(ge=0, le=100)]
Moment = AwareDatetime


class Payload(BaseModel):
    """The data of one event type."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)

    TYPE: ClassVar[str] = ""
    """The wire type with its major version, `lead.scored.v1`."""

    def wire(self) -> dict[str, Any]:
        """Returns the payload as JSON values; absent optional fields are left out."""
        return self.model_dump(mode="json", exclude_none=True)


class Fact(Payload):
    """A payload of `lead.*`: whom it is about, over which channel, and when it happened."""

    lead_id: LeadId
    occurred_at: Moment
    channel: Channel | None = None


class Accepted(Payload):
    """A payload that strangers write: unknown keys are kept and passed through untouched."""

    model_config = ConfigDict(frozen=True, extra="allow")

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        storable_tree(value)
        return value
