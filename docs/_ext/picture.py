"""`{picture}`: an example that draws. The code is shown, run where the recordings are, and its last expression drawn.

What it prints stands below the picture, so that figures on a page are those of the code beside them.
"""

import ast
import contextlib
import hashlib
import io
import os
import warnings
from pathlib import Path
from typing import ClassVar

import numpy as np
from docutils import nodes
from docutils.parsers.rst import directives
from matplotlib.backends.backend_agg import FigureCanvasAgg
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "_pictures"
DOTS_PER_INCH = 140


def run(code, name):
    """Return the figure that the code's last expression belongs to, if any, and what was printed."""
    tree = ast.parse(code, name)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    names, printed, before = {}, io.StringIO(), Path.cwd()
    os.chdir(ROOT)
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(compile(tree, name, "exec"), names)
            value = eval(compile(ast.Expression(last.value), name, "eval"), names) if last else None
    finally:
        os.chdir(before)
    return figure_of(value), printed.getvalue()


def figure_of(value):
    """Return the figure of Axes, of several, or the figure itself; None of anything else."""
    first = value.flat[0] if isinstance(value, np.ndarray) and value.size else value
    if isinstance(first, (list, tuple)) and first:
        first = first[0]
    figure = getattr(first, "figure", first)
    return figure if hasattr(figure, "savefig") else None


class Picture(SphinxDirective):
    """Code, picture, printed text."""

    has_content = True
    option_spec: ClassVar = {"alt": directives.unchanged_required}

    def run(self):
        code = "\n".join(self.content)
        where = f"{self.env.docname}, picture"
        try:
            figure, printed = run(code, where)
        except Exception as error:
            raise self.error(f"the picture's code fails: {type(error).__name__}: {error}") from error
        shown = nodes.literal_block(code, code, language="python")
        made = [shown]
        if figure is not None:
            if "alt" not in self.options:
                raise self.error("a picture needs :alt:, what it shows in words")
            PICTURES.mkdir(exist_ok=True)
            # The same code on the same page is the same file.
            name = hashlib.sha256(f"{self.env.docname}\n{code}".encode()).hexdigest()[:16]
            FigureCanvasAgg(figure)
            figure.savefig(PICTURES / f"{name}.png", dpi=DOTS_PER_INCH, facecolor="white", metadata={"Software": None})
            image = nodes.image(uri=f"/_pictures/{name}.png", alt=self.options["alt"])
            caption = nodes.caption("", self.options["alt"])
            made.append(nodes.figure("", image, caption, classes=["picture"]))
        if printed:
            made.append(nodes.literal_block(printed, printed, language="text", classes=["printed"]))
        if figure is None and not printed:
            raise self.error("the picture's code neither ends in Axes nor prints anything")
        return made


def setup(app):
    app.add_directive("picture", Picture)
    # Files are written where other pages' pictures may be, but every name is a page's own.
    return {"parallel_read_safe": True}
