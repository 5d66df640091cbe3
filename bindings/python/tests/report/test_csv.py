"""Tables as CSV. Truth: what a spreadsheet takes for a formula (OWASP, CSV injection); the csv module."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from unguard.report.folder import csv_of


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\tx"])
def test_no_text_is_a_formula(text: str) -> None:
    """Names of channels come with the recording, as values and as the heads of columns."""
    table = pd.DataFrame({"muscle": [text, "longissimus L"], text: [-1.5, 2.0], "n": [-1, 1]})
    head, first, second = csv.reader(io.StringIO(csv_of(table)))
    assert head == ["muscle", f"'{text}", "n"]
    assert first == [f"'{text}", "-1.5", "-1"] and second == ["longissimus L", "2.0", "1"], "numbers stay"
    assert table["muscle"][0] == text, "the table itself is as it was"


def test_a_table_without_rows_has_its_head() -> None:
    assert csv_of(pd.DataFrame(columns=["measure", "verdict"])) == "measure,verdict\n"
