"""The 38 numbers of section 10 of the methods survey, ours beside the published. `scripts/evidence validity`."""

from __future__ import annotations

from collections.abc import Iterable

from bench.evidence import (
    in_parts,
    validity_bends,
    validity_bonato,
    validity_envelopes,
    validity_filters,
    validity_heart,
    validity_live,
    validity_load,
    validity_onsets,
)
from bench.evidence.table import Evidence, Row
from bench.evidence.validity_claim import Claim

CLAIMS: dict[str, tuple[Claim, ...]] = {
    "filters": validity_filters.CLAIMS,
    "envelopes": validity_envelopes.CLAIMS,
    "Bonato": validity_bonato.CLAIMS,
    "onsets": validity_onsets.CLAIMS,
    "heart": validity_heart.CLAIMS,
    "bends": validity_bends.CLAIMS,
    "live": validity_live.CLAIMS,
    "load": validity_load.CLAIMS,
}


def add_all(e: Evidence, claims: Iterable[Claim]) -> None:
    """Measure rows, one after the other."""
    for claim in claims:
        claim.add_to(e)


def _measured(name: str) -> in_parts.Section:
    return lambda e: add_all(e, CLAIMS[name])


SECTIONS = {name: _measured(name) for name in CLAIMS}


def number(row: Row) -> int:
    """Return the number of a row of the survey."""
    return int(row.quantity.partition(":")[0])


def section(name: str) -> Evidence:
    """Measure one of SECTIONS, and keep it."""
    return in_parts.section("validity", name, SECTIONS)


def measure(only: str | None = None) -> Evidence:
    """Measure what is not kept of this commit, one section at a time; only: this section, all others as kept."""
    e = in_parts.measure("validity", SECTIONS, section, alone=SECTIONS, only=only)
    e.rows.sort(key=number)
    return e
