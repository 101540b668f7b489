"""What happens to registrants, whoever does it: the API, the registration page, a host by hand."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from zoom_simulator.account import mails
from zoom_simulator.account.admissible import require_admissible, require_room
from zoom_simulator.account.kinds import RULES
from zoom_simulator.account.model import (
    SINGLE_TYPES,
    Approval,
    Registrant,
    RegistrantStatus,
    Session,
    UserType,
)
from zoom_simulator.bodies.fields import AddRegistrant, NewRegistrant, RegistrantReference
from zoom_simulator.errors import paid_users_only
from zoom_simulator.refusals import Deed, Refusals
from zoom_simulator.webhooks import events
from zoom_simulator.world import World, new_id

NEVER = datetime.max.replace(tzinfo=UTC)
STATUS_AFTER = {
    "approve": RegistrantStatus.APPROVED,
    "cancel": RegistrantStatus.DENIED,
    "deny": RegistrantStatus.DENIED,
}


def require_registration(world: World, session: Session, deed: Deed = Deed.ADD) -> None:
    """Check that a session has registrants at all.

    Raises:
        ZoomError: 400/200 with a Basic host, else 400 if registration is off.
    """
    host = world.users[session.host_id]
    if host.type is not UserType.LICENSED:
        raise paid_users_only(host.id)
    if session.approval is Approval.NO_REGISTRATION:
        raise _refusals(session).registration_off(session.id, deed)


def require_batch_type(session: Session) -> None:
    """Check that a session takes batches.

    Raises:
        ZoomError: 400/303, or 400/300 for webinars, where it recurs or has no fixed time.
    """
    if session.type not in SINGLE_TYPES:
        raise _refusals(session).wrong_type_for_batch()


def register(
    world: World,
    session: Session,
    people: Sequence[NewRegistrant],
    *,
    auto_approve: bool,
    deed: Deed = Deed.ADD,
    confirms: bool = True,
    link_delay: float | None = None,
) -> list[Registrant]:
    """Register people: all of them, or none.

    Someone who is registered already keeps id, link and status; only a pending one is approved by
    ``auto_approve``. A denied one stays denied.

    Args:
        world: The account.
        session: The meeting or webinar.
        people: Who.
        auto_approve: Approve them where approval is manual.
        deed: Whether they come singly or as a batch.
        confirms: Whether Zoom is to send confirmations, where the session has them.
        link_delay: Simulated seconds until the join links are shown; 0 for never, ``None`` at once.

    Raises:
        ZoomError: if one of them, or the session, cannot be registered.
    """
    require_admissible(world, session, people, deed)
    approves = session.approval is Approval.AUTOMATIC or auto_approve
    known = {each.id: each.status for each in session.registrants.values()}
    registered = [_register_one(world, session, person, approves=approves) for person in people]
    if link_delay is not None:
        ready = world.now() + timedelta(seconds=link_delay) if link_delay else NEVER
        for registrant in registered:
            registrant.link_ready_at = ready
    for registrant in registered:
        _tell(world, session, registrant, known.get(registrant.id))
        if known.get(registrant.id) is not registrant.status:
            mails.registered(world, session, registrant, confirms=confirms)
    return registered


def find_registrant(session: Session, registrant_id: str, deed: Deed = Deed.READ) -> Registrant:
    """The registrant of a session with this id.

    Raises:
        ZoomError: 400, if there is none.
    """
    registrant = session.registrants.get(registrant_id)
    if registrant is None:
        raise _refusals(session).no_such_registrant(registrant_id, deed)
    return registrant


def references(session: Session, wanted: Sequence[RegistrantReference]) -> list[Registrant]:
    """The registrants that are meant; who is not there is passed over without a word."""
    found = (
        session.registrants.get(each.id) or session.registrant_with_email(each.email)
        for each in wanted
    )
    return [registrant for registrant in found if registrant is not None]


def change_status(
    world: World, session: Session, action: str, registrants: Sequence[Registrant]
) -> None:
    """Approve, cancel or deny registrants. A cancelled one is denied, and stays so.

    Raises:
        ZoomError: 400/3043, or 400/3035 of webinars, if it does not hold so many.
    """
    status = STATUS_AFTER[action]
    if status is RegistrantStatus.APPROVED:
        returning = [r for r in registrants if r.status is RegistrantStatus.DENIED]
        require_room(world, session, len(returning), Deed.CHANGE_STATUS)
    for registrant in registrants:
        if registrant.status is not status:
            registrant.status = status
            events.registration_changed(world, session, registrant, action)
            mails.registration_changed(world, session, registrant, action)


def delete(world: World, session: Session, registrant: Registrant) -> None:
    """Take a registration away: the link stops working, and the person can register anew."""
    session.remove_registrant(registrant)
    events.registration_changed(world, session, registrant, "cancel")


def listed(session: Session, status: RegistrantStatus) -> list[Registrant]:
    """The registrants of a session with this status, in the order of registration."""
    return [r for r in session.registrants.values() if r.status is status]


def _tell(
    world: World, session: Session, registrant: Registrant, was: RegistrantStatus | None
) -> None:
    if was is None:
        events.registration_created(world, session, registrant)
    elif was is not registrant.status:
        events.registration_changed(world, session, registrant, "approve")


def _refusals(session: Session) -> Refusals:
    return RULES[session.kind].refusals


def _register_one(
    world: World, session: Session, person: NewRegistrant, *, approves: bool
) -> Registrant:
    existing = session.registrant_with_email(person.email)
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
    session.add_registrant(registrant)
    return registrant
