"""Truth: tables written here with known values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from unguard import io
from unguard.errors import FormatError

Write = Callable[..., Path]
_ROWS = [(i / 1000, i * 0.5, -i * 0.25) for i in range(30)]


def _table(separator: str, decimal: str = ".", header: str | None = "time,left,right", end: str = "\n") -> str:
    lines = [] if header is None else [header.replace(",", separator)]
    lines += [separator.join(f"{cell:.3f}".replace(".", decimal) for cell in row) for row in _ROWS]
    return end.join(lines) + end


_TRUTH = np.array([[row[1], row[2]] for row in _ROWS])


@pytest.mark.parametrize(
    ("separator", "decimal"), [(s, d) for s in (",", ";", "\t", " ", "   ") for d in (".", ",") if s != d]
)
@pytest.mark.parametrize("header", ["time,left,right", None])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_however_it_is_written(text_file: Write, separator: str, decimal: str, header: str | None, end: str) -> None:
    recording = io.read(text_file(_table(separator, decimal, header, end)), unit="uV")
    assert recording.fs == 1000 and np.array_equal(recording.data, _TRUTH)
    assert recording.names == (["left", "right"] if header else ["column 2", "column 3"])
    assert recording.repairs == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings(text_file: Write, encoding: str) -> None:
    text = _table(";", header="time;Glutäus [µV];right [mV]")
    recording = io.read(text_file(text.encode(encoding)))
    assert recording.names == ["Glutäus", "right"] and np.array_equal(recording.data, _TRUTH * [1, 1000])
    assert [c.unit_found for c in recording.channels] == ["µV", "mV"]
    assert ("not UTF-8" in " ".join(recording.remarks)) == (encoding == "latin-1")


@pytest.mark.parametrize("sign", ["#", "%"])
def test_comment_lines_may_state_the_rate(text_file: Write, sign: str) -> None:
    text = f"{sign} made by hand\n{sign} Sampling rate: 2 kHz\nleft,right\n" + "1,2\n3,4\n5,6\n"
    recording = io.read(text_file(text), unit="mV")
    assert recording.fs == 2000 and recording.data.tolist() == [[1000, 2000], [3000, 4000], [5000, 6000]]


def test_comments_and_time_stamps_that_disagree_are_refused(text_file: Write) -> None:
    path = text_file("# Sampling rate = 500 Hz\n" + _table(","))
    with pytest.raises(FormatError, match="not one: 500 Hz as the comments state, 1000 Hz by the time stamps"):
        io.read(path, unit="uV")


def test_quoted_cells_and_labels(text_file: Write) -> None:
    text = '"time","left, upper"\n' + "".join(f'"{i / 100}","{i}"\n' for i in range(9))
    recording = io.read(text_file(text), unit="uV")
    assert recording.names == ["left, upper"] and recording.data[:, 0].tolist() == list(range(9))


def test_quotes_keep_decimal_commas_apart(text_file: Write) -> None:
    text = "time,left\n" + "".join(f'"0,{i:03d}","-{i},5"\n' for i in range(1, 30))
    recording = io.read(text_file(text), unit="uV")
    assert recording.fs == 1000 and recording.data[:3, 0].tolist() == [-1.5, -2.5, -3.5]


def test_one_column_with_decimal_comma(text_file: Write) -> None:
    recording = io.read(text_file("EMG\n0,35\n0,40\n-1,25\n"), fs=1000, unit="mV")
    assert recording.data[:, 0].tolist() == [350, 400, -1250] and recording.channels[0].kind == "EMG"


def test_the_remarks_say_where_the_rate_is_from(text_file: Write) -> None:
    by_time = io.read(text_file("t (ms),left\n" + "".join(f"{i},{i}\n" for i in range(9))), unit="uV")
    assert by_time.fs == 1000 and by_time.remarks == ["1000 Hz by the times in column 't (ms)'"]
    rows = "".join(f"{i}.5\n" for i in range(9))
    by_comment = io.read(text_file(f"# made by hand\n# Sampling rate (Hz): 500, 16 bit\nleft\n{rows}"), unit="uV")
    assert by_comment.fs == 500
    assert by_comment.remarks == ["500 Hz as 'Sampling rate (Hz): 500' in the comments states"]
    assert io.read(text_file(f"left\n{rows}"), unit="uV", fs=9).remarks == [
        "the sampling rate of 9 Hz is too slow for surface EMG"
    ]


def test_a_single_sample_loads(text_file: Write) -> None:
    recording = io.read(text_file("left,right\n1.5,2.5\n"), fs=1000, unit="uV")
    assert recording.data.tolist() == [[1.5, 2.5]] and recording.remarks == []


def test_a_blank_line_in_a_single_column_is_a_missing_sample(text_file: Write) -> None:
    recording = io.read(text_file("EMG\n1\n\n3\n4\n"), fs=1000, unit="uV")
    assert recording.data[:, 0].tolist() == [1, 1, 3, 4]
    assert recording.valid is not None and recording.valid[:, 0].tolist() == [True, False, True, True]


def test_missing_and_infinite_cells_are_held_and_marked(text_file: Write) -> None:
    cells = ["1", "NaN", "null", "", "NA", "inf", "-Infinity", "1e400", "2", "3"]
    text = "time,a\n" + "".join(f"{i / 1000},{cell}\n" for i, cell in enumerate(cells))
    recording = io.read(text_file(text), unit="uV")
    assert recording.data[:, 0].tolist() == [1] * 8 + [2, 3]
    assert recording.valid is not None and recording.valid[:, 0].tolist() == [True] + [False] * 7 + [True] * 2
    assert "7 values missing, 3 of them infinite" in recording.repairs[0]


def test_a_row_cut_short_is_missing_values(text_file: Write) -> None:
    lines = _table(",").splitlines()
    lines[10] = lines[10].rsplit(",", 1)[0]
    recording = io.read(text_file("\n".join(lines) + "\n"), unit="uV")
    assert recording.valid is not None and np.argwhere(~recording.valid).tolist() == [[9, 1]]


@pytest.mark.parametrize("cell", ["abc", "1.2.3", "--5", "0x10", "1,000", "'1'"])
def test_a_cell_that_is_no_number_is_named_by_line_and_column(text_file: Write, cell: str) -> None:
    lines = _table(";").splitlines()
    lines[20] = f"0.019;{cell};7"
    with pytest.raises(FormatError) as refusal:
        io.read(text_file("\n".join(lines) + "\n"), unit="uV")
    assert "line 21" in str(refusal.value) and f"left is {cell!r}: expected a number" in str(refusal.value)


def test_a_row_too_long_is_named_by_line(text_file: Write) -> None:
    lines = _table(",").splitlines()
    lines[12] += ",9"
    with pytest.raises(FormatError, match="line 13: the row is 4 cells long: expected 3 cells"):
        io.read(text_file("\n".join(lines) + "\n"), unit="uV")


def test_a_gap_too_long_is_refused_with_its_place_and_loads_when_allowed(text_file: Write) -> None:
    rows = [*range(500), *range(1700, 5000)]
    path = text_file("time_ms,left_uV\n" + "".join(f"{i},{i}\n" for i in rows))
    with pytest.raises(
        FormatError, match=r"row 500 of the data: a gap is 1200 samples .1\.2 s. long: expected at most"
    ):
        io.read(path)
    recording = io.read(path, max_gap_s=2)
    assert recording.samples == 5000 and recording.gaps == [(500, 1200)]
    assert recording.valid is not None and np.count_nonzero(~recording.valid) == 1200
    assert recording.data[1700, 0] == 1700


def test_irregular_stamps_demand_the_rate(text_file: Write) -> None:
    path = text_file("time_s,a_uV\n" + "".join(f"{t},1\n" for t in (0, 0.1, 0.1, 0.3, 0.35, 0.4)))
    with pytest.raises(FormatError, match=r"the sampling rate is not to be told .*: expected fs= in hertz"):
        io.read(path)
    recording = io.read(path, fs=10)
    assert recording.fs == 10 and "time stamps are not used" in recording.remarks[0]


def test_units_and_gains_by_name(text_file: Write) -> None:
    path = text_file("a,b,knee_deg,trigger\n" + "1,2,3,4\n" * 5)
    everything = ["a", "b", "knee", "trigger"]
    recording = io.read(path, fs=100, unit={"a": "mV"}, gain={"b": 0.5}, offset=1, channels=everything)
    assert recording.data[0].tolist() == [1000, 0.5, 3, 4]
    assert [c.unit for c in recording.channels] == ["uV", "uV", "deg", ""]
    assert [c.kind for c in recording.channels] == ["voltage", "voltage", "other", "label"]
    with pytest.raises(FormatError, match="channel 'b': the unit is not stated"):
        io.read(path, fs=100, unit={"a": "mV"})


def test_units_in_a_row_of_their_own_belong_to_the_labels(text_file: Write) -> None:
    text = "made by hand\nTime,left,knee\n[ms],[mV],[deg]\n" + "".join(f"{i * 2},{i},{i}\n" for i in range(9))
    recording = io.read(text_file(text))
    assert recording.fs == 500 and recording.names == ["left", "knee"]
    assert [c.unit for c in recording.channels] == ["uV", "deg"] and recording.data[2].tolist() == [2000, 2]


def test_a_sample_counter_is_no_channel(text_file: Write) -> None:
    rows = [0, 1, 2, 3, 6, 7, 8]
    recording = io.read(text_file("sample,a\n" + "".join(f"{i},{i}\n" for i in rows)), fs=100, unit="uV")
    assert recording.names == ["a"] and recording.gaps == [(4, 2)] and recording.samples == 9


def test_equal_labels_are_told_apart(text_file: Write) -> None:
    recording = io.read(text_file("a,a,a#2,\n1,2,3,4\n5,6,7,8\n"), fs=100, unit="uV", channels=["a#2", "a#1"])
    assert recording.data[0].tolist() == [2, 1] and recording.names == ["a#2", "a"]


def test_a_column_of_text_is_left_out_and_said(text_file: Write) -> None:
    text = "clock,a\n" + "".join(f"12:00:{i:02d},{i}\n" for i in range(9))
    recording = io.read(text_file(text), fs=1, unit="uV")
    assert recording.names == ["a"] and "column 'clock' holds text" in recording.remarks[0]


def test_a_header_of_another_width_is_refused(text_file: Write) -> None:
    with pytest.raises(FormatError, match="line 1: the header is 2 columns wide above rows of 4"):
        io.read(text_file("time,EMG\n" + "0,001,1,5\n" * 5))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n\n  \n", "the file is blank"),
        ("time,a\n", "without a row of numbers"),
        ("once upon a time\nthere was no signal\n", "without a row of numbers"),
        ("time_s\n0.1\n0.2\n0.3\n", "time stamps only"),
        (
            "time_s,left\n0.1,1.5 uV\n0.2,1.7 uV\n0.3,1.9 uV\n",
            r"the table is time stamps only, beside columns of text \('left'\): expected at least one",
        ),
        ("onset_s,offset_s\n0.1,0.2\n0.3,0.5\n", "a list of times .onset_s, offset_s."),
        ("a,b\n1,2\n3,4\n", "the sampling rate is not stated in the file: expected fs= in hertz"),
        (b"\x00\x01\x02" * 50, "byte 0: the file is binary of an unknown kind"),
    ],
)
def test_what_is_no_recording_is_refused_by_name(text_file: Write, text: Any, words: str) -> None:
    with pytest.raises(FormatError, match=words):
        io.read(text_file(text))


def test_a_last_line_without_end_is_said_or_dropped(text_file: Write) -> None:
    whole = io.read(text_file(_table(",").rstrip("\n")), unit="uV")
    assert whole.samples == 30 and "no line end" in whole.remarks[-2] + whole.remarks[-1] + whole.remarks[0]
    cut = io.read(text_file(_table(",")[:-8]), unit="uV")
    assert cut.samples == 29 and "last line is cut off" in cut.repairs[0]


def test_info_demands_neither_rate_nor_unit(text_file: Write) -> None:
    description = io.info(text_file("a,b_mV\n1,2\n3,4\n"))
    assert [(c.name, c.fs, c.unit, c.samples) for c in description.channels] == [
        ("a", None, None, 2),
        ("b", None, "mV", 2),
    ]
    assert description.duration_s is None and len(description.to_dataframe()) == 2
