"""What every preset is given, and what it says of what it refuses. Truth: the rules the package states."""

from __future__ import annotations

import operator
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import unguard
from peer_signals import bursts
from unguard import ConfigError, presets
from unguard.presets.teager_kaiser import energy

SLIDE = {"window": 0.2, "step": 0.1}
REST = {"mean": 0.0, "std_dev": 2.0, "var": 4.0}
#: Every function, as it is called at its simplest.
CALLS: dict[str, Callable[[Any], Any]] = {
    "neurokit2.emg_clean": lambda x: presets.neurokit2.emg_clean(x, fs=1000),
    "neurokit2.emg_amplitude": lambda x: presets.neurokit2.emg_amplitude(x, fs=1000),
    "neurokit2.emg_activation": lambda x: presets.neurokit2.emg_activation(x, fs=1000).onsets,
    "biosppy.emg": lambda x: presets.biosppy.emg(x, fs=1000).filtered,
    "biosppy.find_onsets": lambda x: presets.biosppy.find_onsets(x, fs=1000).samples,
    "biosppy.hodges_bui": lambda x: presets.biosppy.hodges_bui(x, fs=1000, rest=REST, size=50, threshold=3).samples,
    "biosppy.bonato": lambda x: (
        presets.biosppy.bonato(
            x, fs=1000, rest=REST, threshold=9, active_state_duration=9, samples_above_fail=2, fail_size=2
        ).samples
    ),
    "biosppy.lidierth": lambda x: (
        presets.biosppy.lidierth(
            x, fs=1000, rest=REST, size=20, threshold=3, active_state_duration=9, fail_size=2
        ).samples
    ),
    "biosppy.abbink": lambda x: (
        presets.biosppy.abbink(
            x, fs=1000, rest=REST, size=20, alarm_size=50, threshold=3, transition_threshold=3
        ).samples
    ),
    "biosppy.solnik": lambda x: (
        presets.biosppy.solnik(x, fs=1000, rest=REST, threshold=8, active_state_duration=9).samples
    ),
    "biosppy.silva": lambda x: presets.biosppy.silva(x, fs=1000, size=20, threshold_size=22, threshold=5).samples,
    "biosppy.londral": lambda x: (
        presets.biosppy.londral(x, fs=1000, rest=REST, size=20, threshold=8, active_state_duration=9).samples
    ),
    "biosignalsnotebooks.detect_emg_activations": lambda x: (
        presets.biosignalsnotebooks.detect_emg_activations(x, fs=1000).smoothed
    ),
    **{
        f"libemg.{name}": lambda x, name=name: getattr(presets.libemg, name)(x, fs=1000, **SLIDE)
        for name in ("mav", "rms", "wl", "zc", "ssc", "wamp", "mdf", "mnf")
    },
    "pyemgpipeline.bandpass": lambda x: presets.pyemgpipeline.bandpass(x, fs=1000),
    "pyemgpipeline.linear_envelope": lambda x: presets.pyemgpipeline.linear_envelope(x, fs=1000),
    "pyemgpipeline.process": lambda x: presets.pyemgpipeline.process(x, fs=1000),
    "emgflow.notch": lambda x: presets.emgflow.notch(x, fs=1000),
    "emgflow.bandpass": lambda x: presets.emgflow.bandpass(x, fs=1000),
    "emgflow.rms_smooth": lambda x: presets.emgflow.rms_smooth(x, fs=1000),
    "emgflow.process": lambda x: presets.emgflow.process(x, fs=1000),
    "brainflow.lowpass": lambda x: presets.brainflow.lowpass(x, fs=1000, cutoff=60),
    "brainflow.highpass": lambda x: presets.brainflow.highpass(x, fs=1000, cutoff=60),
    "brainflow.bandpass": lambda x: presets.brainflow.bandpass(x, fs=1000, low=20, high=200),
    "brainflow.bandstop": lambda x: presets.brainflow.bandstop(x, fs=1000, low=48, high=52),
    "bmc.linear_envelope": lambda x: presets.bmc.linear_envelope(x, fs=1000),
    "bmc.detect_onset": lambda x: presets.bmc.detect_onset(x, threshold=9),
}
OF_ONE_CHANNEL = [name for name in CALLS if name.split(".")[0] not in ("libemg", "pyemgpipeline", "brainflow")]


def test_every_preset_is_called_here_and_listed() -> None:
    public = {f"{peer}.{name}" for peer in presets.__all__ for name in getattr(presets, peer).__all__}
    assert public == set(CALLS)
    assert {f"presets.{name}" for name in public} == set(unguard.list(station="presets").names)


def test_every_page_says_what_is_wrong_and_what_to_use_instead() -> None:
    for peer in presets.__all__:
        page = " ".join(getattr(presets, peer).__doc__.split())
        heading = "**What this convention gets wrong, and what to use instead.**"
        assert heading in page, peer
        named = re.findall(r"unguard((?:\.[A-Za-z_]\w*)+)", page.partition(heading)[2])
        assert named, peer
        for path in named:
            operator.attrgetter(path[1:])(unguard)  # what is to be used is there
        for name in getattr(presets, peer).__all__:
            assert "Source: " in getattr(getattr(presets, peer), name).__doc__, name


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_number_is_refused_and_never_filled(name: str) -> None:
    for bad in (np.nan, np.inf, -np.inf):
        x = bursts(1000)
        x[[700, 900]] = bad
        with pytest.raises(
            ConfigError, match=r"^x is not finite 2 times, first at sample 700: expected finite samples; "
        ):
            CALLS[name](x)


@pytest.mark.parametrize("name", CALLS)
def test_what_the_engine_would_replace_is_refused(name: str) -> None:
    x = bursts(1000)
    x[700] = -1.1e6
    with pytest.raises(
        ConfigError, match=r"^x is -1.1e\+06 at sample 700: expected at most 1e\+06 uV either way, 1 V; "
    ):
        CALLS[name](x)


@pytest.mark.parametrize("name", CALLS)
def test_lists_series_other_types_and_strides_give_the_same(name: str) -> None:
    x = np.round(bursts(1000))
    expected = CALLS[name](x)
    every_other = np.repeat(x, 2)[::2]
    for same in (x.tolist(), pd.Series(x), x.astype(np.float32), x.astype(np.int16), x.astype(">f8"), every_other):
        np.testing.assert_array_equal(CALLS[name](same), expected)
    locked = x.copy()
    locked.flags.writeable = False
    before = locked.copy()
    np.testing.assert_array_equal(CALLS[name](locked), expected)
    np.testing.assert_array_equal(locked, before)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_record_is_refused(name: str) -> None:
    for bad in ([], np.zeros((2, 3, 4)), np.zeros((5, 0)), "12", np.zeros(50, dtype=complex), np.zeros(50, dtype=bool)):
        with pytest.raises(ConfigError, match=r"^x is of (shape|type) "):
            CALLS[name](bad)
    with pytest.raises(ConfigError, match=r"^x is a masked array: expected "):
        CALLS[name](np.ma.masked_array(bursts(1000), mask=False))
    with pytest.raises(ConfigError, match=r"^x is a list that is no array: expected "):
        CALLS[name]([[1.0], [1.0, 2.0]])


@pytest.mark.parametrize("name", OF_ONE_CHANNEL)
def test_several_channels_are_refused_where_the_peer_takes_one(name: str) -> None:
    with pytest.raises(ConfigError, match=r"^x is of shape \(12000, 2\): expected one channel, \(samples,\)"):
        CALLS[name](np.stack([bursts(1000)] * 2, axis=1))


def test_the_energy_is_that_of_the_engine_to_the_bit() -> None:
    x = bursts(1000)
    np.testing.assert_array_equal(energy(x), unguard.Tkeo()(x, fs=1000)[2:])


def test_presets_are_loaded_when_they_are_used() -> None:
    code = "import sys, unguard; before = 'unguard.presets' in sys.modules; unguard.presets.bmc; print(before)"
    told = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
    peers = "{'neurokit2', 'biosppy', 'brainflow', 'sklearn'}"
    code = f"import sys, unguard.presets; print(sorted({peers} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
