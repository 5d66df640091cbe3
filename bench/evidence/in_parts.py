"""A table that takes hours, in sections: each is kept when it is measured, so that a run that was stopped goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor

from bench.evidence.table import Evidence

Section = Callable[[Evidence], None]
Sections = Mapping[str, Section]


def section(table: str, name: str, sections: Sections) -> Evidence:
    """Measure one section, and keep it."""
    e = Evidence(table, section=name)
    sections[name](e)
    e.keep()
    return e


def measure(
    table: str,
    sections: Sections,
    one: Callable[[str], Evidence],
    *,
    alone: Iterable[str] = (),
    before: Callable[[list[str]], None] | None = None,
    only: str | None = None,
) -> Evidence:
    """Measure what is not kept of this commit: some alone, then as many side by side as there are processors.

    one: a function of a module that measures one section, which other processes can find. alone: sections that are
    timed. before: is told what will be measured.
    only: measure this section anew and take all others as they were kept, of whatever commit.
    """
    parts: dict[str, Evidence] = {}
    for name in sections:
        kept = Evidence.kept(table, name, of_any_commit=only is not None) if name != only else None
        if kept is not None:
            parts[name] = kept
            print(f"  kept  {name}, of {kept.rows[0].commit}", flush=True)
    missing = [name for name in sections if name not in parts]
    if only is not None and missing != [only]:
        sys.exit(
            f"only {only} cannot be measured anew: nothing is kept of {', '.join(m for m in missing if m != only)}"
        )
    if before is not None:
        before(missing)
    timed = set(alone)
    for name in missing:
        if name in timed:
            parts[name] = one(name)
    side_by_side = [name for name in missing if name not in timed]
    with ProcessPoolExecutor() as pool:
        parts |= zip(side_by_side, pool.map(one, side_by_side), strict=True)
    e = Evidence(table)
    for name in sections:
        e.take(parts[name])
    return e
