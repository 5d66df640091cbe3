"""A whole BIDS dataset of EMG: every recording analysed once, by processes or a cluster, and tables of all of them."""

from __future__ import annotations

import dataclasses
import logging
import math
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from unguard.arguments import path_of, whole
from unguard.bids.find import BidsFile, find
from unguard.dataset.alone import alone_in
from unguard.dataset.arrival import arrived
from unguard.dataset.atomic import clear_abandoned
from unguard.dataset.group import refuse_other_folder, write_description, write_group
from unguard.dataset.key import key_of
from unguard.dataset.parts import DONE, FAILED, Part, read_status
from unguard.dataset.settings import settings_of
from unguard.dataset.software import software
from unguard.dataset.task import Outcome, Task, failed, work
from unguard.errors import ConfigError, FormatError, spelled
from unguard.extras import module

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped]

    from unguard.dataset.processes import Finished

_LOG = logging.getLogger("unguard")
#: Told how many of how many recordings are done, and which was the last.
Progress = Callable[[int, int, str], None]
GROUP, EVENTS, RECORDINGS, REPORT = "group.parquet", "events.parquet", "recordings.parquet", "report.html"


@dataclass(frozen=True, repr=False)
class DatasetRun:
    """What a run did.

    Attributes
    ----------
    out: the folder of results. done: recordings that were analysed now. kept: those whose results held already.
    failures: (recording, why in a sentence) of those that failed. failed_before: the same of those that failed in an
        earlier run and were not asked for now. not_run: recordings that were not asked for and have nothing that holds.
    retried: recordings whose first worker died.
    peak_MiB: the most memory a worker took, as the system says; None where it says nothing, or nothing was analysed.
    """

    out: Path
    done: tuple[str, ...]
    kept: tuple[str, ...]
    failures: tuple[tuple[str, str], ...]
    failed_before: tuple[tuple[str, str], ...]
    not_run: tuple[str, ...]
    retried: tuple[str, ...]
    peak_MiB: float | None

    @property
    def report(self) -> Path:
        """The page that shows all of it."""
        return self.out / REPORT

    def group(self) -> pandas.DataFrame:
        """Return the table recording x channel x segment."""
        return self._table(GROUP)

    def events(self) -> pandas.DataFrame:
        """Return the table of events."""
        return self._table(EVENTS)

    def recordings(self) -> pandas.DataFrame:
        """Return the table of recordings, with what failed and why."""
        return self._table(RECORDINGS)

    def _table(self, name: str) -> pandas.DataFrame:
        return module("pyarrow.parquet", "pyarrow", "datasets").read_table(self.out / name).to_pandas()

    def __repr__(self) -> str:
        return (
            f"<DatasetRun: {len(self.done)} recordings analysed, {len(self.kept)} as they were, "
            f"{len(self.failures)} failed, {len(self.failed_before)} failed before, {len(self.not_run)} not run; "
            f"{self.out}>"
        )


def run(
    bids_dir: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    plan: str | os.PathLike[str] | None = None,
    participants: Iterable[str] | str | None = None,
    tasks: Iterable[str] | str | None = None,
    channels: Iterable[str] | None = None,
    band: tuple[float, float] | None = None,
    mains: float | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> DatasetRun:
    """Analyse every recording of a BIDS dataset, and write tables and a report of all of them.

    Results that are of the same bytes (recording and sidecars), plan, options and software are kept; a recording that
    failed is tried again when it is asked for. What stops a run, a kill too, costs no more than the recordings that
    were being worked on.

    Parameters
    ----------
    bids_dir: the dataset. out: the folder of results, a derivative of BIDS; made when missing. Inside the dataset only
        below its derivatives/.
    plan: a person's plan (docs/plan.md), whose band of levels, mains and channels hold for all recordings.
    participants, tasks: labels of those to analyse; None is all. Tables are of all that have results.
    channels, band, mains: as `unguard.analysis.analyse` has them; not beside a plan.
    workers: processes on this machine; None is one a processor. scheduler: address of a Dask scheduler, instead.
    progress: called with how many of how many are done, and which was the last.

    Raises
    ------
    ConfigError: naming the argument. FormatError: no dataset, or no recording in it. MissingExtra: by name.
    """
    root, place = path_of("bids_dir", bids_dir), path_of("out", out)
    for name, package in (("pyarrow", "pyarrow"), ("joblib", "joblib")):
        module(name, package, "datasets")
    settings = settings_of(plan, channels, band, mains)
    count = _workers(workers, scheduler)
    files = find(root)
    if not files:
        raise FormatError(root, "the dataset", "without EMG", "recordings named sub-..._task-..._emg.edf or .bdf")
    chosen = {file.where for file in find(root, participants=participants, tasks=tasks)}
    refuse_other_folder(place, root)
    here = software()
    with alone_in(place):
        with ThreadPoolExecutor(count) as pool:  # hashing lets go of the interpreter
            made = pool.map(lambda f: key_of(f, settings, here), files)
            keys = dict(zip((f.where for f in files), made, strict=True))
        clear_abandoned(place)
        write_description(place, root)
        found = _sorted_out(files, chosen, keys, place)
        at, to = str(root.absolute()), str(place.absolute())
        tasks_of = [Task(at, f.where, to, settings, here, keys[f.where]) for f in found.todo]
        ran = _run_all(tasks_of, count, scheduler, progress)
        changed = write_group(place, files, keys, settings)
        if changed or not (place / REPORT).is_file():
            from unguard.dataset.atomic import write_bytes
            from unguard.report.dataset_page import dataset_html

            write_bytes(place / REPORT, dataset_html(place).encode("utf-8", "replace"))
        return DatasetRun(
            out=place,
            done=tuple(o.where for o, _ in ran if o.status == DONE),
            kept=tuple(found.kept),
            failures=tuple((spelled(o.where), o.failure) for o, _ in ran if o.status == FAILED),
            failed_before=tuple(found.failed_before),
            not_run=tuple(found.not_run),
            retried=tuple(o.where for o, again in ran if again),
            peak_MiB=max((o.peak_MiB for o, _ in ran if not math.isnan(o.peak_MiB)), default=None),
        )


def _workers(workers: int | None, scheduler: str | None) -> int:
    if scheduler is not None and workers is not None:
        raise ConfigError("workers", workers, "to be left out beside a scheduler, which has workers of its own")
    if scheduler is not None and not isinstance(scheduler, str):
        raise ConfigError("scheduler", repr(scheduler), "the address of a Dask scheduler as text")
    # Of this process: fewer than the machine has, where a queue or a container says so.
    available = int(module("joblib", "joblib", "datasets").cpu_count())
    if workers is None:
        return available
    count = whole("workers", workers, "a whole number of processes, 1 or more")
    if count < 1:
        raise ConfigError("workers", workers, "a whole number of processes, 1 or more")
    return count


@dataclass(frozen=True)
class _Sorted:
    """Recordings whose results hold, those to be done, and those not asked for: failed before, or without results."""

    kept: list[str]
    todo: list[BidsFile]
    failed_before: list[tuple[str, str]]
    not_run: list[str]


def _sorted_out(files: list[BidsFile], chosen: set[str], keys: dict[str, str], out: Path) -> _Sorted:
    found = _Sorted([], [], [], [])
    for file in files:
        said = read_status(Part.of(file, out), keys[file.where])
        if said is not None and said["status"] == DONE:
            found.kept.append(file.where)
        elif file.where in chosen:
            found.todo.append(file)
        elif said is None:
            found.not_run.append(file.where)
        else:
            found.failed_before.append((spelled(file.where), said["failure"]))
    return found


def _run_all(
    tasks: list[Task], workers: int, scheduler: str | None, progress: Progress | None
) -> list[tuple[Outcome, bool]]:
    """Return what became of every task, by what is in the folder of results, and whether its first worker died."""
    found: dict[Task, Outcome] = {}
    retried: set[Task] = set()
    for finished in _finished(tasks, workers, scheduler):
        outcome = finished.result
        if outcome is None:
            outcome = failed(finished.item, f"{spelled(finished.item.where)}: {finished.lost}")
            outcome = dataclasses.replace(outcome, peak_MiB=math.nan)  # nobody knows what the worker took
        found[finished.item] = outcome
        if (finished.attempts or 1) > 1:
            retried.add(finished.item)
        _LOG.info("%s: %s", outcome.where, outcome.failure or outcome.status)
        if progress:
            progress(len(found), len(tasks), outcome.where)
    there = arrived(found, of_cluster=scheduler is not None)
    return [(there[task], task in retried) for task in tasks]


def _finished(tasks: list[Task], workers: int, scheduler: str | None) -> Iterator[Finished[Task, Outcome]]:
    if not tasks:
        return iter(())
    if scheduler is not None:
        from unguard.dataset.cluster import on_cluster

        return on_cluster(work, tasks, scheduler)
    from unguard.dataset.processes import in_processes

    return in_processes(work, tasks, min(workers, len(tasks)))
