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
from lectern.domain.meeting import Kind
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.settings import Drift, Settings
from lectern.domain.trials import SIGNED_OTHERWISE, trial_topic
from lectern.domain.validation import Validation
from lectern.store.leases import LeaseStore
from lectern.store.table import WriteConflict
from lectern.store.webhooks import Heard, heard_about
from lectern.store.zoom_cache import ZoomCache
from lectern.webhooks import worker as working
from lectern.webhooks.handlers import HANDLERS
from lectern.webhooks.report import ReportedEvent, always
from lectern.webhooks.worker import WorkerMetric
from lectern_testing.builders import ZOOM_ID
from lectern_testing.unknown_fields import with_future_fields
from lectern_testing.webhooks.deliveries import a_webhook
from lectern_testing.webhooks.worker import NOW, TS, Desk


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
    noted = always(lambda _, report: seen.append(report))
    monkeypatch.setattr(working, "HANDLERS", {"started": (noted,)})

    counts = Counter(desk.receive() for _ in range(5))

    assert counts == {WorkerMetric.DONE: 1, WorkerMetric.REPEATED: 4}
    assert len(seen) == 1
    assert (seen[0].event_id, seen[0].connection) == ("ev-1", "default")


def last_heard(desk: Desk, kind: Kind) -> Heard | None:
    return ZoomCache(desk.table).recent("default", heard_about(kind), Heard, NOW)


@pytest.mark.parametrize(
    ("event", "heard"), [("meeting.unheard_of", Kind.MEETING), ("webinar.started", Kind.WEBINAR)]
)
def test_that_zoom_reports_is_known_whatever_it_reports(
    desk: Desk, event: str, heard: Kind
) -> None:
    desk.receive(event)

    assert last_heard(desk, heard) == Heard(at=NOW)
    assert last_heard(desk, heard.other) is None


def test_a_burst_of_reports_is_heard_of_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[Kind] = []
    monkeypatch.setattr(desk.webhooks, "heard", lambda _, kind, _now: noted.append(kind))

    for n in range(5):
        desk.receive(ts=TS + n)

    assert noted == [Kind.MEETING]


def test_a_change_that_is_not_lecterns_is_recorded_once_for_each_look(desk: Desk) -> None:
    for n in range(3):
        desk.receive("meeting.deleted", ts=TS + n)
    desk.receive("meeting.updated", ts=TS)

    entries, _ = desk.dependencies.timeline.page("ev-1", after=None, limit=10)
    assert [(each.kind, each.code, each.count) for each in entries] == [("webhook", "deleted", 1)]


@pytest.mark.parametrize("name", sorted(HANDLERS))
@pytest.mark.parametrize("kind", list(Kind))
def test_a_delivery_with_fields_that_nobody_knows_is_worked_off(
    desk: Desk, kind: Kind, name: str
) -> None:
    someone = {"id": "z-1", "user_id": "16778240", "email": "kim@people.example"}
    content = a_webhook(f"{kind}.{name}", ts=TS, participant=someone, registrant=someone)

    worked_off = desk.worker.work_off("default", json.dumps(with_future_fields(content)))

    assert worked_off is WorkerMetric.DONE


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
    start: dict[str, Any] = {"start_time": "2030-03-17T17:00:00Z", "zoom_id": zoom_id}
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
    record = desk.dependencies.events.record_phase
    came: list[object] = []

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
    assert not desk.event.retired

    problem = event_problem(EventProblem.INTERNAL_ERROR)
    leases.held_by("ev-1", "one").abandon(problem, 1, look_at=NOW)
    assert desk.receive("meeting.recovered", zoom_id="81111111111") is WorkerMetric.DONE
    assert [each.zoom_id for each in desk.event.retired] == ["81111111111"]
    assert desk.event.sync.is_due


def test_with_report_a_stray_meeting_is_left(desk: Desk) -> None:
    desk.dependencies.settings.put(Settings(drift=Drift.REPORT), was_revision=0)
    desk.dependencies.events.claim_meeting("default", "81111111111", "ev-1")

    assert desk.receive("meeting.recovered", zoom_id="81111111111") is WorkerMetric.DONE
    assert not desk.event.retired


def a_trial(desk: Desk) -> Validation:
    """A self-test that is running."""
    validation = Validation(
        validation_id="0123456789abcdef" * 2, connection="default", started_at=NOW
    )
    desk.validations.start(validation, NOW)
    return validation


@pytest.mark.parametrize(
    ("signer", "known"), [("default", Heard(at=NOW)), (SIGNED_OTHERWISE, None)]
)
def test_zoom_is_heard_of_by_a_trial_session_too_if_the_secret_is_known(
    desk: Desk, signer: str, known: Heard | None
) -> None:
    topic = trial_topic(a_trial(desk).validation_id)

    desk.worker.work_off(signer, json.dumps(a_webhook("meeting.created", topic=topic)))

    heard = ZoomCache(desk.table).recent(signer, heard_about(Kind.MEETING), Heard, NOW)
    assert heard == known


def test_a_trial_session_of_a_self_test_is_noted_and_nothing_else(desk: Desk) -> None:
    validation = a_trial(desk)
    topic = trial_topic(validation.validation_id)
    told = a_webhook("webinar.created", zoom_id="999", topic=topic)
    for signer in ("default", SIGNED_OTHERWISE):
        assert desk.worker.work_off(signer, json.dumps(told)) is WorkerMetric.OF_TRIALS
    found = desk.validations.deliveries(validation.validation_id)
    assert found[Kind.WEBINAR] == {"default", SIGNED_OTHERWISE}
    assert not found[Kind.MEETING]
    assert desk.event.sync.requested == 1


def test_what_is_told_of_a_self_test_that_is_over_or_unknown_is_not_kept(desk: Desk) -> None:
    validation = a_trial(desk)
    desk.validations.save(validation.model_copy(update={"ended_at": NOW}))
    for name in (validation.validation_id, "f" * 32):
        told = a_webhook("meeting.deleted", topic=trial_topic(name))
        assert desk.worker.work_off("default", json.dumps(told)) is WorkerMetric.OF_TRIALS
        assert not any(desk.validations.deliveries(name).values())
