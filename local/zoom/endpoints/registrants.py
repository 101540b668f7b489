"""The operations on the registrants of meetings."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from lectern.zoom import operations
from local.zoom import answers, registrants
from local.zoom.bodies import (
    AddRegistrant,
    BatchRegistrants,
    NewRegistrant,
    RegistrantStatusChange,
    read,
)
from local.zoom.endpoints.routing import NO_CONTENT, Answer, ApiCall, carries_out
from local.zoom.errors import invalid_field, no_such_meeting_to_register_for
from local.zoom.meetings import find_meeting
from local.zoom.model import Meeting, Registrant, RegistrantStatus


@carries_out(operations.MEETINGS.add_registrant)
def add_registrant(call: ApiCall) -> Answer:
    """Register one person."""
    reference = call.path["session_id"]
    meeting = find_meeting(call.world, reference, missing=no_such_meeting_to_register_for)
    registrants.require_registration(call.world, meeting)
    body = read(AddRegistrant, call.body)
    [added] = _register(call, meeting, [body], auto_approve=body.auto_approve)
    return Answer(HTTPStatus.CREATED, answers.added_registrant(call.world, meeting, added))


@carries_out(operations.MEETINGS.batch_registrants)
def batch_registrants(call: ApiCall) -> Answer:
    """Register up to 30 people."""
    meeting = find_meeting(call.world, call.path["session_id"])
    registrants.require_batch_type(meeting)
    registrants.require_registration(call.world, meeting)
    body = read(BatchRegistrants, call.body)
    added = _register(call, meeting, body.registrants, auto_approve=body.auto_approve)
    rows = [answers.batch_row(call.world, meeting, registrant) for registrant in added]
    return Answer(HTTPStatus.CREATED, {"registrants": rows})


@carries_out(operations.MEETINGS.list_registrants)
def list_registrants(call: ApiCall) -> Answer:
    """List the registrants with one status."""
    world = call.world
    meeting = find_meeting(world, call.path["session_id"])
    status = _status(call.query.get("status", RegistrantStatus.APPROVED))
    shown = registrants.listed(meeting, status)
    page, envelope = world.pages.cut(
        f"registrants {meeting.id} {status}", shown, call.query, world.now()
    )
    rows = [answers.registrant(world, meeting, registrant) for registrant in page]
    return Answer(HTTPStatus.OK, {**envelope, "registrants": rows})


@carries_out(operations.MEETINGS.read_registrant)
def get_registrant(call: ApiCall) -> Answer:
    """Show a registrant."""
    meeting = find_meeting(call.world, call.path["session_id"])
    registrant = registrants.find_registrant(meeting, call.path["registrant_id"])
    return Answer(HTTPStatus.OK, answers.registrant(call.world, meeting, registrant))


@carries_out(operations.MEETINGS.delete_registrant)
def delete_registrant(call: ApiCall) -> Answer:
    """Take a registration away."""
    meeting = find_meeting(call.world, call.path["session_id"])
    registrants.require_registration(call.world, meeting, code=300)
    registrant = registrants.find_registrant(meeting, call.path["registrant_id"])
    registrants.delete(meeting, registrant)
    return NO_CONTENT


@carries_out(operations.MEETINGS.change_registrant_status)
def update_registrant_status(call: ApiCall) -> Answer:
    """Approve, cancel or deny up to 30 registrants."""
    world = call.world
    meeting = find_meeting(world, call.path["session_id"])
    registrants.require_registration(world, meeting)
    body = read(RegistrantStatusChange, call.body)
    meant = registrants.references(meeting, body.registrants)
    world.limits.take_status_changes(meeting.id, [each.email for each in meant], world.now())
    registrants.change_status(world, meeting, body.action, meant)
    return NO_CONTENT


def _register(
    call: ApiCall, meeting: Meeting, people: Sequence[NewRegistrant], *, auto_approve: bool
) -> list[Registrant]:
    world = call.world
    world.limits.take_registrations(meeting.id, [each.email for each in people], world.now())
    return registrants.register(
        world, meeting, people, auto_approve=auto_approve, link_delay=call.struck.link_delay
    )


def _status(text: str) -> RegistrantStatus:
    try:
        return RegistrantStatus(text)
    except ValueError as error:
        raise invalid_field("status", "The status is pending, approved or denied.") from error
