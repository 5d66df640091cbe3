"""The zero-phase twin of polynomials from outside against scipy.signal.filtfilt on the same (b, a), and 80 digits."""

import functools
import itertools
from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
import unguard
from polynomials import EXAMPLES, FS, SHARES, designs, emg, filter_of, worst
from scipy import linalg, signal

PADDINGS = ["odd", "even", "constant", "none"]


def fused_sum(a, b, c):
    """A product and a sum rounded once."""
    return float(Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c)))


def solved_as_lapack_does(matrix, right, fused):
    """numpy.linalg.solve, operation by operation: columns from left to right, partial pivoting, reciprocal pivots.

    OpenBLAS has two such orders of rounding: `fused` in its kernels for AVX-512, not fused in those for older machines.
    """
    add = fused_sum if fused else lambda a, b, c: a * b + c
    rows, x = [[float(v) for v in row] for row in matrix], [float(v) for v in right]
    n = len(x)
    for j in range(n):
        for i in range(1, n):
            taken = 0.0
            for k in range(min(i, j)):
                taken = add(rows[i][k], rows[k][j], taken)
            rows[i][j] -= taken
        pivot = max(range(j, n), key=lambda i, j=j: (abs(rows[i][j]), -i))
        rows[j], rows[pivot] = rows[pivot], rows[j]
        x[j], x[pivot] = x[pivot], x[j]
        reciprocal = 1 / rows[j][j]
        for i in range(j + 1, n):
            rows[i][j] *= reciprocal
    for k in range(n):
        for i in range(k + 1, n):
            x[i] = add(-rows[i][k], x[k], x[i])
    for k in reversed(range(n)):
        x[k] /= rows[k][k]
        for i in range(k):
            x[i] = add(-rows[i][k], x[k], x[i])
    return np.array(x)


def start_state(b, a, fused=True):
    """scipy.signal.lfilter_zi with the equations solved as above."""
    b, a = np.asarray(b) / a[0], np.asarray(a) / a[0]
    b, a = (np.r_[c, np.zeros(max(len(b), len(a)) - len(c))] for c in (b, a))
    return solved_as_lapack_does(np.eye(len(a) - 1) - linalg.companion(a).T, b[1:] - a[1:] * b[0], fused)


@functools.cache
def lapack_here():
    """Which of the two orders SciPy's answers have on this machine: "fused", "not fused", or neither."""
    every = [(b, a) for share in SHARES for _, b, a in designs(share)]
    for fused, name in ((True, "fused"), (False, "not fused")):
        if all((signal.lfilter_zi(b, a) == start_state(b, a, fused)).all() for b, a in every):
            return name
    return "neither"


def against_filtfilt(share, shape):
    """The largest difference by design, and how many results of how many have the same bits."""
    x, differences, same, compared = emg(shape), {}, 0, 0
    for (name, b, a), padding, length in itertools.product(designs(share), PADDINGS, (None, 0, 1, 37)):
        none = padding == "none"
        expected = signal.filtfilt(b, a, x, axis=0, padtype=None if none else padding, padlen=None if none else length)
        found = unguard.zero_phase(filter_of(b, a), x, fs=FS, padding=padding, pad_length=length)
        assert found.shape == x.shape
        differences[name] = max(differences.get(name, 0), worst(found, expected, x))
        same += np.array_equal(found, expected)
        compared += 1
    return differences, same, compared


SHAPES = [(1500,), (1500, 3), (40, 2)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("share", SHARES)
def test_zero_phase_is_filtfilt_from_the_start_that_is_stated(share, shape, monkeypatch, record_property):
    # Truth: scipy.signal.filtfilt with the start state above in place of its own, compared with ==, on every machine.
    monkeypatch.setattr("scipy.signal._signaltools.lfilter_zi", start_state)
    differences, same, compared = against_filtfilt(share, shape)
    record_property("transfer_filtfilt_stated_start_same_bits", f"{same} of {compared}")
    assert same == compared, max(differences.items(), key=lambda d: d[1])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("share", SHARES)
def test_zero_phase_is_filtfilt(share, shape, record_property):
    # Truth: scipy.signal.filtfilt, every kind of padding, its own length and others, where its LAPACK is the one for
    # AVX-512. On older machines SciPy's start has other last digits, which at an edge of a thousandth of the rate show
    # as 3e-7 of the signal, between SciPy and SciPy too.
    record_property("scipy_lapack", lapack_here())
    if lapack_here() != "fused":
        pytest.skip(f"SciPy's LAPACK here is {lapack_here()}; what the start is made of is tested above")
    differences, same, compared = against_filtfilt(share, shape)
    name, most = max(differences.items(), key=lambda d: d[1])
    print(f"\n{share}: at most {most:.1e} ({name}), the same bits {same} times of {compared}")
    record_property("transfer_filtfilt_worst", most)
    record_property("transfer_filtfilt_same_bits", f"{same} of {compared}")
    assert most <= 1e-12, name


def test_scipys_start_is_solved_in_one_of_two_orders(record_property):
    # Truth: scipy.signal.lfilter_zi, compared with ==; how far either is from the steady state itself, in 60 digits.
    record_property("scipy_lapack", lapack_here())
    for share in SHARES:
        off = {True: 0.0, False: 0.0}
        for (_, b, a), fused in itertools.product(designs(share), off):
            with mp.workdps(60):
                b_, a_ = [mp.mpf(v) for v in b], [mp.mpf(v) for v in a]
                y = mp.fsum(b_) / mp.fsum(a_)
                true = np.array([float(mp.fsum(b_[k:]) - y * mp.fsum(a_[k:])) for k in range(1, len(b))])
            off[fused] = max(off[fused], np.max(np.abs(start_state(b, a, fused) - true)) / np.max(np.abs(true)))
        print(f"\n{share}: fused {off[True]:.1e}, not fused {off[False]:.1e} from the steady state", end="")
        record_property(f"start_from_steady_state_{share}", f"fused {off[True]:.1e}, not fused {off[False]:.1e}")
    assert lapack_here() != "neither"


@pytest.mark.parametrize(("b", "a"), [*EXAMPLES[3:-1], ([0.3, 0.2, 0.1], [1.0]), ([1.0, 2.0], [1.0, 0.0, 0.0])])
def test_zero_phase_of_what_is_no_design_is_filtfilt(b, a):
    # Truth: scipy.signal.filtfilt; lengths that differ, zeros at the ends, a first coefficient that is not 1.
    x = emg((400, 2))
    assert worst(unguard.zero_phase(filter_of(b, a), x, fs=FS), signal.filtfilt(b, a, x, axis=0), x) <= 1e-12


def test_zero_phase_of_a_gain_is_its_square():
    # Truth: the definition; scipy.signal.filtfilt takes it by Gustafsson's method only.
    x = emg((40, 2))
    for method in ("pad", "gustafsson"):
        found = unguard.zero_phase(filter_of([3.0], [2.0]), x, fs=FS, method=method)
        assert worst(found, 2.25 * x, x) <= 1e-15
    assert worst(signal.filtfilt([3.0], [2.0], x, axis=0, method="gust"), 2.25 * x, x) <= 1e-15


def in_80_digits(b, a, x, length=None):
    """Gustafsson's result on the states of one transposed direct form II, by normal equations in many digits."""
    n = len(b) - 1
    b, a = [mp.mpf(v) for v in b], [mp.mpf(v) for v in a]

    def run(values, state):
        out = []
        for v in values:
            y = state[0] + b[0] * v
            for k in range(n):
                state[k] = state[k + 1] + b[k + 1] * v - a[k + 1] * y
            out.append(y)
        return out

    nothing = lambda: [mp.mpf(0)] * (n + 1)  # noqa: E731
    backward = lambda values: run(values[::-1], nothing())[::-1]  # noqa: E731
    x = [mp.mpf(v) for v in x]
    y = backward(run(x, nothing()))
    other = run(backward(x), nothing())
    state = nothing()
    state[0] = mp.mpf(1)
    first = run([mp.mpf(0)] * len(x), state)
    once = [[mp.mpf(0)] * k + first[: len(x) - k] for k in range(n)]
    twice = [backward(o) for o in once]
    columns = [[s - o for s, o in zip(t, f, strict=True)] for t, f in zip(twice, once, strict=True)]
    columns += [[-v for v in column[::-1]] for column in columns]
    effects = twice + [f[::-1] for f in once]
    normal = mp.matrix([[mp.fdot(p, q) for q in columns] for p in columns])
    difference = [o - v for o, v in zip(other, y, strict=True)]
    found = mp.lu_solve(normal, mp.matrix([mp.fdot(p, difference) for p in columns]))
    return np.array([float(y[i] + mp.fdot([e[i] for e in effects], found)) for i in range(len(x))])


@functools.cache
def gustafssons(share):
    """(name, ours, SciPy's, the same in 80 digits) of every design at this share, each against that in many digits."""
    x, compared = emg(400), []
    for name, b, a in designs(share):
        with mp.workdps(80):
            true = in_80_digits(b / a[0], a / a[0], x)
        ours = unguard.zero_phase(filter_of(b, a), x, fs=FS, method="gustafsson")
        scipys = signal.filtfilt(b, a, x, method="gust")
        compared.append((name, worst(ours, true, x), worst(scipys, true, x), worst(ours, scipys, x)))
    return compared


@pytest.mark.parametrize("share", SHARES)
def test_gustafsson_is_that_of_80_digits(share, record_property):
    # Truth: mpmath, 80 digits, on the same (b, a); SciPy's own error is printed and recorded beside ours.
    compared = gustafssons(share)
    for name, ours, scipys, between in sorted(compared, key=lambda c: -c[1])[:3]:
        print(f"\n{share} {name}: ours {ours:.1e}, SciPy's {scipys:.1e}, between them {between:.1e}", end="")
    record_property("transfer_gustafsson_worst", max(c[1] for c in compared))
    record_property("scipy_gustafsson_worst", max(c[2] for c in compared))
    assert max(c[1] for c in compared) <= 1e-12


def test_gustafsson_of_a_long_record_is_that_of_a_short_response(record_property):
    # Truth: the whole record at once; ends that are far apart know nothing of each other.
    x, differences = emg(12000), []
    for _, b, a in designs(1e-2)[:8]:
        whole = unguard.zero_phase(filter_of(b, a), x, fs=FS, method="gustafsson", response_length=len(x))
        differences.append(worst(unguard.zero_phase(filter_of(b, a), x, fs=FS, method="gustafsson"), whole, x))
    print(f"\n{max(differences):.1e}")
    record_property("transfer_gustafsson_truncated_worst", max(differences))
    assert max(differences) <= 1e-12


@pytest.mark.parametrize("share", SHARES)
def test_gustafsson_is_filtfilts(share, record_property):
    # Truth: scipy.signal.filtfilt(method="gust") wherever SciPy is itself that near to 80 digits.
    near = [c for c in gustafssons(share) if c[2] <= 1e-12]
    record_property("transfer_gustafsson_against_scipy_worst", max((c[3] for c in near), default=0.0))
    record_property("transfer_gustafsson_compared", f"{len(near)} of {len(gustafssons(share))}")
    print(f"\n{share}: {len(near)} of {len(gustafssons(share))} at most {max((c[3] for c in near), default=0.0):.1e}")
    assert all(c[3] <= 1e-12 for c in near)


@functools.cache
def scipys_otherwise(share):
    """How far SciPy's own method is from SciPy when only its least squares are solved another way, or its input moves.

    For every design, as a share of max|x|: by LAPACK's gelsy and gelss in place of gelsd, all three backward stable;
    and for the input one last digit further on.
    """
    x, apart = emg(400), {"gelsy": [], "gelss": [], "a last digit": []}
    moved, solve = np.nextafter(x, np.inf), linalg.lstsq
    for _, b, a in designs(share):
        scipys = signal.filtfilt(b, a, x, method="gust")
        with pytest.MonkeyPatch.context() as patch:
            for driver in ("gelsy", "gelss"):
                patch.setattr(linalg, "lstsq", functools.partial(solve, lapack_driver=driver))
                apart[driver].append(worst(signal.filtfilt(b, a, x, method="gust"), scipys, x))
        apart["a last digit"].append(worst(signal.filtfilt(b, a, moved, method="gust"), scipys, x))
    return apart


@pytest.mark.parametrize("share", SHARES)
def test_scipys_gustafsson_is_not_determined_to_12_digits(share, record_property):
    # Truth: SciPy itself. Where its result changes by more than 1e-12 with the solver alone, no other program of its
    # method is sure to reach it; from a twentieth of the rate on it does not change.
    for way, apart in scipys_otherwise(share).items():
        near = sum(a <= 1e-12 for a in apart)
        print(f"\n{share} {way}: {near} of {len(apart)} within 1e-12, worst {max(apart):.1e}", end="")
        record_property(f"scipy_gustafsson_by_{way.replace(' ', '_')}", f"{near} of {len(apart)}")
        record_property(f"scipy_gustafsson_by_{way.replace(' ', '_')}_worst", max(apart))
        assert share < 0.05 or max(apart) <= 1e-12
        assert share > 0.003 or max(apart) > 1e-12


@pytest.mark.parametrize("shape", [(333,), (333, 3), (40, 2)])
def test_gustafsson_of_a_response_cut_short_is_filtfilts(shape, record_property):
    # Truth: scipy.signal.filtfilt(method="gust") with its irlen, where its own polynomials have digits enough.
    x, most = emg(shape), 0.0
    for (b, a), length in itertools.product(EXAMPLES[:-1], (None, 5, 15, 100)):
        expected = signal.filtfilt(b, a, x, axis=0, method="gust", irlen=length)
        found = unguard.zero_phase(filter_of(b, a), x, fs=FS, method="gustafsson", response_length=length)
        assert found.shape == x.shape
        most = max(most, worst(found, expected, x))
    print(f"\n{most:.1e}")
    record_property("transfer_gustafsson_irlen_worst", most)
    assert most <= 1e-12
