"""An LMS that is told things, and pauses that are noted and do not last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from moto import mock_aws

from lectern.notify.queue import RetryQueue
from lectern_testing.lms.inbox import an_inbox
from lectern_testing.lms.told import Platform


@pytest.fixture
def platform() -> Iterator[Platform]:
    with mock_aws(), an_inbox() as inbox:
        yield Platform(inbox)


@pytest.fixture
def no_pause(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """Pauses are noted and do not last."""
    pauses: list[timedelta] = []
    put_off = RetryQueue.put_off

    def noted(self: RetryQueue, receipt: str, pause: timedelta) -> None:
        pauses.append(pause)
        put_off(self, receipt, timedelta(0))
        platform.moment += pause

    monkeypatch.setattr(RetryQueue, "put_off", noted)
    return pauses
