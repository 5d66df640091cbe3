"""What visits advise. Truth: the rules of docs/plan.md, as a table; quotas by a closed form."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unguard.errors import ConfigError
from unguard.plan import ExposureItem, ExposureRules, ExposureVisit, GradedItem, GradedVisit, QuotaRules, next_step

ITEM = ExposureItem(id="crate", step=1, movement="lift a crate", threat=80)
WALK = GradedItem(id="walk", activity="walk outside", baseline_s=(540, 660, 600))
START = datetime.date(2026, 11, 2)


def _visit(
    threat: float, *, came_true: bool = True, pain: float = 0, harm: bool = False, flare: bool = False, day: int = 0
) -> ExposureVisit:
    return ExposureVisit(
        date=START + datetime.timedelta(days=day), item="crate", prediction="it locks", likelihood=7,
        came_true=came_true, predicted_fear=7, actual_fear=5, predicted_pain=6, actual_pain=pain, threat=threat,
        harm=harm, flare=flare,
    )  # fmt: skip


TABLE = [
    ([], "stay", "There has been no visit"),
    ([_visit(80)], "stay", "The item is not mastered yet: the threat fell enough on 0 of 2 visits"),
    ([_visit(50)], "stay", "The item is not mastered yet: the threat fell enough on 1 of 2 visits"),
    ([_visit(50), _visit(51)], "stay", "The item is not mastered yet: the threat fell enough on 1 of 2 visits"),
    ([_visit(50), _visit(50)], "step up", "The threat had fallen by 30 points or more from 80 on 2 visits."),
    ([_visit(50), _visit(70), _visit(40)], "step up", "The threat had fallen"),
    ([_visit(80, came_true=False)], "stay", "The item is not mastered yet"),
    ([_visit(80, came_true=False)] * 2, "step up", "What was predicted did not happen on 2 visits."),
    ([_visit(80, came_true=False), _visit(80), _visit(80, came_true=False)], "step up", "What was predicted"),
    ([_visit(80, pain=6)], "stay", "There was pain without harm, the threat fell enough on 0 of 2 visits"),
    ([_visit(50, pain=6)] * 2, "step up", "The threat had fallen"),  # pain takes nothing away that was earned
    ([_visit(50), _visit(50, flare=True)], "step sideways", "The last visit was in a flare"),
    ([_visit(50, flare=True), _visit(50)], "step up", "The threat had fallen"),  # the flare is over
    ([_visit(80, flare=True, harm=True)], "step sideways", "The last visit was in a flare"),
    ([_visit(50), _visit(50, harm=True)], "stay", "Harm was reported at the last visit"),
]


@pytest.mark.parametrize(("visits", "step", "reason"), TABLE)
def test_exposure_goes_by_threat_and_prediction(visits: list[ExposureVisit], step: str, reason: str) -> None:
    advice = next_step(ITEM, visits)
    assert advice.step == step
    assert advice.reason.startswith(reason) and advice.reason.endswith(".")
    assert advice.quota_s is None


def test_the_numbers_are_those_of_the_plan() -> None:
    rules = ExposureRules(threat_fall=10, visits_of_fall=1, failed_predictions=3)
    assert next_step(ITEM, [_visit(70)], rules).step == "step up"
    assert next_step(ITEM, [_visit(71)], rules).step == "stay"
    assert next_step(ITEM, [_visit(80, came_true=False)] * 2, rules).step == "stay"
    assert next_step(ITEM, [_visit(80, came_true=False)] * 3, rules).step == "step up"


def test_an_item_of_little_threat_says_that_it_cannot_fall() -> None:
    advice = next_step(ITEM.replace(threat=20), [_visit(0)])
    assert advice.step == "stay" and "its threat of 20 cannot fall by 30 points" in advice.reason


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans(), st.floats(0, 10)), max_size=8), st.integers(0, 10))
def test_more_success_never_advises_less(visits: list[tuple[float, bool, float]], pain: int) -> None:
    """One more visit with a fall and a failed prediction never takes a step up away; pain changes no step."""
    made = [_visit(threat, came_true=true, pain=p) for threat, true, p in visits]
    before = next_step(ITEM, made).step
    assert next_step(ITEM, [v.replace(actual_pain=pain) for v in made]).step == before
    if before == "step up":
        assert next_step(ITEM, [*made, _visit(20, came_true=False)]).step == "step up"
    assert next_step(ITEM, [*made, _visit(20, flare=True)]).step == "step sideways"


def _session(done_s: float, quota_s: float = 420, *, pain: float = 0, flare: bool = False, day: int = 0) -> GradedVisit:
    date = START + datetime.timedelta(days=day)
    return GradedVisit(date=date, item="walk", quota_s=quota_s, done_s=done_s, pain=pain, flare=flare)


def test_the_first_quota_is_a_share_of_the_mean_of_the_tries() -> None:
    advice = next_step(WALK, [])
    assert advice.quota_s == pytest.approx(0.7 * 600, rel=1e-15)
    assert advice.reason == "The first quota is 70 % of the mean of 3 tries: 420 s, by time and not by pain."


@pytest.mark.parametrize("pain", [0, 5, 10])
@pytest.mark.parametrize("flare", [False, True])
def test_a_quota_that_was_reached_grows_whatever_the_pain(pain: float, flare: bool) -> None:
    advice = next_step(WALK, [_session(420, pain=pain, flare=flare), _session(441, 441, pain=pain, flare=flare)])
    assert advice.step == "step up"
    assert advice.quota_s == pytest.approx(420 * 1.05**2, rel=1e-15)
    assert ("flare" in advice.reason) is flare


def test_a_quota_that_was_not_reached_stays() -> None:
    advice = next_step(WALK, [_session(420), _session(430, 441)])
    assert advice.step == "stay" and advice.quota_s == pytest.approx(441)
    assert advice.reason.startswith("The last quota was not reached: 441 s once more")


def test_a_quota_stops_at_its_goal() -> None:
    item = WALK.replace(goal_s=430)
    assert next_step(item, []).quota_s == pytest.approx(420)
    advice = next_step(item, [_session(420)])
    assert (advice.step, advice.quota_s, advice.reason) == ("stay", 430, "The quota is at the goal of 430 s.")


@given(
    st.lists(st.floats(1, 1e5), min_size=3, max_size=4), st.floats(50, 100), st.floats(0.1, 50), st.integers(0, 30)
)  # fmt: skip
def test_quotas_follow_the_closed_form(tries: list[float], start: float, increase: float, reached: int) -> None:
    rules = QuotaRules(start_percent=start, increase_percent=increase)
    item = GradedItem(id="walk", activity="walk", baseline_s=tuple(tries))
    expected = sum(tries) / len(tries) * start / 100 * (1 + increase / 100) ** reached
    assert item.quota_s(reached, rules) == pytest.approx(expected, rel=1e-12)
    assert item.quota_s(reached + 1, rules) > item.quota_s(reached, rules)


def test_the_two_modes_are_kept_apart() -> None:
    with pytest.raises(ConfigError, match=r"^visits is of another kind: expected ExposureVisit only"):
        next_step(ITEM, [_session(420)])  # type: ignore[call-overload]
    with pytest.raises(ConfigError, match=r"^visits is of another kind: expected GradedVisit only"):
        next_step(WALK, [_visit(50)])  # type: ignore[call-overload]
    with pytest.raises(ConfigError, match=r"^rules is QuotaRules: expected ExposureRules"):
        next_step(ITEM, [], QuotaRules())  # type: ignore[call-overload]
    with pytest.raises(ConfigError, match=r"^rules is ExposureRules: expected QuotaRules"):
        next_step(WALK, [], ExposureRules())  # type: ignore[call-overload]
    with pytest.raises(ConfigError, match=r"^item is str: expected an ExposureItem or a GradedItem"):
        next_step("crate", [])  # type: ignore[call-overload]


def test_visits_are_of_the_item_and_by_date() -> None:
    with pytest.raises(ConfigError, match=r"^visits is one to 'crate': expected visits to 'sock'"):
        next_step(ITEM.replace(id="sock"), [_visit(50)])
    with pytest.raises(ConfigError, match=r"^visits is 2026-11-04 before 2026-11-02: expected visits by date"):
        next_step(ITEM, [_visit(50, day=2), _visit(50)])
