"""A call of Zoom's API: an operation of the table, with a token, and typed errors."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests

from lectern.domain.errors import ZoomCredentialsInvalid, ZoomRateLimited
from lectern.store.tokens import StoredToken
from lectern.zoom.errors import body_of, error_of, is_success
from lectern.zoom.http import send
from lectern.zoom.operations import Operation
from lectern.zoom.token import TokenSource

_TOKEN_REPLACEMENTS = 2
"""A token may be replaced by another function just before it is used, and once more."""

_PAUSES = (0.6, 1.4)
"""Seconds between tries within a call; nobody sleeps in a Lambda for more than two seconds."""


class ZoomClient:
    """Zoom's API for one connection.

    Args:
        session: The pooled session.
        api_url: The API's base, such as ``https://api.zoom.us/v2``.
        tokens: Where the connection's token comes from.
        now: The clock, for limits that end at a time of day.
        sleep: Waits for seconds; two at most for each call.
    """

    def __init__(
        self,
        session: requests.Session,
        api_url: str,
        tokens: TokenSource,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._session = session
        self._api_url = api_url.rstrip("/")
        self._tokens = tokens
        self._now = now
        self._sleep = sleep

    def call(
        self,
        operation: Operation,
        *,
        path: Mapping[str, str],
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Carries an operation out and returns Zoom's answer; empty where Zoom gives none.

        Args:
            operation: What to do.
            path: The values of the path template, unquoted.
            query: The query's values.
            body: The JSON body.

        Raises:
            ZoomError: Whatever kept Zoom from doing it, as one of its classes.
        """
        parts = {name: quote(value, safe="@") for name, value in path.items()}
        url = self._api_url + operation.path.format_map(parts)
        for pause in _PAUSES:
            try:
                return self._attempt(operation, url, query, body)
            except ZoomRateLimited:
                # A limit a second is over within a second; all at once would meet it again.
                self._sleep(random.uniform(pause / 2, pause))  # noqa: S311 - jitter, no secret
        return self._attempt(operation, url, query, body)

    def _attempt(
        self,
        operation: Operation,
        url: str,
        query: Mapping[str, str | int] | None,
        body: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        token = self._tokens.current()
        response = self._send(operation, url, token, query, body)
        for _ in range(_TOKEN_REPLACEMENTS):
            if response.status_code != HTTPStatus.UNAUTHORIZED:
                break
            token = self._tokens.replace(token)
            response = self._send(operation, url, token, query, body)
        return self._answer(operation, response)

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
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            raise ZoomCredentialsInvalid(operation.name, status=response.status_code)
        body = body_of(operation.name, response)
        if is_success(response, body):
            return body
        raise error_of(operation.name, response, body, self._now())
