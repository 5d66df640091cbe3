"""Uses an installed package from a folder of recordings, as the README says: run by scripts/package."""

import importlib.metadata
from pathlib import Path

import numpy as np
import unguard

assert "site-packages" in unguard.__file__, unguard.__file__
assert importlib.metadata.version("unguard") == unguard.__version__
assert Path(unguard.__file__).with_name("py.typed").is_file()

recording = unguard.io.read(next(Path().rglob("guarded.bdf")))
emg, fs = recording.select(recording.names[:4]), recording.fs
envelope = unguard.Chain(unguard.Bandpass(low=20, high=450), unguard.Rms(window=0.125))
whole = envelope(emg.data, fs=fs)
live = envelope.start(fs=fs, channels=4)
assert np.array_equal(np.concatenate([live.process(block) for block in np.array_split(emg.data, 37)]), whole)
assert len(unguard.list()) > 150
emg.plot()
try:
    import mne  # noqa: F401
except ModuleNotFoundError:
    try:
        unguard.io.read("no.xdf")
    except (ImportError, ValueError) as said:
        assert len(str(said).splitlines()) == 1
print(f"unguard {unguard.__version__} from {Path(unguard.__file__).parent.name}: reads, filters, draws")
