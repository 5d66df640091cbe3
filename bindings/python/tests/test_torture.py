"""Arrays of every kind, threads, and exits at the wrong time. Truth: NumPy, the same work done alone, and the exit code
of a process; under the address sanitizer (scripts/torture), that no memory is touched that is not there.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from unguard import ConfigError

FS = 2000
CHAIN = unguard.Chain(unguard.Priming(), unguard.Bandpass(), unguard.Notch(frequency=50), unguard.Rms())
RNG = np.random.default_rng(11)
X = np.round(20 * RNG.standard_normal((9000, 4)), 3)


def plan() -> unguard.Pipeline:
    return unguard.Pipeline(unguard.Chain(unguard.Priming(), unguard.Bandpass()), heart=unguard.EcgSubtraction())


#: What takes a whole record, by name: all of them must see the same samples however they lie in memory.
TAKERS: dict[str, Callable[[Any], Any]] = {
    "chain": lambda x: CHAIN(x, fs=FS),
    "live": lambda x: CHAIN.start(fs=FS, channels=4).process(x),
    "gated": lambda x: unguard.Gated(unguard.Rms())(x, fs=FS),
    "resample": lambda x: unguard.Resample(to=1000).start(fs=FS, channels=4).process(x),
    "zero phase": lambda x: unguard.zero_phase(unguard.Bandpass(), x, fs=FS),
    "welch": lambda x: unguard.spectrum.welch(x, fs=FS).density,
    "features": lambda x: unguard.features.features(x, ["MAV", "WL"], fs=FS, window=0.2, step=0.1)["WL"],
    "detect": lambda x: [
        (e.channel, e.report, e.onset, e.decided) for e in unguard.detect(unguard.SpasmDetector(learn=2), x, fs=FS)
    ],
    "pipeline": lambda x: plan()(x, fs=FS)[0].to_array()["at"],
    "remove_ecg": lambda x: unguard.remove_ecg(x, fs=FS, r_peaks=range(500, 8500, 600)),
    "sliding spectrum": lambda x: [
        (r.at, r.mdf_hz) for r in unguard.SlidingSpectrum().start(fs=FS, channels=4).process(x)
    ],
}


def lying_otherwise() -> dict[str, NDArray[Any]]:
    """Return the same numbers in every way memory allows."""
    wide = np.zeros((9000, 8))
    wide[:, ::2] = X
    tall = np.zeros((18_000, 4))
    tall[::2] = X
    offset = np.zeros(X.size * 8 + 1, dtype=np.uint8)[1:].view(np.float64)  # no multiple of 8
    unaligned = offset.reshape(X.shape)
    unaligned[:] = X
    read_only = X.copy()
    read_only.flags.writeable = False
    once = np.zeros((9000, 1, 4, 1))
    once[:, 0, :, 0] = X
    return {
        "Fortran order": np.asfortranarray(X),
        "transposed": np.ascontiguousarray(X.T).T,
        "every other column": wide[:, ::2],
        "every other row": tall[::2],
        "backwards twice": X[::-1].copy()[::-1],
        "columns backwards twice": X[:, ::-1].copy()[:, ::-1],
        "not aligned": unaligned,
        "read only": read_only,
        "big-endian": X.astype(">f8"),
        "a view of a view": once[:, 0, :, 0],
        "a matrix with a subclass": X.view(Subclass),
    }


class Subclass(np.ndarray):
    """An array that says it is something else."""


@pytest.mark.parametrize("taker", TAKERS)
def test_memory_of_every_kind_gives_the_same(taker: str) -> None:
    expected = TAKERS[taker](X)
    for kind, x in lying_otherwise().items():
        before = np.array(x, copy=True)
        found = TAKERS[taker](x)
        assert np.array_equal(np.asarray(found), np.asarray(expected)), kind
        assert np.array_equal(x, before), f"{kind} was changed"


def test_numbers_of_every_type_are_samples() -> None:
    small = np.round(X)
    expected = CHAIN(small, fs=FS)
    for kind in ("f4", "f8", ">f4", "i2", ">i2", "i4", "i8", "g", "f2"):
        assert np.array_equal(CHAIN(small.astype(kind), fs=FS), expected), kind
    for kind in ("u1", "u2", "u4", "u8"):
        assert np.array_equal(CHAIN(np.abs(small).astype(kind), fs=FS), CHAIN(np.abs(small), fs=FS)), kind


@pytest.mark.parametrize("taker", TAKERS)
def test_shapes_that_cannot_be_are_refused_or_give_nothing(taker: str) -> None:
    shapes = [(0,), (0, 4), (4, 0), (0, 0), (), (2, 3, 4), (1, 1, 1, 1)]
    for shape in shapes:
        try:
            found = TAKERS[taker](np.ones(shape))
        except (ConfigError, ValueError) as said:
            assert str(said), shape
        else:
            # What takes no samples gives none.
            assert 0 in shape and np.asarray(found).size == 0, shape
    for other in (np.array(["a", "b"]), np.array([1 + 2j]), np.array([None, 1]), object(), "text", {"x": 1}):
        with pytest.raises((ConfigError, TypeError, ValueError)):
            TAKERS[taker](other)


def test_a_thousand_are_made_used_and_dropped_in_threads() -> None:
    expected = CHAIN(X[:200], fs=FS)
    state = CHAIN.start(fs=FS, channels=4).save()

    def one(i: int) -> bool:
        live = CHAIN.start(fs=FS, channels=4)
        made = live.process(X[:200])
        other = live.__copy__()
        live.load(state)
        del live
        other.process(X[200:210])
        if i % 50 == 0:
            plan().start(fs=FS, channels=4).process(X[:500])
            gc.collect()
        return bool(np.array_equal(made, expected))

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(one, range(1000)))


def test_pipelines_of_several_threads_do_not_meet() -> None:
    alone = [plan()(X + i, fs=FS)[0].to_array() for i in range(4)]
    made: list[Any] = [None] * 4
    go = threading.Barrier(4)

    def work(i: int) -> None:
        go.wait()
        live = plan().start(fs=FS, channels=4)
        rows = [live.process(block)[0].to_array() for block in np.array_split(X + i, 30)]
        rows.append(live.finish()[0].to_array())
        made[i] = np.concatenate(rows)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, expected in zip(made, alone, strict=True):
        assert np.array_equal(one["at"], expected["at"]) and np.array_equal(
            one["value_uV"], expected["value_uV"], equal_nan=True
        )


def test_one_processor_in_two_threads_is_refused_and_goes_on() -> None:
    live = CHAIN.start(fs=FS, channels=4)
    long = np.tile(X, (200, 1))
    refused = []

    def work() -> None:
        for _ in range(5):
            try:
                live.process(long)
            except RuntimeError as said:
                refused.append(str(said))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused and all("belongs to one thread at a time" in said for said in refused)
    assert live.process(X).shape == X.shape


EXITS = {
    "a thread that runs": "threading.Thread(target=run, daemon=True).start(); time.sleep(0.3)",
    "four threads that run": "[threading.Thread(target=run, daemon=True).start() for _ in range(4)]; time.sleep(0.3)",
    "a pool that is not shut down": "ThreadPoolExecutor(2).submit(run); time.sleep(0.2); os._exit(0)",
    "a live session in a global": "kept = [live] * 3",
    "a cycle with a live session": "c = [live]; c.append(c); del live",
    "an exception in mid-stream": "threading.Thread(target=run, daemon=True).start(); time.sleep(0.2); 1 / 0",
}


@pytest.mark.parametrize("how", EXITS)
def test_an_interpreter_may_exit_while_it_runs(how: str) -> None:
    program = f"""
import os, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
import numpy as np
import unguard
plan = unguard.Pipeline(unguard.Chain(unguard.Priming(), unguard.Bandpass()), events=unguard.SpasmDetector(learn=2))
live = plan.start(fs=2000, channels=8)
x = np.random.default_rng(1).normal(size=(20000, 8))
def run():
    mine = plan.start(fs=2000, channels=8)
    while True:
        mine.process(x)
        unguard.zero_phase(unguard.Bandpass(), x, fs=2000)
{EXITS[how]}
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == (1 if "exception" in how else 0), done.stderr
    assert "ZeroDivisionError" in done.stderr if "exception" in how else not done.stderr


#: Counts the bytes that malloc has given out: of the sanitizers where they are, else of glibc, in all arenas.
BYTES_IN_USE = """
import ctypes
class Counts(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in
                ("arena", "ordblks", "smblks", "hblks", "mapped", "usmblks", "fsmblks", "used", "fordblks", "keepcost")]
process = ctypes.CDLL(None)
if hasattr(process, "__sanitizer_get_current_allocated_bytes"):
    in_use = process.__sanitizer_get_current_allocated_bytes
    in_use.restype = ctypes.c_size_t
else:
    process.mallinfo2.restype = Counts
    def in_use():
        counts = process.mallinfo2()
        return counts.used + counts.mapped
"""

MADE_AND_DROPPED = """
import gc, sys
from concurrent.futures import ThreadPoolExecutor
import numpy as np
import unguard
plan = unguard.Pipeline(unguard.Chain(unguard.Priming(), unguard.Bandpass()), events=unguard.SpasmDetector(learn=2))
small = unguard.Chain(unguard.Bandpass())
x = np.random.default_rng(1).normal(size=(1200, 8))
kept = []
def one(i, leaks):
    live = plan.start(fs=2000, channels=8)
    live.process(x)
    live.load(live.save())
    little = small.start(fs=2000, channels=1)
    little.process(x[:, 0].copy())
    little.__copy__().load(little.save())
    unguard.Chain(unguard.Bandpass(), unguard.Rms())(x, fs=2000, marks=True)
    unguard.spectrum.welch(x, fs=2000)
    try:
        live.process("no samples")
    except ValueError:
        pass
    if leaks and i % 10 == 0:
        kept.append(little)
def bytes_now():
    gc.collect()
    return in_use()
def grown(run, leaks):
    before = bytes_now()
    run(leaks)
    return bytes_now() - before
def alone(leaks):
    for i in range(200):
        one(i, leaks)
pool = ThreadPoolExecutor(4)
def threads(leaks):
    list(pool.map(one, range(200), [leaks] * 200))
before = bytes_now()
many = [small.start(fs=2000, channels=1) for _ in range(200)]
each = (bytes_now() - before) // 200
del many
for run in (alone, threads):
    for _ in range(3):  # caches of NumPy, of plans of transforms, and of malloc for each thread
        run(False)
    print(each, grown(run, False), grown(run, True))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="bytes in use are told by glibc or a sanitizer")
def test_memory_does_not_grow_with_what_was_made_and_dropped() -> None:
    # A process of its own. Were the smallest session of every tenth round lost, 200 rounds would grow by 20 of these:
    # sound ones grow by less than half of that, and where every tenth is kept on purpose it is seen.
    program = BYTES_IN_USE + MADE_AND_DROPPED
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    lines = [list(map(int, line.split())) for line in done.stdout.splitlines()]
    assert len(lines) == 2
    for each, sound, leaking in lines:
        assert 1_000 < each < 20_000
        assert sound < 20 * each / 2 < leaking < 40 * each, lines
