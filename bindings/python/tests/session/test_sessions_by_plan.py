"""Sessions by a person's plan, and what several say together. Truth: levels that were simulated; what was written."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard
from backs import DAY, MUSCLES, entry, mine
from unguard import ConfigError, FormatError, plan
from unguard.recording import Annotation, Recording
from unguard.report.session_folder import write_course, write_session
from unguard.session import SessionAnalysis, analyse_session, course, read_sessions
from unguard.session.levels import loads
from unguard.simulated_recording import to_recording


def recorded(hold_uV: float = 10.0, *, seed: int = 1, notes: tuple[Annotation, ...] = ()) -> Recording:
    """One bend for practice and six that count, with a heart, as a file named by the plan's id and a date."""
    spec = unguard.scenario("guarded", seconds=20 + 7 * 16 * 1.12, seed=seed, fs=1000.0)
    bending = spec.bending.replace(hold_level=hold_uV, spikes=0)
    one = unguard.simulate(spec.replace(bending=bending, ecg=unguard.EcgArtefact(r_peak=40.0)))
    made = to_recording(one)
    all_notes = sorted([*made.annotations, *notes], key=lambda n: n.onset_s)
    return dataclasses.replace(made, annotations=all_notes, source=Path(f"P-014_{DAY.isoformat()}.bdf"))


@pytest.fixture(scope="module")
def today() -> SessionAnalysis:
    notes = (Annotation(20, 40, "action: lift"), Annotation(62, 100, "action: sit"), Annotation(30, 0, "pain 6"))
    return analyse_session(recorded(notes=notes), mine(entry(DAY, fear=3)), noise=0.4)


def of(made: SessionAnalysis, name: str, muscle: str = "", when: str = "whole") -> Any:
    (found,) = (m for m in made.measures if (m.name, m.muscle, m.when) == (name, muscle, when))
    return found


def test_a_session_tells_what_was_simulated(today: SessionAnalysis) -> None:
    assert today.name == "P-014_2026-11-02" and today.bends is not None and today.bends.count == 7
    for muscle, *_ in MUSCLES[:3]:
        resting = {"longissimus L": 1.5, "longissimus R": 1.8, "multifidus L": 1.2}[muscle]
        truth = math.hypot(41, resting) / math.hypot(10, resting)
        err = of(today, "ERR", muscle)
        assert err.value == pytest.approx(truth, rel=0.1) and err.low < err.value < err.high and err.count == 6
        assert of(today, "ERR", muscle, "start").count == 3 and of(today, "ERR", muscle, "end").count == 3
    assert not any(m.name == "ERR" and m.muscle == "multifidus R" for m in today.measures), "a control is no target"
    assert of(today, "range of bending", "").value == pytest.approx(58, abs=0.5)
    assert of(today, "pain", "", "start").value == 6, "as annotated: the diary has none"
    assert of(today, "fear", "", "start").value == 3
    rest = of(today, "spasm-like activity at rest", "longissimus L")
    assert rest.count == 0 and rest.high == pytest.approx(-math.log(0.025) / (20 / 60)), "heartbeats are no spasm"
    assert today.how[0].endswith("by the principal components of the mean beat.")


def test_bends_are_told_with_what_was_marked_around_them(today: SessionAnalysis) -> None:
    actions = [row.get("action") for row in today.observations]
    assert len(actions) == 6 and actions[0] == "lift" and actions[-1] == "sit"
    assert [row["bend"] for row in today.observations] == [2, 3, 4, 5, 6, 7], "the first is for practice"
    assert np.mean([row["guarding"] for row in today.observations]) == pytest.approx(-math.log(4.06), abs=0.1)


def test_a_thought_is_of_the_bend_around_which_it_was_marked(today: SessionAnalysis) -> None:
    """It was put on all bends behind it, but not on its own."""
    assert today.bends is not None
    bends, fs = today.bends.bends.of("longissimus L"), today.bends.fs
    notes = (Annotation(bends[1].end / fs + 0.5, 0, "thought: it will break"),
             Annotation(bends[2].returning / fs + 1, 0, "action: lifted a box"),
             Annotation(bends[-1].end / fs + 11, 0, "place: car"))  # fmt: skip
    made = analyse_session(recorded(notes=notes), mine(entry(DAY)), noise=0.4)
    told = {row["bend"]: (row.get("thought"), row.get("action"), row.get("place")) for row in made.observations}
    assert told[2] == ("it will break", None, None) and told[3] == (None, "lifted a box", None)
    assert all(said == (None, None, None) for bend, said in told.items() if bend > 3)
    assert any("near no bend" in r and "car" not in r for r in made.remarks)


def test_levels_are_percent_of_the_reference_that_the_plan_keeps() -> None:
    emg = np.random.default_rng(1).standard_normal((12000, 4)) * [20.0, 10.0, 20.0, 20.0]
    known = unguard.calibrate_reference(
        emg, holds=[(0, 4000), (4000, 8000), (8000, 12000)], fs=1000, band="20-400 Hz, order 2"
    )
    kept = plan.stored(
        known, id="reference-1", made=DAY, band="wide_20_400", sampling_rate_Hz=1000.0,
        channels=[m[0] for m in MUSCLES], site_note="as marked",
    )  # fmt: skip
    reference = plan.Reference(name="hold", effort="submaximal", task="arms out", band="wide_20_400",
                               calibration="reference-1")  # fmt: skip
    by = mine(entry(DAY), references=(reference,), calibrations=(kept,))
    made = analyse_session(recorded(), by, noise=0.4)
    left, right = (of(made, "median load", m) for m in ("longissimus L", "longissimus R"))
    assert left.unit == right.unit == "% RVE"
    uV = np.nanmedian(made.levels.of("longissimus L"))
    assert left.value == pytest.approx(100 * uV / 20, rel=0.03)
    assert not any(m.name == "rest time" for m in made.measures), "its limits are of MVC"
    for said in ("the reference is sub-maximal", "no noise was taken off"):
        assert any(r.startswith("longissimus L, longissimus R") and said in r for r in made.remarks)
    maximal = by.replace(references=(reference.replace(effort="maximal"),))
    (left, *_) = loads(made.levels, maximal)
    assert left.rest is not None and left.load.unit == "% MVC" and not left.noise_off


def test_trials_are_compared_with_the_control() -> None:
    recording = recorded()
    n, fs = recording.samples, recording.fs
    rng = np.random.default_rng(2)
    data = np.column_stack([rng.standard_normal((n, 4)) * 5, np.zeros(n)])
    notes = []
    for k, start in enumerate((20.0, 70.0)):
        notes.append(Annotation(start, 10, "stress" if k else "neutral"))
        part = slice(round(start * fs), round((start + 10) * fs))
        data[part, :3] *= 1 + k
    quiet = dataclasses.replace(recording, data=data, annotations=notes)
    trials = tuple(
        plan.Trial(what=what, duration_s=10.0)  # type: ignore[arg-type]
        for what in ("baseline", "neutral", "stress", "recovery")
    )
    task = plan.ReactivityTask(kind="reactivity", name="reactivity", trials=trials)
    by = mine(entry(DAY), tasks=(*plan.new_plan("P-014").tasks, task))
    made = analyse_session(quiet, by)
    assert made.responses is not None and made.responses.control == "multifidus R"
    told = {(m, kind): r.reactivity for m, kind, _, r in made.responses.each}
    assert told["longissimus L", "stress"] == pytest.approx(math.log(2), abs=0.1)
    assert told["longissimus L", "neutral"] == pytest.approx(0, abs=0.1)
    assert told["multifidus R", "stress"] == pytest.approx(0, abs=0.1)


def test_refusals_and_remarks() -> None:
    recording = recorded()
    with pytest.raises(FormatError, match=r"the channels is without 'longissimus R'"):
        analyse_session(recording.select(["longissimus L", "multifidus L"]), mine())
    nameless = dataclasses.replace(recording, source=None)
    with pytest.raises(ConfigError, match=r"^date is not given"):
        analyse_session(nameless, mine())
    with pytest.raises(ConfigError, match=r"^plan is"):
        analyse_session(recording, "plan.toml")  # type: ignore[arg-type]
    unmarked = dataclasses.replace(nameless.select([m[0] for m in MUSCLES]), annotations=[])
    made = analyse_session(unmarked, mine(), date=DAY)
    assert made.bends is None and made.responses is None
    assert any("Neither an angle nor a mark" in r for r in made.remarks)
    assert any("no session with this recording" in r for r in made.remarks)
    named = dataclasses.replace(recording, source=Path("Erika_Mustermann_1970-05-01.edf"))
    with pytest.raises(ConfigError, match=r"^date is not given"):
        analyse_session(named, mine())


@functools.cache
def analysed() -> SessionAnalysis:
    """One session, from which others are made."""
    return analyse_session(recorded(), mine(entry(DAY, pain=5)), noise=0.4)


def sessions_in(folder: Path, holds: list[float], **more: Any) -> plan.Plan:
    """Write a session for each level of full flexion, and return the plan."""
    days = [DAY + datetime.timedelta(days=3 * i) for i in range(len(holds))]
    by = mine(*(entry(d, pain=5, flare=i == 3) for i, d in enumerate(days)), **more)
    base = dataclasses.replace(analysed(), plan=by)
    for day, hold in zip(days, holds, strict=True):
        # Ratios of another hold, without analysing a recording again.
        measures = tuple(
            dataclasses.replace(m, value=m.value * 10 / hold, low=m.low * 10 / hold, high=m.high * 10 / hold)
            if m.name in ("ERR", "FRR") else m
            for m in base.measures
        )  # fmt: skip
        own = tuple({**row, "action": "lift" if row["bend"] % 2 else "sit"} for row in base.observations)
        write_session(dataclasses.replace(base, date=day, entry=by.diary.sessions[days.index(day)], measures=measures,
                                          observations=own), folder)  # fmt: skip
    return by


def test_a_course_says_improved_of_what_improved_and_of_nothing_else(tmp_path: Path) -> None:
    goal = plan.Goal(id="relax", words="let go", measure="ERR of multifidus L", unit="ratio", start=4.0, target=300.0,
                     beside="range of bending", made=DAY)  # fmt: skip
    rng = np.random.default_rng(3)
    holds = [float(10 * math.exp(-0.35 * i + 0.2 * rng.standard_normal())) for i in range(10)]
    by = sessions_in(tmp_path, holds, goals=(goal,))
    made = course(read_sessions(tmp_path), plan=by)
    assert made.id == "P-014" and len(made.dates) == 10 and made.flares == (3,)
    assert made.progress["ERR of multifidus L"].verdict == "improved"
    assert made.progress["FER of multifidus L"].verdict == "no change beyond noise"
    assert made.progress["pain"].verdict == "no change beyond noise"
    forecast = made.progress["ERR of multifidus L"].forecast
    assert forecast is not None and made.progress["ERR of multifidus L"].goal == 300
    assert made.left_out["median load of multifidus L"] == "neither way is better"
    assert made.drivers is not None and not made.drivers.drivers
    report = write_course(made, tmp_path)
    page = report.read_text()
    assert "Improved: " in page and "<svg" in page and "http://" not in page.replace("http://www.w3.org", "")
    told = json.loads((tmp_path / "P-014_progress.json").read_text())
    assert told["schema"] == "unguard-progress" and len(told["progress"]) == len(made.progress)
    assert "diagnos" not in page.lower()


def test_a_course_of_no_change_says_so(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    sessions_in(tmp_path, [float(10 * math.exp(0.3 * rng.standard_normal())) for _ in range(8)])
    made = course(read_sessions(tmp_path))
    assert {p.verdict for p in made.progress.values()} == {"no change beyond noise"}


def test_files_that_are_none_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^folder is .*without a session"):
        read_sessions(tmp_path)
    with pytest.raises(ConfigError, match=r"^folder is"):
        read_sessions(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match=r"^sessions is none"):
        course([])
    sessions_in(tmp_path, [10.0, 9.0])
    first, second = sorted(tmp_path.glob("*_session.json"))
    good = json.loads(first.read_text())
    for change, message in (
        ({"id": "P-015"}, "id is"),
        ({"date": json.loads(second.read_text())["date"]}, "date is"),
        ({"date": "soon"}, "date is 'soon'"),
        ({"schema": "other"}, "schema is 'other'"),
        ({"schema_version": "2.0"}, "schema_version is '2.0'"),
        ({"measures": 3}, "measures is 3"),
        ({"id": "../../evil"}, "id is something else"),
        ({"id": "P-014\n"}, "id is something else"),
        ({"date": "20261102"}, "date is '20261102'"),
        ({"made_by": {"bends": 3}}, "made_by is"),
        ({"how": [3]}, "how is"),
        ({"measures": [{}]}, r"measures\[0\].measure is None"),
        ({"measures": ["ERR"]}, r"measures\[0\] is 'ERR'"),
        ({"measures": [*good["measures"][:3], {**good["measures"][3], "value": None}]}, r"measures\[3\].value is None"),
        ({"measures": [{**good["measures"][0], "value": True}]}, r"measures\[0\].value is True"),
        ({"measures": [{**good["measures"][0], "value": 10**400}]}, r"measures\[0\].value is"),
        ({"measures": [{**good["measures"][0], "value": math.nan}]}, r"measures\[0\].value is nan"),
        ({"measures": [{**good["measures"][0], "when": "later"}]}, r"measures\[0\].when is 'later'"),
        ({"measures": [{**good["measures"][0], "better": None}]}, r"measures\[0\].better is None"),
        ({"measures": [{**good["measures"][0], "log": "no"}]}, r"measures\[0\].log is 'no'"),
        ({"observations": [3]}, r"observations\[0\] is 3"),
        ({"observations": [{"bend": 1}]}, r"observations\[0\].guarding is None"),
        ({"observations": [{"guarding": 1, "action": 3}]}, r"observations\[0\].action is 3"),
    ):
        first.write_text(json.dumps({**good, **change}))
        with pytest.raises(FormatError, match=message):
            read_sessions(tmp_path)
        if re.match(r"measures\\\[|observations|made_by|id is some", message):
            with pytest.raises(FormatError, match=message):
                course([{**good, **change}])
    first.write_text("[" * 100_000)
    with pytest.raises(FormatError, match="no JSON"):
        read_sessions(tmp_path)
    first.write_text("{")
    with pytest.raises(FormatError, match="no JSON"):
        read_sessions(tmp_path)
    first.write_text(json.dumps(good))
    with pytest.raises(ConfigError, match=r"^plan is 'P-015'"):
        course(read_sessions(tmp_path), plan=plan.new_plan("P-015"))
    with pytest.raises(ConfigError, match=r"^planned is 1"):
        course(read_sessions(tmp_path), planned=1)


def test_nothing_personal_is_written(today: SessionAnalysis, tmp_path: Path) -> None:
    report = write_session(today, tmp_path)
    ends = ("json", "csv", "html")
    assert {p.name for p in tmp_path.iterdir()} == {f"P-014_2026-11-02_session.{end}" for end in ends}
    page = report.read_text()
    assert "ERR" in page and "µV" in page and "diagnos" not in page.lower()
    told = json.loads((tmp_path / "P-014_2026-11-02_session.json").read_text())
    assert told["id"] == "P-014" and told["ratings"]["fear"] == 3 and told["measures"]
    assert all({"value", "low", "high", "unit"} <= set(m) for m in told["measures"])
    assert told["recording"]["file"] == "P-014_2026-11-02.bdf"
    assert told["made_by"]["bends"]["noise_uV"] == [0.4] and told["made_by"]["bends"]["phases_by"] == "angle"
    assert told["made_by"]["levels"]["detector"] == "RMS" and told["made_by"]["movement"] == {"phases_by": "angle"}


def test_a_name_is_neither_dated_nor_written(tmp_path: Path) -> None:
    """A file that is not named by the plan's id may say who it is; annotations may come in any order."""
    notes = (Annotation(62, 100, "action: sit"), Annotation(20, 40, "action: lift"))
    plain = recorded()
    recording = dataclasses.replace(
        plain,
        annotations=[*notes, *reversed(plain.annotations)],
        source=Path("/home/erika/Erika_Mustermann_1970-05-01.edf"),
        repairs=["Erika_Mustermann_1970-05-01.edf ends early"],
    )
    made = analyse_session(recording, mine(), date=DAY, noise=0.4)
    assert made.date == DAY and made.file == ""
    assert [row.get("action") for row in made.observations][::5] == ["lift", "sit"]
    write_session(made, tmp_path)
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "Mustermann" not in text and "1970" not in text and "P-014" in text
    told = json.loads(next(tmp_path.glob("*.json")).read_text(encoding="utf-8"))
    assert told["recording"]["file"] == "" and any("ends early" in r for r in told["remarks"])
    assert any("no session with this recording" in r for r in told["remarks"])
