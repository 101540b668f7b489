"""That there is an address is remembered, that there is none is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from lectern.domain.settings import Notifications, Settings
from lectern.notify.address_known import AddressKnown


class Kept:
    """Settings that count how often they are read."""

    def __init__(self) -> None:
        self.url: str | None = None
        self.reads = 0

    def get(self) -> tuple[Settings, int]:
        self.reads += 1
        return Settings(notifications=Notifications(url=self.url)), 1


def test_an_address_is_asked_for_once_a_minute_and_a_missing_one_each_time() -> None:
    kept, now = Kept(), [datetime(2030, 1, 1, tzinfo=UTC)]
    settings: Any = kept
    known = AddressKnown(settings, lambda: now[0])

    assert [known(), known()] == [False, False]
    assert kept.reads == 2

    kept.url = "https://lms.example/hooks"
    assert [known(), known(), known()] == [True, True, True]
    assert kept.reads == 3

    kept.url = None
    now[0] += timedelta(minutes=1)
    assert known() is False
