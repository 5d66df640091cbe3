"""The zero-phase twin against SciPy's: padding, Gustafsson's method, and what is refused where SciPy refuses."""

import mpmath as mp
import numpy as np
import pytest
import unguard
from agreement import agree
from scipy import signal

FS = 2000.0
SPECS = [
    unguard.Lowpass(cutoff=100, order=1),
    unguard.Lowpass(cutoff=100, order=4),
    unguard.Highpass(cutoff=20, order=3),
    unguard.Bandpass(low=20, high=450, order=2),
    unguard.Bandstop(low=45, high=55, order=2),
    unguard.Chebyshev1Lowpass(cutoff=150, order=4),
    unguard.Chebyshev2Highpass(cutoff=20, order=3),
    unguard.BesselLowpass(cutoff=100, order=4),
    unguard.BesselBandpass(low=30, high=300, order=2),
    unguard.Notch(frequency=50, q=10),
    unguard.OnePole(cutoff=20),
    unguard.StateVariable(mode="bandpass", cutoff=80, q=2),
]
SCIPY_LOSES_DIGITS = [unguard.Highpass(cutoff=20, order=3), unguard.Bandstop(low=45, high=55, order=2)]
PADDINGS = ["odd", "even", "constant", "none"]


def emg(shape, seed=3, offset=300.0):
    return np.random.default_rng(seed).normal(offset, 50, shape)


def sections(spec):
    return unguard.sections(spec, fs=FS)


def polynomials(sos):
    """The numerator and denominator of few sections, without the zeros at the end that one-pole sections leave."""
    b, a = np.ones(1), np.ones(1)
    for row in sos:
        b, a = np.convolve(b, row[:3]), np.convolve(a, row[3:])
    while b[-1] == 0 and a[-1] == 0:
        b, a = b[:-1], a[:-1]
    return b, a


def worst(found, expected, x):
    return np.max(np.abs(found - expected)) / np.max(np.abs(x))


@pytest.mark.parametrize("shape", [(1500,), (1500, 1), (1500, 5), (60, 2)])
@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_padding_is_sosfiltfilts(spec, shape):
    # Truth: scipy.signal.sosfiltfilt, every kind of padding, its own length and others.
    x = emg(shape)
    for padding in PADDINGS:
        for length in (None, 0, 1, 37):
            expected = signal.sosfiltfilt(
                sections(spec), x, axis=0, padtype=None if padding == "none" else padding, padlen=length
            )
            found = unguard.zero_phase(spec, x, fs=FS, padding=padding, pad_length=length)
            agree("sosfiltfilt", found, expected, np.max(np.abs(x)))


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_padding_is_filtfilts_of_few_poles(spec):
    # Truth: scipy.signal.filtfilt on the polynomials, which up to order 4 and here have digits enough.
    x = emg((2000, 2))
    expected = signal.filtfilt(*polynomials(sections(spec)), x, axis=0)
    assert worst(unguard.zero_phase(spec, x, fs=FS), expected, x) <= 1e-10


@pytest.mark.parametrize("frames", [40, 333, 1500])
@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_gustafsson_is_filtfilts(spec, frames):
    # Truth: scipy.signal.filtfilt(method="gust"), whole and with a response cut short. Where SciPy's polynomials have
    # too few digits for 1e-12, the test in 80 digits below tells who is right.
    b, a = polynomials(sections(spec))
    differences = {}
    for shape in ((frames,), (frames, 3)):
        x = emg(shape)
        for length in (None, 15, 100):
            expected = signal.filtfilt(b, a, x, axis=0, method="gust", irlen=length)
            found = unguard.zero_phase(spec, x, fs=FS, method="gustafsson", response_length=length)
            assert found.shape == x.shape
            differences[length] = max(differences.get(length, 0), worst(found, expected, x))
    print(f"\n{spec} {frames}: " + ", ".join(f"{k}: {v:.1e}" for k, v in differences.items()))
    assert max(differences.values()) <= (1e-9 if spec in SCIPY_LOSES_DIGITS else 1e-12)


def gustafsson_in_80_digits(sos, x):
    """The same least squares on the cascade's states, by normal equations in many digits."""
    rows = [[mp.mpf(v) for v in row] for row in sos]

    def run(values, state):
        out = []
        for v in values:
            for k, (b0, b1, b2, _, a1, a2) in enumerate(rows):
                y = b0 * v + state[2 * k]
                state[2 * k] = b1 * v - a1 * y + state[2 * k + 1]
                state[2 * k + 1] = b2 * v - a2 * y
                v = y
            out.append(v)
        return out

    nothing = lambda: [mp.mpf(0)] * (2 * len(rows))  # noqa: E731
    backward = lambda values: run(values[::-1], nothing())[::-1]  # noqa: E731
    n = len(x)
    x = [mp.mpf(v) for v in x]
    y = backward(run(x, nothing()))
    other = run(backward(x), nothing())
    used = [i for i in range(2 * len(rows)) if i % 2 == 0 or rows[i // 2][2] != 0 or rows[i // 2][5] != 0]
    once, twice = [], []
    for i in used:
        state = nothing()
        state[i] = mp.mpf(1)
        once.append(run([mp.mpf(0)] * n, state))
        twice.append(backward(once[-1]))
    columns = [[s - o for s, o in zip(t, f, strict=True)] for t, f in zip(twice, once, strict=True)]
    columns += [[-v for v in column[::-1]] for column in columns]
    effects = twice + [f[::-1] for f in once]
    normal = mp.matrix([[mp.fdot(p, q) for q in columns] for p in columns])
    difference = [o - v for o, v in zip(other, y, strict=True)]
    found = mp.lu_solve(normal, mp.matrix([mp.fdot(p, difference) for p in columns]))
    return np.array([float(y[i] + mp.fdot([e[i] for e in effects], found)) for i in range(n)])


@pytest.mark.parametrize(
    "spec",
    [
        unguard.Lowpass(cutoff=2, order=4),
        unguard.Highpass(cutoff=2, order=4),
        unguard.Lowpass(cutoff=2, order=2),
        unguard.Bandpass(low=20, high=450, order=2),
        *SCIPY_LOSES_DIGITS,
        unguard.BesselLowpass(cutoff=4, order=3),
        unguard.Notch(frequency=2, q=2),
    ],
    ids=str,
)
def test_gustafsson_at_the_lowest_cutoffs(spec):
    # Truth: mpmath, 80 digits. SciPy's own error, from its polynomials, is printed beside ours.
    x = emg(400)
    with mp.workdps(80):
        true = gustafsson_in_80_digits(sections(spec), x)
    found = unguard.zero_phase(spec, x, fs=FS, method="gustafsson")
    scipys = signal.filtfilt(*polynomials(sections(spec)), x, method="gust")
    print(f"\n{spec}: ours {worst(found, true, x):.1e}, SciPy's {worst(scipys, true, x):.1e}")
    # Four poles at 2 Hz in 0.2 s of record, less than half a period: the states can hardly be told apart.
    assert worst(found, true, x) <= (1e-11 if spec == unguard.Lowpass(cutoff=2, order=4) else 1e-12)


# What SciPy does not take, and what is said about it here.
REFUSED = [
    ("empty", np.zeros(0), {}, "frames is 0: expected more than 15"),
    ("empty, two columns", np.zeros((0, 2)), {}, "frames is 0: expected more than 15"),
    ("as short as the padding", np.zeros(15), {}, "frames is 15: expected more than 15"),
    ("padding as long as the record", np.zeros(40), {"pad_length": 40}, "frames is 40: expected more than 40"),
    ("negative padding", np.zeros(40), {"pad_length": -1}, "pad_length is -1: expected 0 to"),
    ("half a frame of padding", np.zeros(40), {"pad_length": 1.5}, "pad_length is 1.5: expected a whole number"),
    ("unknown padding", np.zeros(40), {"padding": "periodic"}, "padding is"),
    ("unknown method", np.zeros(40), {"method": "gust"}, "method is"),
    ("text", ["a", "b"], {}, "x is"),
    ("rank 3", np.zeros((40, 2, 2)), {}, "x is"),
    ("rank 0", np.float64(1), {}, "x is"),
    ("complex", np.zeros(40, complex), {}, "x is"),
    ("not a number", np.full(40, np.nan), {}, "data is not finite"),
]


@pytest.mark.parametrize(("x", "options", "sentence"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_refuses_by_name(x, options, sentence):
    with pytest.raises(unguard.ConfigError) as refused:
        unguard.zero_phase(unguard.Lowpass(cutoff=100, order=4), x, fs=FS, **options)
    assert str(refused.value).startswith(sentence), str(refused.value)


@pytest.mark.parametrize("frames", [0, 1, 5, 15, 16, 17, 200])
def test_takes_and_refuses_the_lengths_that_scipy_does(frames):
    # Truth: scipy.signal.sosfiltfilt itself.
    spec, x = unguard.Lowpass(cutoff=100, order=4), emg(frames) if frames else np.zeros(0)
    for padding in PADDINGS:
        try:
            expected = signal.sosfiltfilt(sections(spec), x, padtype=None if padding == "none" else padding)
        except ValueError:
            expected = None
        if expected is None or frames == 0:
            with pytest.raises(unguard.ConfigError, match=f"frames is {frames}: expected more than"):
                unguard.zero_phase(spec, x, fs=FS, padding=padding)
        else:
            assert worst(unguard.zero_phase(spec, x, fs=FS, padding=padding), expected, x) <= 1e-12


@pytest.mark.parametrize("dtype", ["float64", "float32", "int16", "int32", "uint8", ">f8", "float16"])
@pytest.mark.parametrize("method", ["pad", "gustafsson"])
def test_takes_every_type_of_real_sample(dtype, method):
    # Truth: the same values in float64.
    spec = unguard.Bandpass(order=2)
    x = np.abs(emg((400, 2), offset=100)).clip(0, 250).astype(dtype)
    found = unguard.zero_phase(spec, x, fs=FS, method=method)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, unguard.zero_phase(spec, x.astype("float64"), fs=FS, method=method))
    np.testing.assert_array_equal(found, unguard.zero_phase(spec, np.asfortranarray(x), fs=FS, method=method))
    np.testing.assert_array_equal(found, unguard.zero_phase(spec, np.repeat(x, 2, axis=0)[::2], fs=FS, method=method))


def test_gustafsson_of_a_long_record_is_that_of_a_short_response():
    # Truth: SciPy's exact method; ends that are far apart know nothing of each other.
    spec, x = unguard.Bandpass(order=2), emg(20000)
    expected = signal.filtfilt(*polynomials(sections(spec)), x, method="gust")
    found = unguard.zero_phase(spec, x, fs=FS, method="gustafsson")
    agree("filtfilt, Gustafsson", found, expected, np.max(np.abs(x)))


def test_a_state_variable_filter_changes_without_a_jump_from_python():
    # Truth: steady state under a constant offset of 20 mV.
    live = unguard.Chain(unguard.Priming(), unguard.StateVariable(cutoff=20, order=4)).start(fs=FS)
    live.process(np.full(200, 20e3))
    for cutoff in (200, 0.7, 35.5, 900):
        live.change(unguard.Chain(unguard.Priming(), unguard.StateVariable(cutoff=cutoff, order=4)))
        y, marks = live.process(np.full(100, 20e3), marks=True)
        assert np.max(np.abs(y)) <= 1e-9
        assert not marks.any()
