"""How every recording of a run is analysed: by options and by a person's plan, as plain values that workers take."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import unguard
from unguard.arguments import names as names_of
from unguard.arguments import pair, path_of
from unguard.errors import ConfigError
from unguard.plan import read_plan

_MAINS = (50.0, 60.0)


@dataclass(frozen=True)
class Settings:
    """What is the same for all recordings of a run.

    Attributes
    ----------
    low_hz, high_hz, order: of the band-pass; None follows the rule of `analyse`.
    mains_hz: hum that is taken out, or None. channels: names to analyse; None takes all that may be EMG.
    plan: name and SHA-256 of the plan these are from, "" without one.
    """

    low_hz: float | None = None
    high_hz: float | None = None
    order: int | None = None
    mains_hz: float | None = None
    channels: tuple[str, ...] | None = None
    plan: str = ""

    @property
    def band(self) -> unguard.Bandpass | None:
        """The band-pass as `analyse` takes it."""
        if self.low_hz is None or self.high_hz is None or self.order is None:
            return None
        return unguard.Bandpass(low=self.low_hz, high=self.high_hz, order=self.order)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return asdict(self)


def settings_of(
    plan: str | os.PathLike[str] | None,
    channels: Iterable[str] | None,
    band: tuple[float, float] | None,
    mains: float | None,
) -> Settings:
    """Return the settings of a run; raise ConfigError or FormatError naming what cannot be.

    A plan says band (of levels), mains and channels, as for `unguard session`; what is given beside it contradicts it.
    """
    if plan is not None:
        for name, value in (("channels", channels), ("band", band), ("mains", mains)):
            if value is not None:
                raise ConfigError(name, repr(value), "to be left out beside a plan, which says it")
        of = read_plan(plan)
        spec = of.band(of.processing.level_band).spec()
        hum = of.processing.mains_Hz
        return Settings(
            low_hz=spec.low,
            high_hz=spec.high,
            order=spec.order,
            mains_hz=None if hum is None else float(hum),
            channels=of.montage.channels,
            plan=f"{of.id}, SHA-256 {sha256_of(path_of('plan', plan))}",
        )
    low = high = order = None
    if band is not None:
        low, high = pair("band", band, "a lower and an upper edge in hertz")
        spec = unguard.Bandpass(low=low, high=high)
        unguard.Chain(spec).start(fs=max(2000.0, 4 * high))  # refuses by name what cannot be at any rate
        order = spec.order
    if mains is not None and mains not in _MAINS:
        raise ConfigError("mains", repr(mains), "50 or 60 Hz, or none")
    wanted = None if channels is None else tuple(names_of("channels", channels, "names of channels"))
    if wanted is not None and not wanted:
        raise ConfigError("channels", "empty", "one or more names of channels")
    return Settings(low, high, order, None if mains is None else float(mains), wanted)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
