"""Templates of the reports: every text that comes from a recording is escaped, and a name that is not there fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import jinja2


def template(name: str, filters: Mapping[str, Callable[..., object]]) -> jinja2.Template:
    """Return a template of the package with its filters."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("unguard.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(filters)
    return environment.get_template(name)
