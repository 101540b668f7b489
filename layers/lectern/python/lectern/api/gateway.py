"""API Gateway's REST proxy events to the table of routes, and answers back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from lectern.api.answers import Answer
from lectern.api.calls import checked_call
from lectern.api.parts import Parts
from lectern.api.problems import (
    Fault,
    InvalidRequest,
    MethodNotAllowed,
    UnknownPath,
    problem_answer,
    refusal_of,
)
from lectern.api.proxy import headers_of, matchable, raw_request, text_of
from lectern.api.route import Route
from lectern.telemetry import place_of

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
"""What API Gateway passes on for ``ANY``."""

ANSWER_BYTES = 5_500_000
"""Lambda: an answer has at most 6 MB. Only a page of unusually large entries comes near it."""

_KEYS = ("route", "event_id", "user_id")
"""What the log says of a request beside its outcome."""

Handle = Callable[..., "Response[str]"]


class Gateway:
    """The API behind API Gateway.

    Args:
        routes: The table of routes.
        parts: What the API is built from.
        log: Where each request leaves one line.
    """

    def __init__(self, routes: Iterable[Route], parts: Parts, log: Logger) -> None:
        self._parts = parts
        self._log = log
        self._resolver = APIGatewayRestResolver()
        self._resolver.exception_handler(Exception)(self._refused)
        self._resolver.not_found(lambda _: self._refused(UnknownPath()))
        methods: dict[str, set[str]] = {}
        for route in routes:
            self._add(route.path, {route.method}, self._answering(route))
            methods.setdefault(route.path, set()).add(route.method)
        for path, allowed in methods.items():
            self._add(path, set(METHODS) - allowed, self._refusing(allowed))

    def answer(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answers a proxy event; whatever happens is an answer, and one line of the log."""
        began = time.perf_counter()
        matched = {**event, "path": matchable(event["path"])}
        answer = self._resolver.resolve(matched, context)
        self._log.info(
            "answered",
            method=event["httpMethod"],
            status=answer["statusCode"],
            milliseconds=round((time.perf_counter() - began) * 1000),
        )
        self._log.remove_keys(_KEYS)
        return answer

    def _add(self, path: str, methods: Iterable[str], handle: Handle) -> None:
        rule = path.replace(".", r"\.").replace("{", "<").replace("}", ">")
        self._resolver.route(rule, method=sorted(methods))(handle)

    def _answering(self, route: Route) -> Handle:
        def handle(**path: str) -> Response[str]:
            self._log.append_keys(route=route.path, **_loggable(path))
            raw = raw_request(self._resolver.current_event.raw_event, route.path, path)
            call = checked_call(raw, route.body, route.query_model)
            return _sendable(_response(route.endpoint(call, self._parts)))

        return handle

    def _refusing(self, allowed: Iterable[str]) -> Handle:
        def handle(**_path: str) -> Response[str]:
            raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(allowed))})

        return handle

    def _refused(self, error: Exception) -> Response[str]:
        refusal = refusal_of(error)
        if refusal.status is HTTPStatus.INTERNAL_SERVER_ERROR:
            self._log.error("unexpected fault", **place_of(error))
        request_id = getattr(self._resolver.lambda_context, "aws_request_id", "")
        return _response(problem_answer(refusal, request_id))


def _loggable(path: Mapping[str, str]) -> dict[str, str]:
    """The ids of the path, but for those that may be e-mail addresses."""
    return {n: value for n, value in path.items() if n in _KEYS and not {"@", "%"} & set(value)}


def _sendable(response: Response[str]) -> Response[str]:
    if len((response.body or "").encode()) > ANSWER_BYTES:
        detail = "The page is too large to be sent; ask for a smaller one."
        raise InvalidRequest(faults=[Fault(pointer="/limit", detail=detail)])
    return response


def _response(answer: Answer) -> Response[str]:
    return Response(
        status_code=answer.status.value,
        content_type=answer.content_type,
        headers=headers_of(answer),
        body=text_of(answer.body),
    )
