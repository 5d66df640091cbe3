"""A chain of filters through a Raw of MNE, by the engine that runs on streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unguard._core import MARKS, Chain
from unguard.errors import ConfigError
from unguard.extras import quiet
from unguard.given import given
from unguard.mne.from_mne import from_mne
from unguard.mne.library import MICROVOLTS_PER_VOLT
from unguard.recording import MICROVOLTS
from unguard.runs import runs_of

if TYPE_CHECKING:
    from mne.io import BaseRaw  # type: ignore[import-untyped,unused-ignore]


def apply(raw: BaseRaw, chain: Any, picks: Any = "emg") -> BaseRaw:
    """Return a copy of a Raw whose picked channels went through a chain, causally: the bits of ``chain(x, fs=...)`` of
    the recording that `from_mne` makes of them, in volts.

    What the chain marks as not to be believed (while it settles, where samples were missing, beyond full scale) becomes
    annotations of the channel, such as "BAD_settling", which MNE leaves out. What comes out is taken to be in
    microvolts, as of filters and envelopes of microvolts it is.

    Parameters
    ----------
    raw: of any kind; it is left as it is. chain: a Chain, or one filter. picks: as in MNE; channels in volts only.

    Raises
    ------
    ConfigError: naming the argument. MissingExtra: MNE is not installed.
    """
    recording = from_mne(raw, picks)
    for channel in recording.channels:
        if channel.unit != MICROVOLTS:
            raise ConfigError("picks", f"with {channel.name}, which is no voltage", "channels in volts")
    run = chain if isinstance(chain, Chain) else Chain(chain)
    of = given(recording, None, recording.names, None)
    out, marks = run(of.data, fs=of.fs, marks=True if of.marks is None else of.marks)
    with quiet():
        made = raw.copy().load_data(verbose="ERROR")
        rows = [made.ch_names.index(name) for name in recording.names]
        made.apply_function(
            lambda _: np.ascontiguousarray(out.T) / MICROVOLTS_PER_VOLT, picks=rows, channel_wise=False, verbose="ERROR"
        )
        _add_not_believed(made, marks, recording.names)
    return made


def _add_not_believed(raw: Any, marks: NDArray[np.uint32], names: list[str]) -> None:
    """Annotate every stretch with a reason not to believe a channel."""
    fs = float(raw.info["sfreq"])
    for column, name in enumerate(names):
        of = marks[:, column]
        for reason, bit in MARKS.items():
            for start, stop in runs_of((of & bit) != 0) if np.any(of & bit) else ():
                # Annotations of a Raw count from where its file began, or from the date of measurement.
                onset = (raw.first_samp + start) / fs
                raw.annotations.append(onset, (stop - start) / fs, f"BAD_{reason}", [(name,)])
