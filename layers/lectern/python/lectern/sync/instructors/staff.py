"""Brings all instructors of an event to what is wanted: on the panel, or beside the host."""

from __future__ import annotations

from lectern.domain.enrollment import Enrollment
from lectern.domain.errors import ZoomError
from lectern.domain.meeting import Kind
from lectern.domain.model import DomainModel
from lectern.domain.people.instructors import is_instructor, is_wanted
from lectern.domain.planner import PersonAction, plan_person, standing_meeting
from lectern.sync.instructors.assistants import HostsAssistants
from lectern.sync.instructors.finding import people_of
from lectern.sync.instructors.panel import Panel
from lectern.sync.reconciliation import Reconciliation


class InstructorsResult(DomainModel):
    """The result of the step about instructors.

    Attributes:
        changed: Whether anything changed for them at Zoom.
        restless: Whether somebody among them has something to be done as one of the people, which
            may follow from what was found out about them here.
    """

    changed: bool
    restless: bool


def ensure_instructors(work: Reconciliation) -> InstructorsResult:
    """Brings the instructors to what is wanted, before the other people are planned.

    A person whom Zoom refuses is noted as failed, with the reason, and holds up nobody else.

    Raises:
        ZoomError: Limits and outages, for the state machine to wait for.
    """
    people = people_of(work)
    meeting = standing_meeting(work.event)
    changed = False
    if meeting and meeting.kind is Kind.WEBINAR and meeting.is_open:
        try:
            changed = Panel(work, meeting).bring_in_line(people)
        except ZoomError as error:
            work.note_refusal(error)
    try:
        changed = HostsAssistants(work).bring_in_line(people) or changed
    except ZoomError as error:
        work.note_refusal(error)
    for person in people:
        if not (is_wanted(person, work.event) and is_instructor(person, work.event)):
            work.dependencies.instructors.unmark(person)
    return InstructorsResult(
        changed=changed, restless=any(_is_restless(work, each) for each in people)
    )


def _is_restless(work: Reconciliation, person: Enrollment) -> bool:
    plan = plan_person(person, work.event, work.settings)
    return plan.action is not PersonAction.NOTHING
