"""Builds the check of credentials."""

from __future__ import annotations

import os
from functools import cache

from lectern.api.connections.credentials import ZoomCredentialsCheck
from lectern.composition import http
from lectern.composition.surroundings import now
from lectern.composition.zoom import account_of_tokens
from lectern.domain.settings import DEFAULT_CONNECTION
from lectern.zoom.account import ZoomAccount
from lectern.zoom.oauth import GrantedToken
from lectern.zoom.token import GivenToken


@cache
def credentials_check() -> ZoomCredentialsCheck:
    """The check of credentials before they are stored."""
    return ZoomCredentialsCheck(http.session(), os.environ["ZOOM_OAUTH_URL"], _account_of_token)


def _account_of_token(granted: GrantedToken) -> ZoomAccount:
    """The Zoom account that a token is of whose credentials are not stored yet."""
    return account_of_tokens(GivenToken(granted, now()), DEFAULT_CONNECTION)
