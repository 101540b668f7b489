"""What is stored of people ends: with their erasure, and with the time that events are kept."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.settings import Notifications, Settings
from lectern.store.outbox import OutboxStore
from lectern.store.retention import RetentionStore
from lectern.sync.triggers.retention_sweep import RetentionSweep
from lectern_testing.lms.api import Lms, an_event_body
from lectern_testing.on_stage.dispatcher import Dispatcher
from lectern_testing.on_stage.lms import lms_on
from lectern_testing.on_stage.sessions import HeldSession
from lectern_testing.stage import Stage

EVENT = "/v1/events/ev-1"
HOST = {"user_id": "u-wanda", "email": "wanda@acme.example"}
KIM = {"email": "kimberley@secret.example", "first_name": "Kimberley", "last_name": "Quixote"}
SAM = {"email": "sam@people.example", "first_name": "Sam"}
MARKS = ("u-kim", "kimberley", "quixote")
DAYS = 30


@pytest.fixture
def dispatcher(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Dispatcher:
    told = Notifications(url="https://lms.example/hooks")
    stage.settings.put(Settings(notifications=told, retention_days=DAYS), was_revision=0)
    return Dispatcher(stage, monkeypatch)


@pytest.fixture
def lms(stage: Stage, dispatcher: Dispatcher) -> Lms:
    """An LMS with an event in sync in which Kim and Sam are enrolled; Kim clicked and logged in."""
    lms = lms_on(stage)
    put(lms, stage)
    assert lms.put(f"{EVENT}/enrollments/u-kim", KIM).status == 202
    assert lms.put(f"{EVENT}/enrollments/u-sam", SAM).status == 202
    dispatcher.work()
    assert lms.get(f"{EVENT}/join", query={"user_id": "u-kim"}).status == 200
    assert lms.post("/v1/users/u-kim/login").status < 300
    dispatcher.work()
    return lms


def put(lms: Lms, stage: Stage, event_id: str = "ev-1") -> None:
    start = (stage.clock.now() + timedelta(days=1)).isoformat()
    body = an_event_body(starts_at=start, host=HOST)
    assert lms.put(f"/v1/events/{event_id}", body).status == 202


def everything(dispatcher: Dispatcher) -> str:
    """The table, and what waits in the queue of deliveries, without what is random."""
    stored = f"{dispatcher.items()} {dispatcher.queue.bodies}".lower()
    return re.sub(r"(tk|pwd|zak)=[\w-]+", "", stored)


def traces(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text.lower()]


def a_session(stage: Stage) -> None:
    """Kim and Sam attend; the attendance is to be settled."""
    session = HeldSession(stage)
    for email in stage.registrants():
        session.join(email)
    session.later(30)
    session.ended()


def feed(stage: Stage) -> list[Any]:
    stage.wait(60)
    outbox = OutboxStore(stage.table, lambda _seconds: None)
    return [entry.notification for entry in outbox.page(None, 1000, stage.clock.now())]


def test_nothing_of_an_erased_person_is_left_or_told_later(
    lms: Lms, stage: Stage, dispatcher: Dispatcher
) -> None:
    a_session(stage)
    dispatcher.work()
    assert set(traces(everything(dispatcher))) == set(MARKS), "else nothing is shown"
    assert "u-kim" in str(feed(stage))

    assert lms.delete("/v1/users/u-kim").status == 202
    dispatcher.work()

    assert traces(everything(dispatcher)) == []
    told = len(feed(stage))
    assert traces(str(feed(stage))) == []
    assert "sam@people.example" in stage.registrants()
    assert "kimberley@secret.example" not in stage.registrants()

    assert (
        lms.put(
            EVENT,
            an_event_body(
                starts_at=(stage.clock.now() + timedelta(days=2)).isoformat(),
                host=HOST,
                title="Another",
            ),
        ).status
        == 202
    )
    dispatcher.work()
    stage.sweep()
    dispatcher.work()
    assert len(feed(stage)) > told
    assert traces(str(feed(stage))) == []
    assert traces(everything(dispatcher)) == []


def test_an_erasure_ends_although_the_change_that_it_follows_is_dispatched_late(
    lms: Lms, stage: Stage, dispatcher: Dispatcher
) -> None:
    """What there was to tell of the person is in the stream yet, when the person is erased."""
    changed = KIM | {"email": "kimberley.other@secret.example"}
    assert lms.put(f"{EVENT}/enrollments/u-kim", changed).status == 202
    stage.synchronise()
    assert lms.delete("/v1/users/u-kim").status == 202
    stage.synchronise()

    dispatcher.work()

    assert traces(everything(dispatcher)) == []
    assert traces(str(feed(stage))) == []


def retention(stage: Stage) -> int:
    kept = RetentionStore(stage.table)
    return RetentionSweep(stage.events, kept, stage.settings, stage.clock.now).run()


def test_an_event_ends_with_its_people_when_it_was_kept_long_enough(
    lms: Lms, stage: Stage, dispatcher: Dispatcher
) -> None:
    a_session(stage)
    dispatcher.work()
    stage.wait(timedelta(days=DAYS).total_seconds())
    assert retention(stage) == 0
    put(lms, stage, "ev-2")
    dispatcher.work()
    stage.wait(timedelta(days=3).total_seconds())

    assert retention(stage) == 1
    dispatcher.work()

    assert stage.events.get("ev-1") is None
    assert stage.events.get("ev-2") is not None
    assert lms.get("/v1/users/u-kim").status == 404
    left = [item for item in dispatcher.items() if not ends_by_itself(item, stage)]
    assert traces(str(left)) == []
    assert [item for item in left if "ev-1" in str(item)] == []
    assert retention(stage) == 0


def ends_by_itself(item: dict[str, Any], stage: Stage) -> bool:
    """Whether DynamoDB has the item expire, which nobody here does for it."""
    return "ttl" in item and float(item["ttl"]["N"]) < stage.clock.now().timestamp()


def test_an_event_that_is_worked_on_or_changed_meanwhile_stays(
    lms: Lms, stage: Stage, dispatcher: Dispatcher
) -> None:
    stage.wait(timedelta(days=DAYS + 3).total_seconds())
    event = stage.event()
    stage.leases.take_lease(
        "ev-1", "run", stage.clock.now(), stage.clock.now() + timedelta(minutes=5)
    )
    assert retention(stage) == 0
    stage.wait(600)
    stage.change_details(title="Another")
    assert RetentionStore(stage.table).forget(event) is False
    assert stage.events.get("ev-1") is not None
