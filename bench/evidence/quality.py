"""Evidence for cleaning and trust: mains, electrodes, faults, lost packets, whole sessions, and what they cost.

The tests measure; this runs them with the numbers of the slow tier and quotes what they say.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sized

import numpy as np
import unguard

from bench.evidence import latency, quality_picture, real_ecg, tests_said
from bench.evidence.table import Evidence

SCHEDULES = 10_000
HARD_SCHEDULES = 1_000


def expect(e: Evidence, what: str, count: int, found: Sized) -> None:
    """Add a row that fails where the tests did not say as much as they should."""
    if len(found) != count:
        e.add(what, f"{count} measured", f"{len(found)} were", "", False)


def mains(e: Evidence) -> None:
    """Hum of 100 uV under EMG of 20 uV."""
    passed, said = tests_said.cpp("denoise", "LineCanceller.*")
    rows = re.findall(
        r"\] (.*?), (\d) lines of [\d.]+ Hz( drifting)? at ([\d.]+) Hz: hum left (\S+) dB \(by difference (\S+) dB, "
        r"(\S+) dB in the worst 10 s, (\S+) dB in all of them\), "
        r"40 dB after (\S+) s, EMG lost (\S+) %, readings off by (\S+) %, without hum (\S+) dB",
        said,
    )
    for name, drifting, bar in (("steady", False, 40), ("drifting 0.02 Hz/s", True, 30)):
        some = [r for r in rows if r[0] == "canceller" and bool(r[2]) == drifting]
        if not some:
            e.add(f"hum, {name}", f">= {bar} dB", "nothing was measured", "", False)
            continue
        left, difference, in_10, lost, off, without = (max(float(r[i]) for r in some) for i in (4, 5, 6, 9, 10, 11))
        in_all = 10 * np.log10(np.mean([10 ** (float(r[7]) / 10) for r in some]))
        e.add(
            f"hum of 100 uV under 20 uV, {name}: down by",
            f">= {bar} dB",
            f"{-left:.1f} dB in every 10 s from 10 s on; by difference {-difference:.1f} dB over 50 s, "
            f"{-in_all:.1f} dB in {5 * len(some)} times 10 s, {-in_10:.1f} dB in the worst of them",
            "half the sum of the runs with the EMG and with its sign turned, on the hum's phase",
            passed and left <= -bar and difference <= -bar,
        )
        e.add(f"readings of 250 ms, {name}: off by", "<= 4 %", f"{off:.2f} %", "the EMG alone", passed and off <= 4)
        e.add(f"EMG lost, {name}", "<= 6 %", f"{lost:.2f} %", "projection on the EMG", passed and lost <= 6)
        e.add(f"power without hum, {name}", "<= 0.1 dB", f"{without:.4f} dB", "untouched", passed and without <= 0.1)
    told = [r for r in rows if r[0] == "canceller"]
    slowest = max((float(r[8]) for r in told), default=float("inf"))
    e.add("hum down by 40 dB after", "print", f"{slowest:.2f} s at the latest", f"{len(told)} runs")
    combs = [r for r in rows if r[0].startswith("comb")]
    worst = max((float(r[10]) for r in combs), default=float("inf"))
    e.add(
        "a fixed comb of 2 Hz, readings of the same", "print", f"off by up to {worst:.0f} %", "0.2 Hz off its frequency"
    )


def real_heart(e: Evidence) -> None:
    """R peaks of a real heart in real muscle."""
    x, fs, _, _ = real_ecg.emggo()
    beats = [event.onset / fs for event in unguard.detect(unguard.RPeaks(), x, fs=fs) if event.report == "CLOSE"]
    score = real_ecg.score_r_peaks(np.array(beats))
    e.add(
        "R peaks of a real heart between bursts of a real muscle",
        ">= 98 %",
        f"sensitivity {score.sensitivity:.2f} % of {score.beats}, precision {score.precision:.2f} %",
        "not independent: annotated on the same channel, offline and by eye, for no ECG was recorded beside it; "
        "to 40 ms, from 20 s on, outside bursts",
        score.beats >= 500 and min(score.sensitivity, score.precision) >= 98,
    )


def heart(e: Evidence) -> None:
    """R peaks, and what is left of the heart: simulated, and real hearts in simulated muscle."""
    passed, said = tests_said.cpp("denoise", "RPeaks.*:EcgSubtraction*")
    peaks = re.findall(
        r"\] (.*?), ([\d.]+) Hz, (\d+) channels, EMG:ECG (\S+) dB: "
        r"sensitivity (\S+) % of (\d+), precision (\S+) % of \d+, "
        r"worst (\S+) ms off, not believable (\S+) %",
        said,
    )
    for ratio, bar in (("+0", 99), ("+5", 95)):
        some = [r for r in peaks if r[3] == ratio]
        expect(e, f"R peaks at {ratio} dB", max(len(some), 1), some)
        if some:
            sensitivity, precision = (min(float(r[i]) for r in some) for i in (4, 6))
            e.add(
                f"R peaks at {ratio} dB EMG:ECG",
                f">= {bar} %",
                f"sensitivity {sensitivity:.2f} %, precision {precision:.2f} %",
                "simulated hearts, worst of all rates and channels tried",
                passed and min(sensitivity, precision) >= bar,
            )
    doubts = [(r[0], r[3], float(r[8])) for r in peaks]
    good = [share for _, ratio, share in doubts if ratio != "+20"]
    lost = [share for _, ratio, share in doubts if ratio == "+20"]
    if not good or not lost:
        e.add("R peaks not believable", "< 2 %, > 95 %", "nothing was measured", "", False)
    else:
        e.add(
            "R peaks said not to be believable: at +10 dB and below, and at +20 dB",
            "< 2 %; > 95 %",
            f"{max(good):.1f} %; {min(lost):.1f} %",
            f"of the time; worst of {len(good)} and {len(lost)} runs",
            passed and max(good) < 2 and min(lost) > 95,
        )
    real_heart(e)
    left = re.findall(
        r"\] EMG (\S+) uV, EMG:ECG (\S+) dB, worst of 4: error of 250 ms RMS (\S+) % \(EMG lost (\S+) %\); "
        r"no treatment "
        r"(\S+) %; 30 Hz high-pass (\S+) % \((\S+) % lost\); 60 Hz (\S+) % \((\S+) % lost\)",
        said,
    )
    expect(e, "the heart taken off, simulated", 6, left)
    for level, ratio, error, lost, none, low, low_lost, high, high_lost in left:
        bar = real_ecg.BARS[float(level)][real_ecg.RATIOS.index(int(float(ratio)))]
        e.add(
            f"readings at {level} uV, {ratio} dB, simulated heart",
            f"<= {bar} %, EMG lost <= 5 %",
            f"{error} %, {lost} % lost",
            f"untreated {none} %; 30 Hz {low} % ({low_lost} % lost), 60 Hz {high} % ({high_lost} % lost)",
            passed and float(error) <= bar and float(lost) <= real_ecg.MOST_LOST,
        )
    subtraction = unguard.EcgSubtraction()
    measured = list(real_ecg.measure(lambda x, fs: subtraction(x, fs=fs)))
    expect(e, "real hearts", 6 * len(real_ecg.recordings()), measured)
    for level in real_ecg.BARS:
        for ratio in real_ecg.RATIOS:
            some = [m for m in measured if (m.level, m.ratio) == (level, ratio)]
            worst = max(some, key=lambda m: m.treated.error)
            e.add(
                f"readings at {level:g} uV, {ratio:+d} dB, real hearts",
                f"<= {worst.bar} %, EMG lost <= 5 %",
                f"{worst.treated.error:.1f} % ({worst.recording}), {max(m.treated.lost for m in some):.1f} % lost",
                f"there untreated {worst.untreated.error:.0f} %; 30 Hz {worst.high_pass_30.error:.0f} % "
                f"({worst.high_pass_30.lost:.0f} % lost), 60 Hz {worst.high_pass_60.error:.0f} %; "
                f"worst of {len(some)} recordings",
                all(m.enough for m in some),
            )


def gated_heart(e: Evidence) -> None:
    """Heartbeats left out of readings, and what the band of the trunk costs."""
    passed, said = tests_said.cpp("denoise", "HeartGate.*:TrunkBand.*")
    marked = tests_said.number(said, r"at 75 beats a minute (\S+) % marked")
    left_out = tests_said.number(said, r"marked, (\S+) % left out of a level")
    e.add(
        "a gate at 75 beats a minute leaves out",
        "<= 15 %",
        f"{left_out} % of a level, {marked} % marked",
        "simulated",
        passed and left_out <= 15,
    )
    left = re.findall(
        r"\] gate, EMG (\S+) uV, EMG:ECG (\S+) dB, worst of 4: error of 250 ms RMS (\S+) % \(left out (\S+) % of the "
        r"time, no value (\S+) %\), behind 30 Hz (\S+) %; of EMG alone as gated (\S+) %; subtraction (\S+) %; "
        r"no treatment (\S+) %; P and T waves and what rings between gates (\S+) % of",
        said,
    )
    expect(e, "the heart left out, simulated", 6, left)
    for level, ratio, error, out, none, low, alone, subtraction, untreated, between in left:
        bar = 12 if ratio == "-10" else 7
        e.add(
            f"readings at {level} uV, {ratio} dB, beats left out, simulated heart",
            f"<= {bar} %, no value <= 1 %",
            f"{error} %; {out} % of the time left out, no value {none} %",
            f"of that {alone} % for fewer samples; subtraction {subtraction} %, untreated {untreated} %; behind 30 Hz "
            f"{low} %; P, T and ringing between gates {between} % of the EMG",
            passed and float(error) <= bar and float(none) <= 1,
        )
    gate = unguard.HeartGate()

    def treat(x: real_ecg.Signal, fs: float) -> tuple[real_ecg.Signal, np.ndarray]:
        y, marks = gate(x, fs=fs, marks=True)
        return y, (marks & unguard.MARKS["heart"]) != 0

    measured = list(real_ecg.measure_gate(treat))
    expect(e, "real hearts behind a gate", 6 * len(real_ecg.recordings()), measured)
    for level in real_ecg.BARS:
        for ratio in real_ecg.RATIOS:
            some = [m for m in measured if (m.level, m.ratio) == (level, ratio)]
            worst = max(some, key=lambda m: m.error)
            most = max(some, key=lambda m: m.left_out)
            e.add(
                f"readings at {level:g} uV, {ratio:+d} dB, beats left out, real hearts",
                "print" if ratio > 0 else "< a third of untreated",
                f"{worst.error:.1f} % ({worst.recording}); up to {most.left_out:.1f} % of the time left out "
                f"({most.beats_per_minute:.0f} a minute), no value {max(m.no_value for m in some):.1f} %",
                f"there untreated {worst.untreated:.0f} %; worst of {len(some)} recordings",
                None if ratio > 0 else all(3 * m.error < m.untreated for m in some),
            )
    lost, told = re.search(r"trunk band: (\S+) % of the EMG .*? lost, closed form (\S+) %", said).groups()
    e.add(
        "trunk_band(), 30 to 450 Hz: EMG between 20 and 450 Hz lost",
        "16 +- 1 %",
        f"{lost} %",
        f"closed form {told} %; what is left of the heart: the 30 Hz figures above",
        passed and abs(float(lost) - 16) <= 1,
    )


def calibrations(e: Evidence) -> None:
    """How often the intervals of rests and references cover the truth."""
    passed, said = tests_said.cpp("detect", "RestCalibrator.*:ReferenceCalibrator.*:PercentOf.*")
    for what, share in re.findall(
        r"(level|spread|fast level|fast spread) (\S+) %", said.split("ests of 10 s covers: ")[-1]
    ):
        add_coverage(e, f"rest of 10 s, {what}", float(share), "the rest of 40 min of the same noise", passed)
    found = re.findall(
        r"\] reference, (.*?): 95 % interval covers (\S+) % of (\d+), bias (\S+) %, half as wide as (\S+) %", said
    )
    expect(e, "references", 7, found)
    for what, share, count, bias, width in found:
        add_coverage(e, f"reference, {what}", float(share), f"{count} simulated; +-{width} % wide", passed)
        e.add(f"reference, {what}: bias", "<= 1 %", f"{bias} %", "the effort put in", passed and abs(float(bias)) <= 1)


def add_coverage(e: Evidence, what: str, share: float, reference: str, passed: bool) -> None:
    """Add a row of an interval that says 95 %."""
    e.add(f"{what}: 95 % interval covers", "92 to 98 %", f"{share:.1f} %", reference, passed and 92 <= share <= 98)


def offline_heart(e: Evidence) -> None:
    """The heart out of whole records: each better than none, and than 30 Hz where the heart is loud; no other bar."""
    passed, said = tests_said.cpp("denoise", "PcaSubtraction*:WaveletSubtraction*:EkfSmoother*")
    e.add(
        "offline methods: laws, closed forms, bars of their tests", "pass", "passed" if passed else "failed", "", passed
    )
    left = re.findall(
        r"\] (\w+), EMG (\S+) uV, EMG:ECG (\S+) dB, worst of 4: error of 250 ms RMS (\S+) % \(EMG lost (\S+) %\); "
        r"no treatment (\S+) %; 30 Hz high-pass (\S+) %",
        said,
    )
    expect(e, "offline methods on simulated hearts", 18, left)
    for name, level, ratio, error, lost, none, low in left:
        add_offline(e, name, f"{level} uV, {ratio} dB, simulated heart", *(float(v) for v in (error, lost, none, low)))
    for method in (unguard.PcaSubtraction(), unguard.WaveletSubtraction(), unguard.EkfSmoother()):
        measured = list(real_ecg.measure(lambda x, fs, m=method: unguard.remove_ecg(x, fs=fs, method=m), delay=0))
        expect(e, "offline methods on real hearts", 6 * len(real_ecg.recordings()), measured)
        for level in real_ecg.BARS:
            for ratio in real_ecg.RATIOS:
                some = [m for m in measured if (m.level, m.ratio) == (level, ratio)]
                worst = max(some, key=lambda m: m.treated.error)
                add_offline(
                    e,
                    type(method).__name__,
                    f"{level:g} uV, {ratio:+d} dB, real hearts",
                    worst.treated.error,
                    max(m.treated.lost for m in some),
                    worst.untreated.error,
                    worst.high_pass_30.error,
                )


def add_offline(e: Evidence, name: str, what: str, error: float, lost: float, none: float, low: float) -> None:
    """Add a row of an offline method, which must be worth its while where the heart is as loud as the muscle."""
    bars = {
        "+10": ("print", None),
        "+0": ("< untreated", error < none),
        "-10": ("< untreated, 30 Hz", error < min(none, low)),
    }
    bar, enough = bars[what.split(", ")[1].removesuffix(" dB")]
    e.add(
        f"{name}, whole record, readings at {what}",
        bar,
        f"{error:.1f} %, {lost:.1f} % lost",
        f"there untreated {none:.0f} %; 30 Hz {low:.0f} %",
        enough,
    )


def electrodes(e: Evidence) -> None:
    """Flat and open inputs, rails, steps."""
    passed, said = tests_said.cpp("quality", "SignalCheck.*")
    for kind, bar in (("flat", 150), ("open", 300)):
        missed = tests_said.number(said, rf"\] {kind}: (\d+) of 1000 missed")
        latest = tests_said.number(said, rf"\] {kind}: \d+ of 1000 missed, latest (\d+) ms")
        what = "flat, 12 and 16 bits" if kind == "flat" else "open, hum of 0.2 to 2 mV"
        e.add(
            f"lead-off, {what}",
            f"99 % within {bar} ms",
            f"{100 - missed / 10:.1f} % of 1000, latest {latest:.0f} ms",
            "simulated; flat is within 150 ms where the step allows it; open at 46 to 64.5 Hz with all harmonics",
            passed and missed <= 10 and latest <= bar,
        )
    quiet = re.findall(r"\] step (\S+) uV: (\d+) alarms in 3.6 h of rest", said)
    expect(e, "false alarms on rest", 2, quiet)
    for step, alarms in quiet:
        e.add(
            f"false alarms on rest of 1 to 3 uV, step {step} uV",
            "upper 95 % limit <= 1/h",
            f"{alarms} in 3.6 h: <= {3.0 / 3.6:.2f}/h" if alarms == "0" else f"{alarms} in 3.6 h",
            "Poisson",
            passed and alarms == "0",
        )
    clipped = re.findall(r"\] rails (\w+): (\d+) of (\d+) clipped stretches found, (\d+) samples wrongly", said)
    expect(e, "clipping", 2, clipped)
    for rails, found, all_of, wrong in clipped:
        share = int(found) / int(all_of)
        e.add(
            f"clipping of 3 samples or more, rails {rails}",
            "100 %, none wrongly" if rails == "known" else "print; none wrongly",
            f"{100 * share:.2f} % of {all_of}, {wrong} samples wrongly; none in 1 h unclipped",
            "simulated",
            passed and wrong == "0" and (rails == "unknown" or share == 1),
        )
    low, high, back = (float(v) for v in re.search(r"off by (\S+) to (\S+) uV, back after (\d+) ms", said).groups())
    e.add(
        "steps of 1 to 300 mV",
        "level <= 1 uV up while OK; a value within 0.5 s",
        f"{low:.3f} to {high:.3f} uV, {back:.0f} ms",
        "the run without the step",
        passed and high <= 1 and back <= 500,
    )


def residue(e: Evidence) -> None:
    """What cleaning has left."""
    passed, said = tests_said.cpp("quality", "Residual.*")
    missed, latest = re.search(r"times the EMG: (\d+) of 200 missed, latest (\d+) ms", said).groups()
    e.add(
        "hum of 4 to 20 times the EMG behind the cleaning", "print", f"{missed} of 200 missed, latest {latest} ms", ""
    )
    dead, of_all, late = re.search(r"dead inputs .*: (\d+) of (\d+) missed, latest (\d+) ms", said).groups()
    e.add(
        "a dead input with noise up to 0.5 uV and drift",
        "none missed",
        f"{dead} of {of_all} missed, latest {late} ms",
        "none in 3 h of rest of 1 uV with 12 and 16 bits",
        passed and dead == "0",
    )
    seen, tugs, late = re.search(r"tugs: (\d+) of (\d+) found, at the latest (\d+) ms", said).groups()
    e.add(
        "cable tugs of 0.5 to 10 mV",
        "print",
        f"{seen} of {tugs} found, at the latest {late} ms after the level is half too high; none in 4 h of EMG",
        "simulated",
        None if passed else False,
    )


def faults(e: Evidence) -> None:
    """Random fault schedules of a minute each."""
    os.environ["UNGUARD_SCHEDULES"] = str(SCHEDULES)
    passed, said = tests_said.cpp("quality", "FaultSchedules.*")
    found = re.findall(
        r"\] (a [a-z ]+), (\d+) schedules: (\d+) of (\d+) readings .*?; (\S+) % of those .*? "
        r"at most (\S+ (?:uV|of itself))",
        said,
    )
    expect(e, "random schedules", 3, found)
    for path, count, fooled, beyond, useful, off in found:
        e.add(
            f"{path}, {count} random schedules of 1 to 6 faults a minute",
            "0 values beyond the detection bound",
            f"{fooled} of {beyond} readings",
            "flat, open, rail, step, lost, not finite, out of range",
            passed and fooled == "0" and int(count) == (SCHEDULES // 10 if "heart" in path else SCHEDULES),
        )
        e.add(
            f"{path}: a value where truth has been valid for 0.5 s",
            ">= 95 %",
            f"{useful} %, at most {off} away",
            "the run without faults",
            passed and float(useful) >= 95,
        )


def hard_faults(e: Evidence) -> None:
    """Several faults at a time, in a session with hum and a baseline that wanders."""
    os.environ["UNGUARD_SCHEDULES"] = str(HARD_SCHEDULES * 3)
    passed, said = tests_said.cpp("quality", "HardFaults.*")
    count, fooled, beyond, useful, far, most = re.search(
        r"hard faults, (\d+) schedules: (\d+) of (\d+) readings .*?; (\S+) % of those .*?; "
        r"(\S+) % of values more than half off, at most (\S+) of itself",
        said,
    ).groups()
    e.add(
        f"a session, {count} schedules of two to eight harder faults a minute, several at a time",
        "0 values beyond the detection bound; >= 95 %",
        f"{fooled} of {beyond}; {useful} % of those valid for 0.5 s",
        "slow steps, tugs, pulses, dead, open at 46 to 64.5 Hz, rail, lost; under hum of 20 uV and wander of 0.2 mV",
        passed and fooled == "0" and float(useful) >= 95,
    )
    e.add("the same: values more than half off", "<= 0.01 %", f"{far} %, at most {most} of itself", "", passed)


#: By how many of 100 packets are lost: readings off by at most, and with a value for at least, per cent.
LOSSES = {"1": (2, 80), "10": (5, 30)}


def packets(e: Evidence) -> None:
    """Losses, counters, clocks."""
    passed, said = tests_said.cpp("envelope", "GatedRms.*")
    lossy = re.findall(
        r"\] (\d+) % of packets lost under (\d+) uV: readings off by (\S+) %, (\S+) % of the time has one", said
    )
    expect(e, "lost packets", 4, lossy)
    for loss, emg, off, share in lossy:
        bar, least = LOSSES[loss]
        e.add(
            f"{loss} % of packets of 5 ms lost, duplicates and detours, under {emg} uV",
            f"<= {bar} %, >= {least} % of the time",
            f"{off} %, {share} %",
            "the same EMG without a loss",
            passed and float(off) <= bar and float(share) >= least,
        )
    passed, said = tests_said.cpp("stream", "PipelineLosses.*")
    in_sessions = re.findall(
        r"session, (\d+) % of packets lost, baseline wandering by (\d+) mV(, hum)?: readings off by (\S+) %, "
        r"(\S+) % of the time has one, rate off by (\S+)",
        said,
    )
    expect(e, "sessions with losses", 12, in_sessions)
    for loss, wander, hum, off, share, rate in in_sessions:
        bar, least = LOSSES[loss]
        told = hum and loss != "1"  # beyond the bar, and said so
        e.add(
            f"a session, {loss} % lost, repeats, detours, batches of 60 ms, 5 ms of jitter, 200 ppm; 5 uV on a "
            f"baseline wandering by {wander} mV{' under 20 uV of hum' if hum else ''}",
            "print; rate < 3e-5" if told else f"<= {bar} %, >= {least} % of the time; rate < 3e-5",
            f"{off} %, {share} %; {rate}",
            "the same session without a loss; counters equal to the truth",
            passed and float(rate) < 3e-5 and (bool(told) or (float(off) <= bar and float(share) >= least)),
        )
    passed, said = tests_said.cpp("stream", "PacketAssembly*:ArrivalClock*:StreamWatch*")
    e.add("packet counters, wraps at 2^8, 2^16 and 2^32", "exact", "equal to the truth", "counts by sets", passed)
    missed, wrong = re.search(r"wrong rates: (\d+) of 200 missed within 6 s, (\d+) of 200", said).groups()
    e.add("a wrong rate", "print", f"{missed} of 200 missed in 6 s, {wrong} of 200 wrongly", "jitter, batches")


def slow_steps(e: Evidence) -> None:
    """Steps in a whole session, however slowly they come."""
    passed, said = tests_said.cpp("stream", "PipelineSteps.*")
    found = re.findall(
        r"steps that come within (\S+) ms: a level that is OK is at most (\S+) uV too high, back within (\S+) ms", said
    )
    expect(e, "steps in sessions", 8, found)
    for tau, above, back in found:
        within = 500 if float(tau) <= 5 else None
        e.add(
            f"a session, steps of 1 to 300 mV with a time constant of {tau} ms",
            f"<= 1 uV while OK; back {f'in {within} ms' if within else 'printed'}",
            f"{above} uV; {back} ms",
            "the same session without the step; 60 a row, under 2 and 20 uV",
            passed and float(above) <= 1 and (within is None or float(back) <= within),
        )


def averages(e: Evidence) -> None:
    """Electrodes that are lost under a common average."""
    passed, said = tests_said.cpp("stream", "PipelineMontage.*")
    lost = re.findall(r"one of 8 lost \((\w+)\): others off by at most (\S+), (\S+) % of the time", said)
    expect(e, "electrodes lost under a common average", 5, lost)
    for how, off, share in lost:
        e.add(
            f"a common average, one of 8 electrodes lost ({how}): the others",
            "print; >= 90 % of the time",
            f"off by at most {off} of themselves, {share} % of the time",
            "5 uV, 30 mV apart, 20 uV of hum; half-filled windows scatter by a third",
            passed and float(share) >= 90,
        )


def sessions(e: Evidence) -> None:
    """An hour of sixteen channels, and the time of a frame."""
    passed, said = tests_said.cpp("stream", "Pipeline.*")
    hours = tests_said.number(said, r"\] after (\S+) h readings")
    drift = tests_said.number(said, r"readings are off by (\S+) of themselves")
    e.add(
        f"drift of a 16-channel pipeline, {hours:g} h",
        "< 1e-12, no allocation, counters exact",
        f"{drift:.1e}",
        "its first minute",
        passed and drift < 1e-12,
    )
    latency.build()
    cost = latency.pipeline()
    e.add(
        "one frame of 16 channels: checks, mains, band-pass, gated level, readings",
        "p50 <= 3 us",
        cost.line(),
        f"{cost.frames:,} frames by the clock",
        cost.at("p50") <= 3000,
    )
    cost = latency.heart()
    e.add(
        "cleaning and quality in full: the same with the heart taken off",
        "p50 <= 3 us",
        cost.line(),
        f"{cost.frames:,} frames by the clock",
        cost.at("p50") <= 3000,
    )
    cost = latency.session()
    e.add(
        "and a detector that does not wait for that",
        "print",
        cost.line(),
        f"{cost.frames:,} frames by the clock",
    )


def session_with_heart(e: Evidence) -> None:
    """A loud heart in a session: its readings and its events."""
    passed, said = tests_said.cpp("stream", "PipelineHeart.*")
    found = re.findall(
        r"a session at (\S+) dB: readings off by (\S+) % with the heart taken off, a value (\S+) % of the time; "
        r"untreated (\S+) %, a value (\S+) %",
        said,
    )
    expect(e, "a session with a heart", 2, found)
    for ratio, off, given, untreated, between in found:
        e.add(
            f"a session with a heart at {ratio} dB: readings off by",
            "print",
            f"{off} %; a value {given} % of the time",
            f"untreated, what is mostly heart withheld, {untreated} %; a value {between} % of the time",
            None if passed else False,
        )
    found = re.findall(
        r"a session at (\S+) dB: readings off by (\S+) % with beats left out, a value (\S+) % of the time", said
    )
    expect(e, "a session with a gate", 2, found)
    for ratio, off, given in found:
        e.add(
            f"the same with beats left out at {ratio} dB",
            "print; a value >= 97 % of the time",
            f"{off} %; {given} %",
            "",
            passed and float(given) >= 97,
        )
    beats, opened, stood, bursts, all_of = re.search(
        r"\] (\d+) beats .*: (\d+) events opened, (\d+) stood that no muscle made; (\d+) of (\d+) bursts found", said
    ).groups()
    e.add(
        "events of the heart that are not cancelled within 150 ms",
        "print; bursts >= 95 %",
        f"{stood} of {beats} beats at -10 dB; {bursts} of {all_of} bursts found",
        f"{opened} events opened",
        passed and int(bursts) >= 0.95 * int(all_of),
    )


def pictures(e: Evidence) -> None:
    """Before and after."""
    said = quality_picture.hum(
        quality_picture.real_data(),
        e.picture("hum", "two recordings with mains hum before and after the canceller, as traces and spectra"),
    )
    e.add("real recordings, before and after the canceller", "print", "; ".join(said), "from 1.5 s on; picture")
    said = quality_picture.heart(
        quality_picture.real_data(),
        e.picture(
            "heart", "a recording with a loud heart: its level before and after the heart is taken off or left out"
        ),
    )
    e.add("a real muscle with a loud heart, 250 Hz", "print", said, "there is no truth to hold it to; picture")
    given, off = quality_picture.session(
        e.picture("session", "a session with hum, lost electrodes, a step, a tug and no numbers: level and trust")
    )
    e.add(
        "a session with every kind of fault",
        "print",
        f"a value for {100 * given:.0f} % of the time, {100 * off:.1f} % of them more than half off",
        "the EMG alone; picture",
    )


def measure() -> Evidence:
    """Measure everything."""
    e = Evidence("quality")
    tests_said.build("denoise", "detect", "quality", "envelope", "stream")
    mains(e)
    heart(e)
    gated_heart(e)
    offline_heart(e)
    calibrations(e)
    electrodes(e)
    residue(e)
    faults(e)
    hard_faults(e)
    slow_steps(e)
    packets(e)
    averages(e)
    sessions(e)
    session_with_heart(e)
    pictures(e)
    return e
