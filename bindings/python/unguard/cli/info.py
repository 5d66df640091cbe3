"""`unguard info FILE`: what is in a recording."""

from __future__ import annotations

from unguard import io
from unguard.cli.page import bullets, page, table
from unguard.cli.reading import File
from unguard.cli.refusal import as_options, refuses_by_name
from unguard.cli.statements import Device, Reader
from unguard.counted import counted
from unguard.errors import spelled


@refuses_by_name
def info(file: File, device: Device = None, reader: Reader = None) -> None:
    """Say what is in a recording: format, channels, rates, units, length, annotations."""
    found = io.info(file, device=device, reader=reader)
    out = page()
    length = "length unknown, as no rate is stated" if found.duration_s is None else f"{found.duration_s:g} s"
    out.print(f"{spelled(found.path.name)}: {found.format}, {length}, {counted(len(found.channels), 'channel')}")
    if len(found.devices) > 1 and device is None:
        out.print(f"Devices, to be read one at a time by --device: {', '.join(found.devices)}")
    channels = table("channel", "kind", "unit", "rate", "samples")
    for c in found.channels:
        rate = "not stated" if c.fs is None else f"{c.fs:g} Hz"
        unit = "not stated" if c.unit is None else c.unit or "none"
        channels.add_row(c.name, c.kind, unit, rate, str(c.samples))
    out.print(channels)
    out.print(f"Annotations: {found.annotations}")
    bullets(out, "Cannot be read", [f"{c.name}: {c.defect}" for c in found.channels if c.defect])
    bullets(out, "Mended", found.repairs)
    bullets(out, "Remarks", [as_options(text) for text in found.remarks])
