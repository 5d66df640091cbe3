"""Lines that feedback is given by: relative to the person, or a clinic's own number with what it is valid for.

None is set by default: no microvolts of rest or full flexion were found in the literature beside band and detector, and
a number without them says nothing. How a line is moved: `Shaping`.
"""

from __future__ import annotations

import itertools
from typing import Literal

from pydantic import Field, model_validator

from unguard.plan.bands import StoredWith
from unguard.plan.part import Part
from unguard.plan.quantities import (
    Count,
    Microvolts,
    Name,
    Percent,
    PercentAboveNone,
    Seconds,
    SecondsOrNone,
    Share,
    Words,
)
from unguard.plan.refusal import refused

_ONE_LINE = "one of percentile, reference_percent and level_uV"


class Threshold(Part):
    """One line: exactly one of `percentile`, `reference_percent` and `level_uV` says where it is."""

    name: Name = Field(description="what the line is called, once in a plan")
    task: Name = Field(description="the name of the task it is for")
    channel: Name | None = Field(
        default=None, description="the name of a channel; none: every target muscle, each its own"
    )
    aim: Literal["below", "above"] = Field(default="below", description="'below' or 'above': on which side success is")
    percentile: Percent | None = Field(
        default=None, description="percent of the person's own recent levels that lie below the line"
    )
    recent_s: Seconds | None = Field(default=None, description="seconds of levels that a percentile is of")
    reference_percent: PercentAboveNone | None = Field(default=None, description="percent of a reference")
    reference: Name | None = Field(default=None, description="the name of that reference")
    level_uV: Microvolts | None = Field(default=None, description="microvolts: a number of the clinic's own")
    valid_for: StoredWith | None = Field(default=None, description="band, detector and window that level_uV is of")
    hold_s: SecondsOrNone = Field(default=0.5, description="seconds on the right side until it is a success")
    source: Words | None = Field(default=None, description="where the line is from")

    @model_validator(mode="after")
    def _is_one_line(self) -> Threshold:
        given = [f for f in ("percentile", "reference_percent", "level_uV") if getattr(self, f) is not None]
        if len(given) != 1:
            raise refused("level_uV", f"given with {given[0]}" if given else "missing, as are the others", _ONE_LINE)
        for field, beside, what in _BESIDE:
            present, needed = getattr(self, field) is not None, given[0] == beside
            if needed and not present:
                raise refused(field, "missing", f"{what}, beside {beside}")
            if present and not needed:
                raise refused(field, "given", f"none without {beside}")
        return self


_BESIDE = (
    ("recent_s", "percentile", "the seconds that the percentile is of"),
    ("reference", "reference_percent", "the name of a reference"),
    ("valid_for", "level_uV", "band, detector and window: a number of microvolts says nothing without them"),
)


class Shaping(Part):
    """How a line is moved from set to set, one variable at a time. All numbers are proposals.

    An automatic line hides learning: the share of successes stays the same, so the line itself is the outcome.
    """

    success: Share = Field(default=0.7, description="the share of successes aimed at")
    success_low: Share = Field(default=0.6, description="below it a set was too hard")
    success_high: Share = Field(default=0.8, description="above it a set was too easy")
    most_change_percent: PercentAboveNone = Field(
        default=10.0, description="percent by which a set moves the line at most"
    )
    sets_up: Count = Field(default=2, description="how many sets must have been too easy before it gets harder")
    step_back: Share = Field(default=0.5, description="the share of successes below which a set steps back at once")
    feedback_share: Share = Field(default=1.0, description="the share of trials with feedback: 1, later 0.5, then 0")

    @model_validator(mode="after")
    def _in_order(self) -> Shaping:
        order = ("step_back", "success_low", "success", "success_high")
        for lower, upper in itertools.pairwise(order):
            if getattr(self, lower) > getattr(self, upper):
                raise refused(lower, f"{getattr(self, lower):g}", f"at most {upper}, {getattr(self, upper):g}")
        return self
