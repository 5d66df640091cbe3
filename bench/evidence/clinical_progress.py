"""Courses of sessions with and without change: what is said of them, and how often it is true. Rows for `clinical`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from unguard.clinical import FRR_SEM_PERCENT, log_sem, mdc, progress, verdict
from unguard.clinical.progress import line_of
from unguard.clinical.session_noise import Noise
from unguard.clinical.sessions import sessions_of
from unguard.session import course
from unguard.trend import Estimate

from bench.evidence.table import Evidence

Array = NDArray[np.float64]
COURSES, FEWER, OF_RATINGS, FEW = 10_000, 2_000, 1_000, 300
SESSIONS = 12
#: Of a session, of which some are silent; and courses of which the table itself is read.
BENDS, AS_PRINTED = 4, 20
#: Of ln FRR: 49 % of the mean between sessions.
SEM = log_sem(FRR_SEM_PERCENT)
MDC = mdc(SEM)
#: Of all courses of this evidence; nothing was chosen by what they say.
SEEDS = 52_000_000
DAYS = np.arange(SESSIONS, dtype=float)
TOLD = f"SEM {FRR_SEM_PERCENT:g} % of the mean, {SEM:.3f} of ln FRR"


def shape(name: str) -> Array:
    """Return how a change goes on over the sessions, from 0 to 1."""
    return {
        "steady": DAYS / (SESSIONS - 1),
        "a step after session 6": (DAYS >= 6).astype(float),
        "a step after session 3": (DAYS >= 3).astype(float),
        "fast at first": 1 - np.exp(-DAYS / 3),
    }[name]


def noise(courses: int, phi: float, seed: int, sessions: int = SESSIONS) -> Array:
    """Return Gaussian noise of standard deviation 1, correlated by phi from one session to the next."""
    drawn = np.random.default_rng(SEEDS + seed).standard_normal((courses, sessions))
    for i in range(1, sessions):
        drawn[:, i] = phi * drawn[:, i - 1] + np.sqrt(1 - phi * phi) * drawn[:, i]
    return drawn


@dataclass(frozen=True)
class Looked:
    """Of courses that somebody looks at after every session: what was said at any look, and when first "improved"."""

    improved: float
    worse: float
    session: float

    def __str__(self) -> str:
        return f"improved {100 * self.improved:.2f} %, worse {100 * self.worse:.2f} %"


def look(
    courses: Array,
    sem: float | None = SEM,
    *,
    stop: bool = False,
    resolution: float | None = None,
    trials: int | None = None,
) -> Looked:
    """Ask for the verdict after every session; stop: at the first "improved"."""
    first, worse = np.full(len(courses), np.inf), np.zeros(len(courses), dtype=bool)
    for k, values in enumerate(courses):
        for count in range(1, SESSIONS + 1):
            of = None if trials is None else np.full(count, trials)
            said = verdict(DAYS[:count], values[:count], better="higher", sem=sem, resolution=resolution, trials=of,
                           planned=SESSIONS).said  # fmt: skip
            worse[k] |= said == "worse"
            if said == "improved":
                first[k] = min(first[k], count)
                if stop:
                    break
    found = np.isfinite(first)
    return Looked(float(found.mean()), float(worse.mean()), float(np.median(first[found])) if found.any() else np.inf)


def without_change(e: Evidence) -> None:
    """How often "improved" is said of somebody who did not change."""
    for phi, courses in ((0.5, COURSES), (0.0, COURSES)):
        found = look(SEM * noise(courses, phi, 1 + round(10 * phi)))
        e.add(f"no change, AR({phi:g}), a look after each of {SESSIONS} sessions: improved", "<= 5 %", str(found),
              f"{courses} courses; {TOLD}", found.improved <= 0.05)  # fmt: skip
    for what, phi, size, sem, seed in (
        ("AR(0.7)", 0.7, 1.0, SEM, 21),
        ("AR(0.5), a person who scatters 1.5 times as much as the SEM", 0.5, 1.5, SEM, 22),
        ("AR(0.5), without a SEM", 0.5, 1.0, None, 23),
    ):
        found = look(size * SEM * noise(FEWER, phi, seed), sem)
        e.add(f"no change, {what}: improved", "print", str(found), f"{FEWER} courses")


def rated(true: Array, size: float, phi: float, seed: int) -> Array:
    """Return ratings of 0 to 10 in whole points, of courses that scatter by so many points."""
    return np.clip(np.rint(true + size * noise(OF_RATINGS, phi, seed)), 0, 10)


def counted(true: Array, size: float, phi: float, seed: int) -> Array:
    """Return the share of BENDS that were silent; size: of what sessions differ by, on the logit."""
    chance = 1 / (1 + np.exp(-(np.log(true / (1 - true)) + size * noise(OF_RATINGS, phi, seed))))
    return np.asarray(np.random.default_rng(SEEDS + seed + 1).binomial(BENDS, chance) / BENDS)


def of_ratings_and_shares(e: Evidence) -> None:
    """The same of pain in whole points and of silent bends, of which no error between sessions is known."""
    for phi in (0.5, 0.0):
        for at, size in ((5.5, 0.3), (5.0, 0.5), (5.0, 1.0), (5.0, 2.0)):
            found = look(rated(np.full(SESSIONS, at), size, phi, 81), None, resolution=1)
            e.add(f"no change, a rating about {at:g} that scatters by {size:g} points, AR({phi:g}): improved", "<= 5 %",
                  str(found), f"{OF_RATINGS} courses of whole points", found.improved <= 0.05)  # fmt: skip
        for share, size in ((0.2, 0.0), (0.5, 0.0), (0.5, 1.0), (0.5, 2.0)):
            found = look(counted(np.full(SESSIONS, share), size, phi, 83), None, trials=BENDS)
            e.add(f"no change, {share:g} of {BENDS} bends silent, SD between sessions {size:g} of the logit, "
                  f"AR({phi:g}): improved", "<= 5 %", str(found), f"{OF_RATINGS} courses",
                  found.improved <= 0.05)  # fmt: skip
    for name in ("steady", "a step after session 6"):
        for points in (2, 4, 6):
            found = look(rated(2 + points * shape(name), 1.0, 0.5, 85), None, resolution=1, stop=True)
            e.add(f"a rating that changes by {points} points and scatters by 1, {name}, AR(0.5): improved by session "
                  f"{SESSIONS}", "print", f"{100 * found.improved:.1f} %", f"{OF_RATINGS} courses")  # fmt: skip
        found = look(counted(0.05 + 0.9 * shape(name), 0.0, 0.0, 87), None, trials=BENDS, stop=True)
        e.add(f"silent bends, from 5 to 95 % of {BENDS}, {name}: improved by session {SESSIONS}", "print",
              f"{100 * found.improved:.1f} %", f"{OF_RATINGS} courses")  # fmt: skip


def with_change(e: Evidence) -> None:
    """How often, and when, a change is found: what never saying "improved" would ruin."""
    for phi in (0.5, 0.0):
        for name in ("steady", "a step after session 6", "a step after session 3", "fast at first"):
            courses = COURSES if name == "steady" else FEWER
            found = look(3 * MDC * shape(name) + SEM * noise(courses, phi, 31 + round(10 * phi)), stop=True)
            e.add(f"a change of 3 MDC, {name}, AR({phi:g}): improved by session {SESSIONS}", ">= 80 %",
                  f"{100 * found.improved:.1f} %, half of them by session {found.session:.0f}",
                  f"{courses} courses; MDC {MDC:.2f} of ln FRR, a factor of {np.exp(MDC):.2f}",
                  found.improved >= 0.8)  # fmt: skip
    for times in (1, 2):
        found = look(times * MDC * shape("steady") + SEM * noise(FEWER, 0.5, 50 + times), stop=True)
        e.add(f"a change of {times} MDC, steady, AR(0.5): improved by session {SESSIONS}", "print",
              f"{100 * found.improved:.1f} %", f"{FEWER} courses")  # fmt: skip
    found = look(3 * MDC * shape("steady") + SEM * noise(FEWER, 0.5, 55), None, stop=True)
    e.add(f"a change of 3 MDC, steady, AR(0.5), without a SEM: improved by session {SESSIONS}", "print",
          f"{100 * found.improved:.1f} %", f"{FEWER} courses; the trend alone")  # fmt: skip


def told_widths(values: Array, phi: float) -> Array:
    """Return the widths of 95 % intervals of generalised least squares that is told the correlation."""
    x = np.c_[np.ones(len(DAYS)), DAYS]
    inverse = np.linalg.inv(phi ** np.abs(np.subtract.outer(DAYS, DAYS)))
    covariance = np.linalg.inv(x.T @ inverse @ x)
    rest = values.T - x @ (covariance @ (x.T @ inverse @ values.T))
    variance = np.einsum("ik,ij,jk->k", rest, inverse, rest) / (len(DAYS) - 2)
    return np.asarray(2 * stats.t.ppf(0.975, len(DAYS) - 2) * np.sqrt(variance * covariance[1, 1]))


def lines(values: Array) -> tuple[Estimate, Estimate]:
    """Return of progress() the slope by Theil-Sen, and the change that is shown, of logarithms."""
    found = line_of(sessions_of(DAYS, values, better="higher"), Noise(sem=SEM))
    if found is None:
        raise AssertionError("as many sessions as are needed")
    return found[:2]


def printed(values: Array) -> tuple[float, float]:
    """Return the same as it stands in the table of `unguard progress`."""
    rows = [
        {"id": "P", "date": f"2026-01-{i + 1:02d}", "flare": False, "observations": [], "measures": [
            {"measure": "ERR", "muscle": "", "unit": "ratio", "log": True, "when": "start", "better": "higher",
             "value": float(np.exp(v))}]}
        for i, v in enumerate(values)
    ]  # fmt: skip
    (row,) = course(rows).to_dataframe().to_dict(orient="records")
    return float(np.log(row["change_low"])), float(np.log(row["change_high"]))


def intervals(e: Evidence) -> None:
    """The 95 % intervals of the change over all sessions, as the report prints it, and of Theil-Sen's slope."""
    slope = MDC / (SESSIONS - 1)
    for phi in (0.0, 0.5):
        values = slope * DAYS + SEM * noise(COURSES, phi, 61 + round(10 * phi))
        found = [lines(v) for v in values]
        np.testing.assert_allclose(
            [printed(v) for v in values[:AS_PRINTED]], [(c.low, c.high) for _, c in found[:AS_PRINTED]], rtol=1e-9
        )
        told = told_widths(values, phi)
        for what, ends, truth, span in (
            (f"change over {SESSIONS} sessions, as it is printed", [c for _, c in found], MDC, SESSIONS - 1),
            (f"slope of {SESSIONS} sessions by Theil-Sen", [s for s, _ in found], slope, 1),
        ):
            covered = float(np.mean([one.low <= truth <= one.high for one in ends]))
            wide = float(np.median([one.high - one.low for one in ends]) / np.median(span * told))
            e.add(f"{what}, AR({phi:g}): its 95 % interval", "covers >= 90 %, width <= 1.8x",
                  f"covers {100 * covered:.1f} %, median width {wide:.2f}x",
                  f"{COURSES} courses; generalised least squares told the correlation",
                  covered >= 0.9 and wide <= 1.8)  # fmt: skip


def share(held: Iterable[bool]) -> str:
    """Return how many of them, in %."""
    return f"{100 * float(np.mean(list(held))):.1f} %"


def others(e: Evidence) -> None:
    """The other intervals of progress(), which no verdict stands on."""
    rng = np.random.default_rng(SEEDS + 71)
    slope, gain = 2 * MDC / (SESSIONS - 1), 0.4
    held: dict[str, list[bool]] = {"gain": [], "retention": [], "forecast": [], "smooth": []}
    wide = []
    for drawn in noise(FEW, 0.5, 72):
        starts = slope * DAYS + SEM * drawn
        ends = starts + gain + 0.2 * rng.standard_normal(SESSIONS)
        p = progress(DAYS, np.exp(starts), ends=np.exp(ends), better="higher", log=True, sem=SEM,
                     goal=float(np.exp(slope * 16)))  # fmt: skip
        if p.gain is None or p.retention is None or p.forecast is None:
            raise AssertionError(p.missing)
        held["gain"].append(p.gain.low <= np.exp(gain) <= p.gain.high)
        held["retention"].append(p.retention.low <= np.exp(slope - gain) <= p.retention.high)
        held["forecast"].append(p.forecast.earliest <= 16 <= p.forecast.latest)
        wide.append(p.forecast.latest - p.forecast.earliest)
        held["smooth"] += [
            bool(h) for h in (np.log(p.smooth_low) <= slope * DAYS) & (np.log(p.smooth_high) >= slope * DAYS)
        ]
    for name, what in (("gain", "the gain within a session"), ("retention", "the change to the next start"),
                       ("smooth", "the smoothed level, each session")):  # fmt: skip
        e.add(f"AR(0.5), 95 % interval of {what}: covers", "print", share(held[name]), f"{FEW} courses")
    e.add("AR(0.5), 95 % interval of the day of a goal 5 sessions ahead: covers", "print",
          f"{share(held['forecast'])}, median width {np.median(wide):.0f} sessions, never ends in "
          f"{share(np.isinf(wide))}", f"{FEW} courses, 2 MDC in {SESSIONS} sessions")  # fmt: skip


def goals(e: Evidence) -> None:
    """What is said of a goal to people who do not change, at it, short of it, and beyond it."""
    for times, where in (
        (1.0, "at it"),
        (1 / 1.25, "20 % short"),
        (1 / 1.5, "33 % short"),
        (np.exp(MDC), "an MDC beyond"),
    ):
        drawn = np.log(4 * times) + SEM * noise(FEW, 0.5, 75, sessions=6)
        found = [progress(DAYS[:6], np.exp(v), better="higher", log=True, sem=SEM, goal=4.0).forecast for v in drawn]
        reached, there = (
            float(np.mean([bool(f and getattr(f, name)) for f in found])) for name in ("reached", "at_goal")
        )
        e.add(f"goal of 4, 6 sessions of somebody who is {where}, AR(0.5): reached",
              "<= 5 %" if times <= 1 else "print",
              f"{100 * reached:.1f} %; \"at the goal, not certain\" {100 * there:.1f} %", f"{FEW} courses; {TOLD}",
              reached <= 0.05 if times <= 1 else None)  # fmt: skip


def measure(e: Evidence) -> None:
    """All rows."""
    without_change(e)
    of_ratings_and_shares(e)
    with_change(e)
    intervals(e)
    others(e)
    goals(e)
