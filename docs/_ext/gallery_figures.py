"""The picture of a gallery's block: what its last expression draws, as `{picture}` has it on the pages."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from picture import DOTS_PER_INCH, figure_of
from sphinx_gallery.scrapers import figure_rst


def scraper(block, block_vars, gallery_conf):
    """Save the figure of the last expression; one that an earlier block has shown is not shown again."""
    shown = block_vars["example_globals"].setdefault("_shown_in_gallery", [])
    figure = figure_of(block_vars["example_globals"].get("___"))
    if figure is None or any(figure is one for one in shown):
        return ""
    shown.append(figure)
    path = next(block_vars["image_path_iterator"])
    FigureCanvasAgg(figure)
    figure.savefig(path, dpi=DOTS_PER_INCH, facecolor="white", metadata={"Software": None})
    return figure_rst([path], gallery_conf["src_dir"])
