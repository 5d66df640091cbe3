"""What it means for this person: flexion-relaxation, drivers, progress."""

from unguard.clinical.drivers import Driver, Drivers, drivers
from unguard.clinical.flexion import RATIOS, Bends, bends, bends_by_activity, bends_by_cues
from unguard.clinical.progress import BlockChange, Forecast, Progress, progress

__all__ = [
    "RATIOS",
    "Bends",
    "BlockChange",
    "Driver",
    "Drivers",
    "Forecast",
    "Progress",
    "bends",
    "bends_by_activity",
    "bends_by_cues",
    "drivers",
    "progress",
]
