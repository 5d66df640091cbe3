"""The examples of docs/clinical.md and docs/plan.md run, in their order. Truth: the pages, as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from backs import DAY, back, entry, mine, on_day
from unguard.session import profile_bends
from unguard.simulated_recording import write_simulation

ROOT = Path(__file__).parents[4]


def blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.S)


def run(code: list[str], names: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """Run them where the recordings are and nothing is kept."""
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    for block in code:
        exec(block, names)
    return names


def test_the_examples_of_clinical_run_and_say_what_the_page_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, live, guarding, spikes = blocks("clinical.md")
    names = run([first], {}, monkeypatch, tmp_path)
    (promised,) = re.findall(r'ratio\("ERR", "longissimus L"\)  # (<.*>)', first)
    r = names["found"].bends.ratio("ERR", "longissimus L")
    assert f"<{r.value:.2f} [{r.low:.2f}, {r.high:.2f}]>" == promised
    for block in (live, guarding):
        exec(block, names)
    assert len(names["over"]) == 2 * 3
    assert names["so_far"].judged and [i.judged for i in names["indices"].of("longissimus L")] == [True] * 5
    good = on_day(back(5, seed=31, spikes=0))
    names |= {"mine": profile_bends(good, mine(entry(DAY)), good=[1, 2, 3], noise=0.4).plan, "recording": good}
    exec(spikes, names)
    assert names["found"].spikes.told


def test_the_examples_of_plan_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first, profile = blocks("plan.md")
    names = run([first], {}, monkeypatch, tmp_path)
    assert names["advice"].step == "stay"
    write_simulation(tmp_path / "P-014_2026-11-02.bdf", back(7, seed=31, spikes=0))
    names["mine"] = mine(entry(DAY))
    exec(profile, names)
    assert len(names["made"].plan.calibrations) == 2
