"""The lists of a host's sessions, each type of which shows others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from zoom_simulator.account.model import Session, SessionType, User
from zoom_simulator.operations import Kind
from zoom_simulator.world import World

LISTED_AFTER_END = timedelta(days=30)


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
