"""API Gateway's proxy events to the join function's two routes, without a framework to load."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from lectern.api.answers import Answer
from lectern.api.calls import Call, RawRequest, checked_call
from lectern.api.join_pages import trouble_page
from lectern.api.join_routes import JOIN, JOIN_ROUTES, PAGE
from lectern.api.parts import Parts
from lectern.api.problems import (
    InternalError,
    MethodNotAllowed,
    Refusal,
    UnknownPath,
    problem_answer,
    refusal_of,
)
from lectern.api.proxy import headers_of, raw_request, text_of
from lectern.telemetry import place_of

_ROUTES = {route.path: route for route in JOIN_ROUTES}


class JoinGateway:
    """The join decision and the join links behind API Gateway.

    Args:
        parts: What the decision is made with.
        log: Where each request leaves one line, without its path: a join link's path is its token.
    """

    def __init__(self, parts: Parts, log: logging.Logger) -> None:
        self._parts = parts
        self._log = log

    def answer(self, event: Mapping[str, Any], request_id: str) -> dict[str, Any]:
        """Answers a proxy event, whatever happens."""
        raw = raw_request(event, event["resource"], event.get("pathParameters") or {})
        try:
            answer = self._answer(event, raw)
        except Exception as error:  # noqa: BLE001 - whatever happens is an answer
            refusal = refusal_of(error)
            if isinstance(refusal, InternalError):
                self._log.error(json.dumps({"message": "unexpected fault", **place_of(error)}))
            answer = self._refused(event, raw, refusal, request_id)
        told = {"message": "answered", "route": event["resource"], "status": answer.status.value}
        self._log.info(json.dumps(told))
        return {
            "statusCode": answer.status.value,
            "headers": {**headers_of(answer), "Content-Type": answer.content_type},
            "body": text_of(answer.body),
            "isBase64Encoded": False,
        }

    def _answer(self, event: Mapping[str, Any], raw: RawRequest) -> Answer:
        route = _ROUTES.get(event["resource"])
        if route is None:
            raise UnknownPath
        if event["httpMethod"] != route.method:
            raise MethodNotAllowed(headers={"Allow": route.method})
        if route is JOIN:
            return route.endpoint(checked_call(raw, None, route.query), self._parts)
        call: Call[None, None] = Call(
            path=raw.path, body=None, query=None, headers=raw.headers, base_url=raw.base_url
        )
        return route.endpoint(call, self._parts)

    def _refused(
        self, event: Mapping[str, Any], raw: RawRequest, refusal: Refusal, request_id: str
    ) -> Answer:
        is_page = event["resource"] == PAGE.path
        if is_page and refusal.status is not HTTPStatus.METHOD_NOT_ALLOWED:
            return trouble_page(raw.headers.get("accept-language", ""), refusal.status)
        return problem_answer(refusal, request_id)
