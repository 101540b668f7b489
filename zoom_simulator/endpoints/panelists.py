"""The operations on the panelists of webinars."""

from __future__ import annotations

from http import HTTPStatus

from zoom_simulator import responses
from zoom_simulator.account import panelists
from zoom_simulator.account.model import Session
from zoom_simulator.account.sessions import find_session
from zoom_simulator.bodies.fields import AddPanelists, read
from zoom_simulator.clock import zoom_time
from zoom_simulator.endpoints.routing import NO_CONTENT, ApiCall, Reply, carries_out
from zoom_simulator.operations import Kind


@carries_out("list_panelists")
def list_panelists(call: ApiCall) -> Reply:
    """List all panelists, without pages."""
    webinar = _webinar(call)
    rows = [responses.panelist(call.world, webinar, each) for each in webinar.panelists.values()]
    return Reply(HTTPStatus.OK, {"panelists": rows, "total_records": len(rows)})


@carries_out("add_panelists")
def add_panelists(call: ApiCall) -> Reply:
    """Add up to 30 panelists; ids and links are only in the list."""
    webinar = _webinar(call)
    panelists.add(call.world, webinar, read(AddPanelists, call.body).panelists)
    answer = {"id": str(webinar.id), "updated_at": zoom_time(call.world.now())}
    return Reply(HTTPStatus.CREATED, answer)


@carries_out("delete_panelist")
def delete_panelist(call: ApiCall) -> Reply:
    """Take a panelist away."""
    panelists.remove(_webinar(call), call.path["panelist_id"])
    return NO_CONTENT


def _webinar(call: ApiCall) -> Session:
    return find_session(call.world, Kind.WEBINAR, call.path["session_id"])
