from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.problems import EventProblem
from lectern_testing.console import RIGHT_TO_LEFT, as_failed
from lectern_testing.lms.api import MORNING, Lms, an_lms
from lectern_testing.operator import Operator


@pytest.fixture
def lms() -> Iterator[Any]:
    with an_lms() as lms:
        yield lms


@pytest.fixture
def operator(lms: Lms) -> Any:
    """Somebody of support."""
    operator = Operator(lms)
    operator.enter()
    return operator


@pytest.fixture
def admin(lms: Lms) -> Any:
    operator = Operator(lms)
    operator.enter(role="admin", user_id="op-admin")
    return operator


@pytest.fixture
def events(lms: Lms) -> None:
    """One that is in order, one that failed, one that is over."""
    lms.put_event("ev-1", title="Forklift safety")
    lms.put_event("ev-2", title=RIGHT_TO_LEFT, starts_at="2026-12-05T09:00:00Z")
    lms.put_event("ev-3", title="Long ago", starts_at="2026-11-30T09:30:00Z")
    lms.enrol("u-77", first_name="Kim", last_name="Ng", email="kim@acme.example")
    as_failed(lms, "ev-2", EventProblem.HOST_NOT_IN_ZOOM)
    lms.parts.moment = MORNING + timedelta(hours=3)
