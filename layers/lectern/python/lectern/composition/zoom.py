"""The Zoom accounts, each with its own token, limits and budget."""

from __future__ import annotations

import os
import time
import uuid
from datetime import datetime
from functools import cache

import requests

from lectern.composition import http, stores
from lectern.composition.surroundings import now
from lectern.domain.limits.budget import Plan
from lectern.domain.settings import Connection
from lectern.zoom.account import ZoomAccount
from lectern.zoom.client import TokenProvider, ZoomClient
from lectern.zoom.plan_limits import AccountLimits
from lectern.zoom.rate_limiter import RateLimiter
from lectern.zoom.token import TokenSource


@cache
def account_limits(connection_id: str) -> AccountLimits:
    """Whose limits a Zoom account has."""
    named = os.environ["ZOOM_PLAN"]
    fixed = None if named == "auto" else Plan(named)
    return AccountLimits(connection_id, stores.answers(), fixed, now)


def zoom_account(connection: Connection) -> ZoomAccount:
    """The Zoom account of a connection, with the account's shared token."""
    credentials = (
        connection.connection_id,
        connection.credentials_version,
        connection.client_secret_changed_at,
        connection.lost_at,
    )
    if credentials not in _accounts:
        source = token_source(connection)
        _accounts[credentials] = account_of_tokens(source, connection.connection_id)
    return _accounts[credentials]


def account_of_tokens(
    source: TokenProvider, connection_id: str, session: requests.Session | None = None
) -> ZoomAccount:
    """The Zoom account that tokens are of, called within the budget of a connection."""
    limits = account_limits(connection_id)
    budget = RateLimiter(connection_id, stores.budgets(), limits.plan, now, time.sleep)
    client = ZoomClient(session or http.session(), os.environ["ZOOM_API_URL"], source, budget, now)
    return ZoomAccount(client)


_accounts: dict[tuple[str, int, datetime, datetime | None], ZoomAccount] = {}
"""An account knows a token, so there is another one for other credentials, also for those of a
connection that was deleted and made anew, and for credentials that Zoom takes no more."""


def token_source(connection: Connection, session: requests.Session | None = None) -> TokenSource:
    """Gives the shared token of a connection; asked for by the pooled session unless said."""
    return TokenSource(
        connection,
        owner=uuid.uuid4().hex,
        tokens=stores.tokens(),
        secrets=stores.secrets(),
        scopes=stores.scopes(),
        settings=stores.settings(),
        session=session or http.session(),
        oauth_url=os.environ["ZOOM_OAUTH_URL"],
        now=now,
        sleep=time.sleep,
    )
