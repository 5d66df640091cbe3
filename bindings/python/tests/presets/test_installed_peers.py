"""A peer that is not installed: its tests are skipped by name, and fail where nothing may be. Truth: pytest."""

from __future__ import annotations

import pytest
from installed_peers import file_of, peer


@pytest.mark.parametrize("required", ["0", "1"])
def test_a_peer_that_is_missing_is_named(required: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNGUARD_REAL_DATA_REQUIRED", required)
    outcome = pytest.fail.Exception if required == "1" else pytest.skip.Exception
    with pytest.raises(outcome, match=r"^the peer nobody is not installed \(scripts/setup --test\): No module named "):
        peer("nobody_has_this", "nobody")
    with pytest.raises(outcome, match=r"^the peer nobody_has_this is not installed .*: there is no such package$"):
        file_of("nobody_has_this", "detect", {})
