"""Recordings in and out: :func:`read`, :func:`info`, :func:`write_bdf`, :func:`write_edf`, :func:`from_biosigio`."""

from unguard.io.bdf_write import write_bdf, write_edf
from unguard.io.biosigio import from_biosigio
from unguard.io.description import ChannelDescription, Description
from unguard.io.reading import info, read

__all__ = ["ChannelDescription", "Description", "from_biosigio", "info", "read", "write_bdf", "write_edf"]
