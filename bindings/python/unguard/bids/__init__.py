"""EMG as BIDS has it: recordings found and read with their sidecars, datasets written and validated.

>>> from unguard import bids
>>> [bids.read(file) for file in bids.find("study")]
>>> bids.write(recording, "study", subject="01", task="bend", placement="SENIAM", reference="Bipolar", power_line=50)
>>> bids.validate("study").errors
"""

from unguard.bids.find import BidsFile, find
from unguard.bids.read import read
from unguard.bids.validate import Issue, Validation, validate
from unguard.bids.write import write

__all__ = ["BidsFile", "Issue", "Validation", "find", "read", "validate", "write"]
