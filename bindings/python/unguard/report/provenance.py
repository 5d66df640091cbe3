"""How the numbers of a report were made: enough to make them again."""

from __future__ import annotations

from unguard.analysis import Analysis
from unguard.analysis.method import ENVELOPE_WINDOW_S
from unguard.report.words import band_words, rest_words

_DETECTOR_FIELDS = ("slow", "fast", "slow_spreads", "fast_spreads", "rise", "margin", "leave", "shortest", "join",
                    "activity_join", "tracking", "cap")  # fmt: skip


def provenance(made: Analysis) -> list[tuple[str, str]]:
    """Return (what, how) for everything that decided the numbers."""
    method, source = made.method, made.source
    channels = ", ".join(f"{c.name} [{c.unit_found or c.unit or 'no unit'}]" for c in made.recorded_channels)
    rows = [
        ("File", source.file or "none: analysed from memory"),
        ("SHA-256 of the file", source.sha256 or "-"),
        ("Recorded", f"{made.samples} samples at {made.fs:g} Hz: {channels}"),
        ("Analysed", ", ".join(c.name for c in made.channels)),
        ("Left out", "; ".join(f"{c.name}: {c.why}" for c in made.left_out) or "nothing"),
        ("Band", band_words(method)),
        ("Mains", _mains(made)),
        (
            "Envelope",
            f"moving RMS of {1000 * ENVELOPE_WINDOW_S:g} ms; drawn and written at {method.fs / method.envelope_step:g} "
            f"Hz with its delay of {1000 * method.envelope_delay_samples / method.fs:.0f} ms taken off",
        ),
        ("Rest", _rest(made)),
        ("Detector", _detector(made)),
        (
            "Delays",
            f"the band-pass delays by {1000 * method.delay_samples / method.fs:.2g} ms at {method.delay_at_hz:.0f} Hz, "
            "taken off onsets and offsets; a detector that listens live can say so only at decided_s in events.csv",
        ),
        ("Not used", str(method.to_dict()["not_usable"])),
        ("Not removed", str(method.to_dict()["not_removed"])),
        ("Mended when read", "; ".join(made.repairs) or "nothing"),
        ("Remarks of the reader", "; ".join(made.reader_remarks) or "none"),
        ("Made", f"{made.made_at}, {', '.join(f'{name} {version}' for name, version in made.versions.items())}"),
    ]
    return rows


def _mains(made: Analysis) -> str:
    notches = made.method.notches
    if not notches:
        return "left in; --mains 50 or --mains 60 takes it out"
    return "notches at " + ", ".join(f"{n.frequency:g}" for n in notches) + " Hz"


def _rest(made: Analysis) -> str:
    for channel in made.channels:
        if channel.rest is not None:
            return f"{rest_words(made)}; {channel.rest.to_dict()['level']['how']}"
    return rest_words(made)


def _detector(made: Analysis) -> str:
    fields = made.method.detector
    told = ", ".join(f"{name} {fields[name]:g}" for name in _DETECTOR_FIELDS if name in fields)
    return f"{fields.get('name', 'SpasmDetector')} ({told}; seconds, microvolts, shares)"
