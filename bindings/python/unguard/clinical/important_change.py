"""What change of a questionnaire or rating matters to people: minimal important changes, as data.

>>> important_change("NRS").judge(before=7, after=4)
'important'
"""

from __future__ import annotations

from dataclasses import dataclass

from unguard.arguments import number, text
from unguard.errors import ConfigError

#: Improvement of the value before that matters too, %.
IMPORTANT_PERCENT = 30.0

IMPORTANT, PARTLY, NOT_IMPORTANT = "important", "important by one rule", "not important"


@dataclass(frozen=True)
class ImportantChange:
    """The change of one scale that back pain patients call important. Lower is better on all of them.

    Attributes
    ----------
    scale: its short name. called: in full. points: the least important improvement. highest: the scale's end; it begins
        at 0. percent: of the value before, which is the other rule.
    source: of the numbers.

    Caveat: a consensus of ranges that depend on the method and on how people were at first; no cut-off of one person,
    and smaller than the measurement error of some scales: compare `unguard.clinical.mdc` too.
    """

    scale: str
    called: str
    points: float
    highest: float
    percent: float = IMPORTANT_PERCENT
    source: str = "Ostelo et al. 2008, doi:10.1097/BRS.0b013e31815e3a10"

    def judge(self, before: float, after: float) -> str:
        """Return "important" where both rules say so, "important by one rule", or "not important".

        Parameters
        ----------
        before, after: on the scale, 0 to its end.

        Raises
        ------
        ConfigError: a value outside the scale.
        """
        expected = f"0 to {self.highest:g}, a value of the {self.scale}"
        for name, value in (("before", before), ("after", after)):
            if not 0 <= number(name, value, expected) <= self.highest:
                raise ConfigError(name, value, expected)
        better = before - after
        rules = (better >= self.points, before > 0 and better >= self.percent / 100 * before)
        return (NOT_IMPORTANT, PARTLY, IMPORTANT)[sum(rules)]


_KNOWN = (
    ImportantChange("VAS", "visual analogue scale of pain, 0 to 100", 15, 100),
    ImportantChange("NRS", "numerical rating scale of pain, 0 to 10", 2, 10),
    ImportantChange("RMDQ", "Roland-Morris disability questionnaire, 0 to 24", 5, 24),
    ImportantChange("ODI", "Oswestry disability index, 0 to 100", 10, 100),
    ImportantChange("QBPDS", "Quebec back pain disability scale, 0 to 100", 20, 100),
)
#: All scales that are known, by name.
IMPORTANT_CHANGES = {one.scale: one for one in _KNOWN}


def important_change(scale: str) -> ImportantChange:
    """Return the minimal important change of a scale: "VAS", "NRS", "RMDQ", "ODI" or "QBPDS".

    Raises
    ------
    ConfigError: another name.

    Source: Ostelo et al. 2008, doi:10.1097/BRS.0b013e31815e3a10.
    """
    expected = "one of " + ", ".join(IMPORTANT_CHANGES)
    if text("scale", scale, expected) not in IMPORTANT_CHANGES:
        raise ConfigError("scale", repr(scale), expected)
    return IMPORTANT_CHANGES[scale]
