"""Datasets before the validator of the standard. Truth: the validator, and faults put in by hand."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from unguard import bids
from unguard.errors import ConfigError
from unguard.recording import Recording

Make = Callable[..., Recording]
_REQUIRED = (
    "TaskName",
    "EMGPlacementScheme",
    "EMGReference",
    "SamplingFrequency",
    "PowerLineFrequency",
    "RecordingType",
    "SoftwareFilters",
)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="MNE-BIDS needs Python 3.11")
def test_a_written_dataset_has_no_error_and_no_fault_is_passed_over(
    tmp_path: Path, recording: Make, told: dict[str, Any]
) -> None:
    bids.write(recording(), tmp_path, **told)
    specific = {"placement_scheme": "measured", "placement_description": "L3", "reference": "C7"}
    file = bids.write(
        recording(),
        tmp_path,
        **(
            told
            | {"subject": "02", "power_line": "n/a", "placement": "ChannelSpecific", "reference": "ChannelSpecific"}
        ),
        channels={"longissimus L": specific},
        session="a",
        run=1,
        acquisition="left",
        format="EDF",
    )
    found = bids.validate(tmp_path)
    assert found.errors == [] and found.valid and "valid BIDS, 0 errors" in repr(found)
    assert {one.severity for one in found.warnings} == {"warning"}
    assert not [one for one in found.warnings if "ADDITIONAL_COLUMN" in one.code]
    table = found.to_dataframe()
    assert list(table.columns) == ["severity", "code", "about", "location", "message", "rule"]
    assert len(table) == len(found.warnings)

    sidecar = file.with_suffix(".json")
    whole = json.loads(sidecar.read_text(encoding="utf-8"))
    sidecar.write_text("{}", encoding="utf-8")
    broken = bids.validate(tmp_path)
    assert {one.about for one in broken.errors if one.code == "SIDECAR_KEY_REQUIRED"} == set(_REQUIRED)
    assert {one.location for one in broken.errors} == {f"/{file.relative_to(tmp_path).as_posix()}"}

    sidecar.write_text(json.dumps(whole | {"EMGPlacementScheme": "SENIAM"}), encoding="utf-8")
    (wrong,) = bids.validate(tmp_path).errors
    assert not bids.validate(tmp_path).valid and wrong.about == "EMGPlacementScheme" and wrong.message


@pytest.mark.parametrize("root", ["nobody", "file"])
def test_what_is_no_dataset_is_refused(tmp_path: Path, root: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="expected the folder of a dataset"):
        bids.validate(tmp_path / root)


def test_an_empty_folder_is_not_valid(tmp_path: Path) -> None:
    assert "MISSING_DATASET_DESCRIPTION" in {one.code for one in bids.validate(tmp_path).errors}
