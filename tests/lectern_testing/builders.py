"""Builders of domain objects: what a test does not name is something plausible."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from lectern.domain.attendance.matching import Instance, instance_key
from lectern.domain.enrollment import Access, Enrollment, Person, Registration
from lectern.domain.event import Event, EventDetails, Host, Status, SyncRecord
from lectern.domain.meeting import Kind, Meeting
from lectern.domain.planner import meeting_spec
from lectern.domain.settings import Settings

HOST_EMAIL = "anna@acme.example"
ZOOM_ID = "83012345678"


def a_details(**changes: Any) -> EventDetails:
    """A meeting in a week."""
    start = datetime.now(UTC).replace(microsecond=0, second=0) + timedelta(days=7)
    return EventDetails(
        **{
            "kind": Kind.MEETING,
            "title": "Forklift safety",
            "description": "Bring your certificate.",
            "starts_at": start,
            "duration_minutes": 60,
            "timezone": "Europe/Copenhagen",
            "host": Host(user_id="u-host", email=HOST_EMAIL),
        }
        | changes
    )


def an_event(event_id: str = "ev-1", *, now: datetime | None = None, **changes: Any) -> Event:
    """A new event that was asked to be synchronised."""
    now = now or datetime.now(UTC)
    fields = {
        "event_id": event_id,
        "version": 1,
        "status": Status.SCHEDULED,
        "details": a_details(),
        "created_at": now,
        "updated_at": now,
        "sync": SyncRecord(requested=1, requested_at=now),
    }
    return Event(**(fields | changes))


def an_enrollment(
    user_id: str, event_id: str = "ev-1", *, now: datetime | None = None, **changes: Any
) -> Enrollment:
    """A participant with an address of their own and access."""
    now = now or datetime.now(UTC)
    fields = {
        "event_id": event_id,
        "user_id": user_id,
        "version": 1,
        "person": Person(email=f"{user_id}@people.example", first_name=user_id.title()),
        "access": Access(),
        "enrolled_at": now,
        "updated_at": now,
    }
    return Enrollment(**(fields | changes))


def a_meeting(details: EventDetails, **changes: Any) -> Meeting:
    """The ledger of a meeting that is as ``details`` want it."""
    fields = {
        "connection": details.connection,
        "kind": details.kind,
        "zoom_id": ZOOM_ID,
        "uuid": "4444AAAiAAAAAiAiAiiAii==",
        "host_id": "zoom-host",
        "host_email": details.host.email,
        "join_url": f"https://zoom.example/j/{ZOOM_ID}",
        "spec": meeting_spec(details, Settings(), "passcode"),
        "read_back": True,
    }
    return Meeting(**(fields | changes))


def a_registration(person: Person, **changes: Any) -> Registration:
    """A registrant of ``a_meeting`` with a link."""
    fields = {
        "zoom_id": ZOOM_ID,
        "registrant_id": f"registrant-of-{person.email}",
        "join_url": f"https://zoom.example/w/{ZOOM_ID}?tk={person.email}",
        "person": person,
        "registered_at": datetime.now(UTC),
    }
    return Registration(**(fields | changes))


def an_instance(event_id: str = "ev-1", *, uuid: str = "abc==", **changes: Any) -> Instance:
    """A run of ``a_meeting`` that just began."""
    now = datetime.now(UTC)
    fields = {
        "event_id": event_id,
        "key": instance_key(uuid),
        "uuid": uuid,
        "connection": "default",
        "kind": Kind.MEETING,
        "zoom_id": ZOOM_ID,
        "started_at": now,
        "due_at": now + timedelta(hours=13),
        "expires_at": now + timedelta(days=365),
    }
    return Instance(**(fields | changes))
