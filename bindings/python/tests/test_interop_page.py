"""The examples of docs/interop.md run, in their order. Truth: the page, as it stands."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from unguard.recording import Recording

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="MNE-BIDS, of the example of BIDS, needs Python 3.11")
def test_the_examples_run_and_give_what_the_page_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", (ROOT / "docs/interop.md").read_text(encoding="utf-8"), re.S)
    assert len(code) == 7
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in code:
        exec(block, names)
    made: Recording = names["made"]
    assert made.channels[0].kind == "EMG" and np.allclose(made.data, names["x"] * 1e3, rtol=1e-15)
    for again in (names["again"], names["wide"]):
        assert np.array_equal(again.data, made.data) and again.names == made.names
    assert names["density"].dims == ("frequency", "channel") and names["bend"].sizes["channel"] == 4
    assert names["raw"].get_channel_types() == ["emg"] * 4 + ["misc"]
    assert names["back"].names == names["muscles"]
    assert "BAD_settling" in names["level"].annotations.description
    assert "ACTIVITY" in names["raw"].annotations.description
    assert names["markers_of"](names["raw"], kinds={"declared rest": ("rest begins", "rest ends")}) == [
        ("rest begins", 0),
        ("rest ends", 20_000),
    ]
    assert names["found"].errors == [] and (tmp_path / "study/sub-01/emg/sub-01_task-bend_emg.bdf").is_file()
    told = names["cut"].y[names["moving"]].astype(str)
    most = np.unique(told, return_counts=True)[1].max() / len(told)
    assert f"{100 * most:.0f} %" == "32 %" and [f"{score:.2f}" for score in names["scores"]] == ["0.88", "0.90", "0.92"]
