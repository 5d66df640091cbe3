"""`unguard simulate SCENARIO`: a recording whose truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import unguard
from unguard.cli.refusal import refuses_by_name
from unguard.errors import ConfigError, spelled
from unguard.memory import refuse_longer
from unguard.simulated_recording import BYTES_PER_SAMPLE_WRITTEN, write_simulation

#: The engine's own limit; what does not even fit its integers would not reach its check.
_MOST_SEED = 9_000_000_000_000_000


@refuses_by_name
def simulate(
    scenario: Annotated[
        str,
        typer.Argument(metavar="SCENARIO", help='"rest", "healthy", "guarded" or "contaminated".', show_default=False),
    ],
    out: Annotated[Path, typer.Option("--out", help="The recording to write, ending in .bdf.", show_default=False)],
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds",
            help="Length: at most a week, 604800, and what fits into memory: about 44 minutes at 2000 Hz for every GB "
            "that is free.",
        ),
    ] = 60.0,
    seed: Annotated[int, typer.Option("--seed", help="Chooses the record; the same seed gives the same bytes.")] = 1,
    fs: Annotated[float, typer.Option("--fs", help="Sampling rate in hertz.")] = 2000.0,
) -> None:
    """Simulate a recording of four paraspinal channels and write it as BDF+, with its truth as JSON beside it."""
    if not 0 <= seed <= _MOST_SEED:
        raise ConfigError("seed", str(seed), f"a whole number from 0 to {_MOST_SEED}")
    spec = unguard.scenario(scenario, seconds=seconds, seed=seed, fs=fs)
    refuse_longer("seconds", seconds, fs, BYTES_PER_SAMPLE_WRITTEN)
    made = unguard.simulate(spec)
    truth = write_simulation(out, made)
    typer.echo(f"{scenario}, {seconds:g} s at {fs:g} Hz, seed {seed}: {len(made.truth['events'])} true events")
    typer.echo(f"truth      {spelled(truth)}")
    typer.echo(f"recording  {spelled(out)}")
