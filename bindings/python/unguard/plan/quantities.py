"""Kinds of fields, each with what is allowed in the words of a refusal. Units are in the names of the fields."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from unguard.plan.refusal import refused

T = TypeVar("T")


@dataclass(frozen=True)
class Expected:
    """Says what a field should be instead of what pydantic says.

    hides: whether what was found is not repeated, because it may be about the person and messages end in logs.
    """

    words: str
    hides: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Wrap the checks that stand before it."""
        return core_schema.no_info_wrap_validator_function(self._check, handler(source))

    def _check(self, value: Any, checks: core_schema.ValidatorFunctionWrapHandler) -> Any:
        try:
            return checks(value)
        except ValidationError:
            if self.hides:
                raise refused("", "something else", self.words) from None
            raise PydanticCustomError("expected", "{expected}", {"expected": self.words}) from None


def as_tuple(value: Any) -> Any:
    """Return a list as a tuple, and anything else as it is."""
    return tuple(value) if isinstance(value, list) else value


#: A list in TOML; a tuple in Python, so that a plan cannot change.
Several = Annotated[tuple[T, ...], BeforeValidator(as_tuple)]

Seconds = Annotated[float, Field(gt=0), Expected("a number of seconds above 0")]
SecondsOrNone = Annotated[float, Field(ge=0), Expected("a number of seconds, 0 or more")]
Hertz = Annotated[float, Field(gt=0), Expected("a number of hertz above 0")]
Microvolts = Annotated[float, Field(gt=0), Expected("a number of microvolts above 0")]
Millimetres = Annotated[float, Field(gt=0, le=200), Expected("a number of millimetres above 0, at most 200")]
Centimetres = Annotated[float, Field(ge=0, le=100), Expected("a number of centimetres from 0 to 100")]
FingerWidths = Annotated[float, Field(ge=0, le=20), Expected("a number of finger widths from 0 to 20")]
Degrees = Annotated[float, Field(ge=-180, le=180), Expected("a number of degrees from -180 to 180")]
Kilograms = Annotated[float, Field(ge=0, le=500), Expected("a number of kilograms from 0 to 500")]
Percent = Annotated[float, Field(ge=0, le=100), Expected("a number of percent from 0 to 100")]
PercentAboveNone = Annotated[float, Field(gt=0), Expected("a number of percent above 0")]
#: Of pain, fear, tension, or how likely something seems.
Rating10 = Annotated[float, Field(ge=0, le=10), Expected("a rating from 0 to 10")]
#: Of how threatening an activity seems, as in the Photograph Series of Daily Activities.
Rating100 = Annotated[float, Field(ge=0, le=100), Expected("a rating from 0 to 100")]
#: Points by which such a rating must fall.
Fall100 = Annotated[float, Field(gt=0, le=100), Expected("a number of points above 0, at most 100")]
Share = Annotated[float, Field(ge=0, le=1), Expected("a share from 0 to 1")]
Count = Annotated[int, Field(ge=1, le=1000), Expected("a whole number from 1 to 1000")]
CountOrNone = Annotated[int, Field(ge=0, le=1000), Expected("a whole number from 0 to 1000")]
Order = Annotated[int, Field(ge=1, le=12), Expected("a whole number from 1 to 12")]
Number = Annotated[float, Expected("a finite number")]

_Letters = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=64)]
_LETTERS = "letters, digits and hyphens, at most 64 of them"
#: Whatever is pointed at from elsewhere in a plan.
Id = Annotated[_Letters, Expected(_LETTERS)]
PersonId = Annotated[_Letters, Expected(f"{_LETTERS}, that stand for the person and are no name", hides=True)]
Name = Annotated[
    str,
    Field(pattern=r"^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$", max_length=200),
    Expected("text of one line that neither begins nor ends with a space, at most 200 characters"),
]
Words = Annotated[
    str, Field(pattern=r"\S", max_length=2000), Expected("text that says something, at most 2000 characters")
]
Date = Annotated[datetime.date, Expected("a date without quotes, such as 2026-11-30")]
Side = Literal["left", "right", "midline"]
