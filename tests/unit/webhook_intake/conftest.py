"""A reception for each test."""

from __future__ import annotations

import pytest

from lectern_testing.webhooks.intake import Reception


@pytest.fixture
def reception() -> Reception:
    return Reception()
