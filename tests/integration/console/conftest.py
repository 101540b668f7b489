from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lectern_testing.lms.api import Lms, an_lms
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
