"""Calibrations as a plan keeps them: the values, when and where they were made, and what they are only valid for."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field, model_validator

import unguard
from unguard.errors import ConfigError
from unguard.plan.part import Part
from unguard.plan.quantities import Count, Date, Hertz, Id, Name, Several, Words
from unguard.plan.refusal import refused

Calibration = (
    unguard.RestCalibration
    | unguard.ReferenceCalibration
    | unguard.ActivityCalibration
    | unguard.BendingProfile
    | unguard.GuardingProfile
)
_CLASSES: dict[Any, Any] = {
    "rest": unguard.RestCalibration,
    "reference": unguard.ReferenceCalibration,
    "activity": unguard.ActivityCalibration,
    "bending": unguard.BendingProfile,
    "guarding": unguard.GuardingProfile,
}
#: Where each keeps one value a channel.
_PER_CHANNEL = {
    "rest": ("level", "per_channel"),
    "reference": ("level", "per_channel"),
    "activity": ("level", "per_channel"),
    "bending": ("movement", "level", "per_channel"),
    "guarding": ("shared",),
}


class StoredCalibration(Part):
    """A calibration as plain values; `restore` makes it again, bit for bit."""

    id: Id = Field(description="letters, digits and hyphens, once in a plan")
    kind: Literal["rest", "reference", "activity", "bending", "guarding"] = Field(
        description="'rest', 'reference', 'activity', 'bending' or 'guarding'"
    )
    made: Date = Field(description="the date it was made")
    band: Name = Field(description="the name of the band it was made in")
    sampling_rate_Hz: Hertz = Field(description="hertz of the signal it was made from")
    channels: Several[Name] = Field(description="the channels of the montage it is of, in order")
    site_note: Words = Field(description="where the electrodes were when it was made, measured or on a photograph")
    trials: Count | None = Field(
        default=None, description="a whole number from 1: how many bends, holds or other trials its spread is of"
    )
    values: dict[str, Any] = Field(description="what to_dict() of the calibration gives")

    @model_validator(mode="after")
    def _can_be_restored(self) -> StoredCalibration:
        for place, value in _numbers("values", self.values):
            if not math.isfinite(value):
                raise refused(place, value, "a finite number")
        try:
            self.restore()
        except ConfigError as error:
            raise refused("values", error.found, error.expected) from None
        per_channel: Any = self.values
        for key in _PER_CHANNEL[self.kind]:
            per_channel = per_channel[key]
        found = len(per_channel)
        if found != len(self.channels):
            raise refused("channels", f"{len(self.channels)} names", f"{found}, one for each channel of values")
        for i, channel in enumerate(self.channels):
            if channel in self.channels[:i]:
                raise refused(f"channels[{i}]", f"{channel!r} once more", "each channel once")
        return self

    def restore(self) -> Calibration:
        """Return the calibration as detectors take it."""
        # TOML knows no null; of all of them only a reference may be without a rest.
        absent: dict[str, Any] = {"rest": None} if self.kind == "reference" else {}
        restored: Calibration = _CLASSES[self.kind].from_dict({**absent, **self.values})
        return restored


def stored(
    calibration: Calibration,
    *,
    id: str,
    made: datetime.date,
    band: str,
    sampling_rate_Hz: float,
    channels: Sequence[str],
    site_note: str,
    trials: int | None = None,
) -> StoredCalibration:
    """Return a calibration as a plan keeps it; trials: how many its spread is of. Raises ConfigError by name."""
    for kind, of in _CLASSES.items():
        if isinstance(calibration, of):
            values = _without_none(calibration.to_dict())
            counted = {} if trials is None else {"trials": trials}
            return StoredCalibration(
                id=id,
                kind=kind,
                made=made,
                band=band,
                sampling_rate_Hz=sampling_rate_Hz,
                channels=tuple(channels),
                site_note=site_note,
                values=values,
                **counted,
            )
    expected = "a RestCalibration, ReferenceCalibration, ActivityCalibration, BendingProfile or GuardingProfile"
    raise ConfigError("calibration", repr(calibration), expected)


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _numbers(place: str, value: Any) -> Iterator[tuple[str, float]]:
    if isinstance(value, float):
        yield place, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _numbers(f"{place}.{key}", one)
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from _numbers(f"{place}[{i}]", one)
