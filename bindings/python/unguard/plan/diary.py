"""What happened when: sessions with their recordings and sites, visits to items, and days at home.

Days that are missing are not failures, and none is filled in.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from unguard.plan.exposure import ExposureVisit
from unguard.plan.graded_activity import GradedVisit
from unguard.plan.order import by_date, each_once
from unguard.plan.part import Part
from unguard.plan.quantities import CountOrNone, Date, Expected, Rating10, Several, Words

_FileName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9-][A-Za-z0-9._+-]*$", max_length=200),
    Expected("the name of a file without a folder, of letters, digits and . _ + -", hides=True),
]
_Hours = Annotated[float, Field(ge=0, le=24), Expected("a number of hours from 0 to 24")]


class SessionEntry(Part):
    """A session in the clinic. Ratings are of its start."""

    date: Date = Field(description="the date of the session")
    recording: _FileName = Field(description="the name of the recording, which begins with the id of the plan")
    site_note: Words = Field(
        description="where the electrodes were, in centimetres or on a photograph: without it no two sessions compare"
    )
    pain: Rating10 | None = Field(default=None, description="a rating from 0 to 10")
    fear: Rating10 | None = Field(default=None, description="a rating from 0 to 10")
    tension: Rating10 | None = Field(default=None, description="a rating from 0 to 10")
    sleep_h: _Hours | None = Field(default=None, description="hours slept the night before")
    flare: bool = Field(default=False, description="true or false: whether this was a day of a flare")
    note: Words | None = Field(default=None, description="anything else about it")


class HomeEntry(Part):
    """A day at home."""

    date: Date = Field(description="the date")
    times: CountOrNone = Field(description="a whole number from 0: how often the home exercise was done")
    pain: Rating10 | None = Field(default=None, description="a rating from 0 to 10")
    flare: bool = Field(default=False, description="true or false: whether this was a day of a flare")
    note: Words | None = Field(default=None, description="anything else about it")


class Diary(Part):
    """All entries, each list by date."""

    sessions: Several[SessionEntry] = Field(default=(), description="one table [[diary.sessions]] for each session")
    exposures: Several[ExposureVisit] = Field(default=(), description="one table [[diary.exposures]] for each exposure")
    graded: Several[GradedVisit] = Field(
        default=(), description="one table [[diary.graded]] for each session of a quota"
    )
    home: Several[HomeEntry] = Field(default=(), description="one table [[diary.home]] for each day at home")

    @model_validator(mode="after")
    def _by_date(self) -> Diary:
        by_date("sessions", [entry.date for entry in self.sessions])
        by_date("exposures", [entry.date for entry in self.exposures])
        by_date("graded", [entry.date for entry in self.graded])
        by_date("home", [entry.date for entry in self.home])
        each_once("sessions", "recording", (entry.recording for entry in self.sessions))
        each_once("home", "date", (entry.date.isoformat() for entry in self.home))
        return self
