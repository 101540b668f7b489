"""Whoever drains the queue is killed at each effect: the next one delivers all that is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import wraps
from itertools import count, groupby
from typing import Any

import pytest
from moto import mock_aws

from lectern.notify.drain import Drain
from lectern.notify.lms import Lms
from lectern.notify.queue import Message, RetryQueue
from lectern.store.delivery_turn import DeliveryTurn
from lectern_testing.aws.killable import Killed
from lectern_testing.lms.inbox import an_inbox
from lectern_testing.lms.told import Platform

EVENTS = ("ev-1", "ev-2")
FOREVER = 10_000
EFFECTS = ((RetryQueue, ("receive", "remove", "put_off")), (Lms, ("post",)))


class Life:
    """How far a run may get: so many moments before and after an effect.

    Attributes:
        left: The moments that are left.
        in_hand: The receipts of what the queue gave out.
        clock: Has seconds pass.
    """

    def __init__(self) -> None:
        self.left = FOREVER
        self.in_hand: list[str] = []
        self.clock: Callable[[int], None] = lambda _: None

    def step(self) -> None:
        """Is one of them; the dead do nothing any more."""
        self.left -= 1
        if self.left < 0:
            raise Killed

    def mortal(self, effect: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(effect)
        def done(*args: Any, **named: Any) -> Any:
            self.step()
            answer = effect(*args, **named)
            self.step()
            return answer

        return done


@pytest.fixture
def life(monkeypatch: pytest.MonkeyPatch) -> Life:
    """All effects but the turn's, which each platform has of its own; nothing takes real time."""
    life = Life()
    put_off, receive = RetryQueue.put_off, RetryQueue.receive

    def at_once(self: RetryQueue, receipt: str, _pause: timedelta) -> None:
        put_off(self, receipt, timedelta(0))

    def received(self: RetryQueue, wait_seconds: int) -> Message | None:
        message = receive(self, 0)
        life.in_hand += [message.receipt] if message else []
        life.clock(wait_seconds)
        return message

    monkeypatch.setattr(RetryQueue, "put_off", at_once)
    monkeypatch.setattr(RetryQueue, "receive", received)
    for owner, names in EFFECTS:
        for name in names:
            monkeypatch.setattr(owner, name, life.mortal(getattr(owner, name)))
    return life


@contextmanager
def a_platform(life: Life) -> Iterator[Platform]:
    with mock_aws(), an_inbox() as inbox:
        platform = Platform(inbox)
        platform.table.update = life.mortal(platform.table.update)  # type: ignore[method-assign]

        def passes(seconds: int) -> None:
            platform.moment += timedelta(seconds=seconds)

        life.left, life.in_hand, life.clock = FOREVER, [], passes
        yield platform


def run(platform: Platform, owner: str) -> None:
    turn = DeliveryTurn(platform.table)
    drain = Drain(platform.deliveries, platform.delivery, turn, platform.now)
    drain.run(owner, lambda: 240.0)


def comes_back(platform: Platform, life: Life) -> None:
    """What the dead had in hand is visible again, and the turn is over."""
    platform.moment += timedelta(minutes=3)
    for receipt in life.in_hand:
        with suppress(platform.sqs.exceptions.ClientError):
            platform.sqs.change_message_visibility(
                QueueUrl=platform.queue, ReceiptHandle=receipt, VisibilityTimeout=0
            )


@pytest.mark.parametrize("answers", [[], [503]], ids=["taken", "refused once"])
def test_killed_anywhere_all_is_delivered_in_order_and_again_under_one_id(
    life: Life, answers: list[int]
) -> None:
    for moments in count():
        with a_platform(life) as platform:
            for event_id in EVENTS:
                platform.tell("a", "b", event_id=event_id)
            listed = platform.outbox.page(None, 10, platform.now() + timedelta(minutes=1))
            platform.inbox.answers = list(answers)

            life.left = moments
            was_killed = False
            try:
                run(platform, "first")
            except Killed:
                was_killed = True
            life.left = FOREVER
            comes_back(platform, life)
            run(platform, "second")

            ids = [each.headers["webhook-id"] for each in platform.inbox.received]
            for event_id in EVENTS:
                wanted = [each.identifier for each in listed if is_of(each, event_id)]
                of_event = [each for each in ids if each in wanted]
                assert [each for each, _ in groupby(of_event)] == wanted, moments
            assert platform.deliveries.is_empty()
            assert DeliveryTurn(platform.table).take("next", platform.now(), platform.now())
        if not was_killed:
            break
    assert moments > 20, "it was not killed at each of them"


def is_of(entry: Any, event_id: str) -> bool:
    return bool(entry.notification.event_id == event_id)
