"""The planner: what is missing at Zoom, as a pure function of desired state, ledger and settings.

``plan_meeting`` says what the meeting needs, ``plan_person`` what one person needs. Carrying a plan
out and planning again gives the empty plan; nothing to do means no call at Zoom.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from lectern.domain.enrolment import Enrolment, EnrolmentState, Registration
from lectern.domain.event import Event, EventDetails, address_key
from lectern.domain.meeting import Kind, Meeting, MeetingSpec
from lectern.domain.model import DomainModel
from lectern.domain.problems import EnrolmentProblem
from lectern.domain.settings import Settings

BATCH_SIZE = 30
"""Zoom: at most 30 registrants in a batch."""

_UNCHANGEABLE_ONCE_STARTED = frozenset({"starts_at", "timezone"})
"""Zoom ignores a start in the past silently, so asking for it would never come to an end."""

HOST_MESSAGE = "Joins as the host."


class MeetingAction(StrEnum):
    """What an event's meeting needs at Zoom."""

    NOTHING = "nothing"
    CREATE = "create"
    READ_BACK = "read_back"
    UPDATE = "update"
    DELETE = "delete"


class MeetingPlan(DomainModel):
    """What the meeting needs.

    Attributes:
        spec: How the meeting should be; ``None`` where there should be none.
        fields: For an update, the fields of the spec that Zoom has otherwise.
        retire: Whether the meeting that exists belongs to another host, kind or connection, so
            that a new one takes its place (Zoom cannot hand a meeting over).
    """

    action: MeetingAction
    spec: MeetingSpec | None = None
    fields: frozenset[str] = frozenset()
    retire: bool = False


def uses_zoom_emails(details: EventDetails, settings: Settings) -> bool:
    """Whether Zoom sends its e-mails for this event; the event's own choice goes first."""
    own = details.options.zoom_emails
    return settings.emails.zoom_emails if own is None else own


def validates_access(details: EventDetails, settings: Settings) -> bool:
    """Whether only people with access are registered; the event's own choice goes first."""
    own = details.access_validation
    return settings.access_validation.enabled if own is None else own


def meeting_spec(details: EventDetails, settings: Settings, passcode: str) -> MeetingSpec:
    """How the event's meeting should be at Zoom.

    Args:
        details: The desired state.
        settings: The platform's settings.
        passcode: The passcode to use where the LMS chose none.
    """
    options = details.options
    spec = MeetingSpec(
        topic=details.title,
        agenda=details.description,
        starts_at=details.starts_at,
        duration_minutes=details.duration_minutes,
        timezone=details.timezone,
        passcode=options.passcode or passcode,
        auto_recording=options.auto_recording.value,
        require_sign_in=options.require_sign_in,
        zoom_emails=uses_zoom_emails(details, settings),
    )
    if details.kind is Kind.WEBINAR:
        # Zoom: nobody in the audience of a webinar is heard, or comes in before it begins.
        return spec
    way_in = {
        "waiting_room": options.waiting_room,
        # Zoom: a waiting room switches join_before_host off.
        "join_before_host": options.join_before_host and not options.waiting_room,
        "mute_upon_entry": options.mute_upon_entry,
    }
    return spec.model_copy(update=way_in)


def plan_meeting(event: Event, settings: Settings, now: datetime) -> MeetingPlan:
    """What the event's meeting needs at Zoom, from the ledger alone."""
    meeting = event.meeting
    if event.is_cancelled:
        nothing_there = meeting is None and not event.retired and event.intent is None
        return MeetingPlan(action=MeetingAction.NOTHING if nothing_there else MeetingAction.DELETE)
    if meeting is None or standing_meeting(event) is None:
        return MeetingPlan(
            action=MeetingAction.CREATE,
            spec=meeting_spec(event.details, settings, ""),
            retire=meeting is not None,
        )
    spec = meeting_spec(event.details, settings, meeting.spec.passcode)
    if not meeting.read_back:
        return MeetingPlan(action=MeetingAction.READ_BACK, spec=spec)
    fields = spec.differing_fields(meeting.spec)
    if spec.starts_at <= now:
        fields -= _UNCHANGEABLE_ONCE_STARTED
    action = MeetingAction.UPDATE if fields else MeetingAction.NOTHING
    return MeetingPlan(action=action, spec=spec, fields=fields)


def standing_meeting(event: Event) -> Meeting | None:
    """The event's meeting, unless one of another host, kind or connection is to take its place."""
    meeting, details = event.meeting, event.details
    if meeting is None:
        return None
    stands = (
        meeting.connection == details.connection
        and meeting.kind == details.kind
        and address_key(meeting.host_email) == address_key(details.host.email)
    )
    return meeting if stands else None


class PersonAction(StrEnum):
    """What one person needs at Zoom."""

    NOTHING = "nothing"
    NOTE = "note"
    REMOVE = "remove"
    REPLACE = "replace"
    REGISTER = "register"


class PersonPlan(DomainModel):
    """What one person needs, and where the person stands once that is done.

    ``NOTE`` changes only what is stored; ``REPLACE`` is a removal followed by a registration.
    """

    action: PersonAction
    state: EnrolmentState
    reason: EnrolmentProblem | None = None
    message: str | None = None

    @property
    def removes(self) -> bool:
        """Whether a registrant has to go at Zoom."""
        return self.action in {PersonAction.REMOVE, PersonAction.REPLACE}

    @property
    def registers(self) -> bool:
        """Whether the person has to be registered at Zoom."""
        return self.action in {PersonAction.REGISTER, PersonAction.REPLACE}


def current_registration(enrolment: Enrolment, event: Event) -> Registration | None:
    """The person's registrant in the meeting that the event has now."""
    registration, meeting = enrolment.registration, event.meeting
    if registration is None or meeting is None or registration.zoom_id != meeting.zoom_id:
        return None
    return registration


def attempt_key(event: Event) -> str:
    """Names the attempt at a registration: what failed for good is not tried again within it."""
    zoom_id = event.meeting.zoom_id if event.meeting else ""
    return f"{zoom_id}#{event.sync.retry_round}"


def plan_person(enrolment: Enrolment, event: Event, settings: Settings) -> PersonPlan:
    """What one person needs at Zoom, from the ledger alone."""
    stand = _stand_of_unregistrable(enrolment, event, settings)
    registration = current_registration(enrolment, event)
    if stand is not None:
        if registration is not None:
            return stand.model_copy(update={"action": PersonAction.REMOVE})
        return _noted(stand, enrolment)
    if registration is None:
        if enrolment.failed_for == attempt_key(event):
            return _as_it_is(enrolment)
        return PersonPlan(action=PersonAction.REGISTER, state=EnrolmentState.REGISTERED)
    if registration.person != enrolment.person:
        return PersonPlan(action=PersonAction.REPLACE, state=EnrolmentState.REGISTERED)
    return _noted(stand_of_registered(registration), enrolment)


def stand_of_registered(registration: Registration) -> PersonPlan:
    """Where a person with a registrant stands: without a link the way in is not there yet."""
    has_link = registration.join_url is not None
    state = EnrolmentState.REGISTERED if has_link else EnrolmentState.PENDING
    return PersonPlan(action=PersonAction.NOTE, state=state)


def _stand_of_unregistrable(
    enrolment: Enrolment, event: Event, settings: Settings
) -> PersonPlan | None:
    """Where a person stands who should not be a registrant now; ``None`` for all others."""
    note = PersonAction.NOTE
    if enrolment.removed:
        return PersonPlan(action=note, state=EnrolmentState.REMOVED)
    if event.details.is_hosted_by(enrolment.user_id, enrolment.person.email):
        return PersonPlan(action=note, state=EnrolmentState.REGISTERED, message=HOST_MESSAGE)
    if validates_access(event.details, settings) and not enrolment.access.granted:
        return PersonPlan(
            action=note,
            state=EnrolmentState.BLOCKED,
            reason=EnrolmentProblem.REQUIREMENTS_NOT_MET,
        )
    is_open = event.meeting is not None and event.meeting.is_open
    if event.is_cancelled or not (is_open or current_registration(enrolment, event)):
        return PersonPlan(
            action=note, state=EnrolmentState.PENDING, reason=EnrolmentProblem.EVENT_NOT_READY
        )
    return None


def _noted(stand: PersonPlan, enrolment: Enrolment) -> PersonPlan:
    """The stand, as a note to make where it differs from what is stored."""
    stored = (enrolment.state, enrolment.reason)
    if stored == (stand.state, stand.reason):
        return _as_it_is(enrolment)
    return stand


def _as_it_is(enrolment: Enrolment) -> PersonPlan:
    return PersonPlan(
        action=PersonAction.NOTHING,
        state=enrolment.state,
        reason=enrolment.reason,
        message=enrolment.message,
    )
