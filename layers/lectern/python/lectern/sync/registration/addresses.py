"""One e-mail address, one person: who holds an address within an event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Event
from lectern.domain.people.instructors import current_panelist, is_wanted
from lectern.domain.planner import current_registration
from lectern.store.enrollments import EnrollmentStore

Claim = Callable[[Enrollment], str]
"""Claims a person's address where nobody has; gives the user who holds it now."""


def settle_addresses(
    store: EnrollmentStore,
    event: Event,
    enrollments: Sequence[Enrollment],
    claim: Claim | None = None,
) -> tuple[list[Enrollment], list[Enrollment]]:
    """Claims the address of each person, in the given order.

    Args:
        store: The enrollments.
        event: The event.
        enrollments: The people.
        claim: Claims an address; without it, that is all that is noted.

    Returns:
        Those who hold their address now, and those whose address someone else holds.
    """
    claim = claim or partial(_claim, store, event)
    mine: list[Enrollment] = []
    others: list[Enrollment] = []
    for enrollment in enrollments:
        (mine if _holds(store, event, enrollment, claim) else others).append(enrollment)
    return mine, others


def _claim(store: EnrollmentStore, event: Event, enrollment: Enrollment) -> str:
    address = enrollment.person.address
    return store.claim_address(event.event_id, address, enrollment.user_id)


def _holds(store: EnrollmentStore, event: Event, enrollment: Enrollment, claim: Claim) -> bool:
    address, user = enrollment.person.address, enrollment.user_id
    holder = claim(enrollment)
    if holder == user:
        return True
    other = store.get(event.event_id, holder)
    if other and has_use_for(other, address, event):
        return False
    return store.pass_on_address(event.event_id, address, of=holder, to=user)


def has_use_for(enrollment: Enrollment, address: str, event: Event) -> bool:
    """Whether someone who once claimed an address still wants it, or has it at Zoom."""
    if is_wanted(enrollment, event) and enrollment.person.address == address:
        return True
    at_zoom = (current_registration(enrollment, event), current_panelist(enrollment, event))
    return any(each is not None and each.person.address == address for each in at_zoom)
