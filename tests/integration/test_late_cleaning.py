"""The background sweep's share in self-tests, as the function is composed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from lectern.composition import aws, stores, sweeps, validation
from lectern.composition.surroundings import now
from lectern.domain.validation import Validation
from lectern_testing.table import make_table


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty table, which the composition finds in the environment."""
    cached = [
        each
        for module in (aws, stores, validation)
        for each in vars(module).values()
        if hasattr(each, "cache_clear")
    ]
    with mock_aws():
        monkeypatch.setenv("TABLE_NAME", make_table(boto3.client("dynamodb")))
        for each in cached:
            each.cache_clear()
        yield
    for each in cached:
        each.cache_clear()


def started(validation_id: str, *, ago: timedelta) -> None:
    began = now() - ago
    new = Validation(validation_id=validation_id, connection=validation_id, started_at=began)
    stores.validations().start(new, began)


@pytest.mark.usefixtures("table")
def test_the_sweep_ends_the_self_tests_that_died_and_leaves_the_others() -> None:
    started("dead", ago=timedelta(minutes=5))
    started("alive", ago=timedelta(minutes=1))
    assert sweeps.late_cleaning() == 1
    dead, alive = (stores.validations().get(name) for name in ("dead", "alive"))
    assert dead is not None
    assert alive is not None
    assert dead.state == "failed"
    assert alive.state == "running"
    assert sweeps.late_cleaning() == 0
