"""The first evidence: filters, envelopes, detector, speed and memory."""

from __future__ import annotations

import math
import re

from bench.evidence import hour, instructions, scipy_speed, tests_said
from bench.evidence.table import Evidence

FILTER_TESTS = "bindings/python/tests/filter"


def designs(e: Evidence) -> None:
    """Butterworth designs against 50 digits."""
    passed, said, _ = tests_said.python(f"{FILTER_TESTS}/test_designs.py")
    pole, ratio = said.worst("worst_pole"), said.worst("worst_response_ratio")
    what = f"{said.one('designs')} designs, {said.one('refused')} refused"
    e.add(
        "poles before rounding, of their distance to z = 1", "<= 1e-9", f"{pole:.1e} ({what})", "mpmath", pole <= 1e-9
    )
    e.add(
        "worst response error after rounding", "<= 4x", f"{ratio:.2f}x", "sections rounded from 50 digits", ratio <= 4
    )
    passed_oracle, _, count = tests_said.python(f"{FILTER_TESTS}/test_scipy_oracle.py")
    e.add("output == sosfilt, 1 to 65 channels, 200 cuts", "==", f"{count} tests", "SciPy", passed and passed_oracle)


def envelopes(e: Evidence) -> None:
    """RMS against theory; smoothers against their closed forms."""
    passed, said = tests_said.cpp("envelope", "Rms.IsAsSteady*")
    ratios = tests_said.numbers(said, r"ratio ([\d.]+),")
    windows = min(tests_said.numbers(said, r", (\d+) windows"))
    worst = max(ratios, key=lambda r: abs(r - 1))
    enough = passed and len(ratios) == 45 and abs(worst - 1) <= 0.05
    measured = f"worst {100 * (worst - 1):+.1f} % of {len(ratios)}, {windows:.0f} windows or more each"
    e.add("SNR of RMS, T = 100 to 500 ms", "within 5 %", measured, "2 sqrt(B_s T)", enough)
    passed, _ = tests_said.cpp("envelope", "MovingAverage.IsBitForBit*")
    e.add(
        "RMS and ARV after 1 s at the 300 mV rail", "exact", "same bits" if passed else "differ", "run without", passed
    )
    passed, said = tests_said.cpp("envelope", "Smoothers.*")
    rows = len(tests_said.numbers(said, r"ENBW ([\d.]+) Hz"))
    errors = tests_said.numbers(said, r"off by ([\d.]+) %")
    e.add(
        "smoothers: ENBW, delay, t90, overshoot",
        "within 1 %",
        f"worst {max(errors):.2f} % of {len(errors)} numbers, {rows} smoothers",
        "closed forms and methods 2.3",
        passed and rows == 4 and max(errors) <= 1,
    )


def detector(e: Evidence) -> None:
    """Events of the generator on seeds fixed beforehand."""
    passed, said = tests_said.cpp("detect", "SpasmDetectorScore.*")
    f1s = re.search(r"declared rest: F1 ACTIVITY (\S+), SPIKE (\S+), PHASIC BURST (\S+), TONIC (\S+);", said)
    assert f1s is not None
    for name, bar, f1 in zip(
        ("ACTIVITY", "SPIKE", "PHASIC BURST", "TONIC"), (0.95, 0.9, 0.9, 0.9), f1s.groups(), strict=True
    ):
        e.add(f"F1 {name}, 20 seeds", f">= {bar}", f1, "simulated truth", passed and float(f1) >= bar)
    counts = [tests_said.number(said, rf"(\d+) {kind}") for kind in ("SPIKE", "PHASIC BURST", "TONIC")]
    counted = ", ".join(f"{c:.0f}" for c in counts)
    e.add("events: spike, burst, tonic", ">= 200 each", counted, "", min(counts) >= 200)
    border = tests_said.number(said, r"([\d.]+) % within 20 % of a class border")
    alarms = tests_said.number(said, r"TONIC [\d.]+; ([\d.]+) false alarms")
    e.add("durations within 20 % of a class border", "print", f"{border:.1f} %", "")
    e.add("false alarms in declared rest", "print", f"{alarms:.2f} per hour", "")
    for name in (
        "onset and half of overlap",
        "silences of 0.5 s and more, 1 s on average",
        "silences of 0.5 s and more, 2 s on average",
    ):
        found = re.search(rf"{name}: F1 ACTIVITY (\S+), SPIKE (\S+), PHASIC BURST (\S+), TONIC (\S+);", said)
        assert found is not None
        e.add(f"F1 of all four: {name}", "print", ", ".join(found.groups()), "simulated truth")
    for name in ("heart, not removed", "mains, not removed", "motion, not removed", "all of them"):
        f1 = tests_said.number(said, rf"{name}: F1 ACTIVITY ([\d.]+)")
        e.add(f"F1 ACTIVITY with {name}", "print", f"{f1:.3f}", "nothing removes them yet")


def speed(e: Evidence) -> None:
    """Against SciPy and the yardstick."""
    for name, bar, found in (
        ("10-minute record, 8 channels, 5 sections", 4, scipy_speed.record()),
        ("the same in blocks of 64 frames", 10, scipy_speed.blocks()),
    ):
        measured = f"{found.ratio:.2f}x ({found.lowest:.2f} to {found.highest:.2f})"
        e.add(name, f">= {bar}x", measured, "scipy.signal.sosfilt, in turns", found.ratio >= bar)
    instructions.build()
    for channels in instructions.KERNELS:
        found_count = instructions.count(channels)
        e.add(
            f"instructions a sample, {channels} channels",
            f"<= {instructions.MOST}x",
            f"{found_count.ours:.2f}, {found_count.ratio:.3f}x",
            f"yardstick {found_count.kernel}: {found_count.yardstick:.2f}",
            found_count.ratio <= instructions.MOST,
        )
    for channels in instructions.LEANEST:
        lean = instructions.count(channels, instructions.LEANEST)
        e.add(
            f"the same against the leanest kernel, {channels} channels",
            "print",
            f"{lean.ours:.2f}, {lean.ratio:.3f}x",
            f"yardstick {lean.kernel}: {lean.yardstick:.2f}",
        )


def an_hour(e: Evidence) -> None:
    """Time and memory of an hour's recording."""
    for what, took in hour.measure().items():
        measured = f"{took.peak_mib:.0f} MiB, {took.seconds:.1f} s"
        e.add(f"1 h, 8 channels, 2 kHz BDF: {what}", "< 1536 MiB", measured, "whole process", took.peak_mib < 1536)


def real_data(e: Evidence) -> None:
    """Recordings by others."""
    passed, said, _ = tests_said.python("bindings/python/tests/analysis/test_real_recordings.py")
    worst = max((abs(float(v)) for v in said.one("onset_errors_ms").split() if v != "?"), default=math.inf)
    measured = f"{said.one('events')} events, onsets within {worst:.0f} ms"
    e.add("plux/emg_bursts.h5, 9 contractions", "9, within 150 ms", measured, "annotations", passed and worst <= 150)
    passed, _, count = tests_said.python("bindings/python/tests/io")
    e.add("every file of MANIFEST.csv and the malformed ones", "as stated", f"{count} tests", "MANIFEST", passed)


def measure() -> Evidence:
    """Measure everything."""
    e = Evidence("foundation")
    speed(e)  # first, while the machine is quiet
    tests_said.build("envelope", "detect")
    designs(e)
    envelopes(e)
    detector(e)
    real_data(e)
    an_hour(e)
    return e
