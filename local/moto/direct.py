"""Takes the requests that are made most to moto's DynamoDB and SQS by the direct way.

By moto's own, each request finds its way among two hundred services and through Flask, and is read
and written by the shapes of botocore's model, which takes several times as long as what is asked
for. Both services speak JSON that is already as moto's handlers read and give it. The answers are
the same here: whatever is refused, or is no such request, goes moto's own way. Seen in moto 5.2.5.
"""

import binascii
import calendar
import json
import re
import uuid
from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from moto.core.utils import get_service_model
from moto.dynamodb.responses import DynamoHandler
from moto.dynamodbstreams.responses import DynamoDBStreamsHandler
from moto.sqs.responses import SQSResponse

from local.template import ACCOUNT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_REGION = re.compile(r"Credential=[^/]+/[^/]+/([^/]+)/")
_OF_TABLES = (
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "TransactWriteItems",
    "UpdateItem",
)
_OF_QUEUES = ("DeleteMessageBatch", "ReceiveMessage", "SendMessage", "SendMessageBatch")
_BY_TARGET = {
    **{f"DynamoDB_20120810.{name}": (DynamoHandler, "dynamodb", name) for name in _OF_TABLES},
    **{f"AmazonSQS.{name}": (SQSResponse, "sqs", name) for name in _OF_QUEUES},
    "DynamoDBStreams_20120810.GetRecords": (
        DynamoDBStreamsHandler,
        "dynamodbstreams",
        "GetRecords",
    ),
}
_BINARY = "B"
"""What an attribute is called that is text in JSON, and bytes in moto."""
_NOT_PLAIN = (b'"BS"', b'"BinaryValue"')
"""What else is not the same in both."""


class Direct:
    """WSGI middleware that answers those requests, and hands all others on to moto."""

    def __init__(self, moto: "WSGIApplication") -> None:
        self._moto = moto

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answers one request."""
        body = environ["wsgi.input"].read()
        answer = _answer(environ, body)
        if answer is None:
            environ["wsgi.input"] = BytesIO(body)
            return self._moto(environ, start_response)
        headers = [
            ("Content-Type", "application/x-amz-json-1.0"),
            ("Content-Length", str(len(answer))),
            ("x-amz-crc32", str(binascii.crc32(answer))),
            ("x-amzn-RequestId", str(uuid.uuid4())),
        ]
        start_response("200 OK", headers)
        return [answer]


def _answer(environ: "WSGIEnvironment", body: bytes) -> bytes | None:
    """The answer of moto's handler; nothing where it refuses, and changes nothing."""
    target = _BY_TARGET.get(environ.get("HTTP_X_AMZ_TARGET", ""))
    region = _REGION.search(environ.get("HTTP_AUTHORIZATION", ""))
    if target is None or region is None or any(sign in body for sign in _NOT_PLAIN):
        return None
    kind, service, operation = target
    handler: Any = kind()
    handler.region, handler.current_account = region[1], ACCOUNT
    handler.path, handler.uri_match = environ["PATH_INFO"], {}
    try:
        asked = handler.body = handler.params = json.loads(body, object_hook=_with_bytes)
        handler.querystring = {name: [value] for name, value in asked.items()}
        result = getattr(handler, xform_name(operation))().result or {}
        members = _members(service, operation)
        told = {name: value for name, value in result.items() if name in members}
        return json.dumps(told, default=_as_json).encode()
    except Exception:  # noqa: BLE001 - moto's own way says what is wrong with it
        return None


def _with_bytes(found: dict[str, Any]) -> dict[str, Any]:
    """A part of a request, with its bytes where it is a binary attribute."""
    text = found.get(_BINARY)
    return {_BINARY: b64decode(text, validate=True)} if isinstance(text, str) else found


def _as_json(content: bytes | datetime) -> str | float:
    if isinstance(content, datetime):
        return calendar.timegm(content.utctimetuple()) + content.microsecond // 1000 / 1000
    return b64encode(content).decode()


@cache
def _members(service: str, operation: str) -> frozenset[str]:
    """The members that an answer may have."""
    shape = get_service_model(service).operation_model(operation).output_shape
    return frozenset(shape.members if shape else ())
