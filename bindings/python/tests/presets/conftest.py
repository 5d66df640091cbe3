"""What is compared: the peers, and one channel of simulated and of real records."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import unguard
from installed_peers import file_of, peer
from peer_signals import bursts


@pytest.fixture(scope="session")
def nk() -> Any:
    """NeuroKit2."""
    return peer("neurokit2", "neurokit2")


@pytest.fixture(scope="session")
def biosppy_emg() -> Any:
    """BioSPPy's EMG functions."""
    return peer("biosppy.signals.emg", "biosppy")


@pytest.fixture(scope="session")
def pyemg() -> Any:
    """pyemgpipeline's processors."""
    return peer("pyemgpipeline.processors", "pyemgpipeline")


@pytest.fixture(scope="session")
def emgflow_steps() -> Any:
    """EMGFlow's preprocessing; its dashboard and its folders of files are not."""
    return file_of("EMGFlow", "preprocess_signals", {".access_files": (), "tqdm": ("tqdm",)})


@pytest.fixture(scope="session")
def bf() -> Any:
    """BrainFlow's filters."""
    return peer("brainflow.data_filter", "brainflow")


@pytest.fixture(scope="session")
def detecta() -> Any:
    """BMC's onset detector."""
    return peer("detecta", "detecta")


@pytest.fixture(scope="session")
def bsnb() -> Any:
    """biosignalsnotebooks' detectors; its pictures and its units of one maker are not."""
    drawn = ("plot", "opensignals_kwargs", "opensignals_style", "opensignals_color_pallet")
    return file_of(
        "biosignalsnotebooks",
        "detect",
        {
            ".conversion": ("raw_to_phy",),
            ".visualise": drawn,
            "bokeh": (),
            "bokeh.plotting": ("figure", "show", "output_file"),
            "bokeh.io": ("output_notebook",),
            "bokeh.layouts": ("gridplot",),
        },
    )


@pytest.fixture(scope="session")
def extractor() -> Any:
    """LibEMG's features. Its MDF takes an array of one number for a number, as NumPy 2.4 does not: it gets numbers."""
    module = file_of("libemg", "feature_extractor", {"librosa": ("lpc",)})
    module.np = SimpleNamespace(**{**vars(np), "argwhere": np.flatnonzero})
    return module.FeatureExtractor()


@pytest.fixture(scope="session", params=["simulated 1 kHz", "simulated 2 kHz", "biceps (PLUX)", "quadriceps (UCI)"])
def emg(request: pytest.FixtureRequest) -> tuple[np.ndarray, float]:
    """One channel in uV, and its rate."""
    if request.param.startswith("simulated"):
        fs = 1000.0 * int(request.param.split()[1])
        return bursts(fs), fs
    folder = request.getfixturevalue("real_data")
    if request.param.startswith("biceps"):
        recording = unguard.io.read(folder / "plux" / "emg_bursts.h5")
        return np.ascontiguousarray(recording.data[:16000, 0]), recording.fs
    recording = unguard.io.read(folder / "uci_lower_limb" / "5Nsen.txt")
    return np.ascontiguousarray(recording.data[:12000, 0]), recording.fs


@pytest.fixture(scope="session")
def clean(emg: tuple[np.ndarray, float]) -> tuple[np.ndarray, float]:
    """The same between 20 and 450 Hz."""
    x, fs = emg
    return unguard.zero_phase(unguard.Bandpass(low=20, high=450), x, fs=fs), fs
