"""Diaries with and without drivers: what is called one, and how often it is. Rows for `clinical`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from unguard.clinical import Drivers, drivers, rate
from unguard.session import course

from bench.evidence.table import Evidence

Array = NDArray[np.float64]
DIARIES, MANY, FEWER = 5_000, 3_000, 1_000
EACH = 30
CONTEXTS = ("bend", "drive", "lift", "sit", "walk")
EFFECT = 0.8
#: 49 % of the mean, as is published of the FRR.
SESSIONS, SESSION_ERROR, OF_SESSIONS = 10, 0.46, 400
OF_ORDER, OF_PROGRESS = 3_000, 2_000
#: Of ln ERR of one bend.
BEND_ERROR = 0.3
#: Of all diaries of this evidence; nothing was chosen by what they say.
SEEDS = 53_000_000
_ACTION = np.repeat(np.array(CONTEXTS, dtype=object), EACH)


def diary(rng: np.random.Generator, effect: float, draw: Callable[[int], Array]) -> pd.DataFrame:
    """Return 150 observations of 5 contexts, bending with so much more, in standard deviations."""
    y = draw(len(_ACTION))
    y += effect * (CONTEXTS[0] == _ACTION)
    return pd.DataFrame({"guarding": y, "action": _ACTION})


def action_of(table: pd.DataFrame, episode: str | None = None) -> Drivers:
    """Return what drives among the actions of a diary."""
    return drivers(table, outcome="guarding", contexts=["action"], episode=episode)


def looked(found: Drivers) -> tuple[bool, bool]:
    """Return whether bending was called a driver, and whether anything was."""
    called = [d.context for d in found.drivers]
    return CONTEXTS[0] in called, bool(called)


def one_column(e: Evidence) -> None:
    """Five contexts of one column: nothing, and one driver."""
    rng = np.random.default_rng(SEEDS + 1)
    false = sum(looked(action_of(diary(rng, 0, rng.standard_normal)))[1] for _ in range(DIARIES)) / DIARIES
    of = f"{len(CONTEXTS)} contexts of {EACH} observations"
    e.add(f"no driver among {of}: false-discovery rate, nominal 5 %", "<= 6 %", f"{100 * false:.2f} %",
          f"{DIARIES} diaries; whatever is called a driver is false", false <= 0.06)  # fmt: skip
    rng = np.random.default_rng(SEEDS + 2)
    found = [action_of(diary(rng, EFFECT, rng.standard_normal)) for _ in range(DIARIES)]
    power = float(np.mean([looked(f)[0] for f in found]))
    e.add(f"one driver of d = {EFFECT} among {of}, against all others: found", ">= 80 %", f"{100 * power:.1f} %",
          f"{DIARIES} diaries", power >= 0.8)  # fmt: skip
    shares = float(np.mean([false_share(f, ("action", CONTEXTS[0])) for f in found]))
    any_other = float(np.mean([any(d.context != CONTEXTS[0] for d in f.drivers) for f in found]))
    e.add("the same: false-discovery rate, the others of its column counted, nominal 5 %", "<= 6 %",
          f"{100 * shares:.2f} %; another context called in {100 * any_other:.1f} % of diaries", f"{DIARIES} diaries",
          shares <= 0.06)  # fmt: skip
    bends = [next(d for d in f.found if d.context == CONTEXTS[0]) for f in found]
    for name, ends in (("effect", [d.effect for d in bends]), ("shrunk effect", [d.shrunk for d in bends])):
        held = float(np.mean([one.low <= EFFECT <= one.high for one in ends]))
        e.add(f"the same: {name} of the driver", "print",
              f"mean {np.mean([one.value for one in ends]):.3f}, its 95 % interval covers {100 * held:.1f} %",
              f"true {EFFECT}")  # fmt: skip


def largest(e: Evidence) -> None:
    """What the largest effect of a diary without drivers is said to be: what picking does, and shrinkage undoes."""
    rng = np.random.default_rng(SEEDS + 3)
    sizes = []
    for _ in range(FEWER):
        found = action_of(diary(rng, 0, rng.standard_normal)).found
        sizes.append((max(abs(d.effect.value) for d in found), max(abs(d.shrunk.value) for d in found)))
    raw, drawn = np.mean(sizes, axis=0)
    e.add("no driver: the largest effect of 5, as found and shrunk", "print", f"{raw:.3f} and {drawn:.3f}",
          f"{FEWER} diaries; true 0")  # fmt: skip


def false_share(found: Drivers, true: tuple[str, str] | None) -> float:
    """Return the share of false ones among what is called a driver."""
    false = [d for d in found.drivers if (d.factor, d.context) != true]
    return len(false) / max(1, len(found.drivers))


def several_columns(e: Evidence) -> None:
    """Action, place, thought and two ratings, of which nothing or one action drives."""
    for effect, true in ((0.0, None), (EFFECT, ("action", CONTEXTS[0]))):
        rng = np.random.default_rng(SEEDS + 4 + round(10 * effect))
        shares, power = [], []
        for _ in range(MANY):
            table = diary(rng, effect, rng.standard_normal)
            for name in ("place", "thought"):
                table[name] = rng.choice(list("abcd"), len(table), p=[0.4, 0.3, 0.2, 0.1])
            table["pain"], table["fear"] = rng.integers(0, 11, (2, len(table)))
            words, numbers = ["action", "place", "thought"], ["pain", "fear"]
            found = drivers(table, outcome="guarding", contexts=words, ratings=numbers)
            shares.append(false_share(found, true))
            power.append(looked(found)[0])
        false = float(np.mean(shares))
        e.add(f"3 columns of 5, 4 and 4 contexts and 2 ratings, {'one driver' if true else 'no driver'}: "
              "false-discovery rate, nominal 5 %", "<= 6 %",
              f"{100 * false:.2f} %" + (f"; the driver found in {100 * np.mean(power):.1f} %" if true else ""),
              f"{MANY} diaries", false <= 0.06)  # fmt: skip


def not_gaussian(e: Evidence) -> None:
    """Outcomes that are skewed, as ratios are: why their logarithms are to be taken."""
    for name, of in (("log-normal of SD 1", np.exp), ("its logarithm", np.asarray)):
        rng = np.random.default_rng(SEEDS + 20)

        def draw(n: int, rng: np.random.Generator = rng, of: Callable[[Array], Array] = of) -> Array:
            return np.array(of(rng.standard_normal(n)))

        false = sum(looked(action_of(diary(rng, 0, draw)))[1] for _ in range(MANY)) / MANY
        e.add(f"no driver, outcome {name}: false-discovery rate", "print", f"{100 * false:.1f} %", f"{MANY} diaries")


def not_independent(e: Evidence) -> None:
    """Observations that follow each other closely: with and without being told which belong together."""
    long = 6
    for episode in (None, "entry"):
        rng = np.random.default_rng(SEEDS + 30)
        false = []
        for _ in range(MANY):
            entries = rng.permutation(np.repeat(np.array(CONTEXTS, dtype=object), 8))
            y = np.repeat(rng.standard_normal(len(entries)), long) + rng.standard_normal(len(entries) * long)
            table = pd.DataFrame({"guarding": y, "action": np.repeat(entries, long),
                                  "entry": np.repeat(np.arange(len(entries)), long)})  # fmt: skip
            found = action_of(table, episode)
            false.append(looked(found)[1])
        e.add(f"no driver, {long} bends of each of 40 entries that share half of their variance, "
              f"{'averaged by episode' if episode else 'taken as independent'}: false-discovery rate",
              "<= 6 %" if episode else "print", f"{100 * np.mean(false):.1f} %", f"{MANY} diaries",
              bool(np.mean(false) <= 0.06) if episode else None)  # fmt: skip


def of_sessions(e: Evidence) -> None:
    """Courses whose sessions have an error of their own, as electrodes that are placed anew make it: no drivers."""
    places, per_place = ("car", "office", "kitchen", "stairs"), 2
    for name, by_day, improves in (
        ("one action a day", True, 0.0),
        ("one action a day, the course improving by a factor of 2", True, 0.7),
        ("actions that change within sessions", False, 0.7),
    ):
        rng = np.random.default_rng(SEEDS + 50 + by_day + round(10 * improves))
        false, effects = [], 0
        for _ in range(OF_SESSIONS):
            sessions = []
            for i in range(SESSIONS):
                level = SESSION_ERROR * rng.standard_normal() - improves * i / (SESSIONS - 1)
                seen = [
                    {"bend": k, "at_s": 0.0, "guarding": level + BEND_ERROR * rng.standard_normal(), "place": place,
                     "action": CONTEXTS[i // 2] if by_day else CONTEXTS[int(rng.integers(len(CONTEXTS)))]}
                    for k, place in enumerate(places * per_place)
                ]  # fmt: skip
                sessions.append(seen)
            found = told_of(sessions)
            false.append(bool(found.drivers))
            effects += len(found.found)
        e.add(f"no driver, {SESSIONS} sessions of {len(places) * per_place} bends, error between sessions "
              f"{SESSION_ERROR} of ln ERR, {name}: false-discovery rate, nominal 5 %", "<= 6 %",
              f"{100 * np.mean(false):.1f} %",
              f"{OF_SESSIONS} courses, {effects / OF_SESSIONS:.1f} contexts told in each",
              bool(np.mean(false) <= 0.06))  # fmt: skip


def told_of(observations: list[list[dict[str, Any]]]) -> Drivers:
    """Return what `unguard progress` says of sessions with these bends."""
    sessions = [
        {"id": "P", "date": f"2026-01-{i + 1:02d}", "flare": False, "measures": [], "observations": seen}
        for i, seen in enumerate(observations)
    ]
    found = course(sessions).drivers
    if found is None:
        raise AssertionError("every bend has an action")
    return found


def bends_in_order(rng: np.random.Generator, *, fixed: bool, gain: Array, phi: float = 0.0) -> list[dict[str, Any]]:
    """Return the bends of a session: four with each of two actions, in turns in two places; nothing of them drives.

    gain: of ln ERR up to each bend. fixed: one action first in every session; else in any order. phi: of neighbours.
    """
    actions = np.repeat(np.array(["sock", "dishwasher"], dtype=object), len(gain) // 2)
    if not fixed:
        rng.shuffle(actions)
    level, off = SESSION_ERROR * rng.standard_normal(), 0.0
    seen = []
    for k, action in enumerate(actions):
        off = phi * off + math.sqrt(1 - phi * phi) * BEND_ERROR * rng.standard_normal()
        seen.append({"bend": k + 1, "at_s": 15.0 * k, "guarding": float(level - gain[k] + off), "action": str(action),
                     "place": ("car", "home")[k % 2]})  # fmt: skip
    return seen


def of_order(e: Evidence) -> None:
    """Bends that get better, or tire, from one to the next: whatever is always first or last is no driver."""
    k = np.arange(8.0)
    for name, gain, phi, bar in (
        ("nothing gained", 0 * k, 0.0, True),
        ("2 % gained a bend", 0.02 * k, 0.0, True),
        ("5 % gained a bend", 0.05 * k, 0.0, True),
        ("a third gained, most of it at first", 0.35 * (1 - np.exp(-k / 3)), 0.0, True),
        ("5 % lost a bend", -0.05 * k, 0.0, True),
        ("neighbours correlated by 0.7", 0 * k, 0.7, False),
    ):
        for fixed in (True, False):
            rng = np.random.default_rng(SEEDS + 70)
            found = [
                told_of([bends_in_order(rng, fixed=fixed, gain=gain, phi=phi) for _ in range(SESSIONS)])
                for _ in range(OF_ORDER if bar else OF_SESSIONS)
            ]
            false = float(np.mean([bool(f.drivers) for f in found]))
            effects = np.mean([len(f.found) for f in found])
            e.add(f"no driver, {SESSIONS} sessions of {len(k)} bends, {name}, "
                  f"{'one action first' if fixed else 'actions in any order'}: false-discovery rate, nominal 5 %",
                  "<= 6 %" if bar else "print", f"{100 * false:.1f} %",
                  f"{len(found)} courses, {effects:.1f} contexts told in each",
                  false <= 0.06 if bar else None)  # fmt: skip


def of_progress(e: Evidence) -> None:
    """One driver among five actions, as `unguard progress` finds it: bends of an action and session are one."""
    for each in (1, 3):
        rng = np.random.default_rng(SEEDS + 80 + each)
        found = []
        for _ in range(OF_PROGRESS):
            observations = []
            for _ in range(SESSIONS):
                level = SESSION_ERROR * rng.standard_normal()
                actions = rng.permutation(np.repeat(np.array(CONTEXTS, dtype=object), each))
                observations.append([
                    {"bend": k + 1, "at_s": 15.0 * k, "action": str(action),
                     "guarding": float(level + BEND_ERROR * (EFFECT * (action == CONTEXTS[0]) + rng.standard_normal()))}
                    for k, action in enumerate(actions)
                ])  # fmt: skip
            found.append(told_of(observations))
        power = float(np.mean([looked(f)[0] for f in found]))
        shares = float(np.mean([false_share(f, ("action", CONTEXTS[0])) for f in found]))
        e.add(f"one driver of d = {EFFECT} of a bend among {len(CONTEXTS)} actions, {SESSIONS} sessions with {each} "
              "bend(s) of each, by `unguard progress`: false-discovery rate, nominal 5 %", "<= 6 %",
              f"{100 * shares:.1f} %; the driver found in {100 * power:.1f} %", f"{OF_PROGRESS} courses",
              shares <= 0.06)  # fmt: skip


def rates(e: Evidence) -> None:
    """Exact intervals of rates."""
    worst, said = 1.0, ""
    for per_hour, hours in ((0.5, 2.0), (2.0, 3.0), (13.3, 1.0)):
        counts = np.random.default_rng(SEEDS + 40).poisson(per_hour * hours, DIARIES)
        known = {int(c): rate("", int(c), hours).per_hour for c in np.unique(counts)}
        held = float(np.mean([known[int(c)].low <= per_hour <= known[int(c)].high for c in counts]))
        worst, said = min(worst, held), said + f"{per_hour:g} an hour in {hours:g} h: {100 * held:.1f} %; "
    e.add("events an hour: the exact 95 % interval covers", ">= 94 %", said.rstrip("; "),
          f"{DIARIES} Poisson counts each", worst >= 0.94)  # fmt: skip


def measure(e: Evidence) -> None:
    """All rows."""
    one_column(e)
    largest(e)
    several_columns(e)
    not_gaussian(e)
    not_independent(e)
    of_sessions(e)
    of_order(e)
    of_progress(e)
    rates(e)
