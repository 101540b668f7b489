"""Finding a person, by user id or e-mail address: across events, and within one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from lectern.api.http.fields import is_identifier
from lectern.api.http.response import Response
from lectern.console.http.visit import Visit
from lectern.console.pages.known import connection_ids
from lectern.domain.address import address_key
from lectern.domain.enrollment import Enrollment

_LONGEST = 128
_ACCOUNTS = 10
"""How many Zoom accounts are looked through for a host who is enrolled nowhere."""


@dataclass(frozen=True)
class Found:
    """Somebody who was looked for.

    Attributes:
        name: Empty where nothing but the id and the address is known.
    """

    user_id: str
    email: str
    name: str = ""


def find(visit: Visit) -> Response:
    """Leads to the person of an id or an address; lists them where several have it."""
    wanted = visit.query.get("person", "")[:_LONGEST]
    found = _found(wanted, visit) if wanted else []
    if len(found) == 1:
        return visit.to(f"/people/{found[0].user_id}")
    is_nobody = bool(wanted) and not found
    status = HTTPStatus.NOT_FOUND if is_nobody else HTTPStatus.OK
    return visit.page("people.html", status, wanted=wanted, found=found, is_nobody=is_nobody)


def find_in_event(visit: Visit) -> Response:
    """Leads to the person of an id or an address within the event."""
    event_id, wanted = visit.path["event_id"], visit.query.get("person", "")[:_LONGEST]
    ids = [wanted, *_of_address_in(event_id, wanted, visit)]
    known = visit.dependencies.enrollments().get_many(event_id, filter(is_identifier, ids))
    user_id = next((each for each in ids if each in known), None)
    if user_id is not None:
        return visit.to(f"/events/{event_id}/people/{user_id}")
    return visit.to(f"/events/{event_id}", person=wanted)


def _of_address_in(event_id: str, wanted: str, visit: Visit) -> list[str]:
    """The users of an address; who holds it at Zoom within the event comes first."""
    if "@" not in wanted:
        return []
    enrollments, address = visit.dependencies.enrollments(), address_key(wanted)
    holders = enrollments.holders_of_addresses(event_id, [address])
    return [*holders.values(), *(each.user_id for each in enrollments.addresses.people(wanted))]


def _found(wanted: str, visit: Visit) -> list[Found]:
    """Everybody whom the text means; ids of an LMS may look like addresses."""
    of_address = list(_of_address(wanted, visit)) if "@" in wanted else []
    if is_identifier(wanted) and wanted not in {each.user_id for each in of_address}:
        of_address += [Found(wanted, "")] if _is_known(wanted, visit) else []
    return of_address


def _of_address(email: str, visit: Visit) -> Iterable[Found]:
    people = visit.dependencies.enrollments().addresses.people(email)
    return [_of_enrollment(each) for each in people] or _hosts(email, visit)


def _of_enrollment(enrollment: Enrollment) -> Found:
    person = enrollment.person
    name = f"{person.first_name} {person.last_name}".strip()
    return Found(enrollment.user_id, person.email, name)


def _hosts(email: str, visit: Visit) -> list[Found]:
    """Who hosts with an address, by one event in each Zoom account."""
    events = visit.dependencies.events()
    ids = [
        event_id
        for connection in connection_ids(visit)[:_ACCOUNTS]
        for event_id in events.page_by_host(
            connection, email, first="0", last="~", after=None, limit=1
        ).items
    ]
    hosts = {event.details.host.user_id for event in events.get_many(ids)}
    return [Found(user_id, email) for user_id in sorted(hosts) if user_id]


def _is_known(user_id: str, visit: Visit) -> bool:
    """Whether there is an event of the user's."""
    parts = visit.dependencies
    enrolled = parts.enrollments().page_of_user(user_id, after=None, limit=1).items
    return bool(enrolled or parts.events().staff.page_of_user(user_id, after=None, limit=1).items)
