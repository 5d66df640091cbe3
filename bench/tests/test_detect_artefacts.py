"""What is put into the records of knocks and muscles. Truth: the case that it is of, and the signal."""

import numpy as np
import pytest

from bench.evidence.detect_artefacts import (
    CASES,
    CHANNELS,
    EACH,
    ONE_AFTER_THE_OTHER_S,
    REST_S,
    SNR_DB,
    TOGETHER_S,
    record,
)
from bench.evidence.onset_trials import FS


def test_every_case_holds_what_its_name_says() -> None:
    x, happenings = record(1)
    muscle = [name for _, name in CHANNELS]
    assert [h.case for h in happenings] == list(CASES) * EACH
    assert x[: round(REST_S * FS)].std(axis=0) == pytest.approx(1, rel=0.05)
    levels = []
    for h in happenings:
        onsets = sorted(onset for onset, _ in h.stretches.values())
        if h.case == CASES[0]:
            assert sorted(h.stretches) == list(range(len(CHANNELS))) and np.ptp(onsets) == 0
        elif h.case == CASES[1]:
            assert len(onsets) == 1
        elif h.case == CASES[2]:
            assert {muscle[c] for c in h.stretches} == {"longissimus"} and 0 < np.ptp(onsets) < TOGETHER_S
        else:
            assert len({muscle[c] for c in h.stretches}) == 3 and np.diff(onsets).min() > ONE_AFTER_THE_OTHER_S[0]
        levels += [
            10 * np.log10(np.mean(x[round(on * FS) : round(off * FS), c] ** 2) - 1)
            for c, (on, off) in h.stretches.items()
        ]
    # Of a stretch of 20 ms the mean square has an SD of some 1 dB.
    assert np.mean(levels) == pytest.approx(np.mean(SNR_DB), abs=1)
    assert SNR_DB[0] - 4 < min(levels) and max(levels) < SNR_DB[1] + 4
