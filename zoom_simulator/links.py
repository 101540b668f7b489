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

from zoom_simulator.account import registrants
from zoom_simulator.account.admission import let_in
from zoom_simulator.account.model import Approval, RegistrantStatus, Session
from zoom_simulator.bodies.fields import AddRegistrant
from zoom_simulator.errors import ZoomError
from zoom_simulator.urls import personal_join_url
from zoom_simulator.world import World


def links_blueprint(world: World) -> Blueprint:
    """The routes of the links."""
    blueprint = Blueprint("links", __name__)

    @blueprint.get("/j/<int:session_id>")
    @blueprint.get("/w/<int:session_id>")
    def join(session_id: int) -> Response:
        with world.lock:
            session = _session(world, session_id)
            return _admission(world, session)

    @blueprint.get("/s/<int:session_id>")
    def start(session_id: int) -> Response:
        with world.lock:
            session = _session(world, session_id)
            return _admission(world, session)

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


def _admission(world: World, session: Session | None) -> Response:
    person = let_in(world, session, request.args) if session else None
    if session is None or person is None:
        return _refuse(HTTPStatus.FORBIDDEN, "This link lets nobody in.")
    return jsonify({"admitted": True, f"{session.kind}_id": session.id} | person)


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
