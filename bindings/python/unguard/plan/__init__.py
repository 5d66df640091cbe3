"""Montages and plans as data: one TOML file a person, checked field by field; see docs/plan.md.

>>> from unguard import plan
>>> mine = plan.new_plan("P-014", montage="lumbar paraspinals")
>>> path = plan.write_plan(mine, "plans")
>>> plan.read_plan(path) == mine
"""

from unguard.plan.advice import Advice, next_step
from unguard.plan.bands import Band, Processing, StoredWith
from unguard.plan.calibrations import StoredCalibration, stored
from unguard.plan.diary import Diary, HomeEntry, SessionEntry
from unguard.plan.exposure import Exposure, ExposureItem, ExposureRules, ExposureVisit
from unguard.plan.goals import Goal
from unguard.plan.graded_activity import GradedActivity, GradedItem, GradedVisit, QuotaRules
from unguard.plan.migrate import SCHEMA
from unguard.plan.montage import Montage, Muscle
from unguard.plan.plan import Plan
from unguard.plan.preset import MONTAGES, Preset, example_text, new_plan, preset
from unguard.plan.read import read_plan
from unguard.plan.references import Reference
from unguard.plan.remarks import remarks
from unguard.plan.tasks import BendTask, HoldTask, ReactivityTask, RestTask, Trial
from unguard.plan.thresholds import Shaping, Threshold
from unguard.plan.write import write_plan

__all__ = [
    "MONTAGES",
    "SCHEMA",
    "Advice",
    "Band",
    "BendTask",
    "Diary",
    "Exposure",
    "ExposureItem",
    "ExposureRules",
    "ExposureVisit",
    "Goal",
    "GradedActivity",
    "GradedItem",
    "GradedVisit",
    "HoldTask",
    "HomeEntry",
    "Montage",
    "Muscle",
    "Plan",
    "Preset",
    "Processing",
    "QuotaRules",
    "ReactivityTask",
    "Reference",
    "RestTask",
    "SessionEntry",
    "Shaping",
    "StoredCalibration",
    "StoredWith",
    "Threshold",
    "Trial",
    "example_text",
    "new_plan",
    "next_step",
    "preset",
    "read_plan",
    "remarks",
    "stored",
    "write_plan",
]
