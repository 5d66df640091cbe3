"""Any bytes as a plan file, by libFuzzer through Atheris. Truth: a plan, or one sentence of ours; a plan that was read
is written and read again as it is.

    python tests/fuzz/plan_file_fuzz.py tests/fuzz/corpus/plan_file -max_total_time=300
"""

import logging
import os
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["unguard.plan", "tomlkit"]):
    import unguard.plan  # noqa: F401
    from unguard.errors import ConfigError, FormatError
    from unguard.plan import read_plan, write_plan

FOLDER = Path(tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
FILE, COPY = FOLDER / "P-001.toml", FOLDER / "copy" / "P-001.toml"
COPY.parent.mkdir(exist_ok=True)
logging.getLogger("unguard").setLevel(logging.CRITICAL)


def one_input(data: bytes) -> None:
    """Read the bytes as a plan; anything but a plan or a refusal leaves."""
    FILE.write_bytes(data)
    try:
        plan = read_plan(FILE)
    except (FormatError, ConfigError) as said:
        assert str(said) and "\n" not in str(said), repr(str(said))
        return
    COPY.unlink(missing_ok=True)
    written = write_plan(plan, COPY)
    assert read_plan(written) == plan


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
