"""Who may host, and who may be an alternative host."""

from __future__ import annotations

import re

from lectern.domain.meeting import Kind
from local.zoom.errors import invalid_alternative_hosts, invitation_expired, no_such_user
from local.zoom.model import User, UserType
from local.zoom.refusals import REFUSALS
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


def require_host(world: World, reference: str, kind: Kind = Kind.MEETING) -> User:
    """The user with this id or address, who may host meetings, or webinars.

    Raises:
        ZoomError: as `require_user`, or 400/3161 (400/200 for webinars) without a licence or when
            not active.
    """
    user = require_user(world, reference)
    if not may_host(world, user, kind):
        raise REFUSALS[kind].hosting_not_allowed(user.id)
    return user


def may_host(world: World, user: User, kind: Kind) -> bool:
    """Whether a user may schedule and host sessions of a kind."""
    return user.may_host if kind is Kind.MEETING else webinar_capacity(world, user) > 0


def webinar_capacity(world: World, user: User) -> int:
    """How many a user's webinars hold: 0 unless user and account have the licence."""
    licensed = user.status == "active" and user.type is UserType.LICENSED
    return user.webinar_capacity if licensed and world.seed.has_webinars else 0


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
