"""Tables as docutils builds them, for directives that have rows and no markup."""

from docutils import nodes


def words(text):
    """Return a text, what stands in backticks as a literal."""
    made = nodes.inline()
    for i, part in enumerate(text.split("`")):
        made += nodes.literal("", part) if i % 2 else nodes.Text(part)
    return made


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
        paragraph += cell if isinstance(cell, nodes.Node) else words(cell)
        entry += paragraph
        row += entry
    return row
