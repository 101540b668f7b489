"""The users of the account: who may host, and who may be an alternative host."""

from __future__ import annotations

import re

from zoom_simulator.account.kinds import RULES
from zoom_simulator.account.licences import change_type, require_host_licence
from zoom_simulator.account.model import User, UserType
from zoom_simulator.account.seed import UserSeed
from zoom_simulator.bodies.users import UpdateUser, UserInfo
from zoom_simulator.errors import (
    address_in_use,
    bad_request,
    invalid_alternative_hosts,
    invitation_expired,
    no_permission,
    no_single_sign_on,
    no_such_user,
    user_of_another_account,
)
from zoom_simulator.operations import Kind
from zoom_simulator.world import World

OWN_USER = "me"
"""In whose name the app acts: the owner of the account."""


def require_user(world: World, reference: str) -> User:
    """The user with this id or address, or the account's owner.

    Raises:
        ZoomError: 404/1001, 400/1120 for an invitation that ran out, or 400/1010 for who has gone
            to another account.
    """
    user = world.own_user() if reference == OWN_USER else world.find_user(reference)
    if user is None:
        raise no_such_user(reference)
    if user.is_lost:
        raise invitation_expired()
    if user.is_elsewhere:
        raise user_of_another_account()
    return user


def create(world: World, action: str, info: UserInfo) -> User:
    """Add a user to the account; one who is invited is pending until the invitation is accepted.

    Whose invitation ran out is no user any more, and can be added again.

    Args:
        world: The account.
        action: ``create`` invites; ``autoCreate`` and ``ssoCreate`` make the user active at once.
        info: Who.

    Raises:
        ZoomError: 400/2002 without single sign-on, 400/200 where the plan does not have the action,
            400/1107 for a blocked domain, 409/1005 for a user of this account, 400/1009 for one of
            another, 400/3412 if no licence is left.
    """
    if action == "custCreate" or world.seed.plan == "free":
        raise no_permission()
    if action == "ssoCreate" and not world.seed.single_sign_on:
        raise no_single_sign_on()
    if action == "autoCreate" and info.password is None:
        raise bad_request(300, "Invalid parameter: password")
    if world.blocked_domains_of([info.email]):
        raise bad_request(1107, "Email domain is blocked.")
    existing = world.find_user_with_email(info.email)
    is_elsewhere = existing is not None and existing.is_elsewhere
    if existing is not None and not (existing.is_lost or is_elsewhere):
        raise address_in_use(info.email)
    if is_elsewhere or world.is_user_elsewhere(info.email):
        raise bad_request(1009, f"The user {info.email} already holds an active account.")
    if UserType(info.type) is UserType.LICENSED:
        require_host_licence(world, for_new_user=True)
    if existing is not None:
        del world.users[existing.id]
    return world.put_user(
        UserSeed(
            email=info.email,
            type=UserType(info.type),
            status="pending" if action == "create" else "active",
            first_name=info.first_name,
            last_name=info.last_name,
        )
    )


def update(world: World, user: User, body: UpdateUser) -> None:
    """Change the fields that are given.

    Raises:
        ZoomError: as `change_type`; then nothing is changed.
    """
    given = body.given()
    if "type" in given:
        change_type(world, user, UserType(body.type))
    for name in given.keys() & {"first_name", "last_name", "timezone"}:
        setattr(user, name, given[name])


def change_address(world: World, user: User, email: str) -> None:
    """Give a user another address; the id stays, and so does whatever the user hosts.

    Raises:
        ZoomError: 409/1005, if another user has the address.
    """
    if world.find_user_with_email(email) not in (None, user):
        raise address_in_use(email)
    for session in world.sessions.values():
        stand_ins = alternative_hosts_in(world, session.settings["alternative_hosts"])
        addresses = (email if each is user else each.email for each in stand_ins)
        session.settings["alternative_hosts"] = RULES[session.kind].host_separator.join(addresses)
    user.email = email


def require_host(world: World, reference: str, kind: Kind = Kind.MEETING) -> User:
    """The user with this id or address, who may host meetings, or webinars.

    Raises:
        ZoomError: as `require_user`, or 400/3161 (400/200 for webinars) without a licence or when
            not active.
    """
    user = require_user(world, reference)
    if not may_host(world, user, kind):
        raise RULES[kind].refusals.hosting_not_allowed(user.id)
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
    users = _users_by_reference(world, text)
    good = [user for user in users.values() if user is not None and _may_stand_in(user)]
    if len(good) < len(users):
        raise invalid_alternative_hosts(
            reference for reference, user in users.items() if user not in good
        )
    return good


def alternative_hosts_in(world: World, text: str) -> list[User]:
    """Those of an ``alternative_hosts`` field who are in the account, whatever became of them."""
    return [user for user in _users_by_reference(world, text).values() if user is not None]


def _users_by_reference(world: World, text: str) -> dict[str, User | None]:
    references = [part.strip() for part in re.split("[;,]", text) if part.strip()]
    return {reference: world.find_user(reference) for reference in references}


def _may_stand_in(user: User) -> bool:
    return user.status == "active" and user.type is UserType.LICENSED
