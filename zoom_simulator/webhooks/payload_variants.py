"""Other shapes of events than Zoom's document has them: as its own examples and integrators do.

Whoever reads webhooks should read these as well. Sources: the example payloads beside Zoom's
document, 2026-08; for the id of ``meeting.started`` a test of the library ZoomNet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

Payload = dict[str, Any]


def as_reported(event: str, payload: Payload) -> Payload:
    """The payload of an event in its other shape, where it has one."""
    reshape = _RESHAPED.get(event)
    if reshape is None:
        return payload
    reshaped = deepcopy(payload)
    reshape(reshaped)
    return reshaped


def _with_date_time(payload: Payload) -> None:
    participant = payload["object"]["participant"]
    participant["date_time"] = participant.pop("join_time")


def _with_id_as_number(payload: Payload) -> None:
    payload["object"]["id"] = int(payload["object"]["id"])


def _with_old_object_inside(payload: Payload) -> None:
    payload["object"]["old_object"] = payload.pop("old_object")
    del payload["time_stamp"]


def _without_operator(payload: Payload) -> None:
    del payload["operator"], payload["operator_id"]


_RESHAPED: Mapping[str, Callable[[Payload], None]] = {
    "meeting.participant_joined": _with_date_time,
    "meeting.started": _with_id_as_number,
    "webinar.updated": _with_old_object_inside,
    "webinar.registration_denied": _without_operator,
}
