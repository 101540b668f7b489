"""DynamoDB by a short way: what a client asks for goes to moto at once, and its answer back.

By the long way a request is signed, sent and taken apart, and its answer written and read again,
which takes several times as long as what is asked for. The tests of the stores go the long way, as
does the local cloud; what they show of it need not be shown in every other test again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.handlers
from botocore import xform_name
from botocore.client import BaseClient
from moto.core.exceptions import JsonRESTError
from moto.core.models import DEFAULT_ACCOUNT_ID, MockAWS, botocore_stubber, responses_mock
from moto.dynamodb.responses import DynamoHandler


def install() -> None:
    """Has every client of DynamoDB that is made from now on go the short way, while moto mocks.

    Nobody here asks AWS through ``requests``, for which moto would name some thousand addresses at
    the beginning of each test.
    """
    botocore.handlers.BUILTIN_HANDLERS.append(("creating-client-class.dynamodb", _shorten))
    MockAWS._enable_patching = _mock_clients


def _mock_clients(mock: MockAWS, *, reset: bool = True) -> None:
    botocore_stubber.enabled = True
    responses_mock.start()
    if reset:
        mock.reset()


def go_the_long_way(client: BaseClient) -> None:
    """Has this client go the long way."""
    client.goes_the_long_way = True  # type: ignore[attr-defined]


@contextmanager
def asked_of(client: BaseClient) -> Iterator[list[str]]:
    """The names of the operations that are asked for meanwhile, as ``PutItem``."""
    asked: list[str] = []
    client.asked = asked.append  # type: ignore[attr-defined]
    try:
        yield asked
    finally:
        del client.asked  # type: ignore[attr-defined]


def _shorten(base_classes: list[type], **_: object) -> None:
    base_classes.insert(0, _ShortWay)


class _ShortWay:
    """A client's way to its answers."""

    goes_the_long_way = False
    meta: Any
    exceptions: Any

    def asked(self, operation: str) -> None:
        """Called with the name of each operation."""

    def _make_api_call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        self.asked(operation)
        is_mocked = botocore_stubber.enabled and "amazonaws.com" in self.meta.endpoint_url
        if self.goes_the_long_way or not is_mocked:
            found: dict[str, Any] = super()._make_api_call(operation, params)  # type: ignore[misc]
            return found
        handler = DynamoHandler()
        handler.region = self.meta.region_name
        handler.current_account = DEFAULT_ACCOUNT_ID
        handler.body = json.loads(json.dumps(params))
        try:
            result = getattr(handler, xform_name(operation))().result
        except JsonRESTError as error:
            told = _error(json.loads(error.description))
            raise self.exceptions.from_code(told["Error"]["Code"])(told, operation) from None
        shape = self.meta.service_model.operation_model(operation).output_shape
        return {name: value for name, value in result.items() if name in shape.members}


def _error(told: dict[str, Any]) -> dict[str, Any]:
    """An error as botocore reads it."""
    code = told.pop("__type").rpartition("#")[2]
    message = told.pop("message", None) or told.pop("Message", "")
    return {"Error": {"Code": code, "Message": message}, **told}
