"""Meetings and webinars as Zoom's API writes them: the spec as a request, an answer as a spec."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from lectern.domain.event import address_key
from lectern.domain.meeting import Kind, MeetingSpec


@dataclass(frozen=True)
class Form:
    """In which words Zoom speaks of the sessions of one kind.

    Attributes:
        type: Zoom's type of a session at a fixed time; batch registration works for no other.
        listed_as: What a list of them is called.
        default_passcode: The switch that lets Zoom choose a passcode.
        settings: What Zoom calls the fields of the spec that are settings; a field that is missing
            is none of this kind.
        emails: Every e-mail that Zoom would send by itself; their defaults are the host's, so all
            are said.
        timed_emails: Those that are sent at a time that has to be said along.
        emails_on_update: Those that are said with each update, for that one.
        emails_on_deletion: Those that are said with the deletion.
        emails_on_batch: Those that are said with a batch of registrants.
        approves_singly: Whether a single registration can be approved at once.
    """

    type: int
    listed_as: str
    default_passcode: str
    settings: Mapping[str, str]
    emails: tuple[str, ...]
    timed_emails: tuple[str, ...]
    emails_on_update: tuple[str, ...]
    emails_on_deletion: tuple[str, ...]
    emails_on_batch: tuple[str, ...]
    approves_singly: bool


FORMS: Mapping[Kind, Form] = MappingProxyType(
    {
        Kind.MEETING: Form(
            type=2,
            listed_as="meetings",
            default_passcode="default_password",
            settings={
                "waiting_room": "waiting_room",
                "join_before_host": "join_before_host",
                "auto_recording": "auto_recording",
                "mute_upon_entry": "mute_upon_entry",
                "require_sign_in": "meeting_authentication",
                "approval_type": "approval_type",
                "use_pmi": "use_pmi",
                "alternative_hosts": "alternative_hosts",
            },
            emails=(
                "email_notification",
                "registrants_email_notification",
                "registrants_confirmation_email",
                "alternative_hosts_email_notification",
            ),
            timed_emails=(),
            emails_on_update=(),
            emails_on_deletion=("schedule_for_reminder", "cancel_meeting_reminder"),
            emails_on_batch=("registrants_confirmation_email",),
            approves_singly=True,
        ),
        Kind.WEBINAR: Form(
            type=5,
            listed_as="webinars",
            default_passcode="default_passcode",
            settings={
                "auto_recording": "auto_recording",
                "require_sign_in": "meeting_authentication",
                "approval_type": "approval_type",
            },
            emails=(
                "registrants_email_notification",
                "registrants_confirmation_email",
                "panelists_invitation_email_notification",
            ),
            timed_emails=(
                "attendees_and_panelists_reminder_email_notification",
                "follow_up_attendees_email_notification",
                "follow_up_absentees_email_notification",
            ),
            emails_on_update=("notify_registrants",),
            emails_on_deletion=("cancel_webinar_reminder",),
            emails_on_batch=(),
            # Zoom's document has no auto_approve for one registrant of a webinar, only for a batch:
            # added singly, a person would stay pending under approval type 1, without a link.
            approves_singly=False,
        ),
    }
)

_NO_TIME, _FIRST_TIME = 0, 1
"""Zoom: no e-mail; an hour before the session, or a day after it."""


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


def update_payload(kind: Kind, spec: MeetingSpec, fields: Iterable[str]) -> dict[str, Any]:
    """The PATCH that brings these fields of a session to the spec."""
    payload = _payload(FORMS[kind], spec, fields)
    said_now = dict.fromkeys(FORMS[kind].emails_on_update, spec.zoom_emails)
    if not payload or not said_now:
        return payload
    return payload | {"settings": payload.get("settings", {}) | said_now}


def create_payload(kind: Kind, spec: MeetingSpec) -> dict[str, Any]:
    """The request that creates a session of the spec."""
    form = FORMS[kind]
    everything = _payload(form, spec, [*_TOP_LEVEL, *form.settings, "zoom_emails"])
    return everything | {"type": form.type, form.default_passcode: False}


def _payload(form: Form, spec: MeetingSpec, fields: Iterable[str]) -> dict[str, Any]:
    payload: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    for name in sorted(fields):
        if name in _TOP_LEVEL:
            payload |= _TOP_LEVEL[name](spec)
        elif name in form.settings:
            settings[form.settings[name]] = _said(getattr(spec, name))
        elif name == "zoom_emails":
            settings |= _emails(form, wanted=spec.zoom_emails)
    return payload | ({"settings": settings} if settings else {})


def _said(value: object) -> object:
    """A field of the spec as Zoom takes it; several addresses are one text."""
    return ";".join(value) if isinstance(value, tuple) else value


def _emails(form: Form, *, wanted: bool) -> dict[str, Any]:
    timed = {"enable": wanted, "type": _FIRST_TIME if wanted else _NO_TIME}
    return dict.fromkeys(form.emails, wanted) | dict.fromkeys(form.timed_emails, timed)


class MeetingAnswer(BaseModel):
    """A meeting or webinar as Zoom answers it, read leniently; what Zoom leaves out is ``None``."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)

    id: str
    uuid: str = ""
    host_id: str = ""
    host_email: str = ""
    status: str | None = None
    topic: str | None = None
    agenda: str | None = None
    start_time: datetime | None = None
    duration: int | None = None
    timezone: str | None = None
    password: str | None = None
    join_url: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)

    def spec(self, kind: Kind, expected: MeetingSpec) -> MeetingSpec:
        """What the session is like, where what Zoom leaves unsaid counts as expected.

        Args:
            kind: What it is.
            expected: How it should be.
        """
        form = FORMS[kind]
        seen: dict[str, Any] = {
            "topic": _text(self.topic, expected.topic),
            "agenda": _text(self.agenda, expected.agenda),
            "starts_at": self.start_time,
            "duration_minutes": self.duration,
            "timezone": self.timezone,
            "passcode": self.password,
            "zoom_emails": self._zoom_emails(form, expected.zoom_emails),
            **{name: self.settings.get(called) for name, called in form.settings.items()},
            "alternative_hosts": self._alternative_hosts(form),
        }
        said = {name: value for name, value in seen.items() if value is not None}
        return MeetingSpec.model_validate(dict(expected) | said)

    def _alternative_hosts(self, form: Form) -> tuple[str, ...] | None:
        """Their addresses; Zoom's documents separate them in one way and its answers in another."""
        said = self.settings.get(form.settings.get("alternative_hosts", ""))
        if not isinstance(said, str):
            return None
        addresses = (address_key(each) for each in said.replace(",", ";").split(";"))
        return tuple(sorted(address for address in addresses if address))

    def _zoom_emails(self, form: Form, expected: bool) -> bool:  # noqa: FBT001 - a value
        """One e-mail switch that is not as expected makes the whole not as expected."""
        names = [*form.emails, *form.timed_emails]
        said = [_is_on(self.settings[name]) for name in names if name in self.settings]
        return expected if all(value == expected for value in said) else not expected


def _is_on(switch: object) -> bool:
    return bool(switch.get("enable") if isinstance(switch, dict) else switch)


def _text(seen: str | None, expected: str) -> str | None:
    """Zoom trims texts; that is no difference."""
    return expected if seen is not None and seen.strip() == expected.strip() else seen


class StartLink(BaseModel):
    """What signs its bearer in as a session's host; apart, so that nobody keeps it."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    start_url: str


class InviteLink(BaseModel):
    """Somebody's invite link."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    join_url: str


class InviteLinks(BaseModel):
    """The invite links that Zoom made, in the order of the request."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    attendees: list[InviteLink] = Field(min_length=1)


class ListedMeeting(BaseModel):
    """A meeting or webinar in the list of a host's."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, coerce_numbers_to_str=True)

    id: str
    topic: str = ""
    start_time: datetime | None = None


class RegistrantAnswer(BaseModel):
    """A registrant, whichever operation answers it; Zoom names the id in two ways."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, populate_by_name=True)

    registrant_id: str = Field(validation_alias="registrant_id")
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    join_url: str | None = None


class ListedRegistrant(RegistrantAnswer):
    """A registrant in the list of a session's registrants."""

    registrant_id: str = Field(validation_alias="id")


class ReadRegistrant(ListedRegistrant):
    """A registrant that was asked for by id."""

    status: str = "approved"

    @property
    def is_approved(self) -> bool:
        """Whether the registrant's link lets in."""
        return self.status == "approved"


class RegistrantPage(BaseModel):
    """A page of a session's registrants."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    registrants: list[ListedRegistrant] = Field(default_factory=list)
    next_page_token: str = ""
