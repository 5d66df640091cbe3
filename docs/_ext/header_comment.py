"""`{header} envelope/rms.hpp`: where a header lies, and its first comment: what it is, its source and its cost."""

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from tables import words

HEADERS = Path(__file__).parents[2] / "include" / "unguard"


def first_comment(path):
    """Return the first comment of a header, its lines joined."""
    lines = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.startswith("// "):
            if "SPDX" not in line:
                lines.append(line[3:])
        elif lines:
            break
    return " ".join(lines)


class HeaderComment(SphinxDirective):
    """The path as written in #include, and the comment."""

    required_arguments = 1
    optional_arguments = 9

    def run(self):
        made = []
        for name in self.arguments:
            path = HEADERS / name
            if not path.is_file():
                raise self.error(f"include/unguard/{name} is no header")
            self.env.note_dependency(str(path))
            comment = first_comment(path)
            if not comment:
                raise self.error(f"include/unguard/{name} begins without a comment")
            box = nodes.container(classes=["header-comment"])
            include = nodes.paragraph()
            include += nodes.literal("", f"#include <unguard/{name}>")
            text = nodes.paragraph()
            text += words(comment)
            box += [include, text]
            made.append(box)
        return made


def setup(app):
    app.add_directive("header", HeaderComment)
    return {"parallel_read_safe": True}
