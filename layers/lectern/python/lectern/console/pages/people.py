"""One person: across events, and in one of them."""

from __future__ import annotations

from dataclasses import dataclass

from lectern.api.enrollments.view import EnrollmentView, enrollment_view
from lectern.api.events.view import EventView, event_view
from lectern.api.http.cursors import decode_cursor, encode_cursor
from lectern.api.http.problems import UnknownEnrollment, UnknownEvent, UnknownUser
from lectern.api.http.response import Response
from lectern.api.join.view import JoinView, join_view
from lectern.console.http.visit import Visit
from lectern.console.pages.why import explained
from lectern.store.joining import JoinFacts

_EVENTS = 50


@dataclass(frozen=True)
class Place:
    """Where a person stands in one event.

    Attributes:
        enrollment: ``None`` for a host or an instructor who is not enrolled.
        join: What the Join button shows, without the link behind it.
        is_host: Whether the event names the person as its host.
        is_over: Whether there is nothing left to join.
    """

    event: EventView
    enrollment: EnrollmentView | None
    join: JoinView
    is_host: bool
    is_over: bool


def person_page(visit: Visit) -> Response:
    """Shows where a person stands in their events, those that lie ahead first."""
    user_id, cursor, key = (
        visit.path["user_id"],
        visit.query.get("cursor"),
        visit.dependencies.link_key(),
    )
    scope = f"person {user_id}"
    after = decode_cursor(cursor, scope, key) if cursor else None
    enrolled, following = visit.dependencies.enrollments().page_of_user(
        user_id, after=after, limit=_EVENTS
    )
    staffed: list[str] = []
    if after is None:
        staff = visit.dependencies.events().staff
        staffed = staff.page_of_user(user_id, after=None, limit=_EVENTS).items
    looks = visit.dependencies.joins().look_at_all(user_id, dict.fromkeys([*staffed, *enrolled]))
    places = [place for look in looks.values() if (place := _place(look, visit))]
    if not places and not after and not following:
        raise UnknownUser
    places.sort(key=lambda place: (place.is_over, place.event.starts_at))
    here = f"/people/{user_id}"
    return visit.page(
        "person.html",
        user_id=user_id,
        person=next((each.enrollment for each in places if each.enrollment), None),
        places=places,
        first_page=visit.url(here) if after else None,
        next_page=visit.url(here, cursor=encode_cursor(following, scope, key))
        if following
        else None,
    )


def person_in_event(visit: Visit) -> Response:
    """Shows where a person stands in one event, and why."""
    user_id = visit.path["user_id"]
    look = visit.dependencies.joins().look(user_id, visit.path["event_id"])
    if look.event is None:
        raise UnknownEvent
    place = _place(look, visit)
    if place is None:
        raise UnknownEnrollment
    return visit.page(
        "person_in_event.html",
        user_id=user_id,
        place=place,
        event=place.event,
        explanation=explained(visit, user_id),
    )


def _place(look: JoinFacts, visit: Visit) -> Place | None:
    """Where the person stands; ``None`` where the event is not theirs (any more)."""
    event, enrollment, now = look.event, look.enrollment, visit.dependencies.now()
    if event is None or (enrollment is None and look.user_id not in event.details.staff):
        return None
    if enrollment is not None and not enrollment.enrolled:
        return None
    decision = look.decide(now)
    return Place(
        event=event_view(event),
        enrollment=enrollment_view(enrollment) if enrollment else None,
        join=join_view(decision.model_copy(update={"url": None})),
        is_host=event.details.host.user_id == look.user_id,
        is_over=event.is_cancelled or event.is_over(now),
    )
