"""Designs that cannot be are refused by the name of the parameter. Truth: the sentences."""

import pytest
import textbook
import unguard


@pytest.mark.parametrize("family", textbook.FAMILIES)
@pytest.mark.parametrize("of", textbook.KINDS)
def test_what_cannot_be_designed_is_refused_by_name(family, of):
    kind = family + of
    band = of.startswith("Band")
    wide = {"low": 20.0, "high": 1000.0} if band else {"cutoff": 1000.0}
    with pytest.raises(unguard.ConfigError, match=r"1000 Hz: expected below half the sampling rate, 1000 Hz"):
        unguard.sections(getattr(unguard, kind)(**wide), fs=2000)
    for order in (0, 99, -1):
        with pytest.raises(unguard.ConfigError, match=rf"order is {order}: expected 1 to 12 \({kind}\.order\)"):
            getattr(unguard, kind)(order=order)
    if band:
        with pytest.raises(unguard.ConfigError, match=r"low is 450 Hz: expected below high, 20 Hz"):
            unguard.sections(getattr(unguard, kind)(low=450, high=20), fs=2000)


@pytest.mark.parametrize("of", textbook.KINDS)
def test_what_only_one_family_has_is_refused_by_name(of):
    for family, field, values, words in (
        ("Chebyshev1", "ripple", (0, -1, 13, float("nan")), "expected 0.001 to 12 dB"),
        ("Chebyshev2", "attenuation", (0, -1, 201, float("inf")), "expected 3 to 200 dB"),
    ):
        for value in values:
            with pytest.raises(unguard.ConfigError, match=rf"{field} is {value} dB: {words} \({family}{of}\.{field}\)"):
                getattr(unguard, family + of)(**{field: value})
        with pytest.raises(unguard.ConfigError, match=rf"{field} is '1': expected a number from"):
            getattr(unguard, family + of)(**{field: "1"})
    with pytest.raises(unguard.ConfigError, match=r'norm is \'mag\': expected one of "phase" "delay" "magnitude"'):
        getattr(unguard, f"Bessel{of}")(norm="mag")


def test_notches_peaks_combs_and_smoothers_are_refused_by_name():
    refused = [
        (unguard.Peak(frequency=1000), "frequency is 1000 Hz: expected below half the sampling rate"),
        (unguard.Peak(width=2, q=25), r"q is 25: expected width or q, not both \(Peak\.q\)"),
        (unguard.Peak(width=1000), r"width is 1000 Hz: expected below half the sampling rate, 1000 Hz \(Peak\.width\)"),
        (unguard.Comb(notches=20), "notches is 20: expected harmonics below half the sampling rate, 1000 Hz"),
        (unguard.Comb(highest=1000), "highest is 1000 Hz: expected below half the sampling rate, 1000 Hz"),
        (unguard.OnePole(time_constant=0.1, cutoff=6), "cutoff is 6 Hz: expected time_constant or cutoff, not both"),
        (unguard.OnePole(time_constant=1e-4), r"time_constant is 0\.0001 s: expected at least one sample, 0\.0005 s"),
        (unguard.CriticallyDamped(cutoff=1000), "cutoff is 1000 Hz: expected below half the sampling rate"),
    ]
    for spec, words in refused:
        with pytest.raises(unguard.ConfigError, match=words):
            unguard.sections(spec, fs=2000)
