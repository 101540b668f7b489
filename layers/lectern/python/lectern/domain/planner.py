"""The planner: what is missing at Zoom, as a pure function of desired state, ledger and settings.

``plan_meeting`` says what the meeting needs, ``plan_person`` what one person needs. Carrying a plan
out and planning again gives the empty plan; nothing to do means no call at Zoom.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from lectern.domain.address import address_key
from lectern.domain.drift import UNCHANGEABLE_ONCE_STARTED
from lectern.domain.enrollment import Enrollment, EnrollmentState, Registration, Withdrawn
from lectern.domain.event import Event, EventDetails, Phase
from lectern.domain.meeting import Kind, Meeting, MeetingSpec
from lectern.domain.model import DomainModel
from lectern.domain.people.given_up import has_failed
from lectern.domain.people.instructors import (
    MESSAGES,
    Means,
    current_panelist,
    is_alternative_host,
    is_wanted,
    means_of,
    message_of,
)
from lectern.domain.people.moderation import KEPT_OUT, is_kept_out, is_left_to_the_host
from lectern.domain.problems import EnrollmentProblem, enrollment_message
from lectern.domain.settings import Drift, Settings

BATCH_SIZE = 30
"""Zoom: at most 30 registrants in a batch."""


class MeetingAction(StrEnum):
    """An action that an event's meeting needs at Zoom."""

    NOTHING = "nothing"
    CREATE = "create"
    READ_BACK = "read_back"
    UPDATE = "update"
    CONFIRM = "confirm"
    RECOVER = "recover"
    LEAVE = "leave"
    DELETE = "delete"


class MeetingPlan(DomainModel):
    """The plan for a meeting: one action, with what it takes.

    ``CONFIRM`` is for one that Zoom once said is not there, ``RECOVER`` and ``LEAVE`` for one that
    somebody deleted or converted in Zoom.

    Attributes:
        spec: How the meeting should be; ``None`` where there should be none.
        fields: For an update, the fields of the spec that Zoom has otherwise.
        retire: Whether the meeting that exists belongs to another host, kind or connection, so
            that a new one takes its place (Zoom cannot hand a meeting over). Whose host has only
            another address turns out when the host is looked up.
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
    """Plans what the event's meeting needs at Zoom, from the ledger alone."""
    meeting = event.meeting
    if event.is_cancelled:
        nothing_there = meeting is None and not event.retired and event.intent is None
        return MeetingPlan(action=MeetingAction.NOTHING if nothing_there else MeetingAction.DELETE)
    if meeting is None or standing_meeting(event) is None:
        if event.details.host.is_erased:
            return MeetingPlan(action=MeetingAction.NOTHING)
        return _create(event, settings)
    repairs = settings.drift is Drift.REPAIR
    if meeting.is_in_doubt and event.is_over(now):
        # Zoom forgets meetings a while after they were held.
        return MeetingPlan(action=MeetingAction.NOTHING)
    if meeting.gone:
        return MeetingPlan(action=MeetingAction.RECOVER if repairs else MeetingAction.LEAVE)
    if meeting.missing_since:
        return MeetingPlan(action=MeetingAction.CONFIRM)
    if meeting.held_by and repairs and _is_still_to_come(event, now):
        return _create(event, settings)
    spec = event_spec(event, settings, meeting.spec.passcode)
    if not meeting.read_back:
        return MeetingPlan(action=MeetingAction.READ_BACK, spec=spec)
    fields = meeting.missing(spec)
    if spec.starts_at <= now:
        fields -= UNCHANGEABLE_ONCE_STARTED
    action = MeetingAction.UPDATE if fields else MeetingAction.NOTHING
    return MeetingPlan(action=action, spec=spec, fields=fields)


def _create(event: Event, settings: Settings) -> MeetingPlan:
    return MeetingPlan(
        action=MeetingAction.CREATE,
        spec=event_spec(event, settings, ""),
        retire=event.meeting is not None,
    )


def _is_still_to_come(event: Event, now: datetime) -> bool:
    """Whether no session is on, or was, that a new meeting would take people away from."""
    return event.phase is not Phase.LIVE and not event.is_over(now)


def event_spec(event: Event, settings: Settings, passcode: str) -> MeetingSpec:
    """How the event's meeting should be, its alternative hosts included."""
    spec = meeting_spec(event.details, settings, passcode)
    found: dict[str, object] = {
        "timezone": event.timezone_at_zoom,
        "duration_minutes": event.minutes_at_zoom,
    }
    if event.details.kind is Kind.MEETING:
        found["alternative_hosts"] = event.staffing.alternative_hosts
    return spec.model_copy(update=found)


def standing_meeting(event: Event) -> Meeting | None:
    """The event's meeting, unless one of another host, kind or connection is to take its place."""
    meeting, details = event.meeting, event.details
    if meeting is None:
        return None
    stands = (
        meeting.connection == details.connection
        and meeting.kind == details.kind
        and (details.host.is_erased or address_key(meeting.host_email) == details.host.address)
    )
    return meeting if stands else None


class PersonAction(StrEnum):
    """An action that one person needs at Zoom."""

    NOTHING = "nothing"
    NOTE = "note"
    REMOVE = "remove"
    REPLACE = "replace"
    REGISTER = "register"
    APPROVE = "approve"


APART = frozenset({Means.PANELIST, Means.ALTERNATIVE_HOST, Means.UNDECIDED})
"""The means of those who are no registrants, and who may turn out to be none."""


class PersonPlan(DomainModel):
    """The plan for one person: one action, and where the person stands once it is done.

    ``NOTE`` changes only what is stored; ``REPLACE`` is a removal followed by a registration;
    ``APPROVE`` gives back a registration that was denied in Zoom.
    """

    action: PersonAction
    state: EnrollmentState
    reason: EnrollmentProblem | None = None
    message: str | None = None

    @property
    def removes(self) -> bool:
        """Whether a registrant has to go at Zoom."""
        return self.action in {PersonAction.REMOVE, PersonAction.REPLACE}

    @property
    def registers(self) -> bool:
        """Whether the person has to be registered at Zoom, or approved once more."""
        registering = {PersonAction.REGISTER, PersonAction.REPLACE, PersonAction.APPROVE}
        return self.action in registering


def current_registration(enrollment: Enrollment, event: Event) -> Registration | None:
    """The person's registrant in the meeting that the event has now."""
    registration, meeting = enrollment.registration, event.meeting
    if registration is None or meeting is None or registration.zoom_id != meeting.zoom_id:
        return None
    return registration


def plan_person(enrollment: Enrollment, event: Event, settings: Settings) -> PersonPlan:
    """Plans what one person needs at Zoom, from the ledger alone.

    Panelists and alternative hosts are made and unmade for all instructors together, before the
    people are planned: here it shows where they stand, and what they must not be beside that.
    """
    stand = _stand_of_unregistrable(enrollment, event, settings)
    means = means_of(enrollment, event, settings)
    registration = current_registration(enrollment, event)
    if stand is None and means in APART:
        if not is_in_place(enrollment, event, means):
            return _of_unplaced(enrollment, registration)
        stand = _stand_in_place(enrollment, event, means)
    elif current_panelist(enrollment, event) or (enrollment.erase and enrollment.assists):
        # Leaves the panel, or the host, first, together with all who do.
        return _as_it_is(enrollment)
    if stand is not None:
        if registration is not None and not is_left_to_the_host(registration, enrollment, event):
            return stand.model_copy(update={"action": PersonAction.REMOVE})
        return _noted(stand, enrollment)
    if registration is None:
        if has_failed(enrollment, event):
            return _as_it_is(enrollment)
        return PersonPlan(action=PersonAction.REGISTER, state=EnrollmentState.REGISTERED)
    if registration.person != enrollment.person:
        return PersonPlan(action=PersonAction.REPLACE, state=EnrollmentState.REGISTERED)
    if registration.withdrawn:
        return _plan_withdrawn(registration.withdrawn, enrollment, event, settings)
    message = message_of(enrollment, event, settings)
    return _noted(stand_of_registered(registration, message), enrollment)


def _plan_withdrawn(
    withdrawn: Withdrawn, enrollment: Enrollment, event: Event, settings: Settings
) -> PersonPlan:
    """Plans for someone whose registration was taken away in Zoom by hand."""
    if settings.drift is Drift.REPORT:
        stand = PersonPlan(
            action=PersonAction.NOTE,
            state=EnrollmentState.FAILED,
            reason=EnrollmentProblem.DENIED_IN_ZOOM,
        )
        return _noted(stand, enrollment)
    if has_failed(enrollment, event):
        return _as_it_is(enrollment)
    denied = withdrawn is Withdrawn.DENIED
    action = PersonAction.APPROVE if denied else PersonAction.REGISTER
    return PersonPlan(action=action, state=EnrollmentState.REGISTERED)


def stand_of_registered(registration: Registration, message: str | None = None) -> PersonPlan:
    """Where a person with a registrant stands: without a link the way in is not there yet."""
    return stand_of_link(registration.join_url, message)


def stand_of_link(join_url: str | None, message: str | None = None) -> PersonPlan:
    """Where a person stands whom Zoom has: registered once there is a link."""
    state = EnrollmentState.REGISTERED if join_url else EnrollmentState.PENDING
    return PersonPlan(action=PersonAction.NOTE, state=state, message=message)


def _stand_of_unregistrable(
    enrollment: Enrollment, event: Event, settings: Settings
) -> PersonPlan | None:
    """Where a person stands who should not be a registrant now; ``None`` for all others."""
    note = PersonAction.NOTE
    if not is_wanted(enrollment, event):
        return PersonPlan(action=note, state=EnrollmentState.REMOVED)
    if means_of(enrollment, event, settings) is Means.HOST:
        return PersonPlan(
            action=note, state=EnrollmentState.REGISTERED, message=MESSAGES[Means.HOST]
        )
    if is_blocked(enrollment, event, settings):
        return PersonPlan(
            action=note,
            state=EnrollmentState.BLOCKED,
            reason=EnrollmentProblem.REQUIREMENTS_NOT_MET,
        )
    if is_kept_out(enrollment, event):
        return PersonPlan(
            action=note,
            state=EnrollmentState.FAILED,
            reason=EnrollmentProblem.DENIED_IN_ZOOM,
            message=KEPT_OUT,
        )
    # One that another is to take the place of gets nobody more: its links are given to nobody.
    meeting = standing_meeting(event)
    is_open = meeting is not None and meeting.is_open
    if event.is_cancelled or not (is_open or current_registration(enrollment, event)):
        return PersonPlan(
            action=note, state=EnrollmentState.PENDING, reason=EnrollmentProblem.EVENT_NOT_READY
        )
    return None


def is_in_place(enrollment: Enrollment, event: Event, means: Means) -> bool:
    """Whether an instructor is at Zoom what the means say, panelist or alternative host."""
    if means is Means.ALTERNATIVE_HOST:
        return is_alternative_host(enrollment, event)
    panelist = current_panelist(enrollment, event)
    if means is not Means.PANELIST or panelist is None:
        return False
    # Whom a host added is called what the host said, and stays so.
    is_same = panelist.by_hand and panelist.person.address == enrollment.person.address
    return is_same or panelist.person == enrollment.person


def _stand_in_place(enrollment: Enrollment, event: Event, means: Means) -> PersonPlan:
    panelist = current_panelist(enrollment, event)
    has_way_in = means is Means.ALTERNATIVE_HOST or (panelist and panelist.join_url)
    return PersonPlan(
        action=PersonAction.NOTE,
        state=EnrollmentState.REGISTERED if has_way_in else EnrollmentState.PENDING,
        message=MESSAGES[means],
    )


def takes_panelist(enrollment: Enrollment, event: Event, settings: Settings) -> bool:
    """Whether the person should be a panelist of the webinar that the event has now."""
    if means_of(enrollment, event, settings) is not Means.PANELIST:
        return False
    return _stand_of_unregistrable(enrollment, event, settings) is None


def takes_alternative_host(enrollment: Enrollment, event: Event, settings: Settings) -> bool:
    """Whether the person should be an alternative host, of the meeting that is or will be."""
    return (
        is_wanted(enrollment, event)
        and not is_blocked(enrollment, event, settings)
        and means_of(enrollment, event, settings) is Means.ALTERNATIVE_HOST
    )


def takes_assistant(enrollment: Enrollment, event: Event, settings: Settings) -> bool:
    """Whether the person should be an assistant of the event's host."""
    return (
        is_wanted(enrollment, event)
        and not event.is_cancelled
        and not is_blocked(enrollment, event, settings)
        and means_of(enrollment, event, settings) is Means.ASSISTANT
    )


def is_blocked(enrollment: Enrollment, event: Event, settings: Settings) -> bool:
    """Whether the person has to meet requirements before anything else."""
    return validates_access(event.details, settings) and not enrollment.access.granted


def _of_unplaced(enrollment: Enrollment, registration: Registration | None) -> PersonPlan:
    """An instructor whose means are not at Zoom yet keeps what there is until they are."""
    if registration is not None or enrollment.state is EnrollmentState.FAILED:
        return _as_it_is(enrollment)
    return _noted(PersonPlan(action=PersonAction.NOTE, state=EnrollmentState.PENDING), enrollment)


def _noted(stand: PersonPlan, enrollment: Enrollment) -> PersonPlan:
    """The stand, as a note to make where it differs from what is stored."""
    message = stand.message or (enrollment_message(stand.reason) if stand.reason else None)
    stored = (enrollment.state, enrollment.reason, enrollment.message)
    if stored == (stand.state, stand.reason, message):
        return _as_it_is(enrollment)
    return stand


def _as_it_is(enrollment: Enrollment) -> PersonPlan:
    return PersonPlan(
        action=PersonAction.NOTHING,
        state=enrollment.state,
        reason=enrollment.reason,
        message=enrollment.message,
    )
