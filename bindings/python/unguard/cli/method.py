"""How levels are made: the options of one recording and of a whole dataset, alike."""

from __future__ import annotations

from typing import Annotated

import typer

Band = Annotated[
    tuple[float, float] | None,
    typer.Option(
        "--band",
        metavar="LOW HIGH",
        help="Pass band in hertz. Default: 20 Hz to min(450 Hz, 0.45 fs).",
        show_default=False,
    ),
]
Mains = Annotated[float | None, typer.Option("--mains", help="Take out mains hum of 50 or 60 Hz and its multiples.")]
