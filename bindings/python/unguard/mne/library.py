"""MNE itself, when it is used, and the one number between its volts and our microvolts."""

from __future__ import annotations

from typing import Any

from unguard.extras import module

#: Microvolts are divided by it, and volts multiplied: both are rounded once, so that there and back is one unit in the
#: last place at most.
MICROVOLTS_PER_VOLT = 1e6
#: How a stretch of values that are held is called in MNE, which leaves out what begins with "BAD_".
HELD = "BAD_held"
#: How MNE calls samples that its own file lacks, and fills with zeros.
SKIPPED = ("BAD_ACQ_SKIP",)


def mne() -> Any:
    """Return MNE; raise MissingExtra where it is not installed."""
    return module("mne", "mne", "mne")
