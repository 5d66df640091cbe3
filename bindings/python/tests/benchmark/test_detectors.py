"""Adapters. Truth: square waves in noise, reports by hand; what a peer does of itself is not judged."""

from __future__ import annotations

import dataclasses
import math
import re
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from unguard import ConfigError, MissingExtra
from unguard.benchmark import (
    NOT_RUN,
    OFFLINE,
    OURS,
    PEERS,
    PUBLISHED,
    Dataset,
    Detector,
    Family,
    ScoredEvent,
    Trial,
    from_offline_spec,
    from_spec,
    live_reports,
    run,
    scored,
    search,
)
from unguard.benchmark.counts import Counts
from unguard.benchmark.peers.edges import between

FS = 1000.0
TRUTH = tuple(ScoredEvent(a, a + 1000) for a in range(4000, 24_000, 4000))


def bursts(seed: int = 1, loud: float = 20.0) -> NDArray[np.float64]:
    """Noise of 2 uV with bursts of 1 s every 4 s."""
    x = np.random.default_rng(seed).normal(0, 2, 26_000)
    for e in TRUTH:
        x[e.onset : e.offset] *= loud
    return x


def data(*trials: Trial) -> Dataset:
    return Dataset("made", trials or (Trial("bursts", bursts(), FS, (200, 3900), TRUTH, tuning=(0, 10_000)),), "here")


def report(kind: str, report: str, onset: int, offset: int, decided: int, id: int = 1, channel: int = 0) -> Any:
    return SimpleNamespace(
        kind=kind, report=report, onset=onset, offset=offset, decided=decided, id=id, channel=channel
    )


def test_reports_become_events_decided_at_their_open() -> None:
    # Each with the sample by which it was said.
    reports = [
        (report("ACTIVITY", "OPEN", 100, 130, 140), 140),
        (report("SPIKE", "OPEN", 110, 120, 150, id=2), 160),
        (report("TONIC", "UPDATE", 95, 400, 140), 400),
        (report("SPIKE", "CANCEL", 110, 160, 150, id=2), 460),
        (report("TONIC", "CLOSE", 90, 900, 140), 1000),
        (report("ACTIVITY", "OPEN", 1500, 1500, 1520, id=3), 1520),
    ]
    assert scored(reports, late=10, samples=2000) == [
        ScoredEvent(80, 890, "TONIC", decided=140),
        ScoredEvent(100, 150, "SPIKE", decided=150, cancelled=460),
        ScoredEvent(1490, 2000, "ACTIVITY", decided=1520),
    ]


def test_an_episode_is_scored_by_its_bursts() -> None:
    reports = [(report("PHASIC BURST", "CLOSE", 1000 * i, 1000 * i + 500, 1000 * i + 20, id=i), 0) for i in (1, 2, 3)]
    episode = report("PHASIC EPISODE", "CLOSE", 1000, 3500, 3500, id=4)
    assert [e.onset for e in scored([*reports, (episode, 6500)])] == [1000, 2000, 3000]


def test_what_proves_to_be_no_muscle_was_cancelled_when_that_was_said_first() -> None:
    reports = [
        (report("ACTIVITY", "OPEN", 100, 130, 140), 140),
        (report("ARTEFACT", "UPDATE", 100, 130, 140), 240),
        (report("ARTEFACT", "CLOSE", 100, 300, 140), 900),
        (report("ECG", "OPEN", 1500, 1510, 1520, id=2), 1520),
        (report("ECG", "CLOSE", 1500, 1600, 1520, id=2), 1620),
        # What was doubted for a while was muscle after all.
        (report("ACTIVITY", "OPEN", 2500, 2510, 2520, id=3), 2520),
        (report("ARTEFACT", "UPDATE", 2500, 2510, 2520, id=3), 2600),
        (report("ACTIVITY", "CLOSE", 2500, 2900, 2520, id=3), 3000),
    ]
    assert scored(reports) == [
        ScoredEvent(100, 300, "ACTIVITY", decided=140, cancelled=240),
        ScoredEvent(2500, 2900, "ACTIVITY", decided=2520),
    ]


def blip(at: int = 18_000) -> NDArray[np.float64]:
    """Noise of 2 uV in which 50 ms are loud."""
    x = np.random.default_rng(1).normal(0, 2, 26_000)
    x[at : at + 50] *= 20
    return x


def slow_to_cancel(rest: NDArray[np.float64], fs: float) -> unguard.SpasmDetector:
    """One that waits for half a second of silence before it takes back what was too short."""
    return unguard.SpasmDetector(learn=3.0, shortest=0.4, burst=0.5)


def quick_to_cancel(rest: NDArray[np.float64], fs: float) -> unguard.ActivityDetector:
    """One that takes back what was too short as soon as it is over."""
    made = unguard.calibrate_activity(rest, fs=fs, band="20-450 Hz, causal")
    return unguard.ActivityDetector(calibration=made, shortest=0.1)


@pytest.mark.parametrize(("spec", "alarms", "cancelled"), [(slow_to_cancel, 1, 0), (quick_to_cancel, 0, 1)])
def test_an_alarm_that_is_taken_back_late_is_a_false_one(spec: Any, alarms: int, cancelled: int) -> None:
    made = run(from_spec(spec, name="cancels"), data(Trial("blip", blip(), FS, (200, 12_000), ())))
    assert (made.error, made.found) == ("", 0), "all is taken back"
    assert (made.whole.alarms.count, made.whole.cancelled) == (alarms, cancelled)


@pytest.mark.parametrize("spec", [slow_to_cancel, quick_to_cancel])
def test_live_reports_are_those_of_the_whole_record_each_when_it_was_said(spec: Any) -> None:
    x = bursts() + blip()
    marks = np.zeros(len(x), dtype=np.uint32)
    marks[20_100:20_300] = 1
    made = spec(x[200:3900], FS)
    told: dict[str, Any] = {"markers": [("rest begins", 0), ("rest ends", 12_000)], "marks": marks}
    reports = list(live_reports(made, x, fs=FS, **told))
    whole = unguard.detect(made, x, fs=FS, **told)
    assert [r for r, _ in reports] == whole != unguard.detect(made, x, fs=FS)
    for r, said in reports:
        assert r.decided < said and (said % 20 == 0)
        if r.report == "OPEN":
            assert said - r.decided <= 20, "an event is said to be open in the piece in which it was decided"
        if r.report in ("CLOSE", "CANCEL"):
            assert said >= r.offset, "nobody knows an end before it"


def test_any_spec_runs_through_detect() -> None:
    def spec(rest: NDArray[np.float64], fs: float) -> unguard.SpasmDetector:
        assert len(rest) == 3700 and fs == FS
        return unguard.SpasmDetector(rest=unguard.calibrate_rest(rest, fs=fs, band="20-450 Hz"))

    made = run(from_spec(spec, name="calibrated"), data())
    assert (made.whole.f1, made.error, made.detector) == (1, "", "calibrated")
    assert abs(made.whole.onset.bias) < 20 and 0 < made.whole.latency(0.95)[0] < 100
    learnt = run(from_spec(unguard.SpasmDetector(learn=3.0)), data())
    assert learnt.whole.f1 == 1 and learnt.detector == "SpasmDetector"


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("spec", {"spec": 3}),
        ("spec", {"spec": None}),
        ("spec", {"spec": unguard.SpasmDetector}),
        ("spec", {"spec": unguard.Bandpass()}),
        ("name", {"name": 3}),
        ("settings", {"settings": [1]}),
        ("band", {"band": (20, 450)}),
        ("filters", {"filters": 3}),
        ("filters", {"filters": [3]}),
        ("markers", {"markers": "no"}),
        ("hears_rest", {"hears_rest": "no"}),
    ],
)
def test_what_is_no_spec_is_refused_before_it_runs(name: str, more: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"^{name} is .*: expected"):
        from_spec(**{"spec": unguard.SpasmDetector(), **more})


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("spec", {"spec": 3}),
        ("spec", {"spec": unguard.Abbink}),
        ("spec", {"spec": unguard.SpasmDetector()}),
        ("name", {"name": 3}),
        ("settings", {"settings": [1]}),
    ],
)
def test_what_is_no_offline_spec_is_refused_before_it_runs(name: str, more: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"^{name} is .*: expected"):
        from_offline_spec(**{"spec": unguard.Abbink(), **more})


def test_a_function_that_makes_no_spec_is_told_by_name() -> None:
    made = run(from_spec(lambda rest, fs: 3, name="none"), data())
    assert made.error.startswith("bursts: ConfigError: spec is a function that makes 3: expected what unguard.detect")


def test_filters_are_heard_in_every_record() -> None:
    # Truth: the same record twice. Filters from a generator are used up by going through them once.
    detector = from_spec(unguard.SpasmDetector(learn=2.0), filters=(f for f in [unguard.Lowpass(cutoff=60)]))
    x = bursts()
    first, plain = (d(x, FS, (0, 3900)) for d in (detector, from_spec(unguard.SpasmDetector(learn=2.0))))
    assert detector(x, FS, (0, 3900)) == first != plain


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("detector", {"detector": unguard.SpasmDetector()}),
        ("detector", {"detector": None}),
        ("data", {"data": [1]}),
        *[("limit_s", {"limit_s": bad}) for bad in (math.nan, math.inf, 0, -1, "60", None, 1e10)],
    ],
)
def test_what_cannot_be_run_is_refused_by_name(name: str, more: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=f"^{name} is .*: expected"):
        run(**{"detector": refuses(), "data": data(), **more})


def test_a_detector_told_of_the_rest_may_name_kinds() -> None:
    detector = from_spec(unguard.SpasmDetector(learn=2.0), markers=True)
    x = bursts()
    assert {e.kind for e in detector(x, FS, (0, len(x)))} == {"PHASIC BURST"}
    assert {e.kind for e in from_spec(unguard.SpasmDetector(learn=2.0))(x, FS, (0, 3900))} == {"ACTIVITY"}


@pytest.mark.parametrize("family", [*OURS, *PUBLISHED], ids=lambda f: f.name)
def test_ours_and_those_published_are_causal(family: Family) -> None:
    detector = family.at_documented()
    x = bursts()
    cut = detector(x[:17_000], FS, (200, 3900))
    whole = [e for e in detector(x, FS, (200, 3900)) if e.decided < 17_000]
    assert detector.causal and [e.decided for e in cut] == [e.decided for e in whole]


def test_those_published_are_those_of_the_docs_each_with_its_source() -> None:
    # Truth: docs/detect.md, "Published methods", which says that the command compares them.
    text = (Path(__file__).parents[4] / "docs/detect.md").read_text(encoding="utf-8")
    listed = re.findall(r"`(\w+)`", text.split("## Published methods")[1].split(": each with")[0])
    assert len(listed) == 8 and {f.name.rsplit(" (", 1)[1][:-1] for f in PUBLISHED} == set(listed)
    for family in PUBLISHED:
        paper, spec = family.name[:-1].rsplit(" (", 1)
        author, year = re.split(r" (?:& |et al\. )?", paper)[0], paper[-4:]
        source = str(getattr(unguard, spec).__doc__).rsplit("Source: ", 1)[1]
        assert author in source and year in source and family.origin.startswith(f"the defaults of unguard.{spec}")
        assert family.published and not family.ours and family.documented == {}
        values = {name: getattr(getattr(unguard, spec)(), name) for name in family.grid}
        assert all(values[name] in grid for name, grid in family.grid.items()), "the defaults are among what is tried"
        assert values.items() <= family.at_documented().settings.items()
    assert all(f.ours for f in OURS) and not any(f.ours or f.published for f in PEERS)


@pytest.mark.parametrize("family", PUBLISHED, ids=lambda f: f.name)
def test_one_published_knows_the_rest_wherever_it_lies(family: Family) -> None:
    # Truth: square waves that begin with the record; rest is told from between the second and the third.
    x = bursts()[4000:]
    truth = tuple(ScoredEvent(e.onset - 4000, e.offset - 4000) for e in TRUTH)
    trial = Trial("bursts", x, FS, (5200, 7900), truth)
    made = run(family.make(leave_for=0.25), data(trial))
    assert made.error == "" and made.whole.counts.hits == 5
    assert all(abs(e.onset_ms) < 60 and -20 < e.latency_ms < 100 for e in made.whole.events[1:])


def test_one_that_hears_the_rest_first_says_nothing_of_it() -> None:
    # Truth: the same noise as rest and as record, and a burst in both; reports are in samples of the record alone.
    x = bursts()[:8000]
    plain = unguard.SpasmDetector(learn=2.0)
    first = from_spec(plain, hears_rest=True)(np.r_[x, x], FS, (0, 8000))
    alone = from_spec(plain)(np.r_[x, x, x], FS, (0, 8000))
    assert len(alone) == 3 and len(first) == 2
    for a, b in zip(first, alone[1:], strict=True):
        assert abs(a.onset + 8000 - b.onset) < 20 and abs(a.offset + 8000 - b.offset) < 20


def test_activity_is_shown_as_it_is_and_as_for_bursts() -> None:
    plain, for_bursts = (f for f in OURS if "ActivityDetector" in f.name)
    spec = unguard.ActivityDetector()
    of_detector = [
        {name: f.at_documented().settings[name] for name in ("false_alarms", "rise", "join")}
        for f in (plain, for_bursts)
    ]
    assert of_detector == [
        {"false_alarms": spec.false_alarms, "rise": 0, "join": spec.join},
        {"false_alarms": spec.false_alarms, "rise": 3, "join": 0.5},
    ]
    assert "onsets" in plain.origin and "bursts" in for_bursts.origin
    # A step to twice the level of rest: an onset, and by the rule of bursts nothing but tone.
    x = np.random.default_rng(2).normal(0, 2, 12_000)
    x[8000:] *= 2
    step = Trial("step", x, FS, (200, 7900), (ScoredEvent(8000, 12_000),))
    assert [run(f.at_documented(), data(step)).whole.counts.hits for f in (plain, for_bursts)] == [1, 0]


def test_what_is_set_of_a_calibration_is_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    # Truth: what the calibrators are called with, by what is told; a beat of 40 uV a second is the heart.
    called: list[Any] = []

    def heard(name: str) -> Any:
        calibrate = getattr(unguard, name)

        def call(*given: Any, spec: Any, **named: Any) -> Any:
            called.append(spec)
            return calibrate(*given, spec=spec, **named)

        return call

    for name in ("calibrate_rest", "calibrate_activity"):
        monkeypatch.setattr(unguard, name, heard(name))
    x = np.random.default_rng(11).normal(0, 2, 12_000)
    beating = x.copy()
    for at in range(500, 12_000, 900):
        beating[at : at + 8] += [10, 25, 40, 20, -15, -30, -10, -5]
    spasm, plain, _, _ = (f.at_documented() for f in OURS)
    for detector, y in ((spasm, x), (plain, x), (plain, beating)):
        detector(y, FS, (200, 9000))
    rest, quiet, heart = called[0], called[1].noise, called[2].noise
    for name in ("most_by_peaks", "most_trend"):
        assert spasm.settings[name] == getattr(rest, name) != getattr(unguard.RestCalibrator(), name)
    for noise in (quiet, heart):
        for name in ("shortest", "most_change", "most_peaked"):
            assert plain.settings[name] == getattr(noise, name) != getattr(unguard.NoiseCalibrator(), name)
    told = OURS[1].origin
    for name, value in (("shortest", "0.2"), ("most_change", "3"), ("most_peaked", "3")):
        assert f"{name} {value}" in told and "R peaks" in told, "the origin says so, too"
    assert "heartbeats" in OURS[0].origin


def test_a_rest_that_begins_in_a_heartbeat_is_none_the_worse() -> None:
    # Truth: a heart that is known, loud beside the muscle; the rest begins at every part of a beat in turn.
    heart = unguard.OnsetTrial(seed=3_200_005, rate=FS, snr_dB=20, emg_over_ecg_dB=0, baseline=6, tail=1)
    made = unguard.simulate_onset(heart)
    x, beat = np.ascontiguousarray(made.data), round(made.r_peaks[1])
    truth = (ScoredEvent(made.onset, made.offset),)
    trials = [Trial(str(d), x, FS, (beat + d, made.onset - 100), truth) for d in range(-60, 120, 20)]
    plain = next(f for f in OURS if f.name == "unguard ActivityDetector")
    outcome = run(plain.at_documented(), data(*trials))
    assert (outcome.error, outcome.refused) == ("", ())
    assert outcome.whole.counts.hits == len(trials)


def test_anyones_function_is_a_detector() -> None:
    heard = []

    def mine(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[tuple[int, int]]:
        heard.append((len(x), float(x[rest[0] : rest[1]].std()), fs))
        return [(e.onset + 30, e.offset) for e in TRUTH]

    made = run(Detector("mine", mine, {"a": 1}), data())
    assert made.whole.onset.bias == 30 and made.settings == {"a": 1} and made.found == 5
    run(Detector("mine", mine, wants="band"), data())
    assert heard[0][::2] == heard[1][::2] == (26_000, FS) and heard[1][1] < heard[0][1]
    assert (made.tuning.counts.hits, made.held_out.counts.hits) == (2, 3)
    for name, bad in (("wants", {"wants": "loud"}), ("detect", {"detect": 3}), ("told", {"told": 3})):
        with pytest.raises(ConfigError, match=f"{name} is"):
            Detector(**{"name": "mine", "detect": mine, **bad})


def test_what_a_detector_dies_of_is_kept() -> None:
    def dies(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        raise KeyError("var")

    made = run(Detector("dies", dies), data())
    assert made.failed and made.error == "bursts: KeyError: 'var'" and made.whole.events == ()

    def rubbish(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[Any]:
        return [(1.5, 2)]

    assert "whole number of samples" in run(Detector("rubbish", rubbish), data()).error


def refuses(*those: int) -> Detector:
    """Return what finds the first event of a record, and refuses records of certain lengths."""

    def detect(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        if len(x) in those:
            raise ConfigError("rest", "restless", "a steady one")
        return [TRUTH[0]]

    return Detector("refuses", detect)


def test_a_record_that_is_refused_is_missed_and_the_others_are_scored() -> None:
    # By hand: one event a record; of three records the second is refused, and the third is not for tuning.
    records = [
        Trial(f"of {n}", bursts()[:n], FS, (200, 3900), TRUTH[:1], tuning=(0, n if n < 6200 else 0))
        for n in (6000, 6100, 6200)
    ]
    made = run(refuses(6100), data(*records))
    assert not made.failed and made.refused == ("of 6100: ConfigError: rest is restless: expected a steady one",)
    assert made.whole.counts == Counts(2, 0, 1) and made.whole.delay == 0 and made.found == 2
    assert made.tuning.counts == Counts(1, 0, 1) and made.held_out.counts == Counts(1, 0, 0)
    assert made.whole.hours == pytest.approx((6000 + 6200) / FS / 3600), "nobody listened to what was refused"
    assert made.whole.alarms.hours == pytest.approx((5000 + 5200) / FS / 3600)
    assert made.whole.samples.misses == 1000
    late = run(refuses(6200), data(*records))
    assert late.held_out.counts == Counts(0, 0, 1), "also where it is all that is held out"
    every = run(refuses(6000, 6100, 6200), data(*records))
    assert every.failed and every.error.startswith("of 6000: ConfigError") and every.refused == ()
    unknown = run(refuses(6100), data(*(dataclasses.replace(r, truth=None) for r in records)))
    assert len(unknown.refused) == 1 and unknown.found == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no timer of this kind")
def test_a_detector_that_takes_too_long_is_stopped() -> None:
    def slow(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        while True:
            pass

    assert "stopped after 0.1 s of processor time" in run(Detector("slow", slow), data(), limit_s=0.1).error
    many = data(*[Trial(str(i), bursts()[:5000], FS, (200, 3900), TRUTH[:1]) for i in range(9)])

    def works(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass
        return []

    lame = Detector("lame", works)
    assert "stopped after 0.35 s" in run(lame, many, limit_s=0.35).error, "all records together"
    family = Family("slow", lambda a=0: Detector("slow", slow, {"a": a}), {}, "here", {"a": (1, 2, 3)})
    steps: list[int] = []
    made = search(family, data(), limit_s=0.1, progress=lambda: steps.append(1))
    assert made.best is None and made.tried == () and len(steps) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="no timer of this kind")
def test_what_else_the_machine_does_stops_nobody() -> None:
    # Truth: who waits, as behind others for the processor, uses none; much more time than the limit passes.
    waits = Detector("waits", lambda x, fs, rest: time.sleep(1) or [])
    begun = time.perf_counter()
    made = run(waits, data(), limit_s=0.5)
    assert made.error == "" and time.perf_counter() - begun > 1 and made.seconds < 0.5


def test_a_grid_is_searched_on_the_tuning_part_alone() -> None:
    def make(late: int = 0) -> Detector:
        def detect(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[tuple[int, int]]:
            if late == 9:
                raise ValueError("nine")
            # 2 is best in the tuning part, 1 in the rest.
            good = TRUTH[:2] if late == 2 else TRUTH[2:] if late == 1 else ()
            return [(e.onset, e.offset) for e in good]

        return Detector("made", detect, {"late": late})

    made = search(Family("made", make, {"late": 0}, "here", {"late": (0, 1, 2, 9)}), data())
    assert made.best is not None and made.best.settings == {"late": 2}
    assert made.documented.whole.f1 == 0 and made.best.held_out.counts.hits == 0
    assert [o.failed for o in made.tried] == [False, False, False, True]
    assert made.tried[0] is made.documented, "what was run is not run again"
    assert search(Family("made", make, {"late": 9}, "here"), data()).best is None


def test_edges_are_read_in_the_kinder_way() -> None:
    x = bursts()
    edges = [i for e in TRUTH for i in (e.onset, e.offset)]
    assert between(edges, x) == list(TRUTH)
    assert between(edges[1:], x) == [ScoredEvent(0, 5000), *TRUTH[1:]]
    assert between(edges[:-1], x)[-1] == ScoredEvent(20_000, 26_000)
    assert between([], x) == []


def test_a_peer_that_is_not_installed_is_named_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("biosppy", "biosppy.signals", "biosppy.signals.emg", "neurokit2", "detecta"):
        monkeypatch.setitem(sys.modules, name, None)
    for family in PEERS:
        with pytest.raises(MissingExtra, match=rf"^{family.package} is not installed .*'unguard\[benchmark\]'$"):
            run(family.at_documented(), data())


def test_every_peer_says_where_its_settings_are_from() -> None:
    assert len({f.name for f in PEERS}) == len(PEERS) == 14
    for family in (*OURS, *PUBLISHED, *OFFLINE, *PEERS):
        assert family.origin and all(f in next(family.settings()) for f in family.documented)
        for settings in family.settings():
            family.make(**settings)
    assert "EMGFlow" in NOT_RUN


@pytest.mark.parametrize("family", PEERS, ids=lambda f: f.name)
def test_a_peer_runs_as_documented_or_says_why_not(family: Family) -> None:
    pytest.importorskip(str(family.package))
    # As much as PELT, whose time grows faster than the record, takes in seconds.
    short = Trial("short", bursts()[:11_000], FS, (200, 3900), TRUTH[:2])
    made = run(family.at_documented(), data(short), limit_s=60)
    assert made.failed or (made.whole.hours > 0 and not math.isnan(made.whole.f1))
    if family.name in ("BioSPPy bonato", "BioSPPy lidierth"):
        assert made.whole.counts.hits == 2, made.error


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("filter", {"filter": "x"}),
        ("unit", {"unit": "V"}),
        ("method", {"method": "x"}),
        ("clean", {"clean": 3}),
        ("series", {"series": ""}),
    ],
)
def test_a_setting_of_a_peer_that_cannot_be_is_refused(name: str, settings: dict[str, Any]) -> None:
    makers = {"filter": 0, "unit": 5, "method": 8, "clean": 8, "series": 13}
    with pytest.raises(ConfigError, match=f"{name} is"):
        PEERS[makers[name]].make(**settings)
