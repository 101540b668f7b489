"""Whose registrants Zoom lists: matched with the roster, whatever the size of either.

What Zoom lists is in an order of its own, so one of the two has to be looked up in the other. The
roster is read once, a page at a time, for as many of Zoom's pages as could be had at once: a query
costs a quarter of what single items cost, or less. Where few are listed of a large roster, each is
looked up by who claimed the address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from lectern.domain.address import address_key
from lectern.domain.enrollment import Enrollment, Person, Registration
from lectern.domain.event import Event
from lectern.domain.people.instructors import is_wanted
from lectern.domain.planner import current_registration
from lectern.sync.reconciliation import Reconciliation
from lectern.sync.registration.addresses import settle_addresses
from lectern.zoom.payloads import ListedRegistrant

PAGE = 600
"""How many enrollments are in memory at once."""

_CHEAPER_BY = 8
"""A roster of so many times those listed costs as much as the two items for each of them."""


@dataclass(frozen=True)
class Holder:
    """The person whom a registrant belongs to.

    Attributes:
        user_id: The user.
        news: The registration as it is to be noted; ``None`` where it is as the ledger has it.
        is_new: Whether the ledger has none of the person that lets in.
    """

    user_id: str
    news: Registration | None = None
    is_new: bool = False


@dataclass
class Matches:
    """What came of matching what is listed with the roster.

    Attributes:
        holders: The persons whom registrants belong to, by address.
        approved: How many of the roster the ledger has a registrant of, who is let in; ``None``
            where the roster was not read.
    """

    holders: dict[str, Holder] = field(default_factory=dict)
    approved: int | None = None


def matches_of(work: Reconciliation, listed: Sequence[ListedRegistrant]) -> Matches:
    """Matches registrants with the enrollments that they belong to."""
    by_address = {address_key(registrant.email): registrant for registrant in listed}
    matches = Matches()
    if work.event.participants.enrolled <= _CHEAPER_BY * len(by_address):
        _match_roster(work, by_address, matches)
    unsettled = [address for address in by_address if address not in matches.holders]
    for first in range(0, len(unsettled), PAGE):
        _match_claims(work, by_address, unsettled[first : first + PAGE], matches)
    return matches


def _match_roster(
    work: Reconciliation, listed: Mapping[str, ListedRegistrant], matches: Matches
) -> None:
    """Matches those whose address one person of the roster has alone, and is registered with."""
    matches.approved = 0
    known: set[str] = set()
    shared: set[str] = set()
    for person in everyone(work):
        registered = current_registration(person, work.event)
        matches.approved += approved(person, work.event) is not None
        own = {person.person.address, *([registered.person.address] if registered else [])}
        own &= listed.keys()
        shared |= own & known
        known |= own
        if registered:
            holders = {each: _holder(work, person, listed[each]) for each in own}
            matches.holders |= holders
    for address in shared:
        matches.holders.pop(address, None)


def _match_claims(
    work: Reconciliation,
    listed: Mapping[str, ListedRegistrant],
    addresses: Sequence[str],
    matches: Matches,
) -> None:
    """Matches by who claimed an address, or can claim it."""
    store = work.dependencies.enrollments
    claimed = store.holders_of_addresses(work.event_id, addresses)
    enrollments = store.get_many(work.event_id, claimed.values())
    found = {
        address: enrollments[user_id]
        for address, user_id in claimed.items()
        if user_id in enrollments
    }
    found |= _claimed_now(work, set(addresses) - claimed.keys())
    matches.holders |= {
        address: _holder(work, person, listed[address]) for address, person in found.items()
    }


def _claimed_now(work: Reconciliation, addresses: AbstractSet[str]) -> dict[str, Enrollment]:
    """Who is wanted, not known to be registered, and has an address that Zoom lists all the same.

    A table that was restored knows nothing of those who were registered since. They are no
    strangers: they keep the registrant and the link that they have.
    """
    if not addresses or not work.event.participants.pending:
        return {}
    wanted = [
        each
        for each in everyone(work)
        if each.person.address in addresses
        and each.registration is None
        and is_wanted(each, work.event)
    ]
    mine, _ = settle_addresses(work.dependencies.enrollments, work.event, wanted)
    return {each.person.address: each for each in mine}


def _holder(work: Reconciliation, person: Enrollment, listed: ListedRegistrant) -> Holder:
    news = _as_listed(work, person, listed)
    is_new = news is not None and approved(person, work.event) is None
    return Holder(person.user_id, news, is_new)


def _as_listed(
    work: Reconciliation, person: Enrollment, listed: ListedRegistrant
) -> Registration | None:
    """The registration as Zoom lists it, where the ledger has it otherwise."""
    meeting = work.event.meeting
    known = current_registration(person, work.event)
    registrant_id = listed.registrant_id or (known.registrant_id if known else "")
    if meeting is None or not registrant_id:
        return None
    join_url = listed.join_url or (known.join_url if known else None)
    as_known = known and (known.registrant_id, known.join_url, known.withdrawn)
    if as_known == (registrant_id, join_url, None):
        return None
    return Registration(
        zoom_id=meeting.zoom_id,
        registrant_id=registrant_id,
        join_url=join_url,
        person=known.person if known else _person_listed(person, listed),
        registered_at=known.registered_at if known else work.now(),
    )


def _person_listed(enrollment: Enrollment, listed: ListedRegistrant) -> Person:
    """Who was registered: as wanted, unless Zoom has another address."""
    if address_key(listed.email) == enrollment.person.address:
        return enrollment.person
    return Person(email=listed.email, first_name=listed.first_name, last_name=listed.last_name)


def approved(enrollment: Enrollment, event: Event) -> Registration | None:
    """The registrant that the ledger has of a person, if it is let in."""
    registration = current_registration(enrollment, event)
    return registration if registration and not registration.withdrawn else None


def everyone(work: Reconciliation) -> Iterator[Enrollment]:
    """All of the event's people, a page of them in memory."""
    after: str | None = None
    while True:
        page, after = work.dependencies.enrollments.page(work.event_id, after=after, limit=PAGE)
        yield from page
        if after is None:
            return
