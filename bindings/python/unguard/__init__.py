"""unguard: surface-EMG levels and events that can be trusted, live and offline, from one engine.

Arrays are (samples,) or (samples, channels) in microvolts; ``fs`` is in Hz and has no default.

>>> import unguard
>>> chain = unguard.Chain(unguard.Bandpass(low=20, high=450), unguard.Rms(window=0.125))
>>> level = chain(x, fs=2000)                      # a whole record
>>> live = chain.start(fs=2000, channels=["longissimus L", "longissimus R"])
>>> level = live.process(block)                    # a stream; the same bits however it is cut
>>> level, marks = live.process(block, marks=True)  # and what not to believe; marks=array brings in what is known
>>> unguard.io.read("data/guarded.bdf")             # recordings: unguard.io; whole analyses: unguard.analysis
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from unguard._core import (
    MARKS,
    Arv,
    Bandpass,
    Bandstop,
    Bending,
    BesselBandpass,
    BesselBandstop,
    BesselHighpass,
    BesselLowpass,
    Chain,
    Chebyshev1Bandpass,
    Chebyshev1Bandstop,
    Chebyshev1Highpass,
    Chebyshev1Lowpass,
    Chebyshev2Bandpass,
    Chebyshev2Bandstop,
    Chebyshev2Highpass,
    Chebyshev2Lowpass,
    Comb,
    CriticallyDamped,
    Digitiser,
    EcgArtefact,
    Event,
    Highpass,
    LeadOff,
    LiveChain,
    LiveDetector,
    Lowpass,
    MainsArtefact,
    MotionArtefact,
    Notch,
    OnePole,
    Paraspinal,
    Peak,
    Priming,
    Rectify,
    RestCalibration,
    RestCalibrator,
    RestEvents,
    Rms,
    Sos,
    SpasmDetector,
    StateVariable,
    TwoPole,
    __version__,
    butterworth_order,
    calibrate_quietest,
    calibrate_rest,
    chebyshev1_order,
    chebyshev2_order,
    designed_poles,
    designed_zeros,
    detect,
    group_delay,
    response,
    scenario,
    sections,
    settle_time,
    zero_phase,
)
from unguard.errors import ConfigError, FormatError
from unguard.recording import Recording
from unguard.simulation import Simulation, simulate

if TYPE_CHECKING:
    from unguard import analysis, io

__all__ = [
    "MARKS",
    "Arv",
    "Bandpass",
    "Bandstop",
    "Bending",
    "BesselBandpass",
    "BesselBandstop",
    "BesselHighpass",
    "BesselLowpass",
    "Chain",
    "Chebyshev1Bandpass",
    "Chebyshev1Bandstop",
    "Chebyshev1Highpass",
    "Chebyshev1Lowpass",
    "Chebyshev2Bandpass",
    "Chebyshev2Bandstop",
    "Chebyshev2Highpass",
    "Chebyshev2Lowpass",
    "Comb",
    "ConfigError",
    "CriticallyDamped",
    "Digitiser",
    "EcgArtefact",
    "Event",
    "FormatError",
    "Highpass",
    "LeadOff",
    "LiveChain",
    "LiveDetector",
    "Lowpass",
    "MainsArtefact",
    "MotionArtefact",
    "Notch",
    "OnePole",
    "Paraspinal",
    "Peak",
    "Priming",
    "Recording",
    "Rectify",
    "RestCalibration",
    "RestCalibrator",
    "RestEvents",
    "Rms",
    "Simulation",
    "Sos",
    "SpasmDetector",
    "StateVariable",
    "TwoPole",
    "__version__",
    "analysis",
    "butterworth_order",
    "calibrate_quietest",
    "calibrate_rest",
    "chebyshev1_order",
    "chebyshev2_order",
    "designed_poles",
    "designed_zeros",
    "detect",
    "group_delay",
    "io",
    "response",
    "scenario",
    "sections",
    "settle_time",
    "simulate",
    "zero_phase",
]


def __getattr__(name: str) -> ModuleType:
    # Loaded when first used: a live app needs neither, and they take longer to load than all the rest.
    if name in ("analysis", "io"):
        return importlib.import_module(f"unguard.{name}")
    raise AttributeError(f"module 'unguard' has no attribute {name!r}")
