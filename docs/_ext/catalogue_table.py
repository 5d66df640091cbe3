"""`{catalogue} STATION`: what unguard.list() says of a station, as a table."""

import unguard
from docutils import nodes
from docutils.parsers.rst import Directive


class CatalogueTable(Directive):
    """One row a spec or function: name, kind, meaning, source."""

    required_arguments = 1

    def run(self):
        entries = unguard.list(station=self.arguments[0])
        table = nodes.table(classes=["catalogue"])
        group = nodes.tgroup(cols=4)
        table += group
        for width in (22, 10, 40, 28):
            group += nodes.colspec(colwidth=width)
        head, body = nodes.thead(), nodes.tbody()
        head += self._row("name", "kind", "what it is", "source")
        for e in entries:
            body += self._row(nodes.literal("", e.name), e.kind, e.meaning, e.source)
        group += [head, body]
        return [table]

    @staticmethod
    def _row(*cells):
        row = nodes.row()
        for cell in cells:
            entry = nodes.entry()
            paragraph = nodes.paragraph()
            paragraph += cell if isinstance(cell, nodes.Node) else nodes.Text(cell)
            entry += paragraph
            row += entry
        return row


def setup(app):
    app.add_directive("catalogue", CatalogueTable)
    return {"parallel_read_safe": True}
