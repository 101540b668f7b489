"""The queue of deliveries is drained by one function at a time, and nobody is forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from lectern.notify.delivery import Delivery
from lectern.notify.drain import EVENTS_AT_ONCE, Drain
from lectern.notify.lms import Lms
from lectern.notify.queue import DeliveryQueue, Message, RetryQueue
from lectern.store import outbox_keys
from lectern.store.delivery_turn import DeliveryTurn
from lectern_testing.functions import app_of
from lectern_testing.lms.told import Platform

A_MINUTE = timedelta(seconds=60)
PLENTY, ALMOST_NONE = 240.0, 30.0


def a_drain(platform: Platform) -> Drain:
    turn = DeliveryTurn(platform.table)
    return Drain(platform.deliveries, platform.delivery, turn, platform.now)


def drain(platform: Platform, owner: str = "run", seconds_left: float = PLENTY) -> None:
    a_drain(platform).run(owner, lambda: seconds_left)


def turn_of(platform: Platform) -> dict[str, Any]:
    """Who has the turn, and whether word was left; nothing where it is free."""
    item = platform.table.get(outbox_keys.delivery_turn()) or {}
    return {name: item[name] for name in ("owner", "called") if name in item}


def is_tried_only_once(platform: Platform) -> bool:
    return len(platform.inbox.received) == 1


def before_it_looks_again(
    monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object], times: int = 1
) -> None:
    """Has something happen just after the queue was found empty."""
    receive, left = RetryQueue.receive, [happens] * times

    def then(self: RetryQueue, wait_seconds: int) -> Message | None:
        message = receive(self, wait_seconds)
        if message is None and left:
            left.pop()()
        return message

    monkeypatch.setattr(RetryQueue, "receive", then)


def test_all_that_waits_is_delivered_in_order_for_each_event(platform: Platform) -> None:
    for event_id in ("ev-1", "ev-2", "ev-3"):
        platform.tell("a", "b", "c", event_id=event_id)
    listed = platform.outbox.page(None, 20, platform.now() + A_MINUTE)

    drain(platform)

    ids = [each.headers["webhook-id"] for each in platform.inbox.received]
    assert len(ids) == 9
    for event_id in ("ev-1", "ev-2", "ev-3"):
        of_event = [each.identifier for each in listed if each.notification.event_id == event_id]
        assert [each for each in ids if each in of_event] == of_event
    assert platform.deliveries.is_empty()
    assert turn_of(platform) == {}


def test_whoever_comes_while_another_is_at_it_leaves_it_to_that_one(platform: Platform) -> None:
    turn = DeliveryTurn(platform.table)
    assert turn.take("other", platform.now(), platform.now() + A_MINUTE)
    platform.tell("a")

    drain(platform)

    assert platform.inbox.received == []
    assert turn_of(platform) == {"owner": "other", "called": True}
    assert not turn.give_back("other"), "word was left, so there is more to do"
    assert turn.give_back("other")
    assert turn_of(platform) == {}


@pytest.mark.parametrize("times", [1, 3])
def test_what_is_put_in_as_the_queue_was_found_empty_is_delivered_by_the_same_run(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """Whoever is woken for it finds the turn taken and leaves."""
    names = iter("bcd")

    def another_is_told() -> None:
        platform.tell(next(names))
        drain(platform, "another")

    before_it_looks_again(monkeypatch, another_is_told, times)
    platform.tell("a")

    drain(platform)

    assert len(platform.inbox.received) == 1 + times
    assert turn_of(platform) == {}


def test_who_comes_as_the_turn_is_given_back_takes_it(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its two writes: the turn was not free yet, and nobody holds it any more."""
    turn, update = DeliveryTurn(platform.table), platform.table.update
    turn.take("other", platform.now(), platform.now() + A_MINUTE)
    asked: list[str] = []

    def given_back_in_between(*given: Any, **options: Any) -> Any:
        asked.append("write")
        if len(asked) == 2:
            assert turn.give_back("other")
        return update(*given, **options)

    monkeypatch.setattr(platform.table, "update", given_back_in_between)
    platform.tell("a")
    drain(platform)
    assert len(platform.inbox.received) == 1


def test_who_died_with_the_turn_has_it_for_a_minute(platform: Platform) -> None:
    DeliveryTurn(platform.table).take("dead", platform.now(), platform.now() + A_MINUTE)
    platform.tell("a")
    platform.moment += A_MINUTE - timedelta(seconds=1)
    drain(platform)
    assert platform.inbox.received == []
    platform.moment += timedelta(seconds=1)
    drain(platform)
    assert len(platform.inbox.received) == 1
    assert turn_of(platform) == {}


def test_what_comes_back_soon_is_waited_for(platform: Platform) -> None:
    """SQS hides it for five seconds indeed."""
    receive = platform.deliveries.receive

    def as_time_passes(wait_seconds: int) -> Message | None:
        message = receive(wait_seconds)
        platform.moment += timedelta(seconds=wait_seconds)
        return message

    platform.deliveries.receive = as_time_passes  # type: ignore[method-assign]
    platform.inbox.answers = [503]
    platform.tell("a", "b")
    drain(platform)
    refused, *taken = [each.headers["webhook-id"] for each in platform.inbox.received]
    listed = platform.outbox.page(None, 10, platform.now() + A_MINUTE)
    assert taken == [each.identifier for each in listed]
    assert refused == taken[0]


def test_what_comes_back_later_is_left_to_the_schedule(
    platform: Platform, no_pause: list[timedelta], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.inbox.answers = [503, 503]
    platform.tell("a")
    hidden = RetryQueue.put_off

    def for_long(self: RetryQueue, receipt: str, pause: timedelta) -> None:
        hidden(self, receipt, pause)
        if pause > timedelta(seconds=10):
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=1
            )

    monkeypatch.setattr(RetryQueue, "put_off", for_long)
    drain(platform)
    assert no_pause == [timedelta(seconds=5), timedelta(minutes=1)]
    assert len(platform.inbox.received) == 2
    assert turn_of(platform) == {}


def test_an_event_whose_delivery_takes_long_holds_up_no_other(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_there = threading.Barrier(EVENTS_AT_ONCE, timeout=20)
    post = Lms.post

    def when_all_are_there(self: Lms, *args: Any, **options: Any) -> bytes:
        all_there.wait()
        return post(self, *args, **options)

    monkeypatch.setattr(Lms, "post", when_all_are_there)
    for number in range(2 * EVENTS_AT_ONCE):
        platform.tell("a", event_id=f"ev-{number}")
    drain(platform)
    assert len(platform.inbox.received) == 2 * EVENTS_AT_ONCE


def test_without_the_time_for_a_delivery_none_is_begun_and_the_turn_is_free(
    platform: Platform,
) -> None:
    platform.tell("a")
    drain(platform, seconds_left=ALMOST_NONE)
    assert platform.inbox.received == []
    assert turn_of(platform) == {}
    assert not platform.deliveries.is_empty()


def test_whoever_takes_long_keeps_the_turn(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five deliveries of 25 seconds each, and somebody who comes after each of them."""
    deliver = Delivery.deliver

    def slowly(self: Delivery, message: Message) -> Any:
        platform.moment += timedelta(seconds=25)
        drain(platform, "another")
        return deliver(self, message)

    monkeypatch.setattr(Delivery, "deliver", slowly)
    platform.tell(*"abcde")
    drain(platform)
    ids = [each.headers["webhook-id"] for each in platform.inbox.received]
    assert len(ids) == len(set(ids)) == 5


def test_whoever_lost_the_turn_begins_nothing_more(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver = Delivery.deliver

    def as_if_asleep(self: Delivery, message: Message) -> Any:
        platform.moment += A_MINUTE
        DeliveryTurn(platform.table).take("next", platform.now(), platform.now() + A_MINUTE)
        return deliver(self, message)

    monkeypatch.setattr(Delivery, "deliver", as_if_asleep)
    platform.tell("a", "b")
    drain(platform)
    assert is_tried_only_once(platform)
    assert turn_of(platform) == {"owner": "next"}


def test_a_fault_in_one_delivery_stops_no_other(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    deliver = Delivery.deliver

    def with_a_fault(self: Delivery, message: Message) -> Any:
        if message.group == "ev-1":
            raise ConnectionError("kim@people.example")
        return deliver(self, message)

    monkeypatch.setattr(Delivery, "deliver", with_a_fault)
    platform.tell("a")
    platform.tell("a", event_id="ev-2")
    drain(platform)
    assert platform.received() == ["ev-2"]
    assert "ConnectionError" in caplog.text
    assert "kim@" not in caplog.text
    assert turn_of(platform) == {}


def test_where_the_queue_is_out_of_reach_the_turn_is_free_again(platform: Platform) -> None:
    platform.deliveries._url += "-gone"
    with pytest.raises(Exception, match="NonExistentQueue"):
        drain(platform)
    assert turn_of(platform) == {}


@pytest.fixture
def app(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The function, over the platform."""
    module = app_of("notify_lms")
    monkeypatch.setattr(module, "drain", lambda: a_drain(platform))
    return module


CONTEXT = SimpleNamespace(aws_request_id="run", get_remaining_time_in_millis=lambda: PLENTY * 1000)


def test_the_schedule_takes_no_turn_where_nothing_waits(platform: Platform, app: Any) -> None:
    """It comes 43,000 times a month: a turn that is taken and given back is two writes."""
    app.handler({"by": "schedule"}, CONTEXT)
    assert platform.table.get(outbox_keys.delivery_turn()) is None
    platform.tell("a")
    app.handler({"by": "schedule"}, CONTEXT)
    assert len(platform.inbox.received) == 1


def test_who_is_woken_does_not_ask_whether_anything_waits(platform: Platform, app: Any) -> None:
    """SQS counts what waits with a delay."""
    platform.tell("a")
    platform.deliveries.is_empty = lambda: True  # type: ignore[method-assign]
    app.handler({"by": "change"}, CONTEXT)
    assert len(platform.inbox.received) == 1


def test_what_was_queued_wakes_somebody_once(platform: Platform) -> None:
    platform.tell("a", "b")
    assert platform.woken.of == ["notify_lms"]
    platform.dispatch()
    assert platform.woken.of == ["notify_lms"], "there was nothing to queue"
    platform.set_address(None)
    platform.tell("c")
    assert platform.woken.of == ["notify_lms"]


def test_who_cannot_be_woken_is_no_failure_of_the_change(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(**_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(platform.woken, "invoke", refused)
    platform.tell("a")
    assert "could not be woken" in caplog.text
    drain(platform)
    assert len(platform.inbox.received) == 1


def test_what_could_be_queued_before_a_failure_wakes_somebody(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = DeliveryQueue.put
    asked: list[str] = []

    def only_the_first(self: DeliveryQueue, page: Any) -> None:
        asked.append(page.change)
        if len(asked) > 1:
            raise ConnectionError
        put(self, page)

    monkeypatch.setattr(DeliveryQueue, "put", only_the_first)
    platform.change("a", "b")
    assert platform.dispatched() == "change 2"
    assert platform.woken.of == ["notify_lms"]
