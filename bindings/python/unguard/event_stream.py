"""The reports of a live detector, block after block, as one loop.

>>> live = unguard.HodgesBui().start(fs=2000)
>>> for report in unguard.events(live, blocks):
...     if report.report == "OPEN":
...         alarm(report)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard._core import Event, LiveDetector, LiveRPeaks
from unguard.errors import ConfigError

Block = ArrayLike | tuple[ArrayLike, NDArray[np.uint32]]


def events(live: LiveDetector | LiveRPeaks, blocks: Iterable[Block]) -> Iterator[Event]:
    """Yield what a live detector reports of a stream, each report as soon as its block has been worked through.

    Open events close when the blocks end; a loop left before leaves the detector where it is.

    Parameters
    ----------
    live: a started detector.
    blocks: (frames,) or (frames, channels) each, uV; or pairs of such a block and its reason bits, as
        ``chain.process(block, marks=True)`` returns them.

    Raises
    ------
    ConfigError: naming the argument.
    """
    if not isinstance(live, (LiveDetector, LiveRPeaks)):
        raise ConfigError("live", repr(live), "a started detector, as HodgesBui().start(fs=...) gives")
    if not isinstance(blocks, Iterable):
        raise ConfigError("blocks", repr(blocks), "blocks of samples, one after the other")
    return _reports(live, blocks)


def _reports(live: LiveDetector | LiveRPeaks, blocks: Iterable[Any]) -> Iterator[Event]:
    for block in blocks:
        marked = isinstance(block, tuple) and len(block) == 2 and isinstance(block[1], np.ndarray)
        x, marks = block if marked else (block, None)
        yield from live.process(x, marks=marks)
    yield from live.finish()
