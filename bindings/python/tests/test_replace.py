"""`replace()` of every spec. Truth: the spec that is made with all values at once."""

from __future__ import annotations

import copy
import inspect
import sys
from typing import Any

import pytest
import unguard
from unguard import ConfigError

SPECS = [kind for _, kind in inspect.getmembers(unguard._core, inspect.isclass) if hasattr(kind, "_fields")]
#: Of specs without defaults.
NEEDED = {"NoiseSubtracted": {"noise": 2.0}, "PooledLevel": {"reference": 50.0}}


@pytest.mark.parametrize("kind", SPECS, ids=lambda kind: kind.__name__)
def test_every_spec_gives_the_same_with_other_values(kind: Any) -> None:
    usual = kind(**NEEDED.get(kind.__name__, {}))
    assert usual.replace() == usual and usual.replace() is not usual and type(usual.replace()) is kind
    for field in kind._fields:
        name, value = field["name"], getattr(usual, field["name"])
        assert usual.replace(**{name: value}) == usual
        with pytest.raises(ConfigError, match=f"^{name} is <object"):
            usual.replace(**{name: object()})
    with pytest.raises(TypeError, match=rf"{kind.__name__}\(\) has no parameter 'nothing'"):
        usual.replace(nothing=1)


def test_other_fields_stay_and_the_first_spec_too() -> None:
    first = unguard.Bandpass(low=30, order=2)
    assert first.replace(high=400) == unguard.Bandpass(low=30, high=400, order=2)
    assert first == unguard.Bandpass(low=30, order=2)
    nested = unguard.HodgesBui(spreads=5, on_marks=unguard.OnMarks(bridge=0.02))
    assert nested.replace(spreads=4).on_marks == nested.on_marks and nested.replace(spreads=4).spreads == 4
    assert first.__replace__(low=25) == first.replace(low=25)
    if sys.version_info >= (3, 13):
        assert copy.replace(first, low=25) == first.replace(low=25)


def test_a_wrong_call_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"order is 99: expected 1 to 12 \(Bandpass.order\)"):
        unguard.Bandpass().replace(order=99)
    with pytest.raises(TypeError, match=r"Bandpass.replace\(\) takes its parameters by name only: low, high, order"):
        unguard.Bandpass().replace(30)
    with pytest.raises(TypeError, match="was never made"):
        unguard.Bandpass.__new__(unguard.Bandpass).replace()
