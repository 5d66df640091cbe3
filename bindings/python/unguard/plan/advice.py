"""What the visits to one item advise for the next: up, stay, or sideways, and why in words. The decision is a person's.

Exposure: up when the threat of the item has fallen by 30 points on two visits, or when what was predicted has failed to
happen twice; pain without harm is no reason to go down: stay; in a flare sideways, to another item of no more threat.
Graded activity: the quota goes by time, never by pain. The numbers are proposals and fields of the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, overload

from unguard.errors import ConfigError
from unguard.plan.exposure import ExposureItem, ExposureRules, ExposureVisit
from unguard.plan.graded_activity import GradedItem, GradedVisit, QuotaRules

Step = Literal["step up", "stay", "step sideways"]


@dataclass(frozen=True)
class Advice:
    """What to do next with one item.

    Attributes
    ----------
    step: "step up", "stay" or "step sideways".
    reason: why, one sentence.
    quota_s: the next quota in seconds; None in an exposure, which has none.
    """

    step: Step
    reason: str
    quota_s: float | None = None


@overload
def next_step(item: ExposureItem, visits: Sequence[ExposureVisit], rules: ExposureRules | None = None) -> Advice: ...
@overload
def next_step(item: GradedItem, visits: Sequence[GradedVisit], rules: QuotaRules | None = None) -> Advice: ...
def next_step(
    item: ExposureItem | GradedItem,
    visits: Sequence[ExposureVisit] | Sequence[GradedVisit],
    rules: ExposureRules | QuotaRules | None = None,
) -> Advice:
    """Return the advice for the next visit to an item.

    Parameters
    ----------
    item: of the ladder, or of graded activity.
    visits: to this item, of its own kind, by date; none before the first.
    rules: of the plan; None takes the proposals.

    Of an exposure the last visit says whether there is a flare or harm, and all visits whether the item is mastered:
    the fall is that of the threat afterwards from the threat when the ladder was made.

    Raises ConfigError for visits of another item or kind, or not by date, and for rules of the other kind.
    """
    if isinstance(item, ExposureItem):
        given = rules if rules is not None else ExposureRules()
        if not isinstance(given, ExposureRules):
            raise ConfigError("rules", type(given).__name__, "ExposureRules: the two modes are kept apart")
        exposures = [visit for visit in visits if isinstance(visit, ExposureVisit)]
        _check(item.id, visits, exposures, "ExposureVisit")
        return _exposure(item, exposures, given)
    if not isinstance(item, GradedItem):
        raise ConfigError("item", type(item).__name__, "an ExposureItem or a GradedItem")
    quotas = rules if rules is not None else QuotaRules()
    if not isinstance(quotas, QuotaRules):
        raise ConfigError("rules", type(quotas).__name__, "QuotaRules: the two modes are kept apart")
    sessions = [visit for visit in visits if isinstance(visit, GradedVisit)]
    _check(item.id, visits, sessions, "GradedVisit")
    return _graded(item, sessions, quotas)


def _check(item: str, given: Sequence[object], visits: Sequence[ExposureVisit | GradedVisit], kind: str) -> None:
    if len(visits) != len(given):
        raise ConfigError("visits", "of another kind", f"{kind} only: the two modes are kept apart")
    for before, visit in zip([None, *visits], visits, strict=False):
        if visit.item != item:
            raise ConfigError("visits", f"one to {visit.item!r}", f"visits to {item!r}")
        if before is not None and visit.date < before.date:
            raise ConfigError("visits", f"{before.date} before {visit.date}", "visits by date")


def _exposure(item: ExposureItem, visits: Sequence[ExposureVisit], rules: ExposureRules) -> Advice:
    if not visits:
        return Advice("stay", "There has been no visit to this item yet.")
    last = visits[-1]
    if last.flare:
        return Advice(
            "step sideways", "The last visit was in a flare: take another item of no more threat, and no rung up."
        )
    if last.harm:
        return Advice("stay", "Harm was reported at the last visit: no rule goes beyond that; talk about it first.")
    fallen = sum(item.threat - visit.threat >= rules.threat_fall for visit in visits)
    if fallen >= rules.visits_of_fall:
        fall = f"fallen by {rules.threat_fall:g} points or more from {item.threat:g}"
        return Advice("step up", f"The threat had {fall} on {_times(fallen, 'visit')}.")
    failed = sum(not visit.came_true for visit in visits)
    if failed >= rules.failed_predictions:
        return Advice("step up", f"What was predicted did not happen on {_times(failed, 'visit')}.")
    if last.actual_pain > 0:
        return Advice("stay", f"There was pain without harm, {_so_far(item, rules, fallen, failed)}.")
    return Advice("stay", f"The item is not mastered yet: {_so_far(item, rules, fallen, failed)}.")


def _so_far(item: ExposureItem, rules: ExposureRules, fallen: int, failed: int) -> str:
    failures = f"what was predicted failed to happen on {failed} of {_times(rules.failed_predictions, 'visit')}"
    if item.threat < rules.threat_fall:
        return f"its threat of {item.threat:g} cannot fall by {rules.threat_fall:g} points, and {failures}"
    return f"the threat fell enough on {fallen} of {_times(rules.visits_of_fall, 'visit')}, and {failures}"


def _graded(item: GradedItem, visits: Sequence[GradedVisit], rules: QuotaRules) -> Advice:
    reached = sum(visit.reached for visit in visits)
    quota = item.quota_s(reached, rules)
    if not visits:
        start = f"{rules.start_percent:g} % of the mean of {len(item.baseline_s)} tries"
        return Advice("stay", f"The first quota is {start}: {quota:.0f} s, by time and not by pain.", quota)
    if not visits[-1].reached:
        return Advice("stay", f"The last quota was not reached: {quota:.0f} s once more, no less and no more.", quota)
    if item.goal_s is not None and quota >= item.goal_s:
        return Advice("stay", f"The quota is at the goal of {item.goal_s:.0f} s.", quota)
    pain = " That it was a day of a flare changes nothing: the quota goes by time." if visits[-1].flare else ""
    return Advice("step up", f"The last quota was reached: {quota:.0f} s next, by time and not by pain.{pain}", quota)


def _times(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
