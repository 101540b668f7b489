from __future__ import annotations

from collections.abc import Iterator

import pytest

from lectern_testing.lms.api import Lms, an_lms


@pytest.fixture
def lms() -> Iterator[Lms]:
    with an_lms() as lms:
        yield lms
