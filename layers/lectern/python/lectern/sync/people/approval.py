"""Gives registrations back that were denied, or cancelled, in Zoom by hand."""

from __future__ import annotations

from collections.abc import Sequence

from lectern.domain.enrollment import Enrollment, EnrollmentState, Registration
from lectern.domain.errors import LimitScope, ZoomDailyLimit, ZoomRejected
from lectern.domain.limits.budget import next_midnight
from lectern.domain.meeting import Meeting
from lectern.domain.people.given_up import attempt_key
from lectern.domain.people.instructors import message_of
from lectern.domain.people.refused_people import refusal_of
from lectern.domain.planner import (
    PersonAction,
    PersonPlan,
    current_registration,
    stand_of_registered,
)
from lectern.domain.zoom_refusals import Concern, Meaning, reading_of
from lectern.sync.reconciliation import Reconciliation
from lectern.sync.registration.batch import Sending

_NOT_THERE = PersonPlan(action=PersonAction.NOTE, state=EnrollmentState.PENDING)

_Registered = tuple[Enrollment, Registration]
"""A person with the registrant that is to be approved."""


def approve_again(work: Reconciliation, denied: Sequence[Enrollment]) -> None:
    """Approves registrants whom somebody denied; id and link stay as they were.

    Whom Zoom will not approve is deleted there, to be registered anew by the next round. Who has
    had the day's changes of their status waits, and nobody else.

    Args:
        work: The work on the event.
        denied: Up to 30 people.

    Raises:
        ZoomDailyLimit: Somebody has to wait; all others are approved.
        ZoomError: What concerns more than single people.
    """
    meeting = work.event.meeting
    if meeting is None or not denied:
        return
    ledger = work.registrar.ledger(meeting.zoom_id)
    waiting = {each.user_id for each in ledger.keep_their_status(denied)}
    found = [(each, current_registration(each, work.event)) for each in denied]
    left = [
        (each, registration)
        for each, registration in found
        if registration and each.user_id not in waiting
    ]
    limited = _approve_all(work, meeting, left) if left else False
    if waiting or limited:
        raise ZoomDailyLimit(
            "approve", resume_at=next_midnight(work.now()), scope=LimitScope.REGISTRANT
        )


def _approve_all(work: Reconciliation, meeting: Meeting, people: Sequence[_Registered]) -> bool:
    """Approves people.

    Returns:
        Whether somebody has to wait for the end of Zoom's day.
    """

    def together(some: list[_Registered]) -> list[_Registered]:
        _approve(work, meeting, some)
        return []

    sending = Sending(
        together=together,
        singly=lambda person: _approve(work, meeting, [person]),
        refused=lambda person, error: _refused(work, meeting, person, error),
        all_refused=lambda some, error: work.registrar.all_refused(meeting, some, error),
        known=work.event.sync.problem,
    )
    sending.send(people)
    return sending.is_limited


def _approve(work: Reconciliation, meeting: Meeting, people: Sequence[_Registered]) -> None:
    """Approves people in one call, which counts for each of them, and notes it."""
    with work.registrar.ledger(meeting.zoom_id).changing_status(
        [enrollment for enrollment, _ in people]
    ):
        registrations = [registration for _, registration in people]
        work.sessions(meeting).approve(meeting.zoom_id, registrations)
    for enrollment, registration in people:
        given_back = registration.model_copy(update={"withdrawn": None})
        message = message_of(enrollment, work.event, work.settings)
        work.registrar.note(enrollment, stand_of_registered(given_back, message), given_back)


def _refused(
    work: Reconciliation, meeting: Meeting, person: _Registered, error: ZoomRejected
) -> None:
    """Has someone registered anew whom Zoom will not approve, where that may help."""
    reading = reading_of(error)
    enrollment, registration = person
    if reading.concern is not Concern.PERSON or reading.meaning is Meaning.FULL:
        work.registrar.note_failed(
            enrollment,
            refusal_of(error),
            registration=registration,
            failed_for=attempt_key(work.event),
        )
        return
    work.sessions(meeting).remove(meeting.zoom_id, registration.registrant_id)
    work.registrar.note(enrollment, _NOT_THERE, registration=None)
    work.registrar.forgets(registration)
