"""What it means for this person: flexion-relaxation, movement, load, reactivity."""

from unguard._core import asymmetry, bend_ratio, dimensionless_jerk, log_dimensionless_jerk, spectral_arc_length
from unguard.clinical.angles import Phases, bend_phases, trunk_angle
from unguard.clinical.bend_analysis import BendAnalysis, analyse_bends
from unguard.clinical.cleaning import Cleaned, clean
from unguard.clinical.co_contraction import CoContraction, co_contraction
from unguard.clinical.flexion import RATIOS, Bends, bends, bends_by_activity, bends_by_cues
from unguard.clinical.load import Load, exposure_variation, load, muscle_rest
from unguard.clinical.methods_text import bend_methods
from unguard.clinical.reactivity import Response, Responses, response, responses

__all__ = [
    "RATIOS",
    "BendAnalysis",
    "Bends",
    "Cleaned",
    "CoContraction",
    "Load",
    "Phases",
    "Response",
    "Responses",
    "analyse_bends",
    "asymmetry",
    "bend_methods",
    "bend_phases",
    "bend_ratio",
    "bends",
    "bends_by_activity",
    "bends_by_cues",
    "clean",
    "co_contraction",
    "dimensionless_jerk",
    "exposure_variation",
    "load",
    "log_dimensionless_jerk",
    "muscle_rest",
    "response",
    "responses",
    "spectral_arc_length",
    "trunk_angle",
]
