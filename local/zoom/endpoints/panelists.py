"""The operations on the panelists of webinars."""

from __future__ import annotations

from http import HTTPStatus

from lectern.domain.meeting import Kind
from lectern.zoom import operations
from local.zoom import answers, panelists
from local.zoom.bodies import AddPanelists, read
from local.zoom.clock import zoom_time
from local.zoom.endpoints.routing import NO_CONTENT, Answer, ApiCall, carries_out
from local.zoom.model import Session
from local.zoom.sessions import find_session


@carries_out(operations.LIST_PANELISTS)
def list_panelists(call: ApiCall) -> Answer:
    """List all panelists, without pages."""
    webinar = _webinar(call)
    rows = [answers.panelist(call.world, webinar, each) for each in webinar.panelists.values()]
    return Answer(HTTPStatus.OK, {"panelists": rows, "total_records": len(rows)})


@carries_out(operations.ADD_PANELISTS)
def add_panelists(call: ApiCall) -> Answer:
    """Add up to 30 panelists; ids and links are only in the list."""
    webinar = _webinar(call)
    panelists.add(call.world, webinar, read(AddPanelists, call.body).panelists)
    answer = {"id": str(webinar.id), "updated_at": zoom_time(call.world.now())}
    return Answer(HTTPStatus.CREATED, answer)


@carries_out(operations.DELETE_PANELIST)
def delete_panelist(call: ApiCall) -> Answer:
    """Take a panelist away."""
    panelists.remove(_webinar(call), call.path["panelist_id"])
    return NO_CONTENT


def _webinar(call: ApiCall) -> Session:
    return find_session(call.world, Kind.WEBINAR, call.path["session_id"])
