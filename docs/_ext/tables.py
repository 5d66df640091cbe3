"""Tables as docutils builds them, for directives that have rows and no markup."""

from docutils import nodes


def table(head, rows, widths, classes=()):
    """Return a table; cells are text or nodes."""
    made = nodes.table(classes=list(classes))
    group = nodes.tgroup(cols=len(widths))
    made += group
    for width in widths:
        group += nodes.colspec(colwidth=width)
    top, body = nodes.thead(), nodes.tbody()
    top += _row(head)
    for cells in rows:
        body += _row(cells)
    group += [top, body]
    return made


def _row(cells):
    row = nodes.row()
    for cell in cells:
        entry, paragraph = nodes.entry(), nodes.paragraph()
        paragraph += cell if isinstance(cell, nodes.Node) else nodes.Text(cell)
        entry += paragraph
        row += entry
    return row
