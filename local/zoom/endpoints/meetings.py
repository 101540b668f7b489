"""The operations on meetings."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from lectern.zoom import operations
from local.zoom import answers, meetings
from local.zoom.bodies import CreateMeeting, UpdateMeeting, read
from local.zoom.endpoints.routing import NO_CONTENT, Answer, ApiCall, carries_out
from local.zoom.errors import bad_request, invalid_field
from local.zoom.users import require_host


@carries_out(operations.MEETINGS.create)
def create_meeting(call: ApiCall) -> Answer:
    """Schedule a meeting for a host."""
    world = call.world
    host = require_host(world, call.path["user_id"])
    body = read(CreateMeeting, call.body)
    world.limits.take_host_write(host.id, world.now())
    meeting = meetings.create(
        world, host, body, registration_ignored=call.struck.registration_ignored
    )
    return Answer(HTTPStatus.CREATED, answers.meeting(world, meeting))


@carries_out(operations.MEETINGS.read)
def get_meeting(call: ApiCall) -> Answer:
    """Show a meeting."""
    meeting = meetings.find_meeting(call.world, call.path["session_id"])
    return Answer(HTTPStatus.OK, answers.meeting(call.world, meeting))


@carries_out(operations.MEETINGS.update)
def update_meeting(call: ApiCall) -> Answer:
    """Change a meeting."""
    world = call.world
    meeting = meetings.find_meeting(world, call.path["session_id"])
    body = read(UpdateMeeting, call.body)
    world.limits.take_host_write(meeting.host_id, world.now())
    meetings.update(world, meeting, body, registration_ignored=call.struck.registration_ignored)
    return NO_CONTENT


@carries_out(operations.MEETINGS.delete)
def delete_meeting(call: ApiCall) -> Answer:
    """Delete a meeting."""
    world = call.world
    reference = call.path["session_id"]
    if any(str(user.pmi) == reference for user in world.users.values()):
        raise bad_request(3018, "Not allowed to delete PMI.")
    meeting = meetings.find_meeting(world, reference)
    if call.query.get("occurrence_id"):
        raise bad_request(300, "Invalid parameter: `occurrence_id`.")
    meetings.delete(world, meeting)
    return NO_CONTENT


@carries_out(operations.MEETINGS.list)
def list_meetings(call: ApiCall) -> Answer:
    """List the meetings of a host."""
    world = call.world
    host = require_host(world, call.path["user_id"])
    kind = call.query.get("type", "scheduled")
    if kind not in meetings.LIST_KINDS:
        raise invalid_field("type", f"The type is one of {', '.join(meetings.LIST_KINDS)}.")
    since = _day(call, "from", date.min)
    until = _day(call, "to", date.max)
    shown = meetings.meetings_of(world, host, kind, since, until)
    name = f"meetings {host.id} {kind} {since} {until}"
    page, envelope = world.pages.cut(name, shown, call.query, world.now())
    rows = [answers.meeting_row(world, meeting) for meeting in page]
    return Answer(HTTPStatus.OK, {**envelope, "meetings": rows})


def _day(call: ApiCall, name: str, default: date) -> date:
    text = call.query.get(name)
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise invalid_field(name, "The date must be yyyy-MM-dd.") from error
