"""The ladder of graded exposure: movements from the least to the most threatening, and what moves a person on.

Items rated 0 to 100 for threat, as in the Photograph Series of Daily Activities (Leeuw et al. 2007, J Pain 8:840-849);
fear is rated per item, for it is specific to a task. Not to be mixed with graded activity, which goes by time
(graded_activity.py).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from unguard.plan.order import each_once
from unguard.plan.part import Part
from unguard.plan.quantities import (
    Count,
    Date,
    Fall100,
    Id,
    Kilograms,
    Percent,
    Rating10,
    Rating100,
    Several,
    Words,
)
from unguard.plan.refusal import refused

_SPEEDS = ("slow", "own", "fast")


class ExposureRules(Part):
    """When an item has been mastered. The numbers are proposals: no source gives them."""

    threat_fall: Fall100 = Field(
        default=30.0, description="points of 100 by which the threat of an item must have fallen"
    )
    visits_of_fall: Count = Field(default=2, description="on how many visits")
    failed_predictions: Count = Field(default=2, description="or how often what was predicted did not happen")


class ExposureItem(Part):
    """One rung: a movement, how far, with what load and how fast."""

    id: Id = Field(description="letters, digits and hyphens, once in a plan")
    step: Count = Field(description="a whole number: its rung, counted from 1 at the least threatening")
    movement: Words = Field(description="what is done, such as: put on a sock, sitting")
    range_percent: Percent = Field(default=100.0, description="percent of the person's own range")
    load_kg: Kilograms = Field(default=0.0, description="kilograms")
    speed: Literal["slow", "own", "fast"] = Field(default="own", description="'slow', 'own' or 'fast'")
    threat: Rating100 = Field(description="a rating from 0 to 100: how threatening it seemed when the ladder was made")
    prediction: Words | None = Field(default=None, description="what the person expects to happen")
    note: Words | None = Field(default=None, description="anything else about it")

    def easier_than(self, other: ExposureItem) -> bool:
        """Return whether it is the same movement, in nothing harder and in something easier."""
        if self.movement != other.movement:
            return False
        mine, theirs = self._demand(), other._demand()
        return mine != theirs and all(one <= another for one, another in zip(mine, theirs, strict=True))

    def _demand(self) -> tuple[float, float, int]:
        return self.range_percent, self.load_kg, _SPEEDS.index(self.speed)


class Exposure(Part):
    """The ladder of one person."""

    rules: ExposureRules = Field(default_factory=ExposureRules, description="when an item has been mastered")
    items: Several[ExposureItem] = Field(description="one table [[exposure.items]] for each rung")

    @model_validator(mode="after")
    def _goes_up(self) -> Exposure:
        each_once("items", "id", (item.id for item in self.items))
        for i, item in enumerate(self.items):
            if item.step != i + 1:
                raise refused(f"items[{i}].step", item.step, f"{i + 1}: rungs stand in order, counted from 1")
            for k, below in enumerate(self.items[:i]):
                if item.easier_than(below):
                    found = f"{item.step}, above an item of the same movement that asks more (items[{k}])"
                    raise refused(f"items[{i}].step", found, "the one that asks more further up")
        return self


class ExposureVisit(Part):
    """One exposure to one item: what was expected, and what came of it."""

    date: Date = Field(description="the date of the visit")
    item: Id = Field(description="the id of the item of the ladder")
    prediction: Words = Field(description="what the person expected to happen")
    likelihood: Rating10 = Field(description="a rating from 0 to 10: how likely that seemed before")
    came_true: bool = Field(description="true or false: whether it happened")
    predicted_fear: Rating10 = Field(description="a rating from 0 to 10, before")
    actual_fear: Rating10 = Field(description="a rating from 0 to 10, during")
    predicted_pain: Rating10 = Field(description="a rating from 0 to 10, before")
    actual_pain: Rating10 = Field(description="a rating from 0 to 10, during")
    threat: Rating100 = Field(description="a rating from 0 to 100: how threatening the item seems now, afterwards")
    harm: bool = Field(default=False, description="true or false: whether anything was hurt, not only painful")
    flare: bool = Field(default=False, description="true or false: whether this was a day of a flare")
    note: Words | None = Field(default=None, description="anything else about it")
