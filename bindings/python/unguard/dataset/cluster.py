"""Work given to a Dask cluster by the address of its scheduler; its workers see the same folders by the same names."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from unguard.dataset.processes import Finished
from unguard.dataset.software import Software, software
from unguard.errors import ConfigError
from unguard.extras import module, quiet

T = TypeVar("T")
R = TypeVar("R")
_CONNECT_S = 20.0
#: Waiting for so many workers at once is enough to see that there is one.
_WAIT_S = 30.0
LOST = "{} workers died, one after the other, while they were at this recording (killed, or out of memory)"


def on_cluster(work: Callable[[T], R], items: Sequence[T], address: str) -> Iterator[Finished[T, R]]:
    """Yield the result of every item as it is ready, from the workers of a cluster.

    A worker that dies is replaced or not by whoever runs the cluster; what it was at is given to another, until the
    scheduler gives up on it (distributed.scheduler.allowed-failures).

    Raises
    ------
    ConfigError: nothing answers at the address, or a worker has other software (another unguard, or none).
    """
    distributed = module("distributed", "distributed", "dask")
    try:
        with quiet():
            client = distributed.Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as cause:
        found = f"{address!r}, where no scheduler answers ({' '.join(str(cause).split())[:200]})"
        raise ConfigError("scheduler", found, "the address of a Dask scheduler, such as tcp://127.0.0.1:8786") from None
    with contextlib.closing(client):
        _refuse_other_software(client, address)
        waiting = {client.submit(work, item, pure=False): item for item in items}
        for future in distributed.as_completed(list(waiting), loop=client.loop):
            item = waiting.pop(future)
            error = future.exception()
            if error is None:
                yield Finished(item, future.result(), "", None)
            elif isinstance(error, distributed.KilledWorker):
                yield Finished(item, None, LOST.format(error.allowed_failures + 1), None)
            else:
                yield Finished(item, None, f"the cluster gave no result: {type(error).__name__}: {error}", None)
            future.release()


def _refuse_other_software(client: object, address: str) -> None:
    """Look at the workers that are there now; those that join later are told by their task what they should have."""
    distributed = module("distributed", "distributed", "dask")
    try:
        client.wait_for_workers(1, timeout=_WAIT_S)  # type: ignore[attr-defined]
    except (distributed.TimeoutError, TimeoutError):
        raise ConfigError("scheduler", f"{address!r}, which has no worker", "a scheduler with workers") from None
    here = software()
    found = client.run(software, on_error="return")  # type: ignore[attr-defined]
    for worker, there in found.items():
        if there != here:
            told = there if isinstance(there, Software) else f"no such unguard ({there})"
            expected = f"workers with {here}, as it is here"
            raise ConfigError("scheduler", f"{address!r}, whose worker {worker} has {told}", expected)
