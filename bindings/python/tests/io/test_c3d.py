"""C3D: the truth is what ezc3d was given to write, and for the real file ezc3d and the table made from it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from format_files import write_c3d
from unguard import io
from unguard.errors import FormatError


def test_analog_channels_come_in_their_units(tmp_path: Path) -> None:
    truth = write_c3d(tmp_path / "a.c3d")
    recording = io.read(tmp_path / "a.c3d")
    assert recording.fs == 1000 and recording.names == ["EMG left", "EMG right", "Fz"]
    assert [(c.unit, c.kind) for c in recording.channels] == [("uV", "EMG"), ("uV", "EMG"), ("N", "other")]
    assert np.array_equal(recording.data, truth["analogs"][0].T * [1e6, 1e3, 1.0])


def test_events_are_annotations(tmp_path: Path) -> None:
    write_c3d(tmp_path / "a.c3d")
    notes = io.read(tmp_path / "a.c3d").annotations
    assert [(round(a.onset_s, 6), a.text) for a in notes] == [(0.05, "Right Foot Strike"), (0.12, "Left Foot Off")]


def test_markers_are_read_when_asked_for_at_their_own_rate(tmp_path: Path) -> None:
    truth = write_c3d(tmp_path / "a.c3d")
    recording = io.read(tmp_path / "a.c3d", channels=["knee.x", "knee.z"])
    assert recording.fs == 100 and recording.channels[0].unit == "mm" and recording.samples == 20
    assert np.array_equal(recording.data, truth["points"][[0, 2], 1].T)
    left_out = "not loaded unless asked for by channels=: hip.x, hip.y, hip.z, knee.x, knee.y, knee.z"
    assert left_out in io.read(tmp_path / "a.c3d").remarks


def _at(raw: bytearray, place: int, form: str, value: float) -> None:
    struct.pack_into(form, raw, place, value)


def _name(raw: bytearray, old: bytes, new: bytes) -> None:
    raw[:] = raw.replace(old, new)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda raw: _at(raw, 1, "B", 0), "the signature is"),
        (lambda raw: _at(raw, 0, "B", 200), "the parameter section is at block 200"),
        (lambda raw: _at(raw, 514, "B", 255), "the parameter section is 255 blocks long"),
        (lambda raw: _at(raw, 514, "B", 0), "the parameter section is 0 blocks long"),
        (lambda raw: _at(raw, 515, "B", 85), "the processor type is DEC"),
        (lambda raw: _at(raw, 20, "<f", float("nan")), "the frame rate is nan"),
        (lambda raw: _at(raw, 8, "<H", 60000), "the number of frames is"),
        (lambda raw: _at(raw, 2, "<H", 900), "POINT:USED is 2: expected 900 as the header says"),
        (lambda raw: _at(raw, 12, "<f", 0.0), "the scale factor is 0"),
        (lambda raw: _name(raw, b"\x06\x02OFFSET", b"\x06\x02OFFLET"), "ANALOG:OFFSET is 0 values long"),
        (lambda raw: _name(raw, b"\x05\x02SCALE", b"\x05\x02scale"), "ANALOG:SCALE is 0 values long"),
    ],
)
def test_what_would_end_ezc3d_is_refused_before(
    tmp_path: Path, damage: Callable[[bytearray], None], words: str
) -> None:
    path = tmp_path / "a.c3d"
    write_c3d(path)
    raw = bytearray(path.read_bytes())
    damage(raw)
    path.write_bytes(raw)
    with pytest.raises(FormatError, match=words):
        io.read(path)


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.c3d"
    write_c3d(path)
    path.write_bytes(path.read_bytes()[:-600])
    with pytest.raises(FormatError, match=r"the number of frames is 20: expected 1 to 1\d, which the file holds"):
        io.read(path)


def test_the_real_file_is_what_ezc3d_reads_and_its_table_has(real_data: Path) -> None:
    import ezc3d

    path = real_data / "pyomeca/markers_analogs.c3d"
    recording = io.read(path)
    truth = ezc3d.c3d(str(path))
    assert recording.data.shape == (11600, 38) and recording.fs == truth["parameters"]["ANALOG"]["RATE"]["value"][0]
    assert recording.names == truth["parameters"]["ANALOG"]["LABELS"]["value"]
    assert np.array_equal(recording.data, truth["data"]["analogs"][0].T * 1e6)
    twin = io.read(real_data / "pyomeca/trunk_shoulder_emg.csv", channels=["trap_sup", "pec_major"])
    chosen = recording.select(["Trap_sup.EMG6", "Pec.IM EMG12"])
    assert np.max(np.abs(chosen.data - twin.data)) <= 0.0051  # written with two decimals
    (left_out,) = recording.remarks
    assert left_out.endswith(" more") and left_out.count(", ") == 49  # the first fifty of them
    marker = io.read(path, channels=["boite:gauche_ext.y"])
    assert marker.fs == 100 and marker.channels[0].unit == "mm"
    seen = np.isfinite(truth["data"]["points"][1, 0])
    assert marker.valid is not None and np.array_equal(marker.valid[:, 0], seen) and not seen.all()
    assert np.array_equal(marker.data[seen, 0], truth["data"]["points"][1, 0][seen])
