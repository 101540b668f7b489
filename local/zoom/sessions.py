"""What happens to meetings and webinars, whoever does it: the API, or a host by hand."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from lectern.domain.meeting import Kind
from local.zoom import mails, news
from local.zoom.bodies import utc_time
from local.zoom.errors import bad_request, domains_blocked, invalid_field, no_permission
from local.zoom.kinds import RULES
from local.zoom.model import (
    RECURRING_TYPES,
    TYPES_WITH_START,
    Approval,
    InviteLink,
    Session,
    SessionType,
    User,
    UserType,
)
from local.zoom.refusals import Deed
from local.zoom.session_bodies import SessionFields, SessionSettings
from local.zoom.users import alternative_hosts_in, require_alternative_hosts, require_host
from local.zoom.world import World, new_id, new_number

START_LINK_LIFETIME = timedelta(hours=2)
LISTED_AFTER_END = timedelta(days=30)
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
        ZoomError: as `find_session`.
    """
    session = _session_or_deleted(world, kind, reference)
    if session.deleted_at is not None:
        session.deleted_at = None
        news.recovered(world, session)


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
    if body.type in RECURRING_TYPES and body.recurrence is None:
        raise invalid_field("recurrence", f"A recurring {kind.value} needs a recurrence.")
    _check_fields(world, host, body)
    timezone = body.timezone or host.timezone
    session = Session(
        id=new_number(),
        kind=kind,
        uuid=world.new_uuid(),
        host_id=host.id,
        topic=body.topic,
        agenda=body.agenda,
        type=SessionType(body.type),
        start_time=_start(body, timezone, world.now()),
        duration=body.duration,
        timezone=timezone,
        password=body.password or _password(needed=body.wants_password),
        link_password=secrets.token_urlsafe(16),
        registration_key=new_id(),
        settings=_settings(kind, host, body),
        recurrence=body.recurrence.model_dump(exclude_none=True) if body.recurrence else None,
        tracking_fields=[field.model_dump() for field in body.tracking_fields],
        creation_source=source,
        created_at=world.now(),
    )
    _settle(world, session, host, registration_ignored=registration_ignored)
    world.sessions[session.id] = session
    mails.alternative_hosts_named(world, session, before=())
    news.created(world, session)
    return session


def update(
    world: World, session: Session, body: SessionFields, *, registration_ignored: bool = False
) -> None:
    """Change the fields that are given; a start in the past is ignored without a word.

    Raises:
        ZoomError: for what no session can have; then nothing is changed.
    """
    host = require_host(world, session.host_id, session.kind)
    _check_fields(world, host, body)
    before, hosts_before = news.face(world, session), session.alternative_hosts
    given = body.given()
    for name in given.keys() & {"topic", "agenda", "duration", "password", "tracking_fields"}:
        setattr(session, name, given[name])
    if "type" in given:
        session.type = SessionType(body.type)
    if body.recurrence:
        session.recurrence = body.recurrence.model_dump(exclude_none=True)
    if body.timezone:
        session.timezone = body.timezone
    if body.start_time:
        start = utc_time(body.start_time, session.timezone)
        if start > world.now():
            session.start_time = start
    settings = given.get("settings", {})
    tells_registrants = settings.pop("notify_registrants", False)
    _change_settings(session.settings, settings)
    _settle(world, session, host, registration_ignored=registration_ignored)
    news.updated(world, session, before)
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
    news.deleted(world, session)


def empty_bin(world: World) -> None:
    """Lose for good what has been in the bin for a week."""
    now = world.now()
    for session in list(world.sessions.values()):
        if _is_deleted_for_good(session, now):
            del world.sessions[session.id]
            if session.host_id in world.users:
                news.permanently_deleted(world, session)


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
    _settle(world, session, host, registration_ignored=False)
    news.converted(world, session, was)


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
    session.start_keys = {key: end for key, end in session.start_keys.items() if end > now}
    key = secrets.token_urlsafe(32)
    session.start_keys[key] = now + START_LINK_LIFETIME
    return key


def sessions_of(
    world: World, kind: Kind, host: User, list_type: str, *, since: date, until: date
) -> list[Session]:
    """The sessions that a host's list of this type shows, by start.

    Args:
        world: The account.
        kind: Meetings or webinars.
        host: Whose sessions.
        list_type: The ``type`` of Zoom's list.
        since: The first day of the start, in UTC.
        until: The last day of the start, in UTC.
    """
    now = world.now()
    shows = _LISTS[list_type]
    listed = [
        session
        for session in world.sessions.values()
        if session.host_id == host.id
        and session.kind is kind
        and session.deleted_at is None
        and session.type is not SessionType.INSTANT
        and shows(session, now)
        and (session.start_time is None or since <= session.start_time.date() <= until)
    ]
    return sorted(listed, key=lambda session: (session.start_time or now, session.id))


def _is_deleted_for_good(session: Session, now: datetime) -> bool:
    return session.deleted_at is not None and session.deleted_at + KEPT_AFTER_DELETION <= now


def _is_scheduled(session: Session, now: datetime) -> bool:
    ends_at = session.ends_at
    return ends_at is None or ends_at + LISTED_AFTER_END > now


def _is_upcoming(session: Session, now: datetime) -> bool:
    return not session.is_over(now)


def _is_live(session: Session, _now: datetime) -> bool:
    return session.started


def _is_previous(session: Session, now: datetime) -> bool:
    return session.is_over(now)


_LISTS: dict[str, Callable[[Session, datetime], bool]] = {
    "scheduled": _is_scheduled,
    "live": _is_live,
    "upcoming": _is_upcoming,
    "upcoming_meetings": _is_upcoming,
    "previous_meetings": _is_previous,
}


def _check_fields(world: World, host: User, body: SessionFields) -> None:
    if body.schedule_for is not None:
        _check_schedule_for(world, host, body, body.schedule_for)
    require_alternative_hosts(world, body.settings.alternative_hosts)
    if blocked := world.blocked_domains_of(body.invited()):
        raise domains_blocked(blocked)


def _check_schedule_for(world: World, host: User, body: SessionFields, reference: str) -> None:
    if body.type == SessionType.INSTANT:
        raise bad_request(
            3000,
            "Instant meetings do not support the `schedule_for` parameter, "
            "and you can't schedule an instant meeting for another user.",
        )
    other = world.find_user(reference)
    if other is None:
        raise bad_request(
            300,
            "The value that you entered in the `schedule_for` field is invalid. "
            "Enter a valid value and try again.",
        )
    if other is not host:
        raise bad_request(3000, f"You cannot schedule a meeting for {reference}")


def _start(body: SessionFields, timezone: str, now: datetime) -> datetime | None:
    if body.type not in TYPES_WITH_START:
        return None
    return utc_time(body.start_time, timezone) if body.start_time else now.replace(microsecond=0)


def _settings(kind: Kind, host: User, body: SessionFields) -> dict[str, Any]:
    settings = body.settings.model_dump()
    if kind is Kind.MEETING and "use_pmi" not in body.settings.model_fields_set:
        settings["use_pmi"] = host.use_pmi_by_default
    return settings


def _change_settings(settings: dict[str, Any], given: dict[str, Any]) -> None:
    for name, value in given.items():
        settings[name] = settings[name] | value if isinstance(value, dict) else value


def _settle(world: World, session: Session, host: User, *, registration_ignored: bool) -> None:
    """Bring settings into the state that Zoom would leave them in, silently."""
    settings = session.settings
    stand_ins = alternative_hosts_in(world, settings["alternative_hosts"])
    separator = RULES[session.kind].host_separator
    settings["alternative_hosts"] = separator.join(user.email for user in stand_ins)
    if settings.get("waiting_room"):
        settings["join_before_host"] = False
    can_register = host.type is UserType.LICENSED and session.type in TYPES_WITH_START
    if registration_ignored or not can_register:
        settings["approval_type"] = int(Approval.NO_REGISTRATION)


def _password(*, needed: bool) -> str:
    digits = "".join(secrets.choice(string.digits) for _ in range(6))
    return digits if needed else ""
