"""A diary and the EMG on one clock. Truth: minutes counted by hand, and a slow loop over seconds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from unguard.clinical import align, drivers, hourly, rates_by_context
from unguard.errors import ConfigError

BEGIN = pd.Timestamp("2025-05-05 10:00")


def entries() -> pd.DataFrame:
    """Three entries: sitting, with pain and nothing else later, and lifting for a minute."""
    return pd.DataFrame({
        "onset_s": [0.0, 600.0, 1200.0],
        "duration_s": [np.nan, np.nan, 60.0],
        "action": ["sit", None, ["lift", "twist"]],
        "pain": [2.0, 5.0, np.nan],
    })  # fmt: skip


def test_what_holds_when() -> None:
    """Until the next that says something in that column, no longer than `lasts`, or as long as the entry says."""
    seen = align(pd.DataFrame({"onset_s": [0.0, 599, 600, 1199.9, 1200, 1259.9, 1260, 4199.9, 4200]}), entries())
    lift = ["lift", "twist"]
    assert list(seen["action"]) == ["sit"] * 4 + [lift, lift] + [None] * 3
    np.testing.assert_array_equal(seen["pain"], [2, 2, 5, 5, 5, 5, 5, 5, np.nan])
    np.testing.assert_array_equal(seen["entry"], [0, 0, 1, 1, 2, 2, 1, 1, np.nan])
    short = align(pd.DataFrame({"onset_s": [59.0, 60]}), entries(), lasts=60.0)
    assert list(short["action"]) == ["sit", None]


def test_shares_of_what_lasts() -> None:
    """Words that hold for half of it; of numbers the mean over the time."""
    seen = align(pd.DataFrame({"onset_s": [300.0, 1170.0, 1180.0], "duration_s": [600.0, 60.0, 60.0]}), entries())
    assert list(seen["action"]) == ["sit", ["lift", "sit", "twist"], ["lift", "twist"]]
    np.testing.assert_allclose(seen["pain"], [3.5, 5, 5])


@pytest.mark.parametrize("kinds", ["seconds", "samples", "dates", "dates of events alone"])
def test_every_clock_says_the_same(kinds: str) -> None:
    """Seconds, samples and dates are one clock."""
    at = np.array([0.0, 650.0, 1210.0])
    diary, observations = entries(), pd.DataFrame({"onset_s": at})
    fs = start = None
    if kinds == "samples":
        observations, fs = pd.DataFrame({"sample": (at * 2000).astype(int)}), 2000.0
    if kinds.startswith("dates"):
        observations = pd.DataFrame({"time": BEGIN + pd.to_timedelta(at, unit="s")})
        start = BEGIN
    if kinds == "dates":
        diary = diary.assign(time=BEGIN + pd.to_timedelta(diary["onset_s"], unit="s")).drop(columns="onset_s")
        start = None
    seen = align(observations, diary, fs=fs, start=start, prefix="diary_")
    assert list(seen["diary_action"]) == ["sit", "sit", ["lift", "twist"]]
    np.testing.assert_array_equal(seen["diary_pain"], [2, 5, 5])


def test_the_table_is_kept() -> None:
    """Rows, order, index and columns of the observations stay; True and False are words."""
    observations = pd.DataFrame({"onset_s": [5.0, 1.0], "peak_uV": [1.0, 2.0]}, index=["b", "a"])
    seen = align(observations, pd.DataFrame({"onset_s": [0.0], "flare": [True]}))
    pd.testing.assert_frame_equal(seen[["onset_s", "peak_uV"]], observations)
    assert list(seen["flare"]) == ["True", "True"]
    assert len(align(observations.iloc[:0], entries())) == 0
    assert align(observations, entries().iloc[:0])["action"].isna().all()


def test_rates_of_contexts_by_a_slow_loop() -> None:
    """Events and hours of each context, second by second."""
    rng = np.random.default_rng(3)
    begins = np.sort(rng.choice(5000, 30, replace=False)).astype(float)
    diary = pd.DataFrame({"onset_s": begins, "action": rng.choice(["a", "b"], 30),
                          "duration_s": np.where(rng.random(30) < 0.5, rng.integers(1, 300, 30), np.nan)})  # fmt: skip
    at = rng.integers(0, 2000, 40) + np.where(rng.random(40) < 0.5, 0, 3000)
    found = rates_by_context(
        pd.DataFrame({"onset_s": at}), diary, "action", recorded=[(3000, 5000), (0, 2000)], lasts=200
    )
    every = pd.DataFrame({"onset_s": np.r_[0:2000, 3000:5000]})
    held = align(every, diary, lasts=200)["action"].map(lambda c: c if isinstance(c, list) else [c])
    by_second = dict(zip(every["onset_s"], held, strict=True))
    for r in found.rates:
        word = r.group or None
        assert r.hours == pytest.approx(sum(word in cell for cell in held) / 3600)
        assert r.events == sum(word in by_second[t] for t in at)


def test_from_events_to_drivers() -> None:
    """Events of 60 hours, more of them in those spent driving: found by the hour, and by the context."""
    rng = np.random.default_rng(6)
    hours = BEGIN + pd.to_timedelta(np.arange(60), unit="h")
    action = rng.choice(["desk", "drive", "walk"], 60)
    count = rng.poisson(np.where(action == "drive", 9, 4))
    events = [h + pd.Timedelta(minutes=m) for h, n in zip(hours, count, strict=True) for m in rng.uniform(0, 60, n)]
    diary = pd.DataFrame({"time": hours, "action": action})
    seen = align(hourly(events, [(hours[0], hours[-1] + pd.Timedelta(hours=1))]), diary)
    assert list(seen["action"]) == list(action) and list(seen["events"]) == list(count)
    found = drivers(seen, outcome="per_hour", contexts=["action"], episode="entry").found[0]
    assert (found.context, found.said) == ("drive", "goes with more")
    rates = rates_by_context(pd.DataFrame({"time": events}), diary, "action", recorded=[(0, 60 * 3600)], start=BEGIN)
    by = {r.group: (r.events, r.hours) for r in rates.rates}
    assert by["drive"] == (count[action == "drive"].sum(), pytest.approx((action == "drive").sum()))
    assert by[""] == (0, pytest.approx(0))


@pytest.mark.parametrize(
    ("observations", "diary", "more", "named"),
    [
        ({"peak": [1.0]}, {"onset_s": [0.0]}, {}, "observations"),
        ({"onset_s": [1.0], "sample": [1]}, {"onset_s": [0.0]}, {}, "observations"),
        ({"onset_s": [np.nan]}, {"onset_s": [0.0]}, {}, "observations"),
        ({"onset_s": [1.0]}, {"time": [BEGIN]}, {}, "start"),
        ({"sample": [1]}, {"onset_s": [0.0]}, {}, "fs"),
        ({"sample": [1]}, {"onset_s": [0.0]}, {"fs": 0.0}, "fs"),
        ({"time": [1.0]}, {"onset_s": [0.0]}, {}, "observations"),
        ({"onset_s": [1.0]}, {"time": ["yes"]}, {"start": BEGIN}, "diary"),
        ({"onset_s": [1.0]}, {"time": [BEGIN.tz_localize("UTC")]}, {"start": BEGIN}, "start"),
        ({"onset_s": [1.0], "context": ["rest"]}, {"onset_s": [0.0], "context": ["car"]}, {}, "prefix"),
        ({"onset_s": [1.0]}, {"onset_s": [0.0], "a": ["b"], "duration_s": [-1.0]}, {}, "diary"),
        ({"onset_s": [1.0]}, {"onset_s": [0.0]}, {}, "diary"),
        ({"onset_s": [1.0]}, {"onset_s": [0.0], "a": ["b"]}, {"lasts": 0.0}, "lasts"),
        ({"onset_s": [1.0]}, {"onset_s": [0.0]}, {"least_share": 0.0}, "least_share"),
    ],
)
def test_refuses(
    observations: dict[str, list[object]], diary: dict[str, list[object]], more: dict[str, object], named: str
) -> None:
    """The table or argument that cannot be is named."""
    with pytest.raises(ConfigError) as refused:
        align(pd.DataFrame(observations), pd.DataFrame(diary), **more)  # type: ignore[arg-type]
    assert refused.value.parameter == named
