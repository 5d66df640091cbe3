"""The numbers of a comparison in words."""

from __future__ import annotations

import math
from typing import Any

from unguard.benchmark.comparison import DOCUMENTED, SEARCHED, Comparison
from unguard.benchmark.counts import Counts
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.event import ACTIVITY
from unguard.benchmark.outcome import Outcome
from unguard.benchmark.score import EdgeError, Score


def share(value: float) -> str:
    """Return a share from 0 to 1 with three digits; "-" where it was not measured."""
    return "-" if math.isnan(value) else f"{value:.3f}"


def milliseconds(value: float) -> str:
    """Return whole milliseconds; "never" for infinity, "-" where there is nothing to measure."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "never"
    whole = round(value)
    return f"{whole:+d}".replace("-", "\N{MINUS SIGN}") if whole else "0"


def edge(value: EdgeError) -> str:
    """Return bias and standard deviation, milliseconds."""
    spread = "" if math.isnan(value.sd) else f" ± {value.sd:.0f}"
    return milliseconds(value.bias) + spread


def rate(outcome: Outcome) -> str:
    """Return false alarms per hour of all scored time, with the 95 % interval."""
    alarms = outcome.whole.alarms
    if not alarms.hours > 0:
        return "-"
    low, high = alarms.interval()
    return f"{_short(alarms.per_hour)} ({_short(low)} to {_short(high)})"


def of_kind(score: Score, kind: str) -> str:
    """Return F1 of the events of a kind; "-" of a method that calls nothing by any name but ACTIVITY."""
    names = any(c.hits + c.false for name, c in score.kinds.items() if name != ACTIVITY)
    return share(score.kinds.get(kind, Counts()).f1) if names else "-"


def settings(values: dict[str, Any]) -> str:
    """Return settings in one line."""
    return ", ".join(f"{k} {_setting(v)}" for k, v in values.items()) or "defaults"


def in_short(made: Comparison) -> list[str]:
    """Return what stands on top of the report."""
    lines = []
    for data in made.datasets:
        runs = [s for s in made.of(data.name)]
        if not data.true_events:
            continue
        known = [f"{s.family.name}: {_found(s.documented, data.true_events)}" for s in runs if s.family.ours]
        found = []
        for whose, others in (
            ("published", [s for s in runs if s.family.published]),
            ("peer", [s for s in runs if s.family.package is not None]),
        ):
            known += _best(whose, [(s.family.name, s.documented) for s in others], data.true_events)
            searched = [(s.family.name, s.best) for s in others if s.best is not None]
            found += _best(whose, searched, data.true_events)
        line = f"{data.name}, {data.true_events} events. As documented: {'; '.join(known) or 'all failed'}."
        lines.append(line + (f" Searched: {'; '.join(found)}." if found else ""))
    if sum(bool(d.true_events) for d in made.datasets) > 1:
        for setting in (DOCUMENTED, SEARCHED) if any(s.best for s in made.searched) else (DOCUMENTED,):
            ranked = sorted(made.pooled(setting).items(), key=lambda p: -p[1].f1)
            ours = {s.family.name for s in made.searched if s.family.ours}
            told = [f"{n} F1 {c.f1:.3f}" for i, (n, c) in enumerate(ranked) if i < 3 or n in ours]
            lines.append(f"All together, {setting}: {'; '.join(told)}.")
    return lines


def troubles(made: Comparison, data: Dataset) -> list[str]:
    """Return what failed, was stopped or was refused on a data set, and what became of it: one line each."""
    records = len(data.trials)
    lines = []
    for r in made.rows():
        o, who = r.outcome, f"{r.family}, {r.setting}"
        if o.dataset != data.name:
            continue
        if o.failed:
            lines.append(f"{who}: failed. {o.error}")
        elif o.refused:
            lines.append(f"{who}: refused {len(o.refused)} of {records} records, all missed. {_first(o.refused)}")
    for s in made.of(data.name):
        died = [o for o in s.tried if o.failed]
        if died:
            first = f"{settings(died[0].settings)}: {died[0].error}"
            lines.append(f"{s.family.name}, searched: {len(died)} of {len(s.tried)} settings failed. {first}")
    return lines


def _first(texts: tuple[str, ...]) -> str:
    return texts[0] + (f"; and {len(texts) - 1} more" if len(texts) > 1 else "")


def _best(whose: str, runs: list[tuple[str, Outcome]], true: int) -> list[str]:
    alive = [(name, o) for name, o in runs if not o.failed]
    if not alive:
        return []
    name, best = max(alive, key=lambda run: run[1].whole.f1)
    return [f"best {whose}, {name}: {_found(best, true)}"]


def _found(o: Outcome, true: int) -> str:
    if o.failed:
        return "failed"
    return f"{o.whole.counts.hits} of {true} found, {o.whole.counts.false} false, F1 {o.whole.f1:.3f}"


def _short(value: float) -> str:
    return f"{value:.2g}" if value < 100 else f"{value:.0f}"


def _setting(value: Any) -> str:
    return "its own" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
