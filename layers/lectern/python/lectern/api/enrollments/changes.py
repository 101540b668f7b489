"""How enrollments change: what a wish makes of what is stored, and its conditional write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from uuid import uuid4

from lectern.api.http.problems import EventCancelled, UnknownEvent
from lectern.api.http.retry import retry_on_conflict
from lectern.domain.enrollment import Access, Enrollment, Person, Role, Shifts, shift, sum_of
from lectern.domain.event import Event
from lectern.store.enrollments import EnrollmentStore
from lectern.store.events import EventStore
from lectern.telemetry import correlation_id

WRITERS = 8
"""Writes at a time; DynamoDB has no conditional batch write."""

_MANY = 10
"""Fewer people are found by an index, whatever the event: mostly nobody else has to be read."""
_READ_FOR_A_MARK = 20
"""So many people can be read, twice, for what it costs to put one into an index, find them there
and take them out: thirty of 700 bytes."""
_FEW = 60
"""So few people are read for less than the marks of those who come one after the other."""

Wish = Callable[[Enrollment | None], Enrollment | None]
"""What an enrollment is to become: itself for no change, ``None`` where there is none to change."""

Outcome = tuple[Enrollment | None, bool]
"""An enrollment as it is now, if there is one to change, and whether it changed."""


def enrol(
    event_id: str, user_id: str, *, person: Person, role: Role, access: Access, now: datetime
) -> Wish:
    """The wish that the person is in the event, just like this."""

    def wish(stored: Enrollment | None) -> Enrollment:
        if stored is None:
            return Enrollment(
                event_id=event_id,
                user_id=user_id,
                version=1,
                person=person,
                role=role,
                access=access,
                enrolled_at=now,
                updated_at=now,
            )
        wanted: dict[str, object] = {"person": person, "role": role, "access": access}
        if not stored.is_enrolled:
            wanted |= {"enrolled": True, "removed": False, "erase": False, "enrolled_at": now}
        return stored.changed(wanted, now)

    return wish


def remove(now: datetime) -> Wish:
    """The wish that the person is not in the event."""

    def wish(stored: Enrollment | None) -> Enrollment | None:
        if stored is None or not stored.is_enrolled:
            return None
        return stored.changed({"removed": True}, now)

    return wish


def erase(now: datetime) -> Wish:
    """The wish that nothing is kept of the person, once Zoom has nothing either."""

    def wish(stored: Enrollment | None) -> Enrollment | None:
        if stored is None or not stored.enrolled:
            return None
        return stored.changed({"removed": True, "erase": True, "access": Access()}, now)

    return wish


def set_person(change: Callable[[Person], Person], now: datetime) -> Wish:
    """The wish that someone who is enrolled is known to Zoom like this."""

    def wish(stored: Enrollment | None) -> Enrollment | None:
        if stored is None or not stored.is_enrolled:
            return None
        return stored.changed({"person": change(stored.person)}, now)

    return wish


def set_access(access: Access, now: datetime) -> Wish:
    """The wish that someone who is enrolled has just this access."""

    def wish(stored: Enrollment | None) -> Enrollment | None:
        if stored is None or not stored.is_enrolled:
            return None
        return stored.given_access(access, now)

    return wish


class EnrollmentChanges:
    """Changes of the enrollments of one event.

    Args:
        event_id: The event.
        events: The events.
        enrollments: The enrollments.
        now: The present moment.
        key: The id of the API key that changes them.
    """

    def __init__(
        self,
        event_id: str,
        events: EventStore,
        enrollments: EnrollmentStore,
        now: datetime,
        key: str | None = None,
    ) -> None:
        self._event_id = event_id
        self._events = events
        self._enrollments = enrollments
        self._now = now
        self._event: Event | None = None
        # What is changed together is one entry of the timeline, which the request names.
        self._author = {"changed_by": key, "changed_in": correlation_id() or uuid4().hex}

    def check_event(self, *, takes_people: bool) -> None:
        """Looks whether the event is there, and whether people can still be enrolled to it.

        Raises:
            UnknownEvent: There is no such event.
            EventCancelled: It is cancelled, and ``takes_people`` was asked for.
        """
        event = self._events.get(self._event_id)
        if event is None:
            raise UnknownEvent
        self._event = event
        if takes_people and event.is_cancelled:
            raise EventCancelled

    def carry_out(self, wishes: Mapping[str, Wish], *, verify: bool = False) -> dict[str, Outcome]:
        """Carries out one wish for each user, and asks for one synchronisation if any changed.

        Args:
            wishes: The wishes, by user.
            verify: Whether the synchronisation is to read Zoom first.

        Returns:
            What came of it for each user, in the order of the wishes.
        """
        stored = self._enrollments.get_many(self._event_id, wishes)
        written: list[Shifts] = []
        among_many = self._is_everyone_read(stored, wishes)
        author = {**self._author, "changed_alone": len(wishes) == 1}
        write = partial(self._write, stored, written, author, among_many=among_many)
        try:
            outcomes = dict(zip(wishes, _at_once(write, wishes), strict=True))
        finally:
            # Also where a write failed: what was written before it is to be synchronised.
            if written:
                shifts = sum_of(written)
                self._events.request_sync(
                    self._event_id,
                    self._now,
                    verify=verify,
                    shifts=shifts,
                    everyone=among_many,
                    asked_in=self._author["changed_in"],
                )
        return outcomes

    def _is_everyone_read(
        self, stored: Mapping[str, Enrollment], wishes: Mapping[str, Wish]
    ) -> bool:
        """Whether everyone of the event is read in any case, or for less than to mark the changed.

        While others are worked on, more are to come: they are folded into one round.
        """
        event = self._event
        if event is None:
            return False
        people = event.participants.enrolled
        if event.sync.basis is None or (people <= _FEW and event.sync.is_leased(self._now)):
            return True
        changed = sum(
            _is_changed(stored.get(user_id), wish(stored.get(user_id)))
            for user_id, wish in wishes.items()
        )
        return changed >= max(_MANY, people / _READ_FOR_A_MARK)

    def _write(
        self,
        prefetched: Mapping[str, Enrollment],
        written: list[Shifts],
        author: Mapping[str, object],
        user_id: str,
        wish: Wish,
        *,
        among_many: bool,
    ) -> Outcome:
        first_look = [prefetched.get(user_id)]

        def decide() -> Outcome:
            stored = first_look.pop() if first_look else self._read(user_id)
            wanted = wish(stored)
            if wanted is None or not _is_changed(stored, wanted):
                return wanted, False
            wanted = wanted.model_copy(update=author)
            self._enrollments.replace_desired(stored, wanted, among_many=among_many)
            was = stored.state if stored and stored.enrolled else None
            written.append(shift(was, wanted.state))
            return wanted, True

        return retry_on_conflict(decide)

    def _read(self, user_id: str) -> Enrollment | None:
        return self._enrollments.get(self._event_id, user_id)


def _is_changed(stored: Enrollment | None, wanted: Enrollment | None) -> bool:
    return wanted is not None and wanted is not stored


def _at_once(write: Callable[[str, Wish], Outcome], wishes: Mapping[str, Wish]) -> list[Outcome]:
    if len(wishes) <= 1:
        return [write(user_id, wish) for user_id, wish in wishes.items()]
    with ThreadPoolExecutor(WRITERS) as writers:
        return list(writers.map(write, wishes, wishes.values()))
