"""What it means for this person: ratios, cohorts, reactivity, load, drivers, progress. `scripts/evidence clinical`."""

from __future__ import annotations

from bench.evidence import in_parts
from bench.evidence.clinical_cohorts import measure as cohorts
from bench.evidence.clinical_contact import measure as contact
from bench.evidence.clinical_drivers import measure as drivers
from bench.evidence.clinical_flexion import by_activity, by_angle, healthy, noise, with_heart, without_trough
from bench.evidence.clinical_measures import measure as measures
from bench.evidence.clinical_progress import measure as progress
from bench.evidence.table import Evidence

SECTIONS = {
    "by angle": by_angle,
    "with a heart": with_heart,
    "by activity": by_activity,
    "silence": healthy,
    "noise": noise,
    "without a trough": without_trough,
    "contact": contact,
    "cohorts": cohorts,
    "measures": measures,
    "drivers": drivers,
    "progress": progress,
}


def section(name: str) -> Evidence:
    """Measure one of SECTIONS, and keep it."""
    return in_parts.section("clinical", name, SECTIONS)


def measure(only: str | None = None) -> Evidence:
    """Measure what is not kept of this commit; only: this section, and all others as they were kept."""
    return in_parts.measure("clinical", SECTIONS, section, only=only)
