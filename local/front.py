"""API Gateway on this machine: the template's REST API as a WSGI application.

It routes, authorizes, turns requests into proxy events and results into responses, and answers for
itself with the template's gateway responses:
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from local.routes import Authorizer, Route, routes_of
from local.sandbox import MAX_PAYLOAD_BYTES, Answer
from local.template import ACCOUNT, REGION
from local.throttling import Throttles

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Invoke = Callable[[str, bytes], Answer]

_MAX_BODY_BYTES = 10 * 1024 * 1024
_API_ID = "local"
_STAGE = "live"


@dataclass(frozen=True)
class _GatewayResponse:
    """An answer of API Gateway's own; the statuses are those that it has by default."""

    kind: str
    status: int


_UNAUTHORIZED = _GatewayResponse("UNAUTHORIZED", 401)
_ACCESS_DENIED = _GatewayResponse("ACCESS_DENIED", 403)
_AUTHORIZER_FAILURE = _GatewayResponse("AUTHORIZER_FAILURE", 500)
_NO_ROUTE = _GatewayResponse("MISSING_AUTHENTICATION_TOKEN", 403)
_NO_SIGNATURE = _GatewayResponse("INVALID_SIGNATURE", 403)
_THROTTLED = _GatewayResponse("THROTTLED", 429)
_TOO_LARGE = _GatewayResponse("REQUEST_TOO_LARGE", 413)
_BAD_RESULT = _GatewayResponse("DEFAULT_5XX", 502)
_NOT_RUN = _GatewayResponse("DEFAULT_5XX", 500)
"""Lambda's own 429 is no answer that API Gateway passes on."""
_TIMED_OUT = _GatewayResponse("INTEGRATION_TIMEOUT", 504)


class _Refused(Exception):
    """The gateway answers itself."""

    def __init__(self, response: _GatewayResponse) -> None:
        self.response = response


@dataclass(frozen=True)
class Mount:
    """Where on its host the API stands, and what its functions are told of that.

    A stage is in the path of the request's context alone; a base path is in the event's too:
    https://github.com/localstack/localstack/pull/12296 has both, as measured.
    """

    prefix: str

    def path_below(self, path: str) -> str | None:
        """What of a path belongs to the API; nothing if it stands elsewhere."""
        if not path.startswith(f"{self.prefix}/"):
            return "/" if self.prefix and path == self.prefix else None
        return path.removeprefix(self.prefix)

    def path_told(self, path: str) -> str:
        """The path that the event has for a function."""
        return path.removeprefix(self.prefix) if self.prefix == f"/{_STAGE}" else path


class Front:
    """The REST API that a translated template describes.

    Args:
        body: the `Body` of the `AWS::ApiGateway::RestApi`.
        invoke: calls a function.
        now: seconds that only grow.
        counted: is told of each request that is billed, by method and resource: of all that are
            routed and authorized.
        base_path: where on its host the API stands: `/live`, the stage, at API Gateway's own
            address; any other path, or nothing, at a domain that is mapped to the stage.
        throttles: how many requests each method takes; without it, as many as come.
    """

    def __init__(
        self,
        body: Mapping[str, Any],
        invoke: Invoke,
        now: Callable[[], float] = time.monotonic,
        *,
        counted: Callable[[str], None] = lambda _: None,
        base_path: str = "",
        throttles: Throttles | None = None,
    ) -> None:
        self._routes = routes_of(body)
        self._mount = Mount(base_path)
        self._throttles = throttles or Throttles([], now)
        self._responses = body.get("x-amazon-apigateway-gateway-responses", {})
        self._invoke = invoke
        self._now = now
        self._counted = counted
        self._remembered: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answers one request."""
        request = Request(environ)
        request.max_content_length = _MAX_BODY_BYTES
        try:
            response = self._answer(request)
        except _Refused as refused:
            response = self._gateway_response(refused.response)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        path = self._mount.path_below(path_of(request))
        if path is None:
            # No stage and no mapping of a domain, so no gateway response of an API's.
            return Response('{"message": "Forbidden"}', 403, content_type="application/json")
        route, parameters = self._route(request, path)
        if not self._throttles.let_through(route):
            raise _Refused(_THROTTLED)
        authorized = self._authorize(route.authorizer, request, path) if route.authorizer else {}
        self._counted(f"{request.method} {route.resource}")
        try:
            body = request.get_data()
        except RequestEntityTooLarge:
            raise _Refused(_TOO_LARGE) from None
        asked = proxy_event(request, route, parameters, body, authorized)
        asked["path"] = self._mount.path_told(path_of(request))
        event = json.dumps(asked).encode()
        if len(event) > MAX_PAYLOAD_BYTES:
            raise _Refused(_TOO_LARGE)
        answer = self._invoke(route.function, event)
        if answer.throttled:
            raise _Refused(_NOT_RUN)
        if answer.failed:
            timed_out = b"Sandbox.Timedout" in answer.payload
            raise _Refused(_TIMED_OUT if timed_out else _BAD_RESULT)
        return _response(answer.payload)

    def _route(self, request: Request, path: str) -> tuple[Route, dict[str, str]]:
        for route in self._routes:
            parameters = route.match(request.method, path)
            if parameters is not None:
                return route, parameters
        # Where there is no method, any Authorization header is taken for a signature of AWS.
        raise _Refused(_NO_SIGNATURE if "Authorization" in request.headers else _NO_ROUTE)

    def _authorize(self, authorizer: Authorizer, request: Request, path: str) -> dict[str, Any]:
        token = request.headers.get(authorizer.header, "")
        if not token or not authorizer.validation.match(token):
            raise _Refused(_UNAUTHORIZED)
        method_arn = (
            f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{_API_ID}/{_STAGE}/{request.method}{path}"
        )
        policy = self._policy(authorizer, token, method_arn)
        if not _allows(policy["policyDocument"], method_arn):
            raise _Refused(_ACCESS_DENIED)
        context = {name: str(value) for name, value in policy.get("context", {}).items()}
        return {"principalId": policy["principalId"], **context}

    def _policy(self, authorizer: Authorizer, token: str, method_arn: str) -> dict[str, Any]:
        key = authorizer.function, token
        until, remembered = self._remembered.get(key, (0.0, {}))
        if self._now() < until:
            return remembered
        event = {"type": "TOKEN", "authorizationToken": token, "methodArn": method_arn}
        answer = self._invoke(authorizer.function, json.dumps(event).encode())
        if answer.failed:
            raise _Refused(_AUTHORIZER_FAILURE)
        policy: dict[str, Any] = json.loads(answer.payload)
        self._remembered[key] = (self._now() + authorizer.ttl_seconds, policy)
        return policy

    def _gateway_response(self, own: _GatewayResponse) -> Response:
        default = "DEFAULT_4XX" if own.status < 500 else "DEFAULT_5XX"  # noqa: PLR2004 (HTTP)
        custom = self._responses.get(own.kind) or self._responses.get(default, {})
        templates = custom.get("responseTemplates", {})
        response = Response(
            templates.get("application/json", '{"message": null}'),
            int(custom.get("statusCode", own.status)),
            content_type="application/json",
        )
        for name, value in custom.get("responseParameters", {}).items():
            response.headers[name.removeprefix("gatewayresponse.header.")] = value.strip("'")
        return response


def path_of(request: Request) -> str:
    """The path of a request, decoded, but for a slash within a part of it: that parts nothing."""
    raw = str(request.environ.get("REQUEST_URI") or quote(request.path)).partition("?")[0]
    parts = (unquote(part).replace("/", "%2F") for part in raw.split("/"))
    return "/".join(parts)


def proxy_event(
    request: Request,
    route: Route,
    parameters: Mapping[str, str],
    body: bytes,
    authorized: Mapping[str, Any],
) -> dict[str, Any]:
    """The event that a function gets for a request (payload version 1.0)."""
    headers = [
        *request.headers,
        ("X-Forwarded-Proto", request.scheme),
        ("X-Forwarded-For", request.remote_addr or ""),
    ]
    query = list(request.args.items(multi=True))
    text, is_base64 = _body(body)
    return {
        "resource": route.resource,
        "path": path_of(request),
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": _all_values(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _all_values(query) or None,
        "pathParameters": dict(parameters) or None,
        "stageVariables": None,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": _API_ID,
            "authorizer": dict(authorized),
            "domainName": request.host,
            "httpMethod": request.method,
            "identity": {
                "sourceIp": request.remote_addr,
                "userAgent": request.headers.get("User-Agent"),
            },
            "path": path_of(request),
            "protocol": request.environ["SERVER_PROTOCOL"],
            "requestId": str(uuid.uuid4()),
            "requestTimeEpoch": int(time.time() * 1000),
            "resourcePath": route.resource,
            "stage": _STAGE,
        },
        "body": text,
        "isBase64Encoded": is_base64,
    }


def _body(body: bytes) -> tuple[str | None, bool]:
    """A body as a REST API without binary media types has it: as text, whatever it is.

    What is no UTF-8 is lost by that, as measured: https://github.com/ministackorg/ministack/pull/767
    """
    return body.decode("utf-8", "replace") or None, False


def _all_values(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    several: dict[str, list[str]] = {}
    for name, value in pairs:
        several.setdefault(name, []).append(value)
    return several


def _allows(document: Mapping[str, Any], method_arn: str) -> bool:
    effects = {
        statement["Effect"]
        for statement in document["Statement"]
        if fnmatchcase(method_arn, statement["Resource"])
    }
    return effects == {"Allow"}


def _response(payload: bytes) -> Response:
    """The response that a function's result stands for.

    Raises:
        _Refused: if it is none; API Gateway calls that a malformed Lambda proxy response.
    """
    try:
        result = json.loads(payload)
        body = result.get("body") or ""
        content = base64.b64decode(body) if result.get("isBase64Encoded") else body
        response = Response(content, int(result["statusCode"]), content_type="application/json")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _Refused(_BAD_RESULT) from None
    for name, value in (result.get("headers") or {}).items():
        response.headers[name] = str(value)
    for name, values in (result.get("multiValueHeaders") or {}).items():
        response.headers.setlist(name, [str(value) for value in values])
    return response
