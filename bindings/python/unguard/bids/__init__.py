"""BIDS datasets of EMG: :func:`find` their recordings, :func:`read` one with its sidecars."""

from unguard.bids.find import BidsFile, find
from unguard.bids.read import read

__all__ = ["BidsFile", "find", "read"]
