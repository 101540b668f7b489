"""Asks Zoom whether credentials are good, before they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lectern.api.problems import Fault
from lectern.domain.errors import ZoomCredentialsInvalid
from lectern.zoom.oauth import Credentials, request_token

if TYPE_CHECKING:
    import requests


class CredentialsCheck:
    """The check of a Server-to-Server OAuth app's credentials.

    Args:
        session: The pooled session.
        oauth_url: Zoom's token endpoint.
    """

    def __init__(self, session: requests.Session, oauth_url: str) -> None:
        self._session = session
        self._oauth_url = oauth_url

    def faults(self, account_id: str, client_id: str, client_secret: str) -> list[Fault]:
        """What Zoom has against the credentials; nothing if it gives a token for them.

        Raises:
            ZoomRateLimited: Zoom takes no more token requests at this moment.
            ZoomUnavailable: No usable answer.
        """
        try:
            credentials = Credentials(account_id, client_id, client_secret)
            request_token(self._session, self._oauth_url, credentials)
        except ZoomCredentialsInvalid as error:
            said = error.zoom_message.strip() or f"HTTP {error.status}"
            detail = f"Zoom does not accept these credentials; it says: {said}"
            return [Fault(pointer=f"/zoom/{_field_meant(said.casefold())}", detail=detail)]
        return []


def _field_meant(said: str) -> str:
    """The field that Zoom's reason is about; the secret where it names several or none."""
    if "account" in said:
        return "account_id"
    if "client_id" in said and "secret" not in said:
        return "client_id"
    return "client_secret"
