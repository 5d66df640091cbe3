"""Where the electrodes are: which muscle each channel hears, on which side, at which site, and how far apart they are.

Sensor locations are points found from landmarks (Hermens et al. 2000, doi:10.1016/S1050-6411(00)00027-4). Two finger
widths are not 2 cm: texts after the same recommendation say either, and people's fingers differ; so both are kept.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from unguard.plan.order import each_once
from unguard.plan.part import Part
from unguard.plan.quantities import Centimetres, Date, FingerWidths, Millimetres, Name, Percent, Several, Side, Words
from unguard.plan.refusal import refused

_ONE_POSITION = "position_cm, or position_finger_widths, position_percent or position_by_touch, better both"
_ONLY_AT_L5 = (
    "L5, the one level where the multifidus faces the surface (doi:10.1186/s12891-022-05590-5); "
    "call the muscle erector spinae elsewhere"
)


class Muscle(Part):
    """One channel of EMG: muscle, side and site, measured on this person.

    At least one position says where, from the landmark, the middle between both electrodes is: a recommendation gives
    finger widths, percent or what is felt, a tape measure centimetres.
    """

    channel: Name = Field(description="the name of the channel in the recording")
    muscle: Name = Field(description="the muscle under the electrodes, as anatomy calls it")
    side: Side = Field(description="'left', 'right' or 'midline'")
    site: Name = Field(description="the level or part of the muscle, such as L1")
    landmark: Words = Field(description="what the position is measured from, and which way")
    position_cm: Centimetres | None = Field(default=None, description="centimetres from the landmark")
    position_finger_widths: FingerWidths | None = Field(default=None, description="finger widths from the landmark")
    position_percent: Percent | None = Field(default=None, description="percent of the line that the landmark names")
    position_by_touch: Words | None = Field(default=None, description="what is felt where the electrodes go")
    measured: Date | None = Field(default=None, description="the date position_cm was measured on this person")
    electrode_distance_mm: Millimetres = Field(description="millimetres between the middles of both electrodes")
    electrode_size_mm: Millimetres | None = Field(default=None, description="millimetres along the fibres")
    orientation: Words = Field(description="which way the pair of electrodes lies")
    role: Literal["target", "control"] = Field(
        default="target",
        description="'control': a muscle away from the complaint, to tell what is specific to the target",
    )
    source: Words | None = Field(default=None, description="who recommends the site")
    caveat: Words | None = Field(default=None, description="what is not certain about it")
    note: Words | None = Field(default=None, description="anything else about it on this person")

    @model_validator(mode="after")
    def _is_somewhere(self) -> Muscle:
        ways = (self.position_cm, self.position_finger_widths, self.position_percent, self.position_by_touch)
        if all(way is None for way in ways):
            raise refused("position_cm", "missing", _ONE_POSITION)
        if self.measured is not None and self.position_cm is None:
            raise refused("position_cm", "missing", "the centimetres that were measured")
        if "multifid" in self.muscle.lower() and self.site != "L5":
            raise refused("site", repr(self.site), _ONLY_AT_L5)
        return self


class Montage(Part):
    """All channels of a session. `heart_channel` and `angle_channel` are no EMG: an ECG, an angle of the trunk."""

    name: Name = Field(description="what the montage is called")
    reference_electrode: Words = Field(description="where the reference electrode is")
    muscles: Several[Muscle] = Field(description="one table [[montage.muscles]] for each channel of EMG")
    heart_channel: Name | None = Field(default=None, description="the name of a channel that is an ECG")
    angle_channel: Name | None = Field(default=None, description="the name of a channel that is the angle of the trunk")
    source: Words | None = Field(default=None, description="where the sites are from")
    caveat: Words | None = Field(default=None, description="what is not certain about them")

    @model_validator(mode="after")
    def _every_channel_once(self) -> Montage:
        if not self.muscles:
            raise refused("muscles", "empty", "one table [[montage.muscles]] for each channel of EMG")
        each_once("muscles", "channel", self.channels)
        seen: dict[tuple[str, str, str], int] = {}
        for i, muscle in enumerate(self.muscles):
            place = (muscle.muscle, muscle.side, muscle.site)
            if place in seen:
                raise _same_place(i, place, seen[place])
            seen[place] = i
        others = {"heart_channel": self.heart_channel, "angle_channel": self.angle_channel}
        for field, channel in others.items():
            if channel is not None and channel in self.channels:
                raise refused(field, repr(channel), "a channel that is no EMG of montage.muscles")
        if self.heart_channel is not None and self.heart_channel == self.angle_channel:
            raise refused("angle_channel", repr(self.angle_channel), "another channel than heart_channel")
        return self

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels of EMG, in order."""
        return tuple(muscle.channel for muscle in self.muscles)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(left, right) channels of the same muscle at the same site: what an asymmetry is of."""
        right = {(m.muscle, m.site): m.channel for m in self.muscles if m.side == "right"}
        return tuple(
            (m.channel, right[m.muscle, m.site])
            for m in self.muscles
            if m.side == "left" and (m.muscle, m.site) in right
        )


def _same_place(i: int, place: tuple[str, str, str], other: int) -> PydanticCustomError:
    muscle, side, site = place
    found = f"{site!r}, where {muscle} {side} is already in muscles[{other}]"
    return refused(f"muscles[{i}].site", found, "one channel for each muscle, side and site")
