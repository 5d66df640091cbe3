"""MAT files: the truth is the arrays that were written, by SciPy for v6 and v7 and by attributes for v7.3.

The exports of makers have the variables that their manuals list.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import scipy.io
from format_files import write_mat73
from unguard import io
from unguard.errors import FormatError

_WRITERS: dict[str, Callable[[Path, dict[str, Any]], None]] = {
    "v6": lambda path, variables: scipy.io.savemat(path, variables),
    "v7": lambda path, variables: scipy.io.savemat(path, variables, do_compression=True),
    "v7.3": write_mat73,
}


def _emg(rows: int = 500, columns: int = 3) -> np.ndarray:
    return np.random.default_rng(4).normal(0, 30, (rows, columns))


@pytest.fixture(params=list(_WRITERS))
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Path]:
    def written(**variables: Any) -> Path:
        path = tmp_path / "a.mat"
        if request.param != "v7.3":
            variables = {
                name: {k: np.array(v, dtype=object) if isinstance(v, list) else v for k, v in value.items()}
                if isinstance(value, dict)
                else np.array(value, dtype=object)
                if isinstance(value, list)
                else value
                for name, value in variables.items()
            }
        _WRITERS[request.param](path, variables)
        return path

    return written


def test_a_struct_with_rate_unit_and_labels_is_read_whole(write: Callable[..., Path]) -> None:
    data = _emg()
    path = write(rec={"data": data, "fs": 2000.0, "units": "mV", "labels": ["TA", "GM", "SOL"]})
    recording = io.read(path)
    assert recording.names == ["TA", "GM", "SOL"] and recording.fs == 2000
    assert np.array_equal(recording.data, data * 1000)
    assert recording.channels[0].unit_found == "mV"


def test_the_longer_dimension_is_time_and_that_is_said(write: Callable[..., Path]) -> None:
    data = _emg()
    recording = io.read(write(emg=data.T, Fs=1000.0), unit="uV")
    assert np.array_equal(recording.data, data)
    assert recording.names == ["emg 1", "emg 2", "emg 3"]
    words = "emg (3 x 500): the longer dimension is taken for time, the other for 3 channels"
    assert words in recording.remarks


def test_which_of_several_arrays_is_the_signal_has_to_be_said(write: Callable[..., Path]) -> None:
    data, force = _emg(), _emg(500, 1)
    path = write(emg=data, force=force, fs=1000.0)
    with pytest.raises(FormatError) as refusal:
        io.read(path, unit="uV")
    assert "the signal is not one variable (emg (500 x 3); force (500 x 1)): expected device=" in str(refusal.value)
    assert io.info(path).devices == ["emg", "force"]
    assert np.array_equal(io.read(path, device="emg", unit="uV").data, data)
    both = io.read(path, channels=["emg/emg 2", "force"], unit="uV")
    assert np.array_equal(both.data, np.column_stack([data[:, 1], force]))


def test_a_unit_is_not_given_to_an_array_that_it_may_not_be_of(write: Callable[..., Path]) -> None:
    path = write(emg=_emg(), force=_emg(500, 1), fs=1000.0, units="uV")
    assert [c.unit for c in io.info(path).channels] == [None] * 4


def test_an_array_as_high_as_wide_is_refused(write: Callable[..., Path]) -> None:
    with pytest.raises(FormatError, match="the variable emg is 20 x 20: expected one dimension longer"):
        io.read(write(emg=_emg(20, 20), fs=100.0), unit="uV")


def test_the_nearest_rate_counts_and_two_are_none(write: Callable[..., Path]) -> None:
    near = io.read(write(emg={"data": _emg(), "fs": 2000.0}, imu={"fs": 100.0}), unit="uV")
    assert near.fs == 2000
    path = write(emg=_emg(), fs=2000.0, srate=1000.0)
    with pytest.raises(FormatError, match=r"the sampling rate is not one \(fs = 2000, srate = 1000\): expected fs="):
        io.read(path, unit="uV")
    assert io.read(path, unit="uV", fs=1000).fs == 1000


@pytest.mark.parametrize(
    ("variables", "remark"),
    [
        ({"emg": _emg(), "Fs": 2000.0}, "emg: 2000 Hz by the variable Fs"),
        ({"rec": {"emg": _emg(), "sampling_rate": 1925.926}}, "rec.emg: 1925.926 Hz by the variable rec.sampling_rate"),
        ({"emg": _emg(), "imu": {"srate": 100.0}}, "emg: 100 Hz by the variable imu.srate"),
        ({"emg": _emg(), "isi": 0.5, "isi_units": "ms"}, "emg: 2000 Hz by the variables isi and isi_units"),
        ({"emg": _emg(), "t": np.arange(500.0)[:, None] / 1000}, "emg: 1000 Hz by the times in t"),
        ({"emg": _emg(), "Fs": np.full((3, 1), 500.0)}, "emg: a rate for each channel by the variable Fs"),
    ],
)
def test_the_remarks_say_by_which_variable_the_rate_is(
    write: Callable[..., Path], variables: dict[str, Any], remark: str
) -> None:
    assert remark in io.read(write(**variables), unit="uV").remarks
    without = io.read(write(emg=_emg()), unit="uV", fs=9)
    assert not any(" by " in text for text in without.remarks)


def test_without_a_rate_it_has_to_be_given(write: Callable[..., Path]) -> None:
    path = write(emg=_emg())
    with pytest.raises(FormatError, match="the sampling rate is not stated in the file"):
        io.read(path, unit="uV")
    with pytest.raises(FormatError, match="the unit is not stated"):
        io.read(path, fs=1000)


def test_a_column_of_time_gives_rate_and_gaps(write: Callable[..., Path]) -> None:
    time = np.delete(np.arange(510) / 1000, slice(100, 110)).reshape(-1, 1)
    recording = io.read(write(emg=_emg(), t=time), unit="uV")
    assert recording.fs == 1000 and recording.gaps == [(100, 10)]


def test_acqknowledge_of_biopac_states_the_interval_in_milliseconds(write: Callable[..., Path]) -> None:
    path = write(
        data=_emg(), labels=["EMG", "ECG", "Force"], units=["mV", "mV", "kg"], isi=0.5, isi_units="ms", start_sample=0.0
    )
    recording = io.read(path)
    assert recording.fs == 2000 and recording.names == ["EMG", "ECG", "Force"]
    assert [(c.unit, c.kind) for c in recording.channels] == [("uV", "EMG"), ("uV", "ECG"), ("kg", "other")]


def test_delsys_has_a_rate_for_every_channel_and_pads_the_slower_ones(write: Callable[..., Path]) -> None:
    data, time = np.zeros((2, 400)), np.zeros((2, 400))
    data[0], time[0] = _emg(400, 1)[:, 0], np.arange(400) / 2000
    data[1, :40], time[1, :40] = _emg(40, 1)[:, 0], np.arange(40) / 200
    path = write(Data=data, Time=time, Fs=np.array([[2000.0], [200.0]]), Channels=["EMG 1", "ACC 1"])
    assert [(c.name, c.fs, c.samples) for c in io.info(path).channels] == [("EMG 1", 2000, 400), ("ACC 1", 200, 40)]
    slow = io.read(path, channels=["ACC 1"], unit="g")
    assert slow.fs == 200 and np.array_equal(slow.data[:, 0], data[1, :40])


def test_whole_numbers_are_not_changed(write: Callable[..., Path]) -> None:
    counts = np.arange(-300, 300, dtype=np.int16).reshape(-1, 1)
    recording = io.read(write(emg=counts, fs=1000.0), gain=0.5, offset=100)
    assert np.array_equal(recording.data, (counts.astype(float) - 100) * 0.5)


def test_structs_in_arrays_and_cells_are_named_as_matlab_does(tmp_path: Path) -> None:
    runs = np.array([(_emg(50, 1),), (_emg(60, 1),)], dtype=[("emg", object)]).reshape(1, 2)
    cell = np.array([_emg(70, 2), None], dtype=object)
    cell[1] = _emg(80, 2)
    scipy.io.savemat(tmp_path / "a.mat", {"runs": runs, "list": cell, "fs": 100.0})
    assert io.info(tmp_path / "a.mat").devices == ["runs(1).emg", "runs(2).emg", "list{1}", "list{2}"]


def test_what_cannot_be_a_signal_is_refused_with_what_is_there(tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "a.mat", {"cube": np.zeros((3, 4, 5)), "fs": 100.0, "note": "hello"})
    with pytest.raises(FormatError, match=r"without a signal \(cube \(3 x 4 x 5\), fs"):
        io.read(tmp_path / "a.mat")


def test_level_4_is_refused(tmp_path: Path) -> None:
    scipy.io.savemat(tmp_path / "a.mat", {"emg": _emg()}, format="4")
    with pytest.raises(FormatError, match="expected 'IM' or 'MI' at byte 126: a MAT file of level 5"):
        io.read(tmp_path / "a.mat")


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mat"
    scipy.io.savemat(path, {"emg": _emg(), "fs": 100.0})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(FormatError, match=r"a variable is of type 14 and .* bytes, with .* left: .*cut off"):
        io.read(path, unit="uV")


def test_arrays_kept_in_another_file_are_not_followed(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["emg"] = _emg(50, 2)
    with h5py.File(tmp_path / "a.mat", "w") as file:
        file["emg"] = h5py.ExternalLink("other.h5", "/emg")
        file["mine"] = _emg(60, 2)
    recording = io.read(tmp_path / "a.mat", fs=100, unit="uV")
    assert recording.samples == 60
    assert "neither numbers nor text: emg" in recording.remarks
    layout = h5py.VirtualLayout((50, 2), np.float64)
    layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "emg", (50, 2))
    with h5py.File(tmp_path / "b.mat", "w") as file:
        file.create_virtual_dataset("emg", layout)
    with pytest.raises(FormatError, match="the array is kept in another file"):
        io.read(tmp_path / "b.mat", fs=100, unit="uV")


def test_links_that_lead_in_circles_are_gone_through_once(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.mat", "w") as file:
        group = file.create_group("rec")
        group["emg"] = _emg(60, 2)
        for i in range(8):
            group[f"again{i}"] = group
    assert io.info(tmp_path / "a.mat").devices == ["rec.emg"]


def test_the_real_file_is_what_scipy_reads_and_its_text_twin_has(real_data: Path) -> None:
    path = real_data / "emggo/sample_data.mat"
    recording = io.read(path, unit="uV")
    truth = scipy.io.loadmat(path)["EMG"]
    assert recording.fs == truth["fs"][0, 0].item() == 250
    assert np.array_equal(recording.data, truth["channelData"][0, 0])
    twin = io.read(real_data / "emggo/ta_250hz.csv", unit="uV")
    assert np.max(np.abs(recording.data - twin.data)) <= 0.000501  # written with three decimals
