"""Every real recording of the formats read here loads with the stated rate, channels and length, or is refused by name.

Truth: MANIFEST.csv and the README of each folder. A file may be refused only for a defect stated there, or for what the
file itself does not state (rate, unit) as long as the caller does not give it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from unguard import io
from unguard.errors import ConfigError, FormatError

_SUFFIXES = (
    *(".edf", ".bdf", ".csv", ".tsv", ".txt", ".h5", ".hdf5"),
    *(".xdf", ".mat", ".c3d", ".dat", ".hea", ".xlsx"),
)


@dataclass(frozen=True)
class Loads:
    """What must come back: rate in hertz, channels, samples; words that must be among repairs and remarks."""

    file: str
    fs: float
    channels: int
    samples: int
    options: dict[str, Any] = field(default_factory=dict)
    flagged: tuple[str, ...] = ()
    clean: bool = False  # no repair may be reported


@dataclass(frozen=True)
class Refused:
    """The words the refusal must contain, and why it is right."""

    file: str
    words: str
    why: str
    options: dict[str, Any] = field(default_factory=dict)


UV = {"unit": "uV"}
_NO_UNIT = "the unit is not stated in the file"
_NO_RATE = "the rate is not stated in the file"
_SIDE_CAR = "not a recording: times of events made for the recording beside it"
_README = "not a recording: prose"
_TRIGNO = "delsys_csv/truncated_trigno_sample.csv"
_TWO_HUBS = "plux/emg_1000_hz_8_16_bits.h5"
_GESTURES = "uci_gestures/s10_series1.txt"
_PSG = "formats/short_psg.edf"
_GENERATOR = "formats/test_generator.bdf"
_HOLDS = "elderly_emg_force/ID_24.xlsx"
_MARKERS = "pyomeca/markers_analogs.c3d"

CASES: list[Loads | Refused] = [
    # OpenSignals
    Loads("plux/emg_bursts.h5", 1000, 1, 28519, clean=True),
    Refused(_TWO_HUBS, "device", "two devices in one file (MANIFEST)"),
    Loads(_TWO_HUBS, 1000, 1, 30600, {"device": "00:07:80:D8:A7:F9"}, clean=True),
    Loads(_TWO_HUBS, 1000, 1, 30600, {"device": "00:07:80:D8:A8:82"}, clean=True),
    Loads("plux/emg_10_hz_16_bits.h5", 10, 1, 852, flagged=("too slow for surface EMG",)),
    Loads("plux/game_0_1.txt", 1000, 3, 6000, clean=True),
    Loads("plux/game_1_1.txt", 1000, 3, 6600, clean=True),
    Loads("plux/game_2_1.txt", 1000, 3, 5550, clean=True),
    Loads("plux/game_3_1.txt", 1000, 3, 6150, clean=True),
    Loads("plux/supine_1min.h5", 1000, 1, 60000, flagged=("stays at 65535",), clean=True),
    Loads("plux/supine_1min.txt", 1000, 1, 60000, clean=True),
    Loads("plux/supine_1min.edf", 1000, 1, 60000, clean=True),
    Loads("plux/ecg_20_sec_1000_Hz.h5", 1000, 1, 20400, clean=True),
    Refused("plux/emg_bursts_annotations.csv", "list of times", _SIDE_CAR),
    # Simple Text Format
    Refused(
        "biosppy/emg.txt", "unit is not stated", "converter counts without a transfer function (MANIFEST: ADC 12 bit)"
    ),
    Loads("biosppy/emg.txt", 1000, 1, 100000, {"gain": 0.8, "offset": 2048}, clean=True),
    Refused(
        "biosppy/ecg.txt", "unit is not stated", "converter counts without a transfer function (MANIFEST: ADC 12 bit)"
    ),
    Loads("biosppy/ecg.txt", 1000, 1, 15000, {"gain": 0.7, "offset": 2048}, clean=True),
    Loads("biosppy/ecg.txt", 1000, 1, 15000, UV, clean=True),
    # plain tables
    Loads("pyomeca/trunk_shoulder_emg.csv", 2000, 8, 11600, clean=True),
    Refused("emggo/ta_250hz.csv", "unit is not stated", _NO_UNIT),
    Loads("emggo/ta_250hz.csv", 250, 1, 137420, UV, clean=True),
    Refused("emggo/ta_bursts_annotations.csv", "list of times", _SIDE_CAR),
    Refused("emggo/ta_rpeaks_outside_bursts.csv", "list of times", _SIDE_CAR),
    Refused("musclesynergies/walk_emg.csv", "unit is not stated", _NO_UNIT),
    Loads("musclesynergies/walk_emg.csv", 1000, 13, 7618, UV, clean=True),
    Refused("musclesynergies/walk_cycles.csv", "sampling rate is not stated", "gait cycle times, not a recording"),
    Refused("bmc/emg_headerless.csv", "unit is not stated", _NO_UNIT),
    Loads("bmc/emg_headerless.csv", 1000, 1, 3360, {"unit": "mV"}, clean=True),
    Refused("neurokit/ecg_1000hz.csv", "sampling rate is not stated", _NO_RATE),
    Refused("neurokit/ecg_1000hz.csv", "unit is not stated", _NO_UNIT, {"fs": 1000}),
    Loads("neurokit/ecg_1000hz.csv", 1000, 1, 50000, {"fs": 1000, "unit": "mV"}, clean=True),
    # Biometrics DataLOG
    Refused("uci_lower_limb/3Apie.txt", "sampling rate is not stated", _NO_RATE),
    Loads("uci_lower_limb/3Apie.txt", 1000, 5, 22124, {"fs": 1000}, ("rows without any value at the end",)),
    Loads("uci_lower_limb/5Nsen.txt", 1000, 5, 13480, flagged=("resampled by the device to 1000 Hz",)),
    Refused("uci_lower_limb/UPSTREAM_README.txt", "without a row of numbers", _README),
    # Myo: the class per sample is no channel unless asked for
    Refused(_GESTURES, "sampling rate is not to be told", "jittered millisecond stamps (README)", {"unit": "V"}),
    Refused(_GESTURES, "unit is not stated", _NO_UNIT, {"fs": 1000}),
    Loads(_GESTURES, 200, 8, 61641, {"fs": 200, "unit": "V"}, ("disagrees with fs=200",)),
    Loads(_GESTURES, 1000, 8, 64557, {"fs": 1000, "unit": "V"}, ("milliseconds", "samples missing")),
    Refused("uci_gestures/UPSTREAM_README.txt", "without a row of numbers", _README),
    # Delsys
    Refused(_TRIGNO, "1259.26 Hz: Mini sensor 10: EMG 10", "two rates (MANIFEST)"),
    Loads(
        _TRIGNO,
        1259.259,
        2,
        2519,
        {"channels": ["Mini sensor 10: EMG 10", "Mini sensor 11: EMG 11"]},
        ("2519 of 81141",),
    ),
    Loads(
        _TRIGNO, 148.1481, 2, 297, {"channels": ["Mini sensor 11: ACC.X 11", "Mini sensor 11: GYRO.Z 11"]}, ("cut off",)
    ),
    # OpenBCI: 8 EXG and 3 accelerometer channels
    Loads("openbci/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt", 250, 11, 22490, clean=True),
    # EDF and BDF
    Loads("formats/test_subsecond.edf", 128, 1, 89344, clean=True),
    Loads("formats/test_subsecond.bdf", 128, 1, 89344, clean=True),
    Refused(_PSG, "1 Hz: Resp oro-nasal, EMG submental", "mixed rates (MANIFEST)"),
    Loads(_PSG, 100, 3, 30000, {"channels": ["EEG Fpz-Cz", "EEG Pz-Oz", "EOG horizontal"]}, clean=True),
    Loads(_PSG, 1, 4, 300, {"channels": ["Resp oro-nasal", "EMG submental", "Temp rectal", "Event marker"]}),
    Loads("formats/duplicate_channel_labels.edf", 250, 3, 2500, flagged=("occurs more than once",), clean=True),
    Loads("formats/duplicate_channel_labels.edf", 250, 1, 2500, {"channels": ["EEG F1-Ref#2"]}, clean=True),
    Loads("formats/test_bdf_stim_channel.bdf", 500, 4, 5000, clean=True),
    Refused(_GENERATOR, "975 Hz: pink noise", "five rates (MANIFEST)"),
    Loads(_GENERATOR, 1000, 1, 30000, {"channels": ["sine 5Hz"]}, clean=True),
    Loads(_GENERATOR, 800, 1, 24000, {"channels": ["square 13Hz"]}, clean=True),
    Loads(_GENERATOR, 500, 1, 15000, {"channels": ["ramp 7Hz"]}, clean=True),
    Loads(_GENERATOR, 975, 1, 29250, {"channels": ["pink noise"]}, clean=True),
    Loads(_GENERATOR, 999, 1, 29970, {"channels": ["white noise"]}, clean=True),
    Loads("formats/bids_emg_CustomBipolar_emg.edf", 2000, 1, 2000, clean=True),
    Loads("formats/bids_emg_MultiBodyParts_emg.edf", 2000, 2, 1000, clean=True),
    # XDF, MAT, C3D, WFDB, XLSX
    Refused("formats/minimal.xdf", "unit is not stated", "the header of the stream describes no channel (README)"),
    Loads("formats/minimal.xdf", 10, 3, 9, UV, ("10 Hz nominal, 10 Hz effective",), clean=True),
    Refused("emggo/sample_data.mat", "unit is not stated", _NO_UNIT),
    Loads("emggo/sample_data.mat", 250, 1, 137420, UV, clean=True),
    Loads(_MARKERS, 2000, 38, 11600, clean=True),
    Loads(_MARKERS, 100, 1, 580, {"channels": ["boite:gauche_ext.x"]}),
    Loads("physionet_emgdb/emg_healthy.dat", 4000, 1, 50860, clean=True),
    Loads("physionet_emgdb/emg_healthy.hea", 4000, 1, 50860, clean=True),
    Loads("physionet_ecg/100.dat", 360, 2, 650000, clean=True),
    Loads("physionet_ecg/100.hea", 360, 2, 650000, clean=True),
    Refused(_HOLDS, "device is not one", "a sheet for every muscle (README)"),
    Refused(_HOLDS, "sampling rate is not stated", _NO_RATE, {"device": "EMG_VL"}),
    Refused(_HOLDS, "unit is not stated", _NO_UNIT, {"device": "EMG_VL", "fs": 2000}),
    Loads(_HOLDS, 2000, 4, 20001, {"device": "EMG_VL", "fs": 2000, "unit": "uV"}, clean=True),
    # malformed
    Loads("malformed/xdf_truncated.xdf", 10, 3, 9, UV, ("cut off inside a chunk",)),
    Loads("malformed/semicolon_decimal_comma.csv", 1000, 2, 2000, UV, clean=True),
    Loads("malformed/semicolon_decimal_comma.csv", 1000, 2, 2000, {"unit": "uV", "decimal": ","}, clean=True),
    Refused("malformed/semicolon_decimal_comma.csv", "unit is not stated", _NO_UNIT),
    Loads("malformed/gaps_nan_null_empty.csv", 1000, 2, 2000, UV, ("values missing",)),
    Refused("malformed/gaps_nan_null_empty.csv", "unit is not stated", _NO_UNIT),
    Loads("malformed/dropped_rows_time_jump.csv", 1000, 2, 2000, UV, ("2 gaps, 41 samples missing",)),
    Refused("malformed/dropped_rows_time_jump.csv", "unit is not stated", _NO_UNIT),
    Loads("malformed/truncated_last_line.csv", 1000, 2, 1999, UV, ("last line is cut off",)),
    Refused("malformed/truncated_last_line.csv", "unit is not stated", _NO_UNIT),
    Loads("malformed/bom_crlf.csv", 1000, 2, 2000, UV, clean=True),
    Refused("malformed/bom_crlf.csv", "unit is not stated", _NO_UNIT),
    Refused("malformed/header_only.csv", "without a row of numbers", "header without data (MANIFEST)", UV),
    Refused("malformed/empty.csv", "empty (0 bytes)", "zero bytes (MANIFEST)", UV),
    Loads(
        "malformed/edf_truncated_mid_record.edf",
        128,
        1,
        25600,
        flagged=("states 698 data records", "is incomplete (33 of"),
    ),
    Loads("malformed/edf_records_minus_one.edf", 128, 1, 89344, flagged=("698 counted from the size",)),
    Refused("malformed/edf_physmin_equals_physmax.edf", "physical minimum is 0", "division by zero (MANIFEST)"),
]

_OTHER_FORMATS = {"musclesynergies/RAW_DATA.RData": "R workspace"}


def _name(case: Loads | Refused) -> str:
    options = ",".join(f"{key}={value}" for key, value in case.options.items())
    verb = "loads" if isinstance(case, Loads) else "is refused"
    return f"{case.file} {verb} {options}".strip()


def test_the_table_lists_every_file_of_these_formats(manifest: list[dict[str, str]]) -> None:
    there = {f"{row['source']}/{row['file']}" for row in manifest if row["file"].lower().endswith(_SUFFIXES)}
    listed = {case.file for case in CASES}
    assert there - listed == set(), "files of the manifest without a row in the table"
    assert listed - there == set(), "rows of the table without a file in the manifest"


@pytest.mark.parametrize("case", [c for c in CASES if isinstance(c, Loads)], ids=_name)
def test_loads(real_data: Path, case: Loads) -> None:
    recording = io.read(real_data / case.file, **case.options)
    assert recording.fs == pytest.approx(case.fs, rel=1e-6)
    assert recording.data.shape == (case.samples, case.channels)
    assert recording.data.dtype == np.float64 and recording.data.flags.c_contiguous
    assert np.all(np.isfinite(recording.data))
    notes = " | ".join(recording.repairs + recording.remarks)
    for words in case.flagged:
        assert words in notes
    if case.clean:
        assert recording.repairs == [] and recording.valid is None and recording.gaps == []


@pytest.mark.parametrize("case", [c for c in CASES if isinstance(c, Refused)], ids=_name)
def test_is_refused_by_name(real_data: Path, case: Refused) -> None:
    with pytest.raises(FormatError) as refusal:
        io.read(real_data / case.file, **case.options)
    assert case.words in str(refusal.value)
    assert Path(case.file).name in str(refusal.value)


@pytest.mark.parametrize("case", [c for c in CASES if isinstance(c, Loads)], ids=_name)
def test_info_agrees_with_read(real_data: Path, case: Loads) -> None:
    description = io.info(real_data / case.file)
    assert description.format and description.path.name == Path(case.file).name
    wanted = case.options.get("channels")
    # Markers of a C3D file have a rate of their own, and are read when they are asked for.
    channels = [c for c in description.channels if (c.name in wanted if wanted else c.unit != "mm")]
    assert all(c.fs is None or c.fs == pytest.approx(case.fs, rel=1e-6) for c in channels)
    if "device" not in case.options and wanted is None:
        assert len(channels) >= case.channels
    assert all(c.samples <= case.samples for c in channels)


@pytest.mark.parametrize(("file", "format_name"), list(_OTHER_FORMATS.items()))
def test_formats_that_are_not_read_are_refused_by_name(real_data: Path, file: str, format_name: str) -> None:
    for ask in (io.read, io.info):
        with pytest.raises(FormatError, match=f"the format is .*{format_name}"):
            ask(real_data / file)


def test_every_recording_of_the_manifest_is_read_or_named(manifest: list[dict[str, str]]) -> None:
    known = {case.file for case in CASES} | set(_OTHER_FORMATS)
    rest = {f"{row['source']}/{row['file']}" for row in manifest} - known
    assert {Path(name).suffix for name in rest} <= {".json", ".md", ".atr"}, rest


def test_one_recording_in_three_formats_is_the_same_in_microvolts(real_data: Path) -> None:
    # README: ECG[mV] = (ADC / 2^16 - 0.5) * 3 / 1019 * 1000. The EDF export halves the resolution and rounds its range
    # (1.5 / 1.019 mV) to 1.47 mV.
    hdf5 = io.read(real_data / "plux/supine_1min.h5").data
    text = io.read(real_data / "plux/supine_1min.txt").data
    edf = io.read(real_data / "plux/supine_1min.edf").data
    assert np.array_equal(hdf5, text)
    assert hdf5[0, 0] == pytest.approx((27764 / 65536 - 0.5) * 3 / 1019 * 1e6, abs=1e-9)
    rounding_of_range = 1.5 / 1.019 / 1.47 - 1
    assert np.max(np.abs(edf - hdf5)) <= abs(rounding_of_range) * 1472 + 2 * 2940 / 32767


def test_emg_bursts_have_the_amplitude_of_a_biceps(real_data: Path) -> None:
    # Hundreds of microvolts RMS in a burst, some at rest; MANIFEST says about 29 dB between them.
    recording = io.read(real_data / "plux/emg_bursts.h5")
    bursts = np.loadtxt(real_data / "plux/emg_bursts_annotations.csv", delimiter=",", skiprows=1)
    centred = recording.data[:, 0] - np.median(recording.data[:, 0])
    time = np.arange(recording.samples) / recording.fs
    active = np.zeros(recording.samples, dtype=bool)
    quiet = np.ones(recording.samples, dtype=bool)
    for onset, offset in bursts:
        active |= (time >= onset) & (time <= offset)
        quiet &= (time < onset - 0.25) | (time > offset + 0.25)  # the annotation is good to 0.1 s, the ramps are slow
    burst, rest = centred[active].std(), centred[quiet].std()
    assert 50 < burst < 1000
    assert rest < 10
    assert 20 < 20 * np.log10(burst / rest) < 40
    assert recording.channels[0].kind == "EMG" and recording.channels[0].unit_found == "ADC 16 bit"


def test_two_hubs_agree_within_the_coarser_step(real_data: Path) -> None:
    fine = io.read(real_data / _TWO_HUBS, device="00:07:80:D8:A7:F9").data
    coarse = io.read(real_data / _TWO_HUBS, device="00:07:80:D8:A8:82").data
    step = 3e6 / 1000 / 2**8
    assert np.allclose(np.diff(np.unique(coarse)) % step, 0)
    assert fine.std() == pytest.approx(coarse.std(), rel=0.2)


def test_counts_of_an_accelerometer_stay_counts(real_data: Path) -> None:
    recording = io.read(real_data / "plux/game_0_1.txt")
    assert [(c.unit, c.kind) for c in recording.channels] == [("uV", "EMG"), ("uV", "EMG"), ("counts", "other")]
    assert recording.data[0, 2] == 35932
    assert recording.data[0, 0] == pytest.approx((32816 / 65536 - 0.5) * 3 / 1000 * 1e6)
    assert not recording.channels[2].may_be_emg


def test_a_sensor_cannot_overrule_the_file(real_data: Path) -> None:
    with pytest.raises(ConfigError, match="sensor is 'ECG': expected EMG as the file states"):
        io.read(real_data / "plux/emg_bursts.h5", sensor="ECG")


def test_the_csv_twins_of_one_recording_hold_the_same_microvolts(real_data: Path) -> None:
    folder = real_data / "malformed"
    truth = io.read(real_data / "musclesynergies/walk_emg.csv", unit="uV").select(["TA", "GM"]).data[:2000]
    for name in ("bom_crlf.csv", "semicolon_decimal_comma.csv"):
        assert np.array_equal(io.read(folder / name, unit="uV").data, truth)
    gaps = io.read(folder / "gaps_nan_null_empty.csv", unit="uV")
    assert gaps.valid is not None and not gaps.valid.all()
    assert np.array_equal(gaps.data[gaps.valid], truth[gaps.valid])
    dropped = io.read(folder / "dropped_rows_time_jump.csv", unit="uV")
    assert dropped.gaps == [(600, 40), (1200, 1)]
    assert dropped.valid is not None and np.count_nonzero(~dropped.valid[:, 0]) == 41
    assert np.array_equal(dropped.data[dropped.valid], truth[dropped.valid])
    assert np.all(dropped.data[600:640] == truth[599])


def test_damaged_edf_holds_the_samples_of_the_sound_one(real_data: Path) -> None:
    sound = io.read(real_data / "formats/test_subsecond.edf")
    twin = io.read(real_data / "formats/test_subsecond.bdf")
    unclosed = io.read(real_data / "malformed/edf_records_minus_one.edf")
    cut = io.read(real_data / "malformed/edf_truncated_mid_record.edf")
    assert np.array_equal(unclosed.data, sound.data) and np.array_equal(twin.data, sound.data)
    assert np.array_equal(cut.data, sound.data[:25600])
    assert [a.text for a in sound.annotations][:2] == ["XLSpike", "Clip Note"]
    assert sound.annotations == unclosed.annotations == twin.annotations


def test_the_sine_of_the_generator_has_its_frequency(real_data: Path) -> None:
    sine = io.read(real_data / _GENERATOR, channels=["sine 5Hz"]).data[:, 0]
    spectrum = np.abs(np.fft.rfft(sine - sine.mean()))
    assert np.fft.rfftfreq(sine.size, 1 / 1000)[spectrum.argmax()] == pytest.approx(5, abs=0.05)


def test_units_of_openbci_come_from_its_format(real_data: Path) -> None:
    recording = io.read(real_data / "openbci/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt")
    assert [c.unit for c in recording.channels] == ["uV"] * 8 + ["g"] * 3
    assert recording.data[0, 0] == 61379.36
    assert recording.data[0, 8] == 0.040


def test_labels_of_the_myo_file_are_no_signal(real_data: Path) -> None:
    assert (
        "not loaded unless asked for by channels=: class" in io.read(real_data / _GESTURES, fs=1000, unit="V").remarks
    )
    recording = io.read(real_data / _GESTURES, fs=1000, unit="V", channels=["channel1", "class"])
    assert recording.channels[1].kind == "label" and not recording.channels[1].may_be_emg
    assert set(np.unique(recording.data[:, 1])) <= set(range(8))
    assert recording.data[0, 0] == pytest.approx(-20.0)
