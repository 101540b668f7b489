"""Gives registrations back that were denied, or cancelled, in Zoom by hand."""

from __future__ import annotations

from collections.abc import Sequence

from lectern.domain.classification import concerns_more_than_people, reason_of_person
from lectern.domain.enrolment import Enrolment, EnrolmentState, Registration
from lectern.domain.errors import ZoomRejected
from lectern.domain.planner import (
    PersonAction,
    PersonPlan,
    attempt_key,
    current_registration,
    stand_of_registered,
)
from lectern.domain.problems import EnrolmentProblem, enrolment_message
from lectern.sync.work import Work

_NOT_THERE = PersonPlan(action=PersonAction.NOTE, state=EnrolmentState.PENDING)


def approve_again(work: Work, denied: Sequence[Enrolment]) -> None:
    """Approves registrants whom somebody denied; id and link stay as they were.

    Whom Zoom will not approve is deleted there, to be registered anew by the next round.

    Args:
        work: The work on the event.
        denied: Up to 30 people.

    Raises:
        ZoomError: What concerns more than single people.
    """
    meeting = work.event.meeting
    found = [(each, current_registration(each, work.event)) for each in denied]
    registrations = {each.user_id: registration for each, registration in found if registration}
    if meeting is None or not registrations:
        return
    try:
        work.sessions(meeting).approve(meeting.zoom_id, list(registrations.values()))
    except ZoomRejected as error:
        if concerns_more_than_people(error):
            raise
        full = reason_of_person(error) is EnrolmentProblem.CAPACITY_REACHED
        for enrolment in denied:
            if full:
                _note_full(work, enrolment, registrations[enrolment.user_id])
            else:
                _delete(work, enrolment, registrations[enrolment.user_id])
        return
    for enrolment in denied:
        given_back = registrations[enrolment.user_id].model_copy(update={"withdrawn": None})
        work.registrar.note(enrolment, stand_of_registered(given_back), given_back)


def _note_full(work: Work, enrolment: Enrolment, registration: Registration) -> None:
    reason = EnrolmentProblem.CAPACITY_REACHED
    shifts = work.tools.enrolments.record(
        enrolment,
        state=EnrolmentState.FAILED,
        reason=reason,
        message=enrolment_message(reason),
        registration=registration,
        failed_for=attempt_key(work.event),
    )
    work.noted(shifts)


def _delete(work: Work, enrolment: Enrolment, registration: Registration) -> None:
    meeting = work.event.meeting
    if meeting:
        work.sessions(meeting).remove(meeting.zoom_id, registration.registrant_id)
        work.registrar.note(enrolment, _NOT_THERE, registration=None)
        work.registrar.forgets(registration)
