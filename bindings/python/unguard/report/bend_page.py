"""The report of a recording of bends: one page, one file, nothing fetched; every text of the recording is escaped."""

from __future__ import annotations

import math
from typing import Any

from unguard._core import Ratio
from unguard.clinical.bend_analysis import BendAnalysis
from unguard.clinical.flexion import MILD, has_angle, interval
from unguard.clinical.letting_go import Relaxing
from unguard.clinical.methods_text import bend_methods
from unguard.report import words
from unguard.report.bend_pictures import bend_pictures
from unguard.report.spike_words import spike_table, spikes_in_short
from unguard.report.templating import template
from unguard.report.words import short
from unguard.trend import Estimate

_CALLED = {
    "ERR": "strongest extension / mean full flexion",
    "FRR": "strongest flexion / mean full flexion",
    "FER": "strongest flexion / strongest extension",
    "SFR": "mean standing / mean full flexion",
}


def bend_html(made: BendAnalysis) -> str:
    """Return the report of an analysis of bends as one self-contained HTML page."""
    return template("bend.html.j2", {"seconds": words.seconds, "level": words.level}).render(
        made=made,
        in_short=bend_in_short(made),
        **bend_pictures(made),
        spikes=spike_table(made),
        called=_CALLED,
        rows=[_row(made, muscle) for muscle in made.muscles],
        bends=_bends(made),
        movements=_movements(made),
        letting_go=_letting_go(made),
        sides=[s for s in made.sides if s.phase in ("flexing", "flexed", "extending")],
        methods=bend_methods(made),
    )


def ratio_words(r: Ratio | None) -> str:
    """Return a ratio with its interval, or a dash."""
    if r is None:
        return "-"
    front = "≥ " if r.at_least else "≤ " if r.at_most else ""
    return f"{front}{short(r.value)} [{short(r.low)}, {'∞' if r.at_least else short(r.high)}]"


def bend_in_short(made: BendAnalysis) -> list[str]:
    """Return what was found, in sentences; no diagnosis, no judgement."""
    if not made.count and made.bends.lost:
        return [f"No bend was measured: {made.bends.lost} could not be followed, for the angle was missing."]
    if not made.count:
        return ["No bend was found in the recording."]
    bends = "1 bend was" if made.count == 1 else f"{made.count} bends were"
    told = [
        f"{bends} measured{_depth(made)}."
        if made.bends.phases_by != "activity"
        else f"{bends} guessed from what the muscles do: nobody can tell whether the person bent."
    ]
    for muscle in made.muscles:
        left = len(made.bends.of(muscle)) - len(made.bends.told(muscle))
        if left and not made.bends.told(muscle):
            told.append(f"{muscle}: nothing is told, for all {left} bends are uncertain (see below).")
            continue
        err, silent = made.bends.ratio("ERR", muscle), made.bends.silent_share(muscle)
        if err is None:
            told.append(f"{muscle}: no ratio could be read.")
            continue
        quiet = "" if silent is None else (
            f" It was silent in full flexion in {round(silent[0] * silent[3]) or 'none'} of {silent[3]} bends."
        )  # fmt: skip
        least = "at least " if err.at_least else "at most " if err.at_most else ""
        sure = f" (95 % interval {short(err.low)} to {short(err.high)})" if not (err.at_least or err.at_most) else ""
        told.append(
            f"{muscle}: coming up it was {least}{short(err.value)} times as strong as in full flexion{sure}, in "
            f"{err.bends} of {len(made.bends.of(muscle))} bends.{quiet}"
        )
    return [*told, *spikes_in_short(made)]


def _depth(made: BendAnalysis) -> str:
    """Return by which angle they were found, and how deep they went: silence means little without it."""
    if made.angle is None:
        return ""
    by = f" by the angle {made.angle!r}"
    ranges = sorted(b.deepest_deg - b.upright_deg for b in made.bends.of(made.muscles[0]) if has_angle(b.doubts))
    if not ranges:
        return by
    span = f"{ranges[0]:.0f}" + (f" to {ranges[-1]:.0f}" if ranges[-1] - ranges[0] >= 1 else "")
    return f"{by}, {span} degrees deep"


def _row(made: BendAnalysis, muscle: str) -> dict[str, Any]:
    silent = made.bends.silent_share(muscle)
    of = made.bends.of(muscle)
    return {
        "muscle": muscle,
        "ratios": [ratio_words(made.bends.ratio(which, muscle)) for which in _CALLED],
        "silent": "-" if silent is None else f"{round(silent[0] * silent[3])} of {silent[3]} "
        f"[{100 * silent[1]:.0f}, {100 * silent[2]:.0f} %]",
        "clear_bends": f"{made.bends.clear(muscle)} of {len(of)}",
    }  # fmt: skip


def _movements(made: BendAnalysis) -> list[list[str]]:
    rows = []
    for b in made.movements.bends if made.movements else ():
        ways = [
            (f"{way.duration_s:.1f}", f"{way.peak_deg_s:.0f}",
             "-" if way.spectral_arc_length is None else f"{way.spectral_arc_length:.2f}")
            for way in (b.down, b.up)
        ]  # fmt: skip
        told = [f"{b.range_deg:.0f}", *ways[0], f"{b.hold_s:.1f}", *ways[1]]
        rows.append([str(b.number), *(told if has_angle(b.doubts) else ["-"] * len(told))])
    return rows


def _letting_go(made: BendAnalysis) -> list[list[str]]:
    """Return a row a muscle: the rise at the start of bending in each bend, and the time to relax after it."""
    rows = []
    for i, muscle in enumerate(made.movements.muscles if made.movements else ()):
        all_bends = made.movements.bends if made.movements else ()
        of = [b.muscles[i] for b in all_bends if has_angle(b.doubts)]
        rises = ["-" if m.stiffening_down is None else ratio_words_of_log(m.stiffening_down.rise_before) for m in of]
        times = [
            "-" if m.relaxing is None else f"{'> ' if m.relaxing.censored else ''}{m.relaxing.time_s:.1f}" for m in of
        ]
        rows.append([muscle, "; ".join(rises), "; ".join(times)])
    return rows


def _time(relaxing: Relaxing | None) -> str:
    if relaxing is None:
        return "-"
    return f"{'> ' if relaxing.censored else ''}{relaxing.time_s:.1f}"


def ratio_words_of_log(e: Estimate) -> str:
    """Return a ratio whose logarithm is known, with its interval."""
    value, low, high = (math.exp(v) for v in (e.value, e.low, e.high))
    return f"{short(value)} [{short(low)}, {short(high)}]"


def _bends(made: BendAnalysis) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for b in made.bends.bends:
        levels = []
        for phase in ("standing", "flexing", "flexed", "extending"):
            level = getattr(b, phase)
            value, low, high = interval(level)
            least = "≤ " if level is not None and level.at_floor else ""
            levels.append(
                "-" if level is None else f"{least}{words.level(value)} [{words.level(low)}, {words.level(high)}]"
            )
        silence = b.silence_deg if made.angle else None
        rows.append(
            {
                "bend": str(b.number),
                "muscle": made.muscles[b.channel],
                "at": words.moment(b.bending / made.fs, made.duration_s),
                "range": f"{b.deepest_deg - b.upright_deg:.0f}" if made.angle else "-",
                "levels": levels,
                "err": ratio_words(b.ratio("ERR")),
                "silence": "-" if silence is None else f"{silence[0]:.0f} to {silence[1]:.0f}",
                "doubts": "; ".join(d for d in b.doubts if d not in MILD),
            }
        )
    return rows
