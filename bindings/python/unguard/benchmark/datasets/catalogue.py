"""Data sets by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from unguard.arguments import path_of
from unguard.benchmark.datasets.bursts import emggo, plux_bursts
from unguard.benchmark.datasets.dataset import Dataset
from unguard.benchmark.datasets.gestures import uci_gestures
from unguard.benchmark.datasets.layout import folder_of
from unguard.benchmark.datasets.lower_limb import uci_lower_limb
from unguard.benchmark.datasets.lstm_mad import lstm_mad
from unguard.benchmark.datasets.paoletti import paoletti
from unguard.benchmark.datasets.tenan import tenan
from unguard.errors import ConfigError

DATASETS: dict[str, Callable[..., Dataset]] = {
    "plux_bursts": plux_bursts,
    "emggo": emggo,
    "uci_gestures": uci_gestures,
    "uci_lower_limb": uci_lower_limb,
    "paoletti": paoletti,
    "lstm_mad": lstm_mad,
    "tenan": tenan,
}


def dataset(name: str, path: str | os.PathLike[str], **options: Any) -> Dataset:
    """Load a data set that was fetched before; nothing is downloaded.

    Parameters
    ----------
    name: one of DATASETS; the function of that name says where it is from and what is expected.
    path: the folder it was unpacked into. options: of that function, such as fs.

    Raises
    ------
    ConfigError: the name is not known, or an option is not allowed. MissingFiles (a FormatError): files are missing;
    the first is named. FormatError: a file has another shape.
    """
    if name not in DATASETS:
        raise ConfigError("name", repr(name), "one of " + ", ".join(DATASETS))
    try:
        return DATASETS[name](path, **options)
    except TypeError as error:
        if "unexpected keyword" not in str(error):
            raise
        raise ConfigError("options", ", ".join(options), f"options of {name}: {error}") from None


def annotated(path: str | os.PathLike[str], *, fs: float = 200.0) -> list[Dataset]:
    """Return the recordings with known events of a folder laid out as UNGUARD_REAL_DATA: plux, emggo, uci_gestures.

    Parameters
    ----------
    fs: hertz, of uci_gestures, whose files do not state it; by default the armband's nominal rate.

    Raises
    ------
    ConfigError: fs cannot be. MissingFiles, FormatError: as :func:`dataset`.
    """
    folder = folder_of(path_of("path", path))
    return [
        dataset("plux_bursts", folder / "plux"),
        dataset("emggo", folder / "emggo"),
        dataset("uci_gestures", folder / "uci_gestures", fs=fs),
    ]
