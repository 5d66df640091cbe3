"""A recording of bends in, flexion-relaxation out: cleaned, phases found, ratios with intervals, and what to doubt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard._core import FlexionRelaxation, LevelsByAngle
from unguard.arguments import names as names_of
from unguard.arguments import number, object_of
from unguard.clinical.angle_remarks import angle_remarks
from unguard.clinical.bend_remarks import remarks_on_bends
from unguard.clinical.cleaning import ORDER, Cleaned, clean
from unguard.clinical.flexion import Bends, bends, bends_by_activity, bends_by_cues
from unguard.clinical.levels_by_angle import BendsByAngle, levels_by_angle
from unguard.clinical.movement import BendMovements, bend_movements
from unguard.clinical.phases_by import choose_phases
from unguard.clinical.plain_rows import plain_rows
from unguard.clinical.side_differences import SideDifference, side_differences
from unguard.clinical.spasm_like_rises import SpikesOnBending
from unguard.clinical.spikes_on_bending import OwnProfile, spikes_on_bending
from unguard.errors import ConfigError, FormatError, spelled
from unguard.made_at import made_at
from unguard.recording import Recording

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: Of the layout of `to_dict()`; docs/clinical.md says when it changes.
SCHEMA_VERSION = "1.1"
ENVELOPE_WINDOW_S = 0.125
ENVELOPE_RATE_HZ = 50.0


@dataclass(frozen=True, eq=False)
class BendAnalysis:
    """What a recording of bends says.

    Attributes
    ----------
    file: name of the recording, or what it is called instead; "" where it is none.
    fs: Hz. duration_s: of the recording.
    bends: of every muscle. angle: the channel with the trunk angle, or None.
    angle_deg: the trunk angle, (values,), at time_s; None without one.
    time_s: of envelope_uV, (values, muscles): moving RMS of 125 ms, for pictures; NaN where it is not believed.
    cleaned: how the EMG was made, without its samples.
    noise_uV: taken off in power, one a muscle; empty: nothing was.
    sides: left against right.
    movements: how the trunk moved in every bend, how muscles stiffened as it started, and how long they took to let go;
        None without an angle.
    by_angle: levels of every bend by trunk angle, of which guarding is told; None without one.
    spikes: on bending, and guarded holds, against the person's own profile; without one it says why nothing is told.
    remarks: what to know before trusting it.
    made_at: when, ISO 8601. version: of unguard.
    """

    file: str
    fs: float
    duration_s: float
    bends: Bends
    angle: str | None
    angle_deg: NDArray[np.float64] | None
    time_s: NDArray[np.float64]
    envelope_uV: NDArray[np.float64]
    how: tuple[str, ...]
    band_hz: tuple[float, float]
    beats: int
    noise_uV: tuple[float, ...]
    sides: tuple[SideDifference, ...]
    movements: BendMovements | None
    by_angle: BendsByAngle | None
    spikes: SpikesOnBending
    remarks: tuple[str, ...]
    made_at: str
    version: str

    @property
    def muscles(self) -> tuple[str, ...]:
        """Names of the muscles."""
        return self.bends.muscles

    @property
    def count(self) -> int:
        """How many bends were found."""
        return max((b.number for b in self.bends.bends), default=0)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but samples as plain values, every number with its unit in its name."""
        return {
            "schema": "unguard-bend",
            "schema_version": SCHEMA_VERSION,
            "notice": "Training and research tool, not a medical device. It describes the activity of muscles under "
            "electrodes; it says nothing about its cause.",
            "recording": {"file": self.file, "fs_Hz": self.fs, "duration_s": self.duration_s},
            "muscles": list(self.muscles),
            "phases_by": self.bends.phases_by,
            "angle_channel": self.angle,
            "bends_lost_to_angle_gaps": self.bends.lost,
            "method": {
                "how": list(self.how),
                "band_Hz": list(self.band_hz),
                "heartbeats_removed": self.beats,
                "noise_uV": list(self.noise_uV),
                "levels": repr(self.bends.spec),
            },
            "ratios": plain_rows(self.bends.summary()),
            "bends": plain_rows(self.to_dataframe()),
            "sides": [
                {"muscle": s.muscle, "phase": s.phase, "asymmetry_percent": s.value, "low_percent": s.low,
                 "high_percent": s.high, "least_change_percent": s.least_change, "bends": s.bends}
                for s in self.sides
            ],
            "movements": plain_rows(self.movements.to_dataframe() if self.movements else None),
            "muscles_in_movements": plain_rows(self.movements.muscles_to_dataframe() if self.movements else None),
            "spikes_on_bending": {
                "not_told": self.spikes.why or None,
                "against": self.spikes.against or None,
                "rule": repr(self.spikes.rule) if self.spikes.rule else None,
                "muscles": plain_rows(self.spikes.summary()),
                "rises": plain_rows(self.spikes.to_dataframe()),
            },
            "remarks": list(self.remarks),
            "made_at": self.made_at,
            "version": self.version,
        }  # fmt: skip

    def to_json(self) -> str:
        """Return `to_dict()` as JSON; what is not known is null."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row a bend and muscle, as `Bends.to_dataframe`, and behind that spikes_on_bending, how many,
        bending_times_good, how loud the way down was as a whole against good bends, and guarded_hold, 1 or 0; NaN where
        that is not told, or less than half of it could be heard.
        """
        heard = {(h.bend, h.muscle): h for h in self.spikes.heard}
        table = self.bends.to_dataframe()
        of = [heard.get((b.number, self.muscles[b.channel])) for b in self.bends.bends]
        table["spikes_on_bending"] = [float(h.spikes) if h and h.counts else np.nan for h in of]
        table["bending_times_good"] = [h.times if h and h.counts else np.nan for h in of]
        table["guarded_hold"] = [float(h.guarded) if h and h.hold_counts else np.nan for h in of]
        return table


def analyse_bends(
    recording: Recording,
    *,
    muscles: Sequence[str] | None = None,
    angle: str | None = None,
    phases_by: str | None = None,
    noise: float | Sequence[float] | None = None,
    band: tuple[float, float] | unguard.Bandpass | None = None,
    mains: float | None = None,
    heart: bool = True,
    profile: OwnProfile | None = None,
    spec: FlexionRelaxation | None = None,
) -> BendAnalysis:
    """Analyse a recording of bends: heart and hum out, phases found, levels and ratios of every muscle.

    Parameters
    ----------
    recording: EMG in microvolts as it was recorded, and the trunk angle in degrees where there is one.
    muscles: names of channels; None takes every one that may be EMG.
    angle: the channel with the trunk angle; None takes the only one in degrees.
    phases_by: "angle", "cues" (annotations "standing", "bending", "full flexion", "returning" with durations) or
        "activity" (what the muscles do); None takes the first of these that is there.
    noise: RMS of electrode and amplifier in the band, microvolts, one or one a muscle: taken off in power. None:
        nothing is, and ratios to a quiet muscle come out too small.
    band, mains, heart: as `clean()`.
    profile: the person's own good bends, against which spikes on bending and guarding in full flexion are told; not
        used where it is of other muscles, another band or sampling rate, and that is said.
    spec: how phases and levels are made.

    Raises
    ------
    ConfigError: naming the argument. FormatError: what the recording lacks.

    Source: Alschuler et al. 2009, doi:10.1097/AJP.0b013e3181b56db6. Offline.
    """
    object_of("recording", recording, Recording, "a Recording, as unguard.io.read gives")
    if profile is not None:
        object_of("profile", profile, OwnProfile, "an OwnProfile, as unguard.session.own_profile gives, or None")
    where = recording.source.name if recording.source else "the recording"
    chosen = _muscles(recording, muscles, where)
    by, angle_name, cues, remarks = choose_phases(recording, angle, phases_by, where)
    levels = _noise(noise, len(chosen))
    made = clean(recording, chosen, band=band, mains=mains, heart=heart, noise=levels)
    movements, by_angle = None, None
    of_angle: list[str] = []
    degrees, lost = None, None
    if by == "angle" and angle_name is not None:
        column = recording.names.index(angle_name)
        degrees, lost = recording.data[:, column], _angle_marks(recording, column)
        x = np.column_stack([made.emg, degrees])
        marks = np.column_stack([made.marks, lost])
        found = bends(
            x, fs=made.fs, channels=[*chosen, angle_name], angle=angle_name, marks=marks, spec=spec, noise=levels
        )
        whole: dict[str, Any] = {
            "fs": made.fs, "channels": [*chosen, angle_name], "angle": angle_name, "marks": marks, "noise": levels
        }  # fmt: skip
        movements = bend_movements(x, phases=spec.phases if spec else None, **whole)
        by_angle = levels_by_angle(x, spec=_by_angle(spec), **whole)
        of_angle = angle_remarks(found, angle_name, degrees, lost == 0, named=angle is not None)
    elif by == "cues":
        found = bends_by_cues(
            made.emg, fs=made.fs, channels=chosen, cues=cues, marks=made.marks, spec=spec, noise=levels
        )
    else:
        found = bends_by_activity(made.emg, fs=made.fs, channels=chosen, marks=made.marks, spec=spec, noise=levels)
    time, envelope = _envelope(made)
    used = band if isinstance(band, unguard.Bandpass) else unguard.Bandpass(low=made.band[0], high=made.band[1],
                                                                            order=ORDER)  # fmt: skip
    spikes = spikes_on_bending(made, found, profile, band=used, degrees=degrees, degrees_marks=lost)
    step = max(1, round(made.fs / ENVELOPE_RATE_HZ))
    return BendAnalysis(
        file=spelled(recording.source.name) if recording.source else "",
        fs=made.fs,
        duration_s=recording.duration_s,
        bends=found,
        angle=angle_name if by == "angle" else None,
        angle_deg=None if degrees is None else degrees[step // 2 :: step][: len(time)],
        time_s=time,
        envelope_uV=envelope,
        how=made.how,
        band_hz=made.band,
        beats=made.beats,
        noise_uV=tuple(levels),
        sides=side_differences(found),
        movements=movements,
        by_angle=by_angle,
        spikes=spikes,
        remarks=(*remarks, *remarks_on_bends(found, made, levels, recording), *of_angle, *spikes.remarks),
        made_at=made_at(),
        version=unguard.__version__,
    )


def _muscles(recording: Recording, muscles: Sequence[str] | None, where: str) -> list[str]:
    if muscles is None:
        chosen = [c.name for c in recording.channels if c.may_be_emg]
        if not chosen:
            raise FormatError(where, "the file", "without EMG", "at least one channel in microvolts that may be EMG")
        return chosen
    chosen = names_of("muscles", muscles, f"one or more of {', '.join(recording.names)}")
    if not chosen:
        raise ConfigError("muscles", "empty", f"one or more of {', '.join(recording.names)}")
    return chosen


def _noise(noise: float | Sequence[float] | None, muscles: int) -> list[float]:
    if noise is None:
        return []
    given = [noise] if isinstance(noise, (int, float)) else list(noise)
    levels = [number("noise", n, "microvolts RMS, 0 and more") for n in given]
    if len(levels) not in (1, muscles):
        raise ConfigError("noise", f"{len(levels)} values", f"one, or one for each of {muscles} muscles")
    return levels


def _angle_marks(recording: Recording, column: int) -> NDArray[np.uint32]:
    if recording.valid is None:
        return np.zeros(recording.samples, dtype=np.uint32)
    return np.where(recording.valid[:, column], 0, unguard.MARKS["missing"]).astype(np.uint32)


def _by_angle(spec: FlexionRelaxation | None) -> LevelsByAngle | None:
    """Return how levels by angle are made, where somebody said how bends are read."""
    return None if spec is None else LevelsByAngle(phases=spec.phases, floor=spec.floor)


def _envelope(made: Cleaned) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    level, marks = unguard.Rms(window=ENVELOPE_WINDOW_S)(made.emg, fs=made.fs, marks=made.marks)
    level, marks = level.reshape(len(made.emg), -1), marks.reshape(len(made.emg), -1)
    step, late = max(1, round(made.fs / ENVELOPE_RATE_HZ)), round(ENVELOPE_WINDOW_S * made.fs / 2)
    at = np.arange(step // 2, len(level), step)
    from_sample = np.minimum(at + late, len(level) - 1)
    return at / made.fs, np.where(marks[from_sample] == 0, level[from_sample], np.nan)
