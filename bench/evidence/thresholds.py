"""False alarms an hour against "h SD": by statistic and by noise. `scripts/evidence thresholds`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import unguard
from scipy import stats
from scipy.ndimage import uniform_filter1d

from bench.evidence.onset_trials import BAND_TEXT, FS, SEEDS, Array, alarms, heard, noise
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
#: A whitened detector, on noise that its model was not made of: so many rests, each with hours of its own.
WHITENED = unguard.Aglr(threshold=10.0)
CALIBRATIONS, HOURS_EACH, TOLD_HOURS = 16, 1.0, 100.0
#: Of its model, of so many seconds of rest: the one `calibrate_noise` makes, and two that know the band's edges better.
REST_S, ORDERS = 20.0, (unguard.NoiseCalibrator().order, 32, 64)
#: That the page claims, by the 95 % limits: by noise, at each order; and over what is told, at the highest.
WHITENED_BY_NOISE, OVER_TOLD = 3.0, 2.0


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


def rest_of(colour: str, seconds: float, seed: int) -> Array:
    """Return a rest of this colour in the band."""
    made = unguard.simulate_onset(unguard.OnsetTrial(seed=seed, rate=FS, noise_colour=colour, baseline=seconds + 1))
    return heard(made.data)[int(FS) : made.onset]


def noise_of(colour: str) -> Any:
    """Return the model of 30 s of noise of this colour, as one would calibrate it."""
    return unguard.calibrate_noise(rest_of(colour, 30.0, SEEDS + 90_004), fs=FS, band=BAND_TEXT)


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
    """Yield (h, count) from low to high, until none is left over all of the hours; first there may be none, either."""
    any_yet = False
    for h in HEIGHTS:
        found = counted(statistic.at(h), model)
        yield h, found
        if any_yet and found.alarms == 0:
            return
        any_yet |= found.alarms > 0


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
    whitened(e)


@dataclass(frozen=True)
class Calibrated:
    """Alarms an hour over all calibrations, the limits of 95 % for other calibrations, and the SD between them."""

    per_hour: float
    low: float
    high: float
    spread: float


def whitened_alarms(colour: str, order: int) -> Calibrated:
    """Count the alarms of WHITENED on the generator's noise, a channel a calibration, each told its own rest."""
    seeds = [SEEDS + 90_100 + 10 * k for k in range(CALIBRATIONS)]
    rests = np.column_stack([rest_of(colour, REST_S, seed) for seed in seeds])
    model = unguard.calibrate_noise(rests, fs=FS, band=BAND_TEXT, spec=unguard.NoiseCalibrator(order=order))
    streams = [noise("trunk", seed + 1, HOURS_EACH, noise_colour=colour) for seed in seeds]
    opened = np.zeros(CALIBRATIONS)

    def count(report: Any) -> None:
        opened[report.channel] += 1

    found = alarms(WHITENED.replace(noise=model), map(np.column_stack, zip(*streams, strict=True)), opens=count)
    # How far calibrations differ, chance included, is more than chance alone.
    spread = float(np.std(opened, ddof=1)) / HOURS_EACH
    per_hour = found.alarms / found.hours
    reach = float(stats.t.ppf(0.975, CALIBRATIONS - 1)) * spread / CALIBRATIONS**0.5
    return Calibrated(per_hour, per_hour - reach, per_hour + reach, spread)


def whitened(e: Evidence) -> None:
    """Hold what the page says of whitened detectors: colour matters little, the order of the model much."""
    # On its own noise a model whitens perfectly, whatever its colour.
    told = unguard.count_false_alarms(WHITENED, noise_of("white"), hours=TOLD_HOURS, seed=SEEDS)
    for order in ORDERS:
        by_colour = {colour: whitened_alarms(colour, order) for colour in COLOURS}
        # Where as good as none were counted, nothing is known of how many times as many others are.
        pairs = itertools.permutations(by_colour.values(), 2)
        by_noise = max(a.high / b.low if b.low > 0 else np.inf for a, b in pairs)
        over = [found.per_hour / told.per_hour for found in by_colour.values()]
        most_over = max(found.high for found in by_colour.values()) / told.lowest_per_hour
        what = f"Aglr at h = {WHITENED.threshold:g}, whitened by a model of order {order} of {REST_S:g} s"
        e.add(f"{what}: by noise", f"<= {WHITENED_BY_NOISE:g} times",
              ", ".join(f"{colour} {f.per_hour:.3g} +- {f.spread:.2g}" for colour, f in by_colour.items())
              + " an hour",
              f"of the generator; {CALIBRATIONS} calibrations and the SD between them, {HOURS_EACH:g} h each; by the "
              f"95 % limits at most {by_noise:.2f} times", by_noise <= WHITENED_BY_NOISE)  # fmt: skip
        barred = order == ORDERS[-1]
        e.add(f"{what}: over what the model tells", f"<= {OVER_TOLD:g} times" if barred else "-",
              f"{min(over):.2f} to {max(over):.2f} times",
              f"told {told.per_hour:.3g} an hour by the model's own noise; by the 95 % limits at most {most_over:.2f} "
              "times", most_over <= OVER_TOLD if barred else None)  # fmt: skip


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
