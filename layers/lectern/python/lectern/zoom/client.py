"""A call of Zoom's API: an operation of the table, with a token, and typed errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

import requests

from lectern.domain.budget import Lane
from lectern.domain.errors import (
    ZoomCredentialsInvalid,
    ZoomDailyLimit,
    ZoomRateLimited,
    ZoomScopeMissing,
)
from lectern.store.tokens import StoredToken
from lectern.zoom.budget import PATIENCE_SECONDS, Budget, Place, Turns
from lectern.zoom.errors import body_of, error_of, is_success, is_token_refused
from lectern.zoom.http import send
from lectern.zoom.links import schemes_of, with_links_of
from lectern.zoom.operations import Operation

_TOKEN_REPLACEMENTS = 2
"""A token may be replaced by another function just before it is used, and once more."""


class Tokens(Protocol):
    """Where a connection's token comes from."""

    def current(self) -> StoredToken:
        """A token that should work."""

    def replace(self, dead: StoredToken) -> StoredToken:
        """A token in place of one that Zoom called invalid."""

    def is_older_than_scopes(self, token: StoredToken) -> bool:
        """Whether scopes that this token lacks may be in a new one."""


class ZoomClient:
    """Zoom's API for one connection.

    Args:
        session: The pooled session.
        api_url: The API's base, such as ``https://api.zoom.us/v2``.
        tokens: Where the connection's token comes from.
        budget: What each call is taken from.
        now: The clock, for limits that end at a time of day.
    """

    def __init__(
        self,
        session: requests.Session,
        api_url: str,
        tokens: Tokens,
        budget: Budget,
        now: Callable[[], datetime],
    ) -> None:
        self._session = session
        self._api_url = api_url.rstrip("/")
        self._schemes = schemes_of(api_url)
        self._tokens = tokens
        self._budget = budget
        self._now = now

    def call(
        self,
        operation: Operation,
        *,
        path: Mapping[str, str],
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        lane: Lane = Lane.EDIT,
        host_id: str | None = None,
        turns: Turns | None = None,
    ) -> dict[str, Any]:
        """Carries an operation out and returns Zoom's answer; empty where Zoom gives none.

        Args:
            operation: What to do.
            path: The values of the path template, unquoted.
            query: The query's values.
            body: The JSON body.
            lane: What the call is for, which decides how much of a limit it may use.
            host_id: The host whose creates and updates of the day it counts among, if any.
            turns: Of whoever can come back later, where the account is busy.

        Raises:
            ZoomError: Whatever kept Zoom from doing it, as one of its classes.
        """
        parts = {name: quote(value, safe="@") for name, value in path.items()}
        url = self._api_url + operation.path.format_map(parts)
        place = self._budget.wait_for_turn(operation, lane, PATIENCE_SECONDS, turns)
        self._budget.take(operation, lane, host_id, path.get("session_id", ""))
        try:
            try:
                answer = self._attempt_in(place, operation, url, query, body)
            except ZoomRateLimited:
                if turns:
                    turns.note(refused=True)
                place = self._budget.wait_for_turn(operation, lane, place.patience, turns)
                answer = self._attempt_in(place, operation, url, query, body)
        except ZoomDailyLimit as limit:
            if limit.operation == operation.name:
                self._budget.close(operation, limit, host_id)
            raise
        if turns:
            turns.note(refused=False)
        return answer

    def _attempt_in(
        self,
        place: Place,
        operation: Operation,
        url: str,
        query: Mapping[str, str | int] | None,
        body: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        """Makes the call in a place of its own, and notes what Zoom makes of the pace."""
        try:
            answer = self._attempt(operation, url, query, body)
        except ZoomRateLimited as limited:
            # Another function may be getting the token: that says nothing of the pace.
            if limited.operation == operation.name:
                self._budget.learn(operation, place, limited.said)
            raise
        self._budget.prove(operation, place)
        return answer

    def _attempt(
        self,
        operation: Operation,
        url: str,
        query: Mapping[str, str | int] | None,
        body: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        token = self._tokens.current()
        replacements = 0
        while True:
            response = self._send(operation, url, token, query, body)
            try:
                return self._answer(operation, response)
            except ZoomCredentialsInvalid:
                if replacements == _TOKEN_REPLACEMENTS:
                    raise
            except ZoomScopeMissing:
                if not self._tokens.is_older_than_scopes(token):
                    raise
            token = self._tokens.replace(token)
            replacements += 1

    def _send(
        self,
        operation: Operation,
        url: str,
        token: StoredToken,
        query: Mapping[str, str | int] | None,
        body: Mapping[str, Any] | None,
    ) -> requests.Response:
        return send(
            self._session,
            operation.name,
            operation.method,
            url,
            params=query,
            json=body,
            headers={"Authorization": f"Bearer {token.value}"},
        )

    def _answer(self, operation: Operation, response: requests.Response) -> dict[str, Any]:
        body = body_of(operation.name, response)
        if is_success(response, body):
            return with_links_of(self._schemes, body)
        if is_token_refused(response, body):
            raise ZoomCredentialsInvalid(operation.name, status=response.status_code)
        raise error_of(operation.name, response, body, self._now())
