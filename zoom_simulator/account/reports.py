"""What Zoom knows of sessions that were held, and from when on it tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import unquote

from zoom_simulator.account.presence import Instance, Stay
from zoom_simulator.clock import zoom_time
from zoom_simulator.errors import ZoomError, bad_request
from zoom_simulator.operations import Kind
from zoom_simulator.world import World

TOO_OLD = timedelta(days=365)
WEBINAR_REPORTS_KEPT = timedelta(days=183)
PEOPLE_FOR_A_REPORT = 2

Refuse: TypeAlias = Callable[[str], ZoomError]


def find_past_meeting(world: World, reference: str) -> Instance:
    """The instance of a meeting that ended.

    Args:
        world: The account.
        reference: The UUID, or the meeting's id, which stands for its latest instance.

    Raises:
        ZoomError: 404/3001 if there is none, 400/300 for a webinar, 400/12702 if it is over a year
            old, 400/200 on the free plan.
    """
    instance = _find(world, reference, _no_such_meeting)
    if instance.kind is not Kind.MEETING:
        raise bad_request(300, "Cannot access meeting information.")
    _require_paid(world, "paid")
    _require_recent(world, instance, "Cannot access a meeting a year ago.")
    return instance


def find_past_webinar(world: World, reference: str) -> Instance:
    """The instance of a webinar that ended, by UUID, or the latest by the webinar's id.

    Raises:
        ZoomError: 404/3001 if there is none, 400/200 on the free plan.
    """
    instance = _find(world, reference, _no_such_webinar)
    if instance.kind is not Kind.WEBINAR:
        raise _no_such_webinar(reference)
    _require_paid(world, "Paid or ZMP")
    return instance


def find_for_report(world: World, kind: Kind, reference: str) -> Instance:
    """The instance that a report is about, by UUID, or the latest by the session's id.

    Raises:
        ZoomError: 404/3001 if there is none, if a meeting had a single participant, if a webinar is
            over half a year old, or, where the seed wants it so, while the report is not ready;
            400/12702 if it is over a year old; 400/1010 if its host is gone; 400/200 on the free
            plan.
    """
    refuse = _NOT_FOUND[kind]
    instance = _find(world, reference, refuse)
    if instance.kind is not kind:
        raise refuse(reference)
    _require_paid(world, "Paid or ZMP")
    if instance.host_id not in world.users:
        account_id = world.seed.credentials.account_id
        raise bad_request(1010, f"User does not belong to this account: {account_id}.")
    _require_recent(world, instance, f"Can not access a {kind} a year ago.")
    missing = {
        Kind.MEETING: instance.people < PEOPLE_FOR_A_REPORT,
        Kind.WEBINAR: _age(world, instance) > WEBINAR_REPORTS_KEPT,
    }
    late = world.seed.reports.until_ready == "not_found" and not _is_ready(world, instance)
    if missing[kind] or late:
        raise refuse(reference)
    return instance


def reported(world: World, instance: Instance) -> list[Stay]:
    """The stays in a report: none until it is ready."""
    return instance.stays if _is_ready(world, instance) else []


def meeting(instance: Instance) -> dict[str, Any]:
    """An instance, as ``GET /past_meetings/{meetingId}`` shows it."""
    ended_at = _ended_at(instance)
    stays = (
        _left_at(instance, stay) - stay.joined_at for stay in instance.stays if not stay.waiting
    )
    return {
        "uuid": instance.uuid,
        "id": instance.session_id,
        "host_id": instance.host_id,
        "type": instance.type,
        "topic": instance.topic,
        "user_name": instance.host_name,
        "user_email": instance.host_email,
        "start_time": zoom_time(instance.started_at),
        "end_time": zoom_time(ended_at),
        "duration": _minutes((ended_at - instance.started_at).total_seconds()),
        "total_minutes": _minutes(sum(stay.total_seconds() for stay in stays)),
        "participants_count": instance.people,
        "dept": "",
        "source": "Zoom",
        "has_meeting_summary": False,
    }


def report_row(
    world: World, instance: Instance, stay: Stay, *, with_registrant_id: bool
) -> dict[str, Any]:
    """A stay, as the reports show it."""
    row = _row(world, instance, stay) | {"participant_user_id": stay.visitor.account_user_id}
    return row | ({"registrant_id": stay.visitor.registrant_id} if with_registrant_id else {})


def participant_row(world: World, instance: Instance, stay: Stay) -> dict[str, Any]:
    """A stay, as the list of a past webinar's participants shows it."""
    visitor = stay.visitor
    return _row(world, instance, stay) | {
        "registrant_id": visitor.registrant_id,
        "internal_user": bool(visitor.account_user_id),
    }


def _row(world: World, instance: Instance, stay: Stay) -> dict[str, Any]:
    visitor = stay.visitor
    left_at = _left_at(instance, stay)
    seconds = (left_at - stay.joined_at).total_seconds() if _is_complete(world, instance) else 0
    return {
        "id": visitor.account_user_id,
        "user_id": stay.user_id,
        "name": visitor.name,
        "user_email": visitor.shown_email(registrants=world.seed.reports.registrants_emails),
        "join_time": zoom_time(stay.joined_at),
        "leave_time": zoom_time(left_at),
        "duration": int(seconds),
        "failover": False,
        "status": "in_waiting_room" if stay.waiting else "in_meeting",
    }


def _find(world: World, reference: str, refuse: Refuse) -> Instance:
    """The instance that ended.

    A UUID may be encoded twice, and must be where it begins with a slash or has two in a row.
    """
    if "//" in f"/{reference}":
        raise refuse(reference)
    if reference.isdecimal():
        of_session = (
            each for each in world.instances.values() if each.session_id == int(reference)
        )
        ended = [instance for instance in of_session if instance.ended_at is not None]
        found = ended[-1] if ended else None
    else:
        found = world.instances.get(unquote(reference))
    if found is None or found.ended_at is None:
        raise refuse(reference)
    return found


def _require_paid(world: World, accounts: str) -> None:
    if world.seed.plan == "free":
        account_id = world.seed.credentials.account_id
        raise bad_request(200, f"Only available for {accounts} account: {account_id}.")


def _require_recent(world: World, instance: Instance, message: str) -> None:
    if _age(world, instance) > TOO_OLD:
        raise bad_request(12702, message)


def _age(world: World, instance: Instance) -> timedelta:
    return world.now() - _ended_at(instance)


def _is_ready(world: World, instance: Instance) -> bool:
    return _age(world, instance).total_seconds() >= world.seed.reports.ready_after_seconds


def _is_complete(world: World, instance: Instance) -> bool:
    return _age(world, instance).total_seconds() >= world.seed.reports.complete_after_seconds


def _ended_at(instance: Instance) -> datetime:
    return instance.ended_at or instance.started_at


def _left_at(instance: Instance, stay: Stay) -> datetime:
    return stay.left_at or _ended_at(instance)


def _minutes(seconds: float) -> int:
    return -(-int(seconds) // 60)


def _no_such_meeting(reference: str) -> ZoomError:
    return ZoomError(HTTPStatus.NOT_FOUND, 3001, f"Meeting does not exist: {reference}.")


def _no_such_webinar(_reference: str) -> ZoomError:
    return ZoomError(HTTPStatus.NOT_FOUND, 3001, "Webinar does not exist.")


def _no_report_of_meeting(reference: str) -> ZoomError:
    message = f"Meeting {reference} not found or has expired."
    return ZoomError(HTTPStatus.NOT_FOUND, 3001, message)


def _no_report_of_webinar(reference: str) -> ZoomError:
    message = f'Webinar "{reference}" not found or has expired'
    return ZoomError(HTTPStatus.NOT_FOUND, 3001, message)


_NOT_FOUND: Mapping[Kind, Refuse] = {
    Kind.MEETING: _no_report_of_meeting,
    Kind.WEBINAR: _no_report_of_webinar,
}
