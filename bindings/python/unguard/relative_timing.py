"""Relative timing: how much later, or earlier, a muscle goes on than another one, a marker or a movement.

>>> found = unguard.Events(unguard.detect(spec, x, fs=2000, channels=names), fs=2000, channels=names)
>>> print(unguard.onset_latency(found, "multifidus L", "deltoid", window=(-0.2, 0.3)))
>>> print(unguard.onset_latency(found, "multifidus L", markers, kind="stimulus", window=(-0.2, 0.3)))
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats  # type: ignore[import-untyped]

from unguard.arguments import number, object_of, pair, text
from unguard.errors import ConfigError
from unguard.event_table import Events
from unguard.onset_pairs import pairs, within

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: Kinds that are no onset of a muscle; an episode stands beside its bursts and begins with the first of them.
NO_ONSET = ("PHASIC EPISODE", "ARTEFACT", "ECG")
_WINDOW = "(from, to) in seconds after the reference, from below to"
_REFERENCE = "the name of another channel, markers as (kind, sample), or samples"


@dataclass(frozen=True)
class Share:
    """How many of the latencies lie in a range, and how sure their share is.

    Attributes
    ----------
    count, of: so many, of so many. share: their ratio; NaN of none.
    low, high: its exact interval (Clopper & Pearson 1934); 0 and 1 of none.
    """

    count: int
    of: int
    share: float
    low: float
    high: float

    def __str__(self) -> str:
        """Say it in a line."""
        if not self.of:
            return "0 of 0"
        return f"{self.count} of {self.of}, {100 * self.share:.0f} [{100 * self.low:.0f}, {100 * self.high:.0f}] %"


@dataclass(frozen=True, eq=False, repr=False)
class OnsetLatency:
    """The onset of one muscle relative to a reference, repetition by repetition and together.

    Attributes
    ----------
    channel, reference: what was compared with what, in words.
    latency_ms: the muscle's onset minus the reference, ms, (n,), in the order of time; above 0 the muscle is later.
    reference_s, onset_s: when each was, s from the first sample, (n,).
    without_partner_s: repetitions of the reference without an onset in the window, s.
    unmatched_s: onsets of the channel that belong to no repetition, s.
    several: repetitions with more than one onset in their window; the nearest was taken.
    left_out: events that are no onset of a muscle, by kind.
    sd_ms: of one latency by the detector's own onsets, ms; None where it was not told.
    median_ms: NaN of none. low_ms, high_ms: its interval; infinite where there are too few for one.
    level: of the intervals, at least.
    window: (from, to), s. fs: sampling rate, Hz: no latency is known better than a sample.
    """

    channel: str
    reference: str
    latency_ms: NDArray[np.float64]
    reference_s: NDArray[np.float64]
    onset_s: NDArray[np.float64]
    without_partner_s: NDArray[np.float64]
    unmatched_s: NDArray[np.float64]
    several: int
    left_out: dict[str, int]
    sd_ms: float | None
    median_ms: float
    low_ms: float
    high_ms: float
    level: float
    window: tuple[float, float]
    fs: float

    @property
    def before(self) -> Share:
        """The latencies below 0: the muscle was on before the reference."""
        return self._share(int(np.count_nonzero(self.latency_ms < 0)))

    def share(self, low_ms: float, high_ms: float) -> Share:
        """Return how many latencies lie from low_ms to high_ms, both included.

        A trunk muscle that is on from 100 ms before to 50 ms after the muscle that moves the arm is said to act by
        feedforward: what is later may be a reflex (Hodges & Richardson 1997, Exp. Brain Res. 114:362).

        Raises
        ------
        ConfigError: no numbers, or not low_ms < high_ms.
        """
        expected = "a number of milliseconds, low_ms below high_ms"
        low, high = number("low_ms", low_ms, expected), number("high_ms", high_ms, expected)
        if not low < high:
            raise ConfigError("high_ms", f"{high:g} ms", f"above low_ms, {low:g} ms")
        return self._share(int(np.count_nonzero((self.latency_ms >= low) & (self.latency_ms <= high))))

    def _share(self, count: int) -> Share:
        n = len(self)
        if n == 0:
            return Share(0, 0, math.nan, 0.0, 1.0)
        said = stats.binomtest(count, n).proportion_ci(self.level, method="exact")
        return Share(count, n, count / n, float(said.low), float(said.high))

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a repetition of the reference, in the order of time: reference_s, onset_s, latency_ms, sd_ms.

        A repetition without a partner has NaN; onsets that belong to none are in `unmatched_s`.
        """
        import pandas as pd

        alone = np.full(len(self.without_partner_s), np.nan)
        told = np.nan if self.sd_ms is None else self.sd_ms
        table = pd.DataFrame(
            {
                "channel": self.channel,
                "reference": self.reference,
                "reference_s": np.r_[self.reference_s, self.without_partner_s],
                "onset_s": np.r_[self.onset_s, alone],
                "latency_ms": np.r_[self.latency_ms, alone],
                "sd_ms": np.r_[np.full(len(self), told), alone],
            }
        )
        return table.sort_values("reference_s", kind="stable", ignore_index=True)

    def plot(self, axes: Any = None) -> Any:
        """Draw every latency in the order of time, their median and its interval; return the Axes.

        Parameters
        ----------
        axes: to draw into; by default those of a new figure.
        """
        from unguard.relative_timing_figure import drawn

        return drawn(self, axes)

    def __len__(self) -> int:
        return len(self.latency_ms)

    def __str__(self) -> str:
        """Say what was found and what was not, in a few lines."""
        n, repetitions = len(self), len(self) + len(self.without_partner_s)
        lines = [f"{self.channel} after {self.reference}: {self._median()}; {n} of {repetitions} repetitions"]
        if n:
            lines.append(f"before it: {self.before}")
        if self.sd_ms is not None:
            lines.append(f"one latency by the detector alone: SD {self.sd_ms:.2g} ms")
        if len(self.without_partner_s):
            lines.append(f"no onset from {self._window()} of the reference at {_listed(self.without_partner_s)}")
        if len(self.unmatched_s):
            lines.append(f"onsets that belong to no repetition at {_listed(self.unmatched_s)}")
        if self.several:
            lines.append(f"repetitions with more than one onset in the window, the nearest taken: {self.several}")
        if self.left_out:
            lines.append("no onsets of a muscle: " + ", ".join(f"{n} {kind}" for kind, n in self.left_out.items()))
        return "\n".join(lines)

    def __repr__(self) -> str:
        repetitions = len(self) + len(self.without_partner_s)
        what = f"{self.channel} after {self.reference}"
        return f"<{what}: {self._median()}; {len(self)} of {repetitions} repetitions>"

    def _median(self) -> str:
        if not len(self):
            return "no latency"
        said = f"median {self.median_ms:.1f} ms"
        if math.isinf(self.low_ms):
            return f"{said}, too few for an interval of {100 * self.level:g} %"
        return f"{said} [{self.low_ms:.1f}, {self.high_ms:.1f}] ({100 * self.level:g} %, sign test)"

    def _window(self) -> str:
        return f"{1000 * self.window[0]:g} to {1000 * self.window[1]:g} ms"


def onset_latency(
    events: Events,
    channel: str,
    reference: str | Sequence[tuple[str, int]] | ArrayLike,
    *,
    window: tuple[float, float],
    kind: str | None = None,
    level: float = 0.95,
    onset_sd: float | None = None,
) -> OnsetLatency:
    """Return how much later a muscle goes on than a reference, with the interval of the median over all repetitions.

    Onset and reference are paired one to one, as many as can be, and of these the nearest; what has no partner is
    counted and named. Swapping muscle and reference only turns the sign, if the window is mirrored too, (-to, -from).
    Events that closed are taken, without ARTEFACT, ECG, and PHASIC EPISODE, which stands beside its bursts.

    Parameters
    ----------
    events: of one detector over a recording.
    channel: name of the muscle.
    reference: name of another channel; or markers, (kind, sample), as `detect()` takes them and `markers_from_bids()`
        gives them; or the samples at which a movement begins. The delay of filters counts once: that of `events` is
        taken off onsets, and plain markers and samples are those of the recording. Markers of
        `markers_from_bids(..., delay=)` know that they were put later; they need `events` with the same delay, or with
        none.
    kind: of the markers that count, where there are several.
    window: (from, to), s after the reference, in which an onset may belong to it; from below to, -10 to 10 s.
        What lies outside cannot be found: choose it before looking, and wider than any latency that would be believed.
    level: of the intervals, above 0.5, below 1.
    onset_sd: SD of the detector's onsets about the true ones, s, where it is known: `scripts/evidence detect` and
        `unguard benchmark` measure it. Of two channels it counts twice.

    The interval is exact for any distribution, if repetitions do not depend on each other; it is that of this
    recording, and not of people. At 95 % it takes six of them. Not causal: for whole recordings.

    Raises
    ------
    ConfigError: naming the argument.

    Source: Hodges & Richardson 1996, Spine 21:2640; interval: that of the sign test, Conover 1999, Practical
    Nonparametric Statistics, 3.2.
    """
    object_of("events", events, Events, "Events of a recording")
    sure = number("level", level, "above 0.5, below 1")
    if not 0.5 < sure < 1:
        raise ConfigError("level", f"{sure:g}", "above 0.5, below 1")
    begin, end = pair("window", window, _WINDOW)
    if not (-10 <= begin < end <= 10):
        raise ConfigError("window", f"({begin:g}, {end:g}) s", f"{_WINDOW}, -10 to 10")
    if onset_sd is not None and number("onset_sd", onset_sd, "seconds, 0 or more") < 0:
        raise ConfigError("onset_sd", f"{onset_sd:g} s", "seconds, 0 or more")
    name = _channel("channel", channel, events)
    told, at, twice, late = _reference(events, name, reference, kind)
    onsets = _onsets(_delayed(events, late), name)
    edges = (begin, end)
    matched = pairs(at, onsets, edges)
    r, p = (np.array([one[k] for one in matched], dtype=np.intp) for k in (0, 1))
    latency_ms = 1000 * (onsets[p] - at[r])
    median, low, high = _median(latency_ms, sure)
    compared = (name, told) if twice else (name,)
    return OnsetLatency(
        channel=name,
        reference=told,
        latency_ms=latency_ms,
        reference_s=at[r],
        onset_s=onsets[p],
        without_partner_s=np.delete(at, r),
        unmatched_s=np.delete(onsets, p),
        several=int(np.count_nonzero(within(at, onsets, edges) > 1)),
        left_out=dict(Counter(e.kind for e in events.closed if _no_onset(e, events, compared))),
        sd_ms=None if onset_sd is None else 1000 * float(onset_sd) * (math.sqrt(2) if twice else 1.0),
        median_ms=median,
        low_ms=low,
        high_ms=high,
        level=sure,
        window=edges,
        fs=events.fs,
    )


def _median(latency_ms: NDArray[np.float64], level: float) -> tuple[float, float, float]:
    """Return the median and the ends of its interval; infinite where there are too few for one."""
    n = len(latency_ms)
    if n == 0:
        return math.nan, -math.inf, math.inf
    # The k-th smallest and the k-th largest, k being how many of n coins are heads with less than half of what is left.
    k = int(stats.binom.ppf((1 - level) / 2, n, 0.5))
    ordered = np.sort(latency_ms)
    ends = (float(ordered[k - 1]), float(ordered[n - k])) if k > 0 else (-math.inf, math.inf)
    return float(np.median(ordered)), *ends


def _channel(parameter: str, name: Any, events: Events) -> str:
    known = events.channel_names
    expected = f"one of {', '.join(known)}" if known else "a channel of the events, which have none"
    if text(parameter, name, expected) not in known:
        raise ConfigError(parameter, repr(name), expected)
    return str(name)


def _no_onset(event: Any, events: Events, channels: Sequence[str]) -> bool:
    return event.kind in NO_ONSET and events.channel_name(event.channel) in channels


def _onsets(events: Events, name: str) -> NDArray[np.float64]:
    """Return the onsets of a channel, s, without the delay of the filters."""
    own = (e for e in events.closed if events.channel_name(e.channel) == name and e.kind not in NO_ONSET)
    return np.array([events.seconds(e.onset) for e in own], dtype=np.float64)


def _delayed(events: Events, late: float) -> Events:
    """Return the events with the delay that is in their markers: it is in their onsets, too."""
    if late == 0 or abs(events.delay - late) * events.fs < 0.5:  # a sample is all that markers know
        return events
    if events.delay:
        found = f"markers that are {1000 * late:g} ms late"
        raise ConfigError(
            "reference", found, f"as late as events.delay, {1000 * events.delay:g} ms, or markers without"
        )
    return Events(events.reports, fs=events.fs, channels=events.channels, delay=late)


def _reference(
    events: Events, channel: str, reference: Any, kind: str | None
) -> tuple[str, NDArray[np.float64], bool, float]:
    """Return the reference in words, when it was, s of the recording, whether it is a channel with onsets of its own,
    and by how much its markers had been put later, s.
    """
    markers = not isinstance(reference, str) and _are_markers(reference)
    if kind is not None and not markers and len(reference):
        raise ConfigError("kind", repr(kind), "None, for the reference is no markers")
    if isinstance(reference, str):
        name = _channel("reference", reference, events)
        if name == channel:
            raise ConfigError("reference", repr(name), f"another channel than {channel!r}")
        return name, _onsets(events, name), True, 0.0
    given = list(reference)
    if not given and kind is not None:
        return text("kind", kind, _REFERENCE), np.array([], dtype=np.float64), False, 0.0
    if not markers:
        return "the movement", _samples(given, events), False, 0.0
    for one in given:
        if not isinstance(one, (tuple, list)):
            raise ConfigError("reference", "markers and samples", _REFERENCE)
        if len(one) != 2:
            raise ConfigError("reference", repr(one), _REFERENCE)
        text("reference", one[0], _REFERENCE)
    chosen = _of_kind(given, kind)
    delays = {float(getattr(one, "delay", 0.0)) for one in chosen}
    if len(delays) > 1:
        told = " and ".join(f"{1000 * late:g} ms" for late in sorted(delays))
        raise ConfigError("reference", f"markers that are {told} late", "markers of one delay")
    (late,) = delays
    at = _samples([one[1] for one in chosen], events)
    return chosen[0][0], np.maximum(at - late, 0.0), False, late


def _are_markers(reference: Any) -> bool:
    if isinstance(reference, (bytes, dict)) or not isinstance(reference, (Sequence, np.ndarray)):
        raise ConfigError("reference", repr(reference), _REFERENCE)
    return any(isinstance(one, (tuple, list)) for one in reference)


def _of_kind(markers: list[Any], kind: str | None) -> list[Any]:
    kinds = sorted({one[0] for one in markers})
    told = ", ".join(map(repr, kinds))
    if kind is None:
        if len(kinds) > 1:
            raise ConfigError("reference", f"markers of the kinds {told}", "markers of one kind, or that kind as kind")
        return markers
    if text("kind", kind, f"one of {told}") not in kinds:
        raise ConfigError("kind", repr(kind), f"one of {told}")
    return [one for one in markers if one[0] == kind]


def _samples(given: list[Any], events: Events) -> NDArray[np.float64]:
    expected = "samples from 0 on, each once"
    at = np.sort(np.array([number("reference", one, expected) for one in given], dtype=np.float64))
    if len(at) and at[0] < 0:
        raise ConfigError("reference", f"sample {at[0]:g}", expected)
    if twice := at[1:][np.diff(at) == 0].tolist():
        raise ConfigError("reference", f"sample {twice[0]:g} twice", expected)
    return at / events.fs


def _listed(seconds: NDArray[np.float64], most: int = 8) -> str:
    told = ", ".join(f"{s:.3f}" for s in seconds[:most])
    more = f" and {len(seconds) - most} more" if len(seconds) > most else ""
    return f"{told} s{more}"
