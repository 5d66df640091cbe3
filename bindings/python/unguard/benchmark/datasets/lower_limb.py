"""UCI "EMG dataset in Lower Limb": four muscles and the knee angle of 22 people, walking, standing and sitting."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unguard import io
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.datasets.layout import MissingFiles, folder_of
from unguard.benchmark.trial import Trial
from unguard.errors import FormatError
from unguard.recording import MICROVOLTS
from unguard.samples import samples_in

SOURCE = "archive.ics.uci.edu, EMG dataset in Lower Limb"
_PEOPLE = 11
#: By place, as files name them differently: rectus and biceps femoris, vastus medialis, semitendinosus.
_MUSCLES = ("RF", "BF", "VM", "ST")
_FS = 1000.0
_BEGIN_S = 2.5


def uci_lower_limb(path: str | os.PathLike[str], *, complete: bool = True) -> Dataset:
    """Load its DataLOG text files, wherever they lie below the folder: `1Amar.txt` to `11Nsen.txt`, 66 of them.

    A: knee pathology, N: none; mar: walking, pie: bending the knee while standing, sen: straightening it while sitting.
    The layout of a file is checked against two of them; the list of the 66 was taken from the description, unverified.
    There is no truth: events are counted, not scored. The first 2.5 s are taken for rest, which nobody declared.

    Parameters
    ----------
    complete: whether all 66 files must be there; False takes those that are.

    Raises
    ------
    MissingFiles: naming the first file that is missing, with all of them. FormatError: a file has another shape.
    """
    folder = folder_of(path)
    there = {f.name: f for f in folder.rglob("*.txt")}
    wanted = [f"{i}{g}{task}.txt" for g in "AN" for i in range(1, _PEOPLE + 1) for task in ("mar", "pie", "sen")]
    missing = [name for name in wanted if name not in there]
    if missing and (complete or len(missing) == len(wanted)):
        raise MissingFiles(folder, "uci_lower_limb", missing, SOURCE)
    trials, remarks = [], ["no truth: nobody marked events"]
    for name in wanted:
        if name not in there:
            continue
        options: dict[str, Any] = {} if io.info(there[name]).channels[0].fs else {"fs": _FS}
        read = io.read(there[name], **options)
        if [c.unit for c in read.channels] != [MICROVOLTS] * 4 + ["deg"] or read.fs != _FS:
            found = f"{', '.join(f'{c.name} [{c.unit}]' for c in read.channels)} at {read.fs:g} Hz"
            raise FormatError(
                there[name], "the channels", found, f"four of muscles, then the knee in degrees, at {_FS:g} Hz"
            )
        rest = (0, min(samples_in(_BEGIN_S, read.fs), read.samples))
        for i, muscle in enumerate(_MUSCLES):
            x = np.ascontiguousarray(read.data[:, i])
            trials.append(Trial(f"{name[:-4]} {muscle}", x, read.fs, rest, None))
        remarks += [f"{name}: {text}" for text in (*read.repairs, *read.remarks)]
    return Dataset("uci_lower_limb", tuple(trials), SOURCE, tuple(remarks))
