"""What every payload shares, and the annotations that mark fields for schema and audit.

Models are frozen and keyword-only; every moment is aware, and turned into UTC. What we produce
forbids unknown fields; what we accept keeps them, at every depth. Text that some store cannot hold
(NUL, unpaired surrogates) is refused here, at the boundary (design §3), in every model and within
free-form values too: one walk over the raw value is cheaper than a validator on each field.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

import orjson
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from contracts.ids import LeadId
from contracts.outcome import Channel

PERSONAL: JsonDict = {"x-data-class": "personal"}
"""What marks a field of the JSON Schema that identifies a person."""


DEEPEST = 100
"""Levels of nesting that a payload may have; encoders give up between 250 and 1000."""


def storable(text: str) -> str:
    """Returns the text; raises ValueError where it holds NUL or an unpaired surrogate."""
    if "\x00" in text:
        raise ValueError("holds a NUL character (U+0000); remove it")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"holds an unpaired surrogate at character {error.start}; send valid Unicode"
            ) from None
    return text


def storable_tree(value: Any) -> None:
    """Raises where any text within a JSON value cannot be stored, or where it is nested too deep.

    The error is of type `unstorable`; its context holds the JSON pointer (RFC 6901) from `value`.
    """
    if (type(value) is dict and _flat_and_clean(value)) or _surely_clean(value):
        return
    if not _clean(value, DEEPEST):
        _complain(value, "", DEEPEST)


def _flat_and_clean(values: dict[Any, Any]) -> bool:
    """Looks at a small payload's texts one by one, which is half of what asking the encoder takes.
    False says nothing: another kind of value, or a text that is not plain ASCII."""
    for name, value in values.items():
        kind = type(value)
        if kind is str:
            if not value.isascii() or "\x00" in value:
                return False
        elif kind not in _TEXTLESS:
            return False
        if type(name) is not str or not name.isascii() or "\x00" in name:
            return False
    return True


_TEXTLESS = frozenset({int, float, bool, type(None), datetime})


def _surely_clean(value: Any) -> bool:
    """Asks the encoder, which takes an eighth of the time of looking at every text.

    It refuses unpaired surrogates and writes a NUL as an escape; and a tree with no more brackets
    than levels are allowed cannot be deeper. False says nothing: then every text is looked at.
    """
    try:
        raw = orjson.dumps(value, default=_opaque)
    except TypeError:
        return False
    return b"\\u0000" not in raw and raw.count(b"{") + raw.count(b"[") <= DEEPEST


def _opaque(value: Any) -> None:
    """Says nothing of what is no JSON itself: its own validator looks at it."""


def _clean(value: Any, depth: int) -> bool:
    kind = type(value)
    if kind is str:
        return "\x00" not in value and (value.isascii() or _unicode(value))
    if kind is dict:
        return depth > 0 and all(
            _clean(key, depth) and _clean(child, depth - 1) for key, child in value.items()
        )
    if kind is list or kind is tuple:
        return depth > 0 and all(_clean(child, depth - 1) for child in value)
    return True


def _unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _complain(value: Any, place: str, depth: int) -> None:
    if isinstance(value, str):
        _complain_of_text(value, place)
    elif isinstance(value, dict | list | tuple):
        if depth == 0:
            raise _unstorable(f"is nested more than {DEEPEST} levels deep; flatten it", place)
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in pairs:
            _complain(key, place, depth)
            _complain(child, f"{place}/{escaped(key)}", depth - 1)


def _complain_of_text(text: str, place: str) -> None:
    try:
        storable(text)
    except ValueError as error:
        raise _unstorable(str(error), place) from None


def _unstorable(reason: str, place: str) -> PydanticCustomError:
    return PydanticCustomError("unstorable", "{reason}", {"reason": reason, "pointer": place})


def escaped(part: object) -> str:
    """Returns one part of a JSON pointer, escaped as RFC 6901 section 3 says."""
    text = str(part).encode("utf-8", "backslashreplace").decode()
    return text.replace("~", "~0").replace("/", "~1")


def _spelled(value: Any) -> Any:
    if type(value) is not datetime and isinstance(value, int | float):
        raise ValueError("write a moment as text with an offset, as 2026-11-21T09:00:00Z")
    return value


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is UTC:
        return moment
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{moment} is beyond the calendar; use a year from 2 to 9998") from None


Text = str
"""Text that does not identify a person. Every payload checks that it can be stored."""
Personal = Annotated[str, Field(json_schema_extra=PERSONAL)]
"""Text that identifies a person; never on analytics events."""
Share = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[float, Field(ge=0, le=100)]
Moment = Annotated[AwareDatetime, BeforeValidator(_spelled), AfterValidator(_utc)]
"""An aware moment, in UTC. Numbers are refused: nobody knows whether they are seconds."""


class Payload(BaseModel):
    """The data of one event type."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)

    TYPE: ClassVar[str] = ""
    """The wire type with its major version, `lead.scored.v1`."""

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        storable_tree(value)
        return value

    def wire(self) -> dict[str, Any]:
        """Returns the payload as JSON values; absent optional fields are left out.

        Asks the serializer that `model_dump` asks, past its twelve other settings: every event of
        ours goes this way.
        """
        values: dict[str, Any] = self.__pydantic_serializer__.to_python(
            self, mode="json", exclude_none=True
        )
        return values


class Fact(Payload):
    """A payload of `lead.*`: whom it is about, over which channel, and when it happened."""

    lead_id: LeadId
    occurred_at: Moment
    channel: Channel | None = None


class Accepted(Payload):
    """A payload that strangers write: unknown keys are kept and passed through untouched.

    A class that inherits from another payload too names this one last: of two configurations the
    later base's holds.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, value: Any) -> Any:
        if isinstance(value, dict) and None in value.values():
            return {k: v for k, v in value.items() if v is not None or k not in cls.model_fields}
        return value

    def wire(self) -> dict[str, Any]:
        """Returns the payload as JSON values; absent optional fields are left out.

        A null within a free-form value, or under a key that we do not know, came in so and stays.
        """
        return self.model_dump(mode="json")

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data: dict[str, Any] = handler(self)
        declared = type(self).model_fields
        return {k: v for k, v in data.items() if v is not None or k not in declared}
