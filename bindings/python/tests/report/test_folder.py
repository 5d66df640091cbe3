"""The folder of results. Truth: what is on the disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from unguard.analysis import analyse
from unguard.errors import ConfigError
from unguard.recording import Channel, Recording
from unguard.report import write_results


def test_results_are_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(2).normal(size=(8000, 1)) * 5
    made = analyse(Recording(x, 1000, [Channel("multifidus L")]))
    write_results(made, tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert set(before) == {"analysis.json", "events.csv", "envelope.csv", "report.html"}

    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as half:
            half.write(content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ConfigError, match=r"^out is '.*' \(No space left on device\): expected a folder that can be"):
        write_results(made, tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
