"""What a plan may say and yet deserves a second look. Nothing of it is refused."""

from __future__ import annotations

from collections.abc import Iterator

from unguard.plan.plan import Plan
from unguard.plan.tasks import ReactivityTask

_START_PERCENT = (70.0, 80.0)
_INCREASE_PERCENT = (5.0, 10.0)


def remarks(plan: Plan) -> tuple[str, ...]:
    """Return what is worth a second look, a sentence each, with the field it is about."""
    return (*_sites(plan), *_reactivity(plan), *_lines(plan), *_ladder(plan), *_quotas(plan))


def _sites(plan: Plan) -> Iterator[str]:
    for i, muscle in enumerate(plan.montage.muscles):
        if muscle.measured is None:
            yield (
                f"montage.muscles[{i}] is where a recommendation says: measure the site of {muscle.channel} on this "
                "person, for fingers and backs differ and every session needs the same site."
            )


def _reactivity(plan: Plan) -> Iterator[str]:
    if any(muscle.role == "control" for muscle in plan.montage.muscles):
        return
    for i, task in enumerate(plan.tasks):
        if isinstance(task, ReactivityTask):
            yield (
                f"tasks[{i}] is a test of reactivity, and no muscle of the montage is a control: whether a rise is of "
                "the target alone cannot be told."
            )


def _lines(plan: Plan) -> Iterator[str]:
    used = plan.processing
    for i, threshold in enumerate(plan.thresholds):
        stored = threshold.valid_for
        if stored is None:
            continue
        if (stored.band, stored.detector, stored.window_s) != (used.level_band, used.detector, used.window_s):
            yield (
                f"thresholds[{i}].level_uV is of {stored.detector} over {stored.window_s:g} s in {stored.band}; levels "
                f"are {used.detector} over {used.window_s:g} s in {used.level_band}, and the two do not compare."
            )
    for i, reference in enumerate(plan.references):
        if reference.effort == "maximal":
            yield f"references[{i}] asks for a maximal effort, which fear and pain can spoil."


def _ladder(plan: Plan) -> Iterator[str]:
    if plan.exposure is None:
        return
    items, fall = plan.exposure.items, plan.exposure.rules.threat_fall
    for i, item in enumerate(items):
        if i and item.threat < items[i - 1].threat:
            yield (
                f"exposure.items[{i}].threat is {item.threat:g}, less than the {items[i - 1].threat:g} of the rung "
                "below: a ladder goes from the least threatening up."
            )
        if item.threat < fall:
            yield (
                f"exposure.items[{i}].threat is {item.threat:g} and cannot fall by {fall:g}: only what was predicted "
                "and does not happen leads beyond it."
            )


def _quotas(plan: Plan) -> Iterator[str]:
    if plan.graded_activity is None:
        return
    rules = plan.graded_activity.rules
    for field, (low, high) in (("start_percent", _START_PERCENT), ("increase_percent", _INCREASE_PERCENT)):
        value = getattr(rules, field)
        if not low <= value <= high:
            yield f"graded_activity.rules.{field} is {value:g}: usual are {low:g} to {high:g}."
