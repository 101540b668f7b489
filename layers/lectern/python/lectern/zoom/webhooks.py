"""Zoom's webhooks, read as leniently as can be: what is missing or of a wrong type is ``None``.

Zoom's own examples and schemas contradict each other: ids come as numbers and as texts, times under
several names, objects with more or fewer fields. An event is a hint, so nothing is refused for its
shape. Source: Zoom's webhook documentation and example payloads, 2026.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WrapValidator

from lectern.domain.meeting import Kind
from lectern.zoom.moments import plausible

T = TypeVar("T")


def _or_nothing(value: object, validate: Callable[[object], T]) -> T | None:
    try:
        return validate(value)
    except ValidationError:
        return None


def _text(value: object) -> object:
    """Ids are integers in some events and texts in others."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _from_milliseconds(value: object) -> object:
    """Zoom's ``event_ts`` is epoch milliseconds; a text that is none has no offset to trust."""
    try:
        return plausible(datetime.fromtimestamp(int(str(value)) / 1000, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _aware(value: object) -> object:
    """Zoom's times are UTC, also where they do not say so; numbers are not times here."""
    if not isinstance(value, str):
        return None
    return plausible(datetime.fromisoformat(value))


_Lenient = WrapValidator(_or_nothing)
Said = Annotated[str | None, BeforeValidator(_text), _Lenient]
Moment = Annotated[datetime | None, BeforeValidator(_aware), _Lenient]


class _Payload(BaseModel):
    """A part of a delivery."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class WebhookRegistrant(_Payload):
    """Who registered, or was approved, denied or cancelled."""

    id: Said = None
    email: Said = None
    status: Said = None


class WebhookParticipant(_Payload):
    """Who came into a session, or left it; ids and address are missing for guests."""

    id: Said = None
    user_id: Said = None
    user_name: Said = None
    email: Said = None
    participant_uuid: Said = None
    participant_user_id: Said = None
    registrant_id: Said = None
    join_time: Moment = None
    leave_time: Moment = None
    date_time: Moment = None


class WebhookSession(_Payload):
    """The meeting or webinar that something happened to.

    Attributes:
        id: Zoom's id, in every event that is of use.
        told: Everything that the event says of it, as it was sent.
    """

    id: Said = None
    uuid: Said = None
    start_time: Moment = None
    end_time: Moment = None
    registrant: Annotated[WebhookRegistrant | None, _Lenient] = None
    participant: Annotated[WebhookParticipant | None, _Lenient] = None
    told: dict[str, Any]


class Webhook(_Payload):
    """An event of Zoom that is about a session.

    Attributes:
        kind: Whether the session is a meeting or a webinar, by the event's name.
        what: What happened, such as ``started``: the rest of the name.
        at: When Zoom says that it happened, or that it came to know of it.
    """

    kind: Kind
    what: str
    at: Annotated[datetime | None, BeforeValidator(_from_milliseconds)]
    session: WebhookSession

    @property
    def name(self) -> str:
        """The event's name at Zoom."""
        return f"{self.kind.value}.{self.what}"


def read_webhook(body: str) -> Webhook | None:
    """The event that a delivery holds; ``None`` if it is none, or about no session."""
    try:
        content: Any = json.loads(body)
        kind, _, what = content["event"].partition(".")
        told = content["payload"]["object"]
        session = {**told, "told": told}
        return Webhook(kind=kind, what=what, at=content.get("event_ts"), session=session)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
