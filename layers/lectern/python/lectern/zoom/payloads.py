"""Meetings as Zoom's API writes them: the spec as a request, an answer as a spec."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from lectern.domain.meeting import MeetingSpec

SCHEDULED_MEETING = 2
"""Zoom's meeting type for a meeting at a fixed time; batch registration works for no other."""

EMAIL_SWITCHES = (
    "email_notification",
    "registrants_email_notification",
    "registrants_confirmation_email",
    "alternative_hosts_email_notification",
)
"""Every e-mail that Zoom would send by itself; their defaults are the host's, so all are said."""


def zoom_time(moment: datetime) -> str:
    """A moment as Zoom writes it; with ``Z`` it is UTC whatever ``timezone`` says."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_TOP_LEVEL: Mapping[str, Callable[[MeetingSpec], dict[str, Any]]] = {
    "topic": lambda spec: {"topic": spec.topic},
    "agenda": lambda spec: {"agenda": spec.agenda},
    "starts_at": lambda spec: {
        "start_time": zoom_time(spec.starts_at),
        "timezone": spec.timezone,
    },
    "duration_minutes": lambda spec: {"duration": spec.duration_minutes},
    "timezone": lambda spec: {"start_time": zoom_time(spec.starts_at), "timezone": spec.timezone},
    "passcode": lambda spec: {"password": spec.passcode},
}

_SETTINGS: Mapping[str, Callable[[MeetingSpec], dict[str, Any]]] = {
    "waiting_room": lambda spec: {"waiting_room": spec.waiting_room},
    "join_before_host": lambda spec: {"join_before_host": spec.join_before_host},
    "auto_recording": lambda spec: {"auto_recording": spec.auto_recording},
    "mute_upon_entry": lambda spec: {"mute_upon_entry": spec.mute_upon_entry},
    "require_sign_in": lambda spec: {"meeting_authentication": spec.require_sign_in},
    "zoom_emails": lambda spec: dict.fromkeys(EMAIL_SWITCHES, spec.zoom_emails),
    "approval_type": lambda spec: {"approval_type": spec.approval_type},
    "use_pmi": lambda spec: {"use_pmi": spec.use_pmi},
}


def update_payload(spec: MeetingSpec, fields: Iterable[str]) -> dict[str, Any]:
    """The PATCH that brings these fields of a meeting to the spec."""
    payload: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    for name in sorted(fields):
        if name in _TOP_LEVEL:
            payload |= _TOP_LEVEL[name](spec)
        else:
            settings |= _SETTINGS[name](spec)
    return payload | ({"settings": settings} if settings else {})


def create_payload(spec: MeetingSpec) -> dict[str, Any]:
    """The request that creates a meeting of the spec."""
    everything = update_payload(spec, [*_TOP_LEVEL, *_SETTINGS])
    return everything | {"type": SCHEDULED_MEETING, "default_password": False}


class MeetingAnswer(BaseModel):
    """A meeting as Zoom answers it, read leniently; what Zoom leaves out is ``None``."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)

    id: str
    uuid: str = ""
    host_id: str = ""
    host_email: str = ""
    topic: str | None = None
    agenda: str | None = None
    start_time: datetime | None = None
    duration: int | None = None
    timezone: str | None = None
    password: str | None = None
    join_url: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)

    def spec(self, expected: MeetingSpec) -> MeetingSpec:
        """What the meeting is like, where what Zoom leaves unsaid counts as expected.

        Args:
            expected: How the meeting should be.
        """
        seen: dict[str, Any] = {
            "topic": _text(self.topic, expected.topic),
            "agenda": _text(self.agenda, expected.agenda),
            "starts_at": self.start_time,
            "duration_minutes": self.duration,
            "timezone": self.timezone,
            "passcode": self.password,
            "zoom_emails": self._zoom_emails(expected.zoom_emails),
            "waiting_room": self.settings.get("waiting_room"),
            "join_before_host": self.settings.get("join_before_host"),
            "auto_recording": self.settings.get("auto_recording"),
            "mute_upon_entry": self.settings.get("mute_upon_entry"),
            "require_sign_in": self.settings.get("meeting_authentication"),
            "approval_type": self.settings.get("approval_type"),
            "use_pmi": self.settings.get("use_pmi"),
        }
        said = {name: value for name, value in seen.items() if value is not None}
        return MeetingSpec.model_validate(dict(expected) | said)

    def _zoom_emails(self, expected: bool) -> bool:  # noqa: FBT001 - a value, not a switch
        """One e-mail switch that is not as expected makes the whole not as expected."""
        said = [self.settings[name] for name in EMAIL_SWITCHES if name in self.settings]
        return expected if all(value == expected for value in said) else not expected


def _text(seen: str | None, expected: str) -> str | None:
    """Zoom trims texts; that is no difference."""
    return expected if seen is not None and seen.strip() == expected.strip() else seen


class StartLink(BaseModel):
    """What signs its bearer in as a meeting's host; apart, so that nobody keeps it."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    start_url: str


class ListedMeeting(BaseModel):
    """A meeting in the list of a host's meetings."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)

    id: str
    topic: str = ""
    start_time: datetime | None = None


class ZoomUser(BaseModel):
    """A user of the Zoom account, as far as hosting is concerned."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    id: str
    email: str = ""
    licence: int = Field(alias="type")
    status: str = "active"


class RegistrantAnswer(BaseModel):
    """A registrant, whichever operation answers it; Zoom names the id in two ways."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, populate_by_name=True)

    registrant_id: str = Field(validation_alias="registrant_id")
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    join_url: str | None = None


class ListedRegistrant(RegistrantAnswer):
    """A registrant in the list of a meeting's registrants."""

    registrant_id: str = Field(validation_alias="id")


class RegistrantPage(BaseModel):
    """A page of a meeting's registrants."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    registrants: list[ListedRegistrant] = Field(default_factory=list)
    next_page_token: str = ""
