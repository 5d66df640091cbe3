"""The examples of docs/datasets.md. Truth: they run as they stand there, on the results of a run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from unguard import dataset

_PAGE = Path(__file__).parents[4] / "docs" / "datasets.md"
_BLOCKS = re.findall(r"```python\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_has_examples_of_duckdb_pandas_and_arrow() -> None:
    assert [re.search(r"import (\w+)", block)[1] for block in _BLOCKS] == ["duckdb", "pandas", "pyarrow"]  # type: ignore[index]


@pytest.mark.parametrize("block", _BLOCKS, ids=["duckdb", "pandas", "arrow"])
def test_an_example_runs_and_gives_what_is_in_the_tables(
    block: str, ran: dataset.DatasetRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ran.out)
    found: dict[str, Any] = {}
    exec(block, found)
    shown = capsys.readouterr().out
    if "failed" in found:
        assert found["failed"] == []
        assert "longissimus" in shown and "declared rest" in shown
    if "rest_uV" in found:
        assert list(found["rest_uV"].index) == ["01", "02", "03", "04", "05"]
        assert found["tires"].to_numpy().sum() == len(found["whole"])
    if "units" in found:
        assert found["units"]["rms_uV"] == "uV"
