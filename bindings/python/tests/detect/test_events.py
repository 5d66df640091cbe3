"""Events as tables, streams and BIDS files. Truth: the reports themselves; BIDS 1.11, "Events"."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import unguard
from unguard import ConfigError, FormatError

FS = 2000
NAMES = ["multifidus L", "multifidus R"]
SPEC = unguard.SpasmDetector(learn=2.0)
MARKERS = [("rest begins", 0), ("rest ends", 14_000)]


def record() -> np.ndarray:
    """Rest of 2 uV with three bursts, the second in the second channel only, the last outside declared rest."""
    rng = np.random.default_rng(2)
    x = 2 * rng.standard_normal((24_000, 2))
    for begin, end, gains in ((6000, 6800, (40, 30)), (9000, 9300, (0, 50)), (16_000, 20_000, (25, 35))):
        x[begin:end] += rng.standard_normal((end - begin, 2)) * gains
    return x


def found(**more: Any) -> unguard.Events:
    reports = unguard.detect(SPEC, record(), fs=FS, channels=NAMES, markers=MARKERS)
    return unguard.Events(reports, **{"fs": FS, "channels": NAMES, **more})


def test_a_table_has_a_row_for_each_event_that_closed() -> None:
    events = found()
    table = events.to_dataframe()
    closed = sorted((e for e in events.reports if e.report == "CLOSE"), key=lambda e: (e.onset, e.channel))
    assert len(table) == len(events) == len(closed) == 5 and events.closed == closed
    assert list(table.columns) == [
        *("channel", "kind", "context", "onset_s", "offset_s", "duration_s"),
        *("decided_s", "latency_s", "peak_uV", "area", "confidence", "rhythm_Hz", "regularity", "reasons"),
    ]
    for row, e in zip(table.itertuples(), closed, strict=True):
        assert (row.channel, row.kind, row.context) == (NAMES[e.channel], e.kind, e.context)
        assert (row.onset_s, row.offset_s, row.decided_s) == (e.onset / FS, e.offset / FS, e.decided / FS)
        assert row.duration_s == row.offset_s - row.onset_s > 0 and row.latency_s == row.decided_s - row.onset_s
        assert (row.peak_uV, row.area, row.confidence) == (e.peak_uV, e.area_uV_s, e.confidence)
        assert row.reasons == "; ".join(e.reasons)
    assert set(table["context"]) == {"rest", "none"} and repr(events).startswith("<5 events at 2000 Hz, ")
    late = found(delay=0.01).to_dataframe()
    assert np.allclose(late["onset_s"], table["onset_s"] - 0.01) and (late["decided_s"] == table["decided_s"]).all()
    assert list(found(channels=None).to_dataframe()["channel"][:2]) == ["channel 1", "channel 2"]


def test_a_loop_over_blocks_gives_the_reports_of_the_record() -> None:
    # Truth: law 1.
    x = record()
    whole = unguard.detect(SPEC, x, fs=FS)
    blocks = np.array_split(x, 61)
    assert list(unguard.events(SPEC.start(fs=FS, channels=2), blocks)) == whole
    chain = unguard.Chain(unguard.Bandpass())
    y, marks = chain(x, fs=FS, marks=True)
    live = chain.start(fs=FS, channels=2)
    marked = (live.process(b, marks=True) for b in blocks)
    told = list(unguard.events(SPEC.start(fs=FS, channels=2), marked))
    assert told == unguard.detect(SPEC, y, fs=FS, marks=marks) and len(told) > 4
    # A loop that is left goes on where it was.
    live_detector = SPEC.start(fs=FS, channels=2)
    first = next(unguard.events(live_detector, blocks))
    assert first == whole[0] and 0 < live_detector.position < len(x)
    with pytest.raises(ConfigError, match=r"live is SpasmDetector\(.*expected a started detector"):
        unguard.events(SPEC, blocks)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="blocks is 5: expected blocks of samples"):
        unguard.events(live_detector, 5)  # type: ignore[arg-type]


def test_a_bids_file_is_the_table(tmp_path: Path) -> None:
    # Truth: pandas reads what BIDS asks for: onset and duration first, in seconds, n/a where there is nothing.
    events = found()
    file = tmp_path / "sub-01_task-flexion_events.tsv"
    events.to_bids_events(file)
    read, table = pd.read_csv(file, sep="\t", keep_default_na=False), events.to_dataframe()
    assert list(read.columns) == [
        *("onset", "duration", "trial_type", "channel", "context"),
        *("decided", "latency", "peak", "area", "confidence", "rhythm", "regularity", "reasons"),
    ]
    ours = ["onset_s", "duration_s", "kind", "channel", "context"]
    ours += ["decided_s", "latency_s", "peak_uV", "area", "confidence"]
    for column, of in zip(read.columns, ours, strict=False):
        assert list(read[column]) == list(table[of]), column
    for column in ("rhythm", "regularity", "reasons"):
        assert set(read[column]) == {"n/a"}, column
    sidecar = json.loads((tmp_path / "sub-01_task-flexion_events.json").read_text())
    assert list(sidecar) == list(read.columns) and all("Description" in said for said in sidecar.values())
    assert set(read["trial_type"]) <= set(sidecar["trial_type"]["Levels"]) and sidecar["onset"]["Units"] == "s"


def test_a_clonus_has_its_rhythm_in_the_tables(tmp_path: Path) -> None:
    # Truth: bursts six times a second, and an even one that has no rhythm; the reports themselves.
    rng = np.random.default_rng(7)
    x = rng.standard_normal((20 * FS, 1))
    beating = np.mod(6 * np.arange(2 * FS) / FS, 1) < 0.4
    x[24_000:28_000, 0] += 15 * beating * rng.standard_normal(2 * FS)
    x[34_000:34_800, 0] += 15 * rng.standard_normal(800)
    known = unguard.calibrate_activity(x[: 10 * FS], fs=FS, band="none")
    spec = unguard.EventDetector(all_rest=True, activity=unguard.ActivityDetector(calibration=known))
    events = unguard.Events(unguard.detect(spec, x, fs=FS), fs=FS)
    clonus, even = events.closed
    table = events.to_dataframe()
    assert table["rhythm_Hz"][0] == clonus.rhythm_Hz == pytest.approx(6, rel=0.03)
    assert table["regularity"][0] == clonus.regularity > 0.6
    assert even.rhythm_Hz == 0 and table[["rhythm_Hz", "regularity"]].iloc[1].isna().all(), "no rhythm is not 0 Hz"
    events.to_bids_events(tmp_path / "events.tsv")
    read = pd.read_csv(tmp_path / "events.tsv", sep="\t", keep_default_na=False)
    assert list(read["rhythm"]) == [str(clonus.rhythm_Hz), "n/a"]
    assert list(read["regularity"]) == [str(clonus.regularity), "n/a"]
    assert json.loads((tmp_path / "events.json").read_text())["rhythm"]["Units"] == "Hz"


def test_what_was_taken_back_has_a_table_of_its_own() -> None:
    # Truth: six action potentials of 8 ms, seven a second, as in tests/detect/event_detector_test.cpp, and a burst of
    # muscle behind them; the reports themselves.
    rng = np.random.default_rng(7)
    x = rng.standard_normal((24 * FS, 1))
    for i in range(6):
        at = round((16 + 0.15 * i) * FS)
        x[at : at + 16, 0] += 8 * rng.standard_normal(16)
    x[40_000:40_800, 0] += 15 * rng.standard_normal(800)
    known = unguard.calibrate_activity(x[: 10 * FS], fs=FS, band="none")
    spec = unguard.EventDetector(all_rest=True).calibrated(known)
    events = unguard.Events(unguard.detect(spec, x, fs=FS), fs=FS, delay=0.01)
    taken_back = sorted((e for e in events.reports if e.report == "CANCEL"), key=lambda e: e.onset)
    table = events.cancelled_dataframe()
    assert events.cancelled == taken_back and len(table) == len(taken_back) >= 4
    assert list(table.columns) == [
        *("channel", "kind", "context", "onset_s", "decided_s", "latency_s", "single_unit", "reasons")
    ]
    for row, e in zip(table.itertuples(), taken_back, strict=True):
        assert (row.channel, row.kind, row.context) == ("channel 1", e.kind, "rest")
        assert (row.onset_s, row.decided_s) == (e.onset / FS - 0.01, e.decided / FS)
        assert row.latency_s == row.decided_s - row.onset_s > 0 and row.single_unit == e.single_unit
    units = table[table["single_unit"]]
    assert len(units) >= 2 and units["onset_s"].between(15.9, 17).all()
    assert f"cancelled ({len(units)} of single motor units), " in repr(events)
    # They were no events: the table of events does not know of them.
    assert len(events.to_dataframe()) == len(events.closed) == 1 and "single_unit" not in events.to_dataframe()
    assert unguard.Events([], fs=FS).cancelled_dataframe().empty


def test_the_sidecar_knows_every_kind_there_is(tmp_path: Path) -> None:
    # Truth: the names of EventKind, in its header.
    header = (Path(__file__).parents[4] / "include/unguard/core/event.hpp").read_text(encoding="utf-8")
    (listed,) = re.findall(r"names\(const EventKind\*\) {\s*return {(.*?)};", header, flags=re.DOTALL)
    kinds = re.findall(r'"([^"]+)"', listed)
    assert len(kinds) >= 9 and "ACTIVITY" in kinds
    unguard.Events([], fs=FS).to_bids_events(tmp_path / "events.tsv")
    sidecar = json.loads((tmp_path / "events.json").read_text())
    assert set(sidecar["trial_type"]["Levels"]) == set(kinds)
    # Truth: docs/detect.md, "How sure".
    assert "expected" in sidecar["confidence"]["Description"] and "false alarm" not in str(sidecar["confidence"])


def test_nothing_found_is_an_empty_table(tmp_path: Path) -> None:
    none = unguard.Events([], fs=FS)
    assert len(none) == 0 and none.to_dataframe().empty and len(none.to_dataframe().columns) == 14
    none.to_bids_events(tmp_path / "events.tsv")
    assert (tmp_path / "events.tsv").read_text().splitlines()[0].startswith("onset\tduration\ttrial_type\tchannel")
    assert len((tmp_path / "events.tsv").read_text().splitlines()) == 1
    assert unguard.markers_from_bids(tmp_path / "events.tsv", fs=FS) == []


def written(folder: Path, *rows: str, header: str = "onset\tduration\ttrial_type\tresponse") -> Path:
    file = folder / "sub-01_task-rest_events.tsv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def test_markers_come_from_a_bids_file(tmp_path: Path) -> None:
    # Truth: the rows, by hand.
    rows = (
        "0.5\t10\tlie\t1",
        "12.00025\t0\tsqueeze\tn/a",
        "13\tn/a\tnoise\tn/a",
        "7\t2\trest\t3",
        "6\tn/a\tstimulus\t",
    )
    file = written(tmp_path, *rows)
    asked = {"lie": ("rest begins", "rest ends"), "squeeze": "stimulus"}
    markers = [("rest begins", 1000), ("rest ends", 21_000), ("stimulus", 24_001)]
    assert unguard.markers_from_bids(file, fs=FS, kinds=asked) == markers
    assert unguard.markers_from_bids(file, fs=FS, kinds=asked, delay=0.01) == [(k, at + 20) for k, at in markers]
    usual = [("stimulus", 12_000), ("rest begins", 14_000), ("rest ends", 18_000)]
    assert unguard.markers_from_bids(str(file), fs=FS) == usual
    reports = unguard.detect(SPEC, record(), fs=FS, markers=unguard.markers_from_bids(file, fs=FS, kinds=asked))
    assert {e.context for e in reports} == {"rest"}


def test_what_was_written_can_be_declared(tmp_path: Path) -> None:
    # Truth: the events' own onsets and ends.
    events = found()
    events.to_bids_events(tmp_path / "events.tsv")
    kinds = {kind: ("bending", "returning") for kind in events.to_dataframe()["kind"]}
    read = unguard.markers_from_bids(tmp_path / "events.tsv", fs=FS, kinds=kinds)
    assert sorted(at for kind, at in read if kind == "bending") == sorted(e.onset for e in events.closed)
    # One has ended where no other goes on: in either channel.
    going_on = np.zeros(25_000, dtype=bool)
    for e in events.closed:
        going_on[e.onset : e.offset] = True
    ends = np.flatnonzero(going_on[:-1] & ~going_on[1:]) + 1
    assert [at for kind, at in read if kind == "returning"] == ends.tolist() and 1 < len(ends) < len(events.closed)


LYING, BENT = ("rest begins", "rest ends"), ("bending", "returning")


@pytest.mark.parametrize(
    ("rows", "markers"),
    [
        # Nested; touching, in either order; overlapping; of no length; rest up to a bend, which is what goes on.
        (["0 10 lie", "2 3 lie"], [("rest begins", 0), ("rest begins", 2), ("rest ends", 10)]),
        (["0 5 lie", "5 5 lie"], [("rest begins", 0), ("rest begins", 5), ("rest ends", 10)]),
        (["5 5 lie", "0 5 lie"], [("rest begins", 0), ("rest begins", 5), ("rest ends", 10)]),
        (["0 5 lie", "4 5 sleep"], [("rest begins", 0), ("rest begins", 4), ("rest ends", 9)]),
        (["3 0 lie"], [("rest begins", 3), ("rest ends", 3)]),
        (["1 2 lie", "3 0 lie"], [("rest begins", 1), ("rest begins", 3), ("rest ends", 3)]),
        (["5 2 bend", "0 5 lie"], [("rest begins", 0), ("rest ends", 5), ("bending", 5), ("returning", 7)]),
        (["0 2 bend", "3 2 bend"], [("bending", 0), ("returning", 2), ("bending", 3), ("returning", 5)]),
    ],
)
def test_a_stretch_ends_where_none_of_its_kind_goes_on(
    tmp_path: Path, rows: list[str], markers: list[tuple[str, int]]
) -> None:
    # Truth: by hand, at 1 Hz.
    file = written(tmp_path, *(row.replace(" ", "\t") for row in rows), header="onset\tduration\ttrial_type")
    kinds = {"lie": LYING, "sleep": LYING, "bend": BENT}
    there = {row.split()[2] for row in rows}
    asked = {trial: kind for trial, kind in kinds.items() if trial in there}
    assert unguard.markers_from_bids(file, fs=1, kinds=asked) == markers


@pytest.mark.parametrize(
    ("rows", "markers"),
    [
        # To the end of the recording; to the next of its pair, which goes on; to a marker; behind a known end.
        (["1 n/a lie"], [("rest begins", 1)]),
        (["1 n/a lie", "5 2 sleep"], [("rest begins", 1), ("rest begins", 5), ("rest ends", 7)]),
        (["1 n/a lie", "5 2 bend"], [("rest begins", 1), ("bending", 5), ("returning", 7)]),
        (["1 n/a lie", "5 n/a up"], [("rest begins", 1), ("rest ends", 5)]),
        (["1 3 lie", "5 n/a lie"], [("rest begins", 1), ("rest ends", 4), ("rest begins", 5)]),
        (["1 9 lie", "5 n/a lie"], [("rest begins", 1), ("rest begins", 5)]),
        (["5 n/a lie", "5 3 lie"], [("rest begins", 5), ("rest begins", 5)]),
    ],
)
def test_a_stretch_of_unknown_duration_goes_on_to_the_next_or_to_the_end(
    tmp_path: Path, rows: list[str], markers: list[tuple[str, int]]
) -> None:
    # Truth: BIDS 1.11, "duration ... n/a if unavailable"; by hand, at 1 Hz.
    assert declared(tmp_path, rows) == markers


@pytest.mark.parametrize(
    ("rows", "markers", "left_out"),
    [
        # Reaches into the recording, to an end, or of unknown duration; ends before it or with its first sample.
        (["-2 5 lie"], [("rest begins", 0), ("rest ends", 3)], ""),
        (["-2 n/a lie"], [("rest begins", 0)], ""),
        (["-5 3 lie"], [], "rest begins at -5 s, rest ends at -2 s"),
        (["-5 5 lie", "1 2 lie"], [("rest begins", 1), ("rest ends", 3)], "rest begins at -5 s, rest ends at 0 s"),
        (["-5 2 lie", "-2 3 lie"], [("rest begins", 0), ("rest ends", 1)], "rest begins at -5 s, rest ends at -3 s"),
        # What ends one context begins another; the last one counts, and what is of a moment says none.
        (["-5 3 bend"], [("returning", 0)], "bending at -5 s"),
        (["-9 n/a lie", "-5 9 bend"], [("bending", 0), ("returning", 4)], "rest begins at -9 s"),
        (["-5 n/a stand", "-1 0 cue", "2 0 cue"], [("standing", 0), ("stimulus", 2)], "stimulus at -1 s"),
        # At the first sample itself.
        (["0 2 lie", "0 0 cue"], [("stimulus", 0), ("rest begins", 0), ("rest ends", 2)], ""),
        ([f"-{k} 0 cue" for k in range(1, 8)], [], "stimulus at -7 s, .*, stimulus at -3 s and 2 more"),
    ],
)
@pytest.mark.parametrize("delay", [0, 3])
def test_what_was_before_the_recording_is_told_as_if_that_had_begun_earlier(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    rows: list[str],
    markers: list[tuple[str, int]],
    left_out: str,
    delay: int,
) -> None:
    # Truth: BIDS 1.11, "negative onsets ... prior to the first stored data point"; by hand, at 1 Hz.
    with caplog.at_level("WARNING", logger="unguard"):
        assert declared(tmp_path, rows, delay=delay) == [(kind, at + delay) for kind, at in markers]
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == bool(left_out)
    if left_out:
        assert re.search(f"_events.tsv: left out, for it was before the first sample: {left_out}$", said[0]), said


def declared(folder: Path, rows: list[str], delay: float = 0.0) -> list[tuple[str, int]]:
    """What rows of onset, duration and trial type declare, at 1 Hz."""
    file = written(folder, *(row.replace(" ", "\t") for row in rows), header="onset\tduration\ttrial_type")
    kinds = {"lie": LYING, "sleep": LYING, "bend": BENT, "up": "rest ends", "stand": "standing", "cue": "stimulus"}
    there = {row.split()[2] for row in rows}
    asked = {trial: kind for trial, kind in kinds.items() if trial in there}
    return unguard.markers_from_bids(file, fs=1, kinds=asked, delay=delay)


def test_the_context_at_the_first_sample_is_that_of_a_recording_that_began_earlier(tmp_path: Path) -> None:
    # Truth: the same rows 10 s later, in a recording that began 10 s earlier; all cuts of random rows.
    rng = np.random.default_rng(5)
    trials = ["lie", "bend", "up", "stand", "cue"]
    for _ in range(200):
        rows = [(int(t), rng.choice([*"012345", "n/a"]), rng.choice(trials)) for t in rng.integers(-9, 9, 6)]
        cut, whole = (
            contexts(declared(tmp_path, [f"{onset + later} {duration} {trial}" for onset, duration, trial in rows]))
            for later in (0, 10)
        )
        assert cut[:30] == whole[10:], rows


def contexts(markers: list[tuple[str, int]]) -> list[str]:
    """The context of each of 40 samples; as context_after in detect/declared_context.hpp."""
    said = ["rest ends"]
    for sample in range(40):
        here = [kind for kind, at in markers if at == sample and kind != "stimulus"]
        said.append(here[-1] if here else said[-1])
    return said[1:]


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        # Alone, in pairs within a line and over two, around a value, around one with a tab, and doubled in it.
        (['0\t0\tcue\t"5 cm', "1\t0\tcue\t7"], [0, 1]),
        (['0\t0\tcue\t"5 cm', '1\t0\tcue\t6 cm"'], [0, 1]),
        (['0\t0\tcue\t5" to 6"', "1\t0\tcue\t7"], [0, 1]),
        (['0\t0\t"cue"\t"', '1\t0\tcue\t""'], [0, 1]),
        (['0\t0\tcue\t"left\tright"', '1\t0\tcue\t"a ""b""\tc"'], [0, 1]),
    ],
)
def test_a_quotation_mark_loses_no_row(tmp_path: Path, rows: list[str], read: list[int]) -> None:
    # Truth: BIDS 1.11, "Tabular files": values with tabs are in double quotes, and nothing else is said of them.
    markers = unguard.markers_from_bids(written(tmp_path, *rows), fs=1, kinds={"cue": "stimulus"})
    assert markers == [("stimulus", at) for at in read]


def test_a_row_is_a_line(tmp_path: Path) -> None:
    # Truth: BIDS has no value that goes on in the next line; no mark of Unicode ends one either.
    asked = {"cue": "stimulus"}
    file = written(tmp_path, '0\t0\tcue\t"left', 'right"', "1\t0\tcue\t7")
    with pytest.raises(FormatError, match="line 3: the row is 1 values: expected one for each of 4 columns"):
        unguard.markers_from_bids(file, fs=1, kinds=asked)
    file = written(tmp_path, '0\t0\tcue\t"left\tright', "1\t0\tcue\t7")
    with pytest.raises(FormatError, match="line 2: the row is 5 values: expected one for each of 4 columns"):
        unguard.markers_from_bids(file, fs=1, kinds=asked)
    file = written(tmp_path, "0\t0\tcue\ta\u2028b\x0cc", "1\t0\tcue\t7")
    assert unguard.markers_from_bids(file, fs=1, kinds=asked) == [("stimulus", 0), ("stimulus", 1)]


@pytest.mark.parametrize("name", ["a\tb", "a\nb", "a\rb", 'a"b', '"', "a,b", " a", "n/a", "", "a\u2028b"])
def test_a_name_that_would_need_quotation_marks_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"channels is .*: expected names without tabs, line breaks, commas"):
        found(channels=[name, "c"]).to_bids_events(tmp_path / "events.tsv")
    assert not (tmp_path / "events.tsv").exists(), "nor is anything else"


def test_refused_by_name(tmp_path: Path) -> None:
    reports = list(found().reports)
    folder = tmp_path / "folder_events.tsv"
    folder.mkdir()
    refused: list[tuple[Any, str]] = [
        (lambda: unguard.Events(5, fs=FS), "reports is 5: expected the reports of a detector"),  # type: ignore[arg-type]
        (lambda: unguard.Events([5], fs=FS), "reports is 5: expected reports of a detector"),  # type: ignore[list-item]
        (lambda: unguard.Events(reports, fs=0), "fs is 0 Hz: expected a sampling rate above 0 Hz"),
        (lambda: unguard.Events(reports, fs="2000"), "fs is '2000': expected a sampling"),  # type: ignore[arg-type]
        (lambda: unguard.Events(reports, fs=FS, delay=-1), "delay is -1 s: expected a delay of 0 s or more"),
        (
            lambda: unguard.Events(reports, fs=FS, channels=["a"]),
            "channels is 1 names: expected one for each of at lea",
        ),
        (
            lambda: found().to_bids_events(tmp_path / "events.csv"),
            "path is .*events.csv': expected a name that ends in",
        ),
        (
            lambda: found(channels=["a\tb", "c"]).to_bids_events(tmp_path / "events.tsv"),
            r"channels is 'a\\tb': expected names without tabs",
        ),
        (
            lambda: found(channels=["a,b", "c"]).to_bids_events(tmp_path / "events.tsv"),
            r"channels is 'a,b': expected names without tabs, line breaks, commas",
        ),
        (
            lambda: found().to_bids_events(tmp_path / "nowhere" / "events.tsv"),
            "path is .*nowhere.*: expected a file in a folder that is there",
        ),
        (lambda: found().to_bids_events(folder), "path is .*: expected the name of a file, and not of a folder"),
        (lambda: unguard.Events(reports, fs=FS, channels=["a", "a"]), "channels is 'a' twice: expected every name on"),
        (lambda: unguard.markers_from_bids(written(tmp_path), fs=-1), "fs is -1 Hz: expected a sampling rate above"),
        (lambda: unguard.markers_from_bids(written(tmp_path), fs=FS, kinds=["lie"]), "kinds is .*expected a marker"),  # type: ignore[arg-type]
        (
            lambda: unguard.markers_from_bids(written(tmp_path), fs=FS, kinds={"lie": "rest"}),
            "kinds is 'rest': expected",
        ),
        (
            lambda: unguard.markers_from_bids(written(tmp_path, "1\t1\tlie\t1"), fs=FS, kinds={"lies": "pain"}),
            "kinds is 'lies': expected trial types of the file: lie",
        ),
    ]
    for call, words in refused:
        with pytest.raises(ConfigError, match=words):
            call()
    for row, words in (
        *(
            (f"{found}\t1\trest\t1", f"line 2: onset is '{found}': expected seconds, below 0 before the first sample")
            for found in ("soon", "n/a", "nan", "inf", "-inf", "")
        ),
        *(
            (f"1\t{found}\trest\t1", f"line 2: duration is '{found}': expected seconds, 0 or more, or n/a")
            for found in ("long", "-1", "nan", "inf", "N/A", "")
        ),
    ):
        with pytest.raises(FormatError, match=words):
            unguard.markers_from_bids(written(tmp_path, row), fs=FS)
    with pytest.raises(FormatError, match="line 1: the first line is onset, trial_type: expected a column duration"):
        unguard.markers_from_bids(written(tmp_path, header="onset\ttrial_type"), fs=FS)
    with pytest.raises(FormatError, match="line 3: the row is 6 values: expected one for each of 4 columns"):
        unguard.markers_from_bids(written(tmp_path, "1\t2\trest\t4", "1\t2\trest\t4\t5\t6"), fs=FS)
    (tmp_path / "empty_events.tsv").write_bytes(b"")
    with pytest.raises(FormatError, match="line 1: the first line is empty: expected a column onset among them"):
        unguard.markers_from_bids(tmp_path / "empty_events.tsv", fs=FS)
    (tmp_path / "latin_events.tsv").write_bytes(b"onset\tduration\ttrial_type\n1\t1\tr\xfccken\n")
    with pytest.raises(FormatError, match=r"the text is no UTF-8 .*: expected a table of columns separated by tabs"):
        unguard.markers_from_bids(tmp_path / "latin_events.tsv", fs=FS)
    with pytest.raises(FileNotFoundError):
        unguard.markers_from_bids(tmp_path / "nowhere_events.tsv", fs=FS)


def test_a_detector_is_told_its_calibration_and_stays_as_it_was_otherwise() -> None:
    known = unguard.calibrate_activity(np.random.default_rng(11).standard_normal((10 * FS, 2)), fs=FS, band="none")
    spec = unguard.EventDetector(all_rest=True, activity=unguard.ActivityDetector(shortest=0.02))
    told = spec.calibrated(known, continues=True)
    assert told == spec.replace(activity=unguard.ActivityDetector(shortest=0.02, calibration=known, continues=True))
    assert unguard.EventDetector().calibrated(known).activity == unguard.EventDetector().activity.replace(
        calibration=known
    )
    with pytest.raises(unguard.ConfigError, match="calibration is 3: expected an ActivityCalibration"):
        spec.calibrated(3)  # type: ignore[arg-type]
    with pytest.raises(unguard.ConfigError, match="continues is 'no': expected True or False"):
        spec.calibrated(known, continues="no")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="calibration"):
        spec.calibrated()  # type: ignore[call-arg]
