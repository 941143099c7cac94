"""One counter for each test, on a real file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.till.checkout.counter import Counter, real_counter


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    opened = real_counter(tmp_path / "shop")
    yield opened
    assert opened.till is not None
    opened.till.close()
