"""What `scale` does to a run is survived. Truth: some seconds of the same, which do not depend on how much there is."""

import pytest

from bench.evidence import scale
from bench.evidence.table import Evidence


def test_a_small_study_survives_what_is_done_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for constant, value in {"SECONDS": 2.0, "RECORDINGS": 12}.items():
        monkeypatch.setattr(scale, constant, value)
    e = Evidence("scale")
    scale.SECTIONS["survives"](e)
    assert len(e.rows) == 4 and e.failed() == []
