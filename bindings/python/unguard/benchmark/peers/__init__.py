"""The peers that are compared with: each is imported when it is used."""

from unguard.benchmark.detector import Family
from unguard.benchmark.peers.biosppy import BIOSPPY
from unguard.benchmark.peers.detecta import DETECTA
from unguard.benchmark.peers.neurokit import NEUROKIT

PEERS: tuple[Family, ...] = (*BIOSPPY, *NEUROKIT, *DETECTA)

#: Peers that were looked at and are not run, and why.
NOT_RUN: dict[str, str] = {
    "EMGFlow": "documents filters, envelopes and features (1.1.2), and no function for onsets or activation",
}

__all__ = ["NOT_RUN", "PEERS"]
