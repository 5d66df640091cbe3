"""Specs and results as pickle carries them between processes. Truth: what was pickled; a process of its own."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import unguard
from unguard import clinical
from unguard.simulated_recording import to_recording

FS = 2000
SPECS = [name for name in unguard.list().names if hasattr(getattr(unguard, name, None), "_fields")]
#: Those that mean nothing as they are by default.
NEEDED: dict[str, dict[str, Any]] = {"NoiseSubtracted": {"noise": [0.5]}, "PooledLevel": {"reference": [10.0]}}
COMPOSED = [
    unguard.Chain(unguard.Priming(), unguard.Bandpass(low=30), unguard.Rms()),
    unguard.Chain(unguard.Sos(rows=[1, 0, 0, 1, 0, 0]), unguard.Tkeo()),
    unguard.Gated(unguard.Rms(window=0.25), least_share=0.3, tail=0.01),
    unguard.Pipeline(unguard.Chain(unguard.Priming(), unguard.Bandpass())),
    unguard.Pipeline(
        unguard.Chain(unguard.Priming(), unguard.Bandpass(low=30)),
        montage={"left": ("L1", "L2"), "right": "R1"},
        common_average=True,
        mains=unguard.LineCanceller(frequency=60),
        heart=unguard.HeartGate(),
        events=unguard.SpasmDetector(learn=3),
        watch=unguard.StreamWatch(),
    ),
    unguard.Pipeline(
        unguard.Chain(unguard.Priming(), unguard.Bandpass()),
        heart=unguard.EcgSubtraction(),
        events=unguard.EventDetector(),
    ),
]


def again(made: Any) -> Any:
    return pickle.loads(pickle.dumps(made))


@pytest.mark.parametrize("name", SPECS)
def test_a_spec_comes_back_equal_and_its_repr_makes_it_anew(name: str) -> None:
    spec = getattr(unguard, name)(**NEEDED.get(name, {}))
    for other in (again(spec), copy.copy(spec), copy.deepcopy(spec), eval(repr(spec), dict(vars(unguard)))):
        assert type(other) is type(spec) and other == spec and hash(other) == hash(spec) and repr(other) == repr(spec)


@pytest.mark.parametrize("spec", COMPOSED, ids=lambda s: type(s).__name__)
def test_what_is_composed_comes_back_equal_and_its_repr_makes_it_anew(spec: Any) -> None:
    for other in (again(spec), copy.copy(spec), eval(repr(spec), dict(vars(unguard)))):
        assert other == spec and repr(other) == repr(spec) and hash(other) == hash(spec)


def test_a_chain_and_a_session_show_what_they_are_made_of() -> None:
    chain, plan = COMPOSED[0], COMPOSED[4]
    assert chain.stages == (unguard.Priming(), unguard.Bandpass(low=30), unguard.Rms())
    assert unguard.Chain(*chain.stages) == chain
    assert plan.cleaning == unguard.Chain(unguard.Priming(), unguard.Bandpass(low=30))
    assert plan.montage == {"left": ("L1", "L2"), "right": "R1"} and plan.common_average is True
    assert plan.mains == unguard.LineCanceller(frequency=60) and plan.heart == unguard.HeartGate()
    assert plan.level == unguard.GatedRms() and plan.events == unguard.SpasmDetector(learn=3)
    assert COMPOSED[3].montage is None and COMPOSED[3].heart is None and COMPOSED[3].events is None
    assert COMPOSED[3] != COMPOSED[4] and COMPOSED[3] != "a Pipeline"


def test_a_filter_pickled_in_one_process_gives_the_same_bits_in_another(tmp_path: Any) -> None:
    x = np.random.default_rng(1).normal(size=(3000, 2))
    (tmp_path / "given").write_bytes(pickle.dumps((COMPOSED[0], x)))
    program = (
        "import pickle, sys; chain, x = pickle.load(open(sys.argv[1], 'rb')); "
        "pickle.dump(chain(x, fs=2000), open(sys.argv[2], 'wb'))"
    )
    subprocess.run([sys.executable, "-c", program, tmp_path / "given", tmp_path / "made"], check=True)
    made = pickle.loads((tmp_path / "made").read_bytes())
    assert np.array_equal(made, COMPOSED[0](x, fs=FS))


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    return {name: made for name, made in _results()}


def _results() -> Iterator[tuple[str, Any]]:
    rng = np.random.default_rng(5)
    x = 2 * rng.standard_normal((24_000, 2))
    x[16_000:20_000] *= 30
    reports = unguard.detect(unguard.SpasmDetector(learn=2), x, fs=FS, markers=[("rest begins", 0)])
    yield "events", unguard.Events(reports, fs=FS)
    yield "event", reports[0]
    plan = unguard.Pipeline(unguard.Chain(unguard.Priming(), unguard.Bandpass()))
    readings, _ = plan(x, fs=FS)
    values = [r for r in readings if r.value_uV is not None]
    assert values and any(r.value_uV is None for r in readings)
    yield "readings", readings
    yield "reading", values[0]
    spectra = unguard.SlidingSpectrum().start(fs=FS, channels=2).process(x)
    assert any(r.mdf_hz is not None for r in spectra)
    yield "spectra", spectra
    back = to_recording(unguard.simulate("guarded", seconds=60, seed=3))
    found = clinical.analyse_bends(back, noise=0.4)
    muscle = found.muscles[0]
    yield "bends", found.bends
    yield "ratio", found.bends.ratio("FRR", muscle)
    yield "level", found.bends.of(muscle)[0].extending
    assert found.by_angle is not None
    yield "by angle", found.by_angle.bends
    yield "bin", next(b for b in found.by_angle.bends[0].flexing if b is not None)
    yield (
        "asymmetry",
        clinical.asymmetry(found.bends.of(muscle)[0].extending, found.bends.of(found.muscles[1])[0].extending),
    )
    angle = back.data[:, back.names.index(found.angle)]
    yield "phases", clinical.bend_phases(angle, fs=back.fs)
    distribution = (
        clinical.AmplitudeDistribution()
        if hasattr(clinical, "AmplitudeDistribution")
        else unguard.AmplitudeDistribution()
    )
    distribution.add(np.abs(x[:, 0]))
    yield "distribution", distribution


NAMES = ["events", "event", "readings", "reading", "spectra", "bends", "ratio", "level", "by angle", "bin", "asymmetry",
         "phases", "distribution"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_result_comes_back_equal(results: dict[str, Any], name: str) -> None:
    made = results[name]
    assert made is not None
    back = again(made)
    assert back == made and repr(back) == repr(made)


def test_all_kinds_of_results_are_tried(results: dict[str, Any]) -> None:
    assert list(results) == NAMES


def test_a_pickle_of_another_version_or_of_something_else_is_refused(results: dict[str, Any]) -> None:
    event = results["event"]
    fresh = type(event).__new__(type(event))
    version, told = event.__getstate__()
    with pytest.raises(ValueError, match=r"^a Event pickled by unguard 0\.0\.0 is not read by "):
        fresh.__setstate__(("0.0.0", told))
    for wrong in ((version, told[:-1]), (version, told + b"\0"), (version, "text"), (version,), ()):
        with pytest.raises(ValueError, match=r"^what was pickled is no Event$"):
            fresh.__setstate__(wrong)
    # A kind of report that there is not.
    with pytest.raises(ValueError, match="no Event"):
        fresh.__setstate__((version, told[:12] + b"\x7f" + told[13:]))
