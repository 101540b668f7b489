"""Where the links in Zoom's answers lead: who follows one is told who is let in.

``/j/<meeting>`` and ``/w/<webinar>`` are the join links, ``/s/<id>`` is the host's start link, and
``/meeting/register/<key>`` or ``/webinar/register/<key>`` the registration page. Answers are JSON,
so that a test can prove who gets in.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import ValidationError

from local.zoom import registrants
from local.zoom.bodies import AddRegistrant
from local.zoom.errors import ZoomError
from local.zoom.model import Approval, Registrant, RegistrantStatus, Session
from local.zoom.urls import personal_join_url
from local.zoom.world import World


def links_blueprint(world: World) -> Blueprint:
    """The routes of the links."""
    blueprint = Blueprint("links", __name__)

    @blueprint.get("/j/<int:session_id>")
    @blueprint.get("/w/<int:session_id>")
    def join(session_id: int) -> Response:
        with world.lock:
            session = _session(world, session_id)
            return _admission(session, _participant(world, session) if session else None)

    @blueprint.get("/s/<int:session_id>")
    def start(session_id: int) -> Response:
        with world.lock:
            session = _session(world, session_id)
            return _admission(session, _host(world, session) if session else None)

    @blueprint.get("/<any(meeting, webinar):_kind>/register/<key>")
    def registration_page(_kind: str, key: str) -> Response:
        with world.lock:
            session = _open_for_registration(world, key)
            if session is None:
                return _refuse(HTTPStatus.NOT_FOUND, "There is no such registration page.")
            return jsonify(topic=session.topic, approval_type=int(session.approval))

    @blueprint.post("/<any(meeting, webinar):_kind>/register/<key>")
    def register(_kind: str, key: str) -> Response:
        with world.lock:
            session = _open_for_registration(world, key)
            if session is None:
                return _refuse(HTTPStatus.NOT_FOUND, "There is no such registration page.")
            return _register(world, session)

    return blueprint


def _session(world: World, session_id: int) -> Session | None:
    session = world.sessions.get(session_id)
    if session is None or session.deleted_at is not None or session.host_id not in world.users:
        return None
    return session


def _admission(session: Session | None, person: dict[str, Any] | None) -> Response:
    if session is None or person is None:
        return _refuse(HTTPStatus.FORBIDDEN, "This link lets nobody in.")
    return jsonify({"admitted": True, f"{session.kind}_id": session.id} | person)


def _participant(world: World, session: Session) -> dict[str, Any] | None:
    """Who a join link lets in: one person, or anyone where there is no registration."""
    key = request.args.get("tk", "")
    if key:
        return _holder(world, session, key)
    open_to_all = session.approval is Approval.NO_REGISTRATION
    if open_to_all and request.args.get("pwd") == session.link_password:
        return {"role": "guest"}
    return None


def _holder(world: World, session: Session, key: str) -> dict[str, Any] | None:
    """Who has a personal link with this key, if it still works."""
    for registrant in session.registrants.values():
        if registrant.link_key == key:
            approved = registrant.status is RegistrantStatus.APPROVED
            return _as_registrant(registrant) if approved else None
    for panelist in session.panelists.values():
        if panelist.link_key == key:
            person = {"panelist_id": panelist.id, "email": panelist.email, "name": panelist.name}
            return {"role": "panelist", **person}
    link = session.invite_links.get(key)
    if link is None or (link.expires_at is not None and link.expires_at <= world.now()):
        return None
    return {"role": "invited", "name": link.name}


def _as_registrant(registrant: Registrant) -> dict[str, Any]:
    return {
        "role": "registrant",
        "registrant_id": registrant.id,
        "email": registrant.email,
        "first_name": registrant.first_name,
        "last_name": registrant.last_name,
    }


def _host(world: World, session: Session) -> dict[str, Any] | None:
    ends_at = session.start_keys.get(request.args.get("zak", ""))
    if ends_at is None or ends_at <= world.now():
        return None
    return {"role": "host", "email": world.users[session.host_id].email}


def _open_for_registration(world: World, key: str) -> Session | None:
    session = next((s for s in world.sessions.values() if s.registration_key == key), None)
    if session is None or session.approval is Approval.NO_REGISTRATION:
        return None
    return _session(world, session.id)


def _register(world: World, session: Session) -> Response:
    try:
        fields = request.get_json(silent=True) or request.form.to_dict()
        person = AddRegistrant.model_validate(fields)
        [added] = registrants.register(world, session, [person], auto_approve=False)
    except (ValidationError, ZoomError) as error:
        message = error.message if isinstance(error, ZoomError) else "The form is not complete."
        return _refuse(HTTPStatus.BAD_REQUEST, message)
    answer: dict[str, Any] = {"registrant_id": added.id, "status": added.status.value}
    if added.status is RegistrantStatus.APPROVED:
        answer["join_url"] = personal_join_url(world, session, added)
    return jsonify(answer)


def _refuse(status: HTTPStatus, message: str) -> Response:
    response = jsonify(admitted=False, message=message)
    response.status_code = status
    return response
