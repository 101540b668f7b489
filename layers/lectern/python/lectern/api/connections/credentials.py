"""Asks Zoom whether credentials are good, and what their account has, before they are stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lectern.api.http.problems import InvalidField
from lectern.domain.errors import (
    ZoomCredentialsInvalid,
    ZoomDailyLimit,
    ZoomNotFound,
    ZoomRejected,
    ZoomScopeMissing,
)
from lectern.domain.zoom_words import told
from lectern.zoom.oauth import Credentials, GrantedToken, request_token

if TYPE_CHECKING:
    import requests

    from lectern.zoom.account import ZoomAccount


_NO_WEBINARS = (
    "The Zoom account has no plan for webinars. Buy Zoom Webinars first, or use meetings alone."
)


class ZoomCredentialsCheck:
    """The check of a Server-to-Server OAuth app's credentials.

    Args:
        session: The pooled session.
        oauth_url: Zoom's token endpoint.
        account: The Zoom account that a token is of.
    """

    def __init__(
        self,
        session: requests.Session,
        oauth_url: str,
        account: Callable[[GrantedToken], ZoomAccount],
    ) -> None:
        self._session = session
        self._oauth_url = oauth_url
        self._account = account

    def faults(
        self, account_id: str, client_id: str, client_secret: str, *, webinars: bool = False
    ) -> list[InvalidField]:
        """Lists what Zoom has against the credentials; nothing if it gives a token for them.

        Args:
            account_id: The Zoom account.
            client_id: The app.
            client_secret: The app's secret.
            webinars: Whether the account has to have webinars.

        Raises:
            ZoomRateLimited: Zoom takes no more token requests at this moment.
            ZoomUnavailable: No usable answer.
        """
        try:
            credentials = Credentials(account_id, client_id, client_secret)
            granted = request_token(self._session, self._oauth_url, credentials)
        except ZoomCredentialsInvalid as error:
            said = told(error.zoom_message) or f"HTTP {error.status}"
            detail = f"Zoom does not accept these credentials; it says: {said}"
            return [InvalidField(pointer=f"/zoom/{_field_meant(said.casefold())}", detail=detail)]
        return webinar_faults(self._account(granted)) if webinars else []


def webinar_faults(account: ZoomAccount) -> list[InvalidField]:
    """Lists what speaks against webinars in an account; nothing unless Zoom says it has none.

    What Zoom does not tell is left to the events: each says what its own host lacks.

    Raises:
        ZoomRateLimited: Zoom takes no more calls at this moment.
        ZoomUnavailable: No usable answer.
    """
    try:
        usage = account.plan_usage()
    except (ZoomCredentialsInvalid, ZoomDailyLimit, ZoomNotFound, ZoomRejected, ZoomScopeMissing):
        return []
    if usage.has_webinars is not False:
        return []
    return [InvalidField(pointer="/features/webinars", detail=_NO_WEBINARS)]


def _field_meant(said: str) -> str:
    """The field that Zoom's reason is about; the secret where it names several or none."""
    if "account" in said:
        return "account_id"
    if "client_id" in said and "secret" not in said:
        return "client_id"
    return "client_secret"
