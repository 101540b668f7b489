"""Refreshes the ledger of an event's registrants from Zoom, a page at a time.

What Zoom lists and the ledger does not have is noted at once. Whether the ledger has someone whom
Zoom does not list is settled by counting: every registrant that Zoom lists is matched with one
enrolment, so equal numbers mean that nobody is missing. Only if the numbers differ is the list read
again, with a mark on each enrolment that is met, and whoever bears no mark is missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from lectern.domain.enrolment import Enrolment, EnrolmentState, Person, Registration
from lectern.domain.errors import ZoomError, ZoomNotFound, ZoomRejected
from lectern.domain.event import Planned, address_key
from lectern.domain.model import DomainModel
from lectern.domain.planner import current_registration
from lectern.sync.work import Work
from lectern.zoom.payloads import ListedRegistrant

_PAGE = 600


class Verification(DomainModel):
    """How far the verification of an event's registrants is.

    Attributes:
        page_token: Zoom's token of the next page; empty for the first.
        matched: How many listed registrants belong to enrolments.
        marking: Whether enrolments that are met get a mark.
        done: Whether the ledger is refreshed.
    """

    page_token: str = ""
    matched: int = 0
    marking: bool = False
    done: bool = False


def verify_page(work: Work, so_far: Verification, planned: Planned) -> Verification:
    """Refreshes the ledger with one page of Zoom's registrants.

    Args:
        work: The work on the event.
        so_far: How far the verification is.
        planned: What the round was planned from; a verification that was asked for later is
            another round's.

    Raises:
        ZoomError: Limits and outages, for the state machine to wait for.
    """
    meeting = work.event.meeting
    if meeting is None:
        return Verification(done=True)
    try:
        page = work.sessions(meeting).registrants(meeting.zoom_id, so_far.page_token)
    except ZoomNotFound:
        work.event = work.tools.leases.forget_meeting(work.event_id, work.owner)
        return Verification(done=True)
    except ZoomError as error:
        if isinstance(error, ZoomRejected) and so_far.page_token:
            # A page token ends after 15 minutes: begin again.
            return Verification(marking=so_far.marking)
        # What a person has to put right first leaves the verification asked for.
        work.note_refusal(error)
        return Verification(done=True)
    matched = so_far.matched + _match(work, page.registrants, marking=so_far.marking)
    if page.next_page_token:
        return so_far.model_copy(update={"page_token": page.next_page_token, "matched": matched})
    if not so_far.marking and matched < _registered(work):
        return Verification(marking=True)
    if so_far.marking:
        _void_unmarked(work)
    work.tools.enrolments.lookups.forget(work.event_id)
    work.event = work.tools.leases.record_verified(
        work.event_id, work.owner, planned.requested, work.now()
    )
    return Verification(done=True)


def _match(work: Work, registrants: list[ListedRegistrant], *, marking: bool) -> int:
    """Notes what Zoom lists with the enrolments that it belongs to, and counts those."""
    store = work.tools.enrolments
    by_address = {address_key(registrant.email): registrant for registrant in registrants}
    holders = store.holders_of_addresses(work.event_id, by_address)
    enrolments = store.get_many(work.event_id, holders.values())
    matched = 0
    for address, user_id in holders.items():
        enrolment = enrolments.get(user_id)
        if enrolment is None:
            continue
        matched += 1
        _note_listed(work, enrolment, by_address[address])
        if marking:
            store.mark_verified(enrolment, work.owner)
    return matched


def _note_listed(work: Work, enrolment: Enrolment, listed: ListedRegistrant) -> None:
    meeting = work.event.meeting
    known = current_registration(enrolment, work.event)
    if meeting is None:
        return
    join_url = listed.join_url or (known.join_url if known else None)
    if known and (known.registrant_id, known.join_url) == (listed.registrant_id, join_url):
        return
    registration = Registration(
        zoom_id=meeting.zoom_id,
        registrant_id=listed.registrant_id,
        join_url=join_url,
        person=known.person if known else _person_listed(enrolment, listed),
        registered_at=known.registered_at if known else work.now(),
    )
    work.tools.enrolments.record_registration(enrolment, registration)


def _person_listed(enrolment: Enrolment, listed: ListedRegistrant) -> Person:
    """Who was registered: as wanted, unless Zoom has another address."""
    if address_key(listed.email) == enrolment.person.address:
        return enrolment.person
    return Person(email=listed.email, first_name=listed.first_name, last_name=listed.last_name)


def _registered(work: Work) -> int:
    """How many people the ledger has a registrant of in the event's meeting."""
    return sum(1 for enrolment in _everyone(work) if current_registration(enrolment, work.event))


def _void_unmarked(work: Work) -> None:
    """Voids the registrations that Zoom does not list, so that they are planned anew."""
    for enrolment in _everyone(work):
        if current_registration(enrolment, work.event) and enrolment.verified_by != work.owner:
            shifts = work.tools.enrolments.record(enrolment, state=EnrolmentState.PENDING)
            work.noted(shifts)


def _everyone(work: Work) -> Iterator[Enrolment]:
    after: str | None = None
    while True:
        page, after = work.tools.enrolments.page(work.event_id, after=after, limit=_PAGE)
        yield from page
        if after is None:
            return
