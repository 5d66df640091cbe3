"""Recordings and sidecars by name. Truth: BIDS 1.11, file name structure and the inheritance principle."""

from __future__ import annotations

from typing import Any

import pytest
import unguard
from unguard import bids


def test_recordings_are_found_by_name_with_their_entities(study: Any) -> None:
    study.record("sub-02/ses-a/emg/sub-02_ses-a_task-lift_acq-hd_run-1_emg.bdf")
    study.record("sub-01/emg/sub-01_task-rest_emg.bdf")
    study.record("derivatives/x/sub-01/emg/sub-01_task-rest_emg.bdf")
    study.record("sourcedata/sub-09/emg/sub-09_task-rest_emg.bdf")
    found = bids.find(study.root)
    assert [f.where for f in found] == [
        "sub-01/emg/sub-01_task-rest_emg.bdf",
        "sub-02/ses-a/emg/sub-02_ses-a_task-lift_acq-hd_run-1_emg.bdf",
    ]
    assert found[1].entities == {"sub": "02", "ses": "a", "task": "lift", "acq": "hd", "run": "1"}


def test_subjects_and_tasks_are_chosen_by_label(study: Any) -> None:
    for sub in ("01", "02"):
        for task in ("lift", "rest"):
            study.record(f"sub-{sub}/emg/sub-{sub}_task-{task}_emg.bdf")
    assert len(bids.find(study.root, participants="sub-02")) == 2
    assert [f.entities for f in bids.find(study.root, participants=["01"], tasks="rest")] == [
        {"sub": "01", "task": "rest"}
    ]
    with pytest.raises(unguard.ConfigError, match=r"participants is '03': expected one of 01, 02"):
        bids.find(study.root, participants="03")


@pytest.mark.parametrize(
    "place",
    [
        "sub-01/emg/sub-01_emg.bdf",
        "sub-01/emg/sub-02_task-lift_emg.bdf",
        "sub-01/emg/sub-01_run-1_task-lift_emg.bdf",
        "sub-01/emg/sub-01_task-li.ft_emg.bdf",
        "sub-01/emg/sub-01_task-lift_emg.BDF",
    ],
)
def test_a_name_that_bids_does_not_have_is_listed_and_refused_when_read(study: Any, place: str) -> None:
    study.record(place) if place.endswith(".bdf") else study.record(place[:-4] + ".bdf").rename(study.root / place)
    (found,) = bids.find(study.root)
    with pytest.raises(unguard.FormatError, match=r"the name is '.*': expected|in the folder sub-01: expected|without"):
        bids.read(found)


def test_a_folder_that_is_no_dataset_is_refused(study: Any) -> None:
    (study.root / "dataset_description.json").unlink()
    with pytest.raises(unguard.FormatError, match=r"dataset_description.json is missing"):
        bids.find(study.root)
    with pytest.raises(unguard.FormatError, match="the folder is missing"):
        bids.find(study.root / "nowhere")


def test_sidecars_are_inherited_and_the_nearer_one_goes_first(study: Any) -> None:
    path = study.record("sub-01/ses-a/emg/sub-01_ses-a_task-lift_run-2_emg.bdf")
    far = study.write("task-lift_emg.json", {"SamplingFrequency": 1000, "PowerLineFrequency": 60})
    study.write("task-rest_emg.json", {"SamplingFrequency": 1})  # of another task
    study.write("sub-01/sub-01_ses-b_task-lift_emg.json", {"SamplingFrequency": 2})  # of another session
    near = study.write("sub-01/ses-a/emg/sub-01_ses-a_task-lift_run-2_emg.json", {"PowerLineFrequency": 50})
    (found,) = bids.find(study.root)
    assert found.sidecars("emg", ".json") == [far, near]
    assert not any("SamplingFrequency" in text for text in bids.read(path).remarks)


def test_two_sidecars_in_one_folder_are_refused(study: Any, one: Any) -> None:
    path = one()
    study.write("emg.json", {})
    study.write("task-lift_emg.json", {})
    with pytest.raises(
        unguard.FormatError, match=r"emg.json and task-lift_emg.json in one folder: expected one in each"
    ):
        bids.read(path)


def test_a_recording_that_was_not_fetched_is_listed_and_missing(study: Any) -> None:
    folder = study.root / "sub-01/emg"
    folder.mkdir(parents=True)
    (folder / "sub-01_task-lift_emg.bdf").symlink_to("../../.git/annex/objects/nothing")
    (found,) = bids.find(study.root)
    with pytest.raises(unguard.FormatError, match="the file is missing: expected a recording that can be opened"):
        bids.read(found)
