"""What operators see of the business, read off the table's changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lectern.domain.enrollment import EnrollmentState
from lectern.domain.event import SyncRecord, SyncState
from lectern.domain.problems import EnrollmentProblem, EventProblem, event_problem
from lectern.notify.measures import Measures
from lectern.store.items import enrollment_item, event_item
from lectern_testing.builders import an_enrollment, an_event

NOW = datetime(2030, 3, 17, 9, tzinfo=UTC)


def event(state: SyncState, code: EventProblem | None = None) -> dict[str, Any]:
    problem = event_problem(code) if code else None
    record = SyncRecord(state=state, requested=1, requested_at=NOW, problem=problem)
    return stored(event_item(an_event(now=NOW, sync=record)))


def stored(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value is not None}


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in found:
        [metrics] = line["_aws"]["CloudWatchMetrics"]
        assert metrics["Namespace"] == "Lectern"
        assert all(name in line for names in metrics["Dimensions"] for name in names)
        [metric] = metrics["Metrics"]
        assert metric["Name"] in line
    return found


def test_how_long_an_event_took_to_be_in_sync(capsys: pytest.CaptureFixture[str]) -> None:
    measures = Measures()
    done = event(SyncState.IN_SYNC)
    measures.changed(NOW + timedelta(seconds=12), event(SyncState.PENDING), done)
    measures.changed(NOW + timedelta(seconds=99), done, done | {"updated_at": "later"})
    measures.tell()
    assert [line["SecondsToInSync"] for line in told(capsys)] == [12]


def test_problems_are_counted_by_code_when_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    measures = Measures()
    lost = event(SyncState.FAILED, EventProblem.CREDENTIALS_INVALID)
    for old in (event(SyncState.PENDING), event(SyncState.PENDING), lost):
        measures.changed(NOW, old, lost)
    person = an_enrollment("kim", now=NOW)
    reason = next(iter(EnrollmentProblem))
    blocked = person.model_copy(update={"state": EnrollmentState.BLOCKED, "reason": reason})
    measures.changed(NOW, stored(enrollment_item(person)), stored(enrollment_item(blocked)))
    measures.tell()
    counted = {line["code"]: line["Problems"] for line in told(capsys)}
    assert counted == {EventProblem.CREDENTIALS_INVALID.value: 2, reason.value: 1}


def test_who_comes_to_be_registered_is_counted_once(capsys: pytest.CaptureFixture[str]) -> None:
    measures = Measures()
    person = an_enrollment("kim", now=NOW)
    registered = person.model_copy(update={"state": EnrollmentState.REGISTERED})
    before, after = stored(enrollment_item(person)), stored(enrollment_item(registered))
    measures.changed(NOW, before, after)
    measures.changed(NOW, after, after)
    measures.tell()
    assert [line["PeopleRegistered"] for line in told(capsys)] == [1]


def test_what_says_nothing_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    measures = Measures()
    measures.changed(NOW, None, {"PK": "OUTBOX#d", "SK": "1"})
    measures.tell()
    assert told(capsys) == []
