"""What 100 % is: an effort that a person makes the same way each time.

A submaximal one repeats better between days than a maximal one (SEM 7 % against 17 %) and is not spoilt by fear and
pain: Dankaerts et al. 2004, doi:10.1016/j.jelekin.2003.07.001. Limits in %MVC do not hold for percent of a submaximal
reference (%RVE).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from unguard.plan.part import Part
from unguard.plan.quantities import Id, Name, Words


class Reference(Part):
    """A declared effort; its level in microvolts is the calibration it points at, once it was made."""

    name: Name = Field(description="what the reference is called, once in a plan")
    effort: Literal["submaximal", "maximal"] = Field(description="'submaximal' (%RVE) or 'maximal' (%MVC)")
    task: Name = Field(description="the name of the task of kind 'hold' by which it is made")
    band: Name = Field(description="the name of the band it is made in")
    calibration: Id | None = Field(default=None, description="the id of its calibration of kind 'reference'")
    source: Words | None = Field(default=None, description="who uses this effort")
    note: Words | None = Field(default=None, description="anything else about it")

    @property
    def unit(self) -> str:
        """Of a level normalised by it."""
        return "%MVC" if self.effort == "maximal" else "%RVE"
