"""report.html: one page, one file, nothing fetched; every text of the recording is escaped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import jinja2
from markupsafe import Markup
from unguard.analysis import Analysis, ChannelAnalysis, DetectedEvent
from unguard.analysis.remarks import percent
from unguard.analysis.result import HUM, RECORD_ENDS
from unguard.report import words
from unguard.report.channel_figure import channel_figure
from unguard.report.colours import MEANING, colour_of, colour_of_kind
from unguard.report.overview_figure import overview
from unguard.report.provenance import provenance

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
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("unguard.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "level": words.level, "percent": percent, "seconds": words.seconds, "confidence": words.confidence,
    }  # fmt: skip
    phases = [p.phase for p in made.channels[0].phases] if made.channels else []
    listed = _listed_events(made)
    return environment.get_template("report.html.j2").render(
        made=made,
        in_short=words.in_short(made),
        notes=_notes(made),
        overview=Markup(overview(made)),
        figures=[Markup(channel_figure(c, made, f"channel-{i}")) for i, c in enumerate(made.channels, 1)],
        described=[_described(c) for c in made.channels],
        phases=[p for p in phases if p != "rest"],
        by_phase=[{p.phase: p.median_uV for p in c.phases} for c in made.channels],
        counts=_counts(made),
        rows=[_row(e, made) for e in listed],
        minutes=made.duration_s >= 600,
        left_over=len(made.events) - len(listed),
        meanings={k: (MEANING[k], colour_of_kind(k)) for k in words.kinds_present(made.events)},
        colour_of=colour_of,
        band=words.band_words(made.method),
        rest=words.rest_words(made),
        provenance=provenance(made),
        annotations=made.annotations[:MOST_ANNOTATIONS],
        more_annotations=max(0, len(made.annotations) - MOST_ANNOTATIONS),
    )


def _notes(made: Analysis) -> list[tuple[str, str]]:
    """Return (whom it concerns, remark); channels that share a remark stand together."""
    found: dict[str, list[str]] = {}
    for channel in made.channels:
        for text in channel.remarks:
            found.setdefault(text, []).append(channel.name)
    notes = [("", text) for text in [*made.remarks, *made.repairs]]
    everyone = len(made.channels)
    for text, names in found.items():
        whom = "All channels" if len(names) == everyone and everyone > 1 else ", ".join(names)
        notes.append((whom, text))
    return notes


def _counts(made: Analysis) -> list[dict[str, object]]:
    """Return one row per channel and kind: how many, how long in sum, the largest peak."""
    rows: list[dict[str, object]] = []
    for channel in made.channels:
        numbers = Counter((e.kind, HUM in e.reasons) for e in channel.events)
        for (kind, hum), count in sorted(numbers.items(), key=lambda n: (n[0][1], n[0][0])):
            events = [e for e in channel.events if e.kind == kind and (HUM in e.reasons) == hum]
            rows.append(
                {
                    "channel": channel.name,
                    "kind": kind,
                    "hum": hum,
                    "count": count,
                    "seconds": sum(e.duration_s for e in events),
                    "peak": max(e.peak_uV for e in events),
                    "colour": colour_of(events[0]),
                }
            )
    return rows


def _listed_events(made: Analysis) -> list[DetectedEvent]:
    """Return the events with the largest area, in order of time."""
    largest = sorted(made.events, key=lambda e: -e.area_uV_s)[:MOST_EVENTS]
    return sorted(largest, key=lambda e: e.id)


def _row(event: DetectedEvent, made: Analysis) -> _Row:
    notes = []
    if event.context not in ("none", "rest"):
        notes.append(f"began in {event.context}" if event.context != "bending" else "began while bending")
    if event.context == "rest":
        notes.append("in declared rest")
    if HUM in event.reasons:
        notes.append("nearly all mains hum, not muscle")
    if RECORD_ENDS in event.reasons:
        notes.append("the recording ends here")
    others = [r for r in event.reasons if r not in (HUM, RECORD_ENDS)]
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
