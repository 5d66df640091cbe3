"""What others measured, as data: no cut-offs, and compared only with what was measured alike.

>>> reference_values("FER")
>>> reference_values("FRR", table="clinic.csv")[0].z(3.1, band="20-450 Hz", detector="RMS 1 s")
"""

from __future__ import annotations

import csv
import importlib.resources
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from unguard.arguments import number, path_of, text
from unguard.errors import ConfigError, FormatError

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

#: What stands for a band or detector that nobody can compare with.
UNKNOWN = ("not seen", "mixed", "")
_NUMBERS = ("value", "sd", "low", "high", "people")


@dataclass(frozen=True)
class ReferenceValue:
    """What was measured of one group of people.

    Attributes
    ----------
    quantity: what. group: of whom. value: kind of it: "mean", "median and quartiles", "share", or "pooled mean and 95 %
        interval". sd: with a mean. low, high: quartiles or interval. unit: of all of them. people: how many.
    band: that the EMG was filtered to; "not seen" where the source, as far as it could be read, does not say. detector:
        what made an amplitude of it. source: author and year, or a table.
    """

    quantity: str
    group: str
    value: float
    kind: str
    sd: float | None
    low: float | None
    high: float | None
    unit: str
    people: int | None
    band: str
    detector: str
    source: str

    def z(self, value: float, *, band: str, detector: str) -> float:
        """Return (value - mean) / SD, for what was measured in the same band by the same detector.

        Parameters
        ----------
        value: finite, in the unit of this one. band, detector: of the value, worded as in the table.

        Raises
        ------
        ConfigError: another band or detector, or one that the source does not tell; a row without mean and SD.

        Caveat: a distance from a group, which is no cut-off and no diagnosis; ratios are skewed, and 2 SD above their
        mean are not rare.
        """
        found = number("value", value, f"a finite number, {self.unit}")
        for name, mine, theirs in (("band", band, self.band), ("detector", detector, self.detector)):
            if theirs in UNKNOWN:
                raise ConfigError(name, repr(mine), f"no comparison: that of {self.source} is not known ({theirs!r})")
            if text(name, mine, repr(theirs)) != theirs:
                raise ConfigError(name, repr(mine), f"{theirs!r}, as {self.source}: other bands give other values")
        if self.kind != "mean" or self.sd is None or not self.sd > 0:
            raise ConfigError("value", found, f"no comparison: {self.source} gives no mean and SD of {self.quantity}")
        return (found - self.value) / self.sd


def reference_values(
    quantity: str | None = None, *, table: str | os.PathLike[str] | None = None
) -> tuple[ReferenceValue, ...]:
    """Return what was published of a quantity, or of all; or what a clinic measured itself.

    Of no published row here the band could be read: they are to be looked at, and `ReferenceValue.z` refuses them. A
    clinic's own table, of people measured with its own band and detector, is what a person can be compared with
    (Lofland 1995, Biofeedback Self Regul 20:3, advises local norms).

    Parameters
    ----------
    quantity: such as "FRR"; None for all. table: a CSV file with the columns of `ReferenceValue`; None for the
        published ones.

    Raises
    ------
    ConfigError: a quantity that is not in the table. FormatError: a table that is not as it should be.

    Caveat: never mix rows of different bands. Source: of each row its own.
    """
    if table is None:
        with importlib.resources.files("unguard.clinical").joinpath("reference_values.csv").open(encoding="utf-8") as f:
            rows = _read(f.read(), "reference_values.csv")
    else:
        path = path_of("table", table)
        try:
            said = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise FormatError(path, "text", error.reason, "UTF-8") from None
        rows = _read(said, str(path))
    if quantity is None:
        return rows
    known = list(dict.fromkeys(r.quantity for r in rows))
    if text("quantity", quantity, "a quantity of the table") not in known:
        raise ConfigError("quantity", repr(quantity), "one of " + ", ".join(known))
    return tuple(r for r in rows if r.quantity == quantity)


def to_dataframe(rows: Sequence[ReferenceValue]) -> pd.DataFrame:
    """Return one row a value, with the columns of `ReferenceValue`."""
    import pandas as pd

    return pd.DataFrame(list(rows), columns=[f.name for f in fields(ReferenceValue)])


def _read(said: str, file: str) -> tuple[ReferenceValue, ...]:
    names = [f.name for f in fields(ReferenceValue)]
    read = csv.DictReader(said.splitlines())
    if read.fieldnames != names:
        raise FormatError(file, "header", ",".join(read.fieldnames or ()), ",".join(names), where="line 1")
    made = []
    for row in read:
        where = f"line {read.line_num}"
        if None in row or None in row.values():
            raise FormatError(file, "row", f"{len([v for v in row.values() if v])} cells", f"{len(names)}", where=where)
        numbers = {name: _number(file, where, name, row[name]) for name in _NUMBERS}
        value, people = numbers["value"], numbers["people"]
        if value is None:
            raise FormatError(file, "value", "empty", "a number", where=where)
        words = {
            name: row[name].strip() for name in ("quantity", "group", "kind", "unit", "band", "detector", "source")
        }
        made.append(
            ReferenceValue(
                value=value,
                sd=numbers["sd"],
                low=numbers["low"],
                high=numbers["high"],
                people=None if people is None else round(people),
                **words,
            )
        )
    return tuple(made)


def _number(file: str, where: str, name: str, cell: str) -> float | None:
    if not cell.strip():
        return None
    try:
        found = float(cell)
    except ValueError:
        raise FormatError(file, name, repr(cell), "a number, or nothing", where=where) from None
    if not math.isfinite(found):
        raise FormatError(file, name, repr(cell), "a finite number, or nothing", where=where)
    return found
