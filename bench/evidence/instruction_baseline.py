"""The instructions a sample that were kept, by compiler, and what has become of them.

Another compiler counts otherwise: only the same version is compared, and where a baseline is required (in CI) one that
has none is an error. Growth is an error; a fall is asked to be kept, or the next growth up to the old count would go
unnoticed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("instructions_baseline.json")
#: What may change without a word, in percent.
TOLERANCE = 1.0
RENEW = "python -m bench.evidence.instructions --write-baseline"


@dataclass(frozen=True)
class Comparison:
    """What there is to say, the counts that grew, and whether there was anything to compare with."""

    lines: list[str]
    grown: list[str]
    compared: bool = True


def read() -> dict[str, dict[str, float]]:
    """Return all baselines, by compiler."""
    return json.loads(FILE.read_text()) if FILE.exists() else {}


def write(compiler: str, counts: dict[str, float]) -> None:
    """Keep the counts as those of this compiler."""
    kept = {**read(), compiler: {name: round(value, 3) for name, value in counts.items()}}
    FILE.write_text(json.dumps(dict(sorted(kept.items())), indent=2) + "\n")


def compare(compiler: str, counts: dict[str, float], baselines: dict[str, dict[str, float]]) -> Comparison:
    """Compare the counts with those kept for this compiler; one that was not kept, or not counted, counts as grown."""
    if compiler not in baselines:
        known = ", ".join(baselines) or "none"
        return Comparison(
            [f"no baseline for {compiler} (there are: {known}): nothing compared; add it by {RENEW}"], [], False
        )
    kept, lines, grown = baselines[compiler], [], []
    for name, now in counts.items():
        if name not in kept:
            lines.append(f"{name}: {now:.2f}, not in the baseline of {compiler}; add it by {RENEW}")
            grown.append(name)
            continue
        percent = 100 * (now / kept[name] - 1)
        if abs(percent) > TOLERANCE:
            what = "grew" if percent > 0 else f"fell; keep that by {RENEW}"
            lines.append(f"{name}: {kept[name]:.2f} before, {now:.2f} now, {percent:+.1f} %: {what}")
        if percent > TOLERANCE:
            grown.append(name)
    for name in kept.keys() - counts.keys():
        lines.append(f"{name}: {kept[name]:.2f} before, not counted now; drop it by {RENEW}")
        grown.append(name)
    if not lines:
        lines = [f"all {len(counts)} counts within {TOLERANCE:g} % of the baseline of {compiler}"]
    return Comparison(lines, grown)
