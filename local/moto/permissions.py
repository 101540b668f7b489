"""The permissions of functions at AWS: the policies that the template gives their roles.

Each function's process has credentials of its own role, assumed at moto's STS. This sits before
moto, finds action and resource of a request, and lets moto's IAM evaluate the role's policies, so
that a permission that is missing in the template fails here as it would at AWS. As it comes, moto
lets everybody do everything (``INITIAL_NO_AUTH_ACTION_COUNT`` is infinite). Seen in moto 5.2.5.

What each role asked for is noted, so that it can be seen what it is allowed and never does.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from moto.iam.access_control import AssumedRoleAccessKey, IAMPolicy, PermissionResult
from moto.secretsmanager.models import secretsmanager_backends
from werkzeug.wrappers import Request, Response

from local.template import ACCOUNT, REGION

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_CREDENTIAL = re.compile(r"Credential=(?P<key>[^/]+)/[^/]+/[^/]+/(?P<service>[^/]+)/")
_ROLE_KEY_PREFIX = "ASIA"
"""Keys of assumed roles, so of functions; everybody else here is the local cloud itself."""

Permission = tuple[str, str]
"""An IAM action and the ARN of what it is done to."""


USED = "/_local/permissions"
"""Where it is shown what each role asked for."""


class Permissions:
    """WSGI middleware that refuses what the caller's role does not allow."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._asked: set[tuple[str, str, str, bool]] = set()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Passes the request on, or answers that it is not allowed."""
        request = Request(environ)
        if request.path == USED:
            return self._shown()(environ, start_response)
        environ["wsgi.input"] = io.BytesIO(request.get_data())
        caller = _CREDENTIAL.search(request.headers.get("Authorization", ""))
        if caller and caller["key"].startswith(_ROLE_KEY_PREFIX):
            token = request.headers.get("X-Amz-Security-Token", "")
            role = _role(caller["key"], token)
            for action, resource in _wanted(caller["service"], request):
                is_permitted = _permitted(caller["key"], token, action, resource)
                self._asked.add((role, action, resource, is_permitted))
                if not is_permitted:
                    return _denied(action, resource)(environ, start_response)
        return self._application(environ, start_response)

    def _shown(self) -> Response:
        """What each role asked for so far: role, action, resource, and whether it may."""
        return Response(json.dumps(sorted(self._asked)), content_type="application/json")


@cache
def _role(key: str, token: str) -> str:
    arn = AssumedRoleAccessKey(ACCOUNT, "aws", key, {"X-Amz-Security-Token": token}).arn
    return str(arn).split("/")[1]


@cache
def _policies(key: str, token: str) -> tuple[Any, ...]:
    access_key = AssumedRoleAccessKey(ACCOUNT, "aws", key, {"X-Amz-Security-Token": token})
    return tuple(IAMPolicy(json.dumps(document)) for document in _documents(access_key))


def _documents(access_key: AssumedRoleAccessKey) -> Iterator[dict[str, Any]]:
    for policy in access_key.collect_policies():
        yield policy if isinstance(policy, dict) else json.loads(policy)


@cache
def _permitted(key: str, token: str, action: str, resource: str) -> bool:
    results = [policy.is_action_permitted(action, resource) for policy in _policies(key, token)]
    return PermissionResult.DENIED not in results and PermissionResult.PERMITTED in results


def _wanted(service: str, request: Request) -> Iterator[Permission]:
    """The permissions that a request takes, in the terms of IAM."""
    operation = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
    body = json.loads(request.get_data() or b"{}") if operation else {}
    match service:
        case "dynamodb":
            yield from _on_tables(operation, body)
        case "secretsmanager":
            yield f"{service}:{operation}", _secret(body)
        case "states":
            yield f"{service}:{operation}", body.get("stateMachineArn") or body["executionArn"]
        case "s3":
            yield _on_objects(request)
        case "lambda":
            function = request.path.removesuffix("/invocations").rpartition("/")[2]
            arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
            yield f"{service}:InvokeFunction", arn + function.removeprefix(arn)
        case "sqs":
            queue = body.get("QueueUrl", "*").rpartition("/")[2]
            yield f"{service}:{operation}", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"
        case _:
            yield f"{service}:{operation or request.method + request.path}", "*"


_TRANSACTION_ACTIONS = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}


def _on_tables(operation: str, body: dict[str, Any]) -> Iterator[Permission]:
    if "TransactItems" in body:
        for item in body["TransactItems"]:
            for kind, request in item.items():
                yield f"dynamodb:{_TRANSACTION_ACTIONS[kind]}", _table(request["TableName"])
    elif "RequestItems" in body:
        for table in body["RequestItems"]:
            yield f"dynamodb:{operation}", _table(table)
    else:
        index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
        yield f"dynamodb:{operation}", _table(body.get("TableName", "*")) + index


def _on_objects(request: Request) -> Permission:
    """What a request of S3 takes, whose bucket and key are in the path."""
    verb = {"PUT": "Put", "GET": "Get", "DELETE": "Delete"}.get(request.method, request.method)
    bucket, _, key = request.path.strip("/").partition("/")
    if not key:
        return "s3:ListBucket", f"arn:aws:s3:::{bucket}"
    return f"s3:{verb}Object", f"arn:aws:s3:::{bucket}/{key}"


def _table(name: str) -> str:
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/"
    return name if name.startswith("arn:") else arn + name


def _secret(body: dict[str, Any]) -> str:
    """The ARN of a secret: six characters after its name, which one that there is not has none of.

    To ask for one that there is not has to be allowed by the bare name: the answer would be
    AccessDenied otherwise, and not ResourceNotFound.
    """
    name: str = body.get("SecretId") or body.get("Name", "*")
    if name.startswith("arn:"):
        return name
    secret = secretsmanager_backends[ACCOUNT][REGION].secrets.get(name)
    return secret.arn if secret else f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}"


def _denied(action: str, resource: str) -> Response:
    message = (
        f"The role of this function is not authorized to perform: {action} on resource: {resource} "
        "because no identity-based policy allows the action"
    )
    return Response(
        json.dumps({"__type": "AccessDeniedException", "message": message, "Message": message}),
        400,
        {"X-Amzn-ErrorType": "AccessDeniedException"},
        content_type="application/x-amz-json-1.0",
    )
