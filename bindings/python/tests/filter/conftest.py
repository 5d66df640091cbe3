"""What the comparisons of this folder came to, in the report of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from agreement import WORST


@pytest.fixture(scope="session", autouse=True)
def _report_agreement(record_testsuite_property: Callable[[str, object], None]) -> Iterator[None]:
    yield
    for name, worst in sorted(WORST.items()):
        record_testsuite_property(f"worst {name}", worst)
