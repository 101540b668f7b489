"""A call of Zoom's API: an operation of the table, with a token, and typed errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import requests
from pydantic import ValidationError

from lectern.domain.errors import (
    ZoomCredentialsInvalid,
    ZoomDailyLimit,
    ZoomRateLimited,
    ZoomScopeMissing,
    ZoomUnavailable,
)
from lectern.domain.limits.budget import Lane
from lectern.store.tokens import StoredToken
from lectern.telemetry import JsonLog, measure
from lectern.zoom.errors import body_of, error_of, is_success, is_token_refused
from lectern.zoom.http import send
from lectern.zoom.links import schemes_of, with_links_of
from lectern.zoom.operations import Operation
from lectern.zoom.rate_limiter import PATIENCE_SECONDS, RateLimiter, Reservations, Slot
from lectern.zoom.response import ZoomResponse

_log = JsonLog(__name__)

PAGE_SIZE = 300
"""Zoom: at most 300 records a page."""

ResponseT = TypeVar("ResponseT", bound=ZoomResponse)

_TOKEN_REPLACEMENTS = 2
"""A token may be replaced by another function just before it is used, and once more."""


class TokenProvider(Protocol):
    """Where a connection's token comes from."""

    def current(self) -> StoredToken:
        """A token that should work."""

    def replace(self, dead: StoredToken) -> StoredToken:
        """A token in place of one that Zoom called invalid."""

    def is_older_than_scopes(self, token: StoredToken) -> bool:
        """Whether scopes that this token lacks may be in a new one."""

    def note_missing(self, scope: str) -> None:
        """Notes that Zoom just refused a call for a scope that is missing."""

    def note_worked(self, scope: str, token: StoredToken) -> None:
        """Notes that Zoom just carried a call out for which a scope is needed."""


class ZoomClient:
    """Zoom's API for one connection.

    Args:
        session: The pooled session.
        api_url: The API's base, such as ``https://api.zoom.us/v2``.
        tokens: Where the connection's token comes from.
        rate_limiter: What each call is taken from.
        now: The clock, for limits that end at a time of day.
    """

    def __init__(
        self,
        session: requests.Session,
        api_url: str,
        tokens: TokenProvider,
        rate_limiter: RateLimiter,
        now: Callable[[], datetime],
    ) -> None:
        self._session = session
        self._api_url = api_url.rstrip("/")
        self._schemes = schemes_of(api_url)
        self._tokens = tokens
        self._rate_limiter = rate_limiter
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
        reservations: Reservations | None = None,
    ) -> dict[str, Any]:
        """Carries an operation out and returns Zoom's answer; empty where Zoom gives none.

        Args:
            operation: What to do.
            path: The values of the path template, unquoted.
            query: The query's values.
            body: The JSON body.
            lane: What the call is for, which decides how much of a limit it may use.
            host_id: The host whose creates and updates of the day it counts among, if any.
            reservations: Of whoever can come back later, where the account is busy.

        Raises:
            ZoomError: Whatever kept Zoom from doing it, as one of its classes.
        """
        parts = {name: quote(value, safe="@") for name, value in path.items()}
        url = self._api_url + operation.path.format_map(parts)
        slot = self._rate_limiter.wait_for_slot(operation, lane, PATIENCE_SECONDS, reservations)
        self._rate_limiter.take(operation, lane, host_id, path.get("session_id", ""))
        try:
            try:
                answer = self._attempt_in(slot, operation, url, query, body)
            except ZoomRateLimited:
                if reservations:
                    reservations.note(refused=True)
                slot = self._rate_limiter.wait_for_slot(
                    operation, lane, slot.patience, reservations
                )
                answer = self._attempt_in(slot, operation, url, query, body)
        except ZoomDailyLimit as limit:
            if limit.operation == operation.name:
                self._rate_limiter.close(operation, limit, host_id)
                measure("ZoomDailyLimits", 1, rate_class=operation.rate_class)
            raise
        if reservations:
            reservations.note(refused=False)
        return answer

    def _attempt_in(
        self,
        slot: Slot,
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
                self._rate_limiter.learn(operation, slot, limited.said)
                measure("ZoomRateLimited", 1, rate_class=operation.rate_class)
            raise
        self._rate_limiter.prove(operation, slot)
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
                answer = self._answer(operation, response)
            except ZoomCredentialsInvalid:
                if replacements == _TOKEN_REPLACEMENTS:
                    raise
            except ZoomScopeMissing as missing:
                if not self._tokens.is_older_than_scopes(token):
                    self._tokens.note_missing(operation.scope)
                    missing.scopes = missing.scopes or (operation.scope,)
                    raise
            else:
                self._tokens.note_worked(operation.scope, token)
                return answer
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
        response = send(
            self._session,
            operation.name,
            operation.method,
            url,
            params=query,
            json=body,
            headers={"Authorization": f"Bearer {token.value}"},
        )
        # Zoom's support asks for its tracking id.
        tracking = response.headers.get("x-zm-trackingid")
        told = {"operation": operation.name, "status": response.status_code}
        _log.info("zoom called", **told, **({"tracking": tracking} if tracking else {}))
        return response

    def _answer(self, operation: Operation, response: requests.Response) -> dict[str, Any]:
        body = body_of(operation.name, response)
        if is_success(response, body):
            return with_links_of(self._schemes, body)
        if is_token_refused(response, body):
            raise ZoomCredentialsInvalid(operation.name, status=response.status_code)
        raise error_of(operation.name, response, body, self._now())


class ZoomRequests:
    """Calls of one Zoom account.

    Args:
        client: The account's client.
        lane: What the calls are for.
        reservations: Of whoever can come back later, where the account is busy.

    All methods raise ``ZoomError`` in its classes.
    """

    def __init__(
        self, client: ZoomClient, lane: Lane, reservations: Reservations | None = None
    ) -> None:
        self._client = client
        self._lane = lane
        self._reservations = reservations

    def make(self, operation: Operation, **parts: Any) -> dict[str, Any]:  # noqa: ANN401
        """Carries an operation out; see ``ZoomClient.call`` for its parts."""
        return self._client.call(
            operation, lane=self._lane, reservations=self._reservations, **parts
        )

    def read(self, model: type[ResponseT], operation: Operation, **parts: Any) -> ResponseT:  # noqa: ANN401
        """Carries an operation out and reads Zoom's answer."""
        return in_form(model, operation, self.make(operation, **parts))


def in_form(model: type[ResponseT], operation: Operation, answer: object) -> ResponseT:
    """Zoom's answer in our form.

    Raises:
        ZoomUnavailable: It lacks what it must have; what was asked for may have happened.
    """
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise ZoomUnavailable(operation.name, unclear=True) from error
