"""The pictures of bends, as the pages of bends and of sessions show them, with their keys."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from unguard.clinical.bend_analysis import BendAnalysis
from unguard.report.bend_figures import course_figure, loop_figure, ratio_figure
from unguard.report.colours import PHASES
from unguard.report.spike_words import spike_legend

_SHADED = ("bending", "full flexion", "returning")


def bend_pictures(made: BendAnalysis | None) -> dict[str, Any]:
    """Return what `bend_pictures.html.j2` shows; of no bends nothing."""
    if made is None:
        return {"course": "", "loop": "", "ratios": "", "shaded": [], "bends_by_angle": False}
    return {
        "course": Markup(course_figure(made)),
        "loop": Markup(loop_figure(made)),
        "ratios": Markup(ratio_figure(made)),
        "shaded": [*((PHASES[what], what) for what in _SHADED), *spike_legend(made)],
        "bends_by_angle": made.angle is not None,
    }
