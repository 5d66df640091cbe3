"""report.html: one page, one file, nothing fetched."""

from __future__ import annotations

import jinja2
from markupsafe import Markup

from unguard.benchmark.comparison import SEARCHED, Comparison
from unguard.benchmark.peers import NOT_RUN
from unguard.benchmark.report import words
from unguard.benchmark.report.delay_figure import delay_figure
from unguard.benchmark.report.error_figure import error_figure
from unguard.benchmark.report.f1_figure import f1_figure
from unguard.report.drawing import style, svg


def html(made: Comparison) -> str:
    """Return the report of a comparison as one self-contained HTML page."""
    templates = [jinja2.PackageLoader("unguard.benchmark.report", "templates"),
                 jinja2.PackageLoader("unguard.report", "templates")]  # fmt: skip
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        share=words.share,
        ms=words.milliseconds,
        edge=words.edge,
        rate=words.rate,
        of_kind=words.of_kind,
        settings=words.settings,
    )
    scored = any(d.true_events for d in made.datasets)
    with style():
        drawn = [(f1_figure, "f1"), (delay_figure, "delay"), (error_figure, "error")] if scored else []
        figures = {name: Markup(svg(draw(made), name)) for draw, name in drawn}
    rows = list(made.rows())
    return environment.get_template("benchmark.html.j2").render(
        made=made,
        in_short=words.in_short(made),
        figures=figures,
        edges=any(d.true_events and d.edges for d in made.datasets),
        tables=[(d, [r for r in rows if r.outcome.dataset == d.name], words.troubles(made, d)) for d in made.datasets],
        not_run={**NOT_RUN, **made.missing},
        searched=SEARCHED,
        documented=[(s.family.name, s.family.origin) for s in made.of(made.datasets[0].name)] if made.datasets else [],
    )
