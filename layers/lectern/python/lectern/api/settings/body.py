"""The body of the settings: what is left out of it stays as it is."""

from __future__ import annotations

import base64
import binascii
import re
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import (
    ConfigDict,
    Field,
    PlainValidator,
    SecretStr,
    StringConstraints,
    WithJsonSchema,
    field_validator,
)

from lectern.api.http.fields import Body, Lax, WebAddress, fault
from lectern.domain.settings import Drift, InstructorsAs, Licence, MissingHost, UnknownRegistrants

LEAD_TIMES = 10
WEEK_MINUTES = 7 * 1440
TEN_YEARS_DAYS = 3650
_SECRET = re.compile(r"[!-~]{1,512}")
_SIGNING = "whsec_"


class Kept(Enum):
    """A secret that stays as it is."""

    KEPT = "kept"


def _secret(value: object) -> SecretStr | Kept | None:
    """A new secret, or the form in which secrets read back, which changes nothing."""
    if value is None:
        return None
    if isinstance(value, dict) and isinstance(value.get("set"), bool):
        return Kept.KEPT
    if not isinstance(value, str) or not _SECRET.fullmatch(value):
        raise fault("Has to be a text of 1 to 512 characters of ASCII, or as it was read.")
    return SecretStr(value)


def _notification_secret(value: object) -> SecretStr | Kept | None:
    if isinstance(value, str):
        prefix, key = value[: len(_SIGNING)], value[len(_SIGNING) :]
        if prefix != _SIGNING or not _is_base64(key):
            raise fault("Has to have the form whsec_<base64>.")
    return _secret(value)


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return False


def _secret_schema(**form: str) -> WithJsonSchema:
    mark = {
        "type": "object",
        "properties": {
            "set": {"type": "boolean"},
            "changed_at": {"type": ["string", "null"], "format": "date-time"},
        },
        "required": ["set"],
    }
    text = {"type": "string", "minLength": 1, "maxLength": 512, **form}
    return WithJsonSchema({"anyOf": [text, mark, {"type": "null"}], "writeOnly": True})


Secret = Annotated[SecretStr | Kept | None, PlainValidator(_secret), _secret_schema()]
NotificationSecret = Annotated[
    SecretStr | Kept | None,
    PlainValidator(_notification_secret),
    _secret_schema(pattern="^whsec_[A-Za-z0-9+/]+={0,2}$"),
]
ZoomId = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,128}$")]


def _without_defaults(schema: dict[str, Any]) -> None:
    for described in schema["properties"].values():
        described.pop("default", None)


class PartialBody(Body):
    """A body that changes what it gives; its defaults only stand for what it leaves out."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)


class ZoomBody(PartialBody):
    """The Server-to-Server OAuth app of the default connection."""

    application_type: Literal["server_to_server_oauth"] = "server_to_server_oauth"
    account_id: ZoomId | None = None
    client_id: ZoomId | None = None
    client_secret: Secret = Kept.KEPT
    webhook_secret_token: Secret = Kept.KEPT


class FeaturesBody(PartialBody):
    """Which kinds of event are switched on."""

    meetings: bool = True
    webinars: bool = False


class AccessValidationBody(PartialBody):
    """Whether only people who meet the requirements are registered."""

    enabled: bool = False
    lead_minutes: list[Annotated[int, Field(ge=1, le=WEEK_MINUTES)]] = Field(
        default=[60, 10], max_length=LEAD_TIMES
    )
    check_url: WebAddress | None = None

    @field_validator("lead_minutes")
    @classmethod
    def _each_once(cls, minutes: list[int]) -> list[int]:
        if len(set(minutes)) < len(minutes):
            raise fault("Names a lead time more than once.")
        return minutes


class EmailsBody(PartialBody):
    """Whether Zoom sends its own e-mails."""

    zoom_emails: bool = False


class HostRulesBody(PartialBody):
    """How hosts and instructors are brought into Zoom."""

    missing_host: Annotated[MissingHost, Lax] = MissingHost.FAIL
    licence: Annotated[Licence, Lax] = Licence.REQUIRE
    instructors_as: Annotated[InstructorsAs, Lax] = InstructorsAs.ALTERNATIVE_HOSTS


class NotificationsBody(PartialBody):
    """Where the LMS is told."""

    url: WebAddress | None = None
    secret: NotificationSecret = Kept.KEPT


class SettingsBody(PartialBody):
    """The platform's settings; what is left out stays as it is."""

    zoom: ZoomBody = ZoomBody()
    features: FeaturesBody = FeaturesBody()
    access_validation: AccessValidationBody = AccessValidationBody()
    emails: EmailsBody = EmailsBody()
    drift: Annotated[Drift, Lax] = Drift.REPAIR
    unknown_registrants: Annotated[UnknownRegistrants, Lax] = UnknownRegistrants.KEEP
    hosts: HostRulesBody = HostRulesBody()
    notifications: NotificationsBody = NotificationsBody()
    retention_days: int = Field(default=365, ge=1, le=TEN_YEARS_DAYS)
