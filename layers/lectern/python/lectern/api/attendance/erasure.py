"""The erasure of what is known of a user's attendance, also of what Zoom is still to tell."""

from __future__ import annotations

from collections.abc import Collection

from lectern.api.http.dependencies import ApiDependencies
from lectern.domain.attendance.matching import Instance, marks_of, position_of_stranger

PAGE = 100
"""Events that are looked up at once."""


def forget_attendance(
    event_id: str, user_id: str, marks: frozenset[str], dependencies: ApiDependencies
) -> None:
    """Deletes a user's attendance of an event that the user has to do with.

    Zoom's report of a session that is over may be still to come, and tells of the user: what the
    user is recognised by is left behind, as marks, until it has been read.
    """
    for instance in dependencies.instances().of_event(event_id):
        _mark(instance, marks, dependencies)
    dependencies.attendance().forget_user(
        event_id, user_id, lambda identity: bool(identity.marks & marks)
    )


def forget_attendance_elsewhere(
    user_id: str, emails: Collection[str], dependencies: ApiDependencies
) -> None:
    """Deletes a user's attendance of other events: as a user, and as a stranger with an address."""
    for who in (user_id, *map(position_of_stranger, emails)):
        _forget_settled(who, dependencies)
    marks = marks_of(registrants=(), addresses=emails)
    for instance in dependencies.instances().open() if marks else ():
        _mark(instance, marks, dependencies)


def _mark(instance: Instance, marks: frozenset[str], dependencies: ApiDependencies) -> None:
    """Leaves marks with a run that is not final, where they are not left yet."""
    if not instance.is_final and not marks <= instance.erased:
        dependencies.instances().erase(instance, marks)


def _forget_settled(who: str, dependencies: ApiDependencies) -> None:
    after: str | None = None
    while True:
        event_ids, after = dependencies.attendance().page_of_user(who, after=after, limit=PAGE)
        dependencies.attendance().forget_settled(who, event_ids)
        if after is None:
            return
