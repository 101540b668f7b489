"""The erasure of what is known of a user's attendance, also of what Zoom is still to tell."""

from __future__ import annotations

from collections.abc import Collection

from lectern.api.parts import Parts
from lectern.domain.attendance import Instance, marks_of, position_of_stranger

PAGE = 100
"""Events that are looked up at once."""


def forget_attendance(event_id: str, user_id: str, marks: frozenset[str], parts: Parts) -> None:
    """Deletes a user's attendance of an event that the user has to do with.

    Zoom's report of a session that is over may be still to come, and tells of the user: what the
    user is recognised by is left behind, as marks, until it has been read.
    """
    for instance in parts.instances().of_event(event_id):
        _mark(instance, marks, parts)
    parts.attendance().forget_user(event_id, user_id, lambda identity: bool(identity.marks & marks))


def forget_attendance_elsewhere(user_id: str, emails: Collection[str], parts: Parts) -> None:
    """Deletes a user's attendance of other events: as a user, and as a stranger with an address."""
    for who in (user_id, *map(position_of_stranger, emails)):
        _forget_settled(who, parts)
    marks = marks_of(registrants=(), addresses=emails)
    for instance in parts.instances().open() if marks else ():
        _mark(instance, marks, parts)


def _mark(instance: Instance, marks: frozenset[str], parts: Parts) -> None:
    """Leaves marks with a run that is not final, where they are not left yet."""
    if not instance.is_final and not marks <= instance.erased:
        parts.instances().erase(instance, marks)


def _forget_settled(who: str, parts: Parts) -> None:
    after: str | None = None
    while True:
        event_ids, after = parts.attendance().page_of_user(who, after=after, limit=PAGE)
        parts.attendance().forget_settled(who, event_ids)
        if after is None:
            return
