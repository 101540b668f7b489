"""Who may schedule for whom: a user's assistants."""

from __future__ import annotations

from collections.abc import Sequence

from zoom_simulator.account.model import User, UserType
from zoom_simulator.bodies.users import NewAssistant
from zoom_simulator.errors import ZoomError, bad_request, no_such_user
from zoom_simulator.world import World


def of_user(world: World, user: User) -> list[User]:
    """A user's assistants who are still in the account."""
    return [world.users[each] for each in user.assistants if each in world.users]


def add(world: World, user: User, wanted: Sequence[NewAssistant]) -> list[User]:
    """Make users assistants of a user: all of them, or none.

    Raises:
        ZoomError: 400/200, if one of them cannot be, with Zoom's words for the reason.
    """
    if world.seed.plan == "free":
        raise _refused(f"Current account must be paid account: {user.id}")
    if not _has_licence(user):
        raise _refused(f"The user must either be a Licensed user or an On-prem user : {user.id}.")
    found = [_admissible(world, user, each.reference) for each in wanted]
    for each, assistant in zip(wanted, found, strict=True):
        user.assistants[assistant.id] = each.can_manage_host_private_event
    return found


def remove(user: User, assistant_id: str) -> None:
    """Take an assistant away.

    Raises:
        ZoomError: 404/1001, if the user has no such assistant.
    """
    if assistant_id not in user.assistants:
        raise no_such_user(assistant_id)
    del user.assistants[assistant_id]


def _admissible(world: World, user: User, reference: str) -> User:
    assistant = world.find_user(reference)
    if assistant is None:
        raise _refused(f"Can't find user {reference}.")
    if assistant is user:
        raise _refused("Can't assign scheduling privilege to yourself.")
    if not _has_licence(assistant):
        raise _refused(f"The user must either be a Licensed user or an On-prem user : {reference}.")
    if assistant.id in user.assistants:
        raise _refused(f"User {reference} has already granted scheduling privilege.")
    return assistant


def _has_licence(user: User) -> bool:
    return user.status == "active" and user.type is UserType.LICENSED


def _refused(message: str) -> ZoomError:
    return bad_request(200, message)
