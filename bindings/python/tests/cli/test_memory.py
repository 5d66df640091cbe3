"""A simulation that does not fit into memory is refused before it is begun. Truth: the memory a child process took."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import unguard
from unguard import memory
from unguard.simulated_recording import BYTES_PER_SAMPLE_WRITTEN
from unguard.simulation import BYTES_PER_SAMPLE

_CHILD = """
import sys
import pandas, edfio, unguard
from unguard.memory import peak_MiB
from unguard.simulated_recording import write_simulation
before = peak_MiB()
made = unguard.simulate("contaminated", seconds=600, fs=2000)
simulated = peak_MiB()
write_simulation(sys.argv[1], made)
print(*(round((most - before) * 2**20) for most in (simulated, peak_MiB())))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux tells the most memory a process has taken")
def test_a_moment_takes_as_much_memory_as_is_reckoned_with(tmp_path: Path) -> None:
    # No less, or the machine gives out; and hardly more, or what would fit is refused.
    ran = subprocess.run(
        [sys.executable, "-c", _CHILD, tmp_path / "x.bdf"], capture_output=True, text=True, check=True, timeout=120
    )
    simulated, written = (int(word) / 1_200_000 for word in ran.stdout.split())
    assert 0.75 * BYTES_PER_SAMPLE < simulated <= BYTES_PER_SAMPLE
    assert 0.75 * BYTES_PER_SAMPLE_WRITTEN < written <= BYTES_PER_SAMPLE_WRITTEN


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: 6_000_000)


@pytest.mark.usefixtures("little")
def test_the_largest_length_that_would_do_is_named_and_does(run: Callable[..., Any]) -> None:
    ran = run("simulate", "rest", "--seconds", 604800, "--fs", 500, "--out", "x.bdf")
    assert ran.code == 2 and not list(Path().iterdir()) and ran.err.count("\n") == 1
    named = re.search(
        r"--seconds is 604800: expected at most (\d+) at 500 Hz, for which the 0\.006 GB of free memory are enough",
        ran.err,
    )
    assert named is not None
    most = int(named[1])
    assert most == 0.9 * 6e6 // (BYTES_PER_SAMPLE_WRITTEN * 500)
    assert run("simulate", "rest", "--seconds", most + 1, "--fs", 500, "--out", "x.bdf").code == 2
    assert run("simulate", "rest", "--seconds", most, "--fs", 500, "--out", "x.bdf").code == 0


@pytest.mark.usefixtures("little")
def test_in_python_the_argument_is_named() -> None:
    with pytest.raises(unguard.ConfigError, match="seconds is 1000: expected at most 33 at 2000 Hz"):
        unguard.simulate("rest", seconds=1000)
    with pytest.raises(unguard.ConfigError, match="duration is 1000: expected at most 33 at 2000 Hz"):
        unguard.simulate(unguard.Paraspinal(duration=1000))
    assert len(unguard.simulate("rest", seconds=33).data) == 66_000


@pytest.mark.usefixtures("little")
def test_what_cannot_be_at_all_is_told_first(run: Callable[..., Any]) -> None:
    ran = run("simulate", "rest", "--seconds", 700_000, "--out", "x.bdf")
    assert ran.code == 2 and "duration is 700000 s: expected 1 to 604800 s" in ran.err


def test_a_week_is_refused_where_there_is_no_memory_for_it(run: Callable[..., Any]) -> None:
    # Truth: a week at 50 kHz takes 5 TB.
    ran = run("simulate", "rest", "--seconds", 604800, "--fs", 50_000, "--out", "x.bdf")
    assert ran.code == 2 and "--seconds is 604800: expected at most " in ran.err and not list(Path().iterdir())


def test_without_knowledge_of_the_memory_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: None)
    assert len(unguard.simulate("rest", seconds=30, fs=500).data) == 15_000


def test_free_memory_is_that_of_the_machine_or_of_its_container(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free = memory.free_bytes()
    assert free is not None and free > 1e8
    (tmp_path / "memory.current").write_text("400\n")
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    (tmp_path / "memory.max").write_text("1000\n")
    assert memory.free_bytes() == 600
    (tmp_path / "memory.max").write_text("max\n")
    assert (memory.free_bytes() or 0) > 1e8


def test_help_states_the_limit(run: Callable[..., Any]) -> None:
    text = " ".join(run("simulate", "--help").out.replace("│", " ").split())
    told = re.search(r"604800, and what fits into memory: about (\d+) minutes at 2000 Hz for every GB", text)
    assert told is not None
    assert int(told[1]) == pytest.approx(0.9e9 / (BYTES_PER_SAMPLE_WRITTEN * 2000) / 60, abs=0.5)


def test_a_process_may_have_what_the_machine_and_every_group_it_is_in_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = memory.limit_bytes.__wrapped__
    monkeypatch.setattr(memory, "_OWN_GROUP", tmp_path / "none")
    monkeypatch.setattr(memory, "_GROUP", tmp_path / "groups")
    machine = limit()
    assert machine is not None and 1 << 28 < machine < 1 << 48
    own, groups = tmp_path / "cgroup", tmp_path / "groups"
    (groups / "jobs/one").mkdir(parents=True)
    own.write_text("0::/jobs/one\n")
    monkeypatch.setattr(memory, "_OWN_GROUP", own)
    for group, used in (("jobs", "56\n"), ("jobs/one", "34\n")):
        (groups / group / "memory.current").write_text(used)
    (groups / "jobs/one/memory.max").write_text("max\n")
    assert limit() == machine
    (groups / "jobs/memory.max").write_text("123456\n")
    assert limit() == 123456 and memory.free_bytes() == 123400
    (groups / "jobs/one/memory.max").write_text("1234\n")
    assert limit() == 1234 and memory.free_bytes() == 1200
