"""Time-stamped annotation lists of EDF+ and BDF+ (EDF+ 2003, section 2.2.2), whole and by the rules of the C++ reader.

edfio loses a text that holds a line break, and all annotations of a file where one is not UTF-8.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from unguard.io.edf_layout import Layout
from unguard.recording import Annotation

#: onset 0x15 duration 0x14 text 0x14 text 0x14; the list ends before a NUL. Duration and texts may be missing.
_LIST = re.compile(rb"([+-][0-9]+(?:\.[0-9]*)?)(?:\x15([0-9]+(?:\.[0-9]*)?)?)?\x14(?:(.*)\x14)?", re.DOTALL)


@dataclass(frozen=True)
class AnnotationLists:
    """What the signals of annotations hold.

    Attributes
    ----------
    annotations: by onset, counted from the first sample.
    record_onsets: when each data record begins, in seconds; NaN where it does not say. Empty without such a signal.
    """

    annotations: list[Annotation]
    record_onsets: list[float]


def read_annotation_lists(layout: Layout, repairs: list[str], remarks: list[str]) -> AnnotationLists:
    """Read every annotation list of the file.

    What cannot be read as a list is said in `repairs`, a text that is not UTF-8 in `remarks`.
    """
    found: list[tuple[float, float, bytes]] = []
    record_onsets: list[float] = []
    unreadable: list[int] = []
    for record, signals in enumerate(_records(layout)):
        record_onsets.append(math.nan)
        for place, signal in enumerate(signals):
            for number, raw in enumerate(part for part in signal.split(b"\0") if part):
                parsed = _parse(raw)
                if parsed is None:
                    unreadable.append(record)
                    continue
                onset, duration, texts = parsed
                # The first list of a record's first such signal tells when the record begins: its first text is empty.
                if place == number == 0 and texts[:1] in ([], [b""]):
                    record_onsets[-1] = onset
                    texts = texts[1:]
                found += [(onset, duration, text) for text in texts]
    if unreadable:
        repairs.append(
            f"{len(unreadable)} annotation lists cannot be read (first: data record {unreadable[0] + 1}): "
            "they are left out"
        )
    start = record_onsets[0] if record_onsets and math.isfinite(record_onsets[0]) else 0.0
    annotations = []
    not_utf8 = 0
    for onset, duration, raw in found:
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
            not_utf8 += 1
        # Subtracting the start within a second leaves digits that nobody wrote.
        annotations.append(Annotation(round(onset - start, 12), duration, text))
    if not_utf8:
        remarks.append(f"{not_utf8} annotation texts are not UTF-8, as EDF+ has them: they are read as Latin-1")
    annotations.sort(key=lambda a: (a.onset_s, a.duration_s, a.text))
    return AnnotationLists(annotations, record_onsets)


def _records(layout: Layout) -> Iterator[list[bytes]]:
    """Yield the bytes of every signal of annotations, record by record."""
    signals = [i for i, annotation in enumerate(layout.is_annotation) if annotation and layout.samples[i] > 0]
    if not signals:
        return
    ends = list(accumulate(layout.samples[i] * layout.bytes_per_sample for i in signals))
    for _, count, piece in layout.pieces(signals):
        head = len(piece) - count * ends[-1]
        for at in range(head, len(piece), ends[-1]):
            yield [piece[at + start : at + stop] for start, stop in pairwise([0, *ends])]


def _parse(raw: bytes) -> tuple[float, float, list[bytes]] | None:
    """Return onset, duration (0 if not stated) and texts of one list, or None if it is none."""
    match = _LIST.fullmatch(raw)
    if match is None:
        return None
    onset, duration = float(match[1]), float(match[2] or 0)
    if not (math.isfinite(onset) and math.isfinite(duration)):
        return None
    return onset, duration, [] if match[3] is None else match[3].split(b"\x14")
