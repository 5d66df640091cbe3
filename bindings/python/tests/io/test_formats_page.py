"""The examples of docs/formats.md run, in their order, on files as the page describes them. Truth: the page."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io
from format_files import Stream, write_wfdb, xdf_bytes

_PAGE = (Path(__file__).parents[4] / "docs/formats.md").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="biosigIO, of the last example, needs Python 3.11")
def test_the_examples_run_and_say_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    values = np.random.default_rng(3).normal(0, 20, (900, 1)).astype(np.float32)
    described = [{"label": "TA", "unit": "uV", "type": "EMG"}]
    emg = Stream("amp", "EMG", 1000.0, values=values, stamps=9 + np.arange(900) / 1000, described=described)
    knee = [{"label": "knee", "unit": "deg"}]
    angle = Stream("goniometer", "Mocap", 100.0, values=values[:90], stamps=9 + np.arange(90) / 100, described=knee)
    markers = Stream("task", "Markers", 0.0, "string", [["lift"]], [9.25])
    Path("session.xdf").write_bytes(xdf_bytes([emg, angle, markers]))
    scipy.io.savemat("trial.mat", {"emg": np.ones((3, 4000)), "force": np.ones((4000, 1)), "fs": 1000.0})
    write_wfdb(tmp_path)
    names: dict[str, Any] = {}
    code = re.findall(r"```python\n(.*?)```", _PAGE, re.S)
    assert len(code) == 3
    for block in code:
        exec(block, names)
    assert "['amp', 'goniometer']" in capsys.readouterr().out
    assert names["emg"].data.shape == (4000, 3) and names["both"].names == ["emg/emg 2", "force"]
    assert names["angle"].fs == 100 and names["same"].names == names["recording"].names == ["EMG TA", "II"]
