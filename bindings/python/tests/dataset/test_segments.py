"""Segments from annotations. Truth: annotations by hand."""

from __future__ import annotations

import json
from pathlib import Path

from unguard import bids, dataset
from unguard.dataset.key import key_of
from unguard.dataset.segments import Segment, segments_of
from unguard.dataset.settings import settings_of
from unguard.dataset.software import software
from unguard.recording import Annotation


def test_an_annotation_called_whole_is_not_the_whole() -> None:
    notes = [Annotation(1.0, 2.0, " whole "), Annotation(0.5, 1.0, "lift")]
    found, remarks = segments_of(notes, 5.0)
    assert found == [
        Segment("whole", 0, 0.0, 5.0),
        Segment("lift", 1, 0.5, 1.5),
        Segment("whole (annotation)", 2, 1.0, 3.0),
    ]
    assert remarks == ['1 annotation called "whole": the segment is called "whole (annotation)"']


def test_annotations_of_one_channel_make_no_segment_and_are_said() -> None:
    notes = [
        Annotation(1.0, 2.0, "cramp", "right"),
        Annotation(2.0, 2.0, "cramp", "left"),
        Annotation(3.0, 1.0, "cramp", "left"),
        Annotation(3.0, 0.0, "knock", "left"),
        Annotation(9.0, 1.0, "lift"),
    ]
    found, remarks = segments_of(notes, 5.0)
    assert found == [Segment("whole", 0, 0.0, 5.0)]
    assert remarks == [
        "1 annotation with a duration outside the recording: no segment",
        "3 annotations with a duration and of one channel (2 of 'left', 1 of 'right'): no segment",
    ]


def test_a_run_keeps_the_whole_apart_and_says_what_made_no_segment(own_study: Path, tmp_path: Path) -> None:
    (own_study / "sub-01/emg/sub-01_task-bend_events.tsv").write_text(
        "onset\tduration\ttrial_type\tchannel\n0\t3\trest\tn/a\n3\t1.5\twhole\tn/a\n1\t1\tcramp\tmultifidus L\n"
    )
    made = dataset.run(own_study, tmp_path / "out", workers=1, participants="01")
    group = made.group()
    assert (group[group["segment"] == "whole"]["segment_index"] == 0).all()
    assert set(group["segment"]) == {"whole", "declared rest", "whole (annotation)"}
    (said,) = made.recordings().query("status == 'done'")["remarks"]
    assert '1 annotation called "whole"' in said
    assert "1 annotation with a duration and of one channel (1 of 'multifidus L'): no segment" in said


def test_what_describes_the_events_is_in_the_key(own_study: Path) -> None:
    file, plain = bids.find(own_study)[0], settings_of(None, None, None, None)
    before = key_of(file, plain, software())
    (own_study / "task-bend_events.json").write_text(json.dumps({"channel": {"Delimiter": ","}}))
    assert key_of(file, plain, software()) != before
