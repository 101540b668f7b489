"""Meetings and webinars as Zoom's API writes them: the spec as a request, an answer as a spec."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any
from unicodedata import category, normalize

from pydantic import Field, ValidationError, model_validator

from lectern.domain.address import address_key
from lectern.domain.errors import Fault
from lectern.domain.meeting import Kind, MeetingSpec
from lectern.domain.zones import is_same_zone
from lectern.zoom.moments import Moment
from lectern.zoom.response import ZoomResponse, only_readable, readable


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
    "is_scheduled": lambda spec: {
        "start_time": zoom_time(spec.starts_at),
        "timezone": spec.timezone,
        "duration": spec.duration_minutes,
    },
    "timezone": lambda spec: {"start_time": zoom_time(spec.starts_at), "timezone": spec.timezone},
    "passcode": lambda spec: {"password": spec.passcode},
}


def update_payload(kind: Kind, spec: MeetingSpec, fields: Collection[str]) -> dict[str, Any]:
    """The PATCH that brings these fields of a session to the spec."""
    form = FORMS[kind]
    payload = _payload(form, spec, fields)
    if "is_scheduled" in fields:
        payload |= {"type": form.type}
    said_now = dict.fromkeys(form.emails_on_update, spec.zoom_emails)
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


class MeetingResponse(ZoomResponse):
    """A meeting or webinar as Zoom answers it; what Zoom leaves out is ``None``."""

    id: str = Field(min_length=1)
    uuid: str = ""
    host_id: str = ""
    host_email: str = ""
    type: int | None = None
    status: str | None = None
    topic: str | None = None
    agenda: str | None = None
    start_time: Moment = None
    duration: int | None = None
    timezone: str | None = None
    password: str | None = None
    join_url: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)

    def spec(
        self, kind: Kind, expected: MeetingSpec, wanted: MeetingSpec | None = None
    ) -> MeetingSpec:
        """Reads the session as a spec, where what Zoom leaves unsaid counts as expected.

        Args:
            kind: What it is.
            expected: How it should be, as far as is known.
            wanted: How it is wanted, where that is something else.
        """
        form = FORMS[kind]
        seen: dict[str, Any] = {
            "topic": _text(self.topic or None, expected.topic),
            "agenda": _text(self.agenda, expected.agenda),
            "starts_at": self.start_time,
            "duration_minutes": self.duration,
            "timezone": _zone(self.timezone or None, expected.timezone),
            "is_scheduled": self.type == form.type if self.type else None,
            "passcode": self.password,
            "zoom_emails": self._zoom_emails(form, (wanted or expected).zoom_emails),
            **{name: self._setting(called) for name, called in form.settings.items()},
            "alternative_hosts": self._alternative_hosts(form),
        }
        said = {name: value for name, value in seen.items() if value is not None}
        return _readable_spec(expected, said)

    def _setting(self, called: str) -> object:
        """A setting; the empty text says nothing of it."""
        said = self.settings.get(called)
        return None if said == "" else said

    def _alternative_hosts(self, form: Form) -> tuple[str, ...] | None:
        """Their addresses; Zoom's documents separate them in one way and its answers in another."""
        said = self.settings.get(form.settings.get("alternative_hosts", ""))
        if not isinstance(said, str):
            return None
        addresses = (address_key(each) for each in said.replace(",", ";").split(";"))
        return tuple(sorted(address for address in addresses if address))

    def _zoom_emails(self, form: Form, wanted: bool) -> bool | None:  # noqa: FBT001 - a value
        """One e-mail switch that is not as wanted makes the whole not as wanted."""
        switches = (_is_on(self.settings.get(name)) for name in (*form.emails, *form.timed_emails))
        said = {value for value in switches if value is not None}
        return None if not said else wanted if said == {wanted} else not wanted


def _readable_spec(expected: MeetingSpec, said: Mapping[str, Any]) -> MeetingSpec:
    """Reads values as a spec; one that cannot be read is left out."""
    try:
        return MeetingSpec.model_validate(dict(expected) | dict(said))
    except ValidationError as error:
        odd = {str(each["loc"][0]) for each in error.errors()}
        sound = {name: value for name, value in said.items() if name not in odd}
        return MeetingSpec.model_validate(dict(expected) | sound)


def _is_on(switch: object) -> bool | None:
    """Whether an e-mail is switched on; ``None`` where that is not said."""
    said = switch.get("enable") if isinstance(switch, dict) else switch
    return said if isinstance(said, bool) else None


def is_same_text(one: str, other: str) -> bool:
    """Whether two texts read the same.

    Zoom keeps texts with other blanks and line ends, and without what is no character.
    """
    return one == other or _plain(one) == _plain(other)


def _text(seen: str | None, expected: str) -> str | None:
    return expected if seen is not None and is_same_text(seen, expected) else seen


def _plain(text: str) -> str:
    """A text by what of it can be read."""
    shown = (" " if _is_control(each) else each for each in normalize("NFC", text))
    return " ".join("".join(shown).split())


def _is_control(character: str) -> bool:
    return category(character).startswith("C")


def _zone(seen: str | None, expected: str) -> str | None:
    """Zoom calls some zones by another of their names; that is no difference."""
    return expected if seen is not None and is_same_zone(seen, expected) else seen


_NAMES = {
    "start_time": "starts_at",
    "duration": "duration_minutes",
    "password": "passcode",
    "type": "is_scheduled",
    **{name: name for name in ("topic", "agenda", "timezone")},
}
"""What the spec calls the fields of a request that are no settings."""


def named_fields(kind: Kind, faults: Iterable[Fault]) -> frozenset[str]:
    """The fields of the spec that Zoom names in a refusal."""
    form = FORMS[kind]
    names = _NAMES | {called: name for name, called in form.settings.items()}
    names |= dict.fromkeys((*form.emails, *form.timed_emails), "zoom_emails")
    return frozenset(names[fault.name] for fault in faults if fault.name in names)


class StartLink(ZoomResponse):
    """The link that signs its bearer in as a session's host; apart, so that nobody keeps it."""

    start_url: str
    host_id: str = ""


class InviteLink(ZoomResponse):
    """Somebody's invite link."""

    join_url: str


class InviteLinks(ZoomResponse):
    """The invite links that Zoom made, in the order of the request."""

    attendees: list[InviteLink] = Field(min_length=1)


class ListedMeeting(ZoomResponse):
    """A meeting or webinar in the list of a host's."""

    id: str
    topic: str = ""
    start_time: Moment = None
    created_at: Moment = None


class MeetingPage(ZoomResponse):
    """A page of a host's meetings or webinars; Zoom names the list by what is in it."""

    sessions: Annotated[list[ListedMeeting], only_readable(ListedMeeting)] = Field(
        default_factory=list
    )
    next_page_token: str = ""


class RegistrantResponse(ZoomResponse):
    """A registrant, whichever operation answers it; Zoom names the id in two ways."""

    registrant_id: str = Field(validation_alias="registrant_id", min_length=1)
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    join_url: str | None = None


class ListedRegistrant(RegistrantResponse):
    """A registrant in a list of a session's; one whose id is unsaid is still there."""

    registrant_id: str = Field(default="", validation_alias="id")


class ReadRegistrant(ListedRegistrant):
    """A registrant that was asked for by id."""

    status: str = "approved"

    @property
    def is_approved(self) -> bool:
        """Whether the registrant's link lets in."""
        return self.status == "approved"


class RegistrantPage(ZoomResponse):
    """A page of a session's registrants.

    Attributes:
        is_whole: Whether all of it could be read, so that who is not in it is not there.
    """

    registrants: list[ListedRegistrant]
    next_page_token: str = ""
    is_whole: bool = True

    @model_validator(mode="before")
    @classmethod
    def _without_the_unreadable(cls, data: object) -> object:
        if not isinstance(data, dict) or not isinstance(data.get("registrants"), list):
            return data
        listed = readable(ListedRegistrant, data["registrants"])
        # Whose address is unsaid may be anybody: neither a stranger, nor proof that one is missing.
        found = [each for each in listed if each.email.strip()]
        is_whole = len(found) == len(data["registrants"])
        return data | {"registrants": found, "is_whole": is_whole}
