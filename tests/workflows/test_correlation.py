"""One id leads from a request to the API through stream and workflow to the notification."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from lectern.domain.model import DomainModel
from lectern.domain.settings import Notifications, Settings
from lectern.notify.delivery import Delivery, DeliveryResult
from lectern.notify.queue import Message, position_in
from lectern.store.outbox import OutboxStore
from lectern.telemetry import JsonLog, correlation_id
from lectern_testing.functions import app_of
from lectern_testing.lms.api import an_event_body
from lectern_testing.on_stage.dispatcher import Dispatcher
from lectern_testing.on_stage.lms import lms_on
from lectern_testing.stage import Stage


class Answer(DomainModel):
    """What a function has answered, as a stage wants it."""

    answer: dict[str, Any]

    def model_dump(self, **_: Any) -> dict[str, Any]:
        return self.answer


class Taken:
    """An LMS that takes what it is told."""

    def post(self, *_: object) -> bytes:
        return b""


@pytest.fixture
def dispatcher(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Dispatcher:
    told = Notifications(url="https://lms.example/hooks")
    stage.settings.put(Settings(notifications=told), was_revision=0)
    return Dispatcher(stage, monkeypatch)


def lines(caplog: pytest.LogCaptureFixture, message: str) -> list[dict[str, Any]]:
    found = [json.loads(each) for each in caplog.messages if each.startswith("{")]
    return [each for each in found if each["message"] == message]


def test_an_enrollment_is_followed_from_the_request_to_the_notification(
    stage: Stage, dispatcher: Dispatcher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    lms = lms_on(stage)
    start = (stage.clock.now() + timedelta(days=1)).isoformat()
    host = {"user_id": "u-1", "email": "wanda@acme.example"}
    assert lms.put("/v1/events/ev-1", an_event_body(starts_at=start, host=host)).status == 202
    dispatcher.work()
    caplog.clear()

    person = {"email": "kim@people.example", "first_name": "Kim"}
    assert lms.put("/v1/events/ev-1/enrollments/u-kim", person).status == 202
    [answered] = [each for each in caplog.records if each.getMessage() == "answered"]
    request: str = vars(answered)["request"]
    dispatcher.dispatch()
    [started] = lines(caplog, "execution started")
    assert started["correlation_id"] == request
    [(_, name, told)] = dispatcher.waiting
    assert (name, told["correlation_id"]) == (started["execution"], request)
    dispatcher.work()

    outbox = OutboxStore(stage.table, lambda _seconds: None)
    delivery = Delivery(outbox, stage.settings, Taken(), None, stage.clock.now)  # type: ignore[arg-type]
    for body in dispatcher.queue.bodies:
        page = outbox.read(position_in(body))
        assert page is not None
        assert not any("caused_in" in each.notification.data for each in page.entries)
        assert delivery.deliver(Message(body, "ev-1", "r", 1)) is DeliveryResult.DELIVERED
    [taken] = [each for each in lines(caplog, "taken") if each["type"] == "enrollment.registered"]
    assert taken["correlation_id"] == request


def test_calls_at_zoom_belong_to_the_execution_that_makes_them(
    stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    app = app_of("event_sync")
    monkeypatch.setattr(app, "sync_tools", lambda: stage.dependencies)
    stage.functions["event-sync"] = lambda task: Answer(answer=app.handler(task, None))
    stage.event_with_people(1)
    assert stage.run("the-execution") == "SUCCEEDED"
    called = lines(caplog, "zoom called")
    assert {each["operation"] for each in called} >= {"create_meeting"}
    assert {each["correlation_id"] for each in called} == {"the-execution"}
    assert correlation_id() is None


def test_a_line_that_belongs_to_nothing_says_nothing_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    JsonLog("lectern.test").info("said")
    assert json.loads(caplog.messages[0]) == {"message": "said"}
