"""The events that a user has to do with: enrolled, or named as host or instructor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from lectern.api.enrollments.changes import WRITERS, Wish
from lectern.api.enrollments.endpoints import changes_of
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.views import View
from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Event
from lectern.store.page import Page

PAGE = 100
"""Events that are read at once."""

Place = tuple[Event, Enrollment | None]
"""An event of a user's, with the enrollment where there is one."""

Touch = Callable[[Event, Enrollment | None], bool]
"""Does something to a user in one event; whether it did."""


class PageOfUser(Protocol):
    """An index of events by user."""

    def __call__(self, user_id: str, *, after: str | None, limit: int) -> Page[str]:
        """A page of events' ids, and the event after which the next one begins."""


class TouchedEnrollments(View):
    """In how many events something follows."""

    enrollments: int


def touch_everywhere(
    user_id: str, touch: Touch, dependencies: ApiDependencies
) -> TouchedEnrollments:
    """Does something in every event of the user, some at a time, a page after the other."""
    with ThreadPoolExecutor(WRITERS) as writers:
        count = sum(
            sum(writers.map(touch, *zip(*page, strict=True)))
            for page in _pages(user_id, dependencies)
        )
    return TouchedEnrollments(enrollments=count)


def events_hosted(user_id: str, dependencies: ApiDependencies) -> Iterator[Event]:
    """The events whose host the user is, whatever their state."""
    for event_ids in _ids(dependencies.events().staff.page_of_user, user_id):
        events = dependencies.events().get_many(event_ids)
        yield from (event for event in events if event.details.host.user_id == user_id)


def _pages(user_id: str, dependencies: ApiDependencies) -> Iterator[list[Place]]:
    """The user's events, each once: first those with an enrollment."""
    met: set[str] = set()
    for page_of_user in (
        dependencies.enrollments().page_of_user,
        dependencies.events().staff.page_of_user,
    ):
        for event_ids in _ids(page_of_user, user_id):
            page = _places(user_id, [each for each in event_ids if each not in met], dependencies)
            met.update(event_ids)
            if page:
                yield page


def _ids(page_of_user: PageOfUser, user_id: str) -> Iterator[list[str]]:
    after: str | None = None
    while True:
        event_ids, after = page_of_user(user_id, after=after, limit=PAGE)
        yield event_ids
        if after is None:
            return


def _places(user_id: str, event_ids: list[str], dependencies: ApiDependencies) -> list[Place]:
    events = {event.event_id: event for event in dependencies.events().get_many(event_ids)}
    enrollments = {
        each.event_id: each for each in dependencies.enrollments().of_user(user_id, event_ids)
    }
    return [(events[each], enrollments.get(each)) for each in event_ids if each in events]


def carry_out(
    wish: Wish,
    enrollment: Enrollment,
    dependencies: ApiDependencies,
    key: str | None,
    *,
    verify: bool = False,
) -> bool:
    """Carries out a wish for one enrollment; whether that changed anything."""
    changes = changes_of(enrollment.event_id, dependencies, key)
    ((_, changed),) = changes.carry_out({enrollment.user_id: wish}, verify=verify).values()
    return changed
