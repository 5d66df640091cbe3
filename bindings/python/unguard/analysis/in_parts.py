"""The analysis of a recording that is read some channels at a time, so that its length does not have to fit in memory.

The same bits as of the whole: channels are analysed each by itself, and what is heard on all of them, the heart, in a
part of the record that does not grow with its length.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import unguard
from unguard.analysis.beats import beats_in, beats_of, listened_to
from unguard.analysis.belief import converters_of, extremes_of
from unguard.analysis.method import Method, decide
from unguard.analysis.result import Analysis, ChannelAnalysis
from unguard.analysis.run import About, analyse_columns, assembled, choose
from unguard.analysis.spans import Span
from unguard.errors import ConfigError
from unguard.recording import Recording

#: Reads some channels of a recording, by name and in this order, with the annotations of all.
Read = Callable[[Sequence[str]], Recording]
#: Is handed what was read, a column of it, its analysis and the method.
EachChannel = Callable[[Recording, int, ChannelAnalysis, Method], None]


def analyse_in_parts(
    read: Read,
    parts: Sequence[Sequence[str]],
    *,
    channels: Iterable[str] | None = None,
    band: tuple[float, float] | unguard.Bandpass | None = None,
    mains: float | None = None,
    spans: Callable[[About], Sequence[Span]] = lambda about: (),
    each: EachChannel = lambda recording, column, one, method: None,
) -> Analysis:
    """Analyse a recording of which no more than one part is in memory at a time.

    Parameters
    ----------
    read: what gives a part. parts: names of channels, every channel of the recording in one of them.
    channels, band, mains: as `analyse` has them.
    spans: is told of the recording, and gives stretches whose levels are wanted, too (`ChannelAnalysis.spans`).
    each: called for every channel when it is analysed, as long as its part is in memory.

    Raises
    ------
    ConfigError, FormatError: as `analyse`.
    """
    if not parts or not all(parts):
        raise ConfigError("parts", repr(parts), "one or more lists of names of channels")
    one = read(parts[0]) if len(parts) == 1 else None
    if one is not None:
        about = About.of(one)
        method = decide(one, band=band, mains=mains, rest=None)
        chosen, left_out = choose(one.channels, channels, one.source)
        beats = beats_of(one, chosen, method)
        lowest, highest = extremes_of(one)
    else:
        outline = _outline(read, parts, band, mains)
        about, method, lowest, highest = outline.about, outline.method, outline.lowest, outline.highest
        chosen, left_out = choose(about.channels, channels, about.source)
        beats = beats_in(outline.middle, chosen, listened_to(about.samples, about.fs)[0], method)
        del outline
    told = converters_of([about.channels[i] for i in chosen], [lowest[i] for i in chosen], [highest[i] for i in chosen])
    converters = dict(zip([about.channels[i].name for i in chosen], told, strict=True))
    wanted = [about.channels[i].name for i in chosen]
    stretches = spans(about)
    found: dict[str, ChannelAnalysis] = {}
    for part in parts:
        here = [name for name in wanted if name in part]
        if not here:
            continue
        recording = read(part) if one is None else one
        columns = [recording.names.index(name) for name in here]
        of = [converters[name] for name in here]
        made = analyse_columns(recording, columns, method, beats, converters=of, spans=stretches)
        for column, channel in zip(columns, made, strict=True):
            found[channel.name] = channel
            each(recording, column, channel, method)
        del recording
    return assembled(about, [found[name] for name in wanted], left_out, method)


@dataclass(frozen=True, eq=False)
class _Outline:
    """What is known of the whole when every part was in memory once.

    middle: the part of it in which the heart is listened for, shape (samples, channels).
    lowest, highest: value of every channel, shape (channels,).
    """

    about: About
    method: Method
    middle: NDArray[np.float64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]


def _outline(
    read: Read,
    parts: Sequence[Sequence[str]],
    band: tuple[float, float] | unguard.Bandpass | None,
    mains: float | None,
) -> _Outline:
    middles, extremes = [], []
    said: list[About] = []
    method = None
    for part in parts:
        recording = read(part)
        first, last = listened_to(recording.samples, recording.fs)
        middles.append(recording.data[first:last].copy())
        extremes.append(extremes_of(recording))
        said.append(About.of(recording))
        method = method or decide(recording, band=band, mains=mains, rest=None)
        del recording
    assert method is not None  # there is at least one part
    about = dataclasses.replace(
        said[0],
        channels=[c for one in said for c in one.channels],
        repairs=list(dict.fromkeys(text for one in said for text in one.repairs)),
        remarks=list(dict.fromkeys(text for one in said for text in one.remarks)),
    )
    lowest, highest = (np.concatenate(ends) for ends in zip(*extremes, strict=True))
    return _Outline(about, method, np.concatenate(middles, axis=1), lowest, highest)
