"""What a channel is called in tables."""

from __future__ import annotations

from collections.abc import Sequence


def channel_name(names: Sequence[str] | None, index: int) -> str:
    """Return the name of a channel by its index, counted from 1 where there are none."""
    return f"channel {index + 1}" if names is None else names[index]
