"""EMG as BIDS has it: datasets written and validated.

>>> from unguard import bids
>>> bids.write(recording, "study", subject="01", task="bend", placement="SENIAM", reference="Bipolar", power_line=50)
>>> bids.validate("study").errors
"""

from unguard.bids.validate import Issue, Validation, validate
from unguard.bids.write import write

__all__ = ["Issue", "Validation", "validate", "write"]
