"""What it means for this person: flexion-relaxation, movement, load, reactivity; what drives it, and what changes.

>>> from unguard import clinical
>>> clinical.analyse_bends(recording).bends.summary()
>>> clinical.drivers(clinical.align(bends, diary), outcome="guarding", contexts=["action", "place"])
>>> clinical.progress(dates, frr, better="higher", log=True, sem=clinical.log_sem(clinical.FRR_SEM_PERCENT))
"""

from unguard._core import asymmetry, bend_ratio, dimensionless_jerk, log_dimensionless_jerk, spectral_arc_length
from unguard.clinical.angles import Phases, bend_phases, trunk_angle
from unguard.clinical.bend_analysis import BendAnalysis, analyse_bends
from unguard.clinical.bending_loop_figure import plot_bending_loops
from unguard.clinical.bending_profile import OwnBending, own_bending
from unguard.clinical.cleaning import Cleaned, clean
from unguard.clinical.co_contraction import CoContraction, co_contraction
from unguard.clinical.diary import align
from unguard.clinical.drivers import Driver, Drivers, drivers
from unguard.clinical.drivers_figure import plot_drivers
from unguard.clinical.event_rates import Rate, Rates, hourly, rate, rates_by_context, rates_by_hour
from unguard.clinical.flexion import RATIOS, Bends, bends, bends_by_activity, bends_by_cues
from unguard.clinical.goal_forecast import Forecast
from unguard.clinical.guarding import (
    GuardingIndex,
    GuardingIndices,
    Rise,
    guarding_index,
    guarding_indices,
    profile_guarding,
)
from unguard.clinical.important_change import IMPORTANT_CHANGES, ImportantChange, important_change
from unguard.clinical.letting_go import Relaxing, Stiffening, stiffening, time_to_relax
from unguard.clinical.levels_by_angle import BendsByAngle, levels_by_angle
from unguard.clinical.load import Load, exposure_variation, load, muscle_rest
from unguard.clinical.methods_text import bend_methods
from unguard.clinical.movement import BendMovement, BendMovements, MuscleInBend, OneMovement, bend_movements
from unguard.clinical.progress import Progress, progress
from unguard.clinical.progress_figure import plot_progress
from unguard.clinical.rates_figure import plot_rates
from unguard.clinical.reactivity import Response, Responses, response, responses, responses_to
from unguard.clinical.reference_values import ReferenceValue, reference_values
from unguard.clinical.reliability import (
    FRR_SEM_PERCENT,
    FRR_SEM_WITHIN_PERCENT,
    Reliability,
    log_sem,
    mdc,
    reliability,
    reliable_change,
    within_person_sem,
)
from unguard.clinical.session_change import Tau, baseline_corrected_tau
from unguard.clinical.session_verdict import BlockChange, Verdict, verdict
from unguard.clinical.spasm_like_rises import HeardBend, SpasmLikeRise, SpikesOnBending
from unguard.clinical.spikes_on_bending import OwnProfile
from unguard.clinical.staircase import StaircaseResult, run_staircase
from unguard.clinical.tension import (
    HeldTension,
    TensionPair,
    TensionPerception,
    TensionTarget,
    held_level,
    tension_discrimination,
    tension_hold,
)
from unguard.clinical.trial_windows import TrialWindows

__all__ = [
    "FRR_SEM_PERCENT",
    "FRR_SEM_WITHIN_PERCENT",
    "IMPORTANT_CHANGES",
    "RATIOS",
    "BendAnalysis",
    "BendMovement",
    "BendMovements",
    "Bends",
    "BendsByAngle",
    "BlockChange",
    "Cleaned",
    "CoContraction",
    "Driver",
    "Drivers",
    "Forecast",
    "GuardingIndex",
    "GuardingIndices",
    "HeardBend",
    "HeldTension",
    "ImportantChange",
    "Load",
    "MuscleInBend",
    "OneMovement",
    "OwnBending",
    "OwnProfile",
    "Phases",
    "Progress",
    "Rate",
    "Rates",
    "ReferenceValue",
    "Relaxing",
    "Reliability",
    "Response",
    "Responses",
    "Rise",
    "SpasmLikeRise",
    "SpikesOnBending",
    "StaircaseResult",
    "Stiffening",
    "Tau",
    "TensionPair",
    "TensionPerception",
    "TensionTarget",
    "TrialWindows",
    "Verdict",
    "align",
    "analyse_bends",
    "asymmetry",
    "baseline_corrected_tau",
    "bend_methods",
    "bend_movements",
    "bend_phases",
    "bend_ratio",
    "bends",
    "bends_by_activity",
    "bends_by_cues",
    "clean",
    "co_contraction",
    "dimensionless_jerk",
    "drivers",
    "exposure_variation",
    "guarding_index",
    "guarding_indices",
    "held_level",
    "hourly",
    "important_change",
    "levels_by_angle",
    "load",
    "log_dimensionless_jerk",
    "log_sem",
    "mdc",
    "muscle_rest",
    "own_bending",
    "plot_bending_loops",
    "plot_drivers",
    "plot_progress",
    "plot_rates",
    "profile_guarding",
    "progress",
    "rate",
    "rates_by_context",
    "rates_by_hour",
    "reference_values",
    "reliability",
    "reliable_change",
    "response",
    "responses",
    "responses_to",
    "run_staircase",
    "spectral_arc_length",
    "stiffening",
    "tension_discrimination",
    "tension_hold",
    "time_to_relax",
    "trunk_angle",
    "verdict",
    "within_person_sem",
]
