"""The examples in docstrings, which are as true as what they explain."""

from __future__ import annotations

import doctest
import importlib
from datetime import UTC

import pytest

MODULES = (
    "api.http.etags",
    "api.join.texts",
    "domain.address",
    "domain.enrollment",
    "domain.limits.delivery",
    "domain.zones",
    "store.keys",
    "zoom.errors",
    "zoom.reports",
)


@pytest.mark.parametrize("name", MODULES)
def test_an_example_says_what_comes_of_it(name: str) -> None:
    module = importlib.import_module(f"lectern.{name}")

    result = doctest.testmod(module, extraglobs={"UTC": UTC})

    assert result.attempted
    assert not result.failed
