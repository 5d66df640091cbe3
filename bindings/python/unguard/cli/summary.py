"""The summary `unguard analyse` prints: what was done, levels, events, and what to know before trusting them."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from unguard.analysis import Analysis
from unguard.analysis.remarks import why_not
from unguard.analysis.result import ARTEFACT
from unguard.cli.page import bullets, page, table
from unguard.counted import counted
from unguard.errors import spelled
from unguard.report.words import (
    SURE,
    band_words,
    believed,
    confidence,
    event_counts,
    in_short,
    level,
    rest_words,
    seconds,
    sure,
)

#: More rows than fit on a screen are for the table in the folder.
_ROWS = 12


def print_summary(made: Analysis, folder: Path) -> None:
    """Print the analysis for a person; everything in it is in the files of `folder` too."""
    out = page()
    out.print(
        f"{made.source.file or 'recording'}: {seconds(made.duration_s)} at {made.fs:g} Hz, "
        f"{counted(len(made.channels), 'channel')} analysed"
    )
    bullets(out, "Method", [f"Band: {band_words(made.method)}", f"Rest: {rest_words(made)}"])
    out.print()
    _levels(out, made)
    _events(out, made)
    bullets(out, "In short", in_short(made))
    out.print()
    notes = [f"{c.name}: {text}" for c in made.channels for text in c.remarks]
    bullets(out, "What to know before trusting this", [*made.remarks, *made.repairs, *notes])
    bullets(out, "Left out", [f"{c.name}: {c.why}" for c in made.left_out])
    out.print()
    out.print("Training and research tool, not a medical device.")
    out.print(f"Results in {spelled(folder)}: analysis.json, events.csv, envelope.csv, report.html", soft_wrap=True)


def _levels(out: Console, made: Analysis) -> None:
    phases = [p.phase for p in made.channels[0].phases if p.phase != "rest"]
    numbers = ["rest [uV]", "RMS [uV]", "peak [uV]", "active", "believed", *phases]
    shown = table("channel", *numbers, numbers=numbers)
    for c in made.channels:
        by_phase = {p.phase: p.median_uV for p in c.phases}
        share = c.levels.active_share
        active = f"{100 * share:.0f} %" if c.rest is not None and share is not None else "-"
        shown.add_row(
            c.name,
            level(c.levels.rest_uV),
            level(c.levels.rms_uV),
            level(c.levels.peak_envelope_uV),
            active,
            believed(c),
            *(level(by_phase.get(p)) for p in phases),
        )
    out.print(shown)
    bullets(
        out, "Not believed", [f"{c.name}: {why_not(c.belief.reasons, 6)}" for c in made.channels if c.belief.reasons]
    )
    less = [f"{c.name}: {why_not(c.belief.less_sure, 6)}" for c in made.channels if c.belief.less_sure]
    bullets(out, "Believed, but less sure", less)
    if phases:
        out.print("Under the names of phases: the median of the envelope in them, in uV.")
    out.print()


def _events(out: Console, made: Analysis) -> None:
    muscle = [e for e in made.events if e.kind != ARTEFACT]
    less = len(muscle) - len(sure(muscle))
    unsure = f"; {less} of them of less confidence than {SURE:g}" if less else ""
    out.print(f"Events: {event_counts(made.events)}{unsure}")
    if not made.events:
        out.print()
        return
    numbers = ["onset [s]", "offset [s]", "peak [uV]", "confidence"]
    shown = table("kind", "channel", *numbers, "remarks", numbers=numbers)
    for e in made.events[:_ROWS]:
        shown.add_row(
            e.kind,
            e.channel,
            f"{e.onset_s:.2f}",
            f"{e.offset_s:.2f}",
            level(e.peak_uV),
            confidence(e.confidence),
            "; ".join(e.reasons),
        )
    out.print(shown)
    if len(made.events) > _ROWS:
        out.print(f"... and {len(made.events) - _ROWS} more, in events.csv")
    out.print()
