"""`unguard response FILTER...`: what a filter or a chain of them does, in numbers and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

import unguard
from unguard.cli.filter_text import filter_of
from unguard.cli.page import page, table
from unguard.cli.refusal import refuses_by_name
from unguard.errors import ConfigError, spelled
from unguard.response_figure import response_figure
from unguard.response_numbers import OFFSET_UV, noise_bandwidth_in_words, settle_time_of, time_in_words
from unguard.whole_file import whole_file

_FORMATS = (".png", ".svg", ".pdf")
#: Where delay and gain are said: the lines of the picture that matter to trunk EMG.
_FREQUENCIES = (0.0, 10.0, 20.0, 30.0, 50.0, 60.0, 100.0, 150.0, 200.0, 300.0, 450.0)


@refuses_by_name
def response(
    filters: Annotated[
        list[str],
        typer.Argument(
            metavar="FILTER...",
            help="One filter or several in a row, as in Python: Bandpass 'Notch(frequency=50)'.",
            show_default=False,
        ),
    ],
    fs: Annotated[float, typer.Option("--fs", help="Sampling rate in hertz.")] = 2000.0,
    out: Annotated[Path, typer.Option("--out", help="The picture to write: .png, .svg or .pdf.")] = Path(
        "response.png"
    ),
) -> None:
    """Show what a linear filter or a chain does: gain, group delay, settle time, noise bandwidth; and draw it."""
    if out.suffix.lower() not in _FORMATS:
        raise ConfigError("out", spelled(out), "a name that ends in " + ", ".join(_FORMATS))
    made = [filter_of(text) for text in filters]
    chain = unguard.Chain(*made)
    title = ", ".join(map(repr, made)) + f" at {fs:g} Hz"
    at = [f for f in _FREQUENCIES if f < fs / 2]
    gains = np.abs(unguard.response(chain, np.array(at), fs=fs))
    delays = 1000 / fs * unguard.group_delay(chain, np.array(at), fs=fs)
    figure = response_figure(chain, fs=fs, title=title)
    try:
        with whole_file(out) as part:
            figure.savefig(part, format=out.suffix[1:].lower(), dpi=150)
    except OSError as error:
        raise ConfigError("out", spelled(out), f"a place that can be written ({error.strerror})") from None
    console = page()
    console.print(title, soft_wrap=True)
    console.print(f"equivalent noise bandwidth  {noise_bandwidth_in_words(chain, fs=fs)}")
    console.print(f"1 mV settles to 1 uV in     {time_in_words(settle_time_of(chain, fs=fs))}")
    console.print(f"300 mV settle to 1 uV in    {time_in_words(settle_time_of(chain, fs=fs, step=OFFSET_UV))}")
    lines = table("frequency [Hz]", "gain", "gain [dB]", "group delay [ms]", numbers=("frequency [Hz]", "gain",
                  "gain [dB]", "group delay [ms]"))  # fmt: skip
    for f, gain, delay in zip(at, gains, delays, strict=True):
        decibels = f"{20 * np.log10(gain) + 0.0:.2f}".replace("-0.00", "0.00") if gain > 0 else "-inf"
        lines.add_row(f"{f:g}", f"{gain:.4g}", decibels, f"{delay:.3f}")
    console.print(lines)
    console.print(f"picture  {spelled(out)}", soft_wrap=True)
