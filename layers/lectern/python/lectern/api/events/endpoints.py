"""The endpoints of one event: put, read, cancel, synchronise."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any

from lectern.api.events.body import EventBody, details_of
from lectern.api.events.changes import EventChanges
from lectern.api.events.view import event_view
from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.etags import check_if_match, etag
from lectern.api.http.fields import Query
from lectern.api.http.problems import UnknownEvent
from lectern.api.http.request import Request
from lectern.api.http.response import Response, status_of_write
from lectern.api.timeline.acts import record_act
from lectern.domain.event import Event
from lectern.domain.timeline import OperatorAct


def put_event(request: Request[EventBody, Query], dependencies: ApiDependencies) -> Response:
    """Creates or replaces the event."""
    event, changed = _changes(request, dependencies).save(
        request.path["event_id"], details_of(request.body), partial(check_if_match, request.headers)
    )
    return _shown(event, status_of_write(changed=changed))


def get_event(request: Request[None, Query], dependencies: ApiDependencies) -> Response:
    """Reads the event."""
    event = dependencies.events().get(request.path["event_id"])
    if event is None:
        raise UnknownEvent
    return _shown(event, HTTPStatus.OK)


def cancel_event(request: Request[None, Query], dependencies: ApiDependencies) -> Response:
    """Cancels the event."""
    event, changed = _changes(request, dependencies).cancel(
        request.path["event_id"], partial(check_if_match, request.headers)
    )
    return _shown(event, status_of_write(changed=changed))


def synchronise_event(request: Request[None, Query], dependencies: ApiDependencies) -> Response:
    """Asks for a synchronisation that reads Zoom first and tries again what had failed."""
    event = dependencies.events().request_sync(
        request.path["event_id"], dependencies.now(), verify=True, retry=True
    )
    if event is None:
        raise UnknownEvent
    record_act(event.event_id, OperatorAct.SYNCHRONISE, request, dependencies)
    return _shown(event, HTTPStatus.ACCEPTED)


def _changes(request: Request[Any, Query], dependencies: ApiDependencies) -> EventChanges:
    return EventChanges(
        dependencies.events(), dependencies.settings(), dependencies.now(), request.key
    )


def _shown(event: Event, status: HTTPStatus) -> Response:
    return Response(event_view(event), status, {"ETag": etag(event.version)})
