"""What the person wants to be able to do, and the number that shows it. A goal without a measure is a wish."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from unguard.plan.part import Part
from unguard.plan.quantities import Date, Id, Name, Number, Words
from unguard.plan.refusal import refused


class Goal(Part):
    """A goal with its measure, and beside it the measure that giving up would ruin.

    A low level at rest can be had by not moving, so it stands beside a range of motion: `beside`.
    """

    id: Id = Field(description="letters, digits and hyphens, once in a plan")
    words: Words = Field(description="what the person wants to do, in their words")
    measure: Name = Field(description="what is measured, with its band where it is of EMG")
    unit: Name = Field(description="the unit of the measure, or 'ratio', 'points', 'share'")
    start: Number = Field(description="the measure when the plan was made")
    target: Number = Field(description="the measure at which the goal is reached")
    beside: Name = Field(description="the measure that must not get worse for it, for it could be reached by giving up")
    made: Date = Field(description="the date of the measure at the start")
    by: Date | None = Field(default=None, description="the date it is aimed at")
    note: Words | None = Field(default=None, description="anything else about it")

    @model_validator(mode="after")
    def _can_be_reached(self) -> Goal:
        if self.target == self.start:
            raise refused("target", f"{self.target:g}, as is start", "another number than start")
        if self.beside == self.measure:
            raise refused("beside", repr(self.beside), "another measure than the goal's own")
        if self.by is not None and self.by < self.made:
            raise refused("by", self.by.isoformat(), f"{self.made.isoformat()} or later")
        return self

    @property
    def better(self) -> Literal["higher", "lower"]:
        """Which way the measure is to go."""
        return "higher" if self.target > self.start else "lower"
