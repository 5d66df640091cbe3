"""`{catalogue} STATION [KIND...]`: what unguard.list() says of a station, as a table; names lead to their pages."""

import unguard
from algorithm_pages import page_of
from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective
from tables import table


class CatalogueTable(SphinxDirective):
    """One row a spec or function: name, kind, meaning, source."""

    required_arguments = 1
    optional_arguments = 9

    def run(self):
        station, *kinds = self.arguments
        entries = [e for e in unguard.list(station=station) if not kinds or e.kind in kinds]
        if not entries:
            raise self.error(f"unguard.list() has nothing of {' '.join(self.arguments)}")
        rows = [(self._name(e.name), e.kind, e.meaning, e.source) for e in entries]
        return [table(("name", "kind", "what it is", "source"), rows, (22, 10, 40, 28), ["catalogue"])]

    def _name(self, name):
        shown = nodes.literal("", name)
        page = page_of().get(name)
        if page:
            where = {"refdomain": "std", "reftype": "doc", "reftarget": f"/{page}", "refexplicit": True}
        else:
            where = {"refdomain": "py", "reftype": "obj", "reftarget": f"unguard.{name}", "refexplicit": True}
        return addnodes.pending_xref("", shown, refdoc=self.env.docname, refwarn=False, **where)


def setup(app):
    app.add_directive("catalogue", CatalogueTable)
    return {"parallel_read_safe": True}
