"""Recordings, events and chains in MNE-Python, and back: volts and (channels, times) there, microvolts and (samples,
channels) here.

>>> from unguard.mne import annotations_of, apply, from_mne, to_mne
>>> raw = to_mne(recording, emg=["longissimus L", "longissimus R"])
>>> envelope = apply(raw, unguard.Chain(unguard.Bandpass(), unguard.Rms()), picks="emg")
>>> raw.set_annotations(raw.annotations + annotations_of(events))
>>> from_mne(raw)  # a Recording
>>> lying = {"lie": ("rest begins", "rest ends")}
>>> unguard.detect(unguard.SpasmDetector(), x, fs=2000, markers=markers_of(raw, kinds=lying))

Needs MNE: ``pip install 'unguard[mne]'``.
"""

from unguard.mne.annotations import annotations_of, markers_of
from unguard.mne.apply import apply
from unguard.mne.from_mne import from_mne
from unguard.mne.to_mne import to_mne

__all__ = ["annotations_of", "apply", "from_mne", "markers_of", "to_mne"]
