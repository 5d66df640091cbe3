"""Data sets. Truth: the recordings and their README; for those not at hand, files written as they are described."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat
from unguard import ConfigError, FormatError
from unguard.benchmark import DATASETS, MissingFiles, annotated, dataset


def test_the_annotated_recordings(real_data: Path) -> None:
    plux, emggo, gestures = annotated(real_data)
    assert [d.true_events for d in (plux, emggo, gestures)] == [9, 56, 10]
    (trial,) = plux.trials
    assert (trial.fs, trial.samples, trial.tolerance.onset) == (1000, 28_519, pytest.approx(0.15))
    assert trial.tolerance.early == 0.1
    assert (trial.truth[0].onset, trial.truth[0].offset) == (969, 2482)
    (trial,) = emggo.trials
    assert (trial.fs, trial.samples, trial.tolerance.onset) == (250, 137_420, pytest.approx(0.2))
    for made in (plux, emggo):
        first, last = made.trials[0].rest
        assert last - first > 2 * made.trials[0].fs
        assert all(e.offset <= first or e.onset >= last for e in made.trials[0].truth)


def test_repeated_rows_of_gestures_are_left_out_and_told(real_data: Path) -> None:
    made = dataset("uci_gestures", real_data / "uci_gestures", fs=200)
    (trial,) = made.trials
    assert (trial.fs, trial.samples) == (200, 12_912)  # 64.557 s of time stamps
    assert any("61641 rows" in r and "7031 rows differ" in r for r in made.remarks)
    assert not made.edges and trial.rest == (0, 554)
    assert sum(b - a for a, b in trial.unscored) > 0.6 * trial.samples
    other = dataset("uci_gestures", real_data / "uci_gestures" / "s10_series1.txt", fs=200, channel="channel1")
    assert not np.array_equal(other.trials[0].x, trial.x)


def test_gestures_are_not_loaded_without_a_rate(real_data: Path) -> None:
    with pytest.raises(ConfigError, match="fs is not given: expected the nominal rate of the armband, fs=200"):
        dataset("uci_gestures", real_data / "uci_gestures")
    for bad in (0, 1001, "200"):
        with pytest.raises(ConfigError, match="fs is"):
            dataset("uci_gestures", real_data / "uci_gestures", fs=bad)


def test_a_part_of_the_lower_limb_set_is_taken_when_asked_for(real_data: Path) -> None:
    with pytest.raises(MissingFiles) as caught:
        dataset("uci_lower_limb", real_data / "uci_lower_limb")
    assert "without '1Amar.txt' and 63 more" in str(caught.value) and len(caught.value.missing) == 64
    made = dataset("uci_lower_limb", real_data / "uci_lower_limb", complete=False)
    assert [t.name for t in made.trials[::4]] == ["3Apie RF", "5Nsen RF"]
    assert made.true_events == 0 and made.trials[0].truth is None


@pytest.mark.parametrize(
    ("name", "options", "first", "count"),
    [
        ("plux_bursts", {}, "emg_bursts.h5", 2),
        ("emggo", {}, "ta_250hz.csv", 2),
        ("uci_gestures", {"fs": 200}, "01/1_raw_data_*.txt", 72),
        ("uci_lower_limb", {}, "1Amar.txt", 66),
        ("paoletti", {}, "Raw Data/ID1/ID1 - sEMG.txt", 25),
        ("lstm_mad", {}, "*.mat", 1),
        ("tenan", {"fs": 2000}, "onsets.csv", 1),
    ],
)
def test_the_first_missing_file_is_named(
    tmp_path: Path, name: str, options: dict[str, object], first: str, count: int
) -> None:
    with pytest.raises(MissingFiles) as caught:
        dataset(name, tmp_path, **options)
    assert f"the data set {name} is without {first!r}" in str(caught.value)
    assert caught.value.missing[0] == first and len(caught.value.missing) == count
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.missing == caught.value.missing
    assert set(DATASETS) >= {name}


def test_what_is_no_data_set_or_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="name is 'ninapro': expected one of plux_bursts"):
        dataset("ninapro", tmp_path)
    with pytest.raises(FormatError, match="the folder is not there"):
        dataset("emggo", tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="options is speed: expected options of emggo"):
        dataset("emggo", tmp_path, speed=3)


def test_times_that_cannot_be_are_refused(tmp_path: Path, real_data: Path) -> None:
    for name in ("emg_bursts.h5", "emg_bursts_annotations.csv"):
        (tmp_path / name).write_bytes((real_data / "plux" / name).read_bytes())
    times = tmp_path / "emg_bursts_annotations.csv"
    lines = times.read_text().splitlines()
    for text, words in (
        ("\n".join(["onset,offset", *lines[1:]]), "the columns is onset, offset: expected onset_s, offset_s"),
        ("\n".join(lines[:-1]), "the number of bursts is 8: expected 9"),
        ("\n".join([*lines[:-1], "27.0,99.0"]), "the times is not in order or beyond the recording"),
    ):
        times.write_text(text + "\n")
        with pytest.raises(FormatError, match=words):
            dataset("plux_bursts", tmp_path)


def _paoletti(folder: Path, columns: int = 5, step: float = 1 / 2000) -> None:
    values = np.random.default_rng(1).normal(size=(9000, columns))
    values[:, 0] = step * np.arange(9000)
    for subject in range(1, 26):
        place = folder / f"Raw Data/ID{subject}"
        place.mkdir(parents=True, exist_ok=True)
        head = "\t".join(["Time", *(f"sEMG{i}" for i in range(1, columns))])
        np.savetxt(place / f"ID{subject} - sEMG.txt", values, delimiter="\t", header=head, comments="", fmt="%.6f")


def test_paoletti_by_its_description(tmp_path: Path) -> None:
    _paoletti(tmp_path)
    made = dataset("paoletti", tmp_path)
    assert len(made.trials) == 100 and made.trials[2].name == "ID1 multifidus L"
    assert made.trials[0].fs == 2000 and made.trials[0].truth is None and made.trials[0].rest == (0, 6000)
    (tmp_path / "Raw Data/ID7/ID7 - sEMG.txt").unlink()
    with pytest.raises(MissingFiles, match=r"without 'Raw Data/ID7/ID7 - sEMG.txt': expected"):
        dataset("paoletti", tmp_path)


def test_paoletti_of_another_shape_is_refused(tmp_path: Path) -> None:
    _paoletti(tmp_path, columns=4)
    with pytest.raises(FormatError, match="number of columns is 4: expected 5"):
        dataset("paoletti", tmp_path)
    _paoletti(tmp_path, step=1 / 1000)
    with pytest.raises(FormatError, match=r"step of the time column is 0.001 s: expected 0.0005 s"):
        dataset("paoletti", tmp_path)


def test_lstm_mad_is_found_by_what_the_arrays_hold(tmp_path: Path) -> None:
    mask = np.zeros((4000, 3))
    mask[1000:2000] = 1
    signals = np.random.default_rng(1).normal(size=mask.shape)
    savemat(tmp_path / "a.mat", {"any": signals, "name": mask, "fs": 2000})
    made = dataset("lstm_mad", tmp_path)
    assert len(made.trials) == 3 and made.trials[0].fs == 2000
    assert [(e.onset, e.offset) for e in made.trials[1].truth] == [(1000, 2000)]
    assert np.array_equal(made.trials[1].x, signals[:, 1]) and made.trials[1].rest in ((0, 1000), (2000, 4000))
    savemat(tmp_path / "a.mat", {"any": signals, "name": mask})
    with pytest.raises(
        ConfigError, match=r"fs is not given: expected the sampling rate in hertz, which a.mat does not state"
    ):
        dataset("lstm_mad", tmp_path)
    assert dataset("lstm_mad", tmp_path, fs=1000).trials[0].fs == 1000
    savemat(tmp_path / "a.mat", {"any": signals, "other": signals, "name": mask})
    with pytest.raises(FormatError, match=r"the variables is any \(4000, 3\), other \(4000, 3\), name \(4000, 3\)"):
        dataset("lstm_mad", tmp_path, fs=1000)
    (tmp_path / "a.mat").write_bytes(b"no matlab")
    with pytest.raises(FormatError, match="the file is not readable"):
        dataset("lstm_mad", tmp_path, fs=1000)


def test_tenan_is_read_from_tables(tmp_path: Path) -> None:
    (tmp_path / "onsets.csv").write_text("trial,onset_s\n01,1.5\n02,1.25\n")
    with pytest.raises(MissingFiles, match=r"without '01.csv' and 1 more"):
        dataset("tenan", tmp_path, fs=1000)
    for name in ("01", "02"):
        (tmp_path / f"{name}.csv").write_text("emg\n" + "0.5\n" * 2000)
    made = dataset("tenan", tmp_path, fs=1000)
    assert [(t.truth[0].onset, t.rest) for t in made.trials] == [(1500, (0, 1200)), (1250, (0, 950))]
    with pytest.raises(ConfigError, match="fs is not given"):
        dataset("tenan", tmp_path)
    (tmp_path / "onsets.csv").write_text("trial,onset_s\n01,0.2\n")
    with pytest.raises(FormatError, match=r"the onset is 0.2 s in trial 01"):
        dataset("tenan", tmp_path, fs=1000)
