"""Polynomials from outside against SciPy's lfilter on the same numbers, what is refused, and many digits."""

import mpmath as mp
import numpy as np
import pytest
import unguard
from polynomials import EXAMPLES, FS, SHARES, designs, emg, filter_of, worst
from scipy import signal

PADDINGS = ["odd", "even", "constant", "none"]


def normal_samples(rows):
    """True where the value is not near the subnormal range, which the engine flushes."""
    return np.abs(rows) > 1e-290


@pytest.mark.parametrize("channels", range(1, 66))
def test_same_bits_for_every_channel_count_and_200_cuts(channels):
    # Truth: scipy.signal.lfilter, compared with ==.
    generator = np.random.default_rng(channels)
    x = generator.normal(5000, 40, (800, channels))
    for at, (b, a) in enumerate(EXAMPLES):
        expected = signal.lfilter(b, np.r_[a, 0.0], x, axis=0)
        spec = filter_of(b, a)
        assert (spec(x, fs=FS) == expected).all()
        live = spec.start(fs=FS, channels=channels)
        for trial in range(200 if channels in (1, 8, 21) and at < 2 else 4):
            live.reset()
            cuts = np.sort(generator.integers(0, len(x) + 1, generator.integers(0, 60)))
            result = np.concatenate([live.process(part) for part in np.split(x, cuts)])
            assert (result == expected).all(), f"trial {trial} of {b}, {a}"


@pytest.mark.parametrize("share", SHARES)
def test_same_bits_for_every_design(share):
    # Truth: scipy.signal.lfilter on SciPy's own designs, compared with ==; a scaled by powers of 2 and by 3.
    x = emg((3000, 5))
    for name, b, a in designs(share):
        for scale in (1.0, 0.125, 3.0):
            expected = signal.lfilter(scale * b, scale * a, x, axis=0)
            result = filter_of(scale * b, scale * a)(x, fs=FS)
            assert ((result == expected) | ~normal_samples(expected)).all(), (name, scale)


@pytest.mark.parametrize("length", range(1, 6))
def test_without_poles_it_is_the_convolution(length):
    # Truth: scipy.signal.lfilter with a single number in a, which adds up the first products in another order.
    b, x = np.random.default_rng(length).normal(0, 1, length), emg((300, 3))
    expected = signal.lfilter(b, [1.5], x, axis=0)
    result = filter_of(b, [1.5])(x, fs=FS)
    assert (result[length:] == expected[length:]).all()
    assert worst(result, expected, x) <= 1e-15


@pytest.mark.parametrize("frames", [0, 1, 5, 14, 15, 16, 200])
@pytest.mark.parametrize(("b", "a"), [signal.butter(4, 0.1), ([1.0, 0.5], [1.0, -0.5]), ([0.5, 0.5, 0.0], [1.0])])
def test_takes_and_refuses_the_lengths_that_scipy_does(frames, b, a):
    # Truth: scipy.signal.lfilter and filtfilt themselves.
    x, spec = emg(frames), filter_of(b, a)
    assert worst(spec(x, fs=FS), signal.lfilter(b, a, x), np.r_[x, 1.0]) <= 1e-15 if frames else True
    for padding in PADDINGS:
        try:
            expected = signal.filtfilt(b, a, x, padtype=None if padding == "none" else padding)
        except (ValueError, IndexError):
            expected = None
        if expected is None or frames == 0:
            with pytest.raises(unguard.ConfigError, match=f"frames is {frames}: expected more than"):
                unguard.zero_phase(spec, x, fs=FS, padding=padding)
        else:
            assert worst(unguard.zero_phase(spec, x, fs=FS, padding=padding), expected, x) <= 1e-12


def test_no_samples_in_no_samples_out():
    # Truth: scipy.signal.lfilter's shapes.
    b, a = EXAMPLES[0]
    for shape in ((0,), (0, 3)):
        assert filter_of(b, a)(np.zeros(shape), fs=FS).shape == signal.lfilter(b, a, np.zeros(shape), axis=0).shape
    live = filter_of(b, a).start(fs=FS)
    assert live.process(np.zeros(0)).shape == (0,)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int16", "int32", "uint8", ">f8", "float16"])
def test_takes_every_type_of_real_number(dtype):
    # Truth: the same values in float64, as samples and as coefficients.
    b, a = EXAMPLES[0]
    x = np.abs(emg((400, 2), offset=100)).clip(0, 250).astype(dtype)
    expected = signal.lfilter(b, a, x.astype(float), axis=0)
    assert (filter_of(b, a)(x, fs=FS) == expected).all()
    assert (filter_of(b, a)(np.asfortranarray(x), fs=FS) == expected).all()
    b, a = np.array([3, 1], dtype), np.array([4, 1], dtype)
    expected = signal.lfilter(b.astype(float), a.astype(float), x.astype(float), axis=0)
    assert (filter_of(b, a)(x, fs=FS) == expected).all()
    assert (filter_of(b.tolist(), tuple(a))(x, fs=FS) == expected).all()


# What SciPy does not take, or takes without a word, and what is said about it here.
REFUSED = [
    ("empty b", [], [1], "b is 0 numbers: expected 1 to 5 numbers (TransferFunction.b)"),
    ("empty a", [1], [], "a is 0 numbers: expected 1 to 5 numbers (TransferFunction.a)"),
    ("a[0] of 0", [1], [0, 1], "a is [0, 1]: expected the first number not to be 0 (TransferFunction.a)"),
    ("not a number", [np.nan], [1], "b is [nan]: expected every value to be a finite number (TransferFunction.b)"),
    ("infinite", [1], [1, np.inf], "a is [1, inf]: expected every value to be a finite number (TransferFunction.a)"),
    ("on the circle", [1], [1, -1], "a is [1, -1]: expected a polynomial with all poles inside the unit circle"),
    ("outside", [1], [1, -2.5, 1], "a is [1, -2.5, 1]: expected a polynomial with all poles inside the unit circle"),
    ("order 5", *signal.butter(5, 0.1), "a is 6 numbers: expected 1 to 5 numbers: one polynomial of a higher order"),
    ("band of 3", *signal.butter(3, [0.1, 0.2], "band"), "a is 7 numbers: expected 1 to 5 numbers: one polynomial of"),
    ("long b", np.ones(101) / 101, [1], "b is 101 numbers: expected 1 to 5 numbers: with a single number in a this"),
    ("long b and a", np.ones(9), [1, -0.5], "b is 9 numbers: expected 1 to 5 numbers: one polynomial of a higher"),
    ("loud", [1e300], [1], "b is [1e+300]: expected coefficients that keep full scale"),
]


@pytest.mark.parametrize(("b", "a", "sentence"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_refuses_by_name(b, a, sentence):
    x = np.zeros(100)
    for call in (
        lambda: filter_of(b, a)(x, fs=FS),
        lambda: filter_of(b, a).start(fs=FS),
        lambda: unguard.zero_phase(filter_of(b, a), x, fs=FS),
        lambda: unguard.response(filter_of(b, a), [1.0], fs=FS),
    ):
        with pytest.raises(unguard.ConfigError) as refused:
            call()
        assert str(refused.value).startswith(sentence), str(refused.value)


@pytest.mark.parametrize("wrong", [1.0, None, "12", b"12", {1: 2}, np.ones(3, complex), np.ma.ones(3), [True, False]])
def test_coefficients_are_numbers_in_a_row(wrong):
    for given in ({"b": wrong, "a": [1.0]}, {"b": [1.0], "a": wrong}):
        with pytest.raises(unguard.ConfigError, match=r"^[ab] is .*: expected numbers in a row"):
            unguard.TransferFunction(**given)


def test_stability_is_that_of_the_roots_in_50_digits():
    # Truth: mpmath's roots of the same doubles. Poles a tenth to 1e-14 away from the circle, on both sides.
    generator = np.random.default_rng(5)
    told, inside_of_all = 0, 0
    for _ in range(600):
        radii = 1 + generator.choice([-1, -1, -1, 1]) * 10 ** generator.uniform(-14, -1)
        angle, other = generator.uniform(0, np.pi, 2)
        pair = np.poly([radii * np.exp(1j * angle), radii * np.exp(-1j * angle)]).real
        rest = np.poly([[], [0.5], [0.9 * np.exp(1j * other), 0.9 * np.exp(-1j * other)]][generator.integers(3)]).real
        a = np.convolve(pair, rest)
        with mp.workdps(50):
            roots = mp.polyroots([mp.mpf(v) for v in a[::-1]], maxsteps=200, extraprec=200, asc=True)
            inside = max(abs(r) for r in roots) < 1
        try:
            unguard.response(filter_of([1.0], a), [1.0], fs=FS)
            found = True
        except unguard.ConfigError as refused:
            found = "poles inside" not in str(refused)
        assert found == inside, (a, radii)
        told += 1
        inside_of_all += inside
    print(f"\n{inside_of_all} of {told} stable")
    assert 200 <= inside_of_all <= 500


@pytest.mark.parametrize("share", SHARES)
def test_response_and_group_delay_are_those_of_50_digits(share):
    # Truth: the polynomials themselves in 50 digits.
    f = np.array([0.0, 0.1, 3.0, 20.0, 97.3, 450.0, 999.0])
    for name, b, a in designs(share):
        found, delays = unguard.response(filter_of(b, a), f, fs=FS), unguard.group_delay(filter_of(b, a), f, fs=FS)
        with mp.workdps(50):
            for at, h, delay in zip(f, found, delays, strict=True):
                z1 = mp.expjpi(-2 * mp.mpf(at) / 2000)
                value = lambda c, z1=z1: mp.fsum(mp.mpf(v) * z1**k for k, v in enumerate(c))  # noqa: E731
                moment = lambda c, z1=z1: mp.fsum(k * mp.mpf(v) * z1**k for k, v in enumerate(c))  # noqa: E731
                true = value(b) / value(a)
                assert abs(h - complex(true)) <= 1e-8 * max(1, abs(complex(true))), (name, at)
                if abs(true) > 1e-6:
                    expected = (moment(b) / value(b) - moment(a) / value(a)).real
                    assert abs(delay - float(expected)) <= 1e-6 * max(1, abs(float(expected))), (name, at)


def test_is_one_part_of_what_a_chain_does():
    # Truth: the product of the responses; the sections of a filter given as polynomials are not known.
    b, a = EXAMPLES[1]
    notch, f = unguard.Notch(frequency=50, q=10), [10.0, 49.0, 300.0]
    chain = unguard.Chain(filter_of(b, a), notch)
    product = unguard.response(filter_of(b, a), f, fs=FS) * unguard.response(notch, f, fs=FS)
    np.testing.assert_allclose(unguard.response(chain, f, fs=FS), product, rtol=1e-13)
    for refused in (filter_of(b, a), chain):
        with pytest.raises(unguard.ConfigError, match="second-order sections only: this has a transfer function"):
            unguard.sections(refused, fs=FS)
