"""The enrollments of the table, with the registrants that are known of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from lectern.domain.enrollment import (
    Enrollment,
    EnrollmentState,
    Registration,
    Settled,
    Shifts,
    shift_of,
)
from lectern.domain.problems import EnrollmentProblem
from lectern.store import keys
from lectern.store.addresses import AddressIndex
from lectern.store.attempts import AttemptStore
from lectern.store.items import enrollment_item, enrollment_of, stored
from lectern.store.lookups import LookupStore
from lectern.store.page import Page
from lectern.store.table import Change, Expression, Item, Table, WriteConflict, begins, between
from lectern.store.user_index import page_of_events

_NOT_STORED = Expression("attribute_not_exists(#PK)")
_DESIRED = (
    *("version", "person", "role", "access", "enrolled", "removed", "erase"),
    *("enrolled_at", "updated_at", "taken_back"),
    *("changed_by", "changed_in", "changed_alone"),
)
_MARK = ("LSI2SK",)
"""Given to instructors with what is wanted of them, and taken away by the reconciliation alone."""
_ADDRESS = ("GSI3PK", "GSI3SK")
_STAND = ("state", "reason", "message", "failed_for", "stands_since", "settled_in", "LSI1SK")


class EnrollmentStore:
    """Enrollments by event and user, and the addresses that are taken within an event.

    Attributes:
        sends: What was sent to Zoom of these addresses.
        lookups: Who is to be looked up at Zoom.
        addresses: Who has an address in whatever event.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self.sends = AttemptStore(table)
        self.lookups = LookupStore(table)
        self.addresses = AddressIndex(table)

    def get(self, event_id: str, user_id: str) -> Enrollment | None:
        """The enrollment as it is now."""
        item = self._table.get(keys.enrollment(event_id, user_id))
        return enrollment_of(item) if item else None

    def get_many(self, event_id: str, user_ids: Iterable[str]) -> dict[str, Enrollment]:
        """The enrollments that exist of these, by user."""
        wanted = {user_id: keys.enrollment(event_id, user_id) for user_id in user_ids}
        found = map(enrollment_of, self._table.get_many(wanted.values()))
        return {enrollment.user_id: enrollment for enrollment in found}

    def replace_desired(
        self, old: Enrollment | None, new: Enrollment, *, among_many: bool = False
    ) -> None:
        """Stores a changed desired state; the ledger is left as it is.

        Args:
            old: The enrollment that the change was made from; ``None`` for a new one.
            new: The enrollment with its new version.
            among_many: Whether so many are changed that everyone of the event is to be read; then
                nobody is put into LSI1 for it.

        Raises:
            WriteConflict: It was changed meanwhile, or stands elsewhere by now.
        """
        item = enrollment_item(new)
        if among_many:
            item |= keys.NOT_DUE
        if old is None:
            self._table.put(item, _NOT_STORED)
            return
        mark = {name: item[name] for name in _MARK if name in item}
        change = Change(
            set={name: item.get(name) for name in (*_DESIRED, *_ADDRESS, *_STAND)} | mark
        )
        self._table.update(keys.enrollment(new.event_id, new.user_id), change, is_as(old))

    def record(
        self,
        enrollment: Enrollment,
        *,
        state: EnrollmentState,
        reason: EnrollmentProblem | None = None,
        message: str | None = None,
        registration: Registration | None = None,
        failed_for: str | None = None,
        taken_back: datetime | None = None,
        settled: Settled | None = None,
    ) -> Shifts:
        """Notes what came of one person at Zoom; ``taken_back`` where somebody undid it there.

        The registrant that is known to be at Zoom is noted unless someone else noted one meanwhile;
        where the person stands, and what failed for good, only if nobody changed what is wanted
        meanwhile, since then that is decided anew. Who is to be erased is, with the note that Zoom
        has no registrant.

        Returns:
            How this shifts the counts of people.
        """
        if enrollment.erase and state is EnrollmentState.REMOVED and registration is None:
            return self._erase(enrollment)
        key = keys.enrollment(enrollment.event_id, enrollment.user_id)
        facts: dict[str, Any] = {"registration": stored(registration)}
        if taken_back:
            facts["taken_back"] = stored(taken_back)
        stand = {
            "failed_for": failed_for,
            "state": state.value,
            "reason": stored(reason),
            "message": message,
            **keys.due_indexes(state, enrollment.user_id),
        }
        standing = enrollment.standing(state, reason, settled)
        stand |= {name: stored(value) for name, value in standing.items()}
        try:
            self._table.update(key, Change(set=facts | stand), is_as(enrollment))
        except WriteConflict as conflict:
            return self._record_fact(enrollment, registration, conflict.item)
        return shift_of(enrollment, state)

    def _erase(self, enrollment: Enrollment) -> Shifts:
        """Deletes a person's addresses, then the person, so that a crash leaves it to be done."""
        for address in self._claimed_by(enrollment):
            claim = keys.address_claim(enrollment.event_id, address)
            with suppress(WriteConflict):
                self._table.delete(claim, _claimant_is(enrollment.user_id))
        self.lookups.done(enrollment.event_id, [enrollment.user_id])
        try:
            key = keys.enrollment(enrollment.event_id, enrollment.user_id)
            self._table.delete(key, is_as(enrollment))
        except WriteConflict as conflict:
            return self._record_fact(enrollment, None, conflict.item)
        return shift_of(enrollment, EnrollmentState.REMOVED)

    def _claimed_by(self, enrollment: Enrollment) -> Iterator[str]:
        """Every address that the user holds in the event, former ones included."""
        claims = begins(keys.address_claim(enrollment.event_id, ""))
        for item in self._table.query_all(claims):
            if item["user_id"] == enrollment.user_id:
                yield keys.address_of_claim(item["SK"])

    def _record_fact(
        self, read: Enrollment, registration: Registration | None, item: Item | None
    ) -> Shifts:
        """Notes a registrant alone, on the condition that nobody else noted one.

        Workflow and join click may register the same person at once: who comes second keeps what
        the first noted, and only adds the link where that one lacked it. Where the person stands
        was decided without this registrant, so it is decided anew.

        Returns:
            How this shifts the counts of people.
        """
        pending = EnrollmentState.PENDING
        while item is not None:
            found = enrollment_of(item)
            if not _may_follow(read, found.registration, registration):
                break
            fact = {"registration": stored(registration)}
            is_news = found.registration != registration and found.state is not pending
            if is_news:
                fact |= {"state": pending.value, **keys.due_indexes(pending, read.user_id)}
            as_seen = _attribute_is("registration", item.get("registration"))
            unchanged = Expression(
                f"{as_seen.text} AND #state = :as_found",
                {**as_seen.values, ":as_found": found.state.value},
            )
            try:
                key = keys.enrollment(read.event_id, read.user_id)
                self._table.update(key, Change(set=fact), unchanged)
            except WriteConflict as conflict:
                item = conflict.item
            else:
                return shift_of(found, pending) if is_news else Counter()
        return Counter()

    def record_registration(self, event_id: str, user_id: str, registration: Registration) -> None:
        """Notes what Zoom lists of a person, whatever is wanted of them, and was undone before."""
        self._table.update(
            keys.enrollment(event_id, user_id),
            Change(set={"registration": stored(registration), "taken_back": None}),
            Expression("attribute_exists(#PK)"),
        )

    def mark_verified(self, event_id: str, user_id: str, mark: str) -> None:
        """Notes that a verification met the person's registrant in Zoom's list."""
        self._table.update(
            keys.enrollment(event_id, user_id),
            Change(set={"verified_by": mark}),
            Expression("attribute_exists(#PK)"),
        )

    def note_login(self, enrollment: Enrollment, now: datetime, last: datetime) -> bool:
        """Notes that a login asks for a synchronisation, unless one did since ``last``."""
        not_since = Expression(
            "attribute_exists(#PK)"
            " AND (attribute_not_exists(#logged_in_at) OR #logged_in_at <= :last)",
            {":last": stored(last)},
        )
        try:
            self._table.update(
                keys.enrollment(enrollment.event_id, enrollment.user_id),
                Change(set={"logged_in_at": stored(now)}),
                not_since,
            )
        except WriteConflict:
            return False
        return True

    def page(self, event_id: str, *, after: str | None = None, limit: int) -> Page[Enrollment]:
        """A page of an event's enrollments by user, removed ones included.

        Returns:
            The enrollments, and the user after whom the next page begins.
        """
        page = self._table.query(
            begins(keys.enrollment(event_id, "")),
            start=dict(keys.enrollment(event_id, after)) if after is not None else None,
            limit=limit,
        )
        enrollments = [enrollment_of(item) for item in page.items]
        return Page(enrollments, enrollments[-1].user_id if page.next_key and enrollments else None)

    def range(self, event_id: str, first: str, last: str) -> list[Enrollment]:
        """The enrollments whose users lie between two, both included; bounded by the caller."""
        users = between(keys.enrollment(event_id, first), keys.enrollment(event_id, last))
        return list(map(enrollment_of, self._table.query_all(users)))

    def everyone(self, event_id: str) -> Iterator[Enrollment]:
        """All of an event's enrollments by user, removed ones included."""
        return map(enrollment_of, self._table.query_all(begins(keys.enrollment(event_id, ""))))

    def page_in_state(
        self,
        event_id: str,
        state: EnrollmentState,
        *,
        everyone: bool = False,
        after: str | None = None,
        limit: int,
    ) -> Page[Enrollment]:
        """A page of the enrollments that may stand at ``state``, by user.

        Who is neither pending nor has failed stands in no index for it, nor does who is pending
        among many: among all, the caller finds them.
        """
        if everyone or state not in keys.DUE:
            return self.page(event_id, after=after, limit=limit)
        condition = Expression(
            "#PK = :event AND begins_with(#LSI1SK, :prefix)",
            {":event": keys.event(event_id)["PK"], ":prefix": keys.enrollment_in_state(state)},
        )
        position = keys.enrollment_in_state(state, after) if after is not None else None
        people, last = self._page_by_state(event_id, condition, after=position, limit=limit)
        return Page(people, keys.user_at(last) if last else None)

    def anyone_failed(self, event_id: str) -> bool:
        """Whether anybody of an event stands at a failure."""
        return bool(self.page_in_state(event_id, EnrollmentState.FAILED, limit=1).items)

    def page_of_due(
        self, event_id: str, *, after: str | None = None, limit: int
    ) -> Page[Enrollment]:
        """A page of those who have failed or are pending: who has anything to be done is.

        Returns:
            The enrollments, and the position after which the next page begins.
        """
        due = _due_between(event_id, keys.FIRST_DUE, keys.LAST_DUE)
        return self._page_by_state(event_id, due, after=after, limit=limit)

    def range_of_due(self, event_id: str, first: str, last: str) -> list[Enrollment]:
        """The same between two positions, both included; bounded by the caller."""
        due = _due_between(event_id, first, last)
        users = [
            keys.user_at(item["LSI1SK"]) for item in self._table.query_all(due, index=keys.LSI1)
        ]
        found = self.get_many(event_id, users)
        return [found[user] for user in users if user in found]

    def _page_by_state(
        self, event_id: str, condition: Expression, *, after: str | None, limit: int
    ) -> Page[Enrollment]:
        """A page of LSI1, and the position after which the next page begins."""
        start = None
        if after is not None:
            start = {**keys.enrollment(event_id, keys.user_at(after)), "LSI1SK": after}
        page = self._table.query(condition, index=keys.LSI1, start=start, limit=limit)
        users = [keys.user_at(item["LSI1SK"]) for item in page.items]
        found = self.get_many(event_id, users)
        last = page.items[-1]["LSI1SK"] if page.next_key and page.items else None
        return Page([found[user] for user in users if user in found], last)

    def page_of_user(self, user_id: str, *, after: str | None = None, limit: int) -> Page[str]:
        """A page of the events that a user is or was enrolled in, by event.

        Returns:
            The events' ids, and the event after which the next page begins.
        """
        return page_of_events(
            self._table, keys.enrollment, keys.enrollment_of_user, user_id, after=after, limit=limit
        )

    def of_user(self, user_id: str, event_ids: Iterable[str]) -> list[Enrollment]:
        """A user's enrollments in these events as they are now, in no particular order."""
        wanted = (keys.enrollment(event_id, user_id) for event_id in event_ids)
        return [enrollment_of(item) for item in self._table.get_many(wanted)]

    def claim_address(self, event_id: str, address: str, user_id: str) -> str:
        """Claims an e-mail address for a user of the event, where nobody has.

        Returns:
            The user who holds the claim now, which is another where it was taken before.
        """
        claim = Change(set={"user_id": user_id})
        mine = Expression("attribute_not_exists(#PK) OR #user_id = :user", {":user": user_id})
        try:
            self._table.update(keys.address_claim(event_id, address), claim, mine)
        except WriteConflict as conflict:
            return str(conflict.item["user_id"]) if conflict.item else user_id
        return user_id

    def pass_on_address(self, event_id: str, address: str, *, of: str, to: str) -> bool:
        """Gives a claim that no longer holds to another user; ``False`` if someone was first."""
        claim = Change(set={"user_id": to})
        still_theirs = Expression("#user_id = :former", {":former": of})
        try:
            self._table.update(keys.address_claim(event_id, address), claim, still_theirs)
        except WriteConflict:
            return False
        return True

    def holders_of_addresses(self, event_id: str, addresses: Iterable[str]) -> dict[str, str]:
        """The users who hold these addresses within the event, by address."""
        claims = self._table.get_many(
            keys.address_claim(event_id, address) for address in set(addresses)
        )
        return {keys.address_of_claim(item["SK"]): item["user_id"] for item in claims}

    def of_address(self, event_id: str, address: str, *, exactly: bool = True) -> Enrollment | None:
        """Who holds an address within the event now, or did a moment ago for half of the price."""
        for claim in self._table.get_many([keys.address_claim(event_id, address)], exactly=exactly):
            wanted = [keys.enrollment(event_id, claim["user_id"])]
            return next(map(enrollment_of, self._table.get_many(wanted, exactly=exactly)), None)
        return None


def _due_between(event_id: str, first: str, last: str) -> Expression:
    return Expression(
        "#PK = :event AND #LSI1SK BETWEEN :first AND :last",
        {":event": keys.event(event_id)["PK"], ":first": first, ":last": last},
    )


def _claimant_is(user_id: str) -> Expression:
    return Expression("#user_id = :user", {":user": user_id})


def is_as(enrollment: Enrollment) -> Expression:
    """Holds while what is wanted of the person, and where the person stands, are as read."""
    return Expression(
        "#version = :was_version AND #state = :was_state",
        {":was_version": enrollment.version, ":was_state": enrollment.state.value},
    )


def _may_follow(read: Enrollment, theirs: Registration | None, ours: Registration | None) -> bool:
    """Whether a registrant may be noted in the place of what is noted by now."""
    if theirs == read.registration:
        return True
    if theirs is None or ours is None or theirs.join_url is not None:
        return False
    return (theirs.zoom_id, theirs.registrant_id) == (ours.zoom_id, ours.registrant_id)


def _attribute_is(name: str, value: object) -> Expression:
    """An attribute is still there as it was seen, or still missing."""
    if value is None:
        return Expression(f"attribute_exists(#PK) AND attribute_not_exists(#{name})")
    return Expression(f"#{name} = :seen", {":seen": value})
