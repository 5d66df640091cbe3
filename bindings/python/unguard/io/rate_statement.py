"""The sampling rate that a comment states: "Sample Rate = 250 Hz", "fs: 2 kHz", "Sampling Rate (Hz):= 1000.00".

Only what can mean one thing counts as stated. "2,000 Hz" is two thousand to one person and two to another; a rate that
is read wrongly moves every event, and the caller could not even correct it, as what the file states is not overruled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from unguard.io.layout_sniff import is_number
from unguard.io.options import FASTEST_HZ

_STATEMENT = re.compile(
    r"\b(?:sampl\w*[ _-]*(?:rate|freq\w*)|fs|sr)\b\s*(?P<unit>[\[(][^\])]*[\])]|[a-zA-Z/]+)?\s*[:=]+\s*(?P<value>\d.*)",
    re.IGNORECASE,
)
#: Where a statement ends: another one follows on its line, or empty cells of a table.
_NEXT = re.compile(r"[;|\t\"(]|,(?=\s|[a-zA-Z,]|$)")
#: Everything that people put between the digits of one number, and then its unit.
_PARTS = re.compile(r"(?P<number>\d(?:[\d\s.,'\u2019_]*[\d.,])?(?:[eE][+-]?\d+)?)\s*(?P<unit>.*)")
#: Three digits behind one to three: the sign between them may part thousands or decimals.
_GROUPED = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_SAMPLES = r"(?:samples?|sa|s|sp)?\s*(?:/|per)\s*(?:seconds?|sec|s)|sps"
_UNITS = (
    (re.compile(rf"|[Hh]z|HZ|[Hh]ertz|{_SAMPLES}|S/s|Sa/s|SPS"), 1.0),
    (re.compile(rf"[Kk][Hh][Zz]|[Kk]ilo[Hh]ertz|k(?:{_SAMPLES})|kS/s|kSa/s|kSPS"), 1e3),
    # "mHz" may be a millihertz.
    (re.compile(r"M[Hh]z|[Mm]ega[Hh]ertz"), 1e6),
)
#: "Hz per channel" is a rate, "samples per channel" is none.
_MORE = re.compile(r"(?i:((?:k|m|kilo|mega)?(?:hz|hertz)))\b\s*(?:per|each|on|in|for|at|and|,|-|\.)?\s.*")


@dataclass(frozen=True)
class StatedRate:
    """What comments say about the rate.

    Attributes
    ----------
    hertz: the rate, or None where none is stated for sure.
    unclear: the words of a statement that cannot be read for sure; empty when there is none, or a clear one beside.
    words: those that state the rate; empty when there is none.
    """

    hertz: float | None
    unclear: str = ""
    words: str = ""

    @property
    def missing(self) -> str:
        """What was found instead of a rate, for an error."""
        return f"stated as {self.unclear!r}, which is not clear" if self.unclear else "not stated in the file"

    @property
    def remarks(self) -> list[str]:
        """What to say about a statement that is not used."""
        return [f"the rate stated as {self.unclear!r} is not used: it is not clear"] if self.unclear else []


def stated_rate(lines: Sequence[str], decimal: str) -> StatedRate:
    """Return the rate that comment or preamble lines state in a table with this decimal sign."""
    unclear = ""
    for line in lines:
        match = _STATEMENT.search(line)
        if match is None:
            continue
        value = _NEXT.split(match["value"], maxsplit=1)[0].strip()
        rate = _rate(value, (match["unit"] or "").strip("[]() \t"), decimal)
        if rate is not None:
            return StatedRate(rate, words=line[match.start() : match.start("value")] + value)
        unclear = unclear or value
    return StatedRate(None, unclear)


def _rate(value: str, unit_before: str, decimal: str) -> float | None:
    parts = _PARTS.fullmatch(value)
    if parts is None or not is_number(parts["number"], decimal):
        return None
    words = parts["unit"].strip().rstrip(".")
    more = _MORE.fullmatch(words)
    unit = more[1] if more else words
    factors = {factor for one in (unit_before, unit) if one for factor in [_factor(one)]} or {1.0}
    if len(factors) != 1:
        return None
    (factor,) = factors
    if factor is None or (factor == 1.0 and _GROUPED.fullmatch(parts["number"])):
        return None
    # In steps of a whole number where it is one: 2.2 kHz are 2200 Hz, not 2200.0000000000005.
    rate = round(float(parts["number"].replace(",", ".")) * factor, 9)
    return rate if 0 < rate <= FASTEST_HZ else None


def _factor(unit: str) -> float | None:
    return next((factor for pattern, factor in _UNITS if pattern.fullmatch(unit)), None)
