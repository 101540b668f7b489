"""Refreshes the ledger of an event's registrants from Zoom, as many pages at once as can be had.

What Zoom lists and the ledger does not have is noted at once. Whether the ledger has someone whom
Zoom does not list is settled by counting: every registrant that Zoom lists is matched with one
enrollment, so equal numbers mean that nobody is missing. Only if the numbers differ is the list
read again, with a mark on each enrollment that is met, and whoever bears no mark is missing: denied
or deleted in Zoom by hand. Who is listed and has no enrollment registered there without the LMS.

Mostly there is nothing to be done, and the roster is read once for thousands of registrants. Where
there is much to be done, it is done a page of Zoom's at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from lectern.domain.address import address_key
from lectern.domain.enrollment import Enrollment, Withdrawn
from lectern.domain.errors import ZoomError, ZoomRejected
from lectern.domain.event import Planned
from lectern.domain.meeting import Meeting
from lectern.domain.model import DomainModel, Instant
from lectern.domain.planner import PersonAction, plan_person
from lectern.domain.settings import UnknownRegistrants
from lectern.sync.drift import note_people_changed, repairs
from lectern.sync.people.listed_people import Matches, approved, everyone, matches_of
from lectern.sync.people.withdrawal import note_withdrawn
from lectern.sync.reconciliation import LAG, Reconciliation
from lectern.zoom.paging import MOST_PAGES, MOST_RESTARTS, endless
from lectern.zoom.payloads import ListedRegistrant

MOST_LISTED = 10_000
"""So many registrants are matched with the roster at once."""

_LONG_ENOUGH = timedelta(seconds=15)
"""How long pages of Zoom's are read on."""

_MUCH = 300
"""More is not noted at once: as many as a page of Zoom's has."""


class Verification(DomainModel):
    """How far the verification of an event's registrants is.

    Attributes:
        page_token: Zoom's token of the next page; empty for the first.
        began: When it began; who was registered since may be missing in what was read.
        matched: How many listed registrants belong to enrollments.
        strangers: How many belonged to none and were removed.
        marking: Whether enrollments that are met get a mark.
        is_whole: Whether all that was listed could be read; else nobody is taken for missing.
        is_busy: Whether there is much to be done, so that it is done a page at a time.
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
    is_busy: bool = False
    pages: int = 0
    restarts: int = 0
    done: bool = False


class _Read(NamedTuple):
    """Pages of Zoom's that were read one after the other.

    Attributes:
        listed: The registrants in them.
        pages: How many they are.
        is_whole: Whether all of them could be read.
        next: The token of the page after them; empty where there is none.
    """

    listed: list[ListedRegistrant]
    pages: int
    is_whole: bool
    next: str


def verify_page(work: Reconciliation, so_far: Verification, planned: Planned) -> Verification:
    """Refreshes the ledger with the next pages of Zoom's registrants.

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
    began = so_far.began or work.now()
    try:
        read = _read_on(work, meeting, so_far)
    except ZoomError as error:
        if isinstance(error, ZoomRejected) and so_far.page_token:
            return _begun_again(so_far)
        # What a person has to put right first leaves the verification asked for.
        work.note_refusal(error)
        return Verification(done=True)
    mark = f"{work.lease.owner}#{planned.requested}"
    matches = matches_of(work, read.listed)
    strangers = _strangers(work, read.listed, matches)
    if read.pages > 1 and _is_much(matches, strangers):
        return so_far.model_copy(update={"is_busy": True})
    noted = _note(work, matches, mark if so_far.marking else None)
    _remove(work, meeting, strangers)
    so_far = so_far.model_copy(
        update={
            "began": began,
            "matched": so_far.matched + len(matches.holders),
            "strangers": so_far.strangers + len(strangers),
            "is_whole": so_far.is_whole and read.is_whole,
            "pages": so_far.pages + read.pages,
        }
    )
    if read.next:
        return so_far.model_copy(update={"page_token": read.next})
    if so_far.is_whole and not so_far.marking:
        known = _registered(work) if matches.approved is None else matches.approved + noted
        if so_far.matched < known:
            again = {"page_token": "", "matched": 0, "pages": 0, "marking": True, "is_busy": True}
            return so_far.model_copy(update=again)
    is_sure = so_far.marking and so_far.is_whole
    missing = _note_missing(work, meeting, began, mark) if is_sure else 0
    pending = _remove_pending_strangers(work, meeting)
    note_people_changed(work, missing + so_far.strangers + pending)
    work.dependencies.enrollments.lookups.forget(work.event_id)
    work.lease.record_verified(planned.requested, work.now())
    return Verification(done=True)


def _read_on(work: Reconciliation, meeting: Meeting, so_far: Verification) -> _Read:
    """Reads Zoom's next pages: one where there is much to be done, else as many as can be had.

    Raises:
        ZoomError: There is not even one. What comes after that is asked for by the next step.
    """
    sessions, began = work.sessions(meeting), work.now()
    listed: list[ListedRegistrant] = []
    pages, is_whole, token = 0, True, so_far.page_token
    while True:
        try:
            page = sessions.registrants(meeting.zoom_id, token)
            _require_end(so_far.pages + pages, token, page.next_page_token)
        except ZoomError:
            if not pages:
                raise
            break
        listed += page.registrants
        pages, is_whole = pages + 1, is_whole and page.is_whole
        token = page.next_page_token
        is_enough = len(listed) >= MOST_LISTED or work.now() - began >= _LONG_ENOUGH
        if so_far.is_busy or not token or is_enough:
            break
    return _Read(listed, pages, is_whole, token)


def _require_end(pages: int, token: str, next_token: str) -> None:
    """Looks whether the list has an end.

    Raises:
        ZoomUnavailable: The next page is the same again, or there is no end of them.
    """
    if next_token and (next_token == token or pages >= MOST_PAGES):
        raise endless("list_registrants")


def _is_much(matches: Matches, strangers: Sequence[ListedRegistrant]) -> bool:
    """Whether so much is to be done that it is done a page of Zoom's at a time."""
    return (
        bool(strangers) or sum(each.news is not None for each in matches.holders.values()) > _MUCH
    )


def _note(work: Reconciliation, matches: Matches, mark: str | None) -> int:
    """Notes what Zoom lists with the enrollments that it belongs to.

    Returns:
        For how many the ledger had nobody who is let in.
    """
    store = work.dependencies.enrollments
    for holder in matches.holders.values():
        if holder.news:
            store.record_registration(work.event_id, holder.user_id, holder.news)
        if mark:
            store.mark_verified(work.event_id, holder.user_id, mark)
    return sum(holder.is_new for holder in matches.holders.values())


def _begun_again(so_far: Verification) -> Verification:
    """Begins again where Zoom refuses a page token, as it does 15 minutes after it gave it.

    Raises:
        ZoomUnavailable: It refuses each.
    """
    if so_far.restarts >= MOST_RESTARTS:
        raise endless("list_registrants")
    again = {"page_token": "", "matched": 0, "restarts": so_far.restarts + 1}
    return so_far.model_copy(update=again)


def _registered(work: Reconciliation) -> int:
    """How many people the ledger has a registrant of, who is approved in the event's meeting."""
    return sum(1 for enrollment in everyone(work) if approved(enrollment, work.event))


def _note_missing(work: Reconciliation, meeting: Meeting, began: datetime, mark: str) -> int:
    """Notes whom Zoom does not list any more, so that they are planned anew, or left so.

    Returns:
        How many of them are wanted.
    """
    missing = [
        (enrollment, registration)
        for enrollment in everyone(work)
        if (registration := approved(enrollment, work.event))
        and enrollment.verified_by != mark
        and registration.registered_at <= began
        and not (registration.registered_at + LAG > began and _is_removed(work, enrollment))
    ]
    denied = _denied(work, meeting) if missing else set()
    wanted = 0
    for enrollment, registration in missing:
        was_denied = registration.registrant_id in denied
        withdrawn = Withdrawn.DENIED if was_denied else Withdrawn.DELETED
        wanted += note_withdrawn(work, enrollment, registration, withdrawn)
    return wanted


def _is_removed(work: Reconciliation, enrollment: Enrollment) -> bool:
    """Whether somebody's registration is to be taken away.

    Of a new one the list may be older than it: then it is not left to that to be gone.
    """
    return plan_person(enrollment, work.event, work.settings).action is PersonAction.REMOVE


def _denied(work: Reconciliation, meeting: Meeting) -> set[str]:
    """Zoom's ids of the registrants who are denied or cancelled."""
    listed = work.sessions(meeting).all_registrants(meeting.zoom_id, status="denied")
    return {registrant.registrant_id for registrant in listed}


def _remove_pending_strangers(work: Reconciliation, meeting: Meeting) -> int:
    """Removes strangers who wait for approval, where strangers are removed at all."""
    if not _removes_strangers(work):
        return 0
    listed = list(work.sessions(meeting).all_registrants(meeting.zoom_id, status="pending"))
    strangers = _strangers(work, listed, matches_of(work, listed))
    _remove(work, meeting, strangers)
    return len(strangers)


def _strangers(
    work: Reconciliation, listed: Sequence[ListedRegistrant], matches: Matches
) -> list[ListedRegistrant]:
    """Registrants whom the LMS does not know, where it wants them removed."""
    if not _removes_strangers(work):
        return []
    known = matches.holders.keys() | work.event.details.staff_addresses
    return [each for each in listed if each.registrant_id and address_key(each.email) not in known]


def _remove(work: Reconciliation, meeting: Meeting, strangers: Sequence[ListedRegistrant]) -> None:
    for stranger in strangers:
        work.sessions(meeting).remove(meeting.zoom_id, stranger.registrant_id)


def _removes_strangers(work: Reconciliation) -> bool:
    return repairs(work) and work.settings.unknown_registrants is UnknownRegistrants.REMOVE
