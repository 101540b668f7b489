"""DynamoDB by a short way: what a client asks for goes to moto at once, and its answer back.

By the long way a request is signed, sent and taken apart, and its answer written and read again,
which takes several times as long as what is asked for. The tests of the stores go the long way, as
does the local cloud; what they show of it need not be shown in every other test again.
"""

from __future__ import annotations

import json
from typing import Any

import botocore.handlers
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.model import OperationModel
from moto.core.exceptions import JsonRESTError
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.dynamodb.responses import DynamoHandler

_BEFORE_CALL = "before-call.dynamodb"


def install() -> None:
    """Has every client of DynamoDB that is made from now on go the short way, while moto mocks."""
    botocore.handlers.BUILTIN_HANDLERS.append((_BEFORE_CALL, _answer))


def go_the_long_way(client: BaseClient) -> None:
    """Has this client go the long way."""
    client.meta.events.unregister(_BEFORE_CALL, _answer)


def _answer(
    model: OperationModel, params: dict[str, Any], context: dict[str, Any], **_: object
) -> tuple[AWSResponse, dict[str, Any]] | None:
    """What moto answers to a request that botocore is about to send."""
    if not botocore_stubber.enabled or "amazonaws.com" not in params["url"]:
        return None
    handler = DynamoHandler()
    handler.region = context["client_region"]
    handler.current_account = DEFAULT_ACCOUNT_ID
    handler.body = json.loads(params["body"])
    try:
        result = getattr(handler, xform_name(model.name))().result
    except JsonRESTError as error:
        return _came_back(400), _error(json.loads(error.description))
    members = model.output_shape.members if model.output_shape else ()
    return _came_back(200), {name: value for name, value in result.items() if name in members}


def _came_back(status: int) -> AWSResponse:
    return AWSResponse("", status, {}, None)


def _error(told: dict[str, Any]) -> dict[str, Any]:
    """An error as botocore reads it."""
    code = told.pop("__type").rpartition("#")[2]
    message = told.pop("message", None) or told.pop("Message", "")
    return {"Error": {"Code": code, "Message": message}, **told}
