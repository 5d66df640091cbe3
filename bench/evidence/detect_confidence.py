"""Does confidence keep its word: of events said with confidence p, is a share p true? Rows for `detect`.

True activities come at a known rate among false alarms; the detector is told both rates, or a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import unguard

from bench.evidence.calibration_error import CalibrationError, Chances, Truths, calibration_error
from bench.evidence.confidence_picture import AS_TOLD, draw
from bench.evidence.onset_trials import BAND, BAND_TEXT, FS, Array, heard
from bench.evidence.table import Evidence

#: Of all streams of this evidence; what the constants of EventConfidence were chosen on used others.
SEEDS = 70_000_000
BAR = 0.05
#: Of the true activities, uniform in dB and in the logarithm of the duration.
SNR_DB, DURATION_S = (2.0, 15.0), (0.03, 0.5)
WEAK_DB, SHORT_S = (1.0, 5.0), (0.03, 0.1)
REST_S = 20.0
#: A decision so long after an activity may still be about it: the filters ring.
RINGING = int(0.025 * FS)


@dataclass
class Said:
    """The confidences of all reports of one kind, and whether the event was true."""

    chance: list[float] = field(default_factory=list)
    true: list[bool] = field(default_factory=list)

    def add(self, chance: float, true: bool) -> None:
        """Take one."""
        self.chance.append(chance)
        self.true.append(true)

    def arrays(self) -> tuple[Chances, Truths]:
        """Return both as arrays."""
        return np.array(self.chance), np.array(self.true, bool)

    def error(self) -> CalibrationError:
        """Return how well it kept its word."""
        return calibration_error(*self.arrays())


Kinds = dict[str, Said]


@dataclass(frozen=True)
class Mix:
    """Streams with so many true activities an hour, to a detector that is told so many false alarms and true ones.

    number: chooses the seeds. calibrations: that the hours are shared by, so that none alone decides.
    """

    number: int
    preset: str
    false_alarms: float
    activities: float
    hours: float
    expected: float = 0.0
    heart: bool = False
    snr_dB: tuple[float, float] = SNR_DB
    duration_s: tuple[float, float] = DURATION_S
    calibrations: int = 30

    @property
    def told(self) -> float:
        """How many true ones an hour the detector is told; 0: the truth."""
        return self.expected or self.activities


def an_activity(mix: Mix, random: np.random.Generator) -> dict[str, float]:
    """Return the size and the duration of a true one."""
    shortest, longest = np.log(mix.duration_s)
    return {"snr_dB": random.uniform(*mix.snr_dB), "active": float(np.exp(random.uniform(shortest, longest)))}


def pieces(mix: Mix, seed: int, hours: float) -> Iterator[tuple[Array, int, int]]:
    """Return a stream piece by piece, unfiltered, each with one activity somewhere: from and to which sample."""
    random = np.random.default_rng(seed)
    length = 3600 / mix.activities
    for i in range(round(hours * mix.activities)):
        one = an_activity(mix, random)
        before = random.uniform(0.1, length - 0.7)
        heart = {"emg_over_ecg_dB": one["snr_dB"]} if mix.heart else {}  # as loud as the noise
        made = unguard.simulate_onset(
            unguard.OnsetTrial(
                seed=seed + 1 + i, rate=FS, carrier=mix.preset, baseline=before,
                tail=length - before - one["active"], **one, **heart,
            )
        )  # fmt: skip
        yield made.data, made.onset, made.offset


def calibrated(mix: Mix, seed: int) -> Any:
    """Return what the detector knows: of 20 s of rest and 5 s of contraction, from other seeds."""
    heart = {"emg_over_ecg_dB": 20.0} if mix.heart else {}
    made = unguard.simulate_onset(
        unguard.OnsetTrial(
            seed=seed + 90_000, rate=FS, carrier=mix.preset, snr_dB=20, baseline=REST_S + 1, active=5.5, **heart
        )
    )
    loud = unguard.simulate_onset(
        unguard.OnsetTrial(seed=seed + 90_001, rate=FS, carrier=mix.preset, snr_dB=20, baseline=0.2, active=5.5)
    )
    first = int(FS)
    return unguard.calibrate_activity(
        heard(made.data)[first : made.onset],
        heard(loud.data)[loud.onset + 500 : loud.offset],
        fs=FS,
        band=BAND_TEXT,
        r_peaks=[p - first for p in made.r_peaks if first <= p < made.onset] or None,
    )


def judge(kinds: Kinds, reports: list[Any], onsets: Array, offsets: Array) -> None:
    """Take one channel's reports: an OPEN is true that is decided while an activity is on; the end of an event is true
    where the event overlaps one."""
    for report in reports:
        if report.report in ("OPEN", "UPDATE"):
            k = int(np.searchsorted(onsets, report.decided, side="right")) - 1
            kinds[report.report].add(report.confidence, bool(k >= 0 and report.decided < offsets[k] + RINGING))
        elif report.report == "CLOSE":
            k = int(np.searchsorted(offsets, report.onset, side="right"))
            kinds["CLOSE"].add(report.confidence, bool(k < len(onsets) and onsets[k] < report.offset))


def nothing_said() -> Kinds:
    """Return no reports of any kind."""
    return {"OPEN": Said(), "UPDATE": Said(), "CLOSE": Said()}


def activity_detector(mix: Mix, known: Any) -> Any:
    """Return ours, told how many come."""
    return unguard.ActivityDetector(calibration=known, false_alarms=mix.false_alarms, expected=mix.told)


def event_detector(mix: Mix, known: Any) -> Any:
    """Return ours in declared rest, as it is by default, which the mix has to be."""
    spec = unguard.EventDetector(all_rest=True).calibrated(known)
    assert (spec.activity.false_alarms, spec.activity.expected) == (mix.false_alarms, mix.told)
    return spec


def run(mix: Mix, detector: Callable[[Mix, Any], Any] = activity_detector) -> Kinds:
    """Return what a detector said of several streams, each calibrated by itself."""
    kinds = nothing_said()
    for calibration in range(mix.calibrations):
        seed = SEEDS + 10_000_000 * mix.number + 100_000 * calibration
        spec = detector(mix, calibrated(mix, seed))
        live, band = spec.start(fs=FS, channels=1), unguard.Chain(BAND).start(fs=FS)
        reports, onsets, offsets = [], [], []
        for data, onset, offset in pieces(mix, seed, mix.hours / mix.calibrations):
            onsets.append(live.position + onset)
            offsets.append(live.position + offset)
            reports += live.process(np.asarray(band.process(data)))
        judge(kinds, reports + live.finish(), np.array(onsets), np.array(offsets))
    return kinds


def among_units(false_alarms: float = 600, activities: float = 300, records: int = 5) -> Kinds:
    """Return what a detector said where single motor units fire in the rest of four muscles."""
    kinds = nothing_said()
    mix = Mix(0, "trunk", false_alarms, activities, 0)
    seconds, settled, noise_uV = 700.0, 20.0, 0.1
    first, last = int(settled * FS), int((settled + REST_S) * FS)
    for record in range(records):
        seed = SEEDS + 10_000 * record
        random = np.random.default_rng(seed)
        quiet = unguard.Paraspinal(
            seed=seed, rate=FS, duration=seconds, resting_units=unguard.RestingUnits(after=settled + REST_S),
            rest_events=unguard.RestEvents(spikes=0, bursts=0, tonics=0),
        )  # fmt: skip
        x = np.array(unguard.simulate(quiet).data)
        rms = heard(x)[first:last].std(axis=0)
        truth: list[tuple[list[int], list[int]]] = [([], []) for _ in rms]
        length = int(3600 / activities * FS)
        for start in range(last, len(x) - length, length):
            for c in range(len(rms)):
                one = an_activity(mix, random)
                one["snr_dB"] += 20 * float(np.log10(rms[c] / noise_uV))
                made = unguard.simulate_onset(
                    unguard.OnsetTrial(seed=int(random.integers(1 << 40)), rate=FS, carrier="trunk", noise=noise_uV,
                                       baseline=0, tail=0, **one)
                )  # fmt: skip
                onset = start + int(random.integers(length - 2000))
                x[onset : onset + len(made.data), c] += made.data
                truth[c][0].append(onset - last)
                truth[c][1].append(onset - last + len(made.data))
        x = heard(x)
        calibration = unguard.calibrate_activity(x[first:last], fs=FS, band=BAND_TEXT)
        spec = unguard.ActivityDetector(calibration=calibration, false_alarms=false_alarms, expected=activities)
        reports = list(unguard.detect(spec, x[last:], fs=FS))
        for c, (onsets, offsets) in enumerate(truth):
            judge(kinds, [r for r in reports if r.channel == c], np.array(onsets), np.array(offsets))
    return kinds


def measure(e: Evidence) -> None:
    """Mixes with the truth told, wrong ones beside, and rests that are not quiet."""
    told: dict[str, list[Kinds]] = {}
    numbers = iter(range(1, 100))
    for false_alarms, activities, hours in ((60.0, 40.0, 60.0), (600.0, 300.0, 10.0)):
        for preset in ("limb", "trunk"):
            kinds = run(Mix(next(numbers), preset, false_alarms, activities, hours))
            mix = f"{activities:g} true, {false_alarms:g} false alarms / channel hour"
            told.setdefault(mix + AS_TOLD, []).append(kinds)
            for kind, said in kinds.items():
                error = said.error()
                # What closes has come to 5 nats more than its threshold: hardly any of it is false, and a bar would
                # be met by whatever is said.
                barred = kind != "CLOSE"
                e.add(f"{preset}, {mix}: calibration error of confidence at {kind}",
                      f"<= {BAR:g}; at least 20 % false" if barred else "-", str(error),
                      f"{error.perfect:.3f} of a perfect one with as many",
                      error.worst <= BAR and error.false >= 0.2 if barred else None)  # fmt: skip
    for name, mix in {
        "true ones twice as often as told": Mix(next(numbers), "limb", 600, 300, 10, expected=150),
        "true ones half as often as told": Mix(next(numbers), "limb", 600, 300, 10, expected=600),
        "1 to 5 dB and 30 to 100 ms": Mix(next(numbers), "limb", 600, 300, 10, snr_dB=WEAK_DB, duration_s=SHORT_S),
        "heart at 0 dB": Mix(next(numbers), "limb", 600, 300, 10, heart=True),
    }.items():
        kinds = run(mix)
        if mix.told != mix.activities:
            told[name] = [kinds]
        beside(e, name, kinds)
    beside(e, "single motor units in the rest", among_units())
    by_default: dict[str, tuple[Any, Callable[[Mix, Any], Any]]] = {
        "ActivityDetector as it is by default": (unguard.ActivityDetector(), activity_detector),
        "EventDetector as it is by default, in declared rest": (unguard.EventDetector().activity, event_detector),
    }
    for name, (told_so, detector) in by_default.items():
        mix = Mix(next(numbers), "limb", told_so.false_alarms, told_so.expected, 10)
        held(e, name, mix, run(mix, detector))
    draw(told, e.picture("confidence", "Reliability at OPEN and at CLOSE: the share of true events by confidence"))


def held(e: Evidence, name: str, mix: Mix, kinds: Kinds) -> None:
    """Row of a detector that the bar holds for at every report, however few are false."""
    errors = {kind: said.error() for kind, said in kinds.items()}
    e.add(f"confidence of {name}, {mix.activities:g} true, {mix.false_alarms:g} false alarms / channel hour: "
          "calibration error", f"<= {BAR:g} at {', '.join(errors)}",
          "; ".join(f"{kind} {error}" for kind, error in errors.items()),
          "of a perfect one with as many " + ", ".join(f"{error.perfect:.3f}" for error in errors.values())
          + "; few are false: the rows above ask more",
          all(error.worst <= BAR for error in errors.values()))  # fmt: skip


def beside(e: Evidence, name: str, kinds: Kinds, mix: str = "300 true, 600 false alarms / channel hour") -> None:
    """Rows of what no bar is set for."""
    said = "; ".join(f"{kind} {said.error()}" for kind, said in kinds.items() if kind != "UPDATE")
    e.add(f"confidence, {mix}, {name}: calibration error", "-", said, "as above")
