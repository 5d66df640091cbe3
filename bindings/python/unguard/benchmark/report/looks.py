"""Which line and colour a method has in every figure: ours bold and blue, those published brown, peers by package."""

from __future__ import annotations

from dataclasses import dataclass

from unguard.benchmark.comparison import Comparison

#: Of ours, each its own.
_BLUES = ("#56B4E9", "#0072B2", "#10305A", "#7B9EC9")
_PUBLISHED = "#8C6D1F"
_PACKAGES = {"biosppy": "#D55E00", "neurokit2": "#AA4499", "detecta": "#009E73"}
_OTHER = "#666666"
_MARKERS = "osD^vP*Xh<"


@dataclass(frozen=True)
class Look:
    """Colour and marker of a method."""

    colour: str
    marker: str
    ours: bool

    @property
    def width(self) -> float:
        """Width of its line in points."""
        return 2.2 if self.ours else 1.0


def looks(made: Comparison) -> dict[str, Look]:
    """Return the look of every method, by name."""
    found: dict[str, Look] = {}
    count: dict[tuple[str | None, bool], int] = {}
    for s in made.searched:
        if s.family.name in found:
            continue
        package, whose = s.family.package, (s.family.package, s.family.published)
        i = count[whose] = count.get(whose, -1) + 1
        of_unguard = _PUBLISHED if s.family.published else _BLUES[i % len(_BLUES)]
        colour = of_unguard if package is None else _PACKAGES.get(package, _OTHER)
        found[s.family.name] = Look(colour, _MARKERS[i % len(_MARKERS)], s.family.ours)
    return found
