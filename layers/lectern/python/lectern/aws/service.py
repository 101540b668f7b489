"""A service of AWS that is asked in JSON, with nothing but what comes with Python.

AWS's own client takes longer to load than all the rest of the reception together, and longer for a
request than all the rest of a delivery; Zoom waits three seconds. A click on Join asks in the same
way, for people wait for it.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from lectern.aws.signature import Signer
from lectern.deadline import seconds_left

CONNECT_SECONDS = 1.0
READ_SECONDS = 5.0
ATTEMPTS = 3
"""Zoom waits for three seconds, and then repeats: what is stored late is not lost to a 5xx."""

_LONGEST_PAUSE_SECONDS = 0.2
_PASSING = (
    *("Throttl", "TooManyRequests", "ServiceUnavailable", "RequestTimeout"),
    *("ThroughputExceeded", "RequestLimitExceeded"),
)
"""What is in the names of refusals that another attempt may not meet."""


class Refused(Exception):
    """The service did not do what it was asked for.

    Attributes:
        kind: The service's name for the reason. What it says beside that may quote what was sent.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class AwsService:
    """Asks one service, on a connection that is kept.

    Args:
        name: What the service is called in signatures.
        target: What comes before the names of its operations, in ``X-Amz-Target``.
        json_version: Which of AWS's protocols by that name it speaks.
        url: Where it is.
    """

    def __init__(self, name: str, target: str, json_version: str, url: str) -> None:
        parts = urlsplit(url)
        self._target = target
        self._content_type = f"application/x-amz-json-{json_version}"
        self._host = parts.netloc
        self._is_plain = parts.scheme == "http"
        self._signer = Signer(
            service=name,
            region=os.environ["AWS_REGION"],
            key_id=os.environ["AWS_ACCESS_KEY_ID"],
            secret_key=os.environ["AWS_SECRET_ACCESS_KEY"],
            token=os.environ.get("AWS_SESSION_TOKEN"),
        )

    def ask(
        self, operation: str, asked: Mapping[str, Any], attempts: int = ATTEMPTS
    ) -> dict[str, Any]:
        """Asks until there is an answer, or it is no use.

        Args:
            operation: What is asked for.
            asked: The request, as JSON says it.
            attempts: How often at most.

        Raises:
            Refused: The service refuses it, or is overloaded after some attempts too.
            OSError: It could not be reached, or did not answer.
            http.client.HTTPException: It was not understood.
        """
        body = json.dumps(asked).encode()
        for attempt in range(1, attempts):
            try:
                return self._ask_once(operation, body)
            except (OSError, HTTPException):
                pass  # a connection that was kept while the function slept may be gone
            except Refused as refused:
                if not any(name in refused.kind for name in _PASSING):
                    raise
                # Not all who were sent away come back at the same time.
                time.sleep(random.uniform(0, _LONGEST_PAUSE_SECONDS * attempt))  # noqa: S311
        return self._ask_once(operation, body)

    def close(self) -> None:
        """Ends the connection; the next question opens another."""
        self._connection.close()

    def _ask_once(self, operation: str, body: bytes) -> dict[str, Any]:
        headers = {
            "content-type": self._content_type,
            "host": self._host,
            "x-amz-target": f"{self._target}.{operation}",
        }
        connection = self._connection
        try:
            _open(connection)
            connection.request("POST", "/", body, self._signer.signed(headers, body, time.time()))
            answer = connection.getresponse()
            content = answer.read()
        except BaseException:
            self.close()
            raise
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Refused("ServiceUnavailable")
        told: dict[str, Any] = json.loads(content or b"{}")
        if answer.status != HTTPStatus.OK:
            raise Refused(str(told.get("__type", "")).rpartition("#")[2])
        return told

    @cached_property
    def _connection(self) -> HTTPConnection:
        if self._is_plain:
            return HTTPConnection(self._host, timeout=CONNECT_SECONDS)
        return HTTPSConnection(self._host, timeout=CONNECT_SECONDS)


def _open(connection: HTTPConnection) -> None:
    if connection.sock is None:
        connection.connect()
    if connection.sock is not None:
        connection.sock.settimeout(seconds_left(READ_SECONDS))


def endpoint(service: str) -> str:
    """Where a service is: where the standard variables say, or in the function's own region.

    Example:
        >>> os.environ["AWS_REGION"] = "eu-west-1"
        >>> endpoint("secretsmanager")
        'https://secretsmanager.eu-west-1.amazonaws.com'
    """
    region = os.environ["AWS_REGION"]
    suffix = ".cn" if region.startswith("cn-") else ""
    own = f"AWS_ENDPOINT_URL_{service.upper()}"
    everywhere = os.environ.get("AWS_ENDPOINT_URL")
    default = everywhere or f"https://{service}.{region}.amazonaws.com{suffix}"
    return os.environ.get(own) or default
