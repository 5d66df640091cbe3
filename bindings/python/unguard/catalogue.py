"""What there is: every spec and function of the package, with its station, its kind and its source.

>>> unguard.list("detector")             # one line each
>>> unguard.list(station="envelope")
>>> unguard.list(search="median frequency").to_dataframe()
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, overload

from unguard import _core
from unguard.arguments import text
from unguard.errors import ConfigError

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]

#: The way of a sample, as design and folders have it, and what stands beside it in Python.
STATIONS = (
    "core",
    "filter",
    "denoise",
    "quality",
    "envelope",
    "spectrum",
    "features",
    "detect",
    "clinical",
    "stream",
    "simulate",
    "io",
    "presets",
    "benchmark",
)
#: Of what is brought to life by start(): by what start() returns.
_KIND_OF_LIVE = {
    "LiveChain": "filter",
    "LiveGated": "filter",
    "LiveNoiseSubtracted": "filter",
    "LiveHeartGate": "filter",
    "LiveResampler": "resampler",
    "LiveDetector": "detector",
    "LiveRPeaks": "detector",
    "LiveSlidingSpectrum": "analyser",
    "LiveFatigueIndicator": "analyser",
    "LiveBendPhases": "analyser",
    "LiveFlexionRelaxation": "analyser",
    "LiveLevelsByAngle": "analyser",
    "LivePooledLevel": "combiner",
    "LiveTrunkAngle": "combiner",
    "LivePipeline": "pipeline",
    "TensionHoldJudge": "analyser",
    "StaircaseRun": "procedure",
}
KINDS = (
    "filter",
    "resampler",
    "analyser",
    "detector",
    "combiner",
    "pipeline",
    "procedure",
    "calibrator",
    "settings",
    "function",
)
#: Specs that are written by hand in Python's binding, and so describe no fields.
_BY_HAND = {
    "Chain": ("core", "filter", "filters in a row, as one filter"),
    "Gated": ("envelope", "filter", "an envelope that leaves marked samples out of its statistic"),
    "Pipeline": ("stream", "pipeline", "a whole session, from what a device hands over to readings and events"),
    "ZeroPhaseBlocks": ("filter", "procedure", "zero-phase filtering in blocks, its memory bounded"),
    "AmplitudeDistribution": ("clinical", "procedure", "how much of the time is spent at which level"),
}
#: Where a source ends: behind a page, year, DOI or remark in brackets, or before what docstrings say next. Journals are
#: abbreviated with full stops, too.
_NEXT_SENTENCE = re.compile(r"(?<=[\d)])\. (?=[A-Z])|\. (?=(?:Raises|Offline|Live|Not causal|The same)\b)")
#: What takes any number of values: its compiled signature has them without a name.
_STARRED = {"Chain": ("stages",)}
#: Where the functions of the package itself belong.
_FUNCTIONS = {
    "filter": (
        "butterworth_order",
        "chebyshev1_order",
        "chebyshev2_order",
        "kaiser_order",
        "designed_poles",
        "designed_zeros",
        "sections",
        "taps",
        "response",
        "group_delay",
        "settle_time",
        "noise_bandwidth",
        "savitzky_golay",
        "zero_phase",
        "plot_response",
    ),
    "denoise": (
        "r_peaks",
        "remove_ecg",
        "trunk_band",
    ),
    "envelope": (
        "smoothing",
        "level_interval",
        "jump_delay",
        "calibrate_whitening",
        "plot_envelope",
    ),
    "detect": (
        "active_stretches",
        "calibrate_activity",
        "calibrate_baseline",
        "calibrate_noise",
        "calibrate_quietest",
        "calibrate_reference",
        "calibrate_rest",
        "count_false_alarms",
        "detect",
        "events",
        "for_false_alarms",
        "model_noise",
        "onset_noise",
        "onset_latency",
        "profile_bending",
        "plot_events",
    ),
    "simulate": (
        "simulate",
        "simulate_onset",
        "scenario",
    ),
    "io": ("markers_from_bids",),
    "core": ("list",),
}
#: Modules whose functions are listed, and their station.
_MODULES = {
    "spectrum": "spectrum",
    "fatigue": "spectrum",
    "features": "features",
    "clinical": "clinical",
    "analysis": "stream",
    "session": "stream",
    "plan": "stream",
    "io": "io",
    "bids": "io",
    "dataset": "stream",
    "mne": "io",
    "presets.neurokit2": "presets",
    "presets.biosppy": "presets",
    "presets.biosignalsnotebooks": "presets",
    "presets.libemg": "presets",
    "presets.pyemgpipeline": "presets",
    "presets.emgflow": "presets",
    "presets.brainflow": "presets",
    "presets.bmc": "presets",
    "benchmark": "benchmark",
}


@dataclass(frozen=True)
class Entry:
    """One spec or function.

    Attributes
    ----------
    name: as it is called from the package: "Rms", "spectrum.welch".
    kind: one of `KINDS`. "filter", "resampler", "analyser", "detector" and "combiner" can be started on a stream;
        "calibrator" makes a calibration; "settings" are given to functions and other specs; "function" is called.
    station: one of `STATIONS`, in the order of the way of a sample.
    meaning: in one line. source: paper or book, with DOI where it has one; empty where there is none to name.
    parameters: their names.
    """

    name: str
    kind: str
    station: str
    meaning: str
    source: str
    parameters: tuple[str, ...]


class Catalogue(Sequence[Entry]):
    """Entries in the order of the way of a sample; printed one a line."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = tuple(entries)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> Catalogue: ...
    def __getitem__(self, index: int | slice) -> Entry | Catalogue:
        return Catalogue(self._entries[index]) if isinstance(index, slice) else self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    @property
    def names(self) -> tuple[str, ...]:
        """The name of every entry."""
        return tuple(e.name for e in self)

    def to_dataframe(self) -> pandas.DataFrame:
        """Return one row per entry: name, kind, station, meaning, source, parameters (", " between them)."""
        import pandas

        columns = ("name", "kind", "station", "meaning", "source")
        rows = [{**{c: getattr(e, c) for c in columns}, "parameters": ", ".join(e.parameters)} for e in self]
        return pandas.DataFrame(rows, columns=[*columns, "parameters"])

    def __repr__(self) -> str:
        wide = max((len(e.name) for e in self), default=0)
        lines = [f"{e.station:10} {e.kind:10} {e.name:{wide}}  {e.meaning}" for e in self]
        return "\n".join(lines) if lines else "nothing of that kind"


def catalogue(kind: str | None = None, *, station: str | None = None, search: str | None = None) -> Catalogue:
    """Return what the package has, each spec and function with its meaning and source; `unguard.list`.

    Parameters
    ----------
    kind: one of "filter", "resampler", "analyser", "detector", "combiner", "pipeline", "procedure", "calibrator",
        "settings", "function"; None for all.
    station: one of "core", "filter", "denoise", "quality", "envelope", "spectrum", "features", "detect", "clinical",
        "stream", "simulate", "io", "benchmark", "presets"; None for all.
    search: only entries with all these words in name, meaning or source, in any case.

    Raises
    ------
    ConfigError: a kind or station that is none.
    """
    for name, given, allowed in (("kind", kind, KINDS), ("station", station, STATIONS)):
        if given is not None and given not in allowed:
            raise ConfigError(name, repr(given), f"one of {', '.join(allowed)}, or None for all")
    words = text("search", search, "words, or None").lower().split() if search is not None else []
    found = [
        e
        for e in _all()
        if (kind is None or e.kind == kind)
        and (station is None or e.station == station)
        and all(w in f"{e.name} {e.meaning} {e.source}".lower() for w in words)
    ]
    return Catalogue(sorted(found, key=lambda e: (STATIONS.index(e.station), KINDS.index(e.kind), e.name)))


def _all() -> Iterator[Entry]:
    headers = json.loads((resources.files("unguard") / "headers.json").read_text("utf-8"))
    for name, header in headers.items():
        yield _spec(name, header)
    package = importlib.import_module("unguard")
    for name, (station, kind, meaning) in _BY_HAND.items():
        made = getattr(_core, name)
        parameters = _STARRED.get(name) or _compiled_parameters(made.__init__)
        yield Entry(name, kind, station, meaning, _source(made), parameters)
    for station, names in _FUNCTIONS.items():
        for name in names:
            yield _function(name, getattr(package, name), station)
    for module, station in _MODULES.items():
        members = importlib.import_module(f"unguard.{module}")
        for name in getattr(members, "__all__", ()) or _public(members):
            if inspect.isroutine(made := getattr(members, name)):
                yield _function(f"{module}.{name}", made, station)


def _public(module: Any) -> list[str]:
    return [n for n, made in vars(module).items() if not n.startswith("_") and inspect.getmodule(made) is module]


def _spec(name: str, header: str) -> Entry:
    spec = getattr(_core, name)
    station = header.partition("/")[0]
    return Entry(
        name=name,
        kind=_kind(name, spec),
        station=station,
        meaning=(spec.__doc__ or "").partition("\n")[0],
        source=_source(spec),
        parameters=tuple(field["name"] for field in spec._fields),
    )


def _kind(name: str, spec: Any) -> str:
    started = re.search(r"-> (?:unguard\._core\.)?(\w+)", inspect.getdoc(getattr(spec, "start", None)) or "")
    if started and hasattr(spec, "start"):
        return _KIND_OF_LIVE[started[1]]
    # Bridges a start that does nothing by itself: the first stage of a chain.
    if name == "Priming":
        return "filter"
    return "calibrator" if name.endswith(("Calibrator", "Profiler")) else "settings"


def _function(name: str, made: Any, station: str) -> Entry:
    try:
        parameters = tuple(inspect.signature(made).parameters)
    except (TypeError, ValueError):
        parameters = _compiled_parameters(made)
    return Entry(name, "function", station, _first_sentence(made), _source(made), parameters)


def _compiled_parameters(made: Any) -> tuple[str, ...]:
    """Return the parameters of a compiled function or constructor, whose docstring begins with its signature."""
    signature = (made.__doc__ or "").partition("\n")[0].partition(") ->")[0]
    return tuple(name for name in re.findall(r"(\w+): ", signature) if name != "self")


def _first_sentence(made: Any) -> str:
    """Return the first sentence of a docstring, its signature left out."""
    lines = [line.strip() for line in (inspect.getdoc(made) or "").splitlines()]
    if lines and re.match(rf"{re.escape(made.__name__)}\(", lines[0]):
        lines = lines[1:]
    told = " ".join(lines[next((i for i, line in enumerate(lines) if line), 0) :]).split("  ")[0]
    return re.split(r"(?<=[^.][^.])[.;](?:\s|$)", told, maxsplit=1)[0].strip()


def _source(made: Any) -> str:
    """Return what a docstring names as its source, without the sentences that follow."""
    told = re.search(r"Sources?: ((?:.|\n)*?)\.?\s*(?:\n\s*\n|$)", inspect.getdoc(made) or "")
    return _NEXT_SENTENCE.split(" ".join(told[1].split()), maxsplit=1)[0] if told else ""
