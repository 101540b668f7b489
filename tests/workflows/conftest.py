"""A stage for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lectern_testing.stage import Stage, staged


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as stage:
        yield stage
