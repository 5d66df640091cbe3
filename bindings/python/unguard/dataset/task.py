"""One recording of a dataset from file to results on the disk: what a worker does."""

from __future__ import annotations

import logging
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from unguard.bids.find import BidsFile
from unguard.dataset.key import key_of
from unguard.dataset.parts import DONE, FAILED, Part, labels_of, write_failure, write_results
from unguard.dataset.settings import Settings
from unguard.dataset.software import Software, software
from unguard.errors import ConfigError, FormatError, spelled
from unguard.made_at import made_at
from unguard.memory import peak_MiB

_LOG = logging.getLogger("unguard")
#: Of a recording so many bytes of samples are in memory at once, or those of one channel.
_AT_ONCE_BYTES = 64_000_000
#: Mains hum of another frequency than is stated is said from this share of the power at rest on.
_HUM_WORTH_SAYING = 0.1
_NO_OUT = "its worker finds no folder OUT of that name: the workers do not share this folder"


@dataclass(frozen=True)
class Task:
    """What a worker is told: which recording of which dataset, how, into which folder, by which software, its key."""

    root: str
    where: str
    out: str
    settings: Settings
    software: Software
    key: str

    @property
    def file(self) -> BidsFile:
        """The recording."""
        return BidsFile(Path(self.root) / self.where, Path(self.root))


@dataclass(frozen=True)
class Outcome:
    """What became of a task: DONE or FAILED, why it failed, and the most memory the worker has taken so far, MiB."""

    where: str
    status: str
    failure: str
    peak_MiB: float


def work(task: Task) -> Outcome:
    """Analyse a recording and write its results; what cannot be analysed becomes a failure with its sentence."""
    if not Path(task.out).is_dir():  # and is not made here, on a disk that the run may never see
        return Outcome(task.where, FAILED, f"{spelled(task.where)}: {_NO_OUT}", peak_MiB())
    try:
        refusal = _refusal(task)
        if refusal:
            return failed(task, f"{spelled(task.where)}: {refusal}")
        _analyse(task)
    except FormatError as cause:
        return failed(task, str(cause))
    except ConfigError as cause:  # of an option that does not fit this recording, which it does not name
        return failed(task, f"{task.where}: {cause}")
    except MemoryError:
        return failed(task, f"{spelled(task.where)} does not fit into the memory of a worker")
    except Exception as cause:  # whatever it is, the other recordings go on, and the table says it
        _LOG.exception("%s", spelled(task.where))
        return failed(task, f"{spelled(task.where)}: {type(cause).__name__}: {' '.join(str(cause).split())}")
    return Outcome(task.where, DONE, "", peak_MiB())


def failed(task: Task, sentence: str) -> Outcome:
    """Write down that a recording failed, and why."""
    sentence = spelled(sentence.replace(f"{task.root}/", ""))  # its place in the dataset, on whatever machine
    try:
        _write_down(task, sentence)
    except OSError:  # of a full disk: who started the run is told all the same
        _LOG.exception("%s", spelled(task.where))
    return Outcome(task.where, FAILED, sentence, peak_MiB())


def _write_down(task: Task, sentence: str) -> None:
    """Write the status of a recording that failed."""
    file = task.file
    recording = {**labels_of(file), "status": FAILED, "failure": sentence, "key": task.key}
    write_failure(
        Part.of(file, Path(task.out)),
        {"key": task.key, "status": FAILED, "failure": sentence, "recording": recording, "made_at": made_at()},
    )


def _refusal(task: Task) -> str:
    """Return why a worker does not begin: by its software, or of what it sees, the result would not be of the key."""
    here = software()
    if here != task.software:
        return f"its worker has {here}; expected a worker with {task.software}, as the run has"
    if not task.file.path.is_file():
        return "its worker finds no such file: it was removed, or the worker does not share the folder of the dataset"
    if key_of(task.file, task.settings, here) != task.key:
        return (
            "recording or sidecars are other bytes for its worker than for the run: they have changed since it began, "
            "or the worker does not share the folder of the dataset"
        )
    return ""


def _analyse(task: Task) -> None:
    # Here, and not above: who only starts a run needs none of it.
    from unguard.analysis.in_parts import analyse_in_parts
    from unguard.analysis.method import Method
    from unguard.analysis.result import ChannelAnalysis
    from unguard.analysis.run import About
    from unguard.bids.opened import open_file
    from unguard.dataset.channel_rows import rows_of, tiring
    from unguard.dataset.segments import Segment, segments_of
    from unguard.recording import Recording

    file, settings = task.file, task.settings
    opened = open_file(file)
    segments: list[Segment] = []
    of_segments: list[str] = []
    rows: dict[str, list[dict[str, Any]]] = {}

    def spans(about: About) -> list[tuple[float, float]]:
        found, remarks = segments_of(about.annotations, about.samples / about.fs)
        segments.extend(found)
        of_segments.extend(remarks)
        return [(s.start_s, s.end_s) for s in found]

    def each(recording: Recording, column: int, one: ChannelAnalysis, method: Method) -> None:
        rows[one.name] = rows_of(one, segments, tiring(recording, column, one, method, segments), method)

    names = [track.name for track in opened.tracks]
    longest = max((track.samples for track in opened.tracks), default=0)
    at_once = max(1, _AT_ONCE_BYTES // max(1, 8 * longest))
    made = analyse_in_parts(
        opened.read,
        [names[i : i + at_once] for i in range(0, len(names), at_once)],
        channels=settings.channels,
        band=settings.band,
        mains=settings.mains_hz,
        spans=spans,
        each=each,
    )
    labels = labels_of(file)
    measures: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    for channel in made.channels:
        told = opened.row(channel.name)
        of_channel = {
            **labels,
            "channel": channel.name,
            "muscle": (told.muscle if told else "") or None,
            "channel_status": (told.status if told else "") or None,
        }
        measures += [{**of_channel, **row} for row in rows[channel.name]]
        events += [
            {
                **of_channel, "event": e.id, "kind": e.kind, "onset_s": e.onset_s, "offset_s": e.offset_s,
                "duration_s": e.duration_s, "decided_s": e.decided_s, "peak_uV": e.peak_uV,
                "area_uV_s": e.area_uV_s, "confidence": e.confidence, "context": e.context,
                "reasons": "; ".join(e.reasons) or None,
            }
            for e in channel.events
        ]  # fmt: skip
    remarks = [*made.remarks, *made.reader_remarks, *of_segments]
    remarks += [f"{left.name} is not analysed: {left.why}" for left in made.left_out]
    if opened.mains_hz is not None:
        remarks += [
            f"{c.name}: hum of {c.levels.hum_hz:g} Hz, where PowerLineFrequency is {opened.mains_hz:g}"
            for c in made.channels
            if (c.levels.hum_share_at_rest or 0) >= _HUM_WORTH_SAYING and c.levels.hum_hz != opened.mains_hz
        ]
    recording_row = {
        **labels,
        "status": DONE,
        "duration_s": made.duration_s,
        "fs_Hz": made.fs,
        "channels": len(made.channels),
        "segments": len(segments),
        "power_line_Hz": opened.mains_hz,
        "band": made.method.band_text,
        "repairs": "\n".join(made.repairs) or None,
        "remarks": "\n".join(remarks) or None,
        "key": task.key,
    }
    status = {
        "key": task.key,
        "status": DONE,
        "recording": recording_row,
        "settings": settings.to_dict(),
        "method": made.method.to_dict(),
        "made_at": made.made_at,
        "versions": {**made.versions, "platform": platform.machine()},
        "worker_peak_MiB": None if np.isnan(most := peak_MiB()) else round(most, 1),
    }
    write_results(Part.of(file, Path(task.out)), measures, events, status)
