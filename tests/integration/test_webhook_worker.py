"""Deliveries worked off against a table: each once, in any order, and only those of Lectern's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lectern.domain.event import Event, Phase
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.settings import Drift, Settings
from lectern.store.leases import LeaseStore
from lectern.store.table import WriteConflict
from lectern.webhooks import worker as working
from lectern.webhooks.report import ReportedEvent
from lectern.webhooks.worker import WorkerMetric
from lectern_testing.builders import ZOOM_ID
from lectern_testing.webhook_worker import NOW, TS, Desk
from lectern_testing.webhooks import a_webhook


@cache
def _client() -> Any:
    """A client takes longer to build than a test to run; it holds no state."""
    return boto3.client("dynamodb", region_name="eu-west-1")


@pytest.fixture
def desk() -> Iterator[Desk]:
    with mock_aws():
        yield Desk(_client())


def test_a_delivery_has_its_effect_once_however_often_it_comes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[ReportedEvent] = []
    monkeypatch.setattr(working, "HANDLERS", {"started": (lambda _, report: seen.append(report),)})

    counts = Counter(desk.receive() for _ in range(5))

    assert counts == {WorkerMetric.DONE: 1, WorkerMetric.REPEATED: 4}
    assert len(seen) == 1
    assert (seen[0].event_id, seen[0].connection) == ("ev-1", "default")


def test_the_same_written_differently_is_the_same(desk: Desk) -> None:
    content = a_webhook(ts=TS)
    again = json.dumps(content, sort_keys=True, indent=2)

    assert desk.worker.work_off("default", json.dumps(content)) is WorkerMetric.DONE
    assert desk.worker.work_off("default", again) is WorkerMetric.REPEATED


@pytest.mark.parametrize(
    "change",
    [
        {"ts": TS + 1},
        {"uuid": "another"},
        {"participant": {"user_id": "16778240"}},
        {"participant": {"registrant_id": "r-2"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_two_events_are_two_however_alike(desk: Desk, change: dict[str, Any]) -> None:
    assert desk.receive() is WorkerMetric.DONE
    assert desk.receive(**change) is WorkerMetric.DONE


def test_a_crash_before_the_mark_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> bool:
        raise ConnectionError

    with monkeypatch.context() as dying:
        dying.setattr(desk.webhooks, "mark_done", crash)
        with pytest.raises(ConnectionError):
            desk.receive(start_time="2030-03-17T17:59:00Z")
    assert desk.event.phase is Phase.LIVE

    assert desk.receive(start_time="2030-03-17T17:59:00Z") is WorkerMetric.DONE
    assert desk.event.phase is Phase.LIVE


def test_two_workers_at_once_count_a_delivery_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.webhooks, "is_done", lambda _digest: False)

    assert [desk.receive(), desk.receive()] == [WorkerMetric.DONE, WorkerMetric.REPEATED]


def test_marks_end_by_themselves(desk: Desk) -> None:
    desk.receive()

    digest = working.digest_of("default", json.dumps(a_webhook(ts=TS)))
    item = desk.table.get({"PK": f"WEBHOOK#{digest}", "SK": "WEBHOOK"})
    assert item is not None
    assert item["ttl"] == int((NOW + timedelta(days=3)).timestamp())


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        json.dumps(a_webhook("meeting.chat_message_sent")),
        json.dumps(a_webhook("user.created")),
        json.dumps({"event": "app_deauthorized", "payload": {"event_ts": "2024-09-08"}}),
        json.dumps(a_webhook(zoom_id=None)),  # type: ignore[arg-type]
        json.dumps({"event": "meeting.started", "payload": {"object": "text"}}),
    ],
)
def test_unknown_events_are_counted_and_dropped(desk: Desk, body: str) -> None:
    assert desk.worker.work_off("default", body) is WorkerMetric.UNKNOWN


def test_sessions_that_are_nobodys_are_counted_and_leave_nothing(desk: Desk) -> None:
    assert desk.receive(zoom_id=99) is WorkerMetric.OF_OTHERS
    assert desk.receive(connection="academy") is WorkerMetric.OF_OTHERS
    assert desk.event.phase is Phase.UPCOMING
    digest = working.digest_of("default", json.dumps(a_webhook(ts=TS, zoom_id=99)))
    assert not desk.webhooks.is_done(digest)


@pytest.mark.parametrize("kind", ["meeting", "webinar"])
@pytest.mark.parametrize("zoom_id", [ZOOM_ID, int(ZOOM_ID)])
def test_the_phase_follows_started_and_ended(desk: Desk, kind: str, zoom_id: str | int) -> None:
    start = {"start_time": "2030-03-17T17:00:00Z", "zoom_id": zoom_id}
    desk.receive(f"{kind}.started", **start)
    assert (desk.event.phase, desk.event.phase_at) == (Phase.LIVE, NOW - timedelta(hours=1))

    desk.receive(f"{kind}.ended", **start, end_time="2030-03-17T18:00:00Z")
    assert (desk.event.phase, desk.event.phase_at) == (Phase.ENDED, NOW)

    desk.receive(f"{kind}.started", **start, ts=TS + 1)
    assert desk.event.phase is Phase.ENDED


def test_a_phase_changes_neither_the_version_nor_what_was_asked_for(desk: Desk) -> None:
    before = desk.event

    desk.receive()

    assert (desk.event.version, desk.event.sync) == (before.version, before.sync)


def test_a_meeting_that_was_replaced_says_nothing_of_the_event(desk: Desk) -> None:
    desk.dependencies.events.claim_meeting("default", "81111111111", "ev-1")

    assert desk.receive(zoom_id="81111111111") is WorkerMetric.DONE
    assert desk.event.phase is Phase.UPCOMING


def test_a_report_that_comes_meanwhile_is_not_undone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, came = desk.dependencies.events.record_phase, []

    def record_after_another(event: Event, *facts: Any) -> Event:
        if not came:
            came.append(facts)
            record(event, Phase.ENDED, NOW, "4444AAAiAAAAAiAiAiiAii==")
        return record(event, *facts)

    monkeypatch.setattr(desk.dependencies.events, "record_phase", record_after_another)
    desk.receive(start_time="2030-03-17T17:00:00Z")

    assert desk.event.phase is Phase.ENDED


def test_a_phase_is_recorded_on_what_was_read_alone(desk: Desk) -> None:
    read = desk.event
    desk.dependencies.events.record_phase(read, Phase.LIVE, NOW, "A")

    with pytest.raises(WriteConflict):
        desk.dependencies.events.record_phase(read, Phase.ENDED, NOW, "A")


def test_a_stray_meeting_is_not_noted_over_the_head_of_who_is_at_work(desk: Desk) -> None:
    desk.dependencies.events.claim_meeting("default", "81111111111", "ev-1")
    leases = LeaseStore(desk.table)
    leases.take_lease("ev-1", "one", NOW, NOW + timedelta(minutes=15))

    with pytest.raises(WriteConflict):
        desk.receive("meeting.recovered", zoom_id="81111111111")
    assert desk.event.retired == ()

    leases.held_by("ev-1", "one").abandon(event_problem(EventProblem.INTERNAL_ERROR), 1)
    assert desk.receive("meeting.recovered", zoom_id="81111111111") is WorkerMetric.DONE
    assert [meeting.zoom_id for meeting in desk.event.retired] == ["81111111111"]
    assert desk.event.sync.is_due


def test_with_report_a_stray_meeting_is_left(desk: Desk) -> None:
    desk.dependencies.settings.put(Settings(drift=Drift.REPORT), was_revision=0)
    desk.dependencies.events.claim_meeting("default", "81111111111", "ev-1")

    assert desk.receive("meeting.recovered", zoom_id="81111111111") is WorkerMetric.DONE
    assert desk.event.retired == ()
