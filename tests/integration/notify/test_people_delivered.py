"""Many people whom the LMS is told of at once: one message, a request for each, none twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.notifications import Notification, NotificationType
from lectern.notify.delivery import DeliveryResult
from lectern.notify.lms import Lms
from lectern.notify.queue import Message
from lectern_testing.lms.told import Platform


def people_told_of(platform: Platform, count: int) -> None:
    """Tells of people in one go."""
    registered = NotificationType.ENROLLMENT_REGISTERED
    for n in range(count):
        platform.changed(Notification(type=registered, event_id="ev-1", user_id=f"u-{n}"))
    platform.dispatch()


def users_told_of(platform: Platform) -> list[str]:
    return [each.json["data"]["user_id"] for each in platform.inbox.received]


def test_many_people_are_one_message_and_a_request_each(platform: Platform) -> None:
    people_told_of(platform, 20)
    assert platform.work_off() == [DeliveryResult.DELIVERED]
    assert users_told_of(platform) == [f"u-{n}" for n in range(20)]
    assert len({each.headers["webhook-id"] for each in platform.inbox.received}) == 20


def test_what_the_lms_took_of_many_does_not_come_again(
    platform: Platform, no_pause: list[timedelta]
) -> None:
    platform.inbox.answers = [200, 200, 500, 500, 200, 503]
    people_told_of(platform, 5)

    assert platform.work_off() == ["HTTP 500", "HTTP 500", "HTTP 503", DeliveryResult.DELIVERED]

    users = users_told_of(platform)
    assert users == ["u-0", "u-1", "u-2", "u-2", "u-2", "u-3", "u-3", "u-4"]
    # Whoever took something is waited for as after a first failure.
    assert no_pause == [timedelta(seconds=5), timedelta(minutes=1), timedelta(seconds=5)]


def test_what_takes_long_goes_on_with_the_next_message(
    platform: Platform, no_pause: list[timedelta], monkeypatch: pytest.MonkeyPatch
) -> None:
    people_told_of(platform, 7)
    post = Lms.post

    def slow(*args: Any, **options: Any) -> bytes:
        platform.moment += timedelta(seconds=4)
        return post(*args, **options)

    monkeypatch.setattr(Lms, "post", slow)
    assert platform.work_off() == ["more is left"] * 2 + [DeliveryResult.DELIVERED]
    assert users_told_of(platform) == [f"u-{n}" for n in range(7)]
    assert no_pause == [timedelta(0)] * 2


def test_what_is_given_up_of_many_is_one_letter_with_those_who_are_left(
    platform: Platform, no_pause: list[timedelta]
) -> None:
    platform.inbox.answers, platform.inbox.status = [200], 500
    people_told_of(platform, 3)
    assert platform.work_off()[-1] is DeliveryResult.GIVEN_UP
    letter = platform.next_message(platform.dead_letters)
    platform.inbox.status = 200
    platform.inbox.received.clear()
    delivered = platform.delivery.deliver(Message(letter["Body"], "ev-1", "receipt", 1))
    assert delivered is DeliveryResult.DELIVERED
    assert users_told_of(platform) == ["u-1", "u-2"]
