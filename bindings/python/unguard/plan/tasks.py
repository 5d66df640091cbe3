"""What the person is asked to do, second by second: bend, hold, rest, and the test of reactivity.

Four seconds for each phase of a bend: McGorry & Lin 2012, doi:10.1371/journal.pone.0039207. Trials of reactivity: Flor,
Turk & Birbaumer 1985, doi:10.1037/0022-006X.53.3.354; a neutral trial beside the stressful ones: Flor et al. 1992.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from unguard.plan.part import Part
from unguard.plan.quantities import (
    Count,
    CountOrNone,
    Degrees,
    Kilograms,
    Name,
    Seconds,
    SecondsOrNone,
    Several,
    Words,
)
from unguard.plan.refusal import refused

Phase = tuple[str, float]


class _Task(Part):
    name: Name = Field(description="what the task is called, once in a plan")
    source: Words | None = Field(default=None, description="where its timing is from")
    note: Words | None = Field(default=None, description="what the person is told, and anything else")


class BendTask(_Task):
    """Stand, bend, hold in full flexion, return; by a metronome, a voice or at the person's own pace."""

    kind: Literal["bend"] = Field(description="'bend'")
    pace: Literal["metronome", "voice", "own"] = Field(default="metronome", description="'metronome', 'voice' or 'own'")
    stand_s: Seconds = Field(default=3.0, description="seconds of standing before each bend")
    bend_s: Seconds = Field(default=4.0, description="seconds of bending")
    hold_s: Seconds = Field(default=4.0, description="seconds in full flexion")
    return_s: Seconds = Field(default=4.0, description="seconds of returning")
    repetitions: Count = Field(default=3, description="a whole number from 1: how often it counts")
    practice: CountOrNone = Field(default=1, description="a whole number from 0: how often before it counts")
    load_kg: Kilograms = Field(default=0.0, description="kilograms in the hands")
    angle_deg: Degrees | None = Field(
        default=None, description="degrees of the trunk to go to; none: as far as it goes"
    )

    @property
    def phases(self) -> tuple[Phase, ...]:
        """(marker, seconds) of one bend, the markers by the names that the detectors know."""
        return (
            ("standing", self.stand_s),
            ("bending", self.bend_s),
            ("full flexion", self.hold_s),
            ("returning", self.return_s),
        )

    @property
    def duration_s(self) -> float:
        """Seconds of the whole task, practice included."""
        return (self.practice + self.repetitions) * sum(seconds for _, seconds in self.phases)


class HoldTask(_Task):
    """A posture or an effort held still, and rests between."""

    kind: Literal["hold"] = Field(description="'hold'")
    posture: Words = Field(description="what is held, and how")
    hold_s: Seconds = Field(default=5.0, description="seconds of each hold")
    rest_s: SecondsOrNone = Field(default=30.0, description="seconds of rest between two holds")
    repetitions: Count = Field(default=3, description="a whole number from 1: how many holds")
    load_kg: Kilograms = Field(default=0.0, description="kilograms in the hands")

    @property
    def phases(self) -> tuple[Phase, ...]:
        """(what, seconds) of one hold and the rest after it."""
        return (("hold", self.hold_s), ("rest", self.rest_s))

    @property
    def duration_s(self) -> float:
        """Seconds from the first hold to the end of the last."""
        return self.repetitions * self.hold_s + (self.repetitions - 1) * self.rest_s


class RestTask(_Task):
    """A declared rest in one posture."""

    kind: Literal["rest"] = Field(description="'rest'")
    posture: Words = Field(description="how the person lies, sits or stands")
    duration_s: Seconds = Field(default=60.0, description="seconds of rest")

    @property
    def phases(self) -> tuple[Phase, ...]:
        """(what, seconds): the rest."""
        return (("rest", self.duration_s),)


class Trial(Part):
    """One stretch of a test of reactivity."""

    what: Literal["adaptation", "baseline", "neutral", "stress", "recovery"] = Field(
        description="'adaptation', 'baseline', 'neutral', 'stress' or 'recovery'"
    )
    duration_s: Seconds = Field(description="seconds")
    about: Words | None = Field(default=None, description="what is told or asked")


class ReactivityTask(_Task):
    """Quiet, neutral and stressful minutes, and how the muscles come down from them. Nothing is shown meanwhile."""

    kind: Literal["reactivity"] = Field(description="'reactivity'")
    trials: Several[Trial] = Field(description="one table [[tasks.trials]] for each stretch, in order")

    @model_validator(mode="after")
    def _can_be_read(self) -> ReactivityTask:
        what = [trial.what for trial in self.trials]
        for needed, why in _NEEDED.items():
            if needed not in what:
                raise refused("trials", f"without a trial of {needed}", why)
        if what[-1] != "recovery":
            raise refused(f"trials[{len(what) - 1}].what", repr(what[-1]), "'recovery', with which the test ends")
        first = min(what.index("neutral"), what.index("stress"))
        if what.index("baseline") > first:
            raise refused(f"trials[{first}].what", repr(what[first]), "a baseline before it")
        return self

    @property
    def phases(self) -> tuple[Phase, ...]:
        """(what, seconds) of each trial."""
        return tuple((trial.what, trial.duration_s) for trial in self.trials)

    @property
    def duration_s(self) -> float:
        """Seconds of the whole test."""
        return sum(trial.duration_s for trial in self.trials)


_NEEDED = {
    "baseline": "a baseline, which every rise is measured from",
    "neutral": "a neutral trial, without which a rise may be of talking alone",
    "stress": "a trial of stress",
    "recovery": "a recovery: coming down slowly is a finding of its own",
}

Task = Annotated[BendTask | HoldTask | RestTask | ReactivityTask, Field(discriminator="kind")]
