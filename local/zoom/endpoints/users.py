"""The operations on users."""

from __future__ import annotations

from http import HTTPStatus

from lectern.zoom import operations
from local.zoom import answers
from local.zoom.endpoints.routing import Answer, ApiCall, carries_out
from local.zoom.users import require_user


@carries_out(operations.GET_USER)
def get_user(call: ApiCall) -> Answer:
    """Show a user."""
    user = require_user(call.world, call.path["user_id"])
    return Answer(HTTPStatus.OK, answers.user(call.world, user))


@carries_out(operations.GET_USER_SETTINGS)
def get_user_settings(call: ApiCall) -> Answer:
    """Show what a user can host."""
    user = require_user(call.world, call.path["user_id"])
    return Answer(HTTPStatus.OK, answers.user_settings(call.world, user))
