"""Situations that the console shows: what a synchronisation left behind."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import uuid4

from lectern.domain.connection_health import HealthState
from lectern.domain.event import Event, Participants, Planned, SyncState
from lectern.domain.meeting import Meeting
from lectern.domain.problems import EventProblem, event_problem
from lectern.domain.validation import CheckFinding, CheckState, Validation
from lectern.store.held_lease import HeldLease
from lectern_testing.builders import a_meeting
from lectern_testing.lms.api import Lms

RIGHT_TO_LEFT = "مقدمة في السلامة"
"""A title in a script that is read the other way."""


def held(lms: Lms, event_id: str) -> HeldLease:
    """The event in the hands of a synchronisation."""
    now = lms.parts.now()
    lms.parts.leases().take_lease(event_id, "test", now, now + timedelta(minutes=1))
    return lms.parts.leases().held_by(event_id, "test")


def as_failed(lms: Lms, event_id: str, code: EventProblem, detail: str = "") -> Event:
    """Has a synchronisation fail with a problem."""
    now = lms.parts.now()
    return held(lms, event_id).abandon(event_problem(code, detail), 1, look_at=now)


def as_waiting(lms: Lms, event_id: str, code: EventProblem) -> Event:
    """Has a synchronisation wait for an hour."""
    lease = held(lms, event_id)
    lease.record_problem(event_problem(code))
    lease.begin_task(lms.parts.now() + timedelta(minutes=1))
    lease.end_task(Counter(), SyncState.WAITING)
    return lease.note_wait(lms.parts.now() + timedelta(hours=1))


def with_meeting(lms: Lms, event_id: str) -> Meeting:
    """Has a synchronisation make the meeting."""
    event = lms.parts.events().get(event_id)
    assert event
    meeting = a_meeting(event.details)
    held(lms, event_id).record_meeting(meeting, retired=())
    return meeting


def as_in_sync(lms: Lms, event_id: str) -> None:
    """Has a synchronisation bring an event in line with Zoom."""
    event = lms.parts.events().get(event_id)
    assert event
    planned = Planned(version=event.version, requested=event.sync.requested, retry_round=0)
    assert held(lms, event_id).finish(
        planned, participants=Participants(), problem=None, now=lms.parts.now()
    )


def as_tested(lms: Lms, *, passed: bool = True, connection: str = "default") -> str:
    """Has a self-test of a connection end."""
    now, store = lms.parts.now(), lms.parts.validations()
    started = store.start(
        Validation(validation_id=uuid4().hex, connection=connection, started_at=now), now
    )
    validation = store.get(started)
    assert validation
    state = CheckState.PASSED if passed else CheckState.FAILED
    checks = tuple(each.model_copy(update={"state": state}) for each in validation.checks)
    store.save(validation.model_copy(update={"checks": checks, "ended_at": now}))
    return started


def as_accepted(lms: Lms, connection_id: str) -> None:
    """Has Zoom take the credentials of a connection."""
    settings = lms.parts.settings()
    connection = settings.connected(connection_id)
    settings.note_health(connection, HealthState.WORKING, lms.parts.now())


def as_refused(lms: Lms, connection_id: str, said: str) -> None:
    """Has Zoom refuse the credentials of a connection."""
    settings = lms.parts.settings()
    connection = settings.connected(connection_id)
    settings.note_health(connection, HealthState.FAILING, lms.parts.now(), said)


def started(lms: Lms, **body: str) -> str:
    """Has a self-test started; its id."""
    return str(lms.post("/v1/validation", body).json["validation_id"])


def as_ended(lms: Lms, validation_id: str, **findings: CheckFinding) -> None:
    """Has a self-test end with what was found; all else passed."""
    store = lms.parts.validations()
    validation = store.get(validation_id)
    assert validation
    passed = CheckFinding(state=CheckState.PASSED)
    checks = tuple(
        check.model_copy(update=dict(findings.get(check.id, passed))) for check in validation.checks
    )
    now = lms.parts.now() + timedelta(seconds=20)
    store.save(validation.model_copy(update={"checks": checks, "ended_at": now}))
