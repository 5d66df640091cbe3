"""report.html: one page, one file, nothing fetched; every text of the recording is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from unguard.analysis import Analysis, ChannelAnalysis, DetectedEvent
from unguard.analysis.remarks import percent, why_not
from unguard.analysis.result import ARTEFACT, HEART, HUM, RECORD_ENDS
from unguard.report import words
from unguard.report.budget_figure import budget_figure, shares
from unguard.report.channel_figure import channel_figure
from unguard.report.colours import MEANING, PARTS, PARTS_MEANING, PHASES, colour_of, colour_of_kind
from unguard.report.overview_figure import overview
from unguard.report.provenance import provenance
from unguard.report.templating import template

#: So many events are listed in the page; all of them are in events.csv.
MOST_EVENTS = 100
#: Annotations that are listed in the page.
MOST_ANNOTATIONS = 30


@dataclass(frozen=True)
class _Row:
    event: DetectedEvent
    when: str
    lasts: str
    note: str


def html(made: Analysis) -> str:
    """Return the report of an analysis as one self-contained HTML page."""
    filters: dict[str, Callable[..., object]] = {
        "with_options": _with_options,
        "level": words.level,
        "tiny": words.tiny,
        "percent": percent,
        "seconds": words.seconds,
        "confidence": words.confidence,
        "believed": words.believed,
        "why_not": lambda reasons: why_not(reasons, len(reasons)) or "-",
    }
    phases = [p.phase for p in made.channels[0].phases] if made.channels else []
    listed = _listed_events(made)
    return template("report.html.j2", filters).render(
        made=made,
        in_short=words.in_short(made),
        sure=words.SURE,
        notes=_notes(made),
        overview=Markup(overview(made)),
        budget=Markup(budget_figure(made)),
        parts=_parts(made),
        figures=[Markup(channel_figure(c, made, f"channel-{i}")) for i, c in enumerate(made.channels, 1)],
        described=[_described(c) for c in made.channels],
        phases=[p for p in phases if p != "rest"],
        by_phase=[{p.phase: p.median_uV for p in c.phases} for c in made.channels],
        counts=_counts(made),
        rows=[_row(e, made) for e in listed],
        minutes=made.duration_s >= 600,
        left_over=len(made.events) - len(listed),
        kinds=[(k, colour_of_kind(k)) for k in _kinds(made)],
        spasm_like=any(e.is_spasm_like for e in made.events),
        some_unsure=any("sure" in cell for _, cells, _ in _counts(made) for cell in cells),
        legend=_legend(made),
        reasons=words.reasons_meant(made),
        colour_of=colour_of,
        band=words.band_words(made.method),
        rest=words.rest_words(made),
        provenance=provenance(made),
        annotations=made.annotations[:MOST_ANNOTATIONS],
        more_annotations=max(0, len(made.annotations) - MOST_ANNOTATIONS),
    )


def _with_options(text: str) -> Markup:
    """Return a text with the options of the command set as such, so that they are not broken at a hyphen."""
    pieces = re.split(r"(--[a-z-]+(?: \d+)?)", text)
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else p for i, p in enumerate(pieces))


def _notes(made: Analysis) -> list[tuple[str, str]]:
    """Return (whom it concerns, remark)."""
    notes = [("", text) for text in [*made.remarks, *made.repairs]]
    return notes + [(c.name, text) for c in made.channels for text in c.remarks]


def _counts(made: Analysis) -> list[tuple[str, list[str], float | None]]:
    """Return per channel: name, number and time of each kind (kinds as in the legend), the largest peak."""
    rows = []
    for channel in made.channels:
        cells = [_cell([e for e in channel.events if e.kind == kind]) for kind in _kinds(made)]
        peaks = [e.peak_uV for e in channel.events if e.kind != ARTEFACT]
        rows.append((channel.name, cells, max(peaks, default=None)))
    return rows


def _cell(events: list[DetectedEvent]) -> str:
    if not events:
        return "-"
    certain = len(words.sure(events))
    told = str(len(events))
    if certain < len(events) and events[0].kind != ARTEFACT:
        told += f", {certain} sure"
    return f"{told} ({sum(e.duration_s for e in events):.1f} s)"


def _kinds(made: Analysis) -> list[str]:
    return words.kinds_present(made.events)


def _legend(made: Analysis) -> list[tuple[str, str]]:
    """Return (colour, meaning) of what the overview shows; no colour for what is hatched."""
    there = {what for what, _, _ in words.marked(made)}
    rows = [(colour, what) for what, colour in PHASES.items() if what in there]
    rows += [(colour_of_kind(k), MEANING[k]) for k in _kinds(made)]
    if any(c.trace_bad.any() for c in made.channels):
        rows.append(("", "not believed"))
    return rows


def _parts(made: Analysis) -> list[tuple[str, str]]:
    """Return (colour, meaning) of the parts of the noise budgets that are there."""
    there = {name for c in made.channels if c.budget is not None for name, _ in shares(c.budget)}
    if there:
        there |= {"below", "movement"}
    return [(PARTS[name], meaning) for name, meaning in PARTS_MEANING.items() if name in there]


def _listed_events(made: Analysis) -> list[DetectedEvent]:
    """Return the events with the largest area, in order of time."""
    largest = sorted(made.events, key=lambda e: (e.kind == ARTEFACT, -e.area_uV_s))[:MOST_EVENTS]
    return sorted(largest, key=lambda e: e.id)


def _row(event: DetectedEvent, made: Analysis) -> _Row:
    notes = []
    if event.context not in ("none", "rest"):
        notes.append(f"began in {event.context}" if event.context != "bending" else "began while bending")
    if event.context == "rest" and not event.is_spasm_like:
        notes.append("in declared rest")
    if HUM in event.reasons:
        notes.append("mains hum, in part or whole")
    if HEART in event.reasons:
        notes.append("as regular as a heartbeat")
    if RECORD_ENDS in event.reasons:
        notes.append("the recording ends here")
    others = [r for r in event.reasons if r not in (HUM, HEART, RECORD_ENDS)]
    if others:
        notes.append("disturbed: " + ", ".join(others))
    return _Row(event, words.moment(event.onset_s, made.duration_s), f"{event.duration_s:.2f}", "; ".join(notes))


def _described(channel: ChannelAnalysis) -> str:
    """Return the figure in words, for those who do not see it."""
    found = channel.levels
    if found.rms_uV is None:
        return f"{channel.name}: nothing can be believed."
    text = f"{channel.name}: signal, envelope and spectrum. RMS {words.level(found.rms_uV)} µV"
    if found.rest_uV is not None:
        text += f", rest {words.level(found.rest_uV)} µV"
    return f"{text}. Events: {words.event_counts(channel.events)}."
