"""Zero phase block by block. Truth: the whole record at once."""

import numpy as np
import pytest
import unguard
from agreement import agree

FS = 2000.0
SPECS = [
    unguard.Bandpass(),
    unguard.Highpass(cutoff=2),
    unguard.Chain(unguard.Bandpass(), unguard.Notch(frequency=50)),
    unguard.FirBandpass(),
    unguard.StateVariable(cutoff=30, order=3),
]


@pytest.mark.parametrize("spec", SPECS, ids=str)
@pytest.mark.parametrize("shape", [(30000,), (30000, 3)])
@pytest.mark.parametrize("options", [{}, {"padding": "even", "pad_length": 100}, {"padding": "none"}], ids=str)
def test_is_the_whole_record(spec, shape, options):
    x = np.random.default_rng(5).normal(300, 50, shape)
    blocks = unguard.ZeroPhaseBlocks(spec, fs=FS, channels=1 if len(shape) == 1 else shape[1], **options)
    parts = []
    for first in range(0, len(x), 1234):
        parts.append(blocks.push(x[first : first + 1234]))
        assert sum(map(len, parts)) >= first - blocks.most_waiting
    parts.append(blocks.finish())
    agree(
        "zero phase in blocks", np.concatenate(parts), unguard.zero_phase(spec, x, fs=FS, **options), np.max(np.abs(x))
    )


def test_the_next_record_may_follow():
    x = np.random.default_rng(6).normal(0, 50, (5000, 2))
    blocks = unguard.ZeroPhaseBlocks(unguard.Bandpass(), fs=FS, channels=["left", "right"])
    first = np.concatenate([blocks.push(x), blocks.finish()])
    assert (np.concatenate([blocks.push(x[:777]), blocks.push(x[777:]), blocks.finish()]) == first).all()
    assert "Bandpass" in repr(blocks) and 0 < blocks.look_ahead <= blocks.most_waiting


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: unguard.ZeroPhaseBlocks(unguard.Rms(), fs=FS), "stages is "),
        (lambda: unguard.ZeroPhaseBlocks(5, fs=FS), "spec is 5: expected a filter such as"),
        (lambda: unguard.ZeroPhaseBlocks(unguard.Bandpass(), fs=0), "fs is 0 Hz"),
        (lambda: unguard.ZeroPhaseBlocks(unguard.Bandpass(), fs=FS, channels=0), "channels is 0"),
        (lambda: unguard.ZeroPhaseBlocks(unguard.Bandpass(), fs=FS, padding="wrap"), "padding is"),
        (lambda: unguard.ZeroPhaseBlocks(unguard.Highpass(cutoff=1e-4), fs=FS), "spec is Chain{Highpass"),
        (lambda: unguard.ZeroPhaseBlocks(unguard.Bandpass(), fs=FS).push(np.zeros((4, 2))), "block is 2 channels wide"),
        (lambda: unguard.ZeroPhaseBlocks(unguard.Bandpass(), fs=FS).push([np.nan]), "data is not finite"),
        (lambda: unguard.ZeroPhaseBlocks(unguard.Bandpass(), fs=FS).finish(), "frames is 0: expected more than"),
    ],
)
def test_refuses_by_name(call, sentence):
    with pytest.raises(unguard.ConfigError) as refused:
        call()
    assert str(refused.value).startswith(sentence), str(refused.value)
