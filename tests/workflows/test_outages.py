"""Step Functions, SQS and DynamoDB refuse for an hour: every notification arrives, and once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lectern.domain.settings import Notifications, Settings
from lectern_testing.builders import a_details, an_enrollment, an_event
from lectern_testing.on_stage.dispatcher import Dispatcher, until
from lectern_testing.on_stage.notifications import asked_for, listed
from lectern_testing.stage import Stage

OUTAGES = [{"stepfunctions"}, {"sqs"}, {"dynamodb"}, {"stepfunctions", "sqs", "dynamodb"}]


@pytest.fixture
def dispatcher(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Dispatcher:
    told = Notifications(url="https://lms.example/hooks")
    stage.settings.put(Settings(notifications=told), was_revision=0)
    return Dispatcher(stage, monkeypatch)


def put(stage: Stage, event_id: str, people: int) -> None:
    now = stage.clock.now()
    details = a_details(starts_at=now + timedelta(days=5))
    stage.events.create(an_event(event_id, now=now, details=details))
    stage.enrol(*(an_enrollment(f"u-{n}", event_id=event_id, now=now) for n in range(people)))


@pytest.mark.parametrize("grace", [0, 1])
@pytest.mark.parametrize("out", OUTAGES, ids=lambda out: " and ".join(sorted(out)))
def test_every_notification_arrives_once(
    stage: Stage, dispatcher: Dispatcher, out: set[str], grace: int
) -> None:
    """Whether the outage begins between two batches, or in the middle of one."""
    put(stage, "ev-1", 5)
    dispatcher.work()
    put(stage, "ev-2", 5)
    stage.change_details("ev-1", title="Another title")
    dispatcher.out |= out
    dispatcher.grace = grace
    until(stage, stage.clock.now() + timedelta(hours=1), dispatcher.out)

    dispatcher.work()
    assert not dispatcher.out, "the outage is over"
    put(stage, "ev-3", 1)
    dispatcher.work()

    assert dispatcher.lost == 0
    told = listed(stage)
    numbers = [entry.position.number for entry in told]
    assert numbers == list(range(numbers[0], numbers[0] + len(told))), "the feed has no hole"
    arrived = [each.position.number for each in asked_for(stage, dispatcher)]
    assert sorted(arrived) == numbers, "each once"
    told_of = {(each.notification.event_id, each.notification.type.value) for each in told}
    assert {(f"ev-{n}", "event.ready") for n in (1, 2, 3)} <= told_of
    for event_id in ("ev-1", "ev-2", "ev-3"):
        assert stage.event(event_id).sync.state == "in_sync"
    assert len(stage.open_meetings()) == 3
