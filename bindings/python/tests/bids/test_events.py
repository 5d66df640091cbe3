"""What tables of events say, event by event. Truth: the tables are written by hand; BIDS 1.11.1, column "channel"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import unguard
from unguard import bids
from unguard.bids import event_table
from unguard.bids.event_table import with_own
from unguard.recording import Annotation

_EVENTS = "sub-01/emg/sub-01_task-lift_events"


def _read(study: Any, table: str, delimiter: object = None) -> unguard.Recording:
    path: Path = study.record("sub-01/emg/sub-01_task-lift_emg.bdf")
    study.write(f"{_EVENTS}.tsv", table)
    if delimiter is not None:
        study.write(f"{_EVENTS}.json", {"channel": {"Delimiter": delimiter}})
    return bids.read(path)


def test_an_event_that_the_table_does_not_call_anything_is_kept_and_said(study: Any) -> None:
    made = _read(study, "onset\tduration\ttrial_type\tvalue\n1\t2\tn/a\tn/a\n2\t0.5\t \t\n3\t0\tn/a\t7\n")
    assert made.annotations == [
        Annotation(1.0, 2.0, "event without trial_type and value"),
        Annotation(2.0, 0.5, "event without trial_type and value"),
        Annotation(3.0, 0.0, "7"),
    ]
    assert any(
        'events.tsv: 2 events (lines 2, 3) without trial_type and value: called "event without trial_type and value"'
        in text
        for text in made.remarks
    )
    bare = _read(study, "onset\tduration\n1\t2\n")
    assert [note.text for note in bare.annotations] == ["event without trial_type and value"]


def test_an_event_of_several_channels_is_an_annotation_of_each(study: Any) -> None:
    made = _read(study, "onset\tduration\ttrial_type\tchannel\n1\t2\tcramp\tleft, right\n", ",")
    assert made.annotations == [Annotation(1.0, 2.0, "cramp", "left"), Annotation(1.0, 2.0, "cramp", "right")]
    assert not any("cramp" in text or "channel of the recording" in text for text in made.remarks)


def test_of_a_list_with_a_name_that_is_no_channel_the_others_count_and_it_is_said(study: Any) -> None:
    made = _read(
        study, "onset\tduration\ttrial_type\tchannel\n1\t2\tcramp\tleft|nobody\n2\t1\tcramp\tnobody\n3\t1\tx\t|\n", "|"
    )
    assert made.annotations == [Annotation(1.0, 2.0, "cramp", "left")], "never one of the whole recording"
    assert any(
        "2 events (lines 2, 3) of 'nobody', which is no channel of the recording: no annotation of it" in text
        for text in made.remarks
    )
    assert any("1 event (line 4) of '|', which is no channel" in text for text in made.remarks)


def test_without_a_delimiter_every_character_is_part_of_one_name_as_bids_says(study: Any) -> None:
    made = _read(study, "onset\tduration\ttrial_type\tchannel\n1\t2\tcramp\tleft,nobody\n")
    assert made.annotations == []
    assert any(
        "1 event (line 2) of 'left,nobody', which is no channel of the recording: no annotation of it; "
        "no Delimiter in *_events.json parts several names" in text
        for text in made.remarks
    )
    path = study.record("sub-02/emg/sub-02_task-lift_emg.bdf", names=("left,right", "left", "right"))
    study.write("sub-02/emg/sub-02_task-lift_events.tsv", "onset\tduration\tchannel\n1\t2\tleft,right\n")
    assert [note.channel for note in bids.read(path).annotations] == ["left,right"]


def test_the_nearest_description_that_states_a_delimiter_holds(study: Any) -> None:
    study.write("task-lift_events.json", {"channel": {"Delimiter": ";"}})
    study.write("sub-01/sub-01_events.json", {"channel": {"Description": "of the muscle"}})
    made = _read(study, "onset\tduration\ttrial_type\tchannel\n1\t2\tcramp\tleft;right\n")
    assert [note.channel for note in made.annotations] == ["left", "right"]


@pytest.mark.parametrize(
    ("described", "message"),
    [
        (
            {"channel": {"Delimiter": 3}},
            r"events\.json: Delimiter of channel is 3: expected the text between two names",
        ),
        ({"channel": {"Delimiter": ""}}, r"events\.json: Delimiter of channel is '': expected the text between"),
        ("{", r"events\.json: the text is no JSON"),
    ],
)
def test_a_description_that_cannot_be_is_refused_where_channels_are_named(
    study: Any, described: Any, message: str
) -> None:
    study.write(f"{_EVENTS}.json", described)
    assert len(_read(study, "onset\tduration\ttrial_type\tchannel\n1\t2\tcramp\tn/a\n").annotations) == 1
    with pytest.raises(unguard.FormatError, match=message):
        _read(study, "onset\tduration\ttrial_type\tchannel\n1\t2\tcramp\tleft\n")


def test_annotations_are_the_same_within_a_tenth_of_a_millisecond_wherever_they_lie() -> None:
    for at in (0.0, 0.0003, 0.00029999, 0.00030001, 7.3, 3599.9997, 86_399.99985):
        event = Annotation(at, 0.5, "Lift ")
        for late, lasts, same in (
            (1.4e-4, 0.5, True),
            (-1.4e-4, 0.50014, True),
            (1.7e-4, 0.5, False),
            (0, 0.4998, False),
        ):
            own = Annotation(at + late, lasts, "lift")
            found, remarks = with_own([event], [own])
            assert (found == [event]) is same and (remarks == []) is same, (at, late, lasts)
    both, _ = with_own([Annotation(1.0, 2.0, "declared rest")], [Annotation(1.0, 2.0, "rest")])
    assert len(both) == 1
    of_channel, _ = with_own([Annotation(1.0, 2.0, "a", "left")], [Annotation(1.0, 2.0, "a")])
    assert of_channel == [Annotation(1.0, 2.0, "a", "left")]


@pytest.mark.parametrize("apart_s", [0.05, 0.0], ids=["one after the other", "all at once"])
def test_twenty_thousand_events_are_held_against_those_near_them_only(
    monkeypatch: pytest.MonkeyPatch, apart_s: float
) -> None:
    count = 20_000
    compared = 0
    real = event_table._is_near

    def counted(note: Any, event: Any) -> bool:
        nonlocal compared
        compared += 1
        assert compared <= 2 * count
        return bool(real(note, event))

    monkeypatch.setattr(event_table, "_is_near", counted)
    events = [Annotation(i * apart_s, 0.01, "beat") for i in range(count)]
    own = [Annotation(i * apart_s + 1e-5, 0.01, "beat") for i in range(0, count, 2)]
    own += [Annotation(i * apart_s + 0.02, 0.01, "beat") for i in range(0, count, 2)]
    found, remarks = with_own(events, own)
    assert len(found) == count * 3 // 2 and remarks == [
        "10000 annotations of the file that events.tsv does not have: taken beside those that it has"
    ]
