"""Runs of `unguard dataset run` in a process of their own: what they cost, and what somebody does to them meanwhile."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("unguard"))


@dataclass(frozen=True)
class Ran:
    """What a run took, its workers included: seconds by the clock and of the processor; exit code and what it said."""

    wall_s: float
    processor_s: float
    code: int
    said: str


def run(study: Path, out: Path, *options: object, meanwhile: Callable[[int, Path], None] | None = None) -> Ran:
    """Run it over a dataset; `meanwhile` is called with its process and the folder of results."""
    began = time.perf_counter()
    with (out.with_suffix(".log")).open("w+") as log:
        command = [COMMAND, "dataset", "run", str(study), str(out), *map(str, options)]
        program = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            if meanwhile:
                meanwhile(program.pid, out)
            _, status, usage = os.wait4(program.pid, 0)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            raise
        program.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - began
        log.seek(0)
        return Ran(took, usage.ru_utime + usage.ru_stime, program.returncode, log.read())


def statuses(out: Path) -> dict[Path, dict[str, object]]:
    """Return the status of every recording that has one, by its file."""
    return {path: json.loads(path.read_text()) for path in sorted(out.glob("sub-*/emg/*_emg.json"))}


def until_done(out: Path, count: int, program: int) -> None:
    """Wait until so many recordings have a status; raise RuntimeError where the run ends before."""
    while len(list(out.glob("sub-*/emg/*_emg.json"))) < count:
        if os.waitid(os.P_PID, program, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            raise RuntimeError("the run ended before anything could be done to it")
        time.sleep(0.01)


def workers_of(program: int) -> list[int]:
    """Return the processes that work for a run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == program and b"popen_loky" in stat.with_name("cmdline").read_bytes():
                found.append(int(stat.parent.name))
    return found
