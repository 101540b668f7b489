"""Changes of sessions and registrants: is it news, and does somebody have to look?

Lectern's own calls come back as events, and events come late, twice and in any order. So an event
is only compared: with what Zoom was told, and with what should be. One that says what either says
is no news. Any other asks for a verified reconciliation, which reads Zoom and decides by what it
finds there; an event is never taken as the truth. What that reconciliation does comes back as
events that say what should be, so that it ends there.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from pydantic import ValidationError

from lectern.domain.address import address_key
from lectern.domain.enrollment import Enrollment, EnrollmentState
from lectern.domain.event import Event
from lectern.domain.meeting import Gone, Kind, Meeting
from lectern.domain.people.moderation import is_kept_out
from lectern.domain.planner import (
    PersonAction,
    current_registration,
    event_spec,
    plan_person,
    standing_meeting,
)
from lectern.domain.settings import Drift, Settings, UnknownRegistrants
from lectern.domain.timeline import of_report
from lectern.webhooks.report import Act, ReportedEvent, WebhookDependencies
from lectern.zoom.payloads import MeetingResponse
from lectern.zoom.webhooks import WebhookRegistrant

_CONVERTED_TO = {
    "converted_to_webinar": Kind.WEBINAR,
    "converted_to_meeting": Kind.MEETING,
}


def updated(dependencies: WebhookDependencies, report: ReportedEvent) -> Act | None:
    """Looks at a session whose fields were changed, unless they are as they should be."""
    event, meeting = _standing(dependencies, report)
    if event and meeting and not _is_as_known(event, meeting, report, _settings(dependencies)):
        return _look(dependencies, event, report)
    return None


def deleted(dependencies: WebhookDependencies, report: ReportedEvent) -> Act | None:
    """Looks for a session that was deleted, unless that is known or wanted."""
    event, meeting = _standing(dependencies, report)
    if event and meeting and meeting.gone is not Gone.DELETED:
        return _look(dependencies, event, report)
    return None


def converted(dependencies: WebhookDependencies, report: ReportedEvent) -> Act | None:
    """Looks for a session that became one of the other kind, unless that is known."""
    event, meeting = _standing(dependencies, report)
    if event and meeting:
        becomes = _CONVERTED_TO[report.webhook.what]
        if meeting.as_it_is_now.kind is not becomes:
            return _look(dependencies, event, report)
    return None


def recovered(dependencies: WebhookDependencies, report: ReportedEvent) -> Act | None:
    """Looks at a session that somebody took out of Zoom's bin, where nothing else does.

    One that the event does not have any more, as it was cancelled or its meeting replaced, is to be
    deleted again: people would still get in by their links. While an execution is at work on the
    event, that raises ``WriteConflict``, and the report is to come again.
    """
    event, meeting = _standing(dependencies, report)
    settings = _settings(dependencies)
    if event and meeting and meeting.gone and settings.drift is Drift.REPORT:
        return _look(dependencies, event, report)
    if event and meeting is None and settings.drift is Drift.REPAIR:
        stray = _stray(event, report, settings)
        return lambda: dependencies.events.retire_again(event, stray, dependencies.now())
    return None


def _stray(event: Event, report: ReportedEvent, settings: Settings) -> Meeting:
    """A session that was the event's once, as far as is needed to delete it."""
    session = report.webhook.session
    return Meeting(
        connection=report.connection,
        kind=report.webhook.kind,
        zoom_id=session.id or "",
        uuid=session.uuid or "",
        host_id="",
        host_email="",
        join_url="",
        spec=event_spec(event, settings, ""),
    )


def registered(dependencies: WebhookDependencies, report: ReportedEvent) -> Act | None:
    """Looks at the registrants if somebody registered, or was approved, unexpectedly.

    Most are Lectern's own, which come back by the thousand: those are known by a first look.
    """
    registrant = report.webhook.session.registrant
    seen = _enrollment(dependencies, report, exactly=False)
    if registrant is None or (seen and _is_as_noted(seen, report, registrant)):
        return None
    enrollment = _enrollment(dependencies, report)
    if enrollment and _is_as_noted(enrollment, report, registrant):
        return None
    event, meeting = _standing(dependencies, report)
    if event is None or meeting is None or meeting.gone:
        return None
    settings = _settings(dependencies)
    if enrollment is None:
        unexpected = _is_stranger_to_remove(event, registrant, settings)
    else:
        unexpected = _came_in_unexpectedly(enrollment, event, registrant, settings)
    return _look(dependencies, event, report) if unexpected else None


def withdrawn(dependencies: WebhookDependencies, report: ReportedEvent) -> Act | None:
    """Looks at the registrants if one was denied or cancelled who should be there."""
    event, meeting = _standing(dependencies, report)
    enrollment = _enrollment(dependencies, report)
    if event is None or meeting is None or meeting.gone or enrollment is None:
        return None
    registration = current_registration(enrollment, event)
    registrant = report.webhook.session.registrant
    if registration is None or registrant is None or registration.withdrawn:
        return None
    is_another = registrant.id not in {None, registration.registrant_id}
    if is_another or plan_person(enrollment, event, _settings(dependencies)).removes:
        return None
    return _look(dependencies, event, report)


def _standing(
    dependencies: WebhookDependencies, report: ReportedEvent
) -> tuple[Event | None, Meeting | None]:
    """The event with the session that it should have, if that is what is reported on."""
    event = dependencies.events.get(report.event_id)
    meeting = standing_meeting(event) if event and not event.is_cancelled else None
    if meeting is None or meeting.connection != report.connection:
        return event, None
    return event, meeting if meeting.zoom_id == report.webhook.session.id else None


def _is_as_known(event: Event, meeting: Meeting, report: ReportedEvent, settings: Settings) -> bool:
    """Whether what is told of a session is what Zoom was told, or what it should be.

    The latter comes before the former while Lectern's own change is being noted.
    """
    told, wanted = meeting.spec, event_spec(event, settings, meeting.spec.passcode)
    try:
        answer = MeetingResponse.model_validate(report.webhook.session.told)
        seen = [answer.spec(meeting.kind, expected) for expected in (told, wanted)]
    except ValidationError:
        return False
    if _is_unreadable(answer, report.webhook.session.told):
        return False
    differing = told.differing_fields(seen[0]) & wanted.differing_fields(seen[1])
    return not differing


def _is_unreadable(answer: MeetingResponse, told: dict[str, Any]) -> bool:
    """Whether something is told that cannot be read, so that Zoom has to be."""
    return any(said and getattr(answer, name, said) is None for name, said in told.items())


def _is_stranger_to_remove(event: Event, registrant: WebhookRegistrant, settings: Settings) -> bool:
    """Whether someone whom the LMS does not know registered, and is to be removed."""
    removes = settings.unknown_registrants is UnknownRegistrants.REMOVE
    address = address_key(registrant.email or "")
    is_known = not address or address in event.details.staff_addresses
    return removes and settings.drift is Drift.REPAIR and not is_known


def _is_as_noted(
    enrollment: Enrollment, report: ReportedEvent, registrant: WebhookRegistrant
) -> bool:
    """Whether it is the registrant that the ledger has, and has as one who comes in."""
    known = enrollment.registration
    if known is None or known.withdrawn:
        return False
    told = (report.webhook.session.id, registrant.id)
    return (known.zoom_id, known.registrant_id) == told


def _came_in_unexpectedly(
    enrollment: Enrollment, event: Event, registrant: WebhookRegistrant, settings: Settings
) -> bool:
    """Whether someone is let in who should not be, or otherwise than the ledger has it."""
    if registrant.status == "pending":
        return False
    registration = current_registration(enrollment, event)
    if registration is None:
        plan = plan_person(enrollment, event, settings)
        is_wanted = plan.action is PersonAction.REGISTER or plan.state is EnrollmentState.PENDING
        return not is_wanted
    is_another = registrant.id not in {None, registration.registrant_id}
    is_left = settings.drift is Drift.REPORT or is_kept_out(enrollment, event)
    is_back = registration.withdrawn is not None and is_left
    return is_another or is_back


def _enrollment(
    dependencies: WebhookDependencies, report: ReportedEvent, *, exactly: bool = True
) -> Enrollment | None:
    """The enrollment of whoever the event is about, by the address within the event."""
    address = address_key(_email(report))
    if not address:
        return None
    return dependencies.enrollments.of_address(report.event_id, address, exactly=exactly)


def _email(report: ReportedEvent) -> str:
    registrant = report.webhook.session.registrant
    return (registrant.email if registrant else None) or ""


def _look(dependencies: WebhookDependencies, event: Event, report: ReportedEvent) -> Act | None:
    """Asks for a verified reconciliation, unless one is asked for that has not begun."""
    sync, now = event.sync, dependencies.now()
    is_coming = sync.is_due and sync.verify and not sync.is_leased(now)
    return None if is_coming else partial(_ask, dependencies, event, report, now)


def _ask(
    dependencies: WebhookDependencies, event: Event, report: ReportedEvent, now: datetime
) -> None:
    dependencies.timeline.record(of_report(event, report.webhook.what), now)
    dependencies.events.request_sync(event.event_id, now, verify=True)


def _settings(dependencies: WebhookDependencies) -> Settings:
    settings, _ = dependencies.settings.get()
    return settings
