"""Refreshes the ledger of an event's registrants from Zoom, a page at a time.

What Zoom lists and the ledger does not have is noted at once. Whether the ledger has someone whom
Zoom does not list is settled by counting: every registrant that Zoom lists is matched with one
enrollment, so equal numbers mean that nobody is missing. Only if the numbers differ is the list
read again, with a mark on each enrollment that is met, and whoever bears no mark is missing: denied
or deleted in Zoom by hand. Who is listed and has no enrollment registered there without the LMS.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime

from lectern.domain.address import address_key
from lectern.domain.enrollment import Enrollment, Person, Registration, Withdrawn
from lectern.domain.errors import ZoomError, ZoomRejected
from lectern.domain.event import Event, Planned
from lectern.domain.meeting import Meeting
from lectern.domain.model import DomainModel, Instant
from lectern.domain.people.instructors import is_wanted
from lectern.domain.planner import current_registration
from lectern.domain.settings import UnknownRegistrants
from lectern.sync.drift import note_people_changed, repairs
from lectern.sync.people.withdrawal import note_withdrawn
from lectern.sync.reconciliation import Reconciliation
from lectern.sync.registration.addresses import settle_addresses
from lectern.zoom.paging import MOST_PAGES, MOST_RESTARTS, endless
from lectern.zoom.payloads import ListedRegistrant, RegistrantPage

_PAGE = 600


class Verification(DomainModel):
    """How far the verification of an event's registrants is.

    Attributes:
        page_token: Zoom's token of the next page; empty for the first.
        began: When it began; who was registered since may be missing in what was read.
        matched: How many listed registrants belong to enrollments.
        strangers: How many belonged to none and were removed.
        marking: Whether enrollments that are met get a mark.
        is_whole: Whether all that was listed could be read; else nobody is taken for missing.
        pages: How many pages were read.
        restarts: How often the list was begun anew.
        done: Whether the ledger is refreshed.
    """

    page_token: str = ""
    began: Instant | None = None
    matched: int = 0
    strangers: int = 0
    marking: bool = False
    is_whole: bool = True
    pages: int = 0
    restarts: int = 0
    done: bool = False


def verify_page(work: Reconciliation, so_far: Verification, planned: Planned) -> Verification:
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
    except ZoomError as error:
        if isinstance(error, ZoomRejected) and so_far.page_token:
            return _begun_again(so_far)
        # What a person has to put right first leaves the verification asked for.
        work.note_refusal(error)
        return Verification(done=True)
    mark = f"{work.lease.owner}#{planned.requested}"
    so_far = _with_page(work, so_far, meeting, page, mark)
    if page.next_page_token:
        return _next_page(so_far, page.next_page_token)
    if so_far.is_whole and not so_far.marking and so_far.matched < _registered(work):
        return so_far.model_copy(
            update={"page_token": "", "matched": 0, "marking": True, "pages": 0}
        )
    began = so_far.began or work.now()
    is_sure = so_far.marking and so_far.is_whole
    missing = _note_missing(work, meeting, began, mark) if is_sure else 0
    pending = _remove_pending_strangers(work, meeting)
    note_people_changed(work, missing + so_far.strangers + pending)
    work.dependencies.enrollments.lookups.forget(work.event_id)
    work.lease.record_verified(planned.requested, work.now())
    return Verification(done=True)


def _begun_again(so_far: Verification) -> Verification:
    """Begins again where Zoom refuses a page token, as it does 15 minutes after it gave it.

    Raises:
        ZoomUnavailable: It refuses each.
    """
    if so_far.restarts >= MOST_RESTARTS:
        raise endless("list_registrants")
    again = {"page_token": "", "matched": 0, "restarts": so_far.restarts + 1}
    return so_far.model_copy(update=again)


def _next_page(so_far: Verification, page_token: str) -> Verification:
    """Goes on to the next page.

    Raises:
        ZoomUnavailable: It is the same again, or there is no end of them.
    """
    if page_token == so_far.page_token or so_far.pages >= MOST_PAGES:
        raise endless("list_registrants")
    return so_far.model_copy(update={"page_token": page_token, "pages": so_far.pages + 1})


def _with_page(
    work: Reconciliation,
    so_far: Verification,
    meeting: Meeting,
    page: RegistrantPage,
    mark: str,
) -> Verification:
    """How far the verification is with a page: what it lists noted, strangers in it removed."""
    listed = page.registrants
    holders = _holders(work, listed)
    _note_page(work, listed, holders, mark if so_far.marking else None)
    removed = _remove_strangers(work, meeting, listed, holders)
    return so_far.model_copy(
        update={
            "began": so_far.began or work.now(),
            "matched": so_far.matched + len(holders),
            "strangers": so_far.strangers + removed,
            "is_whole": so_far.is_whole and page.is_whole,
        }
    )


def _holders(work: Reconciliation, listed: list[ListedRegistrant]) -> dict[str, Enrollment]:
    """The enrollments that registrants belong to, by address.

    Where the whole roster is one page it is read as such: a quarter of what single items cost. An
    address that it does not settle is settled by who claimed it, as where the roster is larger.
    """
    store = work.dependencies.enrollments
    addresses = {address_key(registrant.email) for registrant in listed}
    known = _known_by_address(work) if addresses else {}
    settled = {address: known[address] for address in addresses & known.keys()}
    addresses -= settled.keys()
    holders = store.holders_of_addresses(work.event_id, addresses)
    enrollments = store.get_many(work.event_id, holders.values())
    return (
        settled
        | _claimed_now(work, addresses - holders.keys())
        | {
            address: enrollments[user_id]
            for address, user_id in holders.items()
            if user_id in enrollments
        }
    )


def _known_by_address(work: Reconciliation) -> dict[str, Enrollment]:
    """Whom a roster of one page has at Zoom, by each address that one person has alone."""
    if work.event.participants.enrolled > _PAGE:
        return {}
    page, after = work.dependencies.enrollments.page(work.event_id, limit=_PAGE)
    if after is not None:
        return {}
    found: dict[str, Enrollment] = {}
    shared: set[str] = set()
    for person in page:
        registered = current_registration(person, work.event)
        own = {person.person.address, *([registered.person.address] if registered else [])}
        shared |= own & found.keys()
        found |= dict.fromkeys(own, person)
    return {
        address: person
        for address, person in found.items()
        if address not in shared and current_registration(person, work.event)
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
        for each in _everyone(work)
        if each.person.address in addresses
        and each.registration is None
        and is_wanted(each, work.event)
    ]
    mine, _ = settle_addresses(work.dependencies.enrollments, work.event, wanted)
    return {each.person.address: each for each in mine}


def _note_page(
    work: Reconciliation,
    listed: list[ListedRegistrant],
    holders: dict[str, Enrollment],
    mark: str | None,
) -> None:
    """Notes what Zoom lists with the enrollments that it belongs to."""
    for registrant in listed:
        enrollment = holders.get(address_key(registrant.email))
        if enrollment is None:
            continue
        _note_listed(work, enrollment, registrant)
        if mark:
            work.dependencies.enrollments.mark_verified(enrollment, mark)


def _note_listed(work: Reconciliation, enrollment: Enrollment, listed: ListedRegistrant) -> None:
    meeting = work.event.meeting
    known = current_registration(enrollment, work.event)
    registrant_id = listed.registrant_id or (known.registrant_id if known else "")
    if meeting is None or not registrant_id:
        return
    join_url = listed.join_url or (known.join_url if known else None)
    as_known = known and (known.registrant_id, known.join_url, known.withdrawn)
    if as_known == (registrant_id, join_url, None):
        return
    registration = Registration(
        zoom_id=meeting.zoom_id,
        registrant_id=registrant_id,
        join_url=join_url,
        person=known.person if known else _person_listed(enrollment, listed),
        registered_at=known.registered_at if known else work.now(),
    )
    work.dependencies.enrollments.record_registration(enrollment, registration)


def _person_listed(enrollment: Enrollment, listed: ListedRegistrant) -> Person:
    """Who was registered: as wanted, unless Zoom has another address."""
    if address_key(listed.email) == enrollment.person.address:
        return enrollment.person
    return Person(email=listed.email, first_name=listed.first_name, last_name=listed.last_name)


def _registered(work: Reconciliation) -> int:
    """How many people the ledger has a registrant of, who is approved in the event's meeting."""
    return sum(1 for enrollment in _everyone(work) if _approved(enrollment, work.event))


def _approved(enrollment: Enrollment, event: Event) -> Registration | None:
    registration = current_registration(enrollment, event)
    return registration if registration and not registration.withdrawn else None


def _note_missing(work: Reconciliation, meeting: Meeting, began: datetime, mark: str) -> int:
    """Notes whom Zoom does not list any more, so that they are planned anew, or left so.

    Returns:
        How many of them are wanted.
    """
    missing = [
        (enrollment, registration)
        for enrollment in _everyone(work)
        if (registration := _approved(enrollment, work.event))
        and enrollment.verified_by != mark
        and registration.registered_at <= began
    ]
    denied = _denied(work, meeting) if missing else set()
    wanted = 0
    for enrollment, registration in missing:
        was_denied = registration.registrant_id in denied
        withdrawn = Withdrawn.DENIED if was_denied else Withdrawn.DELETED
        wanted += note_withdrawn(work, enrollment, registration, withdrawn)
    return wanted


def _denied(work: Reconciliation, meeting: Meeting) -> set[str]:
    """Zoom's ids of the registrants who are denied or cancelled."""
    listed = work.sessions(meeting).all_registrants(meeting.zoom_id, status="denied")
    return {registrant.registrant_id for registrant in listed}


def _remove_pending_strangers(work: Reconciliation, meeting: Meeting) -> int:
    """Removes strangers who wait for approval, where strangers are removed at all."""
    if not _removes_strangers(work):
        return 0
    listed = list(work.sessions(meeting).all_registrants(meeting.zoom_id, status="pending"))
    return _remove_strangers(work, meeting, listed, _holders(work, listed))


def _remove_strangers(
    work: Reconciliation,
    meeting: Meeting,
    listed: list[ListedRegistrant],
    holders: dict[str, Enrollment],
) -> int:
    """Removes registrants whom the LMS does not know, if it wants that, and counts them."""
    if not _removes_strangers(work):
        return 0
    known = holders.keys() | work.event.details.staff_addresses
    strangers = [
        each for each in listed if each.registrant_id and address_key(each.email) not in known
    ]
    for stranger in strangers:
        work.sessions(meeting).remove(meeting.zoom_id, stranger.registrant_id)
    return len(strangers)


def _removes_strangers(work: Reconciliation) -> bool:
    return repairs(work) and work.settings.unknown_registrants is UnknownRegistrants.REMOVE


def _everyone(work: Reconciliation) -> Iterator[Enrollment]:
    after: str | None = None
    while True:
        page, after = work.dependencies.enrollments.page(work.event_id, after=after, limit=_PAGE)
        yield from page
        if after is None:
            return
