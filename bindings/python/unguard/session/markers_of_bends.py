"""Which bend a marker belongs to: what was said, done or thought around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from unguard.recording import Annotation
from unguard.session.measure import CONTEXTS

_CONTEXT = re.compile(rf"^({'|'.join(CONTEXTS)})\s*[:=]\s*(\S.*)$", re.IGNORECASE)
#: s from the end of a bend, or to the beginning of the next: a moment further away is of none. Proposed: half a minute
#: is another thing that the person did.
NEAR_S = 10.0
#: Of a bend, so that a marker with a duration covers it.
LEAST_SHARE = 0.5


def markers_of_bends(
    bends: Sequence[tuple[float, float]], annotations: Iterable[Annotation]
) -> tuple[list[dict[str, str | list[str]]], list[Annotation]]:
    """Return what was marked around each bend, by kind; and the markers that belong to none.

    Parameters
    ----------
    bends: from when to when each lasts, s, in order. annotations: such as "action: lift" or "thought: it will break".

    A marker with a duration belongs to every bend of which it covers half or more. A moment belongs to the bend that it
    falls in; else to the nearer of the one that has just ended and the one that begins, within NEAR_S, and of two as
    near to the one that has ended. It does not hold on. Several of one kind around a bend are a list.
    """
    found: list[dict[str, list[str]]] = [{} for _ in bends]
    alone = []
    for note in annotations:
        matched = _CONTEXT.match(note.text.strip())
        if not matched:
            continue
        of = _bends_of(bends, note)
        for i in of:
            said = found[i].setdefault(matched[1].lower(), [])
            if matched[2].strip() not in said:
                said.append(matched[2].strip())
        if not of:
            alone.append(note)
    return [{k: v[0] if len(v) == 1 else v for k, v in row.items()} for row in found], alone


def _bends_of(bends: Sequence[tuple[float, float]], note: Annotation) -> list[int]:
    first, last = note.onset_s, note.onset_s + note.duration_s
    if note.duration_s > 0:
        covered = [i for i, (a, b) in enumerate(bends) if min(b, last) - max(a, first) >= LEAST_SHARE * (b - a)]
        if covered:
            return covered
    # 0 within a bend; of two alike min takes the first, which is the one that has ended.
    away = [max(a - first, first - b, 0.0) for a, b in bends]
    nearest = min(range(len(bends)), key=away.__getitem__, default=-1)
    return [nearest] if nearest >= 0 and away[nearest] <= NEAR_S else []
