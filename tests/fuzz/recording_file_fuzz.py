"""Any bytes as a recording on disk, for the readers in Python: EDF, BDF and text. By libFuzzer through Atheris.

The first byte says what the file is called. Truth: a recording whose values are numbers, or one sentence of ours.

    python tests/fuzz/recording_file_fuzz.py tests/fuzz/corpus/recording_file -max_total_time=300
"""

import logging
import os
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["unguard.io"]):
    import numpy as np
    from unguard.errors import ConfigError, FormatError
    from unguard.io import info, read

FOLDER = Path(tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
NAMES = [FOLDER / f"a.{suffix}" for suffix in ("edf", "bdf", "csv", "txt", "tsv")]
logging.getLogger("unguard").setLevel(logging.CRITICAL)


def one_input(data: bytes) -> None:
    """Read the bytes as a recording; anything but a recording or a refusal leaves."""
    file = NAMES[(data[0] if data else 0) % len(NAMES)]
    file.write_bytes(data[1:])
    for ask in (info, lambda path: read(path, fs=1000, unit="uV")):
        try:
            found = ask(file)
        except (FormatError, ConfigError) as said:
            assert str(said) and "\n" not in str(said), repr(str(said))
            continue
        if ask is not info:
            assert np.isfinite(found.data).all() and found.samples > 0


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
