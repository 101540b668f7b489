"""How Zoom shows what it holds: the JSON of its answers, and the links in it."""

from __future__ import annotations

from typing import Any

from zoom_simulator.account import licences
from zoom_simulator.account.licences import AddOn
from zoom_simulator.account.model import (
    Approval,
    InviteLink,
    Panelist,
    Registrant,
    Session,
    User,
    UserType,
)
from zoom_simulator.account.policy import Policy
from zoom_simulator.account.sessions import new_start_key
from zoom_simulator.account.users import webinar_capacity
from zoom_simulator.clock import zoom_time
from zoom_simulator.operations import Kind
from zoom_simulator.urls import invite_url, join_url, personal_join_url, registration_url
from zoom_simulator.world import World

_BASE_PLANS = {"pro": "yearly", "business": "business_yearly"}


def user(world: World, shown: User) -> dict[str, Any]:
    """A user, as ``GET /users/{userId}`` shows it."""
    return {
        "id": shown.id,
        "account_id": world.seed.credentials.account_id,
        "created_at": zoom_time(shown.created_at),
        "dept": "",
        "display_name": shown.name,
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


def new_user(added: User) -> dict[str, Any]:
    """A user, as a create shows it."""
    return {
        "id": added.id,
        "email": added.email,
        "first_name": added.first_name,
        "last_name": added.last_name,
        "type": int(added.type),
    }


def assistant(of: User, shown: User) -> dict[str, Any]:
    """An assistant in a user's list."""
    return {
        "id": shown.id,
        "email": shown.email,
        "can_manage_host_private_event": of.assistants[shown.id],
    }


def plan_usage(world: World) -> dict[str, Any]:
    """What the account pays for, in the words of integrators: Zoom's document is not public."""
    hosts = {"hosts": world.seed.licences.hosts, "usage": licences.hosts_in_use(world)}
    return {
        "plan_base": {"type": _BASE_PLANS[world.seed.plan]} | hosts,
        "plan_webinar": _add_on_usage(world, licences.WEBINARS),
        "plan_large_meeting": _add_on_usage(world, licences.LARGE_MEETINGS),
    }


def _add_on_usage(world: World, add_on: AddOn) -> list[dict[str, Any]]:
    paid = add_on.paid(world.seed.licences)
    return [
        {"type": f"{add_on.plan}{capacity}_yearly", "hosts": paid[capacity], "usage": used}
        for capacity, used in licences.in_use(world, add_on).items()
    ]


def user_settings(world: World, shown: User) -> dict[str, Any]:
    """A user's settings: the parts that say what the user can host, and how.

    A setting that is locked has its value here; that it is locked is told nowhere.
    """
    policy = world.policy_of(shown)
    locked = policy.locked
    webinars_hold = webinar_capacity(world, shown)
    feature: dict[str, Any] = {"webinar_capacity": webinars_hold} if webinars_hold else {}
    if shown.large_meeting_capacity:
        feature["large_meeting_capacity"] = shown.large_meeting_capacity
    return {
        "feature": feature
        | {
            "cn_meeting": False,
            "concurrent_meeting": "Plus" if shown.type is UserType.LICENSED else "Basic",
            "in_meeting": False,
            "large_meeting": bool(shown.large_meeting_capacity),
            "meeting_capacity": shown.meeting_capacity,
            "webinar": bool(webinars_hold),
            "zoom_events": False,
        },
        "schedule_meeting": {
            "join_before_host": locked.get("join_before_host", False),
            "personal_meeting": True,
            "require_password_for_scheduled_meetings": True,
            "require_password_for_scheduling_new_meetings": True,
            "use_pmi_for_scheduled_meetings": shown.use_pmi_by_default,
        }
        | _passcode_requirement(policy),
        "in_meeting": {"waiting_room": locked.get("waiting_room", False)},
        "recording": {"auto_recording": locked.get("auto_recording", "none")},
    }


def meeting_security(world: World, shown: User) -> dict[str, Any]:
    """A user's settings of security, which ``option=meeting_security`` asks for."""
    policy = world.policy_of(shown)
    security = {
        "embed_password_in_join_link": True,
        "meeting_password": True,
        "require_password_for_scheduled_meeting": True,
        "require_password_for_scheduled_webinar": True,
        "waiting_room": policy.locked.get("waiting_room", False),
        "webinar_password": True,
    }
    return {"meeting_security": security | _passcode_requirement(policy)}


def meeting_authentication(world: World, shown: User) -> dict[str, Any]:
    """Whether a user's sessions want people to sign in (``option=meeting_authentication``)."""
    required = world.policy_of(shown).locked.get("meeting_authentication", False)
    return {"meeting_authentication": required, "authentication_options": []}


def _passcode_requirement(policy: Policy) -> dict[str, Any]:
    if policy.passcode_told != "told":
        return {}
    return {"meeting_password_requirement": policy.passcode.model_dump()}


def session(world: World, shown: Session) -> dict[str, Any]:
    """A session, as create and get show it; each time with a fresh start link."""
    host = world.users[shown.host_id]
    answer = session_row(world, shown) | {
        "host_email": host.email,
        "start_url": f"{world.base_url}/s/{shown.id}?zak={new_start_key(world, shown)}",
        "password": shown.password,
        "settings": dict(shown.settings),
        "tracking_fields": list(shown.tracking_fields),
        "creation_source": shown.creation_source,
    }
    if shown.kind is Kind.MEETING:
        answer |= _meeting_fields(shown, host)
    else:
        answer["encrypted_passcode"] = shown.link_password
    if shown.recurrence is not None:
        answer["recurrence"] = shown.recurrence
    if shown.approval is not Approval.NO_REGISTRATION:
        answer["registration_url"] = registration_url(world, shown)
    return answer


def session_row(world: World, shown: Session) -> dict[str, Any]:
    """A session in a user's list."""
    row: dict[str, Any] = {
        "uuid": shown.uuid,
        "id": shown.id,
        "host_id": shown.host_id,
        "topic": shown.topic,
        "agenda": shown.agenda,
        "type": int(shown.type),
        "timezone": shown.timezone,
        "created_at": zoom_time(shown.created_at),
        "join_url": join_url(world, shown),
    }
    if shown.start_time is not None:
        row |= {"start_time": zoom_time(shown.start_time), "duration": shown.duration}
    return row


def added_registrant(world: World, to: Session, added: Registrant) -> dict[str, Any]:
    """The answer to a single registration; without a link for someone who is not approved."""
    answer: dict[str, Any] = {"id": to.id, "registrant_id": added.id, "topic": to.topic}
    if to.start_time is not None:
        answer["start_time"] = zoom_time(to.start_time)
    return answer | _pin_code(to, added) | _link(world, to, added)


def batch_row(world: World, to: Session, added: Registrant) -> dict[str, Any]:
    """One person in the answer to a batch registration."""
    row = {"email": added.email, "registrant_id": added.id}
    return row | _pin_code(to, added) | _link(world, to, added)


def registrant(world: World, of: Session, shown: Registrant) -> dict[str, Any]:
    """A registrant, alone or in a list."""
    answer = {
        "id": shown.id,
        "email": shown.email,
        "first_name": shown.first_name,
        "last_name": shown.last_name,
        "status": shown.status.value,
        "create_time": zoom_time(shown.created_at),
    }
    return shown.details | answer | _pin_code(of, shown) | _link(world, of, shown)


def panelist(world: World, of: Session, shown: Panelist) -> dict[str, Any]:
    """A panelist in a webinar's list."""
    return shown.tag | {
        "id": shown.id,
        "email": shown.email,
        "name": shown.name,
        "join_url": personal_join_url(world, of, shown),
    }


def invite_link(world: World, to: Session, link: InviteLink) -> dict[str, Any]:
    """A person in the answer to a request for invite links: no id, no address."""
    return {"name": link.name, "join_url": invite_url(world, to, link)}


def _meeting_fields(shown: Session, host: User) -> dict[str, Any]:
    fields = {
        "status": "started" if shown.started else "waiting",
        "encrypted_password": shown.link_password,
        "pre_schedule": False,
    }
    return fields | ({"pmi": str(host.pmi)} if shown.settings["use_pmi"] else {})


def _pin_code(to: Session, of: Registrant) -> dict[str, int]:
    return {"participant_pin_code": of.pin_code} if to.kind is Kind.MEETING else {}


def _link(world: World, to: Session, of: Registrant) -> dict[str, str]:
    if not of.shows_link(world.now()):
        return {}
    return {"join_url": personal_join_url(world, to, of)}
