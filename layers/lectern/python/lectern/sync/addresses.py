"""One e-mail address, one person: who holds an address within an event."""

from __future__ import annotations

from collections.abc import Sequence

from lectern.domain.enrolment import Enrolment
from lectern.domain.event import Event
from lectern.domain.instructors import current_panelist, is_wanted
from lectern.domain.planner import current_registration
from lectern.store.enrolments import EnrolmentStore


def settle_addresses(
    store: EnrolmentStore, event: Event, enrolments: Sequence[Enrolment]
) -> tuple[list[Enrolment], list[Enrolment]]:
    """Claims the address of each person, in the given order.

    Returns:
        Those who hold their address now, and those whose address someone else holds.
    """
    mine: list[Enrolment] = []
    others: list[Enrolment] = []
    for enrolment in enrolments:
        (mine if _holds(store, event, enrolment) else others).append(enrolment)
    return mine, others


def _holds(store: EnrolmentStore, event: Event, enrolment: Enrolment) -> bool:
    address, user = enrolment.person.address, enrolment.user_id
    holder = store.claim_address(event.event_id, address, user)
    if holder == user:
        return True
    other = store.get(event.event_id, holder)
    if other and has_use_for(other, address, event):
        return False
    return store.pass_on_address(event.event_id, address, of=holder, to=user)


def has_use_for(enrolment: Enrolment, address: str, event: Event) -> bool:
    """Whether someone who once claimed an address still wants it, or has it at Zoom."""
    if is_wanted(enrolment, event) and enrolment.person.address == address:
        return True
    at_zoom = (current_registration(enrolment, event), current_panelist(enrolment, event))
    return any(each is not None and each.person.address == address for each in at_zoom)
