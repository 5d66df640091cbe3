"""The results of an analysis on disk: JSON, tables, and one self-contained page that a clinician can read."""

from unguard.report.folder import write_results
from unguard.report.page import html

__all__ = ["html", "write_results"]
