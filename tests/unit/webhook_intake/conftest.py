"""A reception for each test."""

from __future__ import annotations

import pytest

from lectern_testing.reception import Reception


@pytest.fixture
def reception() -> Reception:
    return Reception()
