"""`unguard response`: what it prints, the picture it writes, and what is no filter."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard
from matplotlib.figure import Figure
from PIL import Image
from unguard.cli.filter_text import filter_names, filter_of

FS = 2000.0


def test_says_in_numbers_what_the_python_functions_say(run: Callable[..., Any], tmp_path: Path) -> None:
    chain = unguard.Chain(unguard.Bandpass(), unguard.Notch(frequency=50))
    ran = run("response", "Bandpass", "Notch(frequency=50)")
    assert ran.code == 0
    width = float(re.search(r"equivalent noise bandwidth +([\d.]+) Hz", ran.out)[1])
    assert width == pytest.approx(unguard.noise_bandwidth(chain, fs=FS), rel=1e-3)
    settled = float(re.search(r"300 mV settle to 1 uV in +([\d.]+) ms", ran.out)[1])
    assert settled == pytest.approx(1000 * unguard.settle_time(chain, fs=FS), rel=1e-3)
    settled = float(re.search(r"1 mV settles to 1 uV in +([\d.]+) ms", ran.out)[1])
    assert settled == pytest.approx(1000 * unguard.settle_time(chain, fs=FS, step=1000), rel=1e-3)
    row = next(line for line in ran.out.splitlines() if re.match(r"\W*100\W", line))
    gain, decibels, delay = (float(v) for v in re.findall(r"-?[\d.]+", row)[1:])
    expected = abs(unguard.response(chain, [100], fs=FS)[0])
    assert gain == pytest.approx(expected, rel=1e-3)
    assert decibels == pytest.approx(20 * np.log10(expected), abs=6e-3)
    assert delay == pytest.approx(1000 / FS * unguard.group_delay(chain, [100], fs=FS)[0], abs=6e-4)
    assert "picture  response.png" in ran.out
    with Image.open(tmp_path / "response.png") as picture:
        assert min(picture.size) > 800


def test_says_what_is_unknown_and_draws_the_rest(run: Callable[..., Any], tmp_path: Path) -> None:
    ran = run("response", "Highpass(cutoff=0.001)")
    assert ran.code == 0 and (tmp_path / "response.png").exists()
    lines = [
        line for line in ran.out.splitlines() if line.endswith("unknown: remembers for longer than can be followed")
    ]
    assert [line.split("  ")[0] for line in lines] == [
        "equivalent noise bandwidth",
        "1 mV settles to 1 uV in",
        "300 mV settle to 1 uV in",
    ]


def test_long_times_are_in_seconds(run: Callable[..., Any]) -> None:
    assert re.search(r"1 mV settles to 1 uV in +60 s\n", run("response", "Delay(duration=60)").out)


NOT_LINEAR = (
    "AdaptiveRms",
    "Arv",
    "BayesianEnvelope",
    "EcgSubtraction",
    "ExponentialEnvelope",
    "LineCanceller",
    "LinearEnvelope",
    "MovingMedian",
    "Rectify",
)
NOT_LINEAR += ("Rms", "Tkeo", "TkeoEnvelope", "TwoPole")


@pytest.mark.parametrize("name", filter_names())
def test_every_filter_is_shown_or_refused_by_name(run: Callable[..., Any], tmp_path: Path, name: str) -> None:
    ran = run("response", name, "--out", "a.svg")
    if name in NOT_LINEAR:
        refusal = "unguard: stages is "
    elif name == "WhitenedRms":
        refusal = "unguard: whitening is none"
    elif name in ("Fir", "Sos", "TransferFunction", "Whitening"):  # there is no such filter without its numbers
        refusal = {
            "Fir": "unguard: taps is 0",
            "Sos": "unguard: rows is 0",
            "Whitening": "unguard: coefficients is 0",
        }.get(name, "unguard: b is 0")
    else:
        refusal = ""
    assert (ran.code == 0) == (tmp_path / "a.svg").exists() == (refusal == "")
    assert ran.err.startswith(refusal), ran.err


@pytest.mark.parametrize("extension", ["png", "svg", "pdf"])
@pytest.mark.parametrize("fs", [250, 2000, 10000])
def test_draws_every_format_at_every_rate(run: Callable[..., Any], tmp_path: Path, extension: str, fs: int) -> None:
    assert run("response", "Lowpass(cutoff=100)", "--fs", fs, "--out", f"a.{extension}").code == 0
    start = (tmp_path / f"a.{extension}").read_bytes()[:5]
    assert start == {"png": b"\x89PNG\r", "svg": b"<?xml", "pdf": b"%PDF-"}[extension]


def test_of_a_picture_that_cannot_be_drawn_to_its_end_the_old_one_stays(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.svg").write_text("old")

    def full(_: Figure, out: Path, **__: Any) -> None:
        Path(out).write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Figure, "savefig", full)
    ran = run("response", "Bandpass", "--out", "a.svg")
    assert ran.code == 2 and "--out is a.svg: expected a place that can be written (No space left" in ran.err
    assert (tmp_path / "a.svg").read_text() == "old" and list(tmp_path.iterdir()) == [tmp_path / "a.svg"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["Bandpas"], "filter is 'Bandpas': expected a filter such as Bandpass"),
        (["Chain"], "filter is 'Chain': expected a filter such as Bandpass"),
        (["RestCalibrator"], "filter is 'RestCalibrator': expected a filter such as Bandpass"),
        (["__import__('os').system('true')"], "filter is \"__import__('os').system('true')\": expected a filter"),
        (["Bandpass(low=open('x'))"], "low is open('x'): expected a number, a list of them or a word"),
        (["Bandpass(20)"], "filter is 'Bandpass(20)': expected a filter such as Bandpass"),
        (["Bandpass(**{})"], "filter is 'Bandpass(**{})': expected a filter such as Bandpass"),
        (["Bandpass("], "filter is 'Bandpass(': expected a filter such as Bandpass"),
        ([""], "filter is '': expected a filter such as Bandpass"),
        (["Bandpass(colour=1)"], "filter is 'Bandpass(colour=1)': expected fields of Bandpass: "),
        (["Bandpass(low='x')"], "low is 'x': expected"),
        (["Bandpass(low=20, low=30)"], "low is given twice in 'Bandpass(low=20, low=30)': expected every field once"),
        (["Lowpass(cutoff=1000)"], "cutoff is 1000 Hz: expected"),
        (["Bandpass", "--fs", "0"], "--fs is 0 Hz: expected a sampling rate above 0 Hz"),
        (["Bandpass", "--out", "a.txt"], "--out is a.txt: expected a name that ends in .png, .svg, .pdf"),
        (["Bandpass", "--out", "no/where.png"], "--out is no/where.png: expected a place that can be written"),
    ],
)
def test_refuses_by_name(run: Callable[..., Any], tmp_path: Path, arguments: list[str], sentence: str) -> None:
    ran = run("response", *arguments)
    assert ran.code == 2 and ran.err.startswith("unguard: " + sentence), ran.err
    assert ran.err.count("\n") == 1 and list(tmp_path.iterdir()) == []


def test_a_filter_as_text_is_the_filter() -> None:
    # Truth: how every filter shows itself.
    for made in (
        unguard.Bandpass(low=30, order=2),
        unguard.Notch(frequency=60, width=2),
        unguard.Sos(rows=[[1, 0, 0, 1, 0, 0]]),
    ):
        assert filter_of(repr(made)) == made
