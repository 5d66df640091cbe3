"""A DOI in the text, `doi:10.1109/TBME.1980.326652`, leads to the paper, on pages and in docstrings alike."""

import re

from docutils import nodes

# A comma, full stop or bracket behind it is the sentence's; brackets within belong to it: 10.1016/0013-4694(86)90163-X.
_DOI = re.compile(r"doi:(10\.\d{4,9}/(?:[^\s,;()]|\([^\s()]*\))*[^\s,;().])")


def link(app, doctree):
    """Turn every DOI outside of literals and links into a link."""
    for text in list(doctree.findall(nodes.Text)):
        if "doi:10." not in text or _within(text):
            continue
        made, end = [], 0
        for doi in _DOI.finditer(text):
            made += [
                nodes.Text(text[end : doi.start()]),
                nodes.reference("", doi[0], refuri=f"https://doi.org/{doi[1]}"),
            ]
            end = doi.end()
        text.parent.replace(text, [*made, nodes.Text(text[end:])])


def _within(text):
    node = text.parent
    while node is not None:
        if isinstance(node, (nodes.literal, nodes.literal_block, nodes.reference, nodes.raw, nodes.math)):
            return True
        node = node.parent
    return False


def setup(app):
    app.connect("doctree-read", link)
    return {"parallel_read_safe": True}
