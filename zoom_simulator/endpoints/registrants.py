"""The operations on the registrants of meetings and webinars."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from zoom_simulator import responses
from zoom_simulator.account import registrants
from zoom_simulator.account.kinds import RULES
from zoom_simulator.account.model import Registrant, RegistrantStatus, Session
from zoom_simulator.account.sessions import find_session
from zoom_simulator.bodies.fields import (
    BatchRegistrants,
    NewRegistrant,
    RegistrantStatusChange,
    read,
)
from zoom_simulator.endpoints.routing import NO_CONTENT, ApiCall, Reply, carries_out_of_each_kind
from zoom_simulator.errors import invalid_field
from zoom_simulator.operations import Kind
from zoom_simulator.refusals import Deed


@carries_out_of_each_kind("add_{kind}_registrant")
def add_registrant(kind: Kind, call: ApiCall) -> Reply:
    """Register one person."""
    session = _session(kind, call, Deed.ADD)
    registrants.require_registration(call.world, session)
    body = read(RULES[kind].registrant_body, call.body)
    [added] = _register(call, session, [body], Deed.ADD, auto_approve=body.approves)
    return Reply(HTTPStatus.CREATED, responses.added_registrant(call.world, session, added))


@carries_out_of_each_kind("batch_{kind}_registrants")
def batch_registrants(kind: Kind, call: ApiCall) -> Reply:
    """Register up to 30 people."""
    session = _session(kind, call, Deed.ADD_BATCH)
    registrants.require_batch_type(session)
    registrants.require_registration(call.world, session, Deed.ADD_BATCH)
    body = read(BatchRegistrants, call.body)
    added = _register(
        call,
        session,
        body.registrants,
        Deed.ADD_BATCH,
        auto_approve=body.auto_approve,
        confirms=kind is Kind.WEBINAR or body.registrants_confirmation_email,
    )
    rows = [responses.batch_row(call.world, session, registrant) for registrant in added]
    return Reply(HTTPStatus.CREATED, {"registrants": rows})


@carries_out_of_each_kind("list_{kind}_registrants")
def list_registrants(kind: Kind, call: ApiCall) -> Reply:
    """List the registrants with one status."""
    world = call.world
    session = _session(kind, call, Deed.LIST)
    status = _status(call.query.get("status", RegistrantStatus.APPROVED))
    shown = registrants.listed(session, status)
    page, envelope = world.pages.cut(
        f"registrants {session.id} {status}", shown, call.query, world.now()
    )
    rows = [responses.registrant(world, session, registrant) for registrant in page]
    return Reply(HTTPStatus.OK, {**envelope, "registrants": rows})


@carries_out_of_each_kind("get_{kind}_registrant")
def get_registrant(kind: Kind, call: ApiCall) -> Reply:
    """Show a registrant."""
    session = _session(kind, call, Deed.READ)
    registrant = registrants.find_registrant(session, call.path["registrant_id"])
    return Reply(HTTPStatus.OK, responses.registrant(call.world, session, registrant))


@carries_out_of_each_kind("delete_{kind}_registrant")
def delete_registrant(kind: Kind, call: ApiCall) -> Reply:
    """Take a registration away."""
    session = _session(kind, call, Deed.DELETE)
    registrants.require_registration(call.world, session, Deed.DELETE)
    registrant = registrants.find_registrant(session, call.path["registrant_id"], Deed.DELETE)
    registrants.delete(call.world, session, registrant)
    return NO_CONTENT


@carries_out_of_each_kind("update_{kind}_registrant_status")
def update_registrant_status(kind: Kind, call: ApiCall) -> Reply:
    """Approve, cancel or deny up to 30 registrants."""
    world = call.world
    session = _session(kind, call, Deed.CHANGE_STATUS)
    registrants.require_registration(world, session, Deed.CHANGE_STATUS)
    body = read(RegistrantStatusChange, call.body)
    meant = registrants.references(session, body.registrants)
    world.limits.take_status_changes(session, [each.email for each in meant], world.now())
    registrants.change_status(world, session, body.action, meant)
    return NO_CONTENT


def _session(kind: Kind, call: ApiCall, deed: Deed) -> Session:
    return find_session(call.world, kind, call.path["session_id"], deed)


def _register(
    call: ApiCall,
    session: Session,
    people: Sequence[NewRegistrant],
    deed: Deed,
    *,
    auto_approve: bool,
    confirms: bool = True,
) -> list[Registrant]:
    world = call.world
    world.limits.take_registrations(session, [each.email for each in people], world.now())
    return registrants.register(
        world,
        session,
        people,
        auto_approve=auto_approve,
        deed=deed,
        confirms=confirms,
        link_delay=call.struck.link_delay,
    )


def _status(text: str) -> RegistrantStatus:
    try:
        return RegistrantStatus(text)
    except ValueError as error:
        raise invalid_field("status", "The status is pending, approved or denied.") from error
