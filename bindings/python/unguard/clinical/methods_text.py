"""A methods paragraph to paste into a paper, of what is known; what is not stands in brackets.

Its items are those that ISEK (Merletti 1999, Standards for reporting EMG data) and the CEDE checklist (Besomi et al.
2024, doi:10.1016/j.jelekin.2023.102859) ask for.
"""

from __future__ import annotations

from unguard.clinical.bend_analysis import BendAnalysis

_ASKED = (
    "[electrode type, material, size and distance; skin preparation; sites and how they were found; amplifier, its "
    "input impedance, common-mode rejection and gain; reference electrode; converter and its resolution]"
)
_BY = {
    "angle": "the trunk angle (changes of its speed; Paoletti et al. 2020)",
    "cues": "marks set while recording",
    "activity": "a hidden Markov model of the muscles' levels (Baum et al. 1970)",
}


def bend_methods(made: BendAnalysis) -> str:
    """Return the paragraph for an analysis of bends."""
    spec = made.bends.spec
    noise = (
        "The noise of electrode and amplifier ("
        + ", ".join(f"{n:g} µV" for n in made.noise_uV)
        + " RMS in the band) was "
        "subtracted in power."
        if made.noise_uV
        else "No noise was subtracted."
    )
    strongest = (
        f"the largest {spec.peak_window:g} s RMS"
        if spec.as_published
        else f"the level of the strongest {spec.peak_window:g} s, read by interleaved blocks so that the choice of the "
        "window adds nothing to it"
    )
    return (
        f"Surface EMG of {', '.join(made.muscles)} was sampled at {made.fs:g} Hz {_ASKED}. Offline, "
        f"{_lower(' '.join(made.how))} {made.count} bends were analysed; their phases were found by "
        f"{_BY[made.bends.phases_by]}. Levels are root mean squares: of bending and returning {strongest}; of standing "
        f"and full flexion the whole phase. {noise} Levels no further than {spec.floor:g} µV above the noise were set "
        'to that and ratios to them reported as "at least". The extension-relaxation ratio (ERR, strongest extension '
        "over mean full flexion), the flexion-relaxation ratio (FRR, strongest flexion over mean full flexion; "
        "Alschuler et al. 2009) and the flexion-extension ratio (FER) were combined over bends as geometric means with "
        "95 % intervals (Student's t on the logarithm). Full flexion was called silent below "
        f"{100 * spec.silence_share:g} % of extension (Mathieu & Fortin 2000). {_spikes(made)}[Normalisation: none; "
        f"ratios need none.] Analysis by unguard {made.version}."
    )


def _spikes(made: BendAnalysis) -> str:
    rule = made.spikes.rule
    if rule is None:
        return ""
    return (
        f"Spikes on bending were told against {made.spikes.against}, the person's own levels by trunk angle: rises of "
        f"{1000 * rule.shortest:g} ms to {rule.longest:g} s that peak at {rule.rise:g} times these and more, by "
        "quickest detection in whitened EMG (Page 1954), with Poisson intervals (Garwood 1936). Full flexions were "
        f"called guarded from {rule.guarded:.2g} standard deviations of the logarithm above the good ones, an upper "
        "prediction limit (Hahn 1970). "
    )


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
