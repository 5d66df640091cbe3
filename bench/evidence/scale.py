"""Whole datasets: what they cost, what they survive, and peers. `scripts/evidence scale`.

The dataset is made first: 200 recordings of 60 s, 8 channels at 2 kHz (scale_study.py).
"""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow.parquet
from unguard.extras import version

from bench.evidence import in_parts, scale_peers, scale_study, scale_threads
from bench.evidence.hour import make as make_hour
from bench.evidence.scale_runs import Ran, run, statuses, until_done, workers_of
from bench.evidence.table import Evidence
from bench.evidence.turns import in_turns

RECORDINGS = 200
SECONDS = 60.0
SIZES = (1, 10, 100, 200)
#: Every size is run so often, in turns, and the least of them counts, for what else the machine does only adds to it;
#: runs of up to so many recordings so many times in each turn, for it adds the larger share to short ones.
_TURNS, _SMALL, _TIMES = 2, 10, 2
#: Recordings of each run with one worker and with two, in turns, and pairs of such runs.
OF_WORKERS, PAIRS = 200, 5
_CEILINGS = 3
#: Minutes of the study that peers are timed on; NeuroKit2 takes over a minute for one.
MINUTES, MINUTES_OF_NEUROKIT = 5, 1.0
_MOST_MIB = 400.0


def _study(folder: Path, recordings: int) -> Path:
    study = folder / "study"
    scale_study.make(study, recordings, SECONDS)
    return study


def _in_a_folder(measure: Callable[[Evidence, Path], None]) -> Callable[[Evidence], None]:
    """Give a section a folder of its own, that goes with it."""

    def section(e: Evidence) -> None:
        with tempfile.TemporaryDirectory() as folder:
            measure(e, Path(folder))

    return section


def _subset(study: Path, count: int, first: int = 0) -> Path:
    """Return a dataset of so many of the recordings of another, by links."""
    every = sorted(study.glob("sub-*"))
    if count == len(every):
        return study
    some = study.with_name(f"study-{first}-{count}")
    if some.exists():
        return some
    some.mkdir()
    for path in [*study.glob("*.json"), *every[first : first + count]]:
        shutil.copytree(path, some / path.name, copy_function=os.link) if path.is_dir() else shutil.copy(path, some)
    return some


def line(costs: Mapping[int, float]) -> tuple[float, float]:
    """Return start and cost of each of the line through costs by how many there are, by least squares of shares."""
    counts, values = np.array(list(costs)), np.array(list(costs.values()))
    each, start = np.polyfit(counts, values, 1, w=1 / values)
    return float(start), float(each)


def off_the_line(costs: Mapping[int, float]) -> dict[int, float]:
    """Return by which share each cost is off the line through all of them."""
    start, each = line(costs)
    return {n: cost / (start + each * n) - 1 for n, cost in costs.items()}


def off_the_others(costs: Mapping[int, float]) -> dict[int, float]:
    """Return by which share each cost is off the line through all the others.

    For what is foretold beyond its ends, one recording, scatter of the others counts double.
    """
    off = {}
    for n, cost in costs.items():
        start, each = line({m: other for m, other in costs.items() if m != n})
        off[n] = cost / (start + each * n) - 1
    return off


def _linear(e: Evidence, folder: Path) -> None:
    study = _study(folder, max(SIZES))
    costs: dict[int, Ran] = {}
    in_turn = [n for n in SIZES for _ in range(_TIMES if n <= _SMALL else 1)]
    for n in in_turn * _TURNS:
        shutil.rmtree(folder / f"out-{n}", ignore_errors=True)
        ran = run(_subset(study, n), folder / f"out-{n}", "--workers", 1)
        assert ran.code == 0, ran.said
        costs[n] = min(costs.get(n, ran), ran, key=lambda one: one.processor_s)
    costs = {n: costs[n] for n in SIZES}
    processor = {n: ran.processor_s for n, ran in costs.items()}
    start, each = line(processor)
    off, by_clock = off_the_line(processor), off_the_line({n: ran.wall_s for n, ran in costs.items()})
    told = ", ".join(f"{n}: {ran.processor_s:.1f} s ({ran.wall_s:.1f} s by the clock)" for n, ran in costs.items())
    e.add(
        f"processor time of a run over {', '.join(map(str, SIZES))} recordings of {SECONDS:g} s, 1 worker",
        "each within 10 % of the line through all four",
        f"{told}; off by {_shares(off)}; by the clock {_shares(by_clock)}",
        f"least squares of shares: start-up {start:.1f} s (imports, tables, page), then {each:.2f} s a recording; "
        f"least of {_TURNS} runs, up to {_SMALL} of {_TURNS * _TIMES}. Off the line through the other three, "
        f"which nobody asks for: {_shares(off_the_others(processor))}",
        all(abs(x) <= 0.1 for x in off.values()),
    )
    peak = max(float(str(s["worker_peak_MiB"])) for n in SIZES for s in statuses(folder / f"out-{n}").values())
    e.add(
        f"most memory of a worker, {sum(SIZES)} recordings of {scale_study.CHANNELS} channels",
        f"<= {_MOST_MIB:g} MiB",
        f"{peak:.0f} MiB",
        "largest resident set, as the system says it of the process",
        peak <= _MOST_MIB,
    )


def _shares(off: Mapping[int, float]) -> str:
    return ", ".join(f"{100 * x:+.1f} % at {n}" for n, x in off.items())


def _workers(e: Evidence, folder: Path) -> None:
    study = _study(folder, OF_WORKERS)

    def timed(workers: int) -> Callable[[], float]:
        def cost() -> float:
            out = folder / "out"
            shutil.rmtree(out, ignore_errors=True)
            ran = run(study, out, "--workers", workers)
            assert ran.code == 0, ran.said
            return ran.wall_s

        return cost

    found = in_turns(timed(2), timed(1), PAIRS)
    e.add(
        f"time of 1 worker over that of 2, {OF_WORKERS} of the recordings",
        ">= 1.7x",
        f"{found.ratio:.2f}x ({found.lowest:.2f} to {found.highest:.2f}); {found.second:.1f} s, {found.first:.1f} s",
        f"{PAIRS} pairs of whole runs in turns by the clock, start-up included; {os.cpu_count()} processors",
        found.ratio >= 1.7,
    )
    half = OF_WORKERS // 2
    halves = [_subset(study, half), _subset(study, half, half)]

    def side_by_side() -> float:
        outs = [folder / "out-left", folder / "out-right"]
        for out in outs:
            shutil.rmtree(out, ignore_errors=True)
        began = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(lambda study, out: run(study, out, "--workers", 1), halves, outs))
        assert all(ran.code == 0 for ran in both), both
        return time.perf_counter() - began

    seconds = statistics.median(side_by_side() for _ in range(_CEILINGS))
    e.add(
        "the same over two programs that know nothing of each other, each with 1 worker and half of the recordings",
        "",
        f"{found.second / seconds:.2f}x; {seconds:.1f} s",
        f"median of {_CEILINGS}, behind the pairs: what the machine gave to two then",
    )


def _survives(e: Evidence, folder: Path) -> None:
    study, out = _study(folder, RECORDINGS), folder / "out"
    corrupt = sorted(study.glob("sub-*/emg/*.bdf"))[RECORDINGS // 3]
    corrupt.write_bytes(corrupt.read_bytes()[:1000])
    at_the_kill: dict[Path, int] = {}

    def kill_all(program: int, results: Path) -> None:
        until_done(results, RECORDINGS // 4, program)
        os.killpg(program, signal.SIGKILL)
        time.sleep(1.0)
        at_the_kill.update({path: path.stat().st_mtime_ns for path in statuses(results)})

    def kill_a_worker(program: int, results: Path) -> None:
        until_done(results, len(at_the_kill) + RECORDINGS // 4, program)
        os.kill(workers_of(program)[0], signal.SIGKILL)

    run(study, out, "--workers", 2, meanwhile=kill_all)
    again = run(study, out, "--workers", 2, meanwhile=kill_a_worker)
    whole = statuses(out)
    good = {path for path in at_the_kill if whole[path]["status"] == "done"}
    redone = sum(path.stat().st_mtime_ns != at_the_kill[path] for path in good)
    e.add(
        f"kill -9 of a run over {RECORDINGS} with 2 workers, {len(at_the_kill)} done, and restart",
        "0 of what was done is done again",
        f"{redone} of {len(good)}",
        "by the times of the files",
        redone == 0 and len(at_the_kill) < RECORDINGS,
    )
    rows = pyarrow.parquet.read_table(out / "recordings.parquet").to_pylist()
    done = [row for row in rows if row["status"] == "done"]
    failures = [row["failure"] for row in rows if row["status"] == "failed"]
    e.add(
        "that run: a worker killed by kill -9 in the middle, a corrupt file among the recordings",
        f"{RECORDINGS - 1} done, 1 failure in the table, exit code 3",
        f"{len(done)} done, {len(failures)} failed, exit code {again.code}",
        f"{failures[0] if failures else ''}",
        len(done) == RECORDINGS - 1 and len(failures) == 1 and again.code == 3,
    )
    said = again.said.partition("Done by another worker")[2]
    e.add(
        "recordings the killed worker and its fellow were at",
        "tried again by themselves",
        f"{said.count('_emg.bdf')}",
        "one that kills its process twice is a failure: tests/dataset/test_robustness.py",
    )
    _again(e, study, out, corrupt)


def _again(e: Evidence, study: Path, out: Path, corrupt: Path) -> None:
    """Run again over what has been done: with the corrupt file, then without it."""
    # The status of the corrupt file, written anew as it is tried again; all else, tables and page too, is as it was.
    tried = out / corrupt.relative_to(study).with_name(corrupt.name.replace("_emg.bdf", "_desc-bdf_emg.json"))

    def times(*, but: tuple[Path, ...] = ()) -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file() and path not in but}

    before = times()
    second = run(study, out, "--workers", 2)
    with_it = times()
    changed = {path for path in before.keys() | with_it.keys() if before.get(path) != with_it.get(path)}
    e.add(
        "the same again, the corrupt file still there",
        "it alone is tried again and fails, exit code 3; nothing else is written",
        f"{len(changed)} of {len(before)} files written, {'its status' if changed == {tried} else 'others too'}, exit "
        f"code {second.code}; {second.wall_s:.1f} s",
        "what failed is tried by every run that asks for it; hashes of all bytes are compared",
        changed == {tried} and second.code == 3,
    )
    corrupt.unlink()
    tables = tuple(out.glob("*"))
    before = times(but=tables)
    third = run(study, out, "--workers", 2)
    same, before = times(but=tables) == before, times()
    fourth = run(study, out, "--workers", 2)
    nothing = same and times() == before and all("nothing to do" in ran.said for ran in (third, fourth))
    e.add(
        "again, the corrupt file taken out, and once more",
        "no recording is done, exit code 0; once more: nothing is written",
        f"{'nothing' if nothing else 'something'}, exit codes {third.code}, {fourth.code}; {third.wall_s:.1f} s, "
        f"{fourth.wall_s:.1f} s",
        "the first writes tables and page, which have one recording less",
        nothing and third.code == fourth.code == 0,
    )


def _peers(e: Evidence, folder: Path) -> None:
    study = _study(folder, MINUTES)
    found = scale_peers.measured(study, folder / "out", MINUTES, MINUTES_OF_NEUROKIT)
    minutes = MINUTES * SECONDS / 60
    e.add(
        "processor time a recorded hour, 8 channels: clean, quality, envelope, spectrum, events, fatigue",
        "",
        f"{found.ours:.0f} s",
        f"one thread, from {minutes:g} minutes; all that a run does of a recording, reading, segments and writing "
        f"included: {found.task:.0f} s",
    )
    e.add(
        "NeuroKit2 emg_process, channel by channel, over ours",
        ">= 50x",
        f"{found.neurokit_ratio:.0f}x; {found.neurokit:.0f} s an hour",
        f"NeuroKit2 {version('neurokit2')}, from {MINUTES_OF_NEUROKIT * SECONDS / 60:g} minutes of 8 channels",
        found.neurokit_ratio >= 50,
    )
    e.add(
        "BioSPPy emg, channel by channel, over ours",
        ">= 1x",
        f"{found.biosppy_ratio:.2f}x; {found.biosppy:.0f} s an hour",
        f"BioSPPy {version('biosppy')}, from {minutes:g} minutes of 8 channels, in turns with ours",
        found.biosppy_ratio >= 1,
    )


def _threads(e: Evidence) -> None:
    found = scale_threads.measured()
    e.add(
        "blocks a second of two Python threads, each its session, over those of one",
        ">= 1.7x",
        f"{found.threads}; {found.two_threads:.0f}, {found.one:.0f} a second",
        f"blocks of 0.1 s of {scale_threads.CHANNELS} channels: checks, hum and heart out, readings, events; median of "
        f"{scale_threads.ALTERNATIONS} alternations of {scale_threads.LASTING_S:g} s each by the clock",
        found.threads.middle >= 1.7,
    )
    e.add(
        "what the machine gives: those of two processes over those of one thread",
        "",
        f"{found.processes}; {found.two_processes:.0f} a second",
        "two interpreters that share nothing, in the same alternations; two threads over two processes: "
        f"{found.of_ceiling}",
    )


def _hour(e: Evidence, folder: Path) -> None:
    study = folder / "study"
    scale_study.make(study, 1, 1.0)
    (path,) = study.glob("sub-*/emg/*.bdf")
    for beside in path.parent.glob("*.tsv"):
        beside.unlink()
    make_hour(path)
    ran = run(study, folder / "out", "--workers", 1)
    assert ran.code == 0, ran.said
    (status,) = statuses(folder / "out").values()
    e.add(
        "one recording of an hour, 8 channels: most memory of the worker",
        "",
        f"{float(str(status['worker_peak_MiB'])):.0f} MiB; {ran.wall_s:.0f} s by the clock",
        "one channel at a time; grows with the length of a channel, and not with their number",
    )


SECTIONS = {
    "linear": _in_a_folder(_linear),
    "workers": _in_a_folder(_workers),
    "survives": _in_a_folder(_survives),
    "peers": _in_a_folder(_peers),
    "threads": _threads,
    "an hour": _in_a_folder(_hour),
}


def section(name: str) -> Evidence:
    """Measure one of SECTIONS, and keep it."""
    return in_parts.section("scale", name, SECTIONS)


def measure(only: str | None = None) -> Evidence:
    """Measure what is not kept of this commit, one after the other, for all is timed; only: this section anew."""
    return in_parts.measure("scale", SECTIONS, section, alone=SECTIONS, only=only)
