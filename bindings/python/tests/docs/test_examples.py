"""Every example of every page runs, in its order, where the recordings are. Truth: the pages, as they stand.

Pages whose examples take another setting have tests of their own, named in `ELSEWHERE`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import unguard

ROOT = Path(__file__).parents[4]
if not (ROOT / "docs").is_dir():
    pytest.skip("not in a clone: docs/ is not beside the package", allow_module_level=True)

ELSEWHERE = {
    "docs/datasets.md": "dataset/test_examples.py",
    "docs/formats.md": "io/test_formats_page.py",
    "docs/interop.md": "test_interop_page.py",
    "docs/clinical.md": "clinical/test_page.py",
    "docs/plan.md": "clinical/test_page.py",
    "docs/detect.md": "detect/test_page.py",
    "docs/thresholds.md": "detect/test_page.py",
}
#: Pages that compare with a peer, which is an extra.
PEERS = {
    "docs/coming/neurokit2.md": "neurokit2",
    "docs/coming/biosppy.md": "biosppy",
    "docs/coming/brainflow.md": "brainflow",
}


def blocks(page: Path) -> list[str]:
    return re.findall(r"(?m)^```python\n((?:.|\n)*?)^```", page.read_text(encoding="utf-8"))


PAGES = {
    page.relative_to(ROOT).as_posix(): blocks(page)
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if blocks(page)
}


def emg(seconds: float = 20.0, channels: int = 2, fs: float = 2000) -> Any:
    x = np.random.default_rng(1).standard_normal((round(seconds * fs), channels)) * 20
    return unguard.Chain(unguard.Priming(), unguard.Bandpass())(x, fs=fs)


def names_of(page: str) -> dict[str, Any]:
    """Return what an example takes for granted, as its page says in words."""
    if page == "README.md":
        Path("mine.csv").write_text("time [s],left [mV]\n0,0.1\n0.001,0.2\n0.002,0.3\n")
        return {"block": emg(0.01, 4)}
    if page == "docs/fatigue.md":
        hold = unguard.recording.Annotation(1.0, 15.0, "hold")
        channels = [unguard.recording.Channel(name) for name in ("left", "right")]
        x = emg(20)
        return {
            "recording": unguard.Recording(x, 2000, channels, [hold]),
            "x": x[:, 0],
            "chain": unguard.Chain(unguard.Bandpass()),
            "stream": np.split(x[:, 0], 40),
        }
    if page == "docs/features.md":
        return {"x": emg(2)}
    if page == "docs/quality.md":
        x = unguard.Chain(unguard.Priming(), unguard.Bandpass())(
            2 * np.random.default_rng(1).standard_normal(100_000), fs=2000
        )
        for first in (50_000, 66_000, 82_000):
            x[first - 2000 : first + 8000] *= 50
        heart = np.arange(1600, 100_000, 1600)
        return {"unguard": unguard, "x": x, "level": np.ones(5), "peaks": heart}
    if page == "docs/spectrum.md":
        return {"unguard": unguard, "x": emg(4), "quiet": emg(4) / 20, "block": emg(1)}
    return {}


# BioSPPy's own: it looks for statistics where SciPy had them before.
@pytest.mark.filterwarnings("ignore:Please import `.*` from the `scipy.stats` namespace:DeprecationWarning")
@pytest.mark.parametrize("page", [name for name in PAGES if name not in ELSEWHERE])
def test_the_examples_of_a_page_run(
    page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if page in PEERS:
        pytest.importorskip(PEERS[page])
    (tmp_path / "data").symlink_to(ROOT / "data")
    if page == "docs/benchmark.md":
        (tmp_path / "recordings").mkdir()
        (tmp_path / "recordings" / "plux").symlink_to(request.getfixturevalue("real_data") / "plux")
    monkeypatch.chdir(tmp_path)
    names = names_of(page)
    for block in PAGES[page]:
        exec(compile(block, page, "exec"), names)
    if page == "README.md":
        assert names["level_uV"].shape == (20, 4) and names["marks"].dtype == np.uint32
        assert set(names["events"].to_dataframe()["channel"]) == set(names["emg"].names)
        (promised,) = re.findall(r"# (<[\d.]+ \[[\d., ]+\]): extension over", "".join(PAGES[page]))
        r = names["found"].bends.ratio("ERR", "longissimus L")
        assert promised == f"<{r.value:.3g} [{r.low:.2f}, {r.high:.2f}]"


def test_pages_that_are_run_elsewhere_are_run_there() -> None:
    for page, test in ELSEWHERE.items():
        assert page in PAGES
        assert Path(page).name in (Path(__file__).parents[1] / test).read_text(encoding="utf-8")
