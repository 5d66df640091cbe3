"""Pass bands by name, and what each is for. Microvolts of different bands are different quantities: never on one axis.

20 Hz for levels: De Luca, Gilmore, Kuznetsov & Roy 2010, doi:10.1016/j.jbiomech.2010.01.027. 30 Hz where only ratios
are taken: Drake & Callaghan 2006, doi:10.1016/j.jelekin.2005.07.003.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

import unguard
from unguard.plan.part import Part
from unguard.plan.quantities import Hertz, Name, Order, Seconds, Words
from unguard.plan.refusal import refused

Detector = Literal["RMS", "ARV"]


class Band(Part):
    """A causal Butterworth band-pass."""

    name: Name = Field(description="what the band is called, such as wide_20_400")
    high_pass_Hz: Hertz = Field(description="hertz of the lower -3 dB edge")
    low_pass_Hz: Hertz = Field(description="hertz of the upper -3 dB edge")
    order: Order = Field(description="a whole number from 1 to 12: order of each edge")
    source: Words | None = Field(default=None, description="who uses this band")
    caveat: Words | None = Field(default=None, description="what it is not for")

    @model_validator(mode="after")
    def _passes_something(self) -> Band:
        if not self.high_pass_Hz < self.low_pass_Hz:
            raise refused("high_pass_Hz", f"{self.high_pass_Hz:g}", f"less than low_pass_Hz, {self.low_pass_Hz:g}")
        return self

    def spec(self) -> unguard.Bandpass:
        """Return the filter."""
        return unguard.Bandpass(low=self.high_pass_Hz, high=self.low_pass_Hz, order=self.order)

    def words(self) -> str:
        """Return the band as a calibration remembers it."""
        return f"{self.high_pass_Hz:g}-{self.low_pass_Hz:g} Hz, Butterworth order {self.order}, causal"


class Processing(Part):
    """Which band is for what, and how a level is taken."""

    level_band: Name = Field(description="the name of the band of levels in microvolts and in percent of a reference")
    ratio_band: Name = Field(description="the name of the band of ratios, such as flexion over full flexion")
    detector: Detector = Field(default="RMS", description="'RMS' or 'ARV'")
    window_s: Seconds = Field(default=0.125, description="seconds of the moving window of a level")
    mains_Hz: Literal[50, 60] | None = Field(default=None, description="50 or 60: hum that is taken out")


class StoredWith(Part):
    """What a number of microvolts is only valid for."""

    band: Name = Field(description="the name of the band it was made in")
    detector: Detector = Field(description="'RMS' or 'ARV'")
    window_s: Seconds = Field(description="seconds of the moving window it was made with")
