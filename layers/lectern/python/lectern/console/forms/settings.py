"""What there is to set, section by section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lectern.api.http.fields import URL_LENGTH
from lectern.console.forms.fields import FieldKind, FormField
from lectern.domain.settings import (
    Drift,
    InstructorsAs,
    Licence,
    MissingHost,
    UnknownRegistrants,
)

_ZOOM = "/zoom"
_SECRET_LENGTH = 512


@dataclass(frozen=True)
class Section:
    """Fields that belong together."""

    name: str
    fields: tuple[FormField, ...]


def _choice(pointer: str, values: Iterable[str]) -> FormField:
    return FormField(pointer, FieldKind.CHOICE, tuple(str(each) for each in values))


def _switch(pointer: str) -> FormField:
    return FormField(pointer, FieldKind.SWITCH)


def _secret(pointer: str, *, can_be_removed: bool = True) -> FormField:
    return FormField(
        pointer, FieldKind.SECRET, longest=_SECRET_LENGTH, can_be_removed=can_be_removed
    )


def _address(pointer: str) -> FormField:
    return FormField(pointer, FieldKind.ADDRESS, longest=URL_LENGTH)


SECTIONS = (
    Section(
        "zoom",
        (
            _choice(f"{_ZOOM}/application_type", ["server_to_server_oauth"]),
            FormField(f"{_ZOOM}/account_id", FieldKind.TEXT),
            FormField(f"{_ZOOM}/client_id", FieldKind.TEXT),
            _secret(f"{_ZOOM}/client_secret", can_be_removed=False),
            _secret(f"{_ZOOM}/webhook_secret_token"),
        ),
    ),
    Section("features", (_switch("/features/meetings"), _switch("/features/webinars"))),
    Section(
        "access_validation",
        (
            _switch("/access_validation/enabled"),
            FormField("/access_validation/lead_minutes", FieldKind.NUMBERS),
            _address("/access_validation/check_url"),
        ),
    ),
    Section("emails", (_switch("/emails/zoom_emails"),)),
    Section(
        "by_hand", (_choice("/drift", Drift), _choice("/unknown_registrants", UnknownRegistrants))
    ),
    Section(
        "hosts",
        (
            _choice("/hosts/missing_host", MissingHost),
            _choice("/hosts/licence", Licence),
            _choice("/hosts/instructors_as", InstructorsAs),
        ),
    ),
    Section("notifications", (_address("/notifications/url"), _secret("/notifications/secret"))),
    Section("retention", (FormField("/retention_days", FieldKind.NUMBER, longest=4),)),
)
"""The settings in the order of the page."""

SETTINGS_FIELDS = tuple(field for section in SECTIONS for field in section.fields)


def _of_connection() -> Iterator[FormField]:
    """The fields of the Zoom app where it is the whole body."""
    for field in SECTIONS[0].fields:
        yield replace(field, pointer=field.pointer.removeprefix(_ZOOM))


CONNECTION_FIELDS = tuple(_of_connection())
CONNECTION_ID = FormField("/connection_id", FieldKind.TEXT)
