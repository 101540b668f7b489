"""The instructors among an event's people: who they may be, and what is known of them at Zoom."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from lectern.domain.enrollment import (
    Assistance,
    Enrollment,
    EnrollmentState,
    Panelist,
    Settled,
    Shifts,
    ZoomUserSeen,
    shift_of,
)
from lectern.domain.problems import EnrollmentProblem
from lectern.store import keys
from lectern.store.assistants import AssistantStore
from lectern.store.enrollments import is_as
from lectern.store.items import stored
from lectern.store.table import Change, Expression, Table, WriteConflict, in_partition


class InstructorStore:
    """The writes about instructors, which only the holder of an event's lease may do.

    Whoever is enrolled as an instructor is marked by the very write that says so. The mark stays
    until the reconciliation has seen that nothing is left of the role, so that a former instructor
    is found as well.

    Attributes:
        assistants: Which events want whom as a host's assistant.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self.assistants = AssistantStore(table)

    def marked(self, event_id: str) -> list[str]:
        """The users who are marked as instructors of an event."""
        of_event = in_partition(keys.event(event_id)["PK"])
        return [item["LSI2SK"] for item in self._table.query_all(of_event, index=keys.LSI2)]

    def unmark(self, enrollment: Enrollment) -> None:
        """Takes the mark from someone who is no instructor, unless they became one meanwhile."""
        nothing_new = Expression(
            "#version = :was_version AND attribute_not_exists(#panelist)"
            " AND attribute_not_exists(#assists)",
            {":was_version": enrollment.version},
        )
        with suppress(WriteConflict):
            self._update(enrollment, {"LSI2SK": None}, nothing_new)

    def note_zoom_user(self, enrollment: Enrollment, seen: ZoomUserSeen) -> Enrollment:
        """Notes what was seen of an instructor's own Zoom user."""
        with suppress(WriteConflict):
            exists = Expression("attribute_exists(#PK)")
            self._update(enrollment, {"zoom_user": stored(seen)}, exists)
        return enrollment.model_copy(update={"zoom_user": seen})

    def note_refused(self, enrollment: Enrollment, now: datetime) -> None:
        """Notes that Zoom does not take an instructor's own user beside the host."""
        seen = ZoomUserSeen(
            address=enrollment.person.address, is_able=False, refused=True, seen_at=now
        )
        self.note_zoom_user(enrollment, seen)

    def record_assistance(self, enrollment: Enrollment, assistance: Assistance | None) -> None:
        """Notes whose assistant an instructor is."""
        mark = keys.instructor_of_event(enrollment.user_id)
        fact = {"assists": stored(assistance), **(mark if assistance else {})}
        with suppress(WriteConflict):
            self._update(enrollment, fact, Expression("attribute_exists(#PK)"))

    def record_panelist(
        self,
        enrollment: Enrollment,
        panelist: Panelist | None,
        *,
        state: EnrollmentState,
        reason: EnrollmentProblem | None = None,
        message: str | None = None,
        failed_for: str | None = None,
        taken_back: datetime | None = None,
        settled: Settled | None = None,
    ) -> tuple[Enrollment, Shifts]:
        """Notes what came of an instructor as a panelist; see ``EnrollmentStore.record``.

        The panelist is noted in any case; where the person stands only if nobody changed what is
        wanted meanwhile, since then that is decided anew.

        Returns:
            The enrollment with the note, and how it shifts the counts of people.
        """
        # Whoever is only listed as an instructor may be enrolled as a participant, unmarked.
        mark = keys.instructor_of_event(enrollment.user_id)
        fact = {"panelist": stored(panelist), **(mark if panelist else {})}
        if taken_back:
            fact["taken_back"] = stored(taken_back)
        stand: dict[str, object] = {
            "state": state,
            "reason": reason,
            "message": message,
            "failed_for": failed_for,
            **enrollment.standing(state, reason, settled),
        }
        written: dict[str, Any] = {
            **fact,
            **{name: stored(value) for name, value in stand.items()},
            **keys.due_indexes(state, enrollment.user_id),
        }
        known = {"panelist": panelist, "taken_back": taken_back or enrollment.taken_back}
        noted = enrollment.model_copy(update={**known, **stand})
        try:
            self._update(enrollment, written, is_as(enrollment))
        except WriteConflict:
            with suppress(WriteConflict):
                self._update(enrollment, fact, Expression("attribute_exists(#PK)"))
            return noted, Shifts()
        return noted, shift_of(enrollment, state)

    def _update(
        self, enrollment: Enrollment, attributes: dict[str, Any], condition: Expression
    ) -> None:
        key = keys.enrollment(enrollment.event_id, enrollment.user_id)
        self._table.update(key, Change(set=attributes), condition)
