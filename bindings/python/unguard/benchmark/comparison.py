"""Detectors side by side: every method on every data set, as documented and searched, and how it was made."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy  # type: ignore[import-untyped]

import unguard
from unguard.arguments import flag, object_of, several, whole
from unguard.benchmark.counts import Counts
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.detector import Family
from unguard.benchmark.outcome import Outcome
from unguard.benchmark.score import Score
from unguard.benchmark.search import Searched, search
from unguard.benchmark.time_limit import limit_of
from unguard.errors import ConfigError
from unguard.extras import MissingExtra, version
from unguard.made_at import made_at

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]

DOCUMENTED, SEARCHED = "documented", "searched"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    setting: "documented" or "searched". origin: where documented settings come from.
    ours: whether the method is unguard's own.
    """

    family: str
    setting: str
    origin: str
    outcome: Outcome
    ours: bool


@dataclass(frozen=True, eq=False)
class Comparison:
    """What was measured.

    Attributes
    ----------
    missing: methods that were not run, and why, by name.
    seed: of the generator. limit_s: seconds of processor time a detector might take for a data set.
    versions: of unguard, the peers, and what both stand on. made_at: ISO 8601 in UTC.
    """

    datasets: tuple[Dataset, ...]
    searched: tuple[Searched, ...]
    missing: dict[str, str]
    seed: int
    limit_s: float
    versions: dict[str, str] = field(default_factory=dict)
    made_at: str = ""

    @property
    def families(self) -> list[str]:
        """Names of the methods that were run, in order."""
        return list(dict.fromkeys(s.family.name for s in self.searched))

    def of(self, data: str) -> list[Searched]:
        """Return what was run on a data set."""
        return [s for s in self.searched if s.documented.dataset == data]

    def rows(self) -> Iterator[Row]:
        """Return every line: documented, then searched where something was found."""
        for s in self.searched:
            yield Row(s.family.name, DOCUMENTED, s.family.origin, s.documented, s.family.ours)
            if s.best is not None:
                yield Row(s.family.name, SEARCHED, "best F1 on the tuning part", s.best, s.family.ours)

    def pooled(self, setting: str) -> dict[str, Counts]:
        """Return hits, false ones and misses over all data sets by method; where one failed, all is missed there.

        Parameters
        ----------
        setting: "documented" or "searched"; what was not searched counts as documented.
        """
        made = dict.fromkeys(self.families, Counts())
        true = {d.name: d.true_events for d in self.datasets}
        for s in self.searched:
            one = s.best if setting == SEARCHED and s.best is not None else s.documented
            counts = Counts(misses=true[one.dataset]) if one.failed else one.whole.counts
            made[s.family.name] += counts
        return made

    def to_dataframe(self) -> pandas.DataFrame:
        """Return one row per data set, method and setting: what it was set to, what it died of, every figure."""
        import pandas

        return pandas.DataFrame([_flat(r) for r in self.rows()])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: NaN as null, infinity as "inf"."""
        return {
            "schema": "unguard-benchmark",
            "schema_version": 1,
            "made_at": self.made_at,
            "versions": dict(self.versions),
            "seed": self.seed,
            "limit_s": self.limit_s,
            "datasets": [
                {
                    "name": d.name,
                    "source": d.source,
                    "records": len(d.trials),
                    "true_events": d.true_events,
                    "remarks": list(d.remarks),
                }
                for d in self.datasets
            ],
            "not_run": dict(self.missing),
            "rows": [{k: _plain(v) for k, v in _flat(r, text=False).items()} for r in self.rows()],
            "tried": [
                {
                    "dataset": o.dataset,
                    "detector": s.family.name,
                    "settings": o.settings,
                    "error": o.error,
                    "refused": list(o.refused),
                    "f1_tuning": _plain(o.tuning.f1),
                    "f1": _plain(o.whole.f1),
                    "alarms_per_hour": _plain(o.whole.alarms.per_hour),
                    "delay_ms": _plain(o.whole.delay),
                }
                for s in self.searched
                for o in s.tried
            ],
        }

    def to_json(self) -> str:
        """Return the comparison as JSON text."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def __repr__(self) -> str:
        return f"<Comparison of {len(self.families)} methods on {', '.join(d.name for d in self.datasets)}>"


def compare(
    datasets: Iterable[Dataset],
    families: Iterable[Family],
    *,
    grid: bool = True,
    limit_s: float = 120.0,
    seed: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> Comparison:
    """Run methods on data sets, as documented and over their grids.

    A peer that is not installed is left out and named.

    Parameters
    ----------
    limit_s: seconds of processor time a detector may take for a data set, a setting. What several methods need and the
        first of them works out, as the calibration of a rest, is on its account.
    seed: of the generator, to be kept with the results.
    progress: called with what is being done and the share that is done, 0 to 1.

    Raises
    ------
    ConfigError: naming the argument.
    """
    sets = tuple(_each("datasets", datasets, Dataset, "data sets, each a Dataset as dataset() gives it"))
    methods = _each("families", families, Family, "methods, each a Family such as those of OURS and PEERS")
    grid, limit_s = flag("grid", grid), limit_of(limit_s)
    seed = whole("seed", seed, "a whole number")
    if progress is not None and not callable(progress):
        raise ConfigError("progress", repr(progress), "a function of (text, share), or None")
    steps = [1 + (sum(1 for _ in f.settings()) if grid and f.grid else 0) for f in methods]
    total, done = len(sets) * sum(steps), 0
    searched: list[Searched] = []
    missing: dict[str, str] = {}
    for data in sets:
        for family, count in zip(methods, steps, strict=True):
            before = done

            def step(text: str = f"{data.name}: {family.name}") -> None:
                nonlocal done
                done += 1
                if progress:
                    progress(text, done / total)

            if progress:
                progress(f"{data.name}: {family.name}", done / total)
            try:
                searched.append(search(family, data, grid=grid, limit_s=limit_s, progress=step))
            except MissingExtra as cause:
                missing[family.name] = str(cause)
            done = before + count
    return Comparison(sets, tuple(searched), missing, seed, limit_s, _versions(methods), made_at())


def _each(name: str, given: Any, kind: type, expected: str) -> list[Any]:
    found = several(name, given, expected)
    for one in found:
        object_of(name, one, kind, expected)
    return found


def _versions(methods: Sequence[Family]) -> dict[str, str]:
    peers = sorted({f.package for f in methods if f.package})
    found = {name: version(name) for name in peers}
    own = {"unguard": unguard.__version__, "python": platform.python_version()}
    own |= {"numpy": np.__version__, "scipy": scipy.__version__}
    return own | {name: v for name, v in found.items() if v is not None}


def _flat(row: Row, *, text: bool = True) -> dict[str, Any]:
    o = row.outcome
    scored = not o.failed and _is_scored(o.whole)
    made: dict[str, Any] = {
        "dataset": o.dataset,
        "detector": row.family,
        "setting": row.setting,
        "origin": row.origin,
        "settings": json.dumps(o.settings) if text else o.settings,
        "error": o.error,
        "refused": "; ".join(o.refused) if text else list(o.refused),
        "events_found": None if o.failed else o.found,
        "f1_tuning": o.tuning.f1 if scored and _is_scored(o.tuning) else math.nan,
        "f1_held_out": o.held_out.f1 if scored and _is_scored(o.held_out) else math.nan,
    }
    return made | (o.whole.to_dict() if scored else {})


def _is_scored(part: Score) -> bool:
    """Tell whether there was anything to score; where every record was refused, events are missed in no time."""
    return part.hours > 0 or bool(part.events)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value
