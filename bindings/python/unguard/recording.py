"""A recording in memory: samples in microvolts, their rate, what each channel is, and everything that was flagged."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from unguard.arguments import names as names_of
from unguard.arguments import number, pair, real, text
from unguard.errors import ConfigError

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]
    import xarray
    from numpy.typing import ArrayLike

MICROVOLTS = "uV"
#: Kinds that may be processed as muscle: stated to be EMG, or a voltage whose sensor the file does not state.
EMG_KINDS = ("EMG", "voltage")


@dataclass(frozen=True)
class Channel:
    """What one column of a recording is.

    Attributes
    ----------
    name: unique name in the recording.
    unit: unit of the values in memory: "uV" for every voltage, otherwise the unit of the file ("deg", "g", "" if none).
    unit_found: unit as written in the file; empty when the file states none.
    kind: "EMG", "ECG", "EEG", "EOG" where the file says so; "voltage" for microvolts of an unstated sensor;
        "label" for class, trigger and marker columns; "other" for everything that is not a voltage.
    step_uV: one code of the converter, above 0; None where it is not known.
    rails_uV: the lowest and the highest value the converter can give; None where they are not known.
    """

    name: str
    unit: str = MICROVOLTS
    unit_found: str = ""
    kind: str = "voltage"
    step_uV: float | None = None
    rails_uV: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        """Refuse what is no text, by name."""
        text("name", self.name, "the name of a channel as text")
        text("unit", self.unit, 'a unit as text, such as "uV"')
        text("unit_found", self.unit_found, "the unit of the file as text")
        text("kind", self.kind, 'a kind as text, such as "EMG"')
        if self.step_uV is not None:
            expected = "a number of microvolts above 0, or None"
            step = number("step_uV", self.step_uV, expected)
            if step <= 0:
                raise ConfigError("step_uV", step, expected)
            object.__setattr__(self, "step_uV", step)
        if self.rails_uV is not None:
            expected = "the lowest and the highest value in microvolts, or None"
            low, high = pair("rails_uV", self.rails_uV, expected)
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise ConfigError("rails_uV", f"{low:g} to {high:g}", expected)
            object.__setattr__(self, "rails_uV", (low, high))

    @property
    def may_be_emg(self) -> bool:
        """Whether the values are microvolts and nothing says that they are not muscle."""
        return self.unit == MICROVOLTS and self.kind in EMG_KINDS


@dataclass(frozen=True)
class Annotation:
    """A remark of the person or device that recorded, at a time.

    Attributes
    ----------
    onset_s: seconds since the first sample.
    duration_s: seconds; 0 for a moment, also when the file states no duration.
    text: as in the file.
    channel: name of the channel it belongs to, or None for the whole recording.
    """

    onset_s: float
    duration_s: float
    text: str
    channel: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number or text, by name. Which numbers make sense depends on what is done with them."""
        for name in ("onset_s", "duration_s"):
            given = getattr(self, name)
            if type(given) not in (float, int):
                object.__setattr__(self, name, real(name, given, "a number of seconds"))
        text("text", self.text, "the text of an annotation")
        if self.channel is not None:
            text("channel", self.channel, "the name of a channel as text, or None")


@dataclass(frozen=True, eq=False, repr=False)
class Recording:
    """Samples of one rate with their channels.

    Attributes
    ----------
    data: float64, C order, shape (samples, channels), finite. Microvolts for every channel whose ``unit`` is "uV".
    fs: sampling rate in hertz.
    channels: one :class:`Channel` per column.
    annotations: sorted by onset.
    repairs: everything that was mended so that the data could be used (a partial record dropped, values held).
    remarks: everything else worth knowing (a label that occurs twice, a rate too slow for EMG).
    source: the file it came from, or None.
    gaps: (sample, missing): `missing` samples were lost and are held from `sample` on.
    valid: bool, shape (samples, channels), False where the value was missing and is held; None when all are good.
    filters: for the channel of this name what it was filtered with before, as the file says it ("HP:20Hz LP:450Hz") or
        as a filter is printed; a channel of which nothing is known is not in it.
    """

    data: NDArray[np.float64]
    fs: float
    channels: list[Channel]
    annotations: list[Annotation] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    source: Path | None = None
    gaps: list[tuple[int, int]] = field(default_factory=list)
    valid: NDArray[np.bool_] | None = None
    filters: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check shapes, rate, names and finiteness; raise ConfigError by name. The orientation is never guessed."""
        fs = number("fs", self.fs, "a positive number of hertz")
        if fs <= 0:
            raise ConfigError("fs", fs, "a positive number of hertz")
        object.__setattr__(self, "fs", fs)
        _check_data(self.data)
        object.__setattr__(self, "data", np.ascontiguousarray(self.data, dtype=np.float64))
        _check_channels(self.channels, self.data.shape[1])
        _check_annotations(self.annotations)
        _check_finite(self.data, self.channels)
        _check_valid(self.valid, self.data.shape)
        _check_filters(self.filters, self.names)

    @classmethod
    def from_array(
        cls,
        data: ArrayLike,
        *,
        fs: float | None = None,
        unit: str | Sequence[str] | Mapping[str, str] | None = None,
        names: Sequence[str] | None = None,
    ) -> Recording:
        """Return a recording of an array; volts of any unit become microvolts.

        Parameters
        ----------
        data: (samples,) or (samples, channels), copied. What is NaN, infinite or masked is held and marked in `valid`,
            as of a file. An array that is wider than long is refused unless `names` says how many channels it has.
        fs: Hz; must be given. unit: "uV", "mV", "V" or another; one for all, a list, or by name; must be given.
        names: of the channels; None: "channel 1" and so on. A name with EMG, ECG, EEG or EOG in it states the kind.

        Raises ConfigError, naming the argument.
        """
        from unguard.recording_from import of_array

        return of_array(data, fs=fs, unit=unit, names=names)

    @classmethod
    def from_dataframe(
        cls,
        frame: pandas.DataFrame,
        *,
        fs: float | None = None,
        unit: str | Sequence[str] | Mapping[str, str] | None = None,
        columns: Sequence[str] | None = None,
        time: str | None = None,
    ) -> Recording:
        """Return a recording of a table: one row a sample, one column a channel; or in long form, as `to_dataframe`
        returns it.

        Parameters
        ----------
        frame: long form is told by its columns time_s, channel, value, unit and valid. fs, unit: as in `from_array`; in
            long form the unit is in the table. columns: those to take, None for all but `time`.
        time: column of seconds, which is held against fs: a jump is refused. None: there is none to take.

        Raises ConfigError, naming the argument.
        """
        from unguard.recording_from import of_dataframe

        return of_dataframe(frame, fs=fs, unit=unit, columns=columns, time=time)

    @classmethod
    def from_xarray(cls, array: xarray.DataArray, *, fs: float | None = None) -> Recording:
        """Return a recording of what `to_xarray` made, or of any DataArray with dimensions time and channel and
        coordinates channel and unit; what it was given beside comes back. fs: Hz, where ``attrs["fs"]`` does not say.

        Raises ConfigError, naming the argument; MissingExtra where xarray is not installed.
        """
        from unguard.labelled_arrays import recording_from_xarray

        return recording_from_xarray(array, fs)

    @property
    def samples(self) -> int:
        """Number of samples per channel."""
        return int(self.data.shape[0])

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples / self.fs

    @property
    def names(self) -> list[str]:
        """Names of the channels, in order."""
        return [channel.name for channel in self.channels]

    def select(self, names: Iterable[str]) -> Recording:
        """Return a recording with only the named channels, in the order given.

        Raises ConfigError for a name that is not there, a name given twice, or no name at all.
        """
        wanted = names_of("names", names, f"one or more of {', '.join(self.names)}")
        if not wanted:
            raise ConfigError("names", "empty", f"one or more of {', '.join(self.names)}")
        for name in wanted:
            if name not in self.names:
                raise ConfigError("names", repr(name), f"one of {', '.join(self.names)}")
            if wanted.count(name) > 1:
                raise ConfigError("names", f"{name!r} twice", "each channel once")
        index = [self.names.index(name) for name in wanted]
        return dataclasses.replace(
            self,
            data=np.ascontiguousarray(self.data[:, index]),
            channels=[self.channels[i] for i in index],
            annotations=[a for a in self.annotations if a.channel is None or a.channel in wanted],
            valid=None if self.valid is None else np.ascontiguousarray(self.valid[:, index]),
            filters={name: told for name, told in self.filters.items() if name in wanted},
        )

    def plot(
        self,
        channels: Iterable[str] | None = None,
        *,
        begin: float = 0.0,
        end: float | None = None,
        axes: Any = None,
    ) -> NDArray[Any]:
        """Draw every channel in a row of its own; return the Axes, one a channel, from the top.

        What is held is hatched; annotations are written above, those with a duration as a strip.

        Parameters
        ----------
        channels: names, 1 to 32, in the order to be drawn; None for all.
        begin, end: what is shown, s; by default all.
        axes: one Axes a channel to draw into; by default those of a new figure.

        Raises
        ------
        ConfigError: naming the argument.
        """
        from unguard.recording_figure import drawn

        return drawn(self, channels, begin, end, axes)

    def to_dataframe(self) -> pandas.DataFrame:
        """Return one row per sample and channel: time_s, channel, value, unit, valid."""
        import pandas

        count = len(self.channels)
        valid = np.ones(self.data.shape, dtype=bool) if self.valid is None else self.valid
        return pandas.DataFrame(
            {
                "time_s": np.repeat(np.arange(self.samples) / self.fs, count),
                "channel": np.tile(np.array(self.names, dtype=object), self.samples),
                "value": self.data.reshape(-1),
                "unit": np.tile(np.array([c.unit for c in self.channels], dtype=object), self.samples),
                "valid": valid.reshape(-1),
            }
        )

    def to_xarray(self) -> xarray.DataArray:
        """Return an array with dimensions time (coordinate in seconds) and channel (names), of xarray.

        Coordinates of a channel: unit, unit_found, kind, step_uV, lowest_uV and highest_uV (NaN where not known); where
        values were held: valid, (time, channel). attrs: fs, source, and annotations, repairs, remarks, gaps and filters
        as JSON text. Raises MissingExtra where xarray is not installed.
        """
        from unguard.labelled_arrays import recording_to_xarray

        return recording_to_xarray(self)

    def __repr__(self) -> str:
        channels = ", ".join(f"{c.name} [{c.unit}]" for c in self.channels[:8])
        if len(self.channels) > 8:
            channels += f", ... {len(self.channels) - 8} more"
        flagged = len(self.repairs) + len(self.remarks)
        held = 0 if self.valid is None else int(self.valid.size - np.count_nonzero(self.valid))
        parts = [
            f"{self.samples} samples x {len(self.channels)} channels",
            f"{self.fs:g} Hz",
            f"{self.duration_s:g} s",
            channels,
        ]
        if self.annotations:
            parts.append(f"{len(self.annotations)} annotations")
        if held:
            parts.append(f"{held} values held")
        if flagged:
            parts.append(f"{flagged} remarks")
        return f"<Recording {'; '.join(parts)}>"


def _check_data(data: object) -> None:
    if isinstance(data, np.ma.MaskedArray):
        expected = "an array without a mask: fill it, and hand in `valid`, False where a value is missing"
        raise ConfigError("data", f"a masked array of shape {data.shape}", expected)
    if not isinstance(data, np.ndarray) or data.dtype.kind not in "fiu":
        raise ConfigError("data", f"{type(data).__name__}", "a numeric array of shape (samples, channels)")
    if data.ndim != 2:
        raise ConfigError("data", f"an array of {data.ndim} dimensions", "shape (samples, channels)")
    if data.shape[0] < 1 or data.shape[1] < 1:
        raise ConfigError("data", f"of shape {data.shape}", "at least one sample and one channel")


def _check_valid(valid: object, shape: tuple[int, ...]) -> None:
    if valid is None:
        return
    if not isinstance(valid, np.ndarray) or isinstance(valid, np.ma.MaskedArray):
        raise ConfigError("valid", f"{type(valid).__name__}", f"None, or an array of bool of shape {shape}")
    if valid.shape != shape or valid.dtype != np.bool_:
        raise ConfigError("valid", f"{valid.dtype} of shape {valid.shape}", f"bool of shape {shape}")


def _check_filters(filters: object, names: Sequence[str]) -> None:
    if not isinstance(filters, dict):
        raise ConfigError("filters", repr(filters), "a dict from names of channels to what they were filtered with")
    for name, told in filters.items():
        if name not in names:
            raise ConfigError("filters", repr(name), f"one of {', '.join(names)}")
        text("filters", told, "text: what a channel was filtered with")


def _check_channels(channels: Sequence[Channel], columns: int) -> None:
    if not isinstance(channels, Sequence) or any(not isinstance(channel, Channel) for channel in channels):
        raise ConfigError("channels", repr(channels), "a list of Channel, one per column of data")
    if len(channels) != columns:
        raise ConfigError("channels", f"{len(channels)} channels", f"one per column of data, which has {columns}")
    seen: set[str] = set()
    for channel in channels:
        if channel.name in seen:
            raise ConfigError("channels", f"the name {channel.name!r} twice", "a name of its own for every channel")
        seen.add(channel.name)


def _check_annotations(annotations: object) -> None:
    expected = "a list of Annotation"
    if isinstance(annotations, (str, bytes)) or not isinstance(annotations, Sequence):
        raise ConfigError("annotations", repr(annotations), expected)
    for annotation in annotations:
        if not isinstance(annotation, Annotation):
            raise ConfigError("annotations", repr(annotation), expected)


def _check_finite(data: NDArray[np.float64], channels: Sequence[Channel]) -> None:
    # Column by column and by sums, so that an hour of many channels is checked without a copy: a NaN or Inf anywhere
    # makes the sum not finite. Finite values may overflow the sum, hence the exact look before anything is refused.
    for column, channel in enumerate(channels):
        with np.errstate(over="ignore", invalid="ignore"):
            total = float(np.sum(data[:, column]))
        if math.isfinite(total):
            continue
        bad = np.flatnonzero(~np.isfinite(data[:, column]))
        if bad.size:
            raise ConfigError(
                "data",
                f"{data[bad[0], column]} at sample {bad[0]} of {channel.name} ({bad.size} such values)",
                "finite values, with `valid` False where a value is missing",
            )
