"""Each thing that a plan cannot be. Truth: the sentence of unguard.errors, and lines counted in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from unguard.errors import ConfigError, FormatError
from unguard.plan import Band, ExposureItem, Muscle, Plan, example_text, new_plan, read_plan
from unguard.plan.part import Part

_MUSCLE = {
    "channel": "longissimus L",
    "muscle": "longissimus",
    "side": "left",
    "site": "L1",
    "landmark": "spinous process of L1, lateral",
    "position_cm": 3.0,
    "electrode_distance_mm": 20.0,
    "orientation": "cranio-caudal",
}

# What is changed in the example, into what, and the field, found and expected of the refusal (the beginning of it).
REFUSALS = {
    "no such side": (
        'side = "right"',
        'side = "rechts"',
        "montage.muscles[1].side is 'rechts': expected 'left', 'right' or 'midline'",
    ),
    "unknown key": (
        'side = "right"',
        'sied = "right"',
        "montage.muscles[1].sied is unknown: expected side, if that was meant",
    ),
    "far from any key": (
        "[processing]",
        "[processing]\nqqq = 1",
        "processing.qqq is unknown: expected one of level_band, ",
    ),
    "wrong unit": (
        "electrode_distance_mm = 20",
        "electrode_distance_cm = 2",
        "montage.muscles[0].electrode_distance_cm is unknown: expected electrode_distance_mm",
    ),
    "unit at the top": ("window_s", "window_ms", "processing.window_ms is unknown: expected window_s"),
    "not a number": ("window_s = 0.125", "window_s = nan", "processing.window_s is nan: expected a number of seconds"),
    "infinite": ("target = 4\n", "target = inf\n", "goals[1].target is inf: expected a finite number"),
    "text for a number": (
        "window_s = 0.125",
        'window_s = "0.125"',
        "processing.window_s is '0.125': expected a number of seconds above 0",
    ),
    "truth for a number": (
        "hold_s = 5",
        "hold_s = true",
        "tasks[1].hold_s is true: expected a number of seconds above 0",
    ),
    "number for a truth": (
        "came_true = false",
        "came_true = 0",
        "diary.exposures[0].came_true is 0: expected true or f",
    ),
    "number for text": (
        'muscle = "longissimus"',
        "muscle = 7",
        "montage.muscles[0].muscle is 7: expected text of one l",
    ),
    "share for a count": (
        "repetitions = 3",
        "repetitions = 3.5",
        "tasks[1].repetitions is 3.5: expected a whole number",
    ),
    "negative time": (
        "duration_s = 60",
        "duration_s = -60",
        "tasks[0].duration_s is -60: expected a number of seconds",
    ),
    "negative pain": (
        "actual_pain = 3",
        "actual_pain = -3",
        "diary.exposures[0].actual_pain is -3: expected a rating f",
    ),
    "beyond a rating": (
        "threat = 75",
        "threat = 175",
        "exposure.items[2].threat is 175: expected a rating from 0 to 100",
    ),
    "table for a list": ('[[bands]]\nname = "wide', '[bands]\nname = "wide', "the text is no TOML"),
    "value for a table": (
        'valid_for = { band = "wide_20_400", detector = "RMS", window_s = 0.125 }',
        'valid_for = "wide_20_400"',
        "thresholds[2].valid_for is 'wide_20_400': expected a table",
    ),
    "channel twice": (
        'channel = "longissimus R"',
        'channel = "longissimus L"',
        "montage.muscles[1].channel is 'longissimus L', as in muscles[0]: expected another one in each",
    ),
    "site twice": (
        'channel = "longissimus R"\nmuscle = "longissimus"\nside = "right"',
        'channel = "longissimus R"\nmuscle = "longissimus"\nside = "left"',
        "montage.muscles[1].site is 'L1', where longissimus left is already in muscles[0]: expected one channel f",
    ),
    "ECG among the EMG": (
        'heart_channel = "ECG"',
        'heart_channel = "multifidus L"',
        "montage.heart_channel is 'multifidus L': expected a channel that is no EMG",
    ),
    "task twice": (
        'name = "arms out"\nposture',
        'name = "standing"\nposture',
        "tasks[1].name is 'standing', as in tasks[0",
    ),
    "id twice": (
        'id = "relax"',
        'id = "garden"',
        "goals[1].id is 'garden', as in goals[0]: expected another one in each",
    ),
    "no position": (
        "position_cm = 2.6\nmeasured = 2026-11-02\n",
        "",
        "montage.muscles[2].position_cm is missing: expected position_cm, or position_finger_widths",
    ),
    "measured without centimetres": (
        "position_cm = 3.4          #",
        "#",
        "montage.muscles[0].position_cm is missing: expected the centimetres that were measured",
    ),
    "multifidus above L5": (
        'site = "L5"',
        'site = "L3"',
        "montage.muscles[2].site is 'L3': expected L5, the one level",
    ),
    "ladder out of order": ("step = 3", "step = 2", "exposure.items[2].step is 2: expected 3: rungs stand in order"),
    "ladder contradicts itself": (
        'range_percent = 50\nspeed = "slow"',
        'range_percent = 100\nload_kg = 2\nspeed = "own"',
        "exposure.items[2].step is 3, above an item of the same movement that asks more (items[1]): expected the one",
    ),
    "goal without measure": (
        'measure = "walking time"\n',
        "",
        "goals[0].measure is missing: expected what is measured",
    ),
    "goal without what it costs": (
        'beside = "trunk angle in full flexion"\n',
        "",
        "goals[1].beside is missing: expected the measure that must not get worse",
    ),
    "goal beside itself": (
        'beside = "pain on the day after, 0 to 10"',
        'beside = "walking time"',
        "goals[0].beside is 'walking time': expected another measure than the goal's own",
    ),
    "goal that is reached": (
        "target = 1800",
        "target = 600",
        "goals[0].target is 600, as is start: expected another num",
    ),
    "goal in the past": (
        "by = 2027-02-01",
        "by = 2026-01-01",
        "goals[0].by is 2026-01-01: expected 2026-11-02 or later",
    ),
    "date of another form": (
        "by = 2027-02-01",
        'by = "1.2.2027"',
        "goals[0].by is '1.2.2027': expected a date without quotes, such as 2026-11-30",
    ),
    "date with a time": (
        "by = 2027-02-01",
        "by = 2027-02-01T10:00:00",
        "goals[0].by is 2027-02-01T10:00:00: expected a date without quotes",
    ),
    "no such day": ("by = 2027-02-01", "by = 2027-02-30", "the text is no TOML"),
    "diary goes back": (
        "[[diary.home]]",
        "[[diary.home]]\ndate = 2026-12-01\ntimes = 1\n\n[[diary.home]]",
        "diary.home[1].date is 2026-11-10: expected 2026-12-01 or later: by date",
    ),
    "session without a site": (
        'site_note = "marked with pen, photograph; longissimus 3.4 and 3.5 cm, multifidus 2.6 cm"\n',
        "",
        "diary.sessions[0].site_note is missing: expected where the electrodes were",
    ),
    "empty site note": (
        'site_note = "marked with pen, photograph; longissimus 3.4 and 3.5 cm, multifidus 2.6 cm"',
        'site_note = "  "',
        "diary.sessions[0].site_note is '  ': expected text that says something",
    ),
    "no such band": (
        'ratio_band = "ratio_30_400"',
        'ratio_band = "ratio"',
        "processing.ratio_band is 'ratio': expected the",
    ),
    "no such task": (
        'task = "arms out"',
        'task = "bend"',
        "references[0].task is 'bend': expected the name of a task of k",
    ),
    "no such item": (
        'item = "sock"',
        'item = "socks"',
        "diary.exposures[0].item is 'socks': expected the name of an item",
    ),
    "no such channel": (
        'channel = "multifidus L"\nreference_percent',
        'channel = "multifidus R"\nreference_percent',
        "thresholds[1].channel is 'multifidus R': expected the name of a channel of the montage",
    ),
    "no such calibration": (
        'calibration = "reference-1"',
        'calibration = "rest-1"',
        "references[0].calibration is 'rest-1': expected the name of a calibration of kind 'reference': reference-1",
    ),
    "modes mixed": (
        'id = "walk"',
        'id = "sock"',
        "graded_activity.items[0].id is 'sock': expected another id than in exposure",
    ),
    "quota in an exposure": (
        'id = "crate"',
        'id = "crate"\nbaseline_s = [1, 2, 3]',
        "exposure.items[3].baseline_s is unkn",
    ),
    "two tries": (
        "[540, 660, 600]",
        "[540, 660]",
        "graded_activity.items[0].baseline_s is [540, 660]: expected 3 or 4 num",
    ),
    "microvolts without a band": (
        'valid_for = { band = "wide_20_400", detector = "RMS", window_s = 0.125 }',
        "",
        "thresholds[2].valid_for is missing: expected band, detector and window",
    ),
    "two lines at once": (
        "percentile = 70",
        "reference_percent = 5\npercentile = 70",
        "thresholds[0].level_uV is given with percentile: expected one of percentile, reference_percent and level_uV",
    ),
    "no line": (
        "level_uV = 4.5\n",
        "",
        "thresholds[2].level_uV is missing, as are the others: expected one of percentile",
    ),
    "edges crossed": (
        "high_pass_Hz = 30",
        "high_pass_Hz = 500",
        "bands[1].high_pass_Hz is 500: expected less than low_pa",
    ),
    "order of a filter": ("order = 4", "order = 13", "bands[1].order is 13: expected a whole number from 1 to 12"),
    "mains of 55 Hz": ("mains_Hz = 50", "mains_Hz = 55", "processing.mains_Hz is 55: expected 50 or 60"),
    "kind of task": (
        'kind = "bend"',
        'kind = "bent"',
        "tasks[2].kind is 'bent': expected one of 'bend', 'hold', 'rest'",
    ),
    "no kind of task": ('kind = "bend"\n', "", "tasks[2].kind is missing: expected the"),
    "no neutral trial": (
        'what = "neutral"',
        'what = "stress"',
        "tasks[3].trials is without a trial of neutral: expected a neutral trial, without which a rise may be of",
    ),
    "recovery not last": (
        '  { what = "recovery", duration_s = 300 },\n',
        '  { what = "recovery", duration_s = 300 },\n  { what = "neutral", duration_s = 9 },\n',
        "tasks[3].trials[6].what is 'neutral': expected 'recovery', with which the test ends",
    ),
    "successes out of order": (
        "success_low = 0.6",
        "success_low = 0.9",
        "shaping.success_low is 0.9: expected at most suc",
    ),
    "calibration of nothing": (
        "value = 1.363",
        "value = nan",
        "calibrations[0].values.level.per_channel[0].value is nan",
    ),
    "calibration without a key": ("value = 1.363", "valve = 1.363", "calibrations[0].values is a dict without a key"),
    "calibration of fewer channels": (
        ", { value = 1.606, low = 1.595, high = 1.618 }",
        "",
        "calibrations[0].channels is 2 names: expected 1, one for each channel of values",
    ),
    "schema of tomorrow": (
        "schema = 1 ",
        "schema = 9 ",
        "schema is 9: expected at most 1: the plan is of a later unguard",
    ),
    "schema of none": ("schema = 1 ", "#", "schema is missing: expected the number of the schema"),
    "schema in words": ("schema = 1 ", 'schema = "1" ', "schema is '1': expected a whole number from 1 to 1"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_is_refused_by_field_and_line(name: str, changed: Callable[[str, str], Path]) -> None:
    old, new, begins = REFUSALS[name]
    file = changed(old, new)
    with pytest.raises(FormatError) as refusal:
        read_plan(file)
    front, _, sentence = str(refusal.value).partition(": ")
    assert sentence.startswith(begins)
    assert front.startswith(str(file))


def _line(text: str, piece: str) -> int:
    return text[: text.index(piece)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ('side = "right"', 'side = "rechts"', 'side = "rechts"'),
        ("by = 2027-02-01", 'by = "soon"', 'by = "soon"'),
        (
            'measure = "walking time"\n',
            "",
            '[[goals]]\nid = "garden"',
        ),  # what is missing is told where its table begins
        ('  { what = "baseline", duration_s = 180 },', "", "trials = ["),
        ("value = 1.363", "value = nan", 'level = { quantity = "rest level"'),
        ('item = "sock"', 'item = "socks"', 'item = "socks"'),
    ],
)
def test_the_line_is_that_of_the_field(old: str, new: str, at: str, changed: Callable[[str, str], Path]) -> None:
    file = changed(old, new)
    with pytest.raises(FormatError) as refusal:
        read_plan(file)
    assert refusal.value.where == f"line {_line(file.read_text(encoding='utf-8'), at)}"


PERSONAL = [
    "name", "Name", "first_name", "last-name", "surname", "patient", "patient_name", "patientname", "birth_date",
    "date_of_birth", "birthday", "birthdate", "dob", "age", "sex", "gender", "address", "email", "phone_number",
    "insurance_number", "patient_id",
]  # fmt: skip


@pytest.mark.parametrize("key", PERSONAL)
def test_who_the_person_is_is_refused_by_name_and_not_repeated(key: str, changed: Callable[[str, str], Path]) -> None:
    with pytest.raises(FormatError) as refusal:
        read_plan(changed('id = "P-014"', f'id = "P-014"\n{key} = "Jane Roe 1980"'))
    assert f"{key} is given: expected no such field: a plan is named by id" in str(refusal.value)
    assert "Jane" not in str(refusal.value) and "1980" not in str(refusal.value)


@pytest.mark.parametrize("place", ["[montage]", "[[goals]]", "[diary.sessions]"])
def test_it_is_refused_in_every_table(place: str, changed: Callable[[str, str], Path]) -> None:
    old = "[[diary.sessions]]" if place == "[diary.sessions]" else place
    with pytest.raises(FormatError, match=r"birth_date is given: expected no such field"):
        read_plan(changed(old, f"{old}\nbirth_date = 1980-02-03"))


@pytest.mark.parametrize("known", ["stage", "page", "message", "percentage", "landmarks", "agenda", "sexton"])
def test_other_keys_are_unknown_and_not_personal(known: str, changed: Callable[[str, str], Path]) -> None:
    with pytest.raises(FormatError, match=f"montage.{known} is unknown"):
        read_plan(changed("[montage]", f"[montage]\n{known} = 1"))


@pytest.mark.parametrize("id", ["Jane Roe", "", "Roe,Jane", "P/014", "Zoë", "P-014\n", "a" * 65])
def test_an_id_is_letters_digits_and_hyphens_and_is_not_repeated(id: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        new_plan(id)
    assert str(refusal.value).startswith("id is something else: expected letters, digits and hyphens")


@pytest.mark.parametrize(
    "recording", ["Jane_Roe.bdf", "P-0141.bdf", "P-01.bdf", "P-014", "../P-014.bdf", "a/P-014.bdf"]
)
def test_recordings_are_named_by_id(recording: str, changed: Callable[[str, str], Path]) -> None:
    with pytest.raises(FormatError, match=r"diary\.sessions\[0\]\.recording is") as refusal:
        read_plan(changed('recording = "P-014_2026-11-02.bdf"', f'recording = "{recording}"'))
    assert "Jane" not in str(refusal.value)


def test_what_python_gives_is_refused_by_the_same_sentences() -> None:
    with pytest.raises(ConfigError, match=r"^side is 'links': expected 'left', 'right' or 'midline'$"):
        Muscle(**{**_MUSCLE, "side": "links"})
    with pytest.raises(ConfigError, match=r"^channell is unknown: expected channel, if that was meant$"):
        Muscle(**{**{k: v for k, v in _MUSCLE.items() if k != "channel"}, "channell": "a"})
    with pytest.raises(ConfigError, match=r"^high_pass_Hz is 30: expected less than low_pass_Hz, 20$"):
        Band(name="a", high_pass_Hz=30.0, low_pass_Hz=20.0, order=4)
    with pytest.raises(ConfigError, match=r"^montage\.muscles\[1\]\.side is 'links': expected"):
        muscles = [_MUSCLE, {**_MUSCLE, "channel": "b", "side": "links"}]
        plan = new_plan("P-014").to_dict()
        Plan(**{**plan, "montage": {**plan["montage"], "muscles": muscles}})
    with pytest.raises(ConfigError, match=r"^step is 0: expected a whole number from 1 to 1000$"):
        ExposureItem(id="a", step=0, movement="bend", threat=50)


def _parts(value: object) -> Iterator[Part]:
    if isinstance(value, Part):
        yield value
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _parts(one)


NEVER = [object(), b"x", float("nan"), "\ud800", {1, 2}, 1j]
AT_TIMES = [None, float("inf"), -1e9, 1e9, -1, True, "", "  ", [], [1], [""], {}, {"a": 1}]


def test_every_field_of_every_part_refuses_junk_in_our_words(example: Plan) -> None:
    for part in _parts(example):
        said = part.to_dict()
        for name, info in type(part).model_fields.items():
            key = info.alias or name
            for junk in [*NEVER, *AT_TIMES]:
                try:
                    type(part)(**{**said, key: junk})
                except ConfigError as error:
                    assert re.match(rf"{key}\b|channels\b|\w+(\[\d\]|\.\w+)* is ", str(error))
                    assert ": expected " in str(error)
                    assert "Input should" not in str(error) and "\n" not in str(error)
                else:
                    assert not any(junk is never for never in NEVER), f"{type(part).__name__}.{key} took {junk!r}"


def test_a_part_cannot_be_changed_in_place_and_replace_checks() -> None:
    band = Band(name="a", high_pass_Hz=20.0, low_pass_Hz=400.0, order=4)
    with pytest.raises(ValueError, match="frozen"):
        band.order = 2  # type: ignore[misc]
    assert band.replace(order=2) == Band(name="a", high_pass_Hz=20.0, low_pass_Hz=400.0, order=2)
    with pytest.raises(ConfigError, match=r"^order is 0: expected a whole number from 1 to 12"):
        band.replace(order=0)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"schema = 1 1", r"the text is no TOML \(.*line 1.*\): expected a plan in TOML"),
        (b"\xff\xfeschema", r"byte 0: the text is no UTF-8: expected a plan in TOML"),
        (b"a = " + b"[" * 100_000, r"the text is n"),
        (b"schema = " + b"9" * 10_000, r"schema is|the text is no TOML"),
        (b"", r"schema is missing"),
        (b"schema = 1\n", r"id is missing: expected letters, digits and hyphens that stand for the person; no name"),
    ],
)
def test_what_is_no_plan_at_all_is_refused_by_the_file(raw: bytes, says: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_bytes(raw)
    with pytest.raises(FormatError, match=says):
        read_plan(file)


def test_a_file_that_cannot_be_opened_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"absent\.toml: the file is missing: expected a plan that can be opened"):
        read_plan(tmp_path / "absent.toml")
    with pytest.raises(FormatError, match=r"the file is not readable"):
        read_plan(tmp_path)


def test_windows_files_are_read(tmp_path: Path) -> None:
    """A byte order mark and CRLF are what some editors write; neither changes what stands there."""
    file, plain = tmp_path / "windows.toml", tmp_path / "plain.toml"
    plain.write_text(example_text(), encoding="utf-8", newline="\n")
    file.write_bytes(b"\xef\xbb\xbf" + example_text().replace("\n", "\r\n").encode())
    assert read_plan(file) == read_plan(plain)


def test_nothing_of_the_person_is_in_what_is_logged(example: Plan) -> None:
    for text in (repr(example), str(example), f"{example}"):
        assert re.fullmatch(r"<Plan P-014: lumbar, both sides, 4 channels, 4 tasks, 2 goals, 1 sessions>", text)
