"""The operations on meetings and webinars."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from zoom_simulator import responses
from zoom_simulator.account import instances, mails, session_lists, sessions
from zoom_simulator.account.kinds import RULES
from zoom_simulator.account.users import require_host
from zoom_simulator.bodies.fields import MakeInviteLinks, read
from zoom_simulator.endpoints.routing import NO_CONTENT, ApiCall, Reply, carries_out_of_each_kind
from zoom_simulator.errors import bad_request, invalid_field
from zoom_simulator.operations import Kind


@carries_out_of_each_kind("create_{kind}")
def create_session(kind: Kind, call: ApiCall) -> Reply:
    """Schedule a session for a host."""
    world = call.world
    host = require_host(world, call.path["user_id"], kind)
    body = read(RULES[kind].create_body, call.body)
    world.limits.take_host_write(host.id, world.now())
    session = sessions.create(
        world, kind, host, body, registration_ignored=call.struck.registration_ignored
    )
    return Reply(HTTPStatus.CREATED, responses.session(world, session))


@carries_out_of_each_kind("get_{kind}")
def get_session(kind: Kind, call: ApiCall) -> Reply:
    """Show a session."""
    session = sessions.find_session(call.world, kind, call.path["session_id"])
    return Reply(HTTPStatus.OK, responses.session(call.world, session))


@carries_out_of_each_kind("update_{kind}")
def update_session(kind: Kind, call: ApiCall) -> Reply:
    """Change a session."""
    world = call.world
    session = sessions.find_session(world, kind, call.path["session_id"])
    body = read(RULES[kind].update_body, call.body)
    world.limits.take_host_write(session.host_id, world.now())
    sessions.update(world, session, body, registration_ignored=call.struck.registration_ignored)
    return NO_CONTENT


@carries_out_of_each_kind("delete_{kind}")
def delete_session(kind: Kind, call: ApiCall) -> Reply:
    """Delete a session."""
    world = call.world
    reference = call.path["session_id"]
    if kind is Kind.MEETING and any(str(user.pmi) == reference for user in world.users.values()):
        raise bad_request(3018, "Not allowed to delete PMI.")
    session = sessions.find_session(world, kind, reference)
    if call.query.get("occurrence_id"):
        raise RULES[kind].refusals.no_such_occurrence()
    sessions.delete(world, session)
    mails.cancelled(
        world,
        session,
        hosts=kind is Kind.MEETING and _switch(call, "schedule_for_reminder", default=True),
        people=_switch(call, f"cancel_{kind}_reminder", default=False),
    )
    return NO_CONTENT


@carries_out_of_each_kind("change_{kind}_status")
def change_session_status(kind: Kind, call: ApiCall) -> Reply:
    """End a session, or take a deleted meeting out of the bin."""
    world = call.world
    reference = call.path["session_id"]
    body = read(RULES[kind].status_body, call.body)
    if body.action == "end":
        instances.end(world, sessions.find_session(world, kind, reference))
    else:
        sessions.recover(world, kind, reference)
    return Reply(RULES[kind].status_answer)


@carries_out_of_each_kind("list_{kind}s")
def list_sessions(kind: Kind, call: ApiCall) -> Reply:
    """List the sessions of a host."""
    world = call.world
    host = require_host(world, call.path["user_id"], kind)
    lists = RULES[kind].lists
    list_type = call.query.get("type", lists[0])
    if list_type not in lists:
        raise invalid_field("type", f"The type is one of {', '.join(lists)}.")
    since = _day(call, "from", date.min)
    until = _day(call, "to", date.max)
    shown = session_lists.sessions_of(world, kind, host, list_type, since=since, until=until)
    name = f"{kind} {host.id} {list_type} {since} {until}"
    page, envelope = world.pages.cut(name, shown, call.query, world.now())
    rows = [responses.session_row(world, session) for session in page]
    return Reply(HTTPStatus.OK, {**envelope, f"{kind}s": rows})


@carries_out_of_each_kind("make_{kind}_invite_links")
def make_invite_links(kind: Kind, call: ApiCall) -> Reply:
    """Make links for people by name."""
    world = call.world
    session = sessions.find_session(world, kind, call.path["session_id"])
    body = read(MakeInviteLinks, call.body)
    names = [each.name for each in body.attendees]
    made = sessions.invite(world, session, names, body.ttl)
    rows = [responses.invite_link(world, session, link) for link in made]
    return Reply(HTTPStatus.CREATED, {"attendees": rows})


def _switch(call: ApiCall, name: str, *, default: bool) -> bool:
    return {"true": True, "false": False}.get(call.query.get(name, ""), default)


def _day(call: ApiCall, name: str, default: date) -> date:
    text = call.query.get(name)
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise invalid_field(name, "The date must be yyyy-MM-dd.") from error
