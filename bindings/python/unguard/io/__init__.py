"""Recordings in and out: :func:`read`, :func:`info`, :func:`write_bdf`, :func:`write_edf`."""

from unguard.io.bdf_write import write_bdf, write_edf
from unguard.io.description import ChannelDescription, Description
from unguard.io.reading import info, read

__all__ = ["ChannelDescription", "Description", "info", "read", "write_bdf", "write_edf"]
