"""The Zoom accounts, each with its own token, limits and budget."""

from __future__ import annotations

import os
import time
import uuid
from functools import cache

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
    credentials = (connection.connection_id, connection.credentials_version)
    if credentials not in _accounts:
        _accounts[credentials] = _account(connection)
    return _accounts[credentials]


def account_of_tokens(source: TokenProvider, connection_id: str) -> ZoomAccount:
    """The Zoom account that tokens are of, called within the budget of a connection."""
    limits = account_limits(connection_id)
    budget = RateLimiter(connection_id, stores.budgets(), limits.plan, now, time.sleep)
    client = ZoomClient(http.session(), os.environ["ZOOM_API_URL"], source, budget, now)
    return ZoomAccount(client)


_accounts: dict[tuple[str, int], ZoomAccount] = {}


def _account(connection: Connection) -> ZoomAccount:
    source = TokenSource(
        connection,
        owner=uuid.uuid4().hex,
        tokens=stores.tokens(),
        secrets=stores.secrets(),
        session=http.session(),
        oauth_url=os.environ["ZOOM_OAUTH_URL"],
        now=now,
        sleep=time.sleep,
    )
    return account_of_tokens(source, connection.connection_id)
