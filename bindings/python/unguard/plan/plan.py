"""The plan of one person: everything a session is run by and progress is told from, as one value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, model_validator

from unguard.errors import ConfigError
from unguard.plan.bands import Band, Processing
from unguard.plan.calibrations import StoredCalibration
from unguard.plan.diary import Diary
from unguard.plan.exposure import Exposure, ExposureItem
from unguard.plan.goals import Goal
from unguard.plan.graded_activity import GradedActivity, GradedItem
from unguard.plan.migrate import SCHEMA
from unguard.plan.montage import Montage
from unguard.plan.order import each_once, known
from unguard.plan.part import Part
from unguard.plan.quantities import Expected, PersonId, Several, Words
from unguard.plan.references import Reference
from unguard.plan.refusal import refused
from unguard.plan.tasks import HoldTask, Task
from unguard.plan.thresholds import Shaping, Threshold

_Schema = Annotated[int, Field(ge=SCHEMA, le=SCHEMA), Expected(f"{SCHEMA}, the schema that this unguard writes")]


class Plan(Part):
    """One person's plan. Files are named by `id`; nothing in it says who the person is.

    Whatever is pointed at by name or id is in it: bands, tasks, channels, references, calibrations, items.

    Raises ConfigError for the first field that is not as it should be, by its place: ``montage.muscles[2].side``.
    """

    schema_version: _Schema = Field(default=SCHEMA, alias="schema", description="the number of the schema")
    id: PersonId = Field(description="letters, digits and hyphens that stand for the person; no name")
    note: Words | None = Field(default=None, description="anything else about the plan")
    montage: Montage = Field(description="a table [montage]: where the electrodes are")
    processing: Processing = Field(description="a table [processing]: which band is for what")
    bands: Several[Band] = Field(description="one table [[bands]] for each pass band")
    tasks: Several[Task] = Field(description="one table [[tasks]] for each task")
    references: Several[Reference] = Field(default=(), description="one table [[references]] for each reference effort")
    thresholds: Several[Threshold] = Field(default=(), description="one table [[thresholds]] for each line")
    shaping: Shaping = Field(default_factory=Shaping, description="a table [shaping]: how lines are moved")
    exposure: Exposure | None = Field(default=None, description="a table [exposure]: the ladder of graded exposure")
    graded_activity: GradedActivity | None = Field(
        default=None, description="a table [graded_activity]: quotas by time"
    )
    goals: Several[Goal] = Field(default=(), description="one table [[goals]] for each goal")
    diary: Diary = Field(default_factory=Diary, description="a table [diary]: what happened when")
    calibrations: Several[StoredCalibration] = Field(default=(), description="one table [[calibrations]] for each")

    @model_validator(mode="after")
    def _hangs_together(self) -> Plan:
        _check_names(self)
        _check_references(self)
        _check_thresholds(self)
        _check_calibrations(self)
        _check_items(self)
        _check_recordings(self)
        return self

    def band(self, name: str) -> Band:
        """Return a band by name; raise ConfigError where there is none."""
        found: Band = _named(self.bands, name, "band")
        return found

    def task(self, name: str) -> Task:
        """Return a task by name; raise ConfigError where there is none."""
        found: Task = _named(self.tasks, name, "task")
        return found

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) of a plan; what hangs together across fields is not in it."""
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **cls.model_json_schema(by_alias=True)}

    def __repr__(self) -> str:
        # Ends in logs: so it is told what is in the plan, and nothing of what it says.
        many = {"tasks": len(self.tasks), "goals": len(self.goals), "sessions": len(self.diary.sessions)}
        counts = ", ".join(f"{count} {what}" for what, count in many.items())
        return f"<Plan {self.id}: {self.montage.name}, {len(self.montage.muscles)} channels, {counts}>"

    __str__ = __repr__


def _named(all_: Sequence[Any], name: str, what: str) -> Any:
    for one in all_:
        if one.name == name:
            return one
    raise ConfigError(what, repr(name), f"one of {', '.join(one.name for one in all_)}")


def _check_names(plan: Plan) -> None:
    if not plan.bands:
        raise refused("bands", "empty", "one table [[bands]] for each pass band")
    each_once("bands", "name", (band.name for band in plan.bands))
    each_once("tasks", "name", (task.name for task in plan.tasks))
    each_once("references", "name", (reference.name for reference in plan.references))
    each_once("thresholds", "name", (threshold.name for threshold in plan.thresholds))
    each_once("goals", "id", (goal.id for goal in plan.goals))
    each_once("calibrations", "id", (calibration.id for calibration in plan.calibrations))
    bands = [band.name for band in plan.bands]
    known("processing.level_band", plan.processing.level_band, bands, "a band")
    known("processing.ratio_band", plan.processing.ratio_band, bands, "a band")


def _check_references(plan: Plan) -> None:
    bands = [band.name for band in plan.bands]
    holds = [task.name for task in plan.tasks if isinstance(task, HoldTask)]
    made = [c.id for c in plan.calibrations if c.kind == "reference"]
    for i, reference in enumerate(plan.references):
        known(f"references[{i}].band", reference.band, bands, "a band")
        known(f"references[{i}].task", reference.task, holds, "a task of kind 'hold'")
        known(f"references[{i}].calibration", reference.calibration, made, "a calibration of kind 'reference'")


def _check_thresholds(plan: Plan) -> None:
    tasks = [task.name for task in plan.tasks]
    bands = [band.name for band in plan.bands]
    references = [reference.name for reference in plan.references]
    for i, threshold in enumerate(plan.thresholds):
        place = f"thresholds[{i}]"
        known(f"{place}.task", threshold.task, tasks, "a task")
        known(f"{place}.channel", threshold.channel, plan.montage.channels, "a channel of the montage")
        known(f"{place}.reference", threshold.reference, references, "a reference")
        if threshold.valid_for is not None:
            known(f"{place}.valid_for.band", threshold.valid_for.band, bands, "a band")


def _check_calibrations(plan: Plan) -> None:
    bands = [band.name for band in plan.bands]
    for i, calibration in enumerate(plan.calibrations):
        known(f"calibrations[{i}].band", calibration.band, bands, "a band")
        for k, channel in enumerate(calibration.channels):
            known(f"calibrations[{i}].channels[{k}]", channel, plan.montage.channels, "a channel of the montage")


def _check_items(plan: Plan) -> None:
    rungs: Sequence[ExposureItem] = plan.exposure.items if plan.exposure else ()
    quotas: Sequence[GradedItem] = plan.graded_activity.items if plan.graded_activity else ()
    exposure, graded = [item.id for item in rungs], [item.id for item in quotas]
    for i, item in enumerate(graded):
        if item in exposure:
            expected = "another id than in exposure: the two modes are kept apart"
            raise refused(f"graded_activity.items[{i}].id", repr(item), expected)
    for i, visit in enumerate(plan.diary.exposures):
        known(f"diary.exposures[{i}].item", visit.item, exposure, "an item of exposure")
    for i, session in enumerate(plan.diary.graded):
        known(f"diary.graded[{i}].item", session.item, graded, "an item of graded_activity")


def _check_recordings(plan: Plan) -> None:
    for i, session in enumerate(plan.diary.sessions):
        rest = session.recording.removeprefix(plan.id)
        if rest == session.recording or rest[:1] not in ("_", "."):
            expected = f"a file named by id: {plan.id}_..., or {plan.id}. and its format"
            raise refused(f"diary.sessions[{i}].recording", "named otherwise", expected)
