"""The body of a connection: that of the settings' ``zoom``, and what reads back beside it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema, field_validator

from lectern.api.http.fields import Identifier, Query, fault
from lectern.api.http.secret_fields import Kept, PartialBody, Secret
from lectern.domain.settings import DEFAULT_CONNECTION

_ZOOM_ID = re.compile(r"[!-~]{1,128}")


def _zoom_id(text: str) -> str:
    if not _ZOOM_ID.fullmatch(text):
        raise fault("Has to have 1 to 128 characters of ASCII, and no blanks.")
    return text


ZoomId = Annotated[
    str,
    AfterValidator(_zoom_id),
    WithJsonSchema({"type": "string", "pattern": f"^{_ZOOM_ID.pattern}$"}),
]


class ZoomBody(PartialBody):
    """The Server-to-Server OAuth app of a connection."""

    application_type: Literal["server_to_server_oauth"] = "server_to_server_oauth"
    account_id: ZoomId | None = None
    client_id: ZoomId | None = None
    client_secret: Secret = Kept.KEPT
    webhook_secret_token: Secret = Kept.KEPT


class ConnectionBody(ZoomBody):
    """A connection; what is left out stays as it is."""

    connection_id: Identifier | None = Field(default=None, description="As in the path.")
    health: Any = Field(default=None, description="Read back, and ignored here.")

    @field_validator("connection_id")
    @classmethod
    def _is_the_one_in_the_path(cls, name: str | None, info: ValidationInfo) -> str | None:
        if name is not None and name != (info.context or {}).get("connection_id", name):
            raise fault("Is not the connection in the path.")
        return name


class ConnectionQuery(Query):
    """Which connection something is asked of."""

    connection: Identifier = Field(
        default=DEFAULT_CONNECTION, description="The Zoom account; the settings' unless said."
    )
