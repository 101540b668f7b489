"""What happens to meetings, whoever does it: the API, or a host by hand."""

from __future__ import annotations

import secrets
import string
import uuid
from base64 import b64encode
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from local.zoom.bodies import CreateMeeting, MeetingFields, UpdateMeeting, utc_time
from local.zoom.errors import (
    ZoomError,
    bad_request,
    domains_blocked,
    invalid_field,
    no_such_meeting,
)
from local.zoom.model import Approval, Meeting, MeetingType, User, UserType
from local.zoom.users import require_alternative_hosts, require_host
from local.zoom.world import World, new_id, new_number

START_LINK_LIFETIME = timedelta(hours=2)
LISTED_AFTER_END = timedelta(days=30)
TYPES_WITH_REGISTRATION = frozenset({MeetingType.SCHEDULED, MeetingType.RECURRING})
TYPES_WITH_START = frozenset({MeetingType.SCHEDULED, MeetingType.RECURRING})


def find_meeting(
    world: World, reference: str, *, missing: Callable[[str], ZoomError] = no_such_meeting
) -> Meeting:
    """The meeting with this id, whose host may still host.

    Args:
        world: The account.
        reference: The id, as it is in a path.
        missing: The refusal where there is no such meeting.

    Raises:
        ZoomError: 400/300 for what is no id, 404/3001 for a meeting that is not there, 404/1001 if
            its host is gone, 400/3161 if its host may not host.
    """
    if not reference.isdecimal():
        raise invalid_field("meetingId", "Invalid meeting ID.")
    meeting = world.meetings.get(int(reference))
    if meeting is None or meeting.deleted_at is not None:
        raise missing(reference)
    require_host(world, meeting.host_id)
    return meeting


def create(
    world: World,
    host: User,
    body: CreateMeeting,
    *,
    source: str = "open_api",
    registration_ignored: bool = False,
) -> Meeting:
    """Schedule a meeting.

    Args:
        world: The account.
        host: Who hosts it.
        body: What the caller wants.
        source: Zoom's ``creation_source``.
        registration_ignored: Leave registration off whatever the body says (a fault).

    Raises:
        ZoomError: for what no meeting can have.
    """
    _check_fields(world, host, body)
    kind = MeetingType(body.type)
    timezone = body.timezone or host.timezone
    settings = body.settings.model_dump()
    if "use_pmi" not in body.settings.model_fields_set:
        settings["use_pmi"] = host.use_pmi_by_default
    meeting = Meeting(
        id=new_number(),
        uuid=b64encode(uuid.uuid4().bytes).decode(),
        host_id=host.id,
        topic=body.topic,
        agenda=body.agenda,
        type=kind,
        start_time=_start(body, timezone, world.now()),
        duration=body.duration,
        timezone=timezone,
        password=body.password or _password(needed=body.default_password),
        link_password=secrets.token_urlsafe(16),
        registration_key=new_id(),
        settings=settings,
        recurrence=body.recurrence.model_dump(exclude_none=True) if body.recurrence else None,
        tracking_fields=[field.model_dump() for field in body.tracking_fields],
        creation_source=source,
        created_at=world.now(),
    )
    _settle(world, meeting, host, registration_ignored=registration_ignored)
    world.meetings[meeting.id] = meeting
    return meeting


def update(
    world: World, meeting: Meeting, body: UpdateMeeting, *, registration_ignored: bool = False
) -> None:
    """Change the fields that are given; a start in the past is ignored without a word.

    Raises:
        ZoomError: for what no meeting can have; then nothing is changed.
    """
    host = require_host(world, meeting.host_id)
    _check_fields(world, host, body)
    given = body.given()
    for name in given.keys() & {"topic", "agenda", "duration", "password", "tracking_fields"}:
        setattr(meeting, name, given[name])
    if "type" in given:
        meeting.type = MeetingType(body.type)
    if body.recurrence:
        meeting.recurrence = body.recurrence.model_dump(exclude_none=True)
    if body.timezone:
        meeting.timezone = body.timezone
    if body.start_time:
        start = utc_time(body.start_time, meeting.timezone)
        if start > world.now():
            meeting.start_time = start
    meeting.settings |= given.get("settings", {})
    _settle(world, meeting, host, registration_ignored=registration_ignored)


def delete(world: World, meeting: Meeting) -> None:
    """Delete a meeting: its id and every link to it stop working.

    Raises:
        ZoomError: 400/3002 while it is going on.
    """
    if meeting.started:
        raise bad_request(3002, "Meeting is in progress.")
    meeting.deleted_at = world.now()


def new_start_key(world: World, meeting: Meeting) -> str:
    """A key that starts the meeting as its host, for two hours."""
    now = world.now()
    meeting.start_keys = {key: end for key, end in meeting.start_keys.items() if end > now}
    key = secrets.token_urlsafe(32)
    meeting.start_keys[key] = now + START_LINK_LIFETIME
    return key


def meetings_of(world: World, host: User, kind: str, since: date, until: date) -> list[Meeting]:
    """The meetings that a host's list of this kind shows, by start.

    Args:
        world: The account.
        host: Whose meetings.
        kind: The ``type`` of Zoom's list.
        since: The first day of the start, in UTC.
        until: The last day of the start, in UTC.
    """
    now = world.now()
    shows = _LISTS[kind]
    listed = [
        meeting
        for meeting in world.meetings.values()
        if meeting.host_id == host.id
        and meeting.deleted_at is None
        and meeting.type is not MeetingType.INSTANT
        and shows(meeting, now)
        and (meeting.start_time is None or since <= meeting.start_time.date() <= until)
    ]
    return sorted(listed, key=lambda meeting: (meeting.start_time or now, meeting.id))


def _is_scheduled(meeting: Meeting, now: datetime) -> bool:
    ends_at = meeting.ends_at
    return ends_at is None or ends_at + LISTED_AFTER_END > now


def _is_upcoming(meeting: Meeting, now: datetime) -> bool:
    return not meeting.is_over(now)


def _is_live(meeting: Meeting, _now: datetime) -> bool:
    return meeting.started


def _is_previous(meeting: Meeting, now: datetime) -> bool:
    return meeting.is_over(now)


_LISTS: dict[str, Callable[[Meeting, datetime], bool]] = {
    "scheduled": _is_scheduled,
    "live": _is_live,
    "upcoming": _is_upcoming,
    "upcoming_meetings": _is_upcoming,
    "previous_meetings": _is_previous,
}
LIST_KINDS = tuple(_LISTS)


def _check_fields(world: World, host: User, body: MeetingFields) -> None:
    recurs = MeetingType(body.type) is MeetingType.RECURRING
    if recurs and body.recurrence is None and isinstance(body, CreateMeeting):
        raise invalid_field("recurrence", "A recurring meeting needs a recurrence.")
    if body.schedule_for is not None:
        _check_schedule_for(world, host, body)
    require_alternative_hosts(world, body.settings.alternative_hosts)
    invited = [invitee.email for invitee in body.settings.meeting_invitees]
    if blocked := world.blocked_domains_of(invited):
        raise domains_blocked(blocked)


def _check_schedule_for(world: World, host: User, body: MeetingFields) -> None:
    reference = body.schedule_for or ""
    if MeetingType(body.type) is MeetingType.INSTANT:
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


def _start(body: MeetingFields, timezone: str, now: datetime) -> datetime | None:
    if body.type not in TYPES_WITH_START:
        return None
    return utc_time(body.start_time, timezone) if body.start_time else now.replace(microsecond=0)


def _settle(world: World, meeting: Meeting, host: User, *, registration_ignored: bool) -> None:
    """Bring settings into the state that Zoom would leave them in, silently."""
    settings: dict[str, Any] = meeting.settings
    stand_ins = require_alternative_hosts(world, settings["alternative_hosts"])
    settings["alternative_hosts"] = ";".join(user.email for user in stand_ins)
    settings["join_before_host"] = settings["join_before_host"] and not settings["waiting_room"]
    can_register = host.type is UserType.LICENSED and meeting.type in TYPES_WITH_REGISTRATION
    if registration_ignored or not can_register:
        settings["approval_type"] = int(Approval.NO_REGISTRATION)


def _password(*, needed: bool) -> str:
    digits = "".join(secrets.choice(string.digits) for _ in range(6))
    return digits if needed else ""
