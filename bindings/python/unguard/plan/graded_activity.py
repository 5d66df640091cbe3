"""Graded activity: a quota by time, not by pain. It is another thing than exposure, and is kept apart from it.

The quota begins at a share of the mean of a few tries that the person may stop at will, and grows from session to
session whatever the pain. 70 % of the mean: protocol of a trial, BMC Public Health 2007;7:254, table 2,
doi:10.1186/1471-2458-7-254. How much it grows is a proposal.
"""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from unguard.plan.order import each_once
from unguard.plan.part import Part
from unguard.plan.quantities import Date, Expected, Id, Rating10, Seconds, SecondsOrNone, Several, Words, as_tuple

_Tries = Annotated[
    tuple[Seconds, ...],
    Field(min_length=3, max_length=4),
    BeforeValidator(as_tuple),
    Expected("3 or 4 numbers of seconds above 0"),
]
_StartPercent = Annotated[float, Field(ge=50, le=100), Expected("a number of percent from 50 to 100")]
_IncreasePercent = Annotated[float, Field(gt=0, le=50), Expected("a number of percent above 0, at most 50")]


class QuotaRules(Part):
    """How the quota begins and grows. The numbers are proposals; 70 to 80 and 5 to 10 are what clinics use."""

    start_percent: _StartPercent = Field(default=70.0, description="percent of the mean of the tries that it begins at")
    increase_percent: _IncreasePercent = Field(
        default=5.0, description="percent by which each session's quota exceeds that of the last one reached"
    )


class GradedItem(Part):
    """One activity with its tries."""

    id: Id = Field(description="letters, digits and hyphens, once in a plan")
    activity: Words = Field(description="what is done, such as: walk outside")
    baseline_s: _Tries = Field(description="3 or 4 tries in seconds, each stopped when the person wanted to")
    goal_s: Seconds | None = Field(default=None, description="seconds at which it need not grow any more")
    note: Words | None = Field(default=None, description="anything else about it")

    def quota_s(self, reached: int, rules: QuotaRules) -> float:
        """Return the quota in seconds after as many quotas have been reached; never more than the goal."""
        start = math.fsum(self.baseline_s) / len(self.baseline_s) * rules.start_percent / 100
        quota = start * (1 + rules.increase_percent / 100) ** reached
        return quota if self.goal_s is None else min(quota, self.goal_s)


class GradedActivity(Part):
    """All activities with a quota."""

    rules: QuotaRules = Field(default_factory=QuotaRules, description="how quotas begin and grow")
    items: Several[GradedItem] = Field(description="one table [[graded_activity.items]] for each activity")

    @model_validator(mode="after")
    def _each_once(self) -> GradedActivity:
        each_once("items", "id", (item.id for item in self.items))
        return self


class GradedVisit(Part):
    """One session of one activity."""

    date: Date = Field(description="the date of the session")
    item: Id = Field(description="the id of the activity")
    quota_s: Seconds = Field(description="seconds that were to be done")
    done_s: SecondsOrNone = Field(description="seconds that were done")
    pain: Rating10 | None = Field(default=None, description="a rating from 0 to 10; the quota does not depend on it")
    flare: bool = Field(default=False, description="true or false: whether this was a day of a flare")
    note: Words | None = Field(default=None, description="anything else about it")

    @property
    def reached(self) -> bool:
        """Whether the quota was done."""
        return self.done_s >= self.quota_s
