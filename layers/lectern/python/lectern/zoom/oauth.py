"""Zoom's Server-to-Server OAuth: a token for an account's credentials."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

import requests
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lectern.domain.errors import ZoomCredentialsInvalid, ZoomRateLimited, ZoomUnavailable
from lectern.zoom.http import send

_OPERATION = "request_token"


@dataclass(frozen=True)
class Credentials:
    """The ids and the secret of a Server-to-Server OAuth app."""

    account_id: str
    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        """Nothing of the secret, wherever a repr may end up."""
        return "Credentials(…)"


class GrantedToken(BaseModel):
    """Zoom's answer to a token request. Zoom: valid for an hour, no refresh token.

    Attributes:
        scope: The scopes that the app was granted, with blanks between; ``None`` if left out.
    """

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    access_token: str = Field(repr=False)
    expires_in: int
    scope: str | None = None

    @property
    def scopes(self) -> frozenset[str] | None:
        """The scopes that the app was granted; ``None`` where Zoom does not say."""
        return None if self.scope is None else frozenset(self.scope.split())


def request_token(
    session: requests.Session, oauth_url: str, credentials: Credentials
) -> GrantedToken:
    """Asks Zoom for an access token. Zoom: a new token may invalidate the former one.

    Args:
        session: The pooled session.
        oauth_url: The token endpoint, such as ``https://zoom.us/oauth/token``.
        credentials: The app's credentials.

    Raises:
        ZoomCredentialsInvalid: Zoom does not accept them; ``zoom_message`` is Zoom's reason.
        ZoomRateLimited: Too many token requests.
        ZoomUnavailable: No usable answer.
    """
    response = send(
        session,
        _OPERATION,
        "POST",
        oauth_url,
        data={"grant_type": "account_credentials", "account_id": credentials.account_id},
        auth=(credentials.client_id, credentials.client_secret),
    )
    status = response.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise ZoomRateLimited(_OPERATION, status=status)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ZoomUnavailable(_OPERATION, unclear=False, status=status)
    if status != HTTPStatus.OK:
        raise ZoomCredentialsInvalid(_OPERATION, status=status, zoom_message=_reason(response))
    try:
        return GrantedToken.model_validate_json(response.content)
    except ValidationError as error:
        raise ZoomUnavailable(_OPERATION, unclear=False, status=status) from error


def _reason(response: requests.Response) -> str:
    """Zoom's reason; its shape is ``{reason, error}`` here, and not ``{code, message}``."""
    try:
        body = response.json()
    except ValueError:
        return ""
    return str(body.get("reason") or body.get("message") or "") if isinstance(body, dict) else ""
