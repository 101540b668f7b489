"""Access tokens of the Server-to-Server OAuth app."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from zoom_simulator.errors import expired_token, invalid_token

LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class AccessToken:
    """A token, with the scopes that were granted when it was issued: new ones need a new token."""

    value: str
    scopes: frozenset[str]
    expires_at: datetime


class Tokens:
    """The tokens that are in force."""

    def __init__(self) -> None:
        self._tokens: dict[str, AccessToken] = {}

    def issue(self, scopes: frozenset[str], now: datetime, *, parallel: bool) -> AccessToken:
        """Give out a token. Unless ``parallel``, the ones before it stop working."""
        if not parallel:
            self._tokens.clear()
        token = AccessToken(secrets.token_urlsafe(48), scopes, now + LIFETIME)
        self._tokens[token.value] = token
        return token

    def are_of(self, value: str) -> bool:
        """Whether a token was given out here, and no other made it stop working."""
        return value in self._tokens

    def revoke(self) -> None:
        """No token that was given out works any more."""
        self._tokens.clear()

    def check(self, authorization: str, now: datetime) -> AccessToken:
        """The token of an ``Authorization`` header.

        Raises:
            ZoomError: 401/124, if there is none, it is not known, or it is too old.
        """
        scheme, _, value = authorization.partition(" ")
        token = self._tokens.get(value)
        if scheme.lower() != "bearer" or token is None:
            raise invalid_token()
        if token.expires_at <= now:
            raise expired_token()
        return token
