"""A whole recording into levels, events and remarks that can be trusted: :func:`analyse`.

Everything is computed by the causal C++ engine, one channel at a time, so that an hour of eight channels fits into
memory; how each number was made travels with it (:class:`Method`).
"""

from unguard.analysis.belief import Belief
from unguard.analysis.budget import NoiseBudget
from unguard.analysis.method import Method, default_band
from unguard.analysis.result import (
    SCHEMA_VERSION,
    Analysis,
    ChannelAnalysis,
    DetectedEvent,
    LeftOut,
    Levels,
    Source,
)
from unguard.analysis.run import analyse
from unguard.analysis.spectrum import Spectrum

__all__ = [
    "SCHEMA_VERSION",
    "Analysis",
    "Belief",
    "ChannelAnalysis",
    "DetectedEvent",
    "LeftOut",
    "Levels",
    "Method",
    "NoiseBudget",
    "Source",
    "Spectrum",
    "analyse",
    "default_band",
]
