"""A comparison on disk: JSON, a table, pictures, and one self-contained page."""

from unguard.benchmark.report.folder import write_comparison
from unguard.benchmark.report.page import html

__all__ = ["html", "write_comparison"]
