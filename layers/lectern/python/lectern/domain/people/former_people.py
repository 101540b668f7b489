"""Takes former people out of the ledger of an event that is over or cancelled.

Until then the ledger says what Zoom has, so that Zoom can be brought to what is wanted. Afterwards
nothing is changed there for somebody's sake, and an address would stay for nobody's.
"""

from __future__ import annotations

from typing import TypeVar

from lectern.domain.event import Event
from lectern.domain.meeting import Meeting, MeetingIntent

Made = TypeVar("Made", Meeting, MeetingIntent)


def without_former_people(event: Event) -> Event:
    """The event, whose ledger has no address of somebody whom it does not name any more."""
    return event.model_copy(
        update={
            "meeting": _without(event.meeting, event) if event.meeting else None,
            "intent": _without(event.intent, event) if event.intent else None,
            "retired": tuple(_without(each, event) for each in event.retired),
        }
    )


def _without(made: Made, event: Event) -> Made:
    named = event.staffing.alternative_hosts
    hosts = tuple(each for each in made.spec.alternative_hosts if each in named)
    spec = made.spec.model_copy(update={"alternative_hosts": hosts})
    host_email = "" if event.details.host.is_erased else made.host_email
    return made.model_copy(update={"spec": spec, "host_email": host_email})
