"""An enrollment: a person whom the LMS wants in an event, and the registration at Zoom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from lectern.domain.address import Addressed
from lectern.domain.model import DomainModel, Instant, Text
from lectern.domain.problems import EnrollmentProblem


class Role(StrEnum):
    """The person's part in the event."""

    PARTICIPANT = "participant"
    INSTRUCTOR = "instructor"


class EnrollmentState(StrEnum):
    """Where a person stands."""

    PENDING = "pending"
    REGISTERED = "registered"
    BLOCKED = "blocked"
    FAILED = "failed"
    REMOVED = "removed"


Shifts = Counter[EnrollmentState]
"""How many people more, or fewer, stand at each state."""


def shift(old: EnrollmentState | None, new: EnrollmentState) -> Shifts:
    """Counts one person's step between states (``None``: not enrolled before) as +1 and -1.

    Example:
        >>> dict(shift(EnrollmentState.PENDING, EnrollmentState.REGISTERED))
        {<EnrollmentState.REGISTERED: 'registered'>: 1, <EnrollmentState.PENDING: 'pending'>: -1}
    """
    shifts: Shifts = Counter()
    shifts[new] += 1
    if old is not None:
        shifts[old] -= 1
    return shifts


def shift_of(enrollment: Enrollment, new: EnrollmentState) -> Shifts:
    """Counts the step of a stored person to another state.

    Whoever is not enrolled is not counted; that something moved shows all the same, at the state
    that nobody counts.
    """
    if enrollment.enrolled:
        return shift(enrollment.state, new)
    moves: Shifts = Counter()
    moves[EnrollmentState.REMOVED] = int(enrollment.state is not new)
    return moves


def shift_between(old: Enrollment | None, new: Enrollment) -> Shifts:
    """Counts what becomes of one person's enrollment, which counts while the LMS has made it."""
    shifts: Shifts = Counter()
    if old is not None and old.enrolled:
        shifts[old.state] -= 1
    if new.enrolled:
        shifts[new.state] += 1
    return shifts


def sum_of(steps: Iterable[Shifts]) -> Shifts:
    """Adds up steps; a Counter's own sum would drop counts below zero."""
    shifts: Shifts = Counter()
    for step in steps:
        shifts.update(step)
    return shifts


class Requirement(DomainModel):
    """Something that a person has to meet before joining."""

    id: str
    title: str
    met: bool
    url: str | None = None


class Access(DomainModel):
    """Whether the person may join, as the LMS decides."""

    granted: bool = True
    requirements: tuple[Requirement, ...] = ()


class Person(Addressed):
    """Who the person is to Zoom."""

    first_name: str
    last_name: Text = ""


class Withdrawn(StrEnum):
    """The way in which somebody took a wanted registration away in Zoom by hand."""

    DENIED = "denied"
    DELETED = "deleted"


class Registration(DomainModel):
    """The ledger of a person: the registrant that is known to be at Zoom.

    Attributes:
        zoom_id: The meeting that the registrant belongs to; a replaced meeting voids it.
        registrant_id: Zoom's id of the registrant.
        join_url: The personal link; ``None`` while Zoom has not given it yet.
        person: What was registered, which may be older than what is wanted.
        withdrawn: How it was taken away in Zoom, if it was.
    """

    zoom_id: str
    registrant_id: str
    join_url: str | None
    person: Person
    registered_at: Instant
    withdrawn: Withdrawn | None = None


class Panelist(DomainModel):
    """The ledger of an instructor of a webinar: the panelist that is known to be at Zoom.

    Attributes:
        zoom_id: The webinar that the panelist belongs to; a replaced webinar voids it.
        panelist_id: Zoom's id of the panelist.
        join_url: The personal link; ``None`` while Zoom has not given it yet.
        person: Who was added, which may be older than what is wanted.
        by_hand: Whether a host added the person in Zoom, who is no instructor.
    """

    zoom_id: str
    panelist_id: str
    join_url: str | None
    person: Person
    by_hand: bool = False


class Assistance(DomainModel):
    """Whose assistant somebody is: a host's, for all of the host's meetings.

    Attributes:
        connection: The Zoom account.
        host_id: Zoom's id of the host.
        user_id: Zoom's id of the assistant.
    """

    connection: str
    host_id: str
    user_id: str


class ZoomUserSeen(DomainModel):
    """An instructor's own Zoom user as last seen, which decides what the instructor can be.

    Attributes:
        address: Whose user was looked for.
        user_id: Zoom's id of the user.
        is_able: Whether the account has an active, licensed one that may stand beside the host.
        refused: Whether Zoom refused that user all the same.
    """

    address: str
    user_id: str | None = None
    is_able: bool
    refused: bool = False
    seen_at: Instant


class Settled(DomainModel):
    """When and by whom it was found out where a person stands.

    Attributes:
        execution: The execution at work on the event; ``None`` where a click came alone.
    """

    at: Instant
    execution: str | None = None


class Enrollment(DomainModel):
    """A person in an event: desired state beside ledger.

    Attributes:
        version: Grows with each change of the desired state.
        enrolled: Whether the LMS enrolled the person. If not, the event lists the person as an
            instructor, and the enrollment is kept for that alone, unseen by the LMS.
        erase: Whether everything about the person is to be deleted, once Zoom has no registrant.
        enrolled_at: When the person was enrolled; of two with one address the earlier one is first.
        changed_by: The id of the API key with which it was last changed.
        changed_in: The request, or the execution, that last changed it and others alike.
        changed_alone: Whether it changed nobody else.
        stands_since: When it was found out where the person stands; with what is wanted it is open.
        settled_in: The execution that found it out, of others as well; ``None`` for a click, and
            where it was about nobody else.
        failed_for: The attempt (meeting and retry round) that failed for good; the same attempt is
            not made again.
        taken_back: When it was last seen that somebody took the person's place at Zoom back there.
        verified_by: The verification, by execution and request, that last met the registrant in
            Zoom's list while it looked for missing ones.
        logged_in_at: When a login of the person last asked for a synchronisation.
    """

    event_id: str
    user_id: str
    version: int
    person: Person
    role: Role = Role.PARTICIPANT
    access: Access = Access()
    enrolled: bool = True
    removed: bool = False
    erase: bool = False
    enrolled_at: Instant
    updated_at: Instant
    changed_by: str | None = None
    changed_in: str | None = None
    changed_alone: bool = False
    state: EnrollmentState = EnrollmentState.PENDING
    reason: EnrollmentProblem | None = None
    message: str | None = None
    stands_since: Instant | None = None
    settled_in: str | None = None
    registration: Registration | None = None
    panelist: Panelist | None = None
    zoom_user: ZoomUserSeen | None = None
    assists: Assistance | None = None
    failed_for: str | None = None
    taken_back: Instant | None = None
    verified_by: str | None = None
    logged_in_at: Instant | None = None

    @property
    def is_enrolled(self) -> bool:
        """Whether the LMS has the person enrolled."""
        return self.enrolled and not self.removed

    def changed(self, wanted: Mapping[str, object], now: datetime) -> Enrollment:
        """The enrollment with what is wanted of it, to be decided anew; itself for no change.

        Whoever is given access, or enrolled, anew is let in whatever a host did before.

        Args:
            wanted: Fields of the desired state.
            now: The present moment.
        """
        if all(getattr(self, name) == value for name, value in wanted.items()):
            return self
        fresh = {
            "state": EnrollmentState.PENDING,
            "reason": None,
            "message": None,
            "failed_for": None,
            "stands_since": None,
            "settled_in": None,
        }
        nobody = {"changed_by": None, "changed_in": None, "changed_alone": False}
        grown = {"version": self.version + 1, "updated_at": now, **nobody}
        changed = self.model_copy(update={**wanted, **fresh, **grown})
        if _may_come_in(changed) and not _may_come_in(self):
            return changed.model_copy(update={"taken_back": None})
        return changed

    def standing(
        self, state: EnrollmentState, reason: EnrollmentProblem | None, settled: Settled | None
    ) -> dict[str, object]:
        """Since when the person stands where it is found now, and who found it out."""
        is_known = (state, reason) == (self.state, self.reason) and self.stands_since
        found_at = settled.at if settled else None
        return {
            "stands_since": self.stands_since if is_known else found_at,
            "settled_in": settled.execution if settled else None,
        }

    def given_access(self, access: Access, now: datetime) -> Enrollment:
        """Gives the enrollment this access; given to somebody who was denied, it is a change."""
        anew = access.granted and self.reason is EnrollmentProblem.DENIED_IN_ZOOM
        lifted: dict[str, object] = {"taken_back": None} if anew else {}
        return self.changed({"access": access, **lifted}, now)


def _may_come_in(enrollment: Enrollment) -> bool:
    return enrollment.is_enrolled and enrollment.access.granted
