"""The access token of a connection: shared by the whole stack, renewed by one, used by all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import requests

from lectern.domain.connection_health import HealthState
from lectern.domain.errors import ZoomCredentialsInvalid, ZoomRateLimited
from lectern.domain.scope_knowledge import includes
from lectern.domain.settings import Connection
from lectern.domain.zoom_words import told
from lectern.secret_store import SecretStore
from lectern.store.scopes import ScopeStore
from lectern.store.settings import SettingsStore
from lectern.store.tokens import StoredToken, TokenStore
from lectern.zoom.oauth import Credentials, GrantedToken, request_token

RENEW_BEFORE = timedelta(minutes=5)
"""A token is renewed this long before it ends, while it still works for everybody else."""

LOCK_FOR = timedelta(seconds=25)
"""Longer than a token request can take, so that a renewal outlives its lock only if it is dead."""

_NEW_SCOPES_AFTER = timedelta(minutes=1)
"""A scope that is not granted would otherwise cost a token at each call that wants it."""

_PATIENCE = timedelta(seconds=2)
_POLL_SECONDS = 0.1


class GivenToken:
    """A token that was just given, for a call before its credentials are stored; not renewed.

    Args:
        granted: Zoom's answer to the token request.
        now: The present moment.
    """

    def __init__(self, granted: GrantedToken, now: datetime) -> None:
        self._token = StoredToken(
            value=granted.access_token,
            expires_at=now + timedelta(seconds=granted.expires_in),
            credentials_version=0,
            serial=0,
        )

    def current(self) -> StoredToken:
        """The token."""
        return self._token

    def replace(self, _dead: StoredToken) -> StoredToken:
        """There is no other.

        Raises:
            ZoomCredentialsInvalid: Zoom does not take the token.
        """
        raise ZoomCredentialsInvalid("request_token")

    def is_older_than_scopes(self, _token: StoredToken) -> bool:
        """The token is as new as can be."""
        return False

    def note_missing(self, scope: str) -> None:
        """Nothing is kept of credentials that are not."""

    def note_worked(self, scope: str, token: StoredToken) -> None:
        """Nothing is kept of credentials that are not."""


class TokenSource:
    """The token of one connection.

    Args:
        connection: The Zoom account.
        owner: Who renews, unique among all who might.
        tokens: The shared tokens.
        secrets: The shared secrets.
        scopes: What is known of the app's scopes.
        settings: Where it is noted whether the credentials work.
        session: The pooled session.
        oauth_url: Zoom's token endpoint.
        now: The clock.
        sleep: Waits for seconds.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        owner: str,
        tokens: TokenStore,
        secrets: SecretStore,
        scopes: ScopeStore,
        settings: SettingsStore,
        session: requests.Session,
        oauth_url: str,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._connection = connection
        self._owner = owner
        self._tokens = tokens
        self._secrets = secrets
        self._scopes = scopes
        self._settings = settings
        self._session = session
        self._oauth_url = oauth_url
        self._now = now
        self._sleep = sleep
        self._token: StoredToken | None = None
        self._proven: set[str] = set()

    def current(self) -> StoredToken:
        """A token that should work.

        Raises:
            ZoomCredentialsInvalid: Zoom gives none for these credentials.
            ZoomRateLimited: Another function is renewing it and takes long, or Zoom is busy.
            ZoomUnavailable: Zoom does not answer.
        """
        if self._token is None or not self._is_usable(self._token, self._now() + RENEW_BEFORE):
            self._token = self._shared_or_renewed()
        return self._token

    def replace(self, dead: StoredToken) -> StoredToken:
        """A token in place of one that Zoom called invalid: another's renewal, or an own one."""
        self._token = self._renewed(after=dead.serial)
        return self._token

    def check(self) -> None:
        """Asks Zoom for another token, however good the present one is.

        So it shows whether the credentials still work, and which scopes the app has by now.

        Raises:
            ZoomCredentialsInvalid: Zoom gives none for these credentials.
            ZoomRateLimited: Another function is at it and takes long, or Zoom is busy.
            ZoomUnavailable: Zoom does not answer.
        """
        shared = self._tokens.get(self._connection.connection_id)
        self._token = self._renewed(after=shared.serial if shared else 0)

    def is_older_than_scopes(self, token: StoredToken) -> bool:
        """Whether scopes that this token lacks may be in a new one.

        Zoom: what an app is granted is in the tokens that are issued afterwards.
        """
        return token.issued_at is not None and token.issued_at + _NEW_SCOPES_AFTER <= self._now()

    def note_missing(self, scope: str) -> None:
        """Notes that Zoom just refused a call for a scope that is missing."""
        self._proven.discard(scope)
        self._scopes.refused(self._connection.connection_id, scope, self._now())

    def note_worked(self, scope: str, token: StoredToken) -> None:
        """Notes, once, that a call just worked for a scope that Zoom did not name with the token.

        Zoom: the answer may name a broader scope in place of those that it includes.
        """
        if token.scopes is None or scope in self._proven or includes(token.scopes, scope):
            return
        self._proven.add(scope)
        self._scopes.worked(self._connection.connection_id, scope, self._now())

    def _shared_or_renewed(self) -> StoredToken:
        shared = self._tokens.get(self._connection.connection_id)
        if shared is None:
            return self._renewed(after=0)
        if self._is_usable(shared, self._now() + RENEW_BEFORE):
            return shared
        if not self._is_usable(shared, self._now()):
            return self._renewed(after=shared.serial)
        # It works for some minutes yet: one renews it, nobody waits.
        return self._renewed_alone(after=shared.serial) or shared

    def _renewed(self, *, after: int) -> StoredToken:
        deadline = self._now() + _PATIENCE
        while self._now() < deadline:
            shared = self._tokens.get(self._connection.connection_id)
            if shared and shared.serial > after and self._is_usable(shared, self._now()):
                return shared
            serial = max(after, shared.serial if shared else 0)
            renewed = self._renewed_alone(after=serial)
            if renewed:
                return renewed
            self._sleep(_POLL_SECONDS)
        raise ZoomRateLimited("request_token")

    def _renewed_alone(self, *, after: int) -> StoredToken | None:
        """A new token, unless another function is getting one, or got one a moment ago."""
        name, now = self._connection.connection_id, self._now()
        if not self._tokens.lock(name, self._owner, after=after, now=now, until=now + LOCK_FOR):
            return None
        try:
            granted = self._granted()
        except BaseException:
            self._tokens.unlock(name, self._owner)
            raise
        token = StoredToken(
            value=granted.access_token,
            expires_at=now + timedelta(seconds=granted.expires_in),
            credentials_version=self._connection.credentials_version,
            serial=after + 1,
            issued_at=now,
            scopes=granted.scopes,
        )
        self._tokens.save(name, self._owner, token)
        if granted.scopes is not None:
            self._scopes.granted(name, granted.scopes, now)
        return token

    def _granted(self) -> GrantedToken:
        """Zoom's answer to a request for a token; what it says of the credentials is noted."""
        try:
            granted = request_token(self._session, self._oauth_url, self._credentials())
        except ZoomCredentialsInvalid as refusal:
            said = told(refusal.zoom_message)
            self._settings.note_health(self._connection, HealthState.FAILING, self._now(), said)
            raise
        self._settings.note_health(self._connection, HealthState.WORKING, self._now())
        return granted

    def _credentials(self) -> Credentials:
        secrets = self._secrets.get(self._connection.connection_id)
        if secrets is None:
            raise ZoomCredentialsInvalid("request_token")
        return Credentials(
            account_id=self._connection.account_id,
            client_id=self._connection.client_id,
            client_secret=secrets.client_secret,
        )

    def _is_usable(self, token: StoredToken, at: datetime) -> bool:
        of_these_credentials = token.credentials_version == self._connection.credentials_version
        return of_these_credentials and not self._is_lost(token) and token.expires_at > at

    def _is_lost(self, token: StoredToken) -> bool:
        """Whether Zoom gave the token before it took the credentials no more."""
        lost_at = self._connection.lost_at
        return lost_at is not None and (token.issued_at is None or token.issued_at <= lost_at)
