"""The operations on users, their licences and their assistants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from zoom_simulator import responses
from zoom_simulator.account import assistants, licences, mails, users
from zoom_simulator.account.model import User
from zoom_simulator.bodies.fields import read
from zoom_simulator.bodies.users import AddAssistants, CreateUser, UpdateUser, UpdateUserSettings
from zoom_simulator.clock import zoom_time
from zoom_simulator.endpoints.routing import NO_CONTENT, ApiCall, Reply, carries_out
from zoom_simulator.errors import bad_request, invalid_field, no_permission
from zoom_simulator.world import World


@carries_out("get_user")
def get_user(call: ApiCall) -> Reply:
    """Show a user."""
    return Reply(HTTPStatus.OK, responses.user(call.world, _user(call)))


@carries_out("create_user")
def create_user(call: ApiCall) -> Reply:
    """Add a user to the account."""
    world = call.world
    body = read(CreateUser, call.body)
    invites = body.action == "create"
    if invites:
        world.limits.take_invitation(world.now())
    user = users.create(world, body.action, body.user_info)
    if invites:
        mails.invited(world, user)
    return Reply(HTTPStatus.CREATED, responses.new_user(user))


@carries_out("update_user")
def update_user(call: ApiCall) -> Reply:
    """Change a user."""
    users.update(call.world, _user(call), read(UpdateUser, call.body))
    return NO_CONTENT


@carries_out("check_user_email")
def check_user_email(call: ApiCall) -> Reply:
    """Say whether Zoom knows an address, in this account or another."""
    email = call.query.get("email", "")
    if not email:
        raise bad_request(300, "Email is required.")
    return Reply(HTTPStatus.OK, {"existed_email": call.world.has_zoom_account(email)})


@carries_out("get_user_settings")
def get_user_settings(call: ApiCall) -> Reply:
    """Show what a user can host, or the part of the settings that the query asks for."""
    world, user = call.world, _user(call)
    option = call.query.get("option", "")
    if option not in _SETTINGS_SHOWN:
        raise invalid_field("option", "The option is invalid.")
    if option == "meeting_security" and world.hides_security_of(user):
        raise no_permission()
    return Reply(HTTPStatus.OK, _SETTINGS_SHOWN[option](world, user))


@carries_out("update_user_settings")
def update_user_settings(call: ApiCall) -> Reply:
    """Change what a user can host."""
    user = _user(call)
    licences.change_features(call.world, user, read(UpdateUserSettings, call.body).feature)
    return NO_CONTENT


@carries_out("list_assistants")
def list_assistants(call: ApiCall) -> Reply:
    """List all of a user's assistants, without pages."""
    user = _user(call)
    rows = [responses.assistant(user, each) for each in assistants.of_user(call.world, user)]
    return Reply(HTTPStatus.OK, {"assistants": rows})


@carries_out("add_assistants")
def add_assistants(call: ApiCall) -> Reply:
    """Make up to 30 users assistants of a user."""
    world = call.world
    user = _user(call)
    added = assistants.add(world, user, read(AddAssistants, call.body).assistants)
    ids = ",".join(each.id for each in added)
    return Reply(HTTPStatus.CREATED, {"ids": ids, "add_at": zoom_time(world.now())})


@carries_out("delete_assistant")
def delete_assistant(call: ApiCall) -> Reply:
    """Take an assistant away."""
    assistants.remove(_user(call), call.path["assistant_id"])
    return NO_CONTENT


@carries_out("get_plan_usage")
def get_plan_usage(call: ApiCall) -> Reply:
    """Show what the account pays for, and how much of it is in use."""
    world = call.world
    if call.path["account_id"] not in {"me", world.seed.credentials.account_id}:
        raise no_permission()
    if world.seed.plan == "free":
        raise bad_request(200, "Only available for paid account.")
    return Reply(HTTPStatus.OK, responses.plan_usage(world))


_SETTINGS_SHOWN: Mapping[str, Callable[[World, User], dict[str, Any]]] = {
    "": responses.user_settings,
    "meeting_authentication": responses.meeting_authentication,
    "meeting_security": responses.meeting_security,
}
"""What settings show, by the ``option``; that for recordings is not simulated."""


def _user(call: ApiCall) -> User:
    return users.require_user(call.world, call.path["user_id"])
