"""API Gateway's REST proxy events to the table of routes, and responses back."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any, Protocol

from lectern.api.http.dependencies import ApiDependencies
from lectern.api.http.problems import (
    Forbidden,
    InvalidField,
    InvalidRequest,
    MethodNotAllowed,
    RoleUnknown,
    TookTooLong,
    UnknownPath,
    http_error_of,
    problem_response,
)
from lectern.api.http.proxy import headers_of, raw_request, text_of
from lectern.api.http.request import RawRequest, checked_request
from lectern.api.http.response import Response
from lectern.api.http.route import Refused, Route
from lectern.deadline import ends_in
from lectern.telemetry import correlated, correlation_id, place_of

RESPONSE_BYTES = 5_500_000
"""Lambda: a response has at most 6 MB. Only a page of unusually large entries comes near it."""

_NOWHERE = {"/", "/{proxy+}"}
"""The resources of whatever has no other, without a key: no endpoint is reached by them."""

_PROXY = "{proxy+}"
"""API Gateway's parameter for all that is left of a path."""

_LOGGED = {"event_id", "user_id"}
"""What the log says of a path's parameters."""


class Log(Protocol):
    """Where each request leaves one line."""

    def info(self, message: str, **fields: object) -> None:
        """Notes what is as it should be."""

    def error(self, message: str, **fields: object) -> None:
        """Notes a fault that operators look for."""


@dataclass(frozen=True)
class PathTemplate:
    """A path of the table with its parameters in braces, and what it takes by each method.

    ``PathTemplate("/v1/events/{event_id}", {}).match("/v1/events/ev-1")`` is
    ``{"event_id": "ev-1"}``.
    """

    path: str
    routes: Mapping[str, Route]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path)) + "/*")

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters of a path that it fits, else ``None``."""
        matched = self._pattern.fullmatch(path)
        return matched.groupdict() if matched else None


class Gateway:
    """The endpoints of one function behind API Gateway.

    Args:
        routes: The function's part of the table of routes.
        dependencies: What the endpoints work with.
        log: Where each request leaves one line: without its path, since that of a join link is
            its token.
        refused: What a refusal is shown as where its route does not say; ``None`` for a problem
            document.
        most_seconds: How long a request may take before it is refused, so that the refusal is this
            function's and not the gateway's; ``None`` for as long as Lambda lets it. Whatever an
            endpoint waits for has to ask how long it may (``lectern.deadline``).
    """

    def __init__(
        self,
        routes: Iterable[Route],
        dependencies: ApiDependencies,
        log: Log,
        refused: Refused | None = None,
        most_seconds: float | None = None,
    ) -> None:
        self._dependencies = dependencies
        self._log = log
        self._refused = refused
        self._most_seconds = most_seconds
        paths: dict[str, dict[str, Route]] = {}
        for route in routes:
            paths.setdefault(route.path, {})[route.method] = route
        self._templates = [PathTemplate(path, methods) for path, methods in paths.items()]

    def respond(self, event: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        """Responds to a proxy event; whatever happens is a response, and one line of the log.

        What follows from it belongs to the id that API Gateway gave the request.
        """
        with correlated(event["requestContext"].get("requestId") or request_id):
            return self._respond(event, request_id)

    def _respond(self, event: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        began = time.perf_counter()
        template, path = self._find(event)
        route = template.routes.get(event["httpMethod"]) if template else None
        raw = raw_request(event, template.path if template else _asked(event), path)
        try:
            response = self._in_time(_route(template, event["httpMethod"]), raw)
        except Exception as error:  # noqa: BLE001 - whatever happens is a response
            response = self._refuse(route, raw, error, request_id)
        self._log.info(
            "answered",
            request=correlation_id(),
            method=event["httpMethod"],
            route=template.path if template else event["resource"],
            status=response.status.value,
            milliseconds=round((time.perf_counter() - began) * 1000),
            **_loggable(path),
            **(_caller(event, raw) if route and route.needs_key else {}),
        )
        return {
            "statusCode": response.status.value,
            "headers": {**headers_of(response), "Content-Type": response.content_type},
            "body": text_of(response.body),
            "isBase64Encoded": False,
        }

    def _find(self, event: Mapping[str, Any]) -> tuple[PathTemplate | None, dict[str, str]]:
        """Finds what a path belongs to by its resource, which knows no stage or base path.

        What API Gateway has told apart by itself stays as it is: an id may have a slash in it.
        """
        if event["resource"] in _NOWHERE:
            return None, {}
        known = dict(event.get("pathParameters") or {})
        known.pop("proxy", None)
        path = _asked(event)
        for template in self._templates:
            found = template.match(path)
            if found is not None:
                return template, {**found, **known}
        return None, {}

    def _in_time(self, route: Route, raw: RawRequest) -> Response:
        if self._most_seconds is None:
            return self._carry_out(route, raw)
        try:
            with ends_in(self._most_seconds):
                return self._carry_out(route, raw)
        except TimeoutError:
            raise TookTooLong(headers={"Retry-After": "5"}) from None

    def _carry_out(self, route: Route, raw: RawRequest) -> Response:
        _check_role(route, raw)
        request = checked_request(
            raw,
            route.body,
            route.query_model,
            path_has_ids=route.path_has_ids,
            is_optional=route.body_is_optional,
            is_form=route.is_form,
        )
        response = route.endpoint(request, self._dependencies)
        if len(text_of(response.body).encode()) > RESPONSE_BYTES:
            detail = "The page is too large to be sent; ask for a smaller one."
            raise InvalidRequest(faults=[InvalidField(pointer="/limit", detail=detail)])
        return response

    def _refuse(
        self, route: Route | None, raw: RawRequest, error: Exception, request_id: str
    ) -> Response:
        refusal = http_error_of(error)
        if refusal.status is HTTPStatus.INTERNAL_SERVER_ERROR:
            self._log.error("unexpected fault", **place_of(error))
        refused = (route.refused if route else None) or self._refused
        return refused(raw, refusal) if refused else problem_response(refusal, request_id)


def _asked(event: Mapping[str, Any]) -> str:
    """The path of a request as the table of routes has them."""
    rest = (event.get("pathParameters") or {}).get("proxy", "")
    return str(event["resource"]).replace(_PROXY, rest)


def _route(template: PathTemplate | None, method: str) -> Route:
    if template is None:
        raise UnknownPath
    if method not in template.routes:
        raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(template.routes))})
    return template.routes[method]


def _check_role(route: Route, raw: RawRequest) -> None:
    """Refuses what the key's role does not allow, before anything else is said of the request."""
    if route.least_role is None:
        return
    if raw.role is None:
        raise RoleUnknown(headers={"Retry-After": "30"})
    if not raw.role.may(route.least_role):
        raise Forbidden(raw.role, route.least_role)


def _caller(event: Mapping[str, Any], raw: RawRequest) -> dict[str, str | None]:
    """With which key, and from where, something was asked for; of people's own requests nothing."""
    identity = event["requestContext"].get("identity") or {}
    return {"key": raw.key, "role": raw.role, "source": identity.get("sourceIp")}


def _loggable(path: Mapping[str, str]) -> dict[str, str]:
    """The ids of the path, but for those that may be e-mail addresses."""
    return {n: value for n, value in path.items() if n in _LOGGED and not {"@", "%"} & set(value)}
