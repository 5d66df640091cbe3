"""What came of one detector with one setting on one data set: scores, or why there are none."""

from __future__ import annotations

import dataclasses
import math
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard.arguments import object_of
from unguard.benchmark.alarms import AlarmRate
from unguard.benchmark.band import band_passed
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.detector import BAND, Detector
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.score import Score, pooled
from unguard.benchmark.scored_time import Span
from unguard.benchmark.scoring import score
from unguard.benchmark.time_limit import TookTooLong, limit_of, time_limit
from unguard.benchmark.trial import Trial
from unguard.extras import MissingExtra


@dataclass(frozen=True)
class Outcome:
    """One run.

    Attributes
    ----------
    error: why there is no score, as "record: Kind: text": it was stopped, or raised on every record, this on the first;
        empty where it ran.
    refused: what it raised on some records, each as "record: Kind: text". All that is true in such a record is missed,
        and its time counts for no alarm rate: nobody listened.
    whole: over all records; tuning, held_out: over the parts that settings may, and may not, be chosen by.
    seconds: of processor time that it took. found: events, those cancelled left out.
    """

    detector: str
    dataset: str
    settings: dict[str, Any]
    error: str = ""
    refused: tuple[str, ...] = ()
    whole: Score = field(default_factory=Score)
    tuning: Score = field(default_factory=Score)
    held_out: Score = field(default_factory=Score)
    found: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether there is no score."""
        return bool(self.error)


def run(detector: Detector, data: Dataset, *, limit_s: float = 120.0) -> Outcome:
    """Run a detector over a data set and score it; what it raises on a record is kept, and the record is missed.

    Where it raises on all of them, or is stopped for taking too long, that is the outcome's error. A peer that is not
    installed raises MissingExtra.

    Parameters
    ----------
    limit_s: seconds of processor time it may take for all records.

    Raises
    ------
    ConfigError: naming the argument.
    """
    object_of("detector", detector, Detector, "a Detector; from_spec() makes one of what unguard.detect takes")
    object_of("data", data, Dataset, "a Dataset, as dataset() gives it")
    limit = limit_of(limit_s)
    made = Outcome(detector.name, data.name, dict(detector.settings))
    scores: dict[str, list[Score]] = {"whole": [], "tuning": [], "held_out": []}
    refused: list[str] = []
    count = 0
    begun = time.process_time()
    for trial in data.trials:
        found: list[ScoredEvent] | None = None
        try:
            with time_limit(limit, limit - (time.process_time() - begun)):
                found = heard(detector, trial)
        except MissingExtra:
            raise
        except TookTooLong as stopped:
            return dataclasses.replace(made, error=_said(trial, stopped), seconds=time.process_time() - begun)
        except Exception as error:  # a peer may raise anything, and the table is to say what
            refused.append(_said(trial, error))
        count += sum(e.cancelled is None for e in found or ())
        if trial.truth is None:
            continue
        level = band_passed(trial.x, trial.fs)
        scores["whole"].append(_scored(found, trial, level, (0, trial.samples)))
        if trial.tuning[1] > trial.tuning[0]:
            scores["tuning"].append(_scored(found, trial, level, trial.tuning))
        scores["held_out"] += [_scored(found, trial, level, span) for span in trial.held_out]
    made = dataclasses.replace(made, seconds=time.process_time() - begun)
    if len(refused) == len(data.trials) > 0:
        return dataclasses.replace(made, error=refused[0])
    whole, tuning, held_out = (pooled(scores[part]) for part in ("whole", "tuning", "held_out"))
    return dataclasses.replace(made, refused=tuple(refused), found=count, whole=whole, tuning=tuning, held_out=held_out)


def _said(trial: Trial, error: Exception) -> str:
    return f"{trial.name}: {type(error).__name__}: {' '.join(str(error).split()) or 'without words'}"


def heard(detector: Detector, trial: Trial) -> list[ScoredEvent]:
    """Return what a detector finds in a record, given as it wants it."""
    x = band_passed(trial.x, trial.fs) if detector.wants == BAND else np.array(trial.x)
    return detector(x, trial.fs, trial.rest, trial.declared)


def _scored(found: list[ScoredEvent] | None, trial: Trial, level: NDArray[np.float64], within: Span) -> Score:
    """Return the score of a stretch of a record; None is of one that was refused."""
    made = score(
        found or (),
        trial.truth or (),
        fs=trial.fs,
        samples=trial.samples,
        tolerance=trial.tolerance,
        unscored=trial.unscored,
        moving=trial.moving,
        within=within,
        x=level,
        rest=trial.rest,
    )
    if found is None:
        made = dataclasses.replace(made, rest=AlarmRate(), movement=AlarmRate(), hours=0.0)
    if trial.snr_dB is None or math.isnan(trial.snr_dB):
        return made
    return dataclasses.replace(made, events=tuple(dataclasses.replace(e, snr_dB=trial.snr_dB) for e in made.events))
