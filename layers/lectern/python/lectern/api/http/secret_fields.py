"""Fields that hold secrets: written, and read back only as set; and bodies that change in part."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

from pydantic import AwareDatetime, ConfigDict, PlainValidator, SecretStr, WithJsonSchema

from lectern.api.http.fields import Body, fault
from lectern.api.http.views import View

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


def _without_defaults(schema: dict[str, Any]) -> None:
    for described in schema["properties"].values():
        described.pop("default", None)


class PartialBody(Body):
    """A body that changes what it gives; its defaults only stand for what it leaves out."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)


class SecretView(View):
    """Whether a secret is set."""

    set: bool
    changed_at: AwareDatetime | None


def secret_view(changed_at: datetime | None) -> SecretView:
    """Shows when a secret was last changed; ``None`` for one that is not set."""
    return SecretView(set=changed_at is not None, changed_at=changed_at)
