"""Whatever goes wrong with the simulator's webhooks on their way, what is to come comes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from zoom_simulator.account.seed import SubscriptionSeed, WebhooksSeed
from zoom_simulator.webhooks.faults import WebhookFault
from zoom_simulator.webhooks.subscriptions import RETRIES_AFTER, Delivery, DeliveryReply, Webhooks

START = datetime(2030, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

faults = st.lists(
    st.builds(
        WebhookFault,
        kind=st.sampled_from(["duplicate", "reorder", "delay"]),
        times=st.integers(1, 3),
        after=st.integers(0, 3),
        seconds=st.integers(0, 600),
    ),
    max_size=4,
)
answers = st.lists(st.sampled_from([200, 204, 302, 404, 500, 503, None]), max_size=20)
pauses = st.lists(st.integers(0, 10), min_size=1, max_size=8)


def run(
    faults: list[WebhookFault], answers: list[int | None], pauses: list[int]
) -> tuple[Webhooks, list[Delivery]]:
    """Publish events with pauses of minutes between them, and deliver until all is over."""
    webhooks = Webhooks()
    seed = SubscriptionSeed(url="http://lectern.example", challenge=False)
    webhooks.configure(WebhooksSeed(subscriptions=[seed]), START)
    for fault in faults:
        webhooks.faults.add(fault.model_copy())
    due = by_minute(pauses)
    came: list[Delivery] = []
    replies = iter(answers)
    for minute in range(sum(pauses) + 120):
        now = START + minute * MINUTE
        for number in due.get(minute, ()):
            webhooks.publish(f"meeting.{number}", {"number": number}, now)
        while (delivery := webhooks.take(now)) is not None:
            came.append(delivery)
            status = next(replies, 200)
            reply = None if status is None else DeliveryReply(status)
            webhooks.record(delivery, reply, "secret", now)
    return webhooks, came


def by_minute(pauses: list[int]) -> dict[int, list[int]]:
    """Which events are published in which minute."""
    minutes: dict[int, list[int]] = {}
    minute = 0
    for number, pause in enumerate(pauses):
        minute += pause
        minutes.setdefault(minute, []).append(number)
    return minutes


@given(faults, answers, pauses)
def test_everything_comes_and_then_nothing_waits(
    faults: list[WebhookFault], answers: list[Any], pauses: list[int]
) -> None:
    webhooks, came = run(faults, answers, pauses)
    assert {each.event for each in came} == {f"meeting.{n}" for n in range(len(pauses))}
    assert all(each.is_over for each in webhooks.deliveries())
    states = Counter(each.state.value for each in webhooks.deliveries())
    assert states.keys() <= {"delivered", "refused", "lost"}


@given(faults, answers, pauses)
def test_every_retry_is_at_its_time_and_comes_only_after_a_failure(
    faults: list[WebhookFault], answers: list[Any], pauses: list[int]
) -> None:
    webhooks, _ = run(faults, answers, pauses)
    for delivery in webhooks.deliveries():
        first, *again = delivery.attempts
        since_first = [attempt.time - first.time for attempt in again]
        assert since_first == list(RETRIES_AFTER)[: len(again)]
        for failed in delivery.attempts[:-1]:
            assert failed.status is None or failed.status >= 500


@given(pauses)
def test_without_faults_events_come_once_and_in_their_order(pauses: list[int]) -> None:
    _, came = run([], [], pauses)
    assert [each.event for each in came] == [f"meeting.{n}" for n in range(len(pauses))]


def test_what_waits_for_its_retry_is_not_sent_earlier_because_it_is_overtaken() -> None:
    faults = [
        WebhookFault(kind="reorder", times=1, after=1),
        WebhookFault(kind="delay", times=1, after=1, seconds=61),
    ]
    webhooks, _ = run(faults, [200, 500], [0, 0, 3])
    tried = {
        each.event: [attempt.time for attempt in each.attempts] for each in webhooks.deliveries()
    }
    first, again = tried["meeting.1"]
    assert again - first == RETRIES_AFTER[0]


def test_what_is_under_way_when_it_is_overtaken_comes_once() -> None:
    webhooks = Webhooks()
    seed = SubscriptionSeed(url="http://lectern.example", challenge=False)
    webhooks.configure(WebhooksSeed(subscriptions=[seed]), START)
    webhooks.faults.add(WebhookFault(kind="reorder"))
    webhooks.publish("meeting.started", {}, START)
    webhooks.publish("meeting.ended", {}, START)
    overtaking = webhooks.take(START)
    overtaken = webhooks.take(START + MINUTE)
    assert overtaking is not None
    assert overtaken is not None
    assert [overtaking.event, overtaken.event] == ["meeting.ended", "meeting.started"]
    webhooks.record(overtaking, DeliveryReply(200), "secret", START + MINUTE)
    assert webhooks.take(START + MINUTE) is None
