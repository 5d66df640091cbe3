"""A detector as the benchmark runs it, and a family of them: one method with its settings."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard.arguments import flag, object_of, text
from unguard.benchmark.event import ScoredEvent, events_of
from unguard.errors import ConfigError

#: What a detector may ask for: the record as it was recorded, or without delay in the band of the benchmark.
RAW, BAND = "raw", "band"

Detect = Callable[..., Iterable[Any]]


@dataclass(frozen=True)
class Detector:
    """Anyone's detector with settings.

    Attributes
    ----------
    name: that it goes by in tables.
    detect: called with the record in microvolts, shape (samples,), the sampling rate in hertz, and the stretch
        (from, to) of the record that is known to be rest; gives events with onset and offset in samples, or pairs.
    settings: what was set, for tables.
    causal: whether what it says of a sample uses nothing behind `decided`.
    wants: "raw", or "band" for a record band-passed forward and backward (:func:`unguard.benchmark.band_passed`).
    told: whether `detect` is called with a fourth argument, the stretches of the record that were declared to be rest:
        there, and nowhere else, it may say what an activity is called.
    """

    name: str
    detect: Detect
    settings: Mapping[str, Any] = field(default_factory=dict)
    causal: bool = False
    wants: str = RAW
    told: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be, by name."""
        if self.wants not in (RAW, BAND):
            raise ConfigError("wants", repr(self.wants), f"{RAW!r} or {BAND!r}")
        if not callable(self.detect):
            raise ConfigError("detect", repr(self.detect), "a function of (x, fs, rest)")
        flag("told", self.told)

    def __call__(
        self, x: NDArray[np.float64], fs: float, rest: tuple[int, int], declared: Sequence[tuple[int, int]] = ()
    ) -> list[ScoredEvent]:
        """Return what it finds, by onset."""
        return events_of("found", self.detect(x, fs, rest, *([declared] if self.told else [])))


def labels(spec: Any, name: str | None, settings: Mapping[str, Any] | None) -> tuple[str, dict[str, Any]]:
    """Return the name and the settings that a spec goes by in tables; None takes the spec's name, and no settings."""
    called = type(spec).__name__ if name is None else text("name", name, "a name for tables, or None")
    if settings is None:
        return called, {}
    object_of("settings", settings, Mapping, "settings by name, or None")
    return called, dict(settings)


@dataclass(frozen=True)
class Family:
    """One method: how to make it with settings, the settings of its documentation, and those to search.

    Attributes
    ----------
    make: gives a :class:`Detector` for settings as keywords.
    documented: settings its documentation uses. origin: where those come from, in words.
    grid: values to search, by setting; settings that are not in it stay as documented.
    package: distribution it needs and imports when used; None for what is part of unguard.
    published: whether it is a method of others, as they published it, that unguard implements.
    """

    name: str
    make: Callable[..., Detector]
    documented: Mapping[str, Any]
    origin: str
    grid: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    package: str | None = None
    published: bool = False

    @property
    def ours(self) -> bool:
        """Whether the method is unguard's own."""
        return self.package is None and not self.published

    def at_documented(self) -> Detector:
        """Return it as documented."""
        return self.make(**self.documented)

    def settings(self) -> Iterator[dict[str, Any]]:
        """Return every combination of the grid, over what is documented."""
        for values in itertools.product(*self.grid.values()):
            yield {**self.documented, **dict(zip(self.grid, values, strict=True))}
