"""The endpoints of many enrollments at once: a batch, and the whole roster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from lectern.api.enrollments.body import (
    BatchBody,
    FaultyEntry,
    RosterBody,
    RosterEntry,
    access_of,
    person_of,
)
from lectern.api.enrollments.changes import Outcome, Wish, enrol, remove
from lectern.api.enrollments.endpoints import changes_of
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.fields import Query
from lectern.api.http.problems import InvalidField
from lectern.api.http.request import Request
from lectern.api.http.response import Response, status_of_write
from lectern.api.http.views import View
from lectern.store.enrollments import EnrollmentStore

_PAGE = 1000
_DETAIL_LENGTH = 200
"""Keeps the answer to a roster full of faults below what Lambda can answer (6 MB)."""

Entries = Sequence[RosterEntry | FaultyEntry]


class EntryResult(View):
    """The result of one entry of the request."""

    user_id: str | None
    status: int
    code: str | None = None
    detail: str | None = None


class EntryResults(View):
    """The results of all entries, in the order of the request."""

    items: list[EntryResult]


def post_batch(request: Request[BatchBody, Query], dependencies: ApiDependencies) -> Response:
    """Enrols or changes up to 500 users."""
    return _take(request.body.enrollments, request, dependencies, is_whole=False)


def put_roster(request: Request[RosterBody, Query], dependencies: ApiDependencies) -> Response:
    """Declares everyone who is in the event."""
    return _take(request.body.enrollments, request, dependencies, is_whole=True)


def _take(
    listed: Sequence[RosterEntry],
    request: Request[Any, Query],
    dependencies: ApiDependencies,
    *,
    is_whole: bool,
) -> Response:
    entries: Entries = listed
    event_id = request.path["event_id"]
    changes = changes_of(event_id, dependencies, request.key)
    changes.check_event(takes_people=True)
    firsts = _first_of_each_user(entries)
    wishes = _wishes(firsts.values(), event_id, dependencies.now())
    if is_whole:
        wishes |= _removals(entries, event_id, dependencies)
    outcomes = changes.carry_out(wishes)
    results = [_result(entry, firsts, outcomes) for entry in entries]
    changed = any(changed for _, changed in outcomes.values())
    return Response(EntryResults(items=results), status_of_write(changed=changed))


def _first_of_each_user(entries: Entries) -> dict[str, RosterEntry]:
    firsts: dict[str, RosterEntry] = {}
    for entry in entries:
        if isinstance(entry, RosterEntry):
            firsts.setdefault(entry.user_id, entry)
    return firsts


def _wishes(entries: Iterable[RosterEntry], event_id: str, now: datetime) -> dict[str, Wish]:
    return {
        entry.user_id: enrol(
            event_id,
            entry.user_id,
            person=person_of(entry),
            role=entry.role,
            access=access_of(entry.access),
            # Of two with one address the earlier one is first: here, by the order of the request.
            now=now + timedelta(microseconds=place),
        )
        for place, entry in enumerate(entries)
    }


def _removals(entries: Entries, event_id: str, dependencies: ApiDependencies) -> dict[str, Wish]:
    """Who is enrolled and not named; nobody while an entry does not tell whom it means."""
    named = {entry.user_id for entry in entries}
    if None in named:
        return {}
    enrolled = _enrolled_users(dependencies.enrollments(), event_id)
    return {user_id: remove(dependencies.now()) for user_id in enrolled if user_id not in named}


def _enrolled_users(enrollments: EnrollmentStore, event_id: str) -> Iterator[str]:
    after: str | None = None
    while True:
        page, after = enrollments.page(event_id, after=after, limit=_PAGE)
        yield from (each.user_id for each in page if each.is_enrolled)
        if after is None:
            return


def _result(
    entry: RosterEntry | FaultyEntry,
    firsts: Mapping[str, RosterEntry],
    outcomes: Mapping[str, Outcome],
) -> EntryResult:
    if isinstance(entry, FaultyEntry):
        return _refused(entry.user_id, "invalid", _told(entry.faults))
    if firsts[entry.user_id] is not entry:
        return _refused(entry.user_id, "duplicate_user", "An earlier entry is about this user.")
    _, changed = outcomes[entry.user_id]
    return EntryResult(user_id=entry.user_id, status=status_of_write(changed=changed))


def _refused(user_id: str | None, code: str, detail: str) -> EntryResult:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return EntryResult(user_id=user_id, status=status, code=code, detail=detail)


def _told(faults: Sequence[InvalidField]) -> str:
    told = "; ".join(f"{fault.pointer or '/'}: {fault.detail}" for fault in faults)
    return told if len(told) <= _DETAIL_LENGTH else f"{told[: _DETAIL_LENGTH - 1]}…"
