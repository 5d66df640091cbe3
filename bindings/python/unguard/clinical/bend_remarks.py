"""What to know before trusting an analysis of bends: few bends, doubts, guesses, and what else would look silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from unguard.analysis.declared import PHASE_ANNOTATIONS
from unguard.clinical.cleaning import Cleaned
from unguard.clinical.flexion import MILD, Bends
from unguard.clinical.sides import pairs, side_of
from unguard.clinical.told_noise import noise_remarks
from unguard.recording import Recording

#: Fewest bends that a ratio of several is told of without a remark.
FEW_BENDS = 3


def remarks_on_bends(found: Bends, made: Cleaned, noise: Sequence[float], recording: Recording) -> list[str]:
    """Return what speaks against what was read of the bends, in sentences. noise: that was taken off."""
    told: list[str] = []
    count = max((b.number for b in found.bends), default=0)
    if count == 0 and found.lost:
        told.append("No bend could be followed to its end: nothing is said of flexion-relaxation.")
    elif count == 0:
        told.append("No bend was found: nothing is said of flexion-relaxation.")
    elif count < FEW_BENDS:
        told.append(f"Only {count} bend{'' if count == 1 else 's'}: a ratio differs by a third from one to the next.")
    told += _quiet_failures(found, recording, count)
    if found.phases_by == "activity":
        told.append(
            "There is no trunk angle and nobody marked the phases: they were found in what the muscles do. Whether "
            "the person bent at all nobody can tell: whatever swells twice and falls quiet between reads as a bend. A "
            'muscle that never lets go may not show the phases; then it says "phases uncertain".'
        )
    elif found.phases_by == "cues":
        told.append("Phases are as they were marked; whether the person followed is not known without an angle.")
    if made.left_in:
        told.append(made.how[0] + " Ratios to a quiet muscle may be too small.")
    if not noise and count:
        told.append(
            "The noise of electrode and amplifier was not given, so nothing was taken off: ratios to a quiet muscle "
            "come out too small."
        )
    told += _without_partner(found.muscles)
    for muscle in found.muscles:
        of = found.of(muscle)
        doubts = Counter(d for b in of for d in b.doubts if d not in MILD)
        for doubt, times in doubts.most_common():
            told.append(f"{muscle}: {doubt} in {times} of {len(of)} bends.")
        if any((r := b.ratio("ERR")) and r.at_least for b in of):
            told.append(f'{muscle}: full flexion is no further above the noise than the floor: ratios are "at least".')
        told += noise_remarks(muscle, made, noise)
        bad = made.bad_share[muscle]
        if bad > 0.001:
            told.append(f"{muscle}: {100 * bad:.2g} % of the samples are no signal and are not used.")
        lost = {reason: share for reason, share in made.lost_share[muscle].items() if share > 0.01}
        if lost and bad <= 0.001:
            why = ", ".join(f"{reason} in {100 * share:.0f} %" for reason, share in lost.items())
            told.append(f"{muscle}: not everything can be believed of its electrodes, and that is not used: {why}.")
    return told + list(recording.repairs)


def _without_partner(muscles: Sequence[str]) -> list[str]:
    """Return why left is not held against right of some muscles; nothing of a recording of a single one."""
    paired = {name for pair in pairs(muscles) for name in (pair.left, pair.right)}
    alone = [name for name in muscles if name not in paired]
    if len(muscles) < 2 or not alone:
        return []
    told = []
    nameless = [name for name in alone if side_of(name) is None]
    sided = [name for name in alone if side_of(name) is not None]
    if sided:
        told.append(f"Left is not held against right of {', '.join(sided)}: the other side is not there, or not once.")
    if nameless:
        told.append(
            f"Left is not held against right of {', '.join(nameless)}: the names do not say the side, as "
            '"longissimus L" and "longissimus R" do.'
        )
    return told


def _quiet_failures(found: Bends, recording: Recording, count: int) -> list[str]:
    """Return what would otherwise look as if there were nothing to say."""
    told = []
    radians = [c.name for c in recording.channels if c.unit.strip().lower() in ("rad", "radians")]
    if radians and found.phases_by != "angle":
        told.append(f"{', '.join(radians)}: an angle in radians is not read; give it in degrees.")
    named = [a for a in recording.annotations if a.text.strip().lower() in PHASE_ANNOTATIONS]
    if found.phases_by == "activity" and named and all(a.duration_s == 0 for a in named):
        told.append("Phases were marked without durations, and marks of a moment are not used.")
    if count and found.bends and all(b.ratio(w) is None for b in found.bends for w in ("ERR", "FER")):
        told.append("No muscle has a level above its noise in any bend: is the unit microvolts, and the noise right?")
    return told
