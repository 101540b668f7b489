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
    """What the person does in the event."""

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
    """What one person's step from a state (``None``: not enrolled before) to another shifts."""
    shifts: Shifts = Counter()
    shifts[new] += 1
    if old is not None:
        shifts[old] -= 1
    return shifts


def shift_of(enrollment: Enrollment, new: EnrollmentState) -> Shifts:
    """What the step of a stored person to another state shifts.

    Whoever is not enrolled is not counted; that something moved shows all the same, at the state
    that nobody counts.
    """
    if enrollment.enrolled:
        return shift(enrollment.state, new)
    moves: Shifts = Counter()
    moves[EnrollmentState.REMOVED] = int(enrollment.state is not new)
    return moves


def sum_of(steps: Iterable[Shifts]) -> Shifts:
    """What several steps shift together; a Counter's own sum would drop what is below zero."""
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
    """What somebody did in Zoom, by hand, to a registration that is wanted."""

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
    """What was seen of an instructor's own Zoom user, which decides what the instructor can be.

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


class Enrollment(DomainModel):
    """A person in an event: desired state beside ledger.

    Attributes:
        version: Grows with each change of the desired state.
        enrolled: Whether the LMS enrolled the person. If not, the event lists the person as an
            instructor, and the enrollment is kept for that alone, unseen by the LMS.
        erase: Whether everything about the person is to be deleted, once Zoom has no registrant.
        enrolled_at: When the person was enrolled; of two with one address the earlier one is first.
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
    state: EnrollmentState = EnrollmentState.PENDING
    reason: EnrollmentProblem | None = None
    message: str | None = None
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
        }
        grown = {"version": self.version + 1, "updated_at": now}
        changed = self.model_copy(update={**wanted, **fresh, **grown})
        if _may_come_in(changed) and not _may_come_in(self):
            return changed.model_copy(update={"taken_back": None})
        return changed

    def given_access(self, access: Access, now: datetime) -> Enrollment:
        """Gives the enrollment this access; given to somebody who was denied, it is a change."""
        anew = access.granted and self.reason is EnrollmentProblem.DENIED_IN_ZOOM
        lifted: dict[str, object] = {"taken_back": None} if anew else {}
        return self.changed({"access": access, **lifted}, now)


def _may_come_in(enrollment: Enrollment) -> bool:
    return enrollment.is_enrolled and enrollment.access.granted
