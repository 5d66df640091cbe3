"""Which contexts go with more guarding: effects with intervals, the false among them kept rare.

>>> seen = align(bends, diary)
>>> found = drivers(seen, outcome="guarding", contexts=["action", "place", "thought"], ratings=["pain", "fear"])
>>> found.to_dataframe()
>>> found.plot()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from unguard.arguments import names, number, object_of
from unguard.clinical.context_effect import ContextEffect, of_context, of_rating
from unguard.clinical.context_within import Seen, of_context_within
from unguard.clinical.diary import is_empty, words_of
from unguard.clinical.sessions import Array
from unguard.clinical.shrinkage import shrunk
from unguard.clinical.stepwise import Candidate, LeftOut, Rows, Weighed, one_after_the_other
from unguard.errors import ConfigError
from unguard.trend import Estimate

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Driver:
    """One context, against all observations without it, less those of drivers that were found before it.

    Attributes
    ----------
    factor, context: the column of the diary, and what stood in it; of a rating, its name and "per point".
    observations, others: with it, and without it; of a rating, all and 0.
    difference: of the means (of a rating: the slope), in the outcome's unit, with its 95 % interval.
    effect: the same in standard deviations of the outcome, corrected for few (Hedges' g); of a rating 2 r / sqrt(1 -
        r^2). With its 95 % interval.
    shrunk: the effect drawn to 0, the more the fewer observations there are: for whoever picks the largest. With its 95
        % interval. One that is large among many that are none is drawn too far: a single driver of 0.8 among 5 contexts
        of 30 comes out at 0.6, and its interval holds 0.8 in four of five diaries (`scripts/evidence clinical`); that
        of `effect` does in 95 %.
    p: chance of a difference at least as large without one, two-sided: the larger of that of means and that of ranks.
    q: the least rate of false discoveries at which this would be one (Benjamini & Hochberg 1995), when it was found.
    drives: q is at most the rate that was asked for: it goes with more, or with less. It need not be the cause.
    """

    factor: str
    context: str
    observations: int
    others: int
    difference: Estimate
    effect: Estimate
    shrunk: Estimate
    p: float
    q: float
    drives: bool

    @property
    def said(self) -> str:
        """ "goes with more", "goes with less" or "not told from chance"."""
        if not self.drives:
            return "not told from chance"
        return "goes with more" if self.difference.value > 0 else "goes with less"

    def __str__(self) -> str:
        return f"{self.factor} {self.context}: {self.said}: {self.difference} ({self.observations} observations)"


@dataclass(frozen=True)
class Drivers:
    """All contexts that could be looked at, the largest shrunk effect first; and those that could not, and why.

    Attributes
    ----------
    found: contexts, drivers or not. left_out: (factor, context, reason).
    outcome: what was explained. false_discoveries: the share of what is called a driver that may be none.
    observations: rows with a finite outcome; where episodes are given, episodes with one.
    """

    found: tuple[Driver, ...]
    left_out: tuple[tuple[str, str, str], ...]
    outcome: str
    false_discoveries: float
    observations: int

    @property
    def drivers(self) -> tuple[Driver, ...]:
        """Those that drive."""
        return tuple(d for d in self.found if d.drives)

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a context: factor, context, observations, others, difference, effect and shrunk effect with
        their intervals (columns _low, _high), p, q, drives, said."""
        import pandas as pd

        columns = ["factor", "context", "observations", "others"]
        for name in ("difference", "effect", "shrunk"):
            columns += [name, f"{name}_low", f"{name}_high"]
        rows = []
        for d in self.found:
            row: list[Any] = [d.factor, d.context, d.observations, d.others]
            for e in (d.difference, d.effect, d.shrunk):
                row += [e.value, e.low, e.high]
            rows.append([*row, d.p, d.q, d.drives, d.said])
        return pd.DataFrame(rows, columns=[*columns, "p", "q", "drives", "said"])

    def plot(self, axes: Any = None) -> Any:
        """Draw them; see `unguard.clinical.plot_drivers`."""
        from unguard.clinical.drivers_figure import plot_drivers

        return plot_drivers(self, axes=axes)

    def __str__(self) -> str:
        told = [str(d) for d in self.drivers] or ["no context is told from chance"]
        return f"{self.outcome}, {self.observations} observations: " + "; ".join(told)


def drivers(
    diary: pd.DataFrame,
    *,
    outcome: str,
    contexts: Sequence[str] = (),
    ratings: Sequence[str] = (),
    episode: str | None = None,
    session: str | None = None,
    order: str | None = None,
    false_discoveries: float = 0.05,
) -> Drivers:
    """Tell which contexts of a diary go with more of an outcome, or with less.

    Every context is compared with all observations of which the same column says something else, every rating by its
    slope; the share of false discoveries among all of them together is controlled (Benjamini & Hochberg). The strongest
    driver is then set aside, and the others of its column are compared with the rest alone, and so on: against a mean
    that one raised, all others would seem to go with less. A driver has to be one by means (Welch; of a rating Pearson)
    and by ranks (Mann & Whitney; Spearman): means alone make drivers of chance where the outcome is skewed, ranks alone
    where contexts scatter differently.

    Parameters
    ----------
    diary: one row an observation (a bend, an event, an hour): the outcome, and columns of contexts and ratings, as
        `align` makes it.
    outcome: the column that is explained, a number such as a guarding index, of ratios their logarithm. Rows without a
        finite one are left out.
    contexts: columns of words, such as action, place or thought; several at once are a list in the cell. An empty cell
        says nothing of that row.
    ratings: columns of numbers, such as pain or fear 0 to 10, rated for the task.
    episode: column of what belongs together, such as the diary entry, the hour or the session: rows that are alike in
        it and in a column are averaged to one observation. Bends within a minute are not independent, and taken as such
        they make drivers of chance.
    session: column of what shares a level of its own, such as the session with its electrodes: contexts are compared
        within it alone, and what never varies within one is left out. Without that a context of some days is taken for
        what made the days differ. Not with ratings.
    order: column of an observation's place in its session, such as the number of the bend: what all sessions gain or
        tire by from one to the next is taken off, and a context that goes with it is left out and said. Without that,
        whatever was done first drives. With session alone.
    false_discoveries: 0.001 to 0.5.

    Raises
    ------
    ConfigError: naming the argument.

    Caveat: what goes with something need not be its cause; contexts that occur together cannot be told apart; a
    driver that is not found raises the mean that others of its column are compared with. With the few observations of
    one person only large effects are found: one that is not told from chance is not shown to be none. Source: Welch
    1947, doi:10.1093/biomet/34.1-2.28; Mann & Whitney 1947, doi:10.1214/aoms/1177730491; Spearman 1904,
    doi:10.2307/1412159;
    Hedges 1981, doi:10.3102/10769986006002107; Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x;
    Efron & Morris 1973, doi:10.1080/01621459.1973.10481350. Offline.
    """
    import pandas as pd

    object_of("diary", diary, pd.DataFrame, "a DataFrame, one row an observation")
    rate = number("false_discoveries", false_discoveries, "0.001 to 0.5")
    if not 0.001 <= rate <= 0.5:
        raise ConfigError("false_discoveries", false_discoveries, "0.001 to 0.5")
    of_words = names("contexts", contexts, "columns of the diary")
    of_numbers = names("ratings", ratings, "columns of the diary")
    _known(diary, outcome, of_words, of_numbers, episode, session, order)
    y = _numbers(diary, "outcome", outcome)
    here = np.isfinite(y)
    place = None if order is None else _numbers(diary, "order", order)
    if place is not None:
        here &= np.isfinite(place)
    belongs = None if episode is None else pd.factorize(diary[episode])[0]
    if belongs is not None:
        here &= belongs >= 0  # what belongs to no episode
    shares = None if session is None else pd.factorize(diary[session])[0]
    if shares is not None:
        here &= shares >= 0
        # An episode is of one session; one that spans two is two.
        rows = np.arange(len(y)) if belongs is None else belongs
        belongs = np.where(here, rows * (int(shares.max(initial=0)) + 1) + shares, -1)
    candidates: list[Candidate] = []
    left_out: list[LeftOut] = []

    def effect(factor: str, context: str) -> Callable[[Rows, Rows], ContextEffect | str]:
        def of(with_it: Rows, without: Rows) -> ContextEffect | str:
            if shares is None:
                return of_context(factor, context, *(_apart(y, some, belongs) for some in (with_it, without)))
            both = (
                Seen(
                    _apart(y, some, belongs),
                    np.rint(_apart(shares.astype(float), some, belongs)).astype(np.intp),
                    None if place is None else _apart(place, some, belongs),
                )
                for some in (with_it, without)
            )
            return of_context_within(factor, context, *both)

        return of

    for factor in of_words:
        cells = [_words(cell) for cell in diary[factor]]
        said = np.array([bool(c) for c in cells], dtype=bool) & here
        every = sorted({word for c, s in zip(cells, said, strict=True) if s for word in c})
        if not every:
            left_out.append((factor, "", "nothing stands in it where there is an outcome"))
        if len(every) == 2 and not any(len(c) == 2 for c, here_too in zip(cells, said, strict=True) if here_too):
            left_out.append((factor, every[0], f"it is all that is not {every[1]}, which is looked at"))
            every = every[1:]
        for context in every:
            with_it = np.array([context in c for c in cells], dtype=bool) & said
            candidates.append(Candidate(factor, context, with_it, said & ~with_it, effect(factor, context)))
    for factor in of_numbers:
        x = _numbers(diary, "ratings", factor)
        candidates.append(_of_rating(factor, x, y, here & np.isfinite(x), belongs))
    weighed, without_effect = one_after_the_other(candidates, rate)
    count = int(here.sum()) if belongs is None else len(np.unique(belongs[here]))
    return Drivers(tuple(_drawn(weighed)), (*left_out, *without_effect), outcome, rate, count)


def _of_rating(factor: str, x: Array, y: Array, both: Rows, belongs: Any) -> Candidate:
    def of(some: Rows, _: Rows) -> ContextEffect | str:
        return of_rating(factor, _apart(x, some, belongs), _apart(y, some, belongs))

    return Candidate(factor, "per point", both, np.zeros_like(both), of, rating=True)


def _known(
    diary: pd.DataFrame,
    outcome: str,
    contexts: Sequence[str],
    ratings: Sequence[str],
    episode: str | None,
    session: str | None,
    order: str | None,
) -> None:
    """Refuse columns that are not there, or are asked for twice."""
    if not contexts and not ratings:
        raise ConfigError("contexts", "none, and no ratings", "at least one column")
    if session is not None and ratings:
        raise ConfigError("ratings", ", ".join(map(repr, ratings)), "none where sessions are compared within")
    if order is not None and session is None:
        raise ConfigError("order", repr(order), "None without session: it is the place in one")
    asked: list[str] = []
    for parameter, columns in (("outcome", [outcome]), ("contexts", contexts), ("ratings", ratings),
                               ("episode", [] if episode is None else [episode]),
                               ("session", [] if session is None else [session]),
                               ("order", [] if order is None else [order])):  # fmt: skip
        for name in columns:
            if list(diary.columns).count(name) != 1:
                raise ConfigError(
                    parameter, repr(name), f"a column of the diary, of {', '.join(map(str, diary.columns))}"
                )
            if name in asked:
                raise ConfigError(parameter, repr(name), "every column once: it would explain itself")
            asked.append(name)


def _numbers(diary: pd.DataFrame, parameter: str, name: str) -> Array:
    import pandas as pd

    try:
        found = pd.to_numeric(diary[name])
    except (TypeError, ValueError) as error:
        raise ConfigError(parameter, f"{name!r}: {error}", "a column of numbers, empty where there is none") from None
    return np.asarray(found.to_numpy(dtype=float, na_value=np.nan))


def _words(cell: Any) -> tuple[str, ...]:
    return () if is_empty(cell) else tuple(sorted(set(words_of(cell))))


def _apart(values: Array, some: Any, belongs: Any) -> Array:
    """Return the values of some rows; where they belong to episodes, one mean of each."""
    if belongs is None:
        return np.asarray(values[some], dtype=np.float64)
    _, which, count = np.unique(belongs[some], return_inverse=True, return_counts=True)
    return np.asarray(np.bincount(which, weights=values[some], minlength=len(count)) / count, dtype=np.float64)


def _drawn(weighed: Sequence[Weighed]) -> list[Driver]:
    """Return them with what all together say of their size, the largest first."""
    if not weighed:
        return []
    raw = [w.effect for w in weighed]
    drawn = shrunk(np.array([r.effect.value for r in raw]), np.array([r.error for r in raw]))
    made = []
    for w, r, s in zip(weighed, raw, drawn, strict=True):
        told = (r.factor, r.context, r.observations, r.others, r.difference, r.effect)
        made.append(Driver(*told, shrunk=s, p=r.p, q=w.q, drives=w.drives))
    return sorted(made, key=lambda d: -abs(d.shrunk.value))
