"""What others measured: read as it stands, and compared only with what was measured alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from unguard.clinical import reference_values
from unguard.errors import ConfigError, FormatError

HEADER = "quantity,group,value,kind,sd,low,high,unit,people,band,detector,source\n"


def test_published_rows() -> None:
    """Every row has a source and a unit; the FRR's is the one of the table."""
    rows = reference_values()
    assert all(r.source and r.unit and r.kind and r.band and r.detector for r in rows)
    first = reference_values("FRR")[0]
    assert (first.value, first.sd, first.people) == (4.7, 3.7, 76)
    assert {r.quantity for r in reference_values("FER")} == {"FER"}


def test_no_published_row_is_compared_with() -> None:
    """None of them tells its band: each refuses, and says whose band is not known."""
    for row in reference_values():
        with pytest.raises(ConfigError, match="no comparison"):
            row.z(1.0, band="20-450 Hz", detector="RMS 1 s")


def test_a_clinic_compares_with_its_own(tmp_path: Path) -> None:
    """(value - mean) / SD in the same band by the same detector; another band is refused."""
    table = tmp_path / "clinic.csv"
    table.write_text(HEADER + "FRR,healthy,6,mean,2,,,ratio,40,20-450 Hz,RMS 1 s,own 2025\n")
    (row,) = reference_values("FRR", table=table)
    assert row.z(3.0, band="20-450 Hz", detector="RMS 1 s") == -1.5
    with pytest.raises(ConfigError, match="band is '100-200 Hz': expected '20-450 Hz'"):
        row.z(3.0, band="100-200 Hz", detector="RMS 1 s")
    with pytest.raises(ConfigError, match="detector"):
        row.z(3.0, band="20-450 Hz", detector="ARV")
    with pytest.raises(ConfigError, match="quantity is 'ERR': expected one of FRR"):
        reference_values("ERR", table=table)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("quantity,value\nFRR,1\n", "header"),
        (HEADER + "FRR,healthy,,mean,2,,,ratio,40,b,d,s\n", "value"),
        (HEADER + "FRR,healthy,six,mean,2,,,ratio,40,b,d,s\n", "value"),
        (HEADER + "FRR,healthy,6\n", "row"),
        (HEADER + "FRR,healthy,inf,mean,2,,,ratio,40,b,d,s\n", "value"),
    ],
)
def test_a_table_that_is_none(tmp_path: Path, text: str, field: str) -> None:
    """File, line and field are named."""
    table = tmp_path / "clinic.csv"
    table.write_text(text)
    with pytest.raises(FormatError) as refused:
        reference_values(table=table)
    assert refused.value.field == field
    assert "line" in refused.value.where


def test_a_table_of_other_bytes(tmp_path: Path) -> None:
    """What is no UTF-8 is no table."""
    table = tmp_path / "clinic.csv"
    table.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match="UTF-8"):
        reference_values(table=table)
