"""Who may host, and who may be an alternative host."""

from __future__ import annotations

import re

from local.zoom.errors import (
    hosting_not_allowed,
    invalid_alternative_hosts,
    invitation_expired,
    no_such_user,
)
from local.zoom.model import User, UserType
from local.zoom.world import World


def require_user(world: World, reference: str) -> User:
    """The user with this id or address.

    Raises:
        ZoomError: 404/1001, or 400/1120 for an invitation that ran out.
    """
    user = world.find_user(reference)
    if user is None:
        raise no_such_user(reference)
    if user.status == "invitation_expired":
        raise invitation_expired()
    return user


def require_host(world: World, reference: str) -> User:
    """The user with this id or address, who may host meetings.

    Raises:
        ZoomError: as `require_user`, or 400/3161 without a licence or when not active.
    """
    user = require_user(world, reference)
    if not user.may_host:
        raise hosting_not_allowed()
    return user


def require_alternative_hosts(world: World, text: str) -> list[User]:
    """The users of an ``alternative_hosts`` field: ids or addresses, by semicolon or comma.

    Raises:
        ZoomError: 400, if one of them is not a licensed, active user of the account.
    """
    references = [part.strip() for part in re.split("[;,]", text) if part.strip()]
    users = {reference: world.find_user(reference) for reference in references}
    good = [user for user in users.values() if user is not None and _may_stand_in(user)]
    if len(good) < len(users):
        raise invalid_alternative_hosts(
            reference for reference, user in users.items() if user not in good
        )
    return good


def _may_stand_in(user: User) -> bool:
    return user.status == "active" and user.type is UserType.LICENSED
