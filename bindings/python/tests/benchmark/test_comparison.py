"""Comparisons, their report and the generator's grid. Truth: what was put in; the same bytes from the same seed."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import sys
from pathlib import Path
from typing import Any

import markupsafe
import numpy as np
import pandas as pd
import pytest
import unguard
from numpy.typing import NDArray
from PIL import Image
from unguard import ConfigError
from unguard.benchmark import (
    GRIDS,
    OURS,
    PEERS,
    Comparison,
    Dataset,
    Detector,
    Family,
    Grid,
    ScoredEvent,
    all_generated,
    annotated,
    compare,
    generated,
    run,
    spasm_like,
)
from unguard.benchmark.report import html, write_comparison
from unguard.benchmark.report.error_figure import by_ratio
from unguard.benchmark.report.words import of_kind, troubles
from unguard.benchmark.score import TrueEvent

FILES = {"results.json", "results.csv", "f1.png", "delay.png", "error.png", "report.html"}


@pytest.fixture(scope="module")
def made(bursts: Dataset, families: list[Family]) -> Comparison:
    return compare([bursts], families, seed=3)


def test_both_settings_stand_side_by_side_and_what_died_too(made: Comparison) -> None:
    rows = [(r.family, r.setting, r.outcome.failed) for r in made.rows()]
    assert rows == [
        ("threshold", "documented", False),
        ("threshold", "searched", False),
        ("<i>dies</i>", "documented", True),
        ("<i>dies</i>", "searched", False),
    ]
    frame = made.to_dataframe()
    assert frame["error"].tolist()[2] == "bursts: RuntimeError: <b>nothing</b> goes that high"
    assert math.isnan(frame["f1"][2]) and frame["f1"][1] >= frame["f1"][0]
    assert json.loads(frame["settings"][0]) == {"spreads": 3.0}
    best = made.searched[0].best
    assert best is not None and best.tuning.f1 == max(o.tuning.f1 for o in made.searched[0].tried)
    assert made.pooled("documented")["<i>dies</i>"].misses == 20, "what died found nothing"
    assert made.versions["unguard"] == unguard.__version__ and made.versions["numpy"] == np.__version__


def test_a_peer_that_is_missing_is_named(
    bursts: Dataset, families: list[Family], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "detecta", None)
    found = compare([bursts], [families[0], PEERS[-1]], grid=False)
    assert found.families == ["threshold"] and "unguard[benchmark]" in found.missing["detecta detect_onset"]
    assert "detecta is not installed" in html(found)


def test_progress_ends_at_one(bursts: Dataset, families: list[Family]) -> None:
    told: list[float] = []
    compare([bursts], families, progress=lambda text, share: told.append(share))
    assert told == sorted(told) and told[0] == 0 and told[-1] == 1


def test_the_same_seed_gives_the_same_bytes(
    bursts: Dataset, families: list[Family], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("a", "b"):
        write_comparison(compare([bursts], families, seed=3), tmp_path / name)
    assert {f.name for f in (tmp_path / "a").iterdir()} == FILES
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    plain = json.loads((tmp_path / "a/results.json").read_text())
    assert (plain["seed"], plain["made_at"], plain["schema"]) == (3, "2023-11-14T22:13:20Z", "unguard-benchmark")
    assert len(plain["rows"]) == 4 and len(plain["tried"]) == 5
    assert len(pd.read_csv(tmp_path / "a/results.csv")) == 4
    with Image.open(tmp_path / "a/f1.png") as picture:
        assert picture.size[0] > 1000


def test_the_page_stands_alone_and_escapes_what_it_is_given(made: Comparison) -> None:
    page = html(made)
    assert not re.findall(r"<(script|img|link|iframe|object|i|b)\b", page)
    assert not re.findall(r'(?:href|src)="(?!#)', page) and "url(http" not in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "&lt;i&gt;dies&lt;/i&gt;" in page and "made &lt;here&gt;" in page
    assert "EMGFlow: documents filters" in page and "seed 3" in page
    assert page.index("In short") < page.index("Delay against") < page.index("How this was made")


def refusing(what: set[tuple[str, float]]) -> Family:
    """Return a method that refuses records of these (setting, first sample), and finds nothing in others."""

    def make(how: str = "plain") -> Detector:
        def detect(x: NDArray[np.float64], fs: float, rest: tuple[int, int]) -> list[ScoredEvent]:
            if (how, x[0]) in what:
                raise ValueError(f"<u>{how}</u>,\n not {x[0]:g}")
            return []

        return Detector("picky", detect, {"how": how})

    return Family("picky", make, {"how": "plain"}, "here", {"how": ("plain", "odd")}, "numpy")


def test_what_failed_or_was_refused_is_told_in_a_line(bursts: Dataset) -> None:
    records = tuple(
        dataclasses.replace(bursts.trials[0], name=f"record {i}", x=np.r_[float(i), bursts.trials[0].x[1:]])
        for i in range(3)
    )
    data = dataclasses.replace(bursts, trials=records)
    both = compare([data], [refusing({("plain", 1.0), ("plain", 2.0), ("odd", 0.0), ("odd", 1.0), ("odd", 2.0)})])
    assert troubles(both, data) == [
        "picky, documented: refused 2 of 3 records, all missed. record 1: ValueError: <u>plain</u>, not 1; and 1 more",
        "picky, searched: refused 2 of 3 records, all missed. record 1: ValueError: <u>plain</u>, not 1; and 1 more",
        "picky, searched: 1 of 2 settings failed. how odd: record 0: ValueError: <u>odd</u>, not 0",
    ]
    (row, _) = both.to_dict()["rows"]
    assert row["refused"] == [f"record {i}: ValueError: <u>plain</u>, not {i}" for i in (1, 2)]
    assert (row["hits"], row["misses"], row["f1_held_out"]) == (0, 60, 0) and row["error"] == ""
    assert both.to_dataframe()["refused"][0] == "; ".join(row["refused"])
    all_of_it = {(how, float(i)) for how in ("plain", "odd") for i in range(3)}
    none = compare([data], [refusing(all_of_it)])
    assert troubles(none, data) == [
        "picky, documented: failed. record 0: ValueError: <u>plain</u>, not 0",
        "picky, searched: 2 of 2 settings failed. how plain: record 0: ValueError: <u>plain</u>, not 0",
    ]
    for made in (both, none):
        page = html(made)
        for line in troubles(made, data):
            assert str(markupsafe.escape(line)) in page
    assert troubles(compare([data], [refusing(set())]), data) == [] and "troubles" not in re.sub(
        "(?s)<style>.*</style>", "", html(compare([data], [refusing(set())], grid=False))
    )


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("datasets", {"datasets": None}),
        ("datasets", {"datasets": ["plux_bursts"]}),
        ("families", {"families": "all"}),
        ("families", {"families": [unguard.SpasmDetector()]}),
        ("grid", {"grid": "no"}),
        *[("limit_s", {"limit_s": bad}) for bad in (math.nan, math.inf, 0, -1, "60")],
        ("seed", {"seed": 0.5}),
        ("progress", {"progress": 5}),
    ],
)
def test_what_cannot_be_compared_is_refused_by_name(
    bursts: Dataset, families: list[Family], name: str, more: dict[str, Any]
) -> None:
    with pytest.raises(ConfigError, match=f"^{name} is .*: expected"):
        compare(**{"datasets": [bursts], "families": families, **more})


def test_one_set_is_not_several(bursts: Dataset, families: list[Family]) -> None:
    with pytest.raises(ConfigError, match=r"datasets is <Dataset bursts & rest.*: expected data sets"):
        compare(bursts, families)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"families is Family\(.*: expected methods"):
        compare([bursts], families[0])  # type: ignore[arg-type]


def test_a_set_without_truth_is_counted(bursts: Dataset, families: list[Family], tmp_path: Path) -> None:
    unknown = dataclasses.replace(bursts, trials=(dataclasses.replace(bursts.trials[0], truth=None),))
    found = compare([unknown], families[:1])
    assert found.searched[0].best is None and found.searched[0].documented.found > 0
    write_comparison(found, tmp_path)
    assert "counted, not scored" in (tmp_path / "report.html").read_text()


def test_a_folder_that_cannot_be_written_is_refused(made: Comparison, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"out is .*: expected a folder that can be written"):
        write_comparison(made, tmp_path / "file")


def test_errors_by_ratio_count_what_was_missed() -> None:
    def event(ratio: float, error: float | None) -> TrueEvent:
        return TrueEvent("ACTIVITY", None if error is None else "ACTIVITY", onset_ms=error or math.nan, snr_dB=ratio)

    events = (event(11, 30), event(12, -10), event(13, 20), event(1, None), event(2, None), event(3, 5), event(22, 1))
    assert by_ratio(events) == [(2, math.inf), (12, 20)]


def test_the_generators_grid_is_the_same_for_the_same_seed() -> None:
    grid = Grid(
        snr_dB=(10.0, 30.0), shapes=("step", "ramp"), kinds=("gaussian",), emg_over_ecg_dB=(None, 20.0), fs=(1000.0,)
    )
    first, again, other = generated(grid, seed=2), generated(grid, seed=2), generated(grid, seed=3)
    assert len(first.trials) == 16 == len({t.name for t in first.trials})
    assert all(np.array_equal(a.x, b.x) for a, b in zip(first.trials, again.trials, strict=True))
    assert not any(np.array_equal(a.x, b.x) for a, b in zip(first.trials, other.trials, strict=True))
    assert [bool(t.held_out) for t in first.trials[:2]] == [False, True], "one of two is for tuning"
    made = run(OURS[0].at_documented(), first)
    assert not made.error and {e.snr_dB for e in made.whole.events} == {10.0, 30.0}
    assert made.whole.counts.recall > 0.9
    assert (len(made.tuning.events), len(made.held_out.events)) == (8, 8)


def test_the_grids_hold_what_detectors_are_asked_about() -> None:
    def all_of(axis: str) -> set[Any]:
        return {value for grid in GRIDS.values() for value in getattr(grid, axis)}

    assert all_of("shapes") == {"step", "ramp", "trapezoid", "truncated_gaussian"}
    assert all_of("kinds") == {"gaussian", "laplacian", "motor_units"}
    assert all_of("carriers") == {"trunk", "limb"}
    assert all_of("emg_over_ecg_dB") == {None, 10.0, 0.0, -5.0}
    assert (min(all_of("fs")), max(all_of("fs"))) == (500, 4000)
    assert (min(all_of("snr_dB")), max(all_of("snr_dB"))) == (-3, 40)
    made = all_generated(seed=3)
    assert [d.name for d in made] == [*GRIDS, "generator: spasm-like"]
    made = made[:-1]
    seeds = [t.name.rsplit("seed ", 1)[1] for d in made for t in d.trials]
    assert len(seeds) == len(set(seeds)), "no two share their noise"
    for data in made:
        assert 2 * sum(bool(t.held_out) for t in data.trials) == len(data.trials), "one of two is for tuning"


def test_spasm_like_events_have_kinds_and_are_scored_by_them() -> None:
    data, again, other = (spasm_like(seed=seed) for seed in (5, 5, 6))
    assert data.kinds == ("PHASIC BURST", "SPIKE", "TONIC") and len(data.trials) == 8 and data.true_events > 25
    assert all(np.array_equal(a.x, b.x) for a, b in zip(data.trials, again.trials, strict=True))
    assert not any(np.array_equal(a.x, b.x) for a, b in zip(data.trials, other.trials, strict=True))
    tuned = [bool(t.held_out) for t in data.trials]
    assert tuned == [False] * 4 + [True] * 4 and {t.declared for t in data.trials} == {((0, 15_000),)}
    assert all(t.truth and t.truth[0].onset >= t.rest[1] for t in data.trials), "what detectors learn of is rest"
    events = next(f for f in OURS if f.name == "unguard EventDetector")
    made = compare([data], [events, OURS[0]], grid=False)
    named, nameless = (s.documented.whole for s in made.searched)
    assert named.f1 >= 0.95 and all(named.kinds[kind].f1 >= 0.9 for kind in data.kinds)
    page = html(made)
    for kind in data.kinds:
        assert f'<th class="n">F1 {kind}</th>' in page
        assert (of_kind(named, kind), of_kind(nameless, kind)) == (f"{named.kinds[kind].f1:.3f}", "-")
    (table,) = re.findall('(?s)<div class="scroll">.*?</table>', page)
    header, *rows = (len(re.findall("<t[hd]", row)) for row in re.findall("(?s)<tr.*?</tr>", table))
    assert rows == [header] * 2
    # Told of no more than the rest it learns of, it names nothing behind that.
    plain = dataclasses.replace(data, trials=tuple(dataclasses.replace(t, declared=()) for t in data.trials))
    told_less = run(events.at_documented(), plain).whole
    assert set(told_less.kinds) == {"ACTIVITY", *data.kinds} and of_kind(told_less, "SPIKE") == "-"


def test_the_page_shows_how_late_live_detectors_are(made: Comparison, bursts: Dataset) -> None:
    # Truth: by hand. Of four true events three are found, decided 10, 20 and 120 ms behind their onsets.
    true = bursts.trials[0].truth or ()
    found = [
        ScoredEvent(e.onset, e.offset, decided=e.onset + late) for e, late in zip(true, (10, 20, 120), strict=False)
    ]
    live = Family("live", lambda: Detector("live", lambda x, fs, rest: found, causal=True), {}, "here")
    whole = Family(
        "whole", lambda: Detector("whole", lambda x, fs, rest: [(e.onset, e.offset) for e in true]), {}, "here"
    )
    data = dataclasses.replace(bursts, trials=(dataclasses.replace(bursts.trials[0], truth=true[:4]),))
    page = html(compare([data], [live, whole]))
    heads = re.findall(r"<th[^>]*>(.*?)</th>", page)
    at = heads.index('latency, median <span class="unit">[ms]</span>')
    assert heads[at + 1] == 'latency, 95 % <span class="unit">[ms]</span>'
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall('(?s)<tr(?: class="ours")?>.*?</tr>', page)]
    of = {row[0]: row[at : at + 2] for row in cells if len(row) > at}
    assert of == {"live": ["+20", "+110"], "whole": ["-", "-"]}


def test_a_grid_is_searched_on_the_records_for_tuning(families: list[Family]) -> None:
    data = generated(Grid(snr_dB=(10.0,), shapes=("step",), kinds=("gaussian",), fs=(1000.0,), repeats=4))
    (one,) = compare([data], families[:1]).searched
    assert one.best is not None and len(one.best.whole.events) == 4
    assert {len(o.whole.events) for o in one.tried} == {2}


def test_a_grid_that_cannot_be_is_refused_by_the_generator() -> None:
    with pytest.raises(ConfigError, match=r"shape is .*: expected"):
        generated(Grid(shapes=("square",)))


def test_the_present_detector_on_real_recordings(real_data: Path) -> None:
    plux, emggo, gestures = (run(OURS[0].at_documented(), d) for d in annotated(real_data))
    # Two false ones where rest is taken from the quietest gap; none from the longest, in which there is some tone.
    assert plux.whole.counts.hits == 9 and plux.whole.f1 >= 0.9
    assert gestures.whole.counts.hits == 10
    # It hears the heart, which is not taken off before it: every burst is found, among many beats.
    assert emggo.whole.counts.hits == 56 and emggo.whole.f1 < 0.5
