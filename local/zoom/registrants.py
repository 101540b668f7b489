"""What happens to registrants, whoever does it: the API, the registration page, a host by hand."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from local.zoom.bodies import AddRegistrant, NewRegistrant, RegistrantReference
from local.zoom.errors import (
    alternative_host_cannot_register,
    domains_blocked,
    host_cannot_register,
    invalid_registrant,
    meeting_full,
    meeting_over,
    paid_users_only,
    registration_not_enabled,
    wrong_meeting_type,
)
from local.zoom.model import (
    Approval,
    Meeting,
    MeetingType,
    Registrant,
    RegistrantStatus,
    UserType,
)
from local.zoom.world import World, new_id

NEVER = datetime.max.replace(tzinfo=UTC)
STATUS_AFTER = {
    "approve": RegistrantStatus.APPROVED,
    "cancel": RegistrantStatus.DENIED,
    "deny": RegistrantStatus.DENIED,
}


def require_registration(world: World, meeting: Meeting, *, code: int = 404) -> None:
    """Check that people can be registered for a meeting at all.

    Raises:
        ZoomError: 400/200 with a Basic host, 400 with this code if registration is off.
    """
    host = world.users[meeting.host_id]
    if host.type is not UserType.LICENSED:
        raise paid_users_only(host.id)
    if meeting.approval is Approval.NO_REGISTRATION:
        raise registration_not_enabled(meeting.id, code)


def require_batch_type(meeting: Meeting) -> None:
    """Check that a meeting takes batches.

    Raises:
        ZoomError: 400/303 for other types than scheduled meetings.
    """
    if meeting.type is not MeetingType.SCHEDULED:
        raise wrong_meeting_type()


def register(
    world: World,
    meeting: Meeting,
    people: Sequence[NewRegistrant],
    *,
    auto_approve: bool,
    link_delay: float | None = None,
) -> list[Registrant]:
    """Register people: all of them, or none.

    Someone who is registered already keeps id, link and status; only a pending one is approved by
    ``auto_approve``. A denied one stays denied.

    Args:
        world: The account.
        meeting: The meeting.
        people: Who.
        auto_approve: Approve them where approval is manual.
        link_delay: Simulated seconds until the join links are shown; 0 for never, ``None`` at once.

    Raises:
        ZoomError: if one of them, or the meeting, cannot be registered.
    """
    _check_admissible(world, meeting, people)
    approves = meeting.approval is Approval.AUTOMATIC or auto_approve
    registered = [_register_one(world, meeting, person, approves=approves) for person in people]
    if link_delay is not None:
        ready = world.now() + timedelta(seconds=link_delay) if link_delay else NEVER
        for registrant in registered:
            registrant.link_ready_at = ready
    return registered


def find_registrant(meeting: Meeting, registrant_id: str) -> Registrant:
    """The registrant of a meeting with this id.

    Raises:
        ZoomError: 400/300, if there is none.
    """
    registrant = meeting.registrants.get(registrant_id)
    if registrant is None:
        raise invalid_registrant()
    return registrant


def references(meeting: Meeting, wanted: Sequence[RegistrantReference]) -> list[Registrant]:
    """The registrants that are meant; who is not there is passed over without a word."""
    found = (
        meeting.registrants.get(each.id) or meeting.registrant_with_email(each.email)
        for each in wanted
    )
    return [registrant for registrant in found if registrant is not None]


def change_status(
    world: World, meeting: Meeting, action: str, registrants: Sequence[Registrant]
) -> None:
    """Approve, cancel or deny registrants. A cancelled one is denied, and stays so.

    Raises:
        ZoomError: 400/3043, if approving them would be more than the meeting holds.
    """
    status = STATUS_AFTER[action]
    if status is RegistrantStatus.APPROVED:
        returning = [r for r in registrants if r.status is RegistrantStatus.DENIED]
        _check_room(world, meeting, len(returning))
    for registrant in registrants:
        registrant.status = status


def delete(meeting: Meeting, registrant: Registrant) -> None:
    """Take a registration away: the link stops working, and the person can register anew."""
    meeting.remove_registrant(registrant)


def listed(meeting: Meeting, status: RegistrantStatus) -> list[Registrant]:
    """The registrants of a meeting with this status, in the order of registration."""
    return [r for r in meeting.registrants.values() if r.status is status]


def link_is_shown(registrant: Registrant, now: datetime) -> bool:
    """Whether Zoom's answers have the person's join link."""
    return registrant.status is RegistrantStatus.APPROVED and registrant.link_ready_at <= now


def _check_admissible(world: World, meeting: Meeting, people: Sequence[NewRegistrant]) -> None:
    if meeting.is_over(world.now()):
        raise meeting_over()
    emails = {person.email.lower() for person in people}
    if world.users[meeting.host_id].email.lower() in emails:
        raise host_cannot_register()
    if emails & set(meeting.settings["alternative_hosts"].lower().split(";")):
        raise alternative_host_cannot_register()
    if blocked := world.blocked_domains_of(sorted(emails)):
        raise domains_blocked(blocked)
    new = [email for email in emails if meeting.registrant_with_email(email) is None]
    _check_room(world, meeting, len(new))


def _check_room(world: World, meeting: Meeting, more: int) -> None:
    denied = len(listed(meeting, RegistrantStatus.DENIED))
    taken = len(meeting.registrants) - denied
    if more and taken + more > world.seed.registrant_capacity:
        raise meeting_full()


def _register_one(
    world: World, meeting: Meeting, person: NewRegistrant, *, approves: bool
) -> Registrant:
    existing = meeting.registrant_with_email(person.email)
    if existing is not None:
        if approves and existing.status is RegistrantStatus.PENDING:
            existing.status = RegistrantStatus.APPROVED
        return existing
    now = world.now()
    registrant = Registrant(
        id=new_id(),
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        status=RegistrantStatus.APPROVED if approves else RegistrantStatus.PENDING,
        created_at=now,
        link_ready_at=now,
        link_key=secrets.token_urlsafe(32),
        pin_code=100_000 + secrets.randbelow(900_000),
        details=person.details() if isinstance(person, AddRegistrant) else {},
    )
    meeting.add_registrant(registrant)
    return registrant
