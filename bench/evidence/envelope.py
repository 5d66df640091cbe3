"""Envelopes: as steady as theory allows, whitened, by Bayes' rule, on a real muscle with its force, and their cost."""

from __future__ import annotations

import math
import os
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import unguard
from matplotlib.figure import Figure
from numpy.typing import NDArray
from unguard import features
from unguard.report.colours import BEFORE, INK
from unguard.report.drawing import style

from bench.evidence import bayesian, latency, tests_said
from bench.evidence.emg_model import PRESETS, density
from bench.evidence.table import ROOT, Evidence

TESTS = "bindings/python/tests/envelope"
FS = 2000.0
Floats = NDArray[np.float64]


# What the C++ tests say.


def rms_snr(e: Evidence) -> None:
    """SNR of the moving RMS against 2 sqrt(B_s T), and how it grows with T."""
    passed, said = tests_said.cpp("envelope", "Rms.IsAsSteady*")
    rows = re.findall(
        r"\] (trunk|limb), (\d+) Hz, B_s \S+ Hz, T +(\d+) ms: SNR (\S+), theory \S+, ratio ([\d.]+), (\d+) windows",
        said,
    )
    of_rate: dict[tuple[str, str], list[tuple[float, float, float]]] = defaultdict(list)
    for preset, rate, ms, snr, ratio, _ in rows:
        of_rate[preset, rate].append((float(ms), float(snr), float(ratio)))
    windows = min((int(r[5]) for r in rows), default=0)
    complete = passed and len(of_rate) == 8 and len(rows) == 40 and windows >= 20_000
    for preset in PRESETS:
        worst, where = 0.0, ""
        for (of, rate), some in of_rate.items():
            for ms, _, ratio in some if of == preset else ():
                if abs(ratio - 1) >= abs(worst):
                    worst, where = ratio - 1, f"{ms:g} ms at {rate} Hz"
        e.add(
            f"SNR of RMS, {preset}, T = 100 to 500 ms at 500, 1000, 2000, 4000 Hz",
            "within 5 %",
            f"worst {100 * worst:+.1f} % ({where})",
            f"2 sqrt(B_s T), B_s after the filters; {windows:,} windows or more each, none overlapping",
            complete and abs(worst) <= 0.05,
        )
    slopes = {k: np.polyfit(*np.log(np.array(v)[:, :2]).T, 1)[0] for k, v in of_rate.items()}
    e.add(
        "slope of log SNR on log T, both presets and all rates",
        "0.50 +- 0.03",
        f"{min(slopes.values()):.3f} to {max(slopes.values()):.3f}",
        "sqrt(T); St-Amant 1998: 16.2 +- 5.4 at 500 ms is what people give",
        complete and all(abs(s - 0.5) <= 0.03 for s in slopes.values()),
    )


def smoothers(e: Evidence) -> None:
    """Every smoother against its closed form, and channels pooled."""
    passed, said = tests_said.cpp("envelope", "Smoothers.*:Smoothing.*:Presets.*")
    errors = tests_said.numbers(said, r"off by ([\d.]+) %")
    e.add(
        "smoothers: ENBW, T, delay, t90, overshoot",
        "within 1 %",
        f"worst {max(errors):.2f} % of {len(errors)} numbers",
        "closed forms and the table of methods 2.3",
        passed and len(errors) >= 60 and max(errors) <= 1,
    )
    passed, said = tests_said.cpp("envelope", "PooledLevel.*")
    gain = tests_said.number(said, r"pooled, 4 channels: .*gain (\S+)")
    e.add("four channels pooled: SNR", "print", f"x{gain:.3f}", "x2", None if passed else False)


def whitening(e: Evidence) -> None:
    """How much steadier whitening makes a level."""
    passed, said = tests_said.cpp("envelope", "WhitenedRms.*")
    found = re.findall(r"whitening (\w+) at 20 dB: .*?gain (\S+), theory (\S+), share (\S+);", said)
    if {f[0] for f in found} != set(PRESETS):
        e.add("whitening", "both presets", "not measured", "", False)
    for preset, gain, theory, share in found:
        e.add(
            f"fixed whitening, {preset} at 20 dB: gain in SNR",
            ">= 90 % of theory",
            f"x{gain}, {100 * float(share):.0f} % of x{theory}",
            "root of the ratio of the bandwidths; learnt from 10 s; beyond it, for it makes noise louder",
            passed and float(share) >= 0.9,
        )
    adaptive = re.findall(
        r"adaptive (\w+) at (\d+) dB: SNR \S+, plain \S+, gain (\S+), best possible (\S+); reads (\S+) uV of (\S+);",
        said,
    )
    for preset in PRESETS:
        some = [a for a in adaptive if a[0] == preset]
        at_0 = [float(a[2]) for a in some if a[1] == "0"]
        e.add(
            f"adaptive whitening, {preset} at 0 dB: SNR of that of the plain RMS",
            ">= 0.98",
            " ".join(f"{g:.3f}" for g in at_0),
            "RMS, the noise subtracted in power",
            passed and len(at_0) == 1 and at_0[0] >= 0.98,
        )
        e.add(
            f"the same at {', '.join(a[1] for a in some)} dB",
            "print",
            ", ".join(f"x{a[2]}" for a in some),
            f"at best {', '.join(f'x{a[3]}' for a in some)} (Wiener)",
        )


def adaptive(e: Evidence) -> None:
    """The adaptive window against the best fixed one."""
    passed, said = tests_said.cpp("envelope", "AdaptiveRms.*")
    found = re.findall(r"\] (.*?): adaptive (\S+) uV, best fixed (\S+) uV \((\d+) ms\), ratio (\S+)", said)
    for target, ours, best, ms, ratio in found:
        e.add(
            f"AdaptiveRms, {target}: RMS error",
            "print",
            f"{ours} uV, x{ratio}",
            f"{best} uV, the best of ten fixed windows with hindsight, {ms} ms",
            None if passed else False,
        )


# Simulated EMG.


def carrier(preset: str, seconds: float, channels: int, seed: int, fs: float = FS) -> Floats:
    """Return Gaussian EMG of unit RMS before any filter, (samples, channels)."""
    n = round(seconds * fs)
    shape = np.sqrt(density(np.fft.rfftfreq(n, 1 / fs), *PRESETS[preset]))
    shape *= math.sqrt(n / 2) / np.linalg.norm(shape)
    random = np.random.default_rng(seed)
    found = np.empty((n, channels))
    for c in range(channels):
        found[:, c] = np.fft.irfft(np.fft.rfft(random.standard_normal(n)) * shape, n)
    return found


def bandwidth(preset: str, filters: unguard.Bandpass) -> float:
    """Return the statistical bandwidth behind the filter, Hz."""
    f = np.arange(0.05, FS / 2, 0.1)
    p = density(f, *PRESETS[preset]) * np.abs(unguard.response(filters, f, fs=FS)) ** 2
    return float(p.sum() ** 2 / (p @ p) * 0.1)


SETTLING = round(2 * FS)


def snr_of(y: Floats) -> float:
    """Return mean over standard deviation, all channels in one, once settled."""
    y = y[SETTLING:]
    return float(y.mean() / y.std())


def white(e: Evidence) -> None:
    """Mean over root mean square of a whole record, and levels over 100 independent values."""
    fs, n = 1000.0, 1_000_000
    random = np.random.default_rng(20240)
    for name, x, nominal, accuracy in (
        ("white Gaussian noise", random.normal(0, 20, n), math.sqrt(2 / math.pi), "10^6 values"),
        ("white Laplacian noise, unfiltered", random.laplace(0, 20, n), math.sqrt(0.5), "10^6 values"),
        *(
            (
                f"{preset} EMG behind 20-450 Hz",
                20 * unguard.Bandpass()(carrier(preset, 1500, 1, 20241)[:, 0], fs=FS)[SETTLING:],
                math.sqrt(2 / math.pi),
                "1,500 s at 2 kHz",
            )
            for preset in PRESETS
        ),
    ):
        whole = len(x) / fs
        ratio = float(unguard.Arv(window=whole)(x, fs=fs)[-1] / unguard.Rms(window=whole)(x, fs=fs)[-1])
        e.add(
            f"ARV / RMS over a whole record, {name}",
            f"{nominal:.4f} +- 0.002",
            f"{ratio:.4f}",
            f"closed form; {accuracy}",
            abs(ratio - nominal) <= 0.002,
        )
    for name, draw, expected in (
        ("Gaussian", random.standard_normal, {"Rms": 14.1, "Arv": 13.2}),
        ("Laplacian", lambda size: random.laplace(0, 1, size), {"Rms": 9.0, "Arv": 10.0}),
    ):
        x = 20 * draw((4_000_000, 5))
        found = {}
        for kind in expected:
            y = getattr(unguard, kind)(window=0.1)(x, fs=fs)[99::100]
            found[kind] = float(y.mean() / y.std())
        e.add(
            f"SNR over 100 white {name} values: RMS, ARV",
            " / ".join(f"{v:.1f}" for v in expected.values()) + " within 2 %",
            " / ".join(f"{v:.2f}" for v in found.values()),
            "closed forms; 200,000 windows",
            all(abs(found[k] / v - 1) <= 0.02 for k, v in expected.items()),
        )


# What the envelopes of others make of the same.


@dataclass(frozen=True)
class Peer:
    """An envelope of another package, of zero phase: it needs what comes after."""

    of: Callable[[Floats], Floats]
    weights: Floats

    @property
    def window_s(self) -> float:
        """The boxcar that is as smooth."""
        return float(self.weights.sum() ** 2 / np.sum(self.weights**2)) / FS

    @property
    def ahead_s(self) -> float:
        """How much of what comes after holds all but 1 % of its weights: as late is it, live."""
        share = np.cumsum(np.abs(self.weights))
        return float(len(share) // 2 - np.searchsorted(share, 0.01 * share[-1])) / FS


def peers() -> dict[str, Peer]:
    """Return the envelopes of NeuroKit2 and BioSPPy as their own pipelines make them.

    NeuroKit2 smooths the magnitude of the Teager-Kaiser energy, a power; BioSPPy the |x| that it finds onsets in.
    """
    import biosppy.signals.tools as biosppy
    import neurokit2

    impulse = np.zeros(8001)
    impulse[4000] = 1

    def neurokit(x: Floats) -> Floats:
        return np.asarray(neurokit2.emg_amplitude(neurokit2.emg_clean(x, sampling_rate=2000), sampling_rate=2000))

    def smooth(x: Floats) -> Floats:
        return np.asarray(biosppy.smoother(signal=x, kernel="boxzen", size=round(0.05 * FS), mirror=True)[0])

    def bio(x: Floats) -> Floats:
        high = {"ftype": "butter", "band": "highpass", "order": 4, "frequency": 100}
        return smooth(np.abs(biosppy.filter_signal(signal=x, sampling_rate=FS, **high)[0]))

    lowpass = {"sampling_rate": 2000, "lowcut": None, "highcut": 8, "method": "butterworth", "order": 2}
    return {
        "NeuroKit2": Peer(neurokit, np.asarray(neurokit2.signal_filter(impulse, **lowpass))),
        "BioSPPy": Peer(bio, smooth(impulse)),
    }


PEER_SECONDS = 300


def beside_peers(e: Evidence, others: dict[str, Peer]) -> dict[tuple[str, str], float]:
    """Add how steady the envelopes of others are on the same EMG; return their SNR by preset and package."""
    found = {}
    for preset in PRESETS:
        x = 20 * carrier(preset, PEER_SECONDS, 1, 31)[:, 0]
        for name, peer in others.items():
            y = peer.of(x)[:-SETTLING]
            found[preset, name] = snr_of(y)
            rms = unguard.Rms(window=peer.window_s)
            late = unguard.smoothing(rms, fs=FS)["delay_s"]
            ours = [snr_of(rms(unguard.Bandpass(low=low)(x, fs=FS), fs=FS)) for low in (100, 20)]
            e.add(
                f"{name}, steady {preset} EMG: SNR, as smooth as a boxcar of",
                "print",
                f"{found[preset, name]:.2f}, {1e3 * peer.window_s:.0f} ms; looks {1e3 * peer.ahead_s:.0f} ms ahead",
                f"our Rms of as much, {1e3 * late:.0f} ms late: {ours[0]:.2f} behind a high-pass of 100 Hz as there, "
                f"{ours[1]:.2f} behind 20-450 Hz",
            )
    return found


def real(e: Evidence, others: dict[str, Peer]) -> None:
    """The envelope of a real muscle and the force it makes."""
    test = tests_said.module(f"{TESTS}/test_force.py")  # whose record and alignment it takes
    passed, _, count = tests_said.python(f"{TESTS}/test_force.py")
    e.add("envelopes follow the force of a real muscle", "as stated", f"{count} tests", "the load cell", passed)
    folder = Path(os.environ.get("UNGUARD_REAL_DATA", ROOT / "../shared/data"))
    ahead = ", ".join(f"{n} looks {1e3 * p.ahead_s:.0f} ms ahead" for n, p in others.items())
    for muscle, (emg, force) in test.holds(folder).items():
        x = test.cleaned(emg)
        theirs = {name: test.correlation(peer.of(emg), 0, force) for name, peer in others.items()}
        y = unguard.BayesianEnvelope(bandwidth=test.BANDWIDTH_HZ)(x, fs=FS)
        late = test.lag(y, test.centred_mean(x))
        r = test.correlation(y, late, force)
        against = ", ".join(f"{n} {v:.3f}" for n, v in theirs.items())
        # Where neither of the others has to do with the force, there is nothing to compare.
        counts = max(theirs.values()) > 0.2
        e.add(
            f"elderly_emg_force/ID_24, hold of {muscle}: correlation of BayesianEnvelope and force, "
            f"shifted by its {1e3 * late / FS:.0f} ms",
            ">= both" if counts else "print",
            f"{r:.3f}; {test.correlation(y, 0, force):.3f} as it comes",
            against + (f", of zero phase ({ahead})" if counts else "; neither follows the force of this hold"),
            r >= max(theirs.values()) if counts else None,
        )
        linear = {
            "Arv of 75 ms behind a high-pass of 100 Hz, as theirs": (unguard.Arv(window=0.075), 100.0),
            "of 75 ms behind 20-450 Hz": (unguard.Arv(window=0.075), 20.0),
            **{name: (spec, 20.0) for name, spec in unguard.ENVELOPES.items()},
        }
        said = []
        for name, (spec, low) in linear.items():
            delay = round(unguard.smoothing(spec, fs=FS)["delay_s"] * FS)
            said.append(f"{name} {test.correlation(spec(test.cleaned(emg, low), fs=FS), delay, force):.3f}")
        e.add(
            f"{muscle}: the same of linear envelopes",
            "print",
            ", ".join(said),
            f"{against}; each shifted by its own delay",
        )


# Cost.


def cost(e: Evidence) -> None:
    """The time of a frame of 16 channels."""
    latency.build()
    clock = latency.cpp_clock()
    for name, called in latency.ENVELOPES.items():
        most = {"moving_median": 8, "bayesian": 20}.get(name, 1)
        found = latency.envelope(name)
        e.add(
            f"one frame of 16 channels, {called}",
            f"p50 <= {most} us",
            f"p50 {latency.duration(found.at('p50'))}, p99.9 {latency.duration(found.at('p99.9'))}",
            f"the clock alone {latency.duration(clock.at('p50'))}, {latency.duration(clock.at('p99.9'))}",
            found.at("p50") <= 1000 * most,
        )


# The picture.

WINDOWS = (0.05, 0.075, 0.1, 0.125, 0.175, 0.25, 0.35, 0.5)
#: By what a curve is called: how an envelope of a window is made, and its colour and mark.
CURVES: dict[str, tuple[Callable[[float], Any], str, str]] = {
    "RMS": (lambda t: unguard.Rms(window=t), "#0072B2", "o"),
    "ARV": (lambda t: unguard.Arv(window=t), "#56B4E9", "s"),
    "two equal poles, power": (lambda t: unguard.TwoPole(window=t, detection="power"), "#009E73", "^"),
    "one pole, power": (lambda t: unguard.ExponentialEnvelope(time_constant=t / 2), "#8a8a8a", "v"),
    "Butterworth 2 of |x|": (lambda t: unguard.LinearEnvelope(window=t), "#CC79A7", "D"),
    "Bessel 2 of |x|": (lambda t: unguard.LinearEnvelope(kind="bessel", window=t), "#7a1f1f", "x"),
    "Butterworth 4 of |x|": (lambda t: unguard.LinearEnvelope(order=4, window=t), "#AA4499", "P"),
    "TKEO": (lambda t: unguard.TkeoEnvelope(window=t), "#E69F00", "<"),
    "moving median": (lambda t: unguard.MovingMedian(window=t), "#6b6b6b", ">"),
}
#: Of what has no delay that is the same at any time.
JUMPING = "#D55E00"
SIMULATED_SECONDS, SIMULATED_CHANNELS = 100, 8


def autoregression(x: Floats, order: int = 6) -> list[float]:
    """Return a model's coefficients by Burg's method from all of a stretch."""
    whole = len(x) / FS
    return [float(v) for v in features.ar(x, fs=FS, window=whole, step=whole, order=order).ravel()]


def halfway_and_t90(spec: Any, preset: str) -> tuple[float, float, float]:
    """Return the median times, s, to half a step of x8 (up and down together), to 90 % up and to 90 % down."""
    held, cycles = round(1.5 * FS), 12
    x = carrier(preset, 3 * cycles + 3, 16, 52)
    effort = np.full(len(x), 10.0)
    starts = 2 * held + held * np.arange(2 * cycles)
    for start in starts[::2]:
        effort[start : start + held] = 80
    y = np.asarray(spec(unguard.Bandpass()(x * effort[:, None], fs=FS), fs=FS))
    quiet = np.mean([y[s - held // 3 : s].mean() for s in starts[::2]])
    way = 7 * quiet
    half, t90 = [], ([], [])
    for i, start in enumerate(starts):
        course = y[start : start + held] - quiet
        course = course if i % 2 == 0 else way - course
        half += list(np.argmax(course >= 0.5 * way, axis=0))
        t90[i % 2].extend(np.argmax(course >= 0.9 * way, axis=0))
    return tuple(float(np.median(v)) / FS for v in (half, *t90))  # type: ignore[return-value]


def trade(e: Evidence, others: dict[str, Peer], peer_snr: dict[tuple[str, str], float]) -> None:
    """Delay against scatter of all envelopes."""
    path = e.picture(
        "trade",
        "delay against scatter of every envelope on steady EMG of trunk and limb: the linear ones lie on the bound, "
        "those that whiten or follow the signal below it",
    )
    band = unguard.Bandpass()
    with style():
        figure = Figure(figsize=(10.4, 6.0), layout="constrained")
        axes = figure.subplots(1, 2, sharey=True)
        for preset, ax in zip(PRESETS, axes, strict=True):
            b_s = bandwidth(preset, band)
            raw = carrier(preset, SIMULATED_SECONDS, SIMULATED_CHANNELS, 51)
            x = 20 * band(raw, fs=FS)
            t = np.geomspace(0.03, 0.75, 50)
            ax.plot(500 * t, 50 / np.sqrt(b_s * t), "--", color=INK, lw=1, label="1 / (2 sqrt(B_s T)), T / 2 late")
            scatters = {}
            for name, (make, colour, mark) in CURVES.items():
                specs = [make(w) for w in WINDOWS]
                # A median has no impulse response; its window is a boxcar's.
                late = [
                    w / 2 if name == "moving median" else unguard.smoothing(s, fs=FS)["delay_s"]
                    for w, s in zip(WINDOWS, specs, strict=True)
                ]
                scatters[name] = scatter = np.array([100 / snr_of(np.asarray(s(x, fs=FS))) for s in specs])
                ax.plot(1e3 * np.array(late), scatter, mark, ls="-", lw=0.6, ms=4, color=colour, label=name, mfc="none")
            more = scatters["moving median"] / scatters["RMS"]
            e.add(
                f"MovingMedian, {preset}: scatter of that of the RMS of the same window",
                "print",
                f"x{more.min():.2f} to x{more.max():.2f}",
                "50 to 500 ms",
            )
            noise = 0.1 * x.std() * _unit(band(np.random.default_rng(53).standard_normal(x.shape), fs=FS))
            rest = 0.1 * x.std() * _unit(band(np.random.default_rng(54).standard_normal((40_000, 8)), fs=FS))
            learnt = unguard.calibrate_whitening((x + noise)[SETTLING:40_000], rest[SETTLING:], fs=FS, band="20-450 Hz")
            white_of = [
                100 / snr_of(unguard.WhitenedRms(window=w, whitening=learnt)(x + noise, fs=FS)) for w in WINDOWS
            ]
            ax.plot(
                500 * np.array(WINDOWS), white_of, "*-", lw=0.6, color="#332288", label="whitened, adaptive, at 20 dB"
            )
            for name, spec in unguard.ENVELOPES.items():
                late_ms = 1e3 * unguard.smoothing(spec, fs=FS)["delay_s"]
                cv = 100 / snr_of(np.asarray(spec(x, fs=FS)))
                ax.plot(late_ms, cv, "o", ms=11, mfc="none", mec=INK, mew=1.4)
                ax.annotate(name, (late_ms, cv), (6, 9), textcoords="offset points", fontsize=8, weight="bold")
                e.add(
                    f"preset {name}, {preset}: late, scatter",
                    "print",
                    f"{late_ms:.0f} ms, {cv:.1f} %",
                    f"bound {50 / math.sqrt(b_s * unguard.smoothing(spec, fs=FS)['window_s']):.1f} %",
                )
            whitened_too = unguard.Chain(
                unguard.Whitening(coefficients=autoregression(x[SETTLING:, 0])),
                unguard.BayesianEnvelope(likelihood="gaussian", bandwidth=300.0, falls=0.1, lowest=0.05),
            )
            for name, spec, away, side in (
                ("Bayesian, Laplacian", unguard.BayesianEnvelope(bandwidth=b_s), (-10, -30), "left"),
                (
                    "Bayesian, Gaussian",
                    unguard.BayesianEnvelope(likelihood="gaussian", bandwidth=b_s),
                    (-4, 9),
                    "right" if preset == "trunk" else "center",
                ),
                ("Bayesian, Gaussian, whitened", whitened_too, (-6, -24), "left"),
                (
                    "adaptive window",
                    unguard.AdaptiveRms(bandwidth=b_s),
                    (-44, -6) if preset == "trunk" else (-30, -2),
                    "right",
                ),
            ):
                half, up, down = halfway_and_t90(spec, preset)
                cv = 100 / snr_of(np.asarray(spec(x, fs=FS)))
                ax.plot(1e3 * half, cv, "h", ms=8, color=JUMPING)
                ax.annotate(
                    f"{name}\n90 % in {1e3 * up:.2g} ms up, {1e3 * down:.2g} ms down",
                    (1e3 * half, cv),
                    away,
                    textcoords="offset points",
                    fontsize=7,
                    color=JUMPING,
                    ha=side,
                    arrowprops={"arrowstyle": "-", "lw": 0.5, "color": JUMPING},
                )
                e.add(
                    f"{name}, {preset}: half-way in, scatter",
                    "print",
                    f"{1e3 * half:.0f} ms, {cv:.1f} %; 90 % in {1e3 * up:.1f} ms up, {1e3 * down:.1f} ms down",
                    "behind the band-pass as it is by default, order 4; steps of x8, medians of 192",
                )
            for name, peer in others.items():
                at = (1e3 * peer.ahead_s, 100 / peer_snr[preset, name])
                ax.plot(*at, "X", ms=8, color=BEFORE, mec=INK)
                away, side = ((-7, -3), "right") if name == "BioSPPy" else ((7, 2), "left")
                ax.annotate(name, at, away, textcoords="offset points", fontsize=8, color=INK, ha=side)
            ax.set_title(f"{preset}, B_s {b_s:.0f} Hz behind 20-450 Hz")
            ax.set_xscale("log")
            ax.set_yscale("log")
            ax.set_xlim(3, 700)
            ax.set_ylim(2, 32)
            ax.set_xticks([5, 10, 20, 50, 100, 200, 500], ["5", "10", "20", "50", "100", "200", "500"])
            ax.set_yticks([2, 3, 5, 7, 10, 15, 20, 30], ["2", "3", "5", "7", "10", "15", "20", "30"])
            ax.minorticks_off()
            ax.grid(lw=0.3)
            ax.set_xlabel("late by [ms]; filled hexagons: half-way of a step; peers: looks ahead")
        axes[0].set_ylabel("scatter of a steady level, SD / mean [%]")
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=8, frameon=False)
        figure.savefig(path, dpi=110)


def _unit(x: Floats) -> Floats:
    return np.asarray(x) / np.std(x)


def measure() -> Evidence:
    """Measure everything."""
    e = Evidence("envelope")
    cost(e)  # first, while the machine is quiet
    tests_said.build("envelope")
    rms_snr(e)
    white(e)
    smoothers(e)
    whitening(e)
    adaptive(e)
    bayesian.measure(e)
    others = peers()
    real(e, others)
    trade(e, others, beside_peers(e, others))
    return e
