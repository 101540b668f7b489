"""The planner: what is missing at Zoom, as a pure function of desired state, ledger and settings.

``plan_meeting`` says what the meeting needs, ``plan_person`` what one person needs. Carrying a plan
out and planning again gives the empty plan; nothing to do means no call at Zoom.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from lectern.domain.address import address_key
from lectern.domain.attempts import has_failed
from lectern.domain.drift import UNCHANGEABLE_ONCE_STARTED
from lectern.domain.enrolment import Enrolment, EnrolmentState, Registration, Withdrawn
from lectern.domain.event import Event, EventDetails, Phase
from lectern.domain.instructors import (
    MESSAGES,
    Means,
    current_panelist,
    is_alternative_host,
    is_wanted,
    means_of,
    message_of,
)
from lectern.domain.meeting import Kind, Meeting, MeetingSpec
from lectern.domain.model import DomainModel
from lectern.domain.moderation import KEPT_OUT, is_kept_out, is_left_to_the_host
from lectern.domain.problems import EnrolmentProblem, enrolment_message
from lectern.domain.settings import Drift, Settings

BATCH_SIZE = 30
"""Zoom: at most 30 registrants in a batch."""


class MeetingAction(StrEnum):
    """What an event's meeting needs at Zoom."""

    NOTHING = "nothing"
    CREATE = "create"
    READ_BACK = "read_back"
    UPDATE = "update"
    CONFIRM = "confirm"
    RECOVER = "recover"
    LEAVE = "leave"
    DELETE = "delete"


class MeetingPlan(DomainModel):
    """What the meeting needs.

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
    """What the event's meeting needs at Zoom, from the ledger alone."""
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
    """What one person needs at Zoom."""

    NOTHING = "nothing"
    NOTE = "note"
    REMOVE = "remove"
    REPLACE = "replace"
    REGISTER = "register"
    APPROVE = "approve"


APART = frozenset({Means.PANELIST, Means.ALTERNATIVE_HOST, Means.UNDECIDED})
"""The means of those who are no registrants, and who may turn out to be none."""


class PersonPlan(DomainModel):
    """What one person needs, and where the person stands once that is done.

    ``NOTE`` changes only what is stored; ``REPLACE`` is a removal followed by a registration;
    ``APPROVE`` gives back a registration that was denied in Zoom.
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
        """Whether the person has to be registered at Zoom, or approved once more."""
        registering = {PersonAction.REGISTER, PersonAction.REPLACE, PersonAction.APPROVE}
        return self.action in registering


def current_registration(enrolment: Enrolment, event: Event) -> Registration | None:
    """The person's registrant in the meeting that the event has now."""
    registration, meeting = enrolment.registration, event.meeting
    if registration is None or meeting is None or registration.zoom_id != meeting.zoom_id:
        return None
    return registration


def plan_person(enrolment: Enrolment, event: Event, settings: Settings) -> PersonPlan:
    """What one person needs at Zoom, from the ledger alone.

    Panelists and alternative hosts are made and unmade for all instructors together, before the
    people are planned: here it shows where they stand, and what they must not be beside that.
    """
    stand = _stand_of_unregistrable(enrolment, event, settings)
    means = means_of(enrolment, event, settings)
    registration = current_registration(enrolment, event)
    if stand is None and means in APART:
        if not is_in_place(enrolment, event, means):
            return _of_unplaced(enrolment, registration)
        stand = _stand_in_place(enrolment, event, means)
    elif current_panelist(enrolment, event) or (enrolment.erase and enrolment.assists):
        # Leaves the panel, or the host, first, together with all who do.
        return _as_it_is(enrolment)
    if stand is not None:
        if registration is not None and not is_left_to_the_host(registration, enrolment, event):
            return stand.model_copy(update={"action": PersonAction.REMOVE})
        return _noted(stand, enrolment)
    if registration is None:
        if has_failed(enrolment, event):
            return _as_it_is(enrolment)
        return PersonPlan(action=PersonAction.REGISTER, state=EnrolmentState.REGISTERED)
    if registration.person != enrolment.person:
        return PersonPlan(action=PersonAction.REPLACE, state=EnrolmentState.REGISTERED)
    if registration.withdrawn:
        return _plan_withdrawn(registration.withdrawn, enrolment, event, settings)
    message = message_of(enrolment, event, settings)
    return _noted(stand_of_registered(registration, message), enrolment)


def _plan_withdrawn(
    withdrawn: Withdrawn, enrolment: Enrolment, event: Event, settings: Settings
) -> PersonPlan:
    """What someone needs whose registration was taken away in Zoom by hand."""
    if settings.drift is Drift.REPORT:
        stand = PersonPlan(
            action=PersonAction.NOTE,
            state=EnrolmentState.FAILED,
            reason=EnrolmentProblem.DENIED_IN_ZOOM,
        )
        return _noted(stand, enrolment)
    if has_failed(enrolment, event):
        return _as_it_is(enrolment)
    denied = withdrawn is Withdrawn.DENIED
    action = PersonAction.APPROVE if denied else PersonAction.REGISTER
    return PersonPlan(action=action, state=EnrolmentState.REGISTERED)


def stand_of_registered(registration: Registration, message: str | None = None) -> PersonPlan:
    """Where a person with a registrant stands: without a link the way in is not there yet."""
    return stand_of_link(registration.join_url, message)


def stand_of_link(join_url: str | None, message: str | None = None) -> PersonPlan:
    """Where a person stands whom Zoom has: registered once there is a link."""
    state = EnrolmentState.REGISTERED if join_url else EnrolmentState.PENDING
    return PersonPlan(action=PersonAction.NOTE, state=state, message=message)


def _stand_of_unregistrable(
    enrolment: Enrolment, event: Event, settings: Settings
) -> PersonPlan | None:
    """Where a person stands who should not be a registrant now; ``None`` for all others."""
    note = PersonAction.NOTE
    if not is_wanted(enrolment, event):
        return PersonPlan(action=note, state=EnrolmentState.REMOVED)
    if means_of(enrolment, event, settings) is Means.HOST:
        return PersonPlan(
            action=note, state=EnrolmentState.REGISTERED, message=MESSAGES[Means.HOST]
        )
    if is_blocked(enrolment, event, settings):
        return PersonPlan(
            action=note,
            state=EnrolmentState.BLOCKED,
            reason=EnrolmentProblem.REQUIREMENTS_NOT_MET,
        )
    if is_kept_out(enrolment, event):
        return PersonPlan(
            action=note,
            state=EnrolmentState.FAILED,
            reason=EnrolmentProblem.DENIED_IN_ZOOM,
            message=KEPT_OUT,
        )
    # One that another is to take the place of gets nobody more: its links are given to nobody.
    meeting = standing_meeting(event)
    is_open = meeting is not None and meeting.is_open
    if event.is_cancelled or not (is_open or current_registration(enrolment, event)):
        return PersonPlan(
            action=note, state=EnrolmentState.PENDING, reason=EnrolmentProblem.EVENT_NOT_READY
        )
    return None


def is_in_place(enrolment: Enrolment, event: Event, means: Means) -> bool:
    """Whether an instructor is at Zoom what the means say, panelist or alternative host."""
    if means is Means.ALTERNATIVE_HOST:
        return is_alternative_host(enrolment, event)
    panelist = current_panelist(enrolment, event)
    if means is not Means.PANELIST or panelist is None:
        return False
    # Whom a host added is called what the host said, and stays so.
    is_same = panelist.by_hand and panelist.person.address == enrolment.person.address
    return is_same or panelist.person == enrolment.person


def _stand_in_place(enrolment: Enrolment, event: Event, means: Means) -> PersonPlan:
    panelist = current_panelist(enrolment, event)
    has_way_in = means is Means.ALTERNATIVE_HOST or (panelist and panelist.join_url)
    return PersonPlan(
        action=PersonAction.NOTE,
        state=EnrolmentState.REGISTERED if has_way_in else EnrolmentState.PENDING,
        message=MESSAGES[means],
    )


def takes_panelist(enrolment: Enrolment, event: Event, settings: Settings) -> bool:
    """Whether the person should be a panelist of the webinar that the event has now."""
    if means_of(enrolment, event, settings) is not Means.PANELIST:
        return False
    return _stand_of_unregistrable(enrolment, event, settings) is None


def takes_alternative_host(enrolment: Enrolment, event: Event, settings: Settings) -> bool:
    """Whether the person should be an alternative host, of the meeting that is or will be."""
    return (
        is_wanted(enrolment, event)
        and not is_blocked(enrolment, event, settings)
        and means_of(enrolment, event, settings) is Means.ALTERNATIVE_HOST
    )


def takes_assistant(enrolment: Enrolment, event: Event, settings: Settings) -> bool:
    """Whether the person should be an assistant of the event's host."""
    return (
        is_wanted(enrolment, event)
        and not event.is_cancelled
        and not is_blocked(enrolment, event, settings)
        and means_of(enrolment, event, settings) is Means.ASSISTANT
    )


def is_blocked(enrolment: Enrolment, event: Event, settings: Settings) -> bool:
    """Whether the person has to meet requirements before anything else."""
    return validates_access(event.details, settings) and not enrolment.access.granted


def _of_unplaced(enrolment: Enrolment, registration: Registration | None) -> PersonPlan:
    """An instructor whose means are not at Zoom yet keeps what there is until they are."""
    if registration is not None or enrolment.state is EnrolmentState.FAILED:
        return _as_it_is(enrolment)
    return _noted(PersonPlan(action=PersonAction.NOTE, state=EnrolmentState.PENDING), enrolment)


def _noted(stand: PersonPlan, enrolment: Enrolment) -> PersonPlan:
    """The stand, as a note to make where it differs from what is stored."""
    message = stand.message or (enrolment_message(stand.reason) if stand.reason else None)
    stored = (enrolment.state, enrolment.reason, enrolment.message)
    if stored == (stand.state, stand.reason, message):
        return _as_it_is(enrolment)
    return stand


def _as_it_is(enrolment: Enrolment) -> PersonPlan:
    return PersonPlan(
        action=PersonAction.NOTHING,
        state=enrolment.state,
        reason=enrolment.reason,
        message=enrolment.message,
    )
