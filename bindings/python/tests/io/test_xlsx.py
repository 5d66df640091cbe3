"""Excel workbooks: the truth is the cells that openpyxl was given to write, and openpyxl's own for the real file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from format_files import write_xlsx
from unguard import io
from unguard.errors import FormatError

_ROWS = [(i / 1000, i * 0.25 - 3, 7 - i) for i in range(60)]


def test_header_units_and_time_are_read_as_in_a_text_table(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, {"trial": [("my trial",), ("time (s)", "EMG left [mV]", "angle (deg)"), *_ROWS]})
    recording = io.read(path)
    assert recording.fs == 1000 and recording.names == ["EMG left", "angle"]
    assert [(c.unit, c.kind) for c in recording.channels] == [("uV", "EMG"), ("deg", "other")]
    assert np.array_equal(recording.data, np.array(_ROWS)[:, 1:] * [1000, 1])


def test_units_in_a_row_of_their_own_belong_to_the_labels_above(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, {"trial": [("time", "EMG", "force"), ("s", "mV", "N"), *_ROWS]})
    assert [(c.name, c.unit_found) for c in io.read(path).channels] == [("EMG", "mV"), ("force", "N")]


def test_sheets_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    notes = [("subject", "S1"), ("date", "today")]
    write_xlsx(
        path,
        {
            "rest": [("time (s)", "TA (uV)"), *(r[:2] for r in _ROWS)],
            "lift": [("time (s)", "TA (uV)"), *(r[:2] for r in _ROWS[:30])],
            "notes": notes,
        },
    )
    description = io.info(path)
    assert description.devices == ["rest", "lift"]
    assert any("the sheet 'notes' is not read" in text for text in description.remarks)
    with pytest.raises(FormatError, match=r"the device is not one \(rest, lift\)"):
        io.read(path)
    assert io.read(path, device="lift").samples == 30
    assert io.read(path, channels=["rest/TA"]).samples == 60


def test_cells_without_a_value_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [list(row) for row in _ROWS]
    rows[7][1] = None
    rows[9][1] = "NaN"
    write_xlsx(path, {"trial": [("time (s)", "TA (uV)", "GM (uV)"), *rows]})
    recording = io.read(path)
    assert recording.valid is not None and np.argwhere(~recording.valid).tolist() == [[7, 0], [9, 0]]


def test_a_cell_of_text_among_numbers_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [list(row) for row in _ROWS]
    rows[7][1] = "1,5"
    write_xlsx(path, {"trial": [("time (s)", "TA (uV)", "GM (uV)"), *rows]})
    with pytest.raises(FormatError, match="sheet 'trial', row 9: column 2 is '1,5': expected a number"):
        io.read(path)


def test_a_column_of_text_is_left_out_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, {"trial": [("time (s)", "phase", "TA (uV)"), *((r[0], "rest", r[1]) for r in _ROWS)]})
    recording = io.read(path)
    assert recording.names == ["TA"] and "trial: column 'phase' holds text: it is not loaded" in recording.remarks


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 40_000_000)
    with pytest.raises(FormatError, match="the workbook is 40000000 bytes packed into"):
        io.read(path)


def test_a_sheet_of_blanks_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for row in range(1, 200):
        book.active.cell(row=row, column=16_384, value=1.5)
    book.save(path)
    with pytest.raises(FormatError, match=r"the sheet is of \d+ rows and 16384 columns in \d+ bytes"):
        io.read(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04 no archive", b"text"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(FormatError, match=r"not readable as Excel|the signature is"):
        io.read(tmp_path / "a.xlsx")


def test_the_old_format_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(FormatError, match=r"the format is Excel 97 \(\.xls\): expected EDF, BDF, .* XLSX"):
        io.read(tmp_path / "a.xls")


def test_the_real_workbook_is_what_openpyxl_reads(real_data: Path) -> None:
    path = real_data / "elderly_emg_force/ID_24.xlsx"
    book = openpyxl.load_workbook(path, read_only=True)
    truth = np.array(list(book["EMG_TA"].iter_rows(values_only=True)), dtype=float)
    recording = io.read(path, device="EMG_TA", fs=2000, unit="uV")
    assert recording.names == ["column 1", "column 2", "column 3", "column 4"]
    assert np.array_equal(recording.data, truth) and truth.shape == (20001, 4)
    with pytest.raises(FormatError, match="the sampling rate is not stated in the file"):
        io.read(path, device="DNM")
