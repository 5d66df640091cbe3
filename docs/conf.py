"""The documentation site: `scripts/site` builds it, with every example run and every warning an error."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "unguard"
author = "the unguard authors"
copyright = "the unguard authors, Apache-2.0"
version = release = re.search(r"project\(unguard VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx-mathjax-offline",
    "sphinx_gallery.gen_gallery",
    "breathe",
    "our_docstrings",
    "catalogue_table",
    "fields_table",
    "header_comment",
    "picture",
    "doi_links",
]
exclude_patterns = ["_ext", "_pictures", "auto_examples/**.py", "auto_examples/**.zip", "auto_examples/**.ipynb"]
suppress_warnings = ["myst.header"]  # pages that are read in the repository, too, begin where they please
nitpicky = False

myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "attrs_inline", "colon_fence"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_use_rtype = False

breathe_projects = {"unguard": str(ROOT / "build" / "doxygen" / "xml")}
breathe_default_project = "unguard"
breathe_default_members = ("members", "undoc-members")
primary_domain = "py"

sphinx_gallery_conf = {
    "examples_dirs": [str(ROOT / "examples" / "gallery")],
    "gallery_dirs": ["auto_examples"],
    "filename_pattern": r"\.py$",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_memory": False,
    "write_computation_times": False,
    "show_signature": False,
    "image_scrapers": ("gallery_figures.scraper",),
    "ignore_repr_types": r"matplotlib|ndarray",
    "min_reported_time": 1e9,
    "within_subsection_order": "FileNameSortKey",
}

html_theme = "furo"
html_title = f"unguard {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
toc_object_entries = False  # beside a page stand its headings
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0072B2", "color-brand-content": "#0072B2"},
    "dark_css_variables": {"color-brand-primary": "#56B4E9", "color-brand-content": "#56B4E9"},
}
