"""unguard: surface-EMG levels and events that can be trusted, live and offline, from one engine.

Arrays are (samples,) or (samples, channels) in microvolts; ``fs`` is in Hz and has no default.

>>> import unguard
>>> chain = unguard.Chain(unguard.Bandpass(low=20, high=450), unguard.Rms(window=0.125))
>>> level = chain(x, fs=2000)                      # a whole record
>>> live = chain.start(fs=2000, channels=["longissimus L", "longissimus R"])
>>> level = live.process(block)                    # a stream; the same bits however it is cut
"""

from unguard._core import (
    MARKS,
    Arv,
    Bandpass,
    Bandstop,
    Chain,
    Highpass,
    LiveChain,
    Lowpass,
    Notch,
    Priming,
    Rectify,
    Rms,
    Sos,
    TwoPole,
    __version__,
    designed_poles,
    group_delay,
    response,
    sections,
    settle_time,
    zero_phase,
)

from unguard.errors import ConfigError, FormatError

__all__ = [
    "MARKS",
    "Arv",
    "Bandpass",
    "Bandstop",
    "Chain",
    "ConfigError",
    "FormatError",
    "Highpass",
    "LiveChain",
    "Lowpass",
    "Notch",
    "Priming",
    "Rectify",
    "Rms",
    "Sos",
    "TwoPole",
    "__version__",
    "designed_poles",
    "group_delay",
    "response",
    "sections",
    "settle_time",
    "zero_phase",
]
