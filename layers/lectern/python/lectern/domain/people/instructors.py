"""Instructors: who they are, and by what means each takes part at Zoom.

An event lists its instructors, and the LMS can enrol people as instructors; both mean the same.
Who is only listed has an enrollment as well, which the reconciliation keeps for the list's sake and
which the LMS never sees, so that an instructor is one of the event's people in every respect.

Zoom takes hosts, alternative hosts and panelists as no registrants, so the means by which somebody
takes part also says who may be registered.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from lectern.domain.enrollment import Enrollment, Panelist, Person, Role
from lectern.domain.event import Event, Instructor
from lectern.domain.meeting import Kind
from lectern.domain.settings import InstructorsAs, Settings

LOOK_LASTS = timedelta(minutes=10)
"""For how long it is believed that a Zoom user still has no licence."""


class Means(StrEnum):
    """By what means somebody takes part."""

    HOST = "host"
    PANELIST = "panelist"
    ALTERNATIVE_HOST = "alternative_host"
    ASSISTANT = "assistant"
    PARTICIPANT = "participant"
    UNDECIDED = "undecided"
    """Whether Zoom has a licensed user of the person has not been looked at yet."""


MESSAGES = {
    Means.HOST: "Joins as the host.",
    Means.PANELIST: "Joins as a panelist.",
    Means.ALTERNATIVE_HOST: "Joins as an alternative host.",
    Means.ASSISTANT: "Joins as an assistant of the host.",
    Means.PARTICIPANT: "Joins as a participant.",
}
"""What is told of people who are no plain participants."""

_NO_LICENCE = (
    "Joins as a participant: Zoom has no active, licensed user with this address in the host's "
    "account, so the instructor can be neither an alternative host nor an assistant."
)
_REFUSED = "Joins as a participant: Zoom refuses this user beside the host."

_LICENSED_MEANS = {
    InstructorsAs.ALTERNATIVE_HOSTS: Means.ALTERNATIVE_HOST,
    InstructorsAs.ASSISTANTS: Means.ASSISTANT,
}


def is_wanted(enrollment: Enrollment, event: Event) -> bool:
    """Whether the LMS wants the person in the event, enrolled or listed."""
    if enrollment.removed:
        return False
    return enrollment.enrolled or event.details.instructor(enrollment.user_id) is not None


def is_instructor(enrollment: Enrollment, event: Event) -> bool:
    """Whether someone who is wanted teaches the event beside the host."""
    is_listed = event.details.instructor(enrollment.user_id) is not None
    return is_listed or enrollment.role is Role.INSTRUCTOR


def means_of(enrollment: Enrollment, event: Event, settings: Settings) -> Means:
    """By what means a person takes part.

    A webinar's instructors are panelists, and so is whom a host made one in Zoom. Those of a
    meeting are what the settings say, where the host's account has a licensed user of theirs;
    anybody else is a participant.
    """
    if event.details.is_hosted_by(enrollment.user_id, enrollment.person.email):
        return Means.HOST
    if not is_instructor(enrollment, event):
        return Means.PANELIST if is_panelist_by_hand(enrollment, event) else Means.PARTICIPANT
    if event.details.kind is Kind.WEBINAR:
        return Means.PANELIST
    means = _LICENSED_MEANS.get(settings.hosts.instructors_as)
    if means is None:
        return Means.PARTICIPANT
    seen = enrollment.zoom_user
    if seen is None or seen.address != enrollment.person.address:
        return Means.UNDECIDED
    return means if seen.is_able else Means.PARTICIPANT


def message_of(enrollment: Enrollment, event: Event, settings: Settings) -> str | None:
    """Tells an instructor's means in a sentence; ``None`` for a plain participant."""
    means = means_of(enrollment, event, settings)
    if means is Means.PARTICIPANT and not is_instructor(enrollment, event):
        return None
    falls_back = settings.hosts.instructors_as is not InstructorsAs.PARTICIPANTS
    if means is Means.PARTICIPANT and falls_back and enrollment.zoom_user:
        return _REFUSED if enrollment.zoom_user.refused else _NO_LICENCE
    return MESSAGES.get(means)


def needs_look(enrollment: Enrollment, *, now: datetime, verify: bool) -> bool:
    """Whether it has to be looked at Zoom what user a person has there.

    Someone without a licence may have been given one; that someone with a licence lost it shows
    when Zoom refuses them, or when everything is verified.

    Args:
        enrollment: An instructor whose means depend on it.
        now: The present moment.
        verify: Whether what is known of Zoom is read anew.
    """
    seen = enrollment.zoom_user
    if seen is None or seen.address != enrollment.person.address:
        return True
    is_old = seen.seen_at + LOOK_LASTS <= now
    if verify:
        return is_old or not seen.is_able
    return is_old and not (seen.is_able or seen.refused)


def current_panelist(enrollment: Enrollment, event: Event) -> Panelist | None:
    """The person's panelist in the webinar that the event has now."""
    panelist, meeting = enrollment.panelist, event.meeting
    if panelist is None or meeting is None or panelist.zoom_id != meeting.zoom_id:
        return None
    return panelist


def is_panelist_by_hand(enrollment: Enrollment, event: Event) -> bool:
    """Whether a host added the person to the panel in Zoom, which therefore registers nobody so."""
    panelist = current_panelist(enrollment, event)
    return panelist is not None and panelist.by_hand


def is_alternative_host(enrollment: Enrollment, event: Event) -> bool:
    """Whether Zoom has the person as an alternative host of the meeting."""
    meeting = event.meeting
    return meeting is not None and enrollment.person.address in meeting.spec.alternative_hosts


def person_of(instructor: Instructor) -> Person:
    """Who a listed instructor is to Zoom."""
    return Person(email=instructor.email, first_name=instructor.name)
