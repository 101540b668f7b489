"""Finds an event's instructors, and those of them whom Zoom takes as alternative hosts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from lectern.domain.enrollment import (
    Enrollment,
    EnrollmentState,
    Role,
    ZoomUserSeen,
    shift_between,
)
from lectern.domain.errors import ZoomNotFound, ZoomRejected, ZoomScopeMissing
from lectern.domain.event import Instructor, Staffing
from lectern.domain.meeting import Kind
from lectern.domain.model import DomainModel, Instant
from lectern.domain.people.instructors import (
    Means,
    is_instructor,
    is_wanted,
    means_of,
    needs_look,
    person_of,
)
from lectern.domain.planner import (
    PersonAction,
    PersonPlan,
    current_registration,
    standing_meeting,
    takes_alternative_host,
)
from lectern.domain.problems import EnrollmentProblem
from lectern.domain.settings import InstructorsAs
from lectern.store.table import WriteConflict
from lectern.store.zoom_cache import user_with
from lectern.sync.reconciliation import Reconciliation
from lectern.sync.registration.addresses import settle_addresses
from lectern.zoom.users import LICENSED

_LOOK_COUNTS = timedelta(minutes=5)
"""For how long one event's look at a Zoom user serves the others."""


class LicensedUser(DomainModel):
    """Whether the account has an active, licensed user with an address, as seen at a moment."""

    user_id: str | None = None
    is_able: bool
    seen_at: Instant


def people_of(work: Reconciliation) -> list[Enrollment]:
    """Everyone who is an instructor of the event or lately was, in order of enrollment.

    Whom the event lists and the LMS did not enrol is given an enrollment, and loses it, here.
    """
    listed = {
        each.user_id: each
        for each in work.event.details.instructors
        if not work.event.details.is_hosted_by(each.user_id, each.email)
    }
    users = dict.fromkeys([*listed, *work.marked])
    stored = work.dependencies.enrollments.get_many(work.event_id, users)
    kept = (_kept(work, user, stored.get(user), listed.get(user)) for user in users)
    people = [person for person in kept if person]
    return sorted(people, key=lambda each: (each.enrolled_at, each.user_id))


def _kept(
    work: Reconciliation, user_id: str, stored: Enrollment | None, listed: Instructor | None
) -> Enrollment | None:
    """The enrollment as the event's list wants it, stored so where it differs."""
    wanted = _as_listed(work, user_id, stored, listed)
    if wanted is None or wanted is stored:
        return wanted
    try:
        work.dependencies.enrollments.replace_desired(stored, wanted)
    except WriteConflict:
        # The LMS changed the person at this moment, and asked for another round with it.
        return stored
    work.noted(shift_between(stored, wanted))
    return wanted


def _as_listed(
    work: Reconciliation, user_id: str, stored: Enrollment | None, listed: Instructor | None
) -> Enrollment | None:
    now, changes = work.now(), {"updated_at": work.now(), "state": EnrollmentState.PENDING}
    if work.event.is_cancelled and listed:
        return stored
    if listed is None:
        if stored is None or stored.enrolled or (stored.removed and stored.erase):
            return stored
        return _changed(stored, changes | {"removed": True, "erase": True})
    if stored is None:
        return Enrollment(
            event_id=work.event_id,
            user_id=user_id,
            version=1,
            person=person_of(listed),
            role=Role.INSTRUCTOR,
            enrolled=False,
            enrolled_at=now,
            updated_at=now,
        )
    if stored.enrolled and not stored.removed:
        return stored
    wanted = {
        "person": person_of(listed),
        "role": Role.INSTRUCTOR,
        "enrolled": False,
        "removed": False,
        "erase": False,
    }
    if all(getattr(stored, name) == value for name, value in wanted.items()):
        return stored
    return _changed(stored, changes | wanted)


def _changed(stored: Enrollment, changes: dict[str, object]) -> Enrollment:
    fresh = {"version": stored.version + 1, "reason": None, "message": None, "failed_for": None}
    return stored.model_copy(update=fresh | changes)


def settle_alternative_hosts(work: Reconciliation) -> None:
    """Finds out who are to be the meeting's alternative hosts, before it is made or changed.

    Zoom refuses a whole meeting for one alternative host who has no licence, so each is looked up
    first, and who cannot be one is left out. Whoever becomes one is no registrant any more.
    """
    event = work.event
    if event.is_cancelled or event.details.kind is Kind.WEBINAR:
        _record(work, ())
        return
    people = [_looked_up(work, each) for each in people_of(work)]
    able = [each for each in people if takes_alternative_host(each, event, work.settings)]
    hosts = _one_for_each_address(work, able)
    for person in hosts:
        stop_registering(work, person)
    _record(work, tuple(sorted(each.person.address for each in hosts)))


def _record(work: Reconciliation, addresses: tuple[str, ...]) -> None:
    staffing = work.event.staffing
    if staffing.alternative_hosts != addresses:
        record_staffing(work, staffing.model_copy(update={"alternative_hosts": addresses}))


def record_staffing(work: Reconciliation, staffing: Staffing) -> None:
    """Notes what was found out about the event's instructors."""
    work.lease.record_staffing(staffing)


def _looked_up(work: Reconciliation, person: Enrollment) -> Enrollment:
    """The person with what is known of their own Zoom user, where their means depend on it."""
    event, settings = work.event, work.settings
    is_candidate = is_wanted(person, event) and is_instructor(person, event)
    if not is_candidate or settings.hosts.instructors_as is InstructorsAs.PARTICIPANTS:
        return person
    if means_of(person, event, settings) is Means.HOST:
        return person
    if not needs_look(person, now=work.now(), verify=event.sync.verify):
        return person
    try:
        seen = _licensed_user(work, person.person.email, person.person.address)
    except ZoomScopeMissing as error:
        # What was seen before still counts, and what needs no such scope goes on.
        work.note_refusal(error)
        return person
    look = ZoomUserSeen(address=person.person.address, **dict(seen))
    return work.dependencies.instructors.note_zoom_user(person, look)


def _licensed_user(work: Reconciliation, email: str, address: str) -> LicensedUser:
    connection, about, now = work.event.details.connection, user_with(address), work.now()
    answers = work.dependencies.answers
    known = answers.recent(connection, about, LicensedUser, now)
    if known and not work.event.sync.verify:
        return known
    try:
        user = work.zoom().users.find(email)
    except (ZoomNotFound, ZoomRejected):
        seen = LicensedUser(is_able=False, seen_at=now)
    else:
        is_able = user.status == "active" and user.licence == LICENSED
        seen = LicensedUser(user_id=user.id, is_able=is_able, seen_at=now)
    answers.keep(connection, about, seen, now + _LOOK_COUNTS)
    return seen


def _one_for_each_address(work: Reconciliation, people: Sequence[Enrollment]) -> list[Enrollment]:
    """The alternative hosts, of whom Zoom knows each address once.

    Who had failed for want of the address, and has it now, is pending again.
    """
    known = set(work.event.staffing.alternative_hosts)
    firsts = {each.person.address: each for each in reversed(people)}
    holders = [each for each in people if firsts[each.person.address] is each]
    settled = [each for each in holders if each.person.address in known]
    mine, others = settle_addresses(
        work.dependencies.enrollments, work.event, [each for each in holders if each not in settled]
    )
    for person in (*others, *(each for each in people if each not in holders)):
        note_duplicate(work, person)
    for person in (*settled, *mine):
        if person.state is EnrollmentState.FAILED:
            pending = PersonPlan(action=PersonAction.NOTE, state=EnrollmentState.PENDING)
            work.registrar.note(person, pending, current_registration(person, work.event))
    return [*settled, *mine]


def note_duplicate(work: Reconciliation, person: Enrollment) -> None:
    """Notes that somebody else in the event has the person's address."""
    if person.reason is not EnrollmentProblem.DUPLICATE_EMAIL:
        plan = PersonPlan(
            action=PersonAction.NOTE,
            state=EnrollmentState.FAILED,
            reason=EnrollmentProblem.DUPLICATE_EMAIL,
        )
        work.registrar.note(person, plan, current_registration(person, work.event))


def stop_registering(work: Reconciliation, person: Enrollment) -> None:
    """Takes away the registrant of someone who is to be more than one."""
    meeting, registration = standing_meeting(work.event), current_registration(person, work.event)
    if meeting is None or registration is None:
        return
    work.sessions(meeting).remove(meeting.zoom_id, registration.registrant_id)
    pending = PersonPlan(action=PersonAction.NOTE, state=EnrollmentState.PENDING)
    work.registrar.note(person, pending, None)
    work.registrar.forgets(registration)
    # The place is free: who had failed for want of one may come in now.
    work.lease.free_places()


def drop_alternative_hosts(work: Reconciliation) -> list[Enrollment]:
    """Leaves out new alternative hosts after Zoom refused the meeting, perhaps for one of them.

    Returns:
        Who was left out, as they were.
    """
    event = work.event
    meeting = standing_meeting(event)
    new = set(event.staffing.alternative_hosts)
    if meeting is not None:
        new -= set(meeting.spec.alternative_hosts)
    dropped = [each for each in people_of(work) if each.person.address in new] if new else []
    for person in dropped:
        work.dependencies.instructors.note_refused(person, work.now())
    _record(work, tuple(each for each in event.staffing.alternative_hosts if each not in new))
    return dropped


def take_back_alternative_hosts(work: Reconciliation, dropped: Sequence[Enrollment]) -> None:
    """Wants alternative hosts again for whom the meeting was not refused after all."""
    for person in dropped:
        if person.zoom_user:
            work.dependencies.instructors.note_zoom_user(person, person.zoom_user)
    addresses = {each.person.address for each in dropped}
    _record(work, tuple(sorted(addresses | set(work.event.staffing.alternative_hosts))))
