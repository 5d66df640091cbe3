"""How many of something, in words."""

from __future__ import annotations


def counted(number: int, what: str) -> str:
    """Return "1 channel" or "2 channels"."""
    return f"{number} {what}" + ("" if number == 1 else "s")
