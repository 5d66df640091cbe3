"""Rest that is not quiet: single motor units, a heart at 0 dB, drifting noise and hum. Rows for `detect`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import unguard
from unguard.benchmark import ScoredEvent, match

from bench.evidence.onset_trials import FS, SEEDS, Alarms, Array, alarms, hours_heard
from bench.evidence.published_detectors import ALLOWED, SPECS, at_false_alarms, named, told
from bench.evidence.table import Evidence

#: Records of eleven minutes and four channels: hours enough that chance does not decide.
RECORDS = 60
SECONDS = 700.0
#: What the published ones are told, an hour and channel, which is soon found.
RECORDS_OF_PUBLISHED, TOLD_PUBLISHED = 3, 10.0
#: OPENs of noise an hour and channel that ours is told.
TOLD = 2.0
#: Mains needs this long before what it leaves is rest.
SETTLED_S, REST_S = 20.0, 20.0
FIRST, LAST = int(SETTLED_S * FS), int((SETTLED_S + REST_S) * FS)
#: Rest that drifts so many times as fast as in the record of the bar, for what `tracking` does not follow; records.
FASTER, RECORDS_OF_FASTER = (2, 4), 10
#: Records whose stream does not say that it begins where the calibrated rest ended.
RECORDS_OF_ELSEWHERE = 20
#: Records that EventDetector hears, too.
RECORDS_OF_EVENT_DETECTOR = 20
#: Records with events, so long.
RECORDS_OF_EVENTS, EVENTS_S = 10, 160.0
#: An OPEN so near to an R peak is at that beat.
NEAR_S = 0.1
RESTING = np.array([1.5, 1.8, 1.2, 2.2])
CHANNELS = len(RESTING)
BAR = "<= 1 / channel hour (upper 95 %)"
BAND_TEXT = "mains taken off, 20-450 Hz, order 4, causal"


@dataclass
class Disturbed:
    """A rest by what is in it."""

    name: str
    parts: dict[str, Any]
    heart: bool = False
    hum: bool = False
    counted: Alarms = field(default_factory=lambda: Alarms(0, 0, 0.0))
    events: Alarms = field(default_factory=lambda: Alarms(0, 0, 0.0))
    beats: int = 0
    opened_at_beats: int = 0
    continues: bool = True
    may_be_refused: bool = False
    refused: int = 0


def r_peak_at_0_db() -> float:
    """Return the R peak, uV, that is as loud as 1 uV RMS of rest in the band, as `simulate_onset` finds it."""
    trial = unguard.OnsetTrial(snr_dB=0, emg_over_ecg_dB=0, noise_colour="trunk")
    return float(unguard.simulate_onset(trial).r_peak_uV) / float(trial.noise)


def kinds() -> list[Disturbed]:
    """Return each by itself, and all together."""
    units = {"resting_units": unguard.RestingUnits(after=SETTLED_S + REST_S)}
    drift = {"level_drift": unguard.LevelDrift()}
    heart = {"ecg": unguard.EcgArtefact(r_peak=list(r_peak_at_0_db() * RESTING))}
    hum = {"mains": unguard.MainsArtefact(level=[5.0, 3.0, 8.0, 4.0])}
    return [
        Disturbed("single motor units", units),
        Disturbed("drifting noise", drift),
        Disturbed("ECG at 0 dB", heart, heart=True),
        Disturbed("hum", hum, hum=True),
        Disturbed("all together", units | drift | heart | hum, heart=True, hum=True),
    ]


def records(kind: Disturbed, seeds: Iterable[int], **fields: Any) -> Iterator[tuple[Array, Any]]:
    """Return records behind the filters of a session, and their truth."""
    for seed in seeds:
        made = unguard.simulate(unguard.Paraspinal(seed=seed, rate=FS, **fields, **kind.parts))
        x = made.data
        if kind.hum:
            x = unguard.Chain(unguard.LineCanceller(frequency=50))(x, fs=FS)
        yield np.asarray(unguard.Chain(unguard.Bandpass())(x, fs=FS)), made.truth


def drifting_faster(times: int) -> Disturbed:
    """Return the drift of the bar, so many times as fast."""
    usual = unguard.LevelDrift()
    return Disturbed(
        f"drifting noise, {times} times as fast",
        {"level_drift": usual.replace(period=usual.period / times)},
        may_be_refused=True,
    )


def still(kind: Disturbed, count: int) -> Iterator[tuple[Array, Any]]:
    """Return records in which no muscle goes on."""
    nothing = unguard.RestEvents(spikes=0, bursts=0, tonics=0)
    return records(kind, range(SEEDS, SEEDS + count), duration=SECONDS, rest_events=nothing)


def told_of(kind: Disturbed, x: Array, truth: Any) -> Any:
    """Return ours, calibrated on the first rest of a record."""
    peaks = truth["r_peaks"] if kind.heart else []
    calibration = unguard.calibrate_activity(
        x[FIRST:LAST],
        fs=FS,
        band=BAND_TEXT,
        r_peaks=[p - FIRST for p in peaks if FIRST <= p < LAST] or None,
    )
    return unguard.ActivityDetector(calibration=calibration, false_alarms=TOLD, continues=kind.continues)


def in_context(ours: Any) -> Any:
    """Return EventDetector as it is by default, in declared rest, that knows what ours knows."""
    return unguard.EventDetector(all_rest=True).calibrated(ours.calibration, continues=ours.continues)


def count(kind: Disturbed, records: int, records_of_events: int = 0) -> None:
    """Run ours over so many records in which nothing happens, and EventDetector over so many of them."""
    for number, (x, truth) in enumerate(still(kind, records)):
        beats = np.array([p - LAST for p in truth["r_peaks"] if p >= LAST]) if kind.heart else np.empty(0)
        opened: set[tuple[int, int]] = set()

        def at_a_beat(report: Any, beats: Array = beats, opened: set[tuple[int, int]] = opened) -> None:
            near = np.flatnonzero(np.abs(beats - report.decided) < NEAR_S * FS)
            opened.update((report.channel, int(b)) for b in near[:1])

        try:
            ours = told_of(kind, x, truth)
        except unguard.ConfigError:
            # Who calibrates is told that it is no rest, and there is nothing to count.
            if not kind.may_be_refused:
                raise
            kind.refused += 1
            continue
        kind.counted += alarms(ours, [x[LAST:]], opens=at_a_beat)
        if number < records_of_events:
            kind.events += alarms(in_context(ours), [x[LAST:]])
        kind.beats += CHANNELS * len(beats)
        kind.opened_at_beats += len(opened)


def found(kind: Disturbed) -> dict[str, tuple[int, int]]:
    """Return how many true events of 10 to 20 dB were found in the same rest, and how many there were, by kind."""
    counted: dict[str, tuple[int, int]] = {}
    fields = {"duration": EVENTS_S, "rest_events": unguard.RestEvents(quiet=SETTLED_S + REST_S)}
    for x, truth in records(kind, range(SEEDS + 500, SEEDS + 500 + RECORDS_OF_EVENTS), **fields):
        closed = [r for r in unguard.detect(told_of(kind, x, truth), x[LAST:], fs=FS) if r.report == "CLOSE"]
        for channel in range(x.shape[1]):
            ours = [ScoredEvent(r.onset, r.offset) for r in closed if r.channel == channel]
            true = [
                ScoredEvent(t["onset"] - LAST, t["offset"] - LAST, t["kind"])
                for t in truth["events"]
                if t["channel"] == channel
            ]
            pairs = {j for _, j in match(sorted(ours, key=lambda r: r.onset), true, fs=FS)}
            for j, event in enumerate(true):
                hits, all_ = counted.get(event.kind, (0, 0))
                counted[event.kind] = hits + (j in pairs), all_ + 1
    return counted


def published(kind: Disturbed) -> tuple[dict[str, Alarms], list[str]]:
    """Return how often the published ones alarm there, told TOLD_PUBLISHED of each record's calibrated noise; and why
    others are not there.
    """
    counted: dict[str, Alarms] = {}
    refused = []
    noise = unguard.NoiseCalibrator(most_change=1000, most_peaked=1000)
    for x, _ in still(kind, RECORDS_OF_PUBLISHED):
        rest = x[FIRST:LAST]
        model = unguard.calibrate_noise(rest, fs=FS, band=BAND_TEXT, spec=noise)
        for spec in SPECS:
            name = type(spec).__name__
            with_threshold = at_false_alarms(spec, model, TOLD_PUBLISHED * ALLOWED.get(name, 1.0))
            if isinstance(with_threshold, str):
                refused.append(f"{name}: {with_threshold}")
                continue
            spec, learns = told(with_threshold, rest, FS, model)
            one = alarms(spec, [x[FIRST:] if learns else x[LAST:]])
            # Nothing alarms while it learns.
            heard = Alarms(one.alarms, one.cancelled, x[LAST:].size / FS / 3600)
            counted[name] = counted.get(name, Alarms(0, 0, 0)) + heard
    return counted, refused


def measure(e: Evidence, number: int) -> None:
    """Count on one of kinds()."""
    kind = kinds()[number]
    count(kind, RECORDS, RECORDS_OF_EVENT_DETECTOR)
    c = kind.counted
    e.add(f"rest with {kind.name}: ACTIVITY false alarms over {hours_heard(c.hours, CHANNELS)}", BAR, c.counted(),
          f"{RECORDS} records, each calibrated on its own rest"
          + (", R peaks in it of the truth" if kind.heart else ""), c.upper() <= 1)  # fmt: skip
    if kind.heart:
        share = kind.opened_at_beats / kind.beats
        # So many beats have an OPEN beside them where none is of a beat. Units bring more than the bar.
        a_second = (c.alarms + c.cancelled) / c.hours / 3600
        by_chance = 1 - np.exp(-a_second * 2 * NEAR_S)
        alone = kind.parts.keys() == {"ecg"}
        e.add(f"rest with {kind.name}: beats that OPEN at all", "<= 10 %" if alone else "-",
              f"{100 * share:.2f} % of {kind.beats}",
              f"truth of the generator; as many OPENs by chance {100 * by_chance:.2f} %",
              share <= 0.1 if alone else None)  # fmt: skip
    e.add(f"rest with {kind.name}: EventDetector's false alarms, of whatever kind", "-",
          kind.events.rate(),
          f"its `activity` as it is by default, which keeps what lasts 15 ms, from where the rest ended; "
          f"{hours_heard(kind.events.hours, CHANNELS)}")  # fmt: skip
    if kind.parts.keys() == {"level_drift"}:
        elsewhere = Disturbed(kind.name, kind.parts, continues=False)
        count(elsewhere, RECORDS_OF_ELSEWHERE)
        a = elsewhere.counted
        e.add(f"rest with {kind.name}, the stream not said to go on from it: ACTIVITY false alarms over "
              f"{hours_heard(a.hours, CHANNELS)}", BAR, a.counted(),
              f"as it is by default; {RECORDS_OF_ELSEWHERE} records, {CHANNELS * RECORDS_OF_ELSEWHERE} beginnings",
              a.upper() <= 1)  # fmt: skip
        for times in FASTER:
            faster = drifting_faster(times)
            count(faster, RECORDS_OF_FASTER)
            a = faster.counted
            e.add(f"rest with {faster.name}: ACTIVITY false alarms over {hours_heard(a.hours, CHANNELS)}", "-",
                  a.rate() if a.hours else "every rest is refused",
                  f"beyond what is followed; {RECORDS_OF_FASTER} records, {faster.refused} of them refused, for their "
                  "rest does not hold still")  # fmt: skip
    events = found(kind)
    e.add(f"rest with {kind.name}: true events of 10 to 20 dB found by the same detector", "-",
          ", ".join(f"{name} {hits} of {all_}" for name, (hits, all_) in sorted(events.items())),
          f"what so few false alarms cost; {RECORDS_OF_EVENTS} other records of {EVENTS_S - SETTLED_S - REST_S:g} s, "
          "one to one")  # fmt: skip
    counted, refused = published(kind)
    beside = sorted(counted.items(), key=lambda kv: kv[1].per_hour())
    e.add(f"rest with {kind.name}: published detectors, told {TOLD_PUBLISHED:g} / channel hour", "-",
          "; ".join([f"{named(name)} {a.per_hour():.0f}" for name, a in beside] + refused) + " / channel hour",
          f"{RECORDS_OF_PUBLISHED} records, told the same rest without its R peaks; "
          f"ours is told {TOLD:g} / channel hour")  # fmt: skip
