"""Processor time a recorded hour of eight channels: ours, NeuroKit2's `emg_process` and BioSPPy's `emg`, in one run.

python -m bench.evidence.scale_peers STUDY OUT MINUTES MINUTES_OF_NEUROKIT

Ours is `unguard.analysis.analyse` (cleaning, quality, envelope, spectrum, events) and `unguard.fatigue.assess`. All are
given samples that are read already, the peers channel by channel: both filter, take an envelope and look for onsets.
Beside it what `unguard dataset run` does of a recording, reading, segments and writing included. All in one thread; it
prints JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
RUNS = 7


@dataclass(frozen=True)
class Costs:
    """Seconds of processor time a recorded hour of eight channels; ratios are of runs in turns.

    task: of all that a worker does of a recording.
    """

    ours: float
    task: float
    biosppy: float
    neurokit: float
    biosppy_ratio: float
    neurokit_ratio: float


def measure(study: Path, out: Path, minutes: int, minutes_of_neurokit: float) -> Costs:
    """Measure; minutes: recordings of the study, one minute each. Those of NeuroKit2 may be less than one."""
    import time

    from unguard import bids, fatigue
    from unguard.analysis import analyse
    from unguard.dataset.key import key_of
    from unguard.dataset.settings import Settings
    from unguard.dataset.software import software
    from unguard.dataset.task import Task, work
    from unguard.extras import module, quiet

    from bench.evidence.turns import in_turns, processor_seconds

    files = bids.find(study)[:minutes]
    records = [bids.read(file) for file in files]
    recorded_h = sum(r.duration_s for r in records) / 3600
    fs = int(records[0].fs)

    def ours() -> None:
        for record in records:
            analyse(record)
            fatigue.assess(record)

    def task() -> None:
        for file in files:
            key = key_of(file, Settings(), software())
            done = work(Task(str(study), file.where, str(out), Settings(), software(), key))
            assert done.status == "done", done.failure

    out.mkdir(exist_ok=True)
    biosppy = module("biosppy.signals.emg", "biosppy", "benchmark")
    neurokit = module("neurokit2", "neurokit2", "benchmark")

    def each(process: Callable[[object], object], count: int, share: float) -> None:
        with quiet():
            for record in records[:count]:
                for channel in range(record.data.shape[1]):
                    process(record.data[: round(share * record.samples), channel])

    def biosppys() -> None:
        each(lambda x: biosppy.emg(signal=x, sampling_rate=fs, show=False), len(records), 1.0)

    found = in_turns(processor_seconds(ours), processor_seconds(biosppys), RUNS)
    all_of_it = min(processor_seconds(task)() for _ in range(2)) / recorded_h
    share = min(1.0, minutes_of_neurokit)
    count = max(1, round(minutes_of_neurokit))
    began = time.process_time()
    each(lambda x: neurokit.emg_process(x, sampling_rate=fs), count, share)
    neurokit_h = sum(r.duration_s for r in records[:count]) * share / 3600
    slow = (time.process_time() - began) / neurokit_h
    mine, theirs = found.first / recorded_h, found.second / recorded_h
    return Costs(mine, all_of_it, theirs, slow, found.ratio, slow / mine)


def measured(study: Path, out: Path, minutes: int, minutes_of_neurokit: float) -> Costs:
    """Return it, measured in a process of its own that has one thread from its beginning."""
    import subprocess

    command = [sys.executable, "-m", "bench.evidence.scale_peers", str(study), str(out), str(minutes)]
    command.append(str(minutes_of_neurokit))
    one_thread = {**os.environ, **dict.fromkeys(THREADS, "1")}
    ran = subprocess.run(command, env=one_thread, stdout=subprocess.PIPE, text=True, check=True)
    return Costs(**json.loads(ran.stdout.splitlines()[-1]))


if __name__ == "__main__":
    costs = measure(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
    print(json.dumps(costs.__dict__))
