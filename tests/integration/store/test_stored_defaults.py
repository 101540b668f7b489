"""What stands at its default is not stored: a default that changed would change what is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from pydantic_core import to_json

from lectern.domain.enrollment import Enrollment
from lectern.domain.event import Event
from lectern.domain.model import DomainModel
from lectern.store.items import stored
from lectern_testing.builders import a_details, a_meeting

DEFAULTS = {
    "Access": {"granted": True, "requirements": []},
    "Context": {"title": "", "url": None},
    "DriftFound": {"seen": "", "times": 1, "settled": True},
    "Drifts": {"edited": None, "people": None},
    "EventDetails": {
        "description": "",
        "instructors": [],
        "connection": "default",
        "access_validation": None,
        "context": None,
        "url": None,
    },
    "Meeting": {
        "read_back": False,
        "gone": None,
        "webinar_capacity": None,
        "webinars_are_licensed": True,
        "missing_since": None,
        "held_by": None,
        "came_back": [],
        "locked": {},
        "locked_at": None,
    },
    "MeetingIntent": {"refused": False},
    "MeetingSpec": {
        "agenda": "",
        "is_scheduled": True,
        "passcode": "",
        "waiting_room": False,
        "join_before_host": False,
        "auto_recording": "none",
        "mute_upon_entry": True,
        "require_sign_in": False,
        "zoom_emails": False,
        "approval_type": 1,
        "use_pmi": False,
        "alternative_hosts": [],
    },
    "Options": {
        "waiting_room": False,
        "join_before_host": False,
        "passcode": None,
        "auto_recording": "none",
        "mute_upon_entry": True,
        "require_sign_in": False,
        "zoom_emails": None,
    },
    "Panelist": {"by_hand": False},
    "Person": {"last_name": ""},
    "Registration": {"withdrawn": None},
    "Requirement": {"url": None},
    "Staffing": {"alternative_hosts": [], "unanswered_for": None},
    "ZoomUserSeen": {"user_id": None, "refused": False},
}
"""Those of the parts of events and people; to change one, write it into what is stored first."""


def parts_of(model: type[DomainModel]) -> Iterator[type[DomainModel]]:
    """The models that a model has fields of, and theirs."""
    for field in model.model_fields.values():
        for part in models_in(field.annotation):
            yield part
            yield from parts_of(part)


def models_in(annotation: Any) -> Iterator[type[DomainModel]]:
    if isinstance(annotation, type) and issubclass(annotation, DomainModel):
        yield annotation
    for each in get_args(annotation):
        yield from models_in(each)


def defaults_of(model: type[DomainModel]) -> dict[str, Any]:
    return {
        name: json.loads(to_json(field.get_default(call_default_factory=True)))
        for name, field in model.model_fields.items()
        if not field.is_required()
    }


def test_defaults_of_what_is_stored_are_as_they_always_were() -> None:
    apart = {"SyncRecord", "Participants"}  # Attributes of their own, which are stored all.
    parts = {each for model in (Event, Enrollment) for each in parts_of(model)}
    found = {each.__name__: defaults_of(each) for each in parts if each.__name__ not in apart}
    found["EventDetails"].pop("options")
    assert {name: own for name, own in found.items() if own} == DEFAULTS


def test_what_stands_at_its_default_is_not_stored() -> None:
    meeting = a_meeting(a_details())
    assert "locked" not in stored(meeting)
    assert type(meeting).model_validate_json(stored(meeting)) == meeting
