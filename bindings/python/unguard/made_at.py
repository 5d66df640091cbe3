"""When something was made, for what is written about it: now, or, for the same bytes again, SOURCE_DATE_EPOCH."""

from __future__ import annotations

import datetime
import os


def made_at() -> str:
    """Return the time in UTC, ISO 8601, to the second."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    when = (
        datetime.datetime.fromtimestamp(int(fixed), datetime.timezone.utc)
        if fixed.isdigit()
        else datetime.datetime.now(datetime.timezone.utc)
    )
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
