"""What to know of the trunk angle that bends were found by: whose it is, in what unit, and where it fails."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from unguard._core import Bend
from unguard.clinical.flexion import Bends, has_angle
from unguard.runs import runs_of

#: Backs fall silent at two thirds of a whole bend, 80 degrees (Kippers & Parker 1984, Spine 9:740).
SHALLOW_DEG = 50.0
#: A trunk that bends moves by more. In radians a whole bend, and somebody who turns around, is less.
LEAST_RANGE_DEG = 4.0
#: Where no trunk can be, however a sensor counts its turns; live_bend_phases.hpp leaves it out.
FARTHEST_DEG = 720.0
#: What the name of a channel says where it is the trunk that is measured.
_OF_THE_TRUNK = re.compile(r"trunk|thora|lumb|spin|back|torso|inclin|flexion|bend", re.IGNORECASE)
#: Joints that flex as well.
_OF_ANOTHER = re.compile(r"knee|hip|elbow|ankle|wrist|shoulder|neck|finger|cervic", re.IGNORECASE)


def says_trunk(name: str) -> bool:
    """Return whether a channel's name says that it is the angle of the trunk."""
    return bool(_OF_THE_TRUNK.search(name)) and not _OF_ANOTHER.search(name)


def angle_remarks(
    found: Bends, name: str, degrees: NDArray[np.float64], valid: NDArray[np.bool_], *, named: bool
) -> list[str]:
    """Return what speaks against the angle that bends were found by, in sentences.

    Parameters
    ----------
    name: of its channel. degrees: (samples,). valid: where they were not missing. named: whether the caller said that
        it is the trunk's.
    """
    told = []
    if not named and not says_trunk(name):
        told.append(f"{name!r} is taken for the trunk angle as it is the only channel in degrees: nothing says it is.")
    there = degrees[valid]
    if len(there) and np.ptp(there) < LEAST_RANGE_DEG:
        told.append(
            f"{name!r} moves by {np.ptp(there):.2g} degrees in the whole recording: is it in radians, or a sensor off?"
        )
    beyond = float(np.mean(np.abs(there) > FARTHEST_DEG)) if len(there) else 0.0
    if beyond > 0:
        told.append(
            f"{name!r} lies beyond {FARTHEST_DEG:g} degrees for {100 * beyond:.2g} % of the recording and is not used "
            "there: is its unit degrees?"
        )
    told += _gaps(found, valid)
    return told + _stuck(found) + _upright(found)


def _gaps(found: Bends, valid: NDArray[np.bool_]) -> list[str]:
    missing = float(np.mean(~valid)) if len(valid) else 0.0
    longest = found.spec.phases.longest_gap
    longest_run = max((last - first for first, last in runs_of(~valid)), default=0)
    told = []
    if found.lost:
        told.append(
            f"{found.lost} bend{' was' if found.lost == 1 else 's were'} lost to gaps in the trunk angle of more than "
            f"{longest:g} s: nothing is told of {'it' if found.lost == 1 else 'them'}."
        )
    if missing > 0 and (found.lost or longest_run > longest * found.fs):
        told.append(f"The trunk angle is missing for {100 * missing:.2g} % of the recording: bends there are not seen.")
    return told


def _stuck(found: Bends) -> list[str]:
    of = _each(found, "angle stuck")
    if not of:
        return []
    return [
        f"The trunk angle stops dead in {len(of)} of {_count(found)} bends and is then the same to the last digit: "
        "does its range end there, or did its sensor freeze? Where the hold begins and ends is not known, and nothing "
        "is told of such bends."
    ]


def _upright(found: Bends) -> list[str]:
    of = _each(found, "not upright")
    if of:
        upright = sorted(b.upright_deg for b in of)[len(of) // 2]
        stands = f'The trunk "stands" at {upright:.0f} degrees'
        if -25 <= upright <= 60:
            stands = f'The recording begins and ends bent, and the trunk "stands" at {upright:.0f} degrees in between'
        return [
            f"{stands}: does its angle count the other way, or from elsewhere? It has to be 0 in standing, and flexion "
            f"positive. Nothing is told of such bends, {len(of)} of {_count(found)}."
        ]
    ranges = sorted(b.deepest_deg - b.upright_deg for b in found.bends if has_angle(b.doubts))
    if ranges and ranges[len(ranges) // 2] < SHALLOW_DEG:
        return [
            f"The trunk bent by {ranges[len(ranges) // 2]:.0f} degrees only: a muscle may be silent, or not, for not "
            "having got to where it falls silent."
        ]
    return []


def _each(found: Bends, doubt: str) -> list[Bend]:
    """Return the bends that bear a doubt, as the first muscle has them."""
    return [b for b in found.bends if b.channel == 0 and doubt in b.doubts]


def _count(found: Bends) -> int:
    return max((b.number for b in found.bends), default=0)
