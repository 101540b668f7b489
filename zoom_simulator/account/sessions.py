"""What happens to meetings and webinars, whoever does it: the API, or a host by hand."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from zoom_simulator.account import mails, session_fields
from zoom_simulator.account.kinds import RULES
from zoom_simulator.account.model import InviteLink, Session, SessionType, User
from zoom_simulator.account.users import require_host
from zoom_simulator.bodies.sessions import SessionFields, SessionSettings
from zoom_simulator.errors import bad_request, no_permission
from zoom_simulator.operations import Kind
from zoom_simulator.refusals import Deed
from zoom_simulator.webhooks import events
from zoom_simulator.world import World, new_id, new_number

START_LINK_LIFETIME = timedelta(hours=2)
KEPT_AFTER_DELETION = timedelta(days=7)
_CONVERSIONS = {
    SessionType.SCHEDULED: SessionType.WEBINAR,
    SessionType.RECURRING_NO_FIXED_TIME: SessionType.WEBINAR_NO_FIXED_TIME,
    SessionType.RECURRING: SessionType.RECURRING_WEBINAR,
}
TYPE_AFTER_CONVERSION = _CONVERSIONS | {after: before for before, after in _CONVERSIONS.items()}


def find_session(world: World, kind: Kind, reference: str, deed: Deed | None = None) -> Session:
    """The session of a kind with this id, whose host may still host.

    Args:
        world: The account.
        kind: Meeting or webinar.
        reference: The id, as it is in a path.
        deed: What is to be done with its registrants, if anything.

    Raises:
        ZoomError: 400/300 for what is no id, 404/3001 for a session that is not there, 400/3000 or
            400/300 for one of the other kind, 404/1001 if its host is gone, 400/3161 or 400/200 if
            its host may not host.
    """
    session = _session_or_deleted(world, kind, reference, deed)
    if session.deleted_at is not None:
        raise RULES[kind].refusals.not_there(reference, deed)
    return session


def recover(world: World, kind: Kind, reference: str) -> None:
    """Take a deleted session out of the bin, where it lies for a week.

    Raises:
        ZoomError: as `find_session`; by policy also for a session that was never deleted.
    """
    session = _session_or_deleted(world, kind, reference)
    if session.deleted_at is not None:
        session.deleted_at = None
        events.recovered(world, session)
        return
    match world.policy_of(world.users[session.host_id]).undeleted_recovery:
        case "not_found":
            raise RULES[kind].refusals.not_there(reference)
        case "refused":
            raise bad_request(3000, f"The {kind} has not been deleted.")


def _session_or_deleted(
    world: World, kind: Kind, reference: str, deed: Deed | None = None
) -> Session:
    refusals = RULES[kind].refusals
    if not reference.isdecimal():
        raise refusals.invalid_id()
    session = world.sessions.get(int(reference))
    if session is None or _is_deleted_for_good(session, world.now()):
        raise refusals.not_there(reference, deed)
    if session.kind is not kind:
        raise refusals.other_kind(deed)
    require_host(world, session.host_id, kind)
    return session


def create(
    world: World,
    kind: Kind,
    host: User,
    body: SessionFields,
    *,
    source: str = "open_api",
    registration_ignored: bool = False,
) -> Session:
    """Schedule a session.

    Args:
        world: The account.
        kind: Meeting or webinar.
        host: Who hosts it.
        body: What the caller wants.
        source: Zoom's ``creation_source``.
        registration_ignored: Leave registration off whatever the body says (a fault).

    Raises:
        ZoomError: for what no session can have.
    """
    session_fields.require_recurrence(kind, body.type, body.recurrence)
    session_fields.require_fields(world, host, body)
    policy = world.policy_of(host)
    timezone = session_fields.kept_timezone(policy, body.timezone or host.timezone)
    passcode = policy.passcode.new_passcode() if body.wants_password else ""
    session = Session(
        id=new_number(),
        kind=kind,
        uuid=world.new_uuid(),
        host_id=host.id,
        topic=session_fields.kept_text(policy, body.topic),
        agenda=session_fields.kept_text(policy, body.agenda),
        type=SessionType(body.type),
        start_time=session_fields.first_start(policy, body, timezone, world.now()),
        duration=body.duration,
        timezone=timezone,
        password=body.password or passcode,
        link_password=secrets.token_urlsafe(16),
        registration_key=new_id(),
        settings=session_fields.first_settings(kind, host, body),
        recurrence=body.recurrence.model_dump(exclude_none=True) if body.recurrence else None,
        tracking_fields=[field.model_dump() for field in body.tracking_fields],
        creation_source=source,
        created_at=world.now(),
    )
    session_fields.settle(world, session, host, registration_ignored=registration_ignored)
    world.sessions[session.id] = session
    mails.alternative_hosts_named(world, session, before=())
    events.created(world, session)
    return session


def update(
    world: World, session: Session, body: SessionFields, *, registration_ignored: bool = False
) -> None:
    """Change the fields that are given; a start in the past is ignored without a word.

    Raises:
        ZoomError: for what no session can have; then nothing is changed.
    """
    host = require_host(world, session.host_id, session.kind)
    session_fields.require_fields(world, host, body)
    if "type" in body.model_fields_set:
        recurrence = body.recurrence or session.recurrence
        session_fields.require_recurrence(session.kind, body.type, recurrence)
    before, hosts_before = events.face(world, session), session.alternative_hosts
    policy = world.policy_of(host)
    given = body.given()
    for name in given.keys() & {"duration", "password", "tracking_fields"}:
        setattr(session, name, given[name])
    for name in given.keys() & {"topic", "agenda"}:
        setattr(session, name, session_fields.kept_text(policy, given[name]))
    if body.timezone:
        session.timezone = session_fields.kept_timezone(policy, body.timezone)
    session_fields.change_plan(session, body, world.now())
    settings = given.get("settings", {})
    tells_registrants = settings.pop("notify_registrants", False)
    session_fields.change_settings(session.settings, settings)
    session_fields.settle(world, session, host, registration_ignored=registration_ignored)
    events.updated(world, session, before)
    mails.alternative_hosts_named(world, session, hosts_before)
    if tells_registrants:
        mails.updated(world, session)


def delete(world: World, session: Session) -> None:
    """Delete a session: its id and every link to it stop working.

    Raises:
        ZoomError: 400/3002 while it is going on.
    """
    if session.started:
        raise bad_request(3002, f"{session.kind.value.capitalize()} is in progress.")
    session.deleted_at = world.now()
    events.deleted(world, session)


def empty_bin(world: World) -> None:
    """Lose for good what has been in the bin for a week."""
    now = world.now()
    for session in list(world.sessions.values()):
        if _is_deleted_for_good(session, now):
            del world.sessions[session.id]
            if session.host_id in world.users:
                events.permanently_deleted(world, session)


def convert(world: World, session: Session, kind: Kind) -> None:
    """Make a meeting a webinar, or the reverse.

    Its id, its registrants and their links stay, its panelists go.

    Raises:
        ZoomError: 400/3161 or 400/200, if its host may not host that kind; 400/3000 while it goes
            on, and for instant meetings.
    """
    host = require_host(world, session.host_id, kind)
    if session.instance is not None or session.type not in TYPE_AFTER_CONVERSION:
        raise bad_request(3000, f"The {session.kind} cannot be converted.")
    body = RULES[kind].create_body()
    was, session.kind = session.kind, kind
    session.type = TYPE_AFTER_CONVERSION[session.type]
    kept = {name: session.settings[name] for name in SessionSettings.model_fields}
    session.settings = body.settings.model_dump() | kept
    session.panelists.clear()
    session_fields.settle(world, session, host)
    events.converted(world, session, was)


def transfer(world: World, session: Session, to: User) -> None:
    """Hand a session to another host; the former host's start links stop working.

    Its id, its link, its registrants and their links stay.

    Raises:
        ZoomError: 400/3161 or 400/200, if the other may not host that kind.
    """
    require_host(world, to.id, session.kind)
    before = events.face(world, session)
    session.host_id = to.id
    session.start_keys.clear()
    session_fields.settle(world, session, to)
    events.updated(world, session, before)


def invite(world: World, session: Session, names: Sequence[str], ttl: int) -> list[InviteLink]:
    """Make links that let people in by name, whether or not there is registration.

    Args:
        world: The account.
        session: Into what.
        names: What each person is called in it.
        ttl: For how many seconds the links work; 0 is for ever.

    Raises:
        ZoomError: 400/200 for webinars below a business plan.
    """
    if session.kind is Kind.WEBINAR and world.seed.plan != "business":
        raise no_permission()
    now = world.now()
    expires_at = now + timedelta(seconds=ttl) if ttl else None
    made = [InviteLink(secrets.token_urlsafe(32), name, expires_at) for name in names]
    working = [link for link in session.invite_links.values() if link.works(now)]
    session.invite_links = {link.key: link for link in [*working, *made]}
    return made


def new_start_key(world: World, session: Session) -> str:
    """A key that starts the session as its host, for two hours."""
    now = world.now()
    for ended in [key for key, end in session.start_keys.items() if end <= now]:
        del session.start_keys[ended]
    key = secrets.token_urlsafe(32)
    session.start_keys[key] = now + START_LINK_LIFETIME
    return key


def _is_deleted_for_good(session: Session, now: datetime) -> bool:
    return session.deleted_at is not None and session.deleted_at + KEPT_AFTER_DELETION <= now
