"""HAZARDS.md. Truth: the tests that there are, and what a process asks its system for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import unguard
import unguard.io
from unguard.recording import Recording
from unguard.simulated_recording import to_recording

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "HAZARDS.md"

if not PAGE.is_file():
    pytest.skip("not in a clone: HAZARDS.md is not beside the package", allow_module_level=True)


def rows(page: str) -> list[list[str]]:
    """Return the cells of every row of the table."""
    lines = [line for line in page.splitlines() if re.match(r"\| H\d+ ", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def unlinked(page: str) -> list[str]:
    """Return what is wrong with the links of a page: rows without a test, tests that are not there."""
    cpp = set()
    for file in [*ROOT.glob("tests/**/*.cpp"), *ROOT.glob("tests/**/*.hpp")]:
        cpp |= {f"{suite}.{name}" for suite, name in re.findall(r"TEST(?:_F|_P)?\((\w+), (\w+)\)", file.read_text())}
    python = set()
    for file in ROOT.glob("bindings/python/tests/**/test_*.py"):
        python |= set(re.findall(r"(?m)^def (test_\w+)\(", file.read_text()))
    wrong = []
    for row in rows(page):
        named = re.findall(r"`([\w.]+)`", row[4])
        wrong += [f"{row[0]} names no test"] * (not named)
        wrong += [f"{row[0]} names {test}, which is not there" for test in named if test not in cpp | python]
    return wrong


def test_every_hazard_has_a_cause_a_control_and_tests_that_are_there() -> None:
    page = PAGE.read_text()
    table = rows(page)
    assert [row[0] for row in table] == [f"H{i}" for i in range(1, len(table) + 1)] and len(table) >= 19
    assert all(len(row) == 5 and all(row) for row in table)
    assert unlinked(page) == []


def test_a_row_without_a_test_or_with_one_that_is_not_there_is_found() -> None:
    # This check can fail: a row of each kind, and one that is well linked.
    page = (
        "| H1 | a | b | c | nothing yet |\n| H2 | a | b | c | `Reading.IsAlwaysRight`, `test_all_is_well` |\n"
        "| H3 | a | b | c | `Reading.HasNoValueUnlessValid` |\n"
    )
    assert unlinked(page) == [
        "H1 names no test",
        "H2 names Reading.IsAlwaysRight, which is not there",
        "H2 names test_all_is_well, which is not there",
    ]


#: Stops a process at its first call for a socket, but for one that stays on the machine, and says which it was. Every
#: process that starts with it is counted: Python reads it before anything else, in workers too.
_WATCH = """
import os, sys
folder = os.environ["WATCHED"]
with open(os.path.join(folder, f"began-{os.getpid()}"), "w") as file:
    file.write(" ".join(sys.orig_argv))
def hook(event, arguments):
    if not event.startswith("socket.") or event == "socket.gethostname":
        return
    if event == "socket.__new__" and arguments[1] in (-1, __import__("socket").AF_UNIX):
        return
    if event in ("socket.bind", "socket.connect") and isinstance(arguments[1], (str, bytes)):
        return
    with open(os.path.join(folder, f"called-{os.getpid()}"), "a") as file:
        file.write(f"{event} {arguments}\\n")
    if "LETS" not in os.environ:
        os._exit(9)
sys.addaudithook(hook)
"""


class _Watched:
    """Runs of Python under the watch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "sitecustomize.py").write_text(_WATCH)

    def run(self, program: str, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a program."""
        path = os.pathsep.join([str(self.folder), os.environ.get("PYTHONPATH", "")])
        around = {**os.environ, "PYTHONPATH": path, "WATCHED": str(self.folder), **more}
        command = [sys.executable, "-c", program, *map(str, arguments)]
        return subprocess.run(command, env=around, capture_output=True, text=True, check=False)

    def began(self, what: str = "") -> int:
        """Return how many processes began under it so far, with this in their command."""
        return sum(what in path.read_text() for path in self.folder.glob("began-*"))

    def called(self) -> list[str]:
        """Return what they called for."""
        return [line for path in self.folder.glob("called-*") for line in path.read_text().splitlines()]


@pytest.fixture
def watched(tmp_path: Path) -> _Watched:
    """Return a watch over processes that are started with it."""
    folder = tmp_path / "watch"
    folder.mkdir()
    return _Watched(folder)


def test_the_watch_sees_a_socket_of_the_network_and_of_a_worker(watched: _Watched) -> None:
    assert watched.run("import socket; socket.socketpair()").returncode == 0 and watched.called() == []
    assert watched.run("import socket; socket.socket()").returncode == 9
    assert watched.run("import socket; socket.getaddrinfo('localhost', 80)").returncode == 9
    assert len(watched.called()) == 2
    of_workers = """
from joblib.externals.loky import ProcessPoolExecutor
with ProcessPoolExecutor(1) as pool:
    print(type(pool.submit(eval, "__import__('socket').socket()").exception()).__name__)
"""
    assert watched.run(of_workers).stdout == "TerminatedWorkerError\n" and len(watched.called()) == 3


def test_no_connection_is_opened_and_nothing_listens(tmp_path: Path, watched: _Watched) -> None:
    # A whole analysis with its report.
    program = """
import sys, unguard
from unguard.report import write_results
from unguard.analysis import analyse
write_results(analyse(unguard.io.read(sys.argv[1])), sys.argv[2])
"""
    done = watched.run(program, ROOT / "data" / "guarded.bdf", tmp_path / "out")
    assert done.returncode == 0, done.stderr + "\n".join(watched.called())
    assert (tmp_path / "out" / "report.html").is_file() and watched.began() == 1


_DATASET_RUN = """
import json, sys
from unguard import dataset
made = dataset.run(sys.argv[1], sys.argv[2], **json.loads(sys.argv[3]))
print(len(made.done), made.report.is_file(), made.failures)
"""


@pytest.fixture(scope="module")
def bids_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of two recordings of 4 s."""
    root = tmp_path_factory.mktemp("study")
    (root / "dataset_description.json").write_text(json.dumps({"Name": "two", "BIDSVersion": "1.11.0"}))
    recording = to_recording(unguard.simulate("guarded", seconds=40, seed=7, fs=500))
    for subject in (1, 2):
        path = root / f"sub-{subject:02d}/emg/sub-{subject:02d}_task-bend_emg.bdf"
        path.parent.mkdir(parents=True)
        piece = recording.data[subject * 2000 :][:2000].copy()
        unguard.io.write_bdf(path, Recording(piece, recording.fs, recording.channels))
    return root


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_over_a_dataset_opens_no_connection_either(
    bids_study: Path, tmp_path: Path, watched: _Watched, workers: int
) -> None:
    done = watched.run(_DATASET_RUN, bids_study, tmp_path / "out", json.dumps({"workers": workers}))
    assert watched.called() == []
    assert done.stdout == "2 True ()\n", done.stdout + done.stderr
    assert watched.began("popen_loky") == workers, "the workers were watched, too"


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """The address of a Dask scheduler with a worker; both end with the test."""
    program = """
import sys
from distributed import LocalCluster
with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, host="127.0.0.1",
                  scheduler_port=0, protocol="tcp") as cluster:
    print(cluster.scheduler_address, flush=True)
    sys.stdin.read()
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as cluster:
        assert cluster.stdin is not None and cluster.stdout is not None
        yield cluster.stdout.readline().strip()
        cluster.stdin.close()


def test_a_run_with_a_scheduler_connects_to_the_address_that_it_is_given_and_to_no_other(
    bids_study: Path, tmp_path: Path, watched: _Watched, scheduler: str
) -> None:
    options = json.dumps({"scheduler": scheduler})
    done = watched.run(_DATASET_RUN, bids_study, tmp_path / "out", options, LETS="it go on")
    assert done.stdout == "2 True ()\n", done.stdout + done.stderr
    called = watched.called()
    host, port = scheduler.removeprefix("tcp://").split(":")
    connected = [line for line in called if line.startswith(("socket.connect", "socket.sendto", "socket.sendmsg"))]
    assert connected and all(f"('{host}', {port})" in line for line in connected)
    asked = [
        line for line in called if line.startswith(("socket.getaddrinfo", "socket.gethostby", "socket.getnameinfo"))
    ]
    assert all(f"('{host}', " in line for line in asked), "no other name is looked up"
    assert not [line for line in called if line.startswith(("socket.bind", "socket.listen"))]
