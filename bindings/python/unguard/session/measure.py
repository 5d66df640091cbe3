"""One number of a session, with its interval and unit, and which way is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from unguard._core import Ratio
from unguard.trend import Estimate

#: When in a session: before any feedback has done anything, after it, or all of it.
START, END, WHOLE = "start", "end", "whole"
#: What a measure is made of, and so what has to be the same in sessions that are compared; ratings are of none.
BENDS, LEVELS, ACTIVITY, RATINGS = "bends", "levels", "activity", "ratings"
PROFILE, MOVEMENT = "profile", "movement"
_FAMILIES = {
    LEVELS: ("reactivity", "specificity", "recovery", "median load", "rest time"),
    ACTIVITY: ("spasm-like activity at rest",),
    RATINGS: ("pain", "fear", "tension"),
    PROFILE: ("guarding index", "spikes on bending", "guarded holds"),
    MOVEMENT: ("range of bending", "peak speed of bending", "smoothness of bending"),
}
#: What may be marked around a bend.
CONTEXTS = ("action", "place", "thought", "context", "movement")


def family_of(name: str) -> str:
    """Return what a measure of that name is made of, one of the names above; "bends" where it is no other."""
    for family, beginnings in _FAMILIES.items():
        if name.startswith(beginnings):
            return family
    return BENDS


@dataclass(frozen=True)
class Measure:
    """A measure of one session.

    Attributes
    ----------
    name: what it is, such as "ERR". muscle: the channel, "" where it is of the person.
    when: "start", "end" or "whole" session.
    value, low, high: with a 95 % interval; of a rating low and high are the value.
    unit: "ratio", "deg", "%", "uV", "s", "points", "a minute", "a bend" or "1".
    log: whether it is reckoned with by its logarithm.
    better: "higher", "lower", or "" where neither is.
    count: of what it was made of (bends, responses, ...). note: "at least", or what else is to be known.
    """

    name: str
    muscle: str
    when: str
    value: float
    low: float
    high: float
    unit: str
    log: bool = False
    better: str = ""
    count: int = 1
    note: str = ""

    @property
    def key(self) -> str:
        """What the same measure is called in every session: "ERR of multifidus L"."""
        return f"{self.name} of {self.muscle}" if self.muscle else self.name

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "measure": self.name, "muscle": self.muscle, "when": self.when, "value": _short(self.value),
            "low": _short(self.low), "high": _short(self.high), "unit": self.unit, "log": self.log,
            "better": self.better, "count": self.count, "note": self.note,
        }  # fmt: skip


def of_ratio(name: str, muscle: str, when: str, r: Ratio, better: str) -> Measure:
    """Return a ratio of levels as a measure."""
    note = "at least" if r.at_least else ""
    return Measure(name, muscle, when, r.value, r.low, r.high, "ratio", True, better, r.bends, note)


def of_estimate(name: str, muscle: str, when: str, e: Estimate, unit: str, better: str, count: int) -> Measure:
    """Return an estimate as a measure."""
    return Measure(name, muscle, when, e.value, e.low, e.high, unit, False, better, count)


def _short(value: float) -> float:
    return float(f"{value:.6g}")
