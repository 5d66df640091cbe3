"""One picture of every kind of event, of simulated records, as the detectors report them. `scripts/gallery`."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import unguard
from numpy.typing import NDArray
from PIL import Image

FS = 2000.0
FOLDER = Path(__file__).parents[1] / "docs" / "gallery"
BAND = "20-450 Hz, order 4, causal"
#: Of every record, that rest is calibrated on: behind the filters' beginning, before the first event.
REST_S = (1.0, 19.0)
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scene:
    """A record and what was found in it.

    Attributes
    ----------
    x: EMG, behind the band-pass but for RPeaks, (samples, channels), uV. events: of its detector. markers: what was
        declared.
    """

    x: Array
    events: unguard.Events
    markers: list[tuple[str, int]]

    def lives(self) -> Iterator[tuple[Any, Any]]:
        """Yield the OPEN and the last report of every event."""
        first: dict[int, Any] = {}
        for e in self.events.reports:
            first.setdefault(e.id, e)
            if e.report in ("CLOSE", "CANCEL"):
                yield first[e.id], e


def in_band(x: Array) -> Array:
    """Return EMG behind the band-pass."""
    return np.asarray(unguard.Chain(unguard.Bandpass())(x, fs=FS))


def resting(x: Array) -> Any:
    """Return an EventDetector that knows this record's own rest."""
    still = slice(*(round(s * FS) for s in REST_S))
    known = unguard.calibrate_activity(x[still], fs=FS, band=BAND)
    return unguard.EventDetector().calibrated(known)


def scene(
    spec: Any, x: Array, channels: list[str], markers: list[tuple[str, int]], muscles: list[str] | None = None
) -> Scene:
    """Run a detector, which may be told the muscle of every channel."""
    told = list(zip(channels, muscles, strict=True)) if muscles else channels
    reports = unguard.detect(spec, x, fs=FS, channels=told, markers=markers)
    return Scene(x, unguard.Events(reports, fs=FS, channels=channels), markers)


def rest(seed: int, **parts: Any) -> Any:
    """Return a simulated rest of 60 s."""
    return unguard.simulate(unguard.Paraspinal(seed=seed, rate=FS, duration=60.0, **parts))


def events_at_rest(**drawn: float) -> Scene:
    """Rest with events of some kinds only."""
    weights = {"spikes": 0.0, "bursts": 0.0, "tonics": 0.0} | drawn
    made = rest(1, rest_events=unguard.RestEvents(**weights))
    x = in_band(made.data)
    return scene(resting(x), x, made.channels, made.markers)


def bending(pattern: str) -> tuple[Any, Array]:
    """Return a simulated record of bending, and its EMG in the band."""
    made = unguard.simulate(pattern, seconds=60, seed=4, fs=FS)
    return made, in_band(made.data)


def activity() -> Scene:
    """A healthy back bends: without declared rest nothing is spasm-like."""
    made, x = bending("healthy")
    return scene(resting(x), x, made.channels, made.markers)


def against_profile() -> Scene:
    """A guarded back against the profile of a healthy one: the person's own good days."""
    good = unguard.simulate("healthy", seconds=180, seed=9, fs=FS)
    phases = good.truth["phases"]
    profile = unguard.profile_bending(
        in_band(good.data), good.angle, fs=FS, band=BAND,
        bends=[(p["begin"], p["end"]) for p in phases if p["phase"] == "bending"],
        holds=[(p["begin"] + int(0.5 * FS), p["end"]) for p in phases if p["phase"] == "full flexion"],
    )  # fmt: skip
    made, x = bending("guarded")
    spec = unguard.BendingDetector(profile=profile, angle="trunk angle")
    return scene(spec, np.column_stack([x, made.angle]), [*made.channels, "trunk angle"], made.markers)


def knock() -> Scene:
    """Somebody knocks at the couch: the electrodes of three muscles move in the same millisecond."""
    made = rest(1, rest_events=unguard.RestEvents(spikes=0, bursts=0, tonics=0))
    raw = made.data.copy()
    for at_s in (31.0, 34.5):
        at = round(at_s * FS)
        t = np.arange(round(0.4 * FS)) / FS
        raw[at : at + len(t)] += (40 * np.exp(-t / 0.06) * np.sin(2 * np.pi * 70 * t))[:, None]
    x = in_band(raw[:, 1:])
    muscles = ["longissimus R", "multifidus L", "gluteus R"]
    return scene(resting(x), x, muscles, made.markers, ["longissimus", "multifidus", "gluteus"])


def with_a_heart() -> Any:
    """Return a simulated rest with bursts and a loud heart."""
    return rest(
        2,
        rest_events=unguard.RestEvents(spikes=0, bursts=1, tonics=0, mean_gap=8.0),
        ecg=unguard.EcgArtefact(r_peak=[20.0, 15.0, 10.0, 8.0]),
    )


def heartbeats() -> Scene:
    """What RPeaks reports of a loud heart; it wants EMG before any high-pass."""
    made = with_a_heart()
    reports = unguard.detect(unguard.RPeaks(), made.data, fs=FS, channels=made.channels)
    return Scene(made.data, unguard.Events(reports, fs=FS, channels=made.channels), made.markers)


def heart() -> Scene:
    """A loud heart, and a session that knows it: what a beat opens is taken back as soon as the beat is known."""
    made = with_a_heart()
    plan = unguard.Pipeline(
        unguard.Chain(unguard.Priming(), unguard.Bandpass()),
        heart=unguard.HeartGate(),
        events=unguard.SpasmDetector(all_rest=True),
    )
    _, reports = plan(made.data, fs=FS, channels=made.channels)
    return Scene(in_band(made.data), unguard.Events(reports, fs=FS, channels=made.channels), made.markers)


@dataclass(frozen=True)
class Picture:
    """What is shown of a scene: an event of a kind, whole, with some time around it.

    Attributes
    ----------
    name: of the file. scene: makes it. kind: of the event; report: its last. context: in which it began; None: any.
    which: of those that fit, from 0. around: s before and after.
    """

    name: str
    scene: Callable[[], Scene]
    kind: str
    report: str = "CLOSE"
    context: str | None = None
    which: int = 0
    around: tuple[float, float] = (0.5, 0.5)

    def fits(self, last: Any) -> bool:
        """Whether an event's last report is what is asked for."""
        return (last.kind, last.report) == (self.kind, self.report) and self.context in (None, last.context)


PICTURES = (
    Picture("activity", activity, "ACTIVITY", context="returning", around=(4.0, 0.3)),
    Picture("spike", lambda: events_at_rest(spikes=1.0), "SPIKE", around=(0.4, 0.6)),
    Picture("phasic-burst", lambda: events_at_rest(bursts=1.0), "PHASIC BURST", around=(0.8, 0.8)),
    Picture("tonic", lambda: events_at_rest(tonics=1.0), "TONIC", around=(1.0, 1.5)),
    Picture("phasic-episode", lambda: events_at_rest(bursts=1.0), "PHASIC EPISODE", around=(1.0, 2.0)),
    Picture("artefact", knock, "ARTEFACT", around=(0.4, 0.6)),
    Picture("ecg", heartbeats, "ECG", which=5, around=(0.5, 3.0)),
    Picture("heart", heart, "ACTIVITY", report="CANCEL", which=3, around=(0.4, 3.0)),
    Picture("guarding", against_profile, "GUARDING", around=(3.2, 2.5)),
    Picture("spike-on-bending", against_profile, "SPIKE ON BENDING", around=(1.2, 1.5)),
)


def draw(picture: Picture, folder: Path) -> Path:
    """Draw one picture and return where it is; raise where the scene does not show what it is to show."""
    made = picture.scene()
    found = [last for _, last in made.lives() if picture.fits(last)]
    if len(found) <= picture.which:
        raise RuntimeError(f"{picture.name}: {len(found)} {picture.kind} with a {picture.report}")
    event = found[picture.which]
    begin, end = event.onset / FS - picture.around[0], event.offset / FS + picture.around[1]
    axes = unguard.plot_events(
        made.events, made.x[:, event.channel], channel=made.events.channel_name(event.channel), markers=made.markers,
        begin=begin, end=end,
    )  # fmt: skip
    path, whole = folder / f"{picture.name}.png", io.BytesIO()
    axes.figure.savefig(whole, dpi=100)
    # A few colours are all there are: a third of the bytes, and the same to look at.
    Image.open(whole).convert("RGB").quantize(128).save(path, optimize=True)
    return path


def main() -> None:
    """Draw all of them, or those named."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    asked = sys.argv[1:] or [p.name for p in PICTURES]
    if unknown := set(asked) - {p.name for p in PICTURES}:
        sys.exit(f"no picture {', '.join(sorted(unknown))}: expected {', '.join(p.name for p in PICTURES)}")
    for picture in PICTURES:
        if picture.name in asked:
            path = draw(picture, FOLDER)
            print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
