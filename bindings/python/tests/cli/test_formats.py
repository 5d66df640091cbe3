"""`unguard info` and `unguard analyse` on recordings of every format: what its README says, and a report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from format_files import Stream, xdf_bytes
from unguard import extras

_TRIGNO = "delsys_csv/truncated_trigno_sample.csv"


@pytest.mark.parametrize(
    ("file", "first_line"),
    [
        ("formats/minimal.xdf", "minimal.xdf: XDF, 0.9 s, 3 channels"),
        ("malformed/xdf_truncated.xdf", "xdf_truncated.xdf: XDF, 0.9 s, 3 channels"),
        ("emggo/sample_data.mat", "sample_data.mat: MATLAB, 549.68 s, 1 channel"),
        ("pyomeca/markers_analogs.c3d", "markers_analogs.c3d: C3D, 5.8 s, "),
        ("physionet_emgdb/emg_healthy.dat", "emg_healthy.dat: WFDB, 12.715 s, 1 channel"),
        ("physionet_ecg/100.hea", "100.hea: WFDB, 1805.56 s, 2 channels"),
        (_TRIGNO, "truncated_trigno_sample.csv: Delsys EMGworks CSV, 2.00"),
        ("elderly_emg_force/ID_24.xlsx", "ID_24.xlsx: Excel, length unknown, as no rate is stated, 20 channels"),
    ],
)
def test_info_says_what_is_in_it(run: Callable[..., Any], real_data: Path, file: str, first_line: str) -> None:
    ran = run("info", real_data / file)
    assert ran.code == 0 and ran.out.startswith(first_line), ran.out


@pytest.mark.parametrize(
    ("file", "options"),
    [
        ("emggo/sample_data.mat", ("--unit", "uV")),
        ("pyomeca/markers_analogs.c3d", ("--channels", "Trap_sup.EMG6,Pec.IM EMG12")),
        ("physionet_emgdb/emg_healthy.hea", ()),
        (
            "elderly_emg_force/ID_24.xlsx",
            ("--device", "EMG_TA", "--fs", "2000", "--unit", "uV", "--channels", "column 3"),
        ),
        pytest.param(
            _TRIGNO,
            ("--channels", "Mini sensor 10: EMG 10", "--reader", "biosigio"),
            marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="biosigIO needs Python 3.11"),
        ),
    ],
)
def test_analyse_writes_its_report(
    run: Callable[..., Any], real_data: Path, file: str, options: tuple[str, ...]
) -> None:
    ran = run("analyse", real_data / file, *options)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[-1].endswith("report.html")


def test_what_a_file_does_not_state_is_asked_for_by_its_option(run: Callable[..., Any], tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(0, 9, (900, 1)).astype(np.float32)
    stamps = 5 + np.arange(900) / 1000
    streams = [Stream("left", values=values, stamps=stamps), Stream("right", values=values, stamps=stamps)]
    (tmp_path / "two.xdf").write_bytes(xdf_bytes(streams))
    ran = run("analyse", "two.xdf")
    assert ran.code == 3 and "the device is not one (left, right): expected --device naming one" in ran.err
    assert "Devices, to be read one at a time by --device: left, right" in run("info", "two.xdf").out
    assert run("info", "two.xdf", "--device", "left").out.startswith("two.xdf: XDF, 0.9 s, 1 channel\n")
    ran = run("info", "two.xdf", "--device", "middle")
    assert ran.code == 2 and "--device is 'middle': expected one of left, right" in ran.err


def test_a_missing_extra_is_one_sentence(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str, package: str, extra: str) -> Any:
        raise extras.MissingExtra(package, extra)

    stream = Stream(values=np.ones((9, 1), np.float32), stamps=np.arange(9) / 1000)
    (tmp_path / "a.xdf").write_bytes(xdf_bytes([stream]))
    monkeypatch.setattr(extras, "module", missing)
    ran = run("info", "a.xdf")
    assert ran.code == 2 and ran.err == "unguard: pyxdf is not installed: pip install 'unguard[formats]'\n"
