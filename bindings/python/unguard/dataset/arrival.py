"""Whether what workers report is in the folder of results: those of another machine may have written elsewhere."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Mapping
from pathlib import Path

from unguard.dataset.parts import DONE, Part, read_status
from unguard.dataset.task import Outcome, Task, failed
from unguard.errors import spelled

#: A folder of a network may show what another machine wrote only after so long: of NFS the default is a minute at most.
NETWORK_S = 60.0
_LOOK_S = 0.5
_NOT_SHARED = "its worker has done it, but the results did not arrive in OUT: the workers do not share this folder"
_GONE = "its worker has done it, but the results are not in OUT: something else has removed or changed them"


def arrived(outcomes: Mapping[Task, Outcome], *, of_cluster: bool) -> dict[Task, Outcome]:
    """Return what became of every task, by what stands in the folder of results.

    A failure that is not there is written here. A success that is not there, of a cluster after NETWORK_S, is a
    failure.
    """
    found = dict(outcomes)
    missing = []
    for task, outcome in outcomes.items():
        if _is_there(task, outcome):
            continue
        if outcome.status == DONE:
            missing.append(task)
        else:
            failed(task, outcome.failure)
    until = time.monotonic() + (NETWORK_S if of_cluster else 0.0)
    while missing and time.monotonic() < until:
        time.sleep(_LOOK_S)
        missing = [task for task in missing if not _is_there(task, outcomes[task])]
    for task in missing:
        made = failed(task, f"{spelled(task.where)}: {_NOT_SHARED if of_cluster else _GONE}")
        found[task] = dataclasses.replace(made, peak_MiB=outcomes[task].peak_MiB)  # of the worker, and not of this one
    return found


def _is_there(task: Task, outcome: Outcome) -> bool:
    part = Part.of(task.file, Path(task.out))
    try:
        os.listdir(part.status.parent)  # a client of NFS asks anew what is in a folder that is opened
    except OSError:
        return False
    said = read_status(part, task.key)
    return said is not None and said["status"] == outcome.status and said.get("failure", "") == outcome.failure
