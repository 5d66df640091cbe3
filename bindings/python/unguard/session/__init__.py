"""Sessions of one person by their plan, and what they say together.

>>> mine = unguard.plan.read_plan("P-014.toml")
>>> today = analyse_session(unguard.io.read("P-014_2026-11-02.bdf"), mine)
>>> today.to_dataframe()
"""

from unguard.session.analyse import analyse_session
from unguard.session.bends_by_plan import bends_by_plan
from unguard.session.course import Course, course
from unguard.session.kept_profiles import own_profile
from unguard.session.measure import Measure
from unguard.session.profile import BendProfiles, profile_bends
from unguard.session.result import SessionAnalysis
from unguard.session.stored import read_sessions

__all__ = [
    "BendProfiles",
    "Course",
    "Measure",
    "SessionAnalysis",
    "analyse_session",
    "bends_by_plan",
    "course",
    "own_profile",
    "profile_bends",
    "read_sessions",
]
