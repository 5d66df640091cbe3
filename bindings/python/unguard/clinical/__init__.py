"""What it means for this person: when, how often and what drives it, and what changes over sessions.

>>> from unguard import clinical
>>> clinical.drivers(clinical.align(bends, diary), outcome="guarding", contexts=["action", "place"])
>>> clinical.progress(dates, frr, better="higher", log=True, sem=clinical.log_sem(clinical.FRR_SEM_PERCENT))
"""

from unguard.clinical.diary import align
from unguard.clinical.drivers import Driver, Drivers, drivers
from unguard.clinical.drivers_figure import plot_drivers
from unguard.clinical.event_rates import Rate, Rates, hourly, rate, rates_by_context, rates_by_hour
from unguard.clinical.goal_forecast import Forecast
from unguard.clinical.important_change import IMPORTANT_CHANGES, ImportantChange, important_change
from unguard.clinical.progress import Progress, progress
from unguard.clinical.progress_figure import plot_progress
from unguard.clinical.rates_figure import plot_rates
from unguard.clinical.reference_values import ReferenceValue, reference_values
from unguard.clinical.reliability import (
    FRR_SEM_PERCENT,
    FRR_SEM_WITHIN_PERCENT,
    Reliability,
    log_sem,
    mdc,
    reliability,
    reliable_change,
    within_person_sem,
)
from unguard.clinical.session_change import Tau, baseline_corrected_tau
from unguard.clinical.session_verdict import BlockChange, Verdict, verdict

__all__ = [
    "FRR_SEM_PERCENT",
    "FRR_SEM_WITHIN_PERCENT",
    "IMPORTANT_CHANGES",
    "BlockChange",
    "Driver",
    "Drivers",
    "Forecast",
    "ImportantChange",
    "Progress",
    "Rate",
    "Rates",
    "ReferenceValue",
    "Reliability",
    "Tau",
    "Verdict",
    "align",
    "baseline_corrected_tau",
    "drivers",
    "hourly",
    "important_change",
    "log_sem",
    "mdc",
    "plot_drivers",
    "plot_progress",
    "plot_rates",
    "progress",
    "rate",
    "rates_by_context",
    "rates_by_hour",
    "reference_values",
    "reliability",
    "reliable_change",
    "verdict",
    "within_person_sem",
]
