"""The endpoints of one event: put, read, cancel, synchronise."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from lectern.api.answers import Answer, status_of_write
from lectern.api.calls import Call
from lectern.api.etags import check_if_match, etag
from lectern.api.event_changes import EventChanges
from lectern.api.event_model import EventBody, details_of
from lectern.api.event_view import event_view
from lectern.api.fields import Query
from lectern.api.parts import Parts
from lectern.api.problems import UnknownEvent
from lectern.domain.event import Event


def put_event(call: Call[EventBody, Query], parts: Parts) -> Answer:
    """Creates or replaces the event."""
    event, changed = _changes(parts).save(
        call.path["event_id"], details_of(call.body), partial(check_if_match, call.headers)
    )
    return _shown(event, status_of_write(changed=changed))


def get_event(call: Call[None, Query], parts: Parts) -> Answer:
    """Reads the event."""
    event = parts.events().get(call.path["event_id"])
    if event is None:
        raise UnknownEvent
    return _shown(event, HTTPStatus.OK)


def cancel_event(call: Call[None, Query], parts: Parts) -> Answer:
    """Cancels the event."""
    event, changed = _changes(parts).cancel(
        call.path["event_id"], partial(check_if_match, call.headers)
    )
    return _shown(event, status_of_write(changed=changed))


def synchronise_event(call: Call[None, Query], parts: Parts) -> Answer:
    """Asks for a synchronisation that reads Zoom first and tries again what had failed."""
    event = parts.events().request_sync(call.path["event_id"], parts.now(), verify=True, retry=True)
    if event is None:
        raise UnknownEvent
    return _shown(event, HTTPStatus.ACCEPTED)


def _changes(parts: Parts) -> EventChanges:
    return EventChanges(parts.events(), parts.settings(), parts.now())


def _shown(event: Event, status: HTTPStatus) -> Answer:
    return Answer(event_view(event), status, {"ETag": etag(event.version)})
