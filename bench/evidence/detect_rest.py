"""Rest that is not quiet: single motor units, a heart at 0 dB, drifting noise and hum. Rows for `detect`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import unguard

from bench.evidence.onset_trials import FS, SEEDS, Alarms, Array, alarms
from bench.evidence.published_detectors import at_false_alarms, named, told
from bench.evidence.table import Evidence

#: Records of eleven minutes and four channels: hours enough that chance does not decide.
RECORDS = 60
SECONDS = 700.0
#: What the published ones are told, an hour, which is soon found.
RECORDS_OF_PUBLISHED, TOLD_PUBLISHED = 1, 10.0
#: OPENs of noise an hour that ours is told.
TOLD = 2.0
#: Mains needs this long before what it leaves is rest.
SETTLED_S, REST_S = 20.0, 20.0
#: An OPEN so near to an R peak is at that beat.
NEAR_S = 0.1
#: Of the autoregressive model of rest: hum and hearts need more than the default.
ORDER = 20
RESTING = np.array([1.5, 1.8, 1.2, 2.2])
BAND_TEXT = "mains taken off, 20-450 Hz, order 4, causal"


@dataclass
class Disturbed:
    """A rest by what is in it."""

    name: str
    parts: dict[str, Any]
    heart: bool = False
    hum: bool = False
    counted: Alarms = field(default_factory=lambda: Alarms(0, 0, 0.0))
    beats: int = 0
    opened_at_beats: int = 0


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


def records(kind: Disturbed) -> Iterator[tuple[Array, Any]]:
    """Return the records behind the filters of a session."""
    for i in range(RECORDS):
        spec = unguard.Paraspinal(
            seed=SEEDS + i,
            rate=FS,
            duration=SECONDS,
            rest_events=unguard.RestEvents(spikes=0, bursts=0, tonics=0),
            **kind.parts,
        )
        made = unguard.simulate(spec)
        x = made.data
        if kind.hum:
            x = unguard.Chain(unguard.LineCanceller(frequency=50))(x, fs=FS)
        yield np.asarray(unguard.Chain(unguard.Bandpass())(x, fs=FS)), made.truth


def count(kind: Disturbed) -> None:
    """Run ours over every record, calibrated on its own first rest."""
    first, last = int(SETTLED_S * FS), int((SETTLED_S + REST_S) * FS)
    for x, truth in records(kind):
        peaks = truth["r_peaks"] if kind.heart else []
        calibration = unguard.calibrate_activity(
            x[first:last],
            fs=FS,
            band=BAND_TEXT,
            r_peaks=[p - first for p in peaks if first <= p < last] or None,
            spec=unguard.ActivityCalibrator(noise=unguard.NoiseCalibrator(order=ORDER)),
        )
        beats = np.array([p - last for p in peaks if p >= last])
        opened: set[tuple[int, int]] = set()

        def at_a_beat(report: Any, beats: Array = beats, opened: set[tuple[int, int]] = opened) -> None:
            near = np.flatnonzero(np.abs(beats - report.decided) < NEAR_S * FS)
            opened.update((report.channel, int(b)) for b in near[:1])

        spec = unguard.ActivityDetector(calibration=calibration, false_alarms=TOLD, continues=True)
        kind.counted += alarms(spec, [x[last:]], opens=at_a_beat)
        kind.beats += 4 * len(beats)
        kind.opened_at_beats += len(opened)


def published(kind: Disturbed) -> dict[str, Alarms]:
    """Return how often the published ones alarm there, told TOLD_PUBLISHED of each record's calibrated noise."""
    first, last = int(SETTLED_S * FS), int((SETTLED_S + REST_S) * FS)
    counted: dict[str, Alarms] = {}
    for x, _ in itertools.islice(records(kind), RECORDS_OF_PUBLISHED):
        still = x[first:last]
        noise = unguard.NoiseCalibrator(order=ORDER, most_change=1000, most_peaked=1000)
        model = unguard.calibrate_noise(still, fs=FS, band=BAND_TEXT, spec=noise)
        for name, found in at_false_alarms(model, TOLD_PUBLISHED).items():
            if isinstance(found, str):
                continue
            spec, learns = told(found, still, FS, model)
            one = alarms(spec, [x[first:] if learns else x[last:]])
            # Nothing alarms while it learns.
            heard = Alarms(one.alarms, one.cancelled, x[last:].size / FS / 3600)
            counted[name] = counted.get(name, Alarms(0, 0, 0)) + heard
    return counted


def measure(e: Evidence, number: int) -> None:
    """Count on one of kinds()."""
    kind = kinds()[number]
    count(kind)
    c = kind.counted
    e.add(f"rest with {kind.name}: ACTIVITY false alarms over {c.hours:.1f} channel hours", "<= 1 / h (upper 95 %)",
          f"{c.alarms} (<= {c.upper():.2f} / h); {c.cancelled / c.hours / 60:.1f} / min cancelled",
          f"{RECORDS} records, each calibrated on its own rest: model of order {ORDER}"
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
    beside = sorted(published(kind).items(), key=lambda kv: kv[1].alarms / kv[1].hours)
    e.add(f"rest with {kind.name}: published detectors, told {TOLD_PUBLISHED:g} / h", "-",
          ", ".join(f"{named(name)} {a.alarms / a.hours:.0f} / h" for name, a in beside) or "none has a threshold",
          f"{RECORDS_OF_PUBLISHED} record, {sum(a.hours for _, a in beside[:1]):.1f} channel hours, told the same "
          f"rest, model of order {ORDER}")  # fmt: skip
