"""The table's stream has several shards, one of which is behind: each event is told in order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lectern.domain.event import Status
from lectern.domain.settings import Notifications, Settings
from lectern.store.outbox_items import OutboxEntry
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.dispatcher import Dispatcher, until
from lectern_testing.on_stage.notifications import asked_for, listed
from lectern_testing.stage import Stage

SHARDS = 4
EVENTS = [f"ev-{n}" for n in range(4)]


def a_burst(stage: Stage, dispatcher: Dispatcher, names: list[str]) -> None:
    """Many events with their people, changed and joined while they are worked on."""
    now = stage.clock.now()
    for event_id in names:
        details = a_details(starts_at=now + timedelta(days=5), title=f"Course {event_id}")
        stage.events.create(an_event(event_id, now=now, details=details))
        stage.enrol(*(an_enrollment(f"u-{n}", event_id=event_id, now=now) for n in range(3)))
    dispatcher.work()
    for step in range(2):
        for event_id in names:
            stage.change_details(event_id, title=f"Course {event_id}, {step}")
            late = an_enrollment(f"late-{step}", event_id=event_id, now=stage.clock.now())
            stage.enrol(late)
        dispatcher.work()
    for event_id in names[::2]:
        stage.change_event(event_id, status=Status.CANCELLED)
    dispatcher.work()


def of_event(entries: list[OutboxEntry], event_id: str) -> list[tuple[int, str]]:
    return [
        (each.position.number, each.notification.type.value)
        for each in entries
        if each.notification.event_id == event_id
    ]


@pytest.fixture
def dispatcher(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Dispatcher:
    told = Notifications(url="https://lms.example/hooks")
    stage.settings.put(Settings(notifications=told), was_revision=0)
    return Dispatcher(stage, monkeypatch, shards=SHARDS)


@pytest.mark.parametrize("held", range(SHARDS))
def test_each_event_is_told_in_the_order_of_its_changes_whichever_shard_is_behind(
    stage: Stage, dispatcher: Dispatcher, held: int
) -> None:
    dispatcher.held = held

    a_burst(stage, dispatcher, EVENTS)

    queued, changes = asked_for(stage, dispatcher), listed(stage)
    assert len(queued) == len(changes) > 30
    for event_id in EVENTS:
        assert of_event(queued, event_id) == of_event(changes, event_id)
        kinds = [kind for _, kind in of_event(queued, event_id)]
        assert kinds[0] == "event.ready"
        assert kinds.count("enrollment.registered") == 5
        assert (kinds[-1] == "event.cancelled") == (event_id in EVENTS[::2])


@pytest.mark.parametrize("out", [{"sqs"}, {"stepfunctions"}, {"dynamodb"}], ids=str)
@pytest.mark.parametrize("grace", [0, 5])
def test_the_order_outlives_an_hour_without_a_service(
    stage: Stage, dispatcher: Dispatcher, out: set[str], grace: int
) -> None:
    dispatcher.out |= out
    dispatcher.grace = grace
    until(stage, stage.clock.now() + timedelta(hours=1), dispatcher.out)

    a_burst(stage, dispatcher, EVENTS[:2])

    queued, changes = asked_for(stage, dispatcher), listed(stage)
    assert not dispatcher.out
    assert dispatcher.lost == 0
    for event_id in EVENTS[:2]:
        assert of_event(queued, event_id) == of_event(changes, event_id)
