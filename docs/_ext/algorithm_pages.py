"""Which page of docs/algorithms tells of a spec or function: read off the directives of the pages themselves."""

import functools
import re
from pathlib import Path

DOCS = Path(__file__).parents[1]
_TELLS = re.compile(r"^(?:```\{fields\} (?P<specs>.+)|\.\. auto(?:class|function):: unguard\.(?P<name>[\w.]+))$", re.M)


@functools.cache
def page_of():
    """Return {name of spec or function: page as Sphinx names it}; the first page that tells of it."""
    pages = {}
    for page in sorted((DOCS / "algorithms").glob("*.md")):
        for told in _TELLS.finditer(page.read_text(encoding="utf-8")):
            for name in (told["specs"] or told["name"]).split():
                pages.setdefault(name, f"algorithms/{page.stem}")
    return pages
