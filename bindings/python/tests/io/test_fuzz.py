"""Whatever bytes are on disk: a recording comes back, or one of the two errors; never anything else, never much memory.

Seeds are files of every format written here, and the small real recordings where they are at hand. Time-boxed.
"""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import edfio
import h5py
import numpy as np
import pytest
import scipy.io
from format_files import Stream, write_c3d, write_mat73, write_wfdb, write_xlsx, xdf_bytes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unguard import extras, io
from unguard.errors import ConfigError, FormatError

_SEED = int(os.environ.get("UNGUARD_FUZZ_SEED", "20240611"))
#: Long enough to find what is new; UNGUARD_FUZZ_SECONDS makes it a search.
_SECONDS_PER_FORMAT = float(os.environ.get("UNGUARD_FUZZ_SECONDS", "1.5"))
_OPTIONS = ({}, {"fs": 1000.0, "unit": "mV"}, {"gain": 0.5, "offset": 3.0, "fs": 250.0})
#: Before tracing begins: a package that is imported while a file is read would count as memory of the file.
_PACKAGES = [extras.module(*one, "formats") for one in (("pyxdf", "pyxdf"), ("wfdb", "wfdb"), ("openpyxl", "openpyxl"))]
#: Pieces that turn one meaning into another: numbers too large, separators, signs of formats, control bytes.
_PIECES = [
    *(b"-1", b"0", b"99999999", b"nan", b"inf", b"1e308", b"-1e308", b"1e-320", b"", b",", b";", b"\t", b"\n", b"\r\n"),
    *(b'"', b"#", b"%", b"{", b"[", b"\x00", b"\x14", b"\x15", b"\xff", b"\xfe\xff", b"\xc2\xb5V", b"+", b" ", b"NaN"),
    *(b"EDF+D", b"EDF Annotations ", b"uV", b"time", b"Label:", b"-2147483649", b"9" * 40, b"null", b"1,5"),
]


def _edf(bdf: bool) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        make = edfio.BdfSignal if bdf else edfio.EdfSignal
        rng = np.random.default_rng(1)
        signals = [make(rng.normal(0, 9, 400), 100, label=f"EMG {i}", physical_dimension="uV") for i in range(2)]
        signals.append(make(rng.normal(0, 9, 40), 10, label="angle", physical_dimension="deg"))
        notes = [edfio.EdfAnnotation(1, 2, "rest")]
        (edfio.Bdf if bdf else edfio.Edf)(signals, annotations=notes).write(path)

    return write


def _hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        group = file.create_group("00:07")
        group.attrs.update({"sampling rate": 1000, "resolution": [16], "channels": [1], "device": "biosignalsplux"})
        group["raw/channel_1"] = np.arange(300, dtype=np.uint16).reshape(-1, 1)
        group["raw/channel_1"].attrs["sensor"] = "EMG"
        group["raw/nSeq"] = np.arange(300, dtype=np.uint16).reshape(-1, 1)


def _lines(head: str, row: str) -> Callable[[Path], None]:
    text = head + "".join(row.format(n=i, t=i / 1000, x=i * 0.5 - 3) for i in range(60))
    return lambda path: path.write_bytes(text.encode()) and None  # type: ignore[func-returns-value]


def _xdf(path: Path) -> None:
    values = np.random.default_rng(1).normal(0, 9, (100, 2)).astype(np.float32)
    emg = Stream(values=values, stamps=10 + np.arange(100) / 1000, offsets=[(10, 1.0), (11, 1.0)], chunk=20)
    path.write_bytes(xdf_bytes([emg, Stream("m", "Markers", 0.0, "string", [["rest"], ["lift"]], [10.01, 10.05])]))


def _mat(packed: bool) -> Callable[[Path], None]:
    values = np.random.default_rng(1).normal(0, 9, (100, 2))
    struct = {"data": values, "fs": 1000.0, "labels": np.array(["a", "b"], dtype=object), "n": {"x": np.arange(5.0)}}
    return lambda path: scipy.io.savemat(path, {"emg": struct, "force": np.arange(9)}, do_compression=packed)


def _mat73(path: Path) -> None:
    values = np.random.default_rng(1).normal(0, 9, (100, 2))
    write_mat73(path, {"emg": {"data": values, "fs": 1000.0, "labels": ["a", "b"], "units": "mV"}})


def _set(path: Path) -> None:
    events = np.array([("stim", 11.0, 0.0)], dtype=[("type", object), ("latency", object), ("duration", object)])
    fields = {"data": np.ones((2, 60), np.float32), "srate": 500.0, "nbchan": 2.0, "pnts": 60.0, "event": events}
    scipy.io.savemat(path, {"EEG": fields}, appendmat=False)


def _wfdb(path: Path) -> None:
    write_wfdb(path.parent, "damaged")
    write_wfdb(path.parent, path.stem)


def _xlsx(path: Path) -> None:
    rows = [(i / 1000, i * 0.5, 3 - i) for i in range(40)]
    write_xlsx(path, {"trial": [("time (s)", "EMG (mV)", "angle (deg)"), *rows], "notes": [("a", "b")]})


_DEVICE = (
    (
        '{"00:07": {"sensor": ["EMG"], "column": ["nSeq", "DI", "CH1"], "channels": [1], "device": "biosignalsplux", '
        '"sampling rate": 1000, "resolution": [16]}}'
    )
    .replace("{", "{{")
    .replace("}", "}}")
)
_FORMATS: dict[str, Callable[[Path], None]] = {
    "a.edf": _edf(False),
    "a.bdf": _edf(True),
    "a.h5": _hdf5,
    "a.xdf": _xdf,
    "v6.mat": _mat(False),
    "v7.mat": _mat(True),
    "v73.mat": _mat73,
    "a.set": _set,
    "a.c3d": lambda path: write_c3d(path) and None,  # type: ignore[func-returns-value,dict-item]
    "a.hea": _wfdb,
    "a.dat": _wfdb,
    "a.atr": _wfdb,
    "a.xlsx": _xlsx,
    "plain.csv": _lines("time,left_uV,right_mV\n", "{t},{x},{n}\n"),
    "european.csv": _lines("Zeit;links;rechts\n", "{n};{n},5;-{n},25\n"),
    "headerless.txt": _lines("", "{t}\t{x}\n"),
    "opensignals.txt": _lines(
        f"# OpenSignals Text File Format\n# {_DEVICE}\n# EndOfHeader\n".format(), "{n}\t0\t{n}\t\n"
    ),
    "simple.txt": _lines(
        "# Simple Text Format\n# Sampling Rate (Hz):= 1000\n# Resolution:= 12\n# Labels:= EMG\n", "{n}.0\n"
    ),
    "openbci.txt": _lines(
        "%OpenBCI Raw EXG Data\n%Sample Rate = 250 Hz\nSample Index, EXG Channel 0, Accel Channel 0\n",
        "{n}, {x}, 0.1\n",
    ),
    "datalog.txt": _lines("File Name: a\nChannel 1: 'M', 60 values, engineering units: mV, no filters.\n\n", "{x}\t\n"),
    "discover.csv": _lines(
        "Application:,Trigno Discover (1.7.0)\nDate/Time:,now\nCollection Length (seconds):,1\n"
        "Avanti Sensor 1 (75),,,\nsensor mode: 65,,,\n"
        "EMG 1 Time Series (s),EMG 1 (mV),ACC X Time Series (s),ACC X (G)\n"
        ",1000 Hz,,1000 Hz\n"
        ",0.001 s,,0.001 s,Type,Name,Label,Time (s)\n",
        "{t},{x},{t},{n},General,M,lift,{t}\n",
    ),
    "delsys.csv": _lines(
        "Label: M Sampling frequency: 1.0e+003 Number of points: 60 start: 0.0 Unit: V Domain Unit: s\n\nX[s],M\n",
        "{t},{x}\n",
    ),
}


def _mutate(raw: bytes, rng: np.random.Generator) -> bytes:
    """Damage a file as storage, editors and exporters do: flip, overwrite, insert, cut out, repeat, cut off."""
    data = bytearray(raw)
    for _ in range(int(rng.integers(1, 6))):
        at = int(rng.integers(0, min(len(data), 1024 if rng.random() < 0.6 else len(data)) + 1))
        kind = int(rng.integers(0, 6))
        piece = _PIECES[int(rng.integers(len(_PIECES)))]
        length = int(rng.integers(1, 64))
        if kind == 0 and at < len(data):
            data[at] ^= 1 << int(rng.integers(8))
        elif kind == 1:
            data[at : at + len(piece)] = piece
        elif kind == 2:
            data[at:at] = piece
        elif kind == 3:
            del data[at : at + length]
        elif kind == 4:
            data[at:at] = data[at : at + length]
        elif rng.random() < 0.3:
            del data[at:]
    return bytes(data)


def _ask(path: Path) -> None:
    """Ask everything of a file; anything but the two errors is a fault of the reader."""
    for options in _OPTIONS:
        try:
            recording = io.read(path, **options)  # type: ignore[arg-type]
        except (FormatError, ConfigError) as refusal:
            assert ": expected " in str(refusal)
        else:
            assert np.all(np.isfinite(recording.data)) and recording.data.shape[0] > 0
    try:
        names = [c.name for c in io.info(path).channels]
        io.read(path, channels=names[:1], fs=1000.0, unit="uV")
    except (FormatError, ConfigError):
        pass


@pytest.mark.parametrize("name", _FORMATS)
def test_a_sound_seed_is_read(tmp_path: Path, name: str) -> None:
    _FORMATS[name](tmp_path / name)
    assert io.info((tmp_path / name).with_suffix(".hea") if name == "a.atr" else tmp_path / name).channels


@pytest.mark.parametrize("name", _FORMATS)
def test_damaged_files_raise_the_two_errors_only(tmp_path: Path, name: str) -> None:
    seed = tmp_path / name
    _FORMATS[name](seed)
    raw = seed.read_bytes()
    rng = np.random.default_rng(_SEED)
    path = tmp_path / ("damaged" + seed.suffix)
    end = time.monotonic() + _SECONDS_PER_FORMAT
    tracemalloc.start()
    try:
        for count in range(100_000):
            if time.monotonic() > end:
                break
            damaged = _mutate(raw, rng)
            path.write_bytes(damaged)
            try:
                _ask(path.with_suffix(".hea") if name == "a.atr" else path)
            except Exception as fault:
                raise AssertionError(
                    f"{name}, seed {_SEED}, mutation {count}: {type(fault).__name__}: {fault}"
                ) from fault
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2**26, "memory must follow the size of the file, not what its header claims"


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=600),
        st.text(max_size=300).map(lambda text: text.encode("utf-8", errors="replace")),
        st.lists(st.sampled_from(_PIECES), max_size=60).map(b"".join),
        st.binary(max_size=300).map(lambda tail: b"0       " + tail.rjust(256, b" ")),
        st.binary(max_size=300).map(lambda tail: b"\xffBIOSEMI" + tail.rjust(256, b"1")),
        st.binary(max_size=300).map(lambda tail: b"\x89HDF\r\n\x1a\n" + tail),
        st.binary(max_size=300).map(lambda tail: b"XDF:" + tail),
        st.binary(max_size=300).map(lambda tail: b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM" + tail),
        st.binary(max_size=900).map(lambda tail: b"\x02\x50" + tail.ljust(1600, b"\0")),
        st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail),
        st.binary(max_size=300).map(lambda tail: b"r 1 1000 50\nr.dat 16 200\n" + tail),
    ),
    suffix=st.sampled_from(
        [
            *(".csv", ".txt", ".edf", ".bdf", ".h5", ".tsv", "", ".dat"),
            *(".xdf", ".mat", ".set", ".c3d", ".hea", ".xlsx"),
        ]
    ),
)
def test_any_bytes_raise_the_two_errors_only(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(data)
    _ask(path)


def test_damaged_real_recordings_raise_the_two_errors_only(tmp_path: Path, real_data: Path) -> None:
    small = sorted(
        path
        for path in real_data.glob("*/*")
        if path.suffix in (".edf", ".bdf", ".csv", ".txt", ".h5", ".xdf") and 0 < path.stat().st_size < 200_000
    )
    rng = np.random.default_rng(_SEED)
    end = time.monotonic() + 3 * _SECONDS_PER_FORMAT
    for count in range(100_000):
        if time.monotonic() > end:
            break
        seed = small[count % len(small)]
        path = tmp_path / f"damaged{seed.suffix}"
        path.write_bytes(_mutate(seed.read_bytes(), rng))
        try:
            _ask(path)
        except Exception as fault:
            raise AssertionError(f"{seed.name}, seed {_SEED}, mutation {count}: {fault!r}") from fault
