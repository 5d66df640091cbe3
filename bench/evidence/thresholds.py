"""False alarms an hour against "h SD": by statistic and by noise. `scripts/evidence thresholds`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import unguard
from scipy.ndimage import uniform_filter1d

from bench.evidence.onset_trials import BAND_TEXT, FS, SEEDS, heard
from bench.evidence.table import Evidence
from bench.evidence.thresholds_picture import draw

#: Noise of the same level in the same band.
COLOURS = ("white", "limb", "trunk")
#: SD above the mean at rest.
HEIGHTS = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
#: So many alarms are enough to say how many there are; fewer are counted over all of the hours.
ENOUGH, HOURS = 100, 4.0
#: What is compared is counted longer.
COMPARED_HOURS = 30.0
#: That the page claims, of the lower 95 % limits: how far "3 SD" of one detector differ on white noise, by what the SD
#: is of; and of one statistic, by noise.
BY_STATISTIC, BY_NOISE = 200.0, 20.0
#: Of the noise that the ratio of two SDs is measured on, s.
RATIO_S = 300.0


@dataclass(frozen=True)
class Statistic:
    """What is compared with the mean at rest + h SD.

    Attributes
    ----------
    name: what the SD is of, in words.
    at: the detector at h SD of it, on this noise.
    """

    name: str
    at: Any


def noise_of(colour: str) -> Any:
    """Return the model of 30 s of noise of this colour, as one would calibrate it."""
    made = unguard.simulate_onset(unguard.OnsetTrial(seed=SEEDS + 90_004, rate=FS, noise_colour=colour, baseline=31))
    return unguard.calibrate_noise(heard(made.data)[int(FS) : made.onset], fs=FS, band=BAND_TEXT)


def spread_of_the_mean(model: Any) -> float:
    """Return the SD of the window's mean over that of the samples it is the mean of, of HodgesBui's signal."""
    spec = unguard.HodgesBui()
    x = np.abs(unguard.model_noise(model, seconds=RATIO_S, seed=SEEDS))
    smooth = unguard.Chain(unguard.Lowpass(cutoff=spec.lowpass, order=2))(x, fs=FS)[int(FS) :]
    return float(np.std(uniform_filter1d(smooth, round(spec.window * FS))) / np.std(smooth))


def statistics(model: Any) -> list[Statistic]:
    """Return what is compared; the second is the first by another name of h."""
    ratio = spread_of_the_mean(model)
    return [
        Statistic("Hodges-Bui: SD of the samples", lambda h: unguard.HodgesBui(spreads=h)),
        Statistic("Hodges-Bui: SD of the window's mean", lambda h: unguard.HodgesBui(spreads=ratio * h)),
        Statistic("Lidierth: SD of the moving average", lambda h: unguard.Lidierth(spreads=h)),
        Statistic("TKEO: SD of the low-passed energy", lambda h: unguard.TkeoOnset(spreads=h)),
        Statistic("Merlo: SD of the largest wavelet", lambda h: unguard.MerloWavelet(spreads=h)),
    ]


def counted(spec: Any, model: Any, most_hours: float = HOURS) -> Any:
    """Count until there are ENOUGH alarms, or over all of the hours."""
    hours = 0.05
    while True:
        found = unguard.count_false_alarms(spec, model, hours=hours, seed=SEEDS)
        if found.alarms >= ENOUGH or hours >= most_hours:
            return found
        # Twice what the rate so far asks for: one more round is nearly always the last.
        hours = min(most_hours, 2 * hours * ENOUGH / max(found.alarms, 1))


def course(statistic: Statistic, model: Any) -> Iterator[tuple[float, Any]]:
    """Yield (h, count) from low to high, until none is left over all of the hours."""
    for h in HEIGHTS:
        found = counted(statistic.at(h), model)
        yield h, found
        if found.alarms == 0:
            return


def said(found: Any) -> str:
    """Return a rate in words, to three digits; of none its upper limit."""
    if not found.alarms:
        return f"0 (<= {found.highest_per_hour:.2g})"
    return str(np.format_float_positional(found.per_hour, precision=3, fractional=False, trim="-"))


def compared(e: Evidence) -> None:
    """Hold the page's claims: the same h of one detector, by what the SD is of, by noise, and of a whitened one."""
    at_3: dict[str, list[Any]] = {}
    for colour in COLOURS:
        model = noise_of(colour)
        at_3[colour] = [counted(s.at(3.0), model, COMPARED_HOURS) for s in statistics(model)[:2]]
        samples, mean = at_3[colour]
        least = mean.lowest_per_hour / samples.highest_per_hour
        e.add(f"{colour} noise: Hodges-Bui at 3 SD of the window's mean over 3 SD of the samples",
              f">= {BY_STATISTIC:g} times" if colour == "white" else "-",
              f"{mean.per_hour:.4g} / {said(samples)} an hour = {mean.per_hour / samples.per_hour:.3g}",
              f"ratio of the two SDs {spread_of_the_mean(model):.2f}; by the 95 % limits at least {least:.3g} times",
              least >= BY_STATISTIC if colour == "white" else None)  # fmt: skip
    white, trunk = at_3["white"][0], at_3["trunk"][0]
    least = trunk.lowest_per_hour / white.highest_per_hour
    e.add("Hodges-Bui at 3 SD of the samples: trunk-coloured over white noise", f">= {BY_NOISE:g} times",
          f"{said(trunk)} / {said(white)} an hour = {trunk.per_hour / white.per_hour:.3g}",
          f"by the 95 % limits at least {least:.3g} times", least >= BY_NOISE)  # fmt: skip
    whitened = {c: counted(unguard.Aglr(threshold=10.0), noise_of(c)) for c in COLOURS}
    e.add("Aglr at h = 10, whitened by the model of each noise, by noise", "the same",
          ", ".join(f"{colour} {said(found)}" for colour, found in whitened.items()), f"an hour, {HOURS:g} h",
          len({found.alarms for found in whitened.values()}) == 1)  # fmt: skip


def measure() -> Evidence:
    """Count, colour by colour and statistic by statistic; draw."""
    e = Evidence("thresholds")
    compared(e)
    courses: dict[tuple[str, str], dict[float, Any]] = {}
    for colour in COLOURS:
        model = noise_of(colour)
        for statistic in statistics(model):
            courses[colour, statistic.name] = found = dict(course(statistic, model))
            e.add(f"{colour} noise, {statistic.name}", "-", "; ".join(f"h {h:g}: {said(c)}" for h, c in found.items()),
                  f"false alarms an hour, up to {HOURS:g} h")  # fmt: skip
    draw(courses, e.picture("alarms", "False alarms an hour against h, of five statistics on three kinds of noise"))
    return e
