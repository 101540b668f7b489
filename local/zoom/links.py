"""Where the links in Zoom's answers lead: who follows one is told who is let in.

``/j/<meeting>`` is the join link, ``/s/<meeting>`` the host's start link, and
``/meeting/register/<key>`` the registration page. Answers are JSON, so that a test can prove who
gets in.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import ValidationError

from local.zoom import registrants
from local.zoom.answers import personal_join_url
from local.zoom.bodies import AddRegistrant
from local.zoom.errors import ZoomError
from local.zoom.model import Approval, Meeting, Registrant, RegistrantStatus
from local.zoom.world import World


def links_blueprint(world: World) -> Blueprint:
    """The routes of the links."""
    blueprint = Blueprint("links", __name__)

    @blueprint.get("/j/<int:meeting_id>")
    def join(meeting_id: int) -> Response:
        with world.lock:
            meeting = _meeting(world, meeting_id)
            return _admission(meeting, _participant(meeting) if meeting else None)

    @blueprint.get("/s/<int:meeting_id>")
    def start(meeting_id: int) -> Response:
        with world.lock:
            meeting = _meeting(world, meeting_id)
            return _admission(meeting, _host(world, meeting) if meeting else None)

    @blueprint.get("/meeting/register/<key>")
    def registration_page(key: str) -> Response:
        with world.lock:
            meeting = _open_for_registration(world, key)
            if meeting is None:
                return _refuse(HTTPStatus.NOT_FOUND, "There is no such registration page.")
            return jsonify(topic=meeting.topic, approval_type=int(meeting.approval))

    @blueprint.post("/meeting/register/<key>")
    def register(key: str) -> Response:
        with world.lock:
            meeting = _open_for_registration(world, key)
            if meeting is None:
                return _refuse(HTTPStatus.NOT_FOUND, "There is no such registration page.")
            return _register(world, meeting)

    return blueprint


def _meeting(world: World, meeting_id: int) -> Meeting | None:
    meeting = world.meetings.get(meeting_id)
    if meeting is None or meeting.deleted_at is not None or meeting.host_id not in world.users:
        return None
    return meeting


def _admission(meeting: Meeting | None, person: dict[str, Any] | None) -> Response:
    if meeting is None or person is None:
        return _refuse(HTTPStatus.FORBIDDEN, "This link lets nobody in.")
    return jsonify(admitted=True, meeting_id=meeting.id, **person)


def _participant(meeting: Meeting) -> dict[str, Any] | None:
    """Who a join link lets in: one registrant, or anyone where there is no registration."""
    key = request.args.get("tk", "")
    of_key = next((r for r in meeting.registrants.values() if r.link_key == key), None)
    if of_key is not None:
        return _as_registrant(of_key) if of_key.status is RegistrantStatus.APPROVED else None
    open_to_all = meeting.approval is Approval.NO_REGISTRATION and not key
    if open_to_all and request.args.get("pwd") == meeting.link_password:
        return {"role": "guest"}
    return None


def _as_registrant(registrant: Registrant) -> dict[str, Any]:
    return {
        "role": "registrant",
        "registrant_id": registrant.id,
        "email": registrant.email,
        "first_name": registrant.first_name,
        "last_name": registrant.last_name,
    }


def _host(world: World, meeting: Meeting) -> dict[str, Any] | None:
    ends_at = meeting.start_keys.get(request.args.get("zak", ""))
    if ends_at is None or ends_at <= world.now():
        return None
    return {"role": "host", "email": world.users[meeting.host_id].email}


def _open_for_registration(world: World, key: str) -> Meeting | None:
    meeting = next((m for m in world.meetings.values() if m.registration_key == key), None)
    if meeting is None or meeting.approval is Approval.NO_REGISTRATION:
        return None
    return _meeting(world, meeting.id)


def _register(world: World, meeting: Meeting) -> Response:
    try:
        fields = request.get_json(silent=True) or request.form.to_dict()
        person = AddRegistrant.model_validate(fields)
        [added] = registrants.register(world, meeting, [person], auto_approve=False)
    except (ValidationError, ZoomError) as error:
        message = error.message if isinstance(error, ZoomError) else "The form is not complete."
        return _refuse(HTTPStatus.BAD_REQUEST, message)
    answer: dict[str, Any] = {"registrant_id": added.id, "status": added.status.value}
    if added.status is RegistrantStatus.APPROVED:
        answer["join_url"] = personal_join_url(world, meeting, added)
    return jsonify(answer)


def _refuse(status: HTTPStatus, message: str) -> Response:
    response = jsonify(admitted=False, message=message)
    response.status_code = status
    return response
