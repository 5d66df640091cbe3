"""Spasm-like events in context, and the way to an alarm: what the tests on all twenty seeds measured."""

from __future__ import annotations

import re

from bench.evidence import tests_said
from bench.evidence.table import Evidence
from bench.evidence.tests_said import number

#: Fixed before tuning; the bars want 200 events a class.
SEEDS = 20
LEAST_EVENTS = 200
KINDS = ("SPIKE", "PHASIC BURST", "TONIC")
SETTINGS = {
    "rest": "MeetsTheBarAtRest",
    "rest with ECG at 0 dB, hum, wander at 0 dB in band, tugs": "MeetsTheBarWithAHeartHumAndMovement",
    "rest with ECG, hum, wander, tugs, no contraction to calibrate on": "LosesLittleWithoutAContraction",
}
#: What the bar of alarms is not for: what it costs to know less.
KNOWS_LESS = "no contraction"


def measure(e: Evidence) -> None:
    """F1 by class and blind, agreement of measures, alarms, beats."""
    for setting, test in SETTINGS.items():
        knows_less, disturbed = KNOWS_LESS in setting, "ECG" in setting
        passed, said = tests_said.cpp("detect", f"EventDetectorScore.{test}", UNGUARD_EVENT_SEEDS=str(SEEDS))
        e.add(f"{setting}: the test of these bars", "passes", "passes" if passed else "fails",
              "calibrated on the quiet first 30 s" + (", its R peaks of the truth" if "ECG" in setting else "")
              + ("" if knows_less else ", and a contraction of 4 s and 20 dB"),
              passed)  # fmt: skip
        counts = {kind: number(said, rf"(\d+) {kind}") for kind in KINDS}
        blind = number(said, r"F1 class-blind ([\d.]+)")
        border = number(said, r"([\d.]+) % within")
        e.add(f"{setting}: events found, class-blind, {SEEDS} seeds", "F1 >= 0.95", f"F1 {blind:.3f}",
              f"{border:.1f} % of them within 20 % of a border between classes", blind >= 0.95)  # fmt: skip
        for kind, count in counts.items():
            f1 = number(said, rf"F1 .*{kind} ([\d.]+)")
            e.add(f"{setting}: {kind}", "F1 >= 0.9, >= 200 events", f"F1 {f1:.3f}, {count:.0f} events",
                  "truth of the generator", f1 >= 0.9 and count >= LEAST_EVENTS)  # fmt: skip
        durations = number(said, r"ICC of durations (-?[\d.]+)")
        levels, record = (
            number(said, r"the EMG alone (-?[\d.]+)"),
            number(said, r"that of the record above rest (-?[\d.]+)"),
        )
        e.add(f"{setting}: durations, found with true", "ICC >= 0.85", f"{durations:.4f}",
              "ICC(2,1), absolute agreement", durations >= 0.85)  # fmt: skip
        e.add(f"{setting}: RMS of the EMG alone, over found edges with over true ones", "ICC >= 0.99", f"{levels:.4f}",
              "what the edges alone cost: nothing that disturbs is in either", levels >= 0.99)  # fmt: skip
        e.add(f"{setting}: RMS of the record above rest, over found edges, with that of the EMG alone over true ones",
              "-" if knows_less else "ICC >= 0.99", f"{record:.4f}",
              "as a session has it: marked samples left out" + ", the heart taken off" * disturbed
              + "; rest as power",
              None if knows_less else record >= 0.99)  # fmt: skip
        soon = number(said, r"SPIKE's onset: ([\d.]+) %")
        cancelled = number(said, r"that are cancelled (\d+)")
        e.add(f"{setting}: OPEN within 50 ms of a SPIKE's onset", "-" if knows_less else ">= 95 %", f"{soon:.1f} %",
              f"band-pass included; events that live; {cancelled:.0f} others were only cancelled",
              None if knows_less else soon >= 95)  # fmt: skip
        alarms = re.search(r"false alarms: (.*)/h; (\d+ of \d+) OPENs", said)
        e.add(f"{setting}: false alarms between events", "-", f"{alarms[1]} / h" if alarms else "not said",
              f"{alarms[2]} OPENs taken back" if alarms else "")  # fmt: skip
        if "ECG" in setting:
            opened, beats = number(said, r"something OPENs: (\d+)"), number(said, r"something OPENs: \d+ of (\d+)")
            e.add(f"{setting}: beats that OPEN at all", "<= 10 %", f"{opened:.0f} of {beats:.0f}",
                  "truth of the generator", opened <= 0.1 * beats)  # fmt: skip
            soon, late, artefact, lived = (
                number(said, rf"{what}: (\d+)")
                for what in ("CANCELled within 150 ms", "later", "became ARTEFACT", "lived")
            )
            e.add(f"{setting}: heart beats that OPEN are CANCELled within 150 ms", "all", f"{soon:.0f} of {opened:.0f}",
                  f"the rest: {late:.0f} later, {artefact:.0f} become ARTEFACT, {lived:.0f} live",
                  soon == opened)  # fmt: skip
