"""What came of one detector with one setting on one data set: scores, or why there are none."""

from __future__ import annotations

import dataclasses
import math
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unguard.benchmark.band import band_passed
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.detector import BAND, Detector
from unguard.benchmark.event import ScoredEvent
from unguard.benchmark.peers.package import MissingPeer
from unguard.benchmark.score import Score, pooled
from unguard.benchmark.scored_time import Span
from unguard.benchmark.scoring import score
from unguard.benchmark.time_limit import time_limit
from unguard.benchmark.trial import Trial


@dataclass(frozen=True)
class Outcome:
    """One run.

    Attributes
    ----------
    error: what it died of, as "record: Kind: text"; empty where it ran. A detector that dies on one record has no
    score.
    whole: over all records; tuning, held_out: over the parts that settings may, and may not, be chosen by.
    seconds: of processor time that it took. found: events, those cancelled left out.
    """

    detector: str
    dataset: str
    settings: dict[str, Any]
    error: str = ""
    whole: Score = field(default_factory=Score)
    tuning: Score = field(default_factory=Score)
    held_out: Score = field(default_factory=Score)
    found: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether it died."""
        return bool(self.error)


def run(detector: Detector, data: Dataset, *, limit_s: float = 120.0) -> Outcome:
    """Run a detector over a data set and score it; what it raises becomes the outcome's error.

    A peer that is not installed raises MissingPeer.

    Parameters
    ----------
    limit_s: seconds of processor time it may take for all records.
    """
    made = Outcome(detector.name, data.name, dict(detector.settings))
    scores: dict[str, list[Score]] = {"whole": [], "tuning": [], "held_out": []}
    count = 0
    begun = time.process_time()
    for trial in data.trials:
        try:
            with time_limit(limit_s, limit_s - (time.process_time() - begun)):
                found = heard(detector, trial)
        except MissingPeer:
            raise
        except Exception as error:  # a peer may raise anything, and the table is to say what
            text = f"{trial.name}: {type(error).__name__}: {' '.join(str(error).split()) or 'without words'}"
            return dataclasses.replace(made, error=text, seconds=time.process_time() - begun)
        count += sum(e.cancelled is None for e in found)
        if trial.truth is None:
            continue
        level = band_passed(trial.x, trial.fs)
        scores["whole"].append(_scored(found, trial, level, (0, trial.samples)))
        if trial.tuning[1] > trial.tuning[0]:
            scores["tuning"].append(_scored(found, trial, level, trial.tuning))
        scores["held_out"] += [_scored(found, trial, level, span) for span in trial.held_out]
    seconds = time.process_time() - begun
    whole, tuning, held_out = (pooled(scores[part]) for part in ("whole", "tuning", "held_out"))
    return dataclasses.replace(made, found=count, seconds=seconds, whole=whole, tuning=tuning, held_out=held_out)


def heard(detector: Detector, trial: Trial) -> list[ScoredEvent]:
    """Return what a detector finds in a record, given as it wants it."""
    x = band_passed(trial.x, trial.fs) if detector.wants == BAND else np.array(trial.x)
    return detector(x, trial.fs, trial.rest)


def _scored(found: list[ScoredEvent], trial: Trial, level: NDArray[np.float64], within: Span) -> Score:
    made = score(
        found,
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
    if trial.snr_dB is None or math.isnan(trial.snr_dB):
        return made
    return dataclasses.replace(made, events=tuple(dataclasses.replace(e, snr_dB=trial.snr_dB) for e in made.events))
