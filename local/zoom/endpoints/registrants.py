"""The operations on the registrants of meetings and webinars."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from lectern.domain.meeting import Kind
from local.zoom import answers, registrants
from local.zoom.bodies import BatchRegistrants, NewRegistrant, RegistrantStatusChange, read
from local.zoom.endpoints.routing import NO_CONTENT, Answer, ApiCall, carries_out_of_each_kind
from local.zoom.errors import invalid_field
from local.zoom.kinds import RULES
from local.zoom.model import Registrant, RegistrantStatus, Session
from local.zoom.refusals import Deed
from local.zoom.sessions import find_session


@carries_out_of_each_kind(lambda of: of.add_registrant)
def add_registrant(kind: Kind, call: ApiCall) -> Answer:
    """Register one person."""
    session = _session(kind, call, Deed.ADD)
    registrants.require_registration(call.world, session)
    body = read(RULES[kind].registrant_body, call.body)
    [added] = _register(call, session, [body], Deed.ADD, auto_approve=body.approves)
    return Answer(HTTPStatus.CREATED, answers.added_registrant(call.world, session, added))


@carries_out_of_each_kind(lambda of: of.batch_registrants)
def batch_registrants(kind: Kind, call: ApiCall) -> Answer:
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
    rows = [answers.batch_row(call.world, session, registrant) for registrant in added]
    return Answer(HTTPStatus.CREATED, {"registrants": rows})


@carries_out_of_each_kind(lambda of: of.list_registrants)
def list_registrants(kind: Kind, call: ApiCall) -> Answer:
    """List the registrants with one status."""
    world = call.world
    session = _session(kind, call, Deed.LIST)
    status = _status(call.query.get("status", RegistrantStatus.APPROVED))
    shown = registrants.listed(session, status)
    page, envelope = world.pages.cut(
        f"registrants {session.id} {status}", shown, call.query, world.now()
    )
    rows = [answers.registrant(world, session, registrant) for registrant in page]
    return Answer(HTTPStatus.OK, {**envelope, "registrants": rows})


@carries_out_of_each_kind(lambda of: of.read_registrant)
def get_registrant(kind: Kind, call: ApiCall) -> Answer:
    """Show a registrant."""
    session = _session(kind, call, Deed.READ)
    registrant = registrants.find_registrant(session, call.path["registrant_id"])
    return Answer(HTTPStatus.OK, answers.registrant(call.world, session, registrant))


@carries_out_of_each_kind(lambda of: of.delete_registrant)
def delete_registrant(kind: Kind, call: ApiCall) -> Answer:
    """Take a registration away."""
    session = _session(kind, call, Deed.DELETE)
    registrants.require_registration(call.world, session, Deed.DELETE)
    registrant = registrants.find_registrant(session, call.path["registrant_id"], Deed.DELETE)
    registrants.delete(call.world, session, registrant)
    return NO_CONTENT


@carries_out_of_each_kind(lambda of: of.change_registrant_status)
def update_registrant_status(kind: Kind, call: ApiCall) -> Answer:
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
