"""What happens while a meeting or webinar goes on: it begins and ends, people come and go."""

from __future__ import annotations

from zoom_simulator.account.model import Session
from zoom_simulator.account.presence import Instance, Role, Stay, Visitor
from zoom_simulator.errors import bad_request
from zoom_simulator.webhooks import events
from zoom_simulator.world import World, new_id

FIRST_USER_ID = 16_778_240
USER_ID_STEP = 1_024


def start(world: World, session: Session, *, with_host: bool = True) -> Instance:
    """Begin a session; one that goes on already goes on.

    Args:
        world: The account.
        session: The meeting or webinar.
        with_host: Whether the host is in it from the start.
    """
    if session.instance is not None:
        return session.instance
    host = world.users[session.host_id]
    instance = Instance(
        uuid=session.uuid,
        session_id=session.id,
        kind=session.kind,
        type=int(session.type),
        topic=session.topic,
        duration=session.duration,
        timezone=session.timezone,
        host_id=host.id,
        host_email=host.email,
        host_name=host.name,
        started_at=world.now(),
    )
    session.instance = world.instances[instance.uuid] = instance
    events.started(world, instance)
    if with_host:
        join(world, session, Visitor(Role.HOST, host.name, host.email, host.id))
    return instance


def end(world: World, session: Session) -> None:
    """End a session for everyone in it; its next instance has another UUID."""
    instance = session.instance
    if instance is None:
        return
    for stay in instance.present:
        _leave(world, instance, stay, f"Host ended the {instance.kind}.")
    instance.ended_at = world.now()
    session.instance = None
    session.uuid = world.new_uuid()
    events.ended(world, instance)


def join(world: World, session: Session, visitor: Visitor, device: str = "") -> Stay:
    """Let someone in, or into the waiting room where there is one.

    A host, or anyone where people may join before the host, starts the session.

    Raises:
        ZoomError: 400/3000, if it does not go on, or the host has put the person out of it.
    """
    hosts = visitor.role in {Role.HOST, Role.ALTERNATIVE_HOST}
    if session.instance is None and not (hosts or session.settings.get("join_before_host")):
        raise bad_request(3000, f"The {session.kind} has not started.")
    instance = start(world, session, with_host=False)
    if visitor.person in instance.removed:
        raise bad_request(3000, f"The host has removed this person from the {session.kind}.")
    waiting = bool(session.settings.get("waiting_room")) and not hosts
    return _enter(world, instance, visitor, device, waiting=waiting)


def admit(world: World, session: Session, *, person: str) -> None:
    """Have someone come in from the waiting room.

    Args:
        world: The account.
        session: The meeting.
        person: As in `leave`.

    Raises:
        ZoomError: 400/300, if nobody who waits is meant.
    """
    for instance, stay in _meant(session, person, waiting=True):
        stay.left_at = world.now()
        _enter(world, instance, stay.visitor, stay.device)


def leave(world: World, session: Session, *, person: str, device: str | None = None) -> None:
    """Have someone go.

    Args:
        world: The account.
        session: The meeting or webinar.
        person: The ``user_id`` of a stay, or a person's address or name.
        device: Only with this device; all if not given.

    Raises:
        ZoomError: 400/300, if nobody there is meant.
    """
    for instance, stay in _meant(session, person, device=device):
        _leave(world, instance, stay, f"left the {instance.kind}.")


def remove(world: World, session: Session, *, person: str) -> set[str]:
    """Have the host put someone out, who cannot come back while it goes on.

    Args:
        world: The account.
        session: The meeting or webinar.
        person: As in `leave`.

    Returns:
        The ids of the registrants who were put out.

    Raises:
        ZoomError: 400/300, if nobody there is meant.
    """
    meant = _meant(session, person)
    for instance, stay in meant:
        instance.removed.add(stay.visitor.person)
        _leave(world, instance, stay, f"Removed from the {instance.kind} by the host.")
    return {stay.visitor.registrant_id for _, stay in meant} - {""}


def _meant(
    session: Session, person: str, *, device: str | None = None, waiting: bool | None = None
) -> list[tuple[Instance, Stay]]:
    """Whom of those present someone means; ``None`` means any device, waiting or not."""
    instance = session.instance
    present = [(instance, stay) for stay in instance.present] if instance else []
    meant = [
        (of, stay)
        for of, stay in present
        if _is_meant(stay, person)
        and device in {None, stay.device}
        and waiting in {None, stay.waiting}
    ]
    if not meant:
        raise bad_request(300, "There is no such participant.")
    return meant


def _enter(
    world: World, instance: Instance, visitor: Visitor, device: str, *, waiting: bool = False
) -> Stay:
    stay = Stay(
        visitor=visitor,
        user_id=str(FIRST_USER_ID + USER_ID_STEP * len(instance.stays)),
        uuid=new_id(),
        device=device,
        joined_at=world.now(),
        waiting=waiting,
    )
    instance.stays.append(stay)
    if not waiting:
        events.participant_joined(world, instance, stay)
    return stay


def _leave(world: World, instance: Instance, stay: Stay, reason: str) -> None:
    stay.left_at = world.now()
    if not stay.waiting:
        events.participant_left(world, instance, stay, reason)


def _is_meant(stay: Stay, person: str) -> bool:
    visitor = stay.visitor
    return person == stay.user_id or person.lower() in {visitor.email.lower(), visitor.name.lower()}
