"""How Zoom shows what it holds: the JSON of its answers, and the links in it."""

from __future__ import annotations

from typing import Any

from local.zoom.clock import zoom_time
from local.zoom.meetings import new_start_key
from local.zoom.model import Approval, Meeting, Registrant, User, UserType
from local.zoom.registrants import link_is_shown
from local.zoom.world import World


def user(world: World, shown: User) -> dict[str, Any]:
    """A user, as ``GET /users/{userId}`` shows it."""
    return {
        "id": shown.id,
        "account_id": world.seed.credentials.account_id,
        "created_at": zoom_time(shown.created_at),
        "dept": "",
        "display_name": f"{shown.first_name} {shown.last_name}".strip(),
        "email": shown.email,
        "first_name": shown.first_name,
        "group_ids": [],
        "im_group_ids": [],
        "language": "en-US",
        "last_name": shown.last_name,
        "personal_meeting_url": f"{world.base_url}/j/{shown.pmi}",
        "pmi": shown.pmi,
        "role_id": "2",
        "role_name": "Member",
        "status": shown.status,
        "timezone": shown.timezone,
        "type": int(shown.type),
        "use_pmi": shown.use_pmi_by_default,
        "verified": int(shown.status == "active"),
    }


def user_settings(shown: User) -> dict[str, Any]:
    """A user's settings: the parts that say what the user can host."""
    return {
        "feature": {
            "cn_meeting": False,
            "concurrent_meeting": "Plus" if shown.type is UserType.LICENSED else "Basic",
            "in_meeting": False,
            "large_meeting": False,
            "meeting_capacity": shown.meeting_capacity,
            "webinar": False,
            "zoom_events": False,
        },
        "schedule_meeting": {
            "join_before_host": False,
            "personal_meeting": True,
            "require_password_for_scheduled_meetings": True,
            "require_password_for_scheduling_new_meetings": True,
            "use_pmi_for_scheduled_meetings": shown.use_pmi_by_default,
        },
    }


def meeting(world: World, shown: Meeting) -> dict[str, Any]:
    """A meeting, as create and get show it; each time with a fresh start link."""
    host = world.users[shown.host_id]
    answer: dict[str, Any] = {
        "uuid": shown.uuid,
        "id": shown.id,
        "host_id": host.id,
        "host_email": host.email,
        "topic": shown.topic,
        "agenda": shown.agenda,
        "type": int(shown.type),
        "status": "started" if shown.started else "waiting",
        "timezone": shown.timezone,
        "created_at": zoom_time(shown.created_at),
        "start_url": f"{world.base_url}/s/{shown.id}?zak={new_start_key(world, shown)}",
        "join_url": join_url(world, shown),
        "password": shown.password,
        "encrypted_password": shown.link_password,
        "settings": dict(shown.settings),
        "tracking_fields": list(shown.tracking_fields),
        "creation_source": shown.creation_source,
        "pre_schedule": False,
    }
    if shown.start_time is not None:
        answer |= {"start_time": zoom_time(shown.start_time), "duration": shown.duration}
    if shown.recurrence is not None:
        answer["recurrence"] = shown.recurrence
    if shown.settings["use_pmi"]:
        answer["pmi"] = str(host.pmi)
    if shown.approval is not Approval.NO_REGISTRATION:
        answer["registration_url"] = registration_url(world, shown)
    return answer


def meeting_row(world: World, shown: Meeting) -> dict[str, Any]:
    """A meeting in a user's list."""
    row: dict[str, Any] = {
        "uuid": shown.uuid,
        "id": shown.id,
        "host_id": shown.host_id,
        "topic": shown.topic,
        "agenda": shown.agenda,
        "type": int(shown.type),
        "duration": shown.duration,
        "timezone": shown.timezone,
        "created_at": zoom_time(shown.created_at),
        "join_url": join_url(world, shown),
    }
    if shown.start_time is not None:
        row["start_time"] = zoom_time(shown.start_time)
    return row


def added_registrant(world: World, to: Meeting, added: Registrant) -> dict[str, Any]:
    """The answer to a single registration; without a link for someone who is not approved."""
    answer: dict[str, Any] = {
        "id": to.id,
        "registrant_id": added.id,
        "topic": to.topic,
        "participant_pin_code": added.pin_code,
    }
    if to.start_time is not None:
        answer["start_time"] = zoom_time(to.start_time)
    return answer | _link(world, to, added)


def batch_row(world: World, to: Meeting, added: Registrant) -> dict[str, Any]:
    """One person in the answer to a batch registration."""
    row = {
        "email": added.email,
        "registrant_id": added.id,
        "participant_pin_code": added.pin_code,
    }
    return row | _link(world, to, added)


def registrant(world: World, of: Meeting, shown: Registrant) -> dict[str, Any]:
    """A registrant, alone or in a list."""
    answer = {
        "id": shown.id,
        "email": shown.email,
        "first_name": shown.first_name,
        "last_name": shown.last_name,
        "status": shown.status.value,
        "create_time": zoom_time(shown.created_at),
        "participant_pin_code": shown.pin_code,
    }
    return shown.details | answer | _link(world, of, shown)


def join_url(world: World, to: Meeting) -> str:
    """The link for everyone; with registration on it lets nobody in."""
    host = world.users[to.host_id]
    room = host.pmi if to.settings["use_pmi"] else to.id
    return f"{world.base_url}/j/{room}?pwd={to.link_password}"


def personal_join_url(world: World, to: Meeting, of: Registrant) -> str:
    """The link of one registrant."""
    return f"{world.base_url}/j/{to.id}?tk={of.link_key}&pwd={to.link_password}"


def registration_url(world: World, of: Meeting) -> str:
    """The page where people register themselves."""
    return f"{world.base_url}/meeting/register/{of.registration_key}"


def _link(world: World, to: Meeting, of: Registrant) -> dict[str, str]:
    if not link_is_shown(of, world.now()):
        return {}
    return {"join_url": personal_join_url(world, to, of)}
