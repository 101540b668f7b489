"""What Zoom's webhooks tell: one function for each event, called by whatever makes it happen.

Names and types of fields are those of Zoom's OpenAPI document of the webhooks. Its ids are numbers
in what is planned, and texts in what is going on.
"""

from __future__ import annotations

from typing import Any

from zoom_simulator.account.model import RECURRING_TYPES, Approval, Registrant, Session
from zoom_simulator.account.presence import Instance, Stay
from zoom_simulator.clock import zoom_time
from zoom_simulator.operations import Kind
from zoom_simulator.urls import join_url, personal_join_url, registration_url
from zoom_simulator.world import World

_FIELDS_WHEN_CREATED = {
    Kind.MEETING: (
        "use_pmi",
        "alternative_hosts",
        "meeting_invitees",
        "join_before_host",
        "jbh_time",
    ),
    Kind.WEBINAR: ("alternative_hosts",),
}
_VERBS = {"approve": "approved", "deny": "denied", "cancel": "cancelled"}


def created(world: World, session: Session) -> None:
    """A session was scheduled."""
    settings = {name: session.settings[name] for name in _FIELDS_WHEN_CREATED[session.kind]}
    thing = _planned(session) | {
        "join_url": join_url(world, session),
        "password": session.password,
        "creation_source": session.creation_source,
        "settings": {"use_pmi": False} | settings,
    }
    if session.kind is Kind.MEETING:
        thing["tracking_fields"] = list(session.tracking_fields)
    if session.settings.get("use_pmi"):
        thing["pmi"] = str(world.users[session.host_id].pmi)
    if session.recurrence is not None:
        thing["recurrence"] = session.recurrence
    _tell_plan(world, session, "created", {"object": thing}, operation=True)


def face(world: World, session: Session) -> dict[str, Any]:
    """What an update can change of a session: to be taken before, for `updated`."""
    shown = _planned(session) | {
        "password": session.password,
        "agenda": session.agenda,
        "settings": dict(session.settings),
    }
    if session.kind is Kind.MEETING:
        shown["join_url"] = join_url(world, session)
        shown["tracking_fields"] = list(session.tracking_fields)
    if session.recurrence is not None:
        shown["recurrence"] = dict(session.recurrence)
    if session.approval is not Approval.NO_REGISTRATION:
        shown["registration_url"] = registration_url(world, session)
    return shown


def updated(world: World, session: Session, before: dict[str, Any]) -> None:
    """A session was changed; nothing is told if it is as before."""
    after = face(world, session)
    new, old = _changes(before, after), _changes(after, before)
    if not new and not old:
        return
    told = {
        "object": {"id": session.id, **new},
        "old_object": {"id": session.id, **old},
        "scope": _extent(session),
        "time_stamp": int(world.now().timestamp() * 1000),
    }
    _tell_plan(world, session, "updated", told)


def deleted(world: World, session: Session) -> None:
    """A session was put into the bin."""
    _tell_plan(world, session, "deleted", {"object": _planned(session)}, operation=True)


def permanently_deleted(world: World, session: Session) -> None:
    """A session was lost for good."""
    what = {"object": _planned(session)}
    _tell_plan(world, session, "permanently_deleted", what, operation=True)


def recovered(world: World, session: Session) -> None:
    """A session was taken out of the bin."""
    _tell_plan(world, session, "recovered", {"object": _planned(session)}, operation=True)


def converted(world: World, session: Session, was: Kind) -> None:
    """A meeting was made a webinar, or the reverse; the event is named after what it was."""
    told = _operator(world, session) | {"object": _planned(session)}
    world.publish(f"{was}.converted_to_{session.kind}", told)


def registration_created(world: World, session: Session, registrant: Registrant) -> None:
    """Someone was registered, or registered on the page; nobody is named who did it."""
    person = registrant.details | _person(registrant)
    person |= {"status": registrant.status.value} | _entry(world, session, registrant)
    told = {"object": _planned(session) | {"registrant": person}}
    world.publish(f"{session.kind}.registration_created", told)


def registration_changed(
    world: World, session: Session, registrant: Registrant, action: str
) -> None:
    """A registration was approved, denied or cancelled (``approve``, ``deny``, ``cancel``)."""
    person = _person(registrant)
    if action == "approve":
        person |= _entry(world, session, registrant)
    told = {"object": _planned(session) | {"registrant": person}}
    _tell_plan(world, session, f"registration_{_VERBS[action]}", told)


def started(world: World, instance: Instance) -> None:
    """A session began."""
    _tell_instance(world, instance, "started", {"host_email": instance.host_email})


def ended(world: World, instance: Instance) -> None:
    """A session ended; its duration is the one that was scheduled."""
    told: dict[str, Any] = {
        "host_email": instance.host_email,
        "end_time": zoom_time(instance.ended_at or world.now()),
    }
    if instance.kind is Kind.WEBINAR:
        told["practice_session"] = False
    _tell_instance(world, instance, "ended", told)


def participant_joined(world: World, instance: Instance, stay: Stay) -> None:
    """Someone came in."""
    person = _participant(world, stay) | {"join_time": zoom_time(stay.joined_at)}
    _tell_instance(world, instance, "participant_joined", {"participant": person})


def participant_left(world: World, instance: Instance, stay: Stay, reason: str) -> None:
    """Someone went."""
    name = stay.visitor.name
    person = _participant(world, stay) | {
        "leave_time": zoom_time(stay.left_at or world.now()),
        "leave_reason": f"{name} left the {instance.kind}.<br>Reason: {reason}",
    }
    _tell_instance(world, instance, "participant_left", {"participant": person})


def _tell_instance(world: World, instance: Instance, event: str, told: dict[str, Any]) -> None:
    thing = {
        "id": str(instance.session_id),
        "uuid": instance.uuid,
        "host_id": instance.host_id,
        "topic": instance.topic,
        "type": instance.type,
        "start_time": zoom_time(instance.started_at),
        "timezone": instance.timezone,
        "duration": instance.duration,
    }
    world.publish(f"{instance.kind}.{event}", {"object": thing | told})


def _participant(world: World, stay: Stay) -> dict[str, Any]:
    visitor = stay.visitor
    person = {
        "user_id": stay.user_id,
        "user_name": visitor.name,
        "id": visitor.account_user_id,
        "participant_uuid": stay.uuid,
        "participant_user_id": visitor.account_user_id,
        "email": visitor.shown_email(registrants=world.seed.reports.registrants_emails),
    }
    return person | ({"registrant_id": visitor.registrant_id} if visitor.registrant_id else {})


def _tell_plan(
    world: World,
    session: Session,
    event: str,
    told: dict[str, Any],
    *,
    operation: bool = False,
) -> None:
    extent = {"operation": _extent(session)} if operation else {}
    world.publish(f"{session.kind}.{event}", _operator(world, session) | extent | told)


def _operator(world: World, session: Session) -> dict[str, Any]:
    """Who did it: the owner of the account for what the API does, else the host."""
    if world.acts_for_owner:
        return {"operator": world.seed.owner.email, "operator_id": world.seed.owner.id}
    host = world.users[session.host_id]
    return {"operator": host.email, "operator_id": host.id}


def _planned(session: Session) -> dict[str, Any]:
    planned: dict[str, Any] = {
        "uuid": session.uuid,
        "id": session.id,
        "host_id": session.host_id,
        "topic": session.topic,
        "type": int(session.type),
        "duration": session.duration,
        "timezone": session.timezone,
    }
    if session.start_time is not None:
        planned["start_time"] = zoom_time(session.start_time)
    return planned


def _extent(session: Session) -> str:
    return "all" if session.type in RECURRING_TYPES else "single"


def _person(registrant: Registrant) -> dict[str, Any]:
    return {
        "id": registrant.id,
        "first_name": registrant.first_name,
        "last_name": registrant.last_name,
        "email": registrant.email,
    }


def _entry(world: World, session: Session, registrant: Registrant) -> dict[str, Any]:
    """How the person gets in; the link is empty while Zoom would not show it."""
    shown = registrant.shows_link(world.now())
    entry: dict[str, Any] = {
        "join_url": personal_join_url(world, session, registrant) if shown else ""
    }
    if session.kind is Kind.MEETING:
        entry["participant_pin_code"] = registrant.pin_code
    return entry


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What is in ``after`` and was otherwise, or not at all, in ``before``."""
    changed = {
        name: value
        for name, value in after.items()
        if name != "settings" and before.get(name) != value
    }
    settings = {
        name: value
        for name, value in after["settings"].items()
        if before["settings"].get(name) != value
    }
    return changed | ({"settings": settings} if settings else {})
