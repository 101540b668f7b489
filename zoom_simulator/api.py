"""The API below ``/v2``: routes from the table of operations, each guarded as Zoom guards it.

A call passes, in this order: token, scope, injected faults, rate limits of the account, and then
the operation itself with the limits of host and registrant.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Blueprint, Response, request

from zoom_simulator.endpoints import HANDLERS, ApiCall, Reply
from zoom_simulator.errors import (
    ConnectionCut,
    ZoomError,
    missing_scope,
    unknown_endpoint,
    wrong_method,
)
from zoom_simulator.faults.injection import Fault, FaultKind, Struck, refusal
from zoom_simulator.faults.odd_responses import distort
from zoom_simulator.faults.targets import Asked
from zoom_simulator.operations import OPERATIONS, Operation
from zoom_simulator.rate_limits import CATEGORY_HEADER
from zoom_simulator.world import World

PREFIX = "/v2"
HTML_PAGE = "<html><head><title>500</title></head><body>Internal Server Error</body></html>"
NO_REGISTRATION = {"code": 300, "message": "This meeting has not registration required"}
"""Zoom's own example of an error that comes with HTTP 200."""


def api_blueprint(world: World) -> Blueprint:
    """The routes of all operations."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    for operation in OPERATIONS.values():
        blueprint.add_url_rule(
            _rule(operation.path),
            endpoint=operation.name,
            view_func=_view(world, operation),
            methods=[operation.method],
            provide_automatic_options=False,
        )
    return blueprint


def refuse_unknown(world: World, status: int) -> Response:
    """Zoom's answer to a path or method that is no operation."""
    error = wrong_method(request.method) if status == HTTPStatus.METHOD_NOT_ALLOWED else None
    response = error_response(error or unknown_endpoint())
    _Entry(world).write(response)
    return response


def error_response(error: ZoomError) -> Response:
    """A refusal, as it goes over the wire."""
    return _json(error.status, error.body, error.headers)


def _rule(path: str) -> str:
    """The path as a route. What was held goes by UUIDs, which may hold slashes."""
    if path.startswith(("/past_", "/report/")):
        path = path.replace("{session_id}", "{path:session_id}")
    return path.replace("{", "<").replace("}", ">")


def _view(world: World, operation: Operation) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        entry = _Entry(world, operation)
        try:
            entry.struck = _admit(world, operation, path)
            response = _carry_out(world, operation, path, entry.struck)
        except ZoomError as error:
            response = error_response(error)
        except ConnectionCut:
            entry.write(None)
            raise
        response.headers.setdefault(CATEGORY_HEADER, operation.rate_class.value.capitalize())
        entry.write(response)
        return response

    return view


def _admit(world: World, operation: Operation, path: dict[str, str]) -> Struck:
    """Check token and scope, and see which faults befall the call."""
    asked = Asked(world, operation.name, operation.changes, path, request.args, request.get_data())
    with world.lock:
        token = world.tokens.check(request.headers.get("Authorization", ""), world.now())
        if not operation.is_granted(token.scopes):
            raise missing_scope(operation.scope)
        return world.faults.strike(asked)


def _carry_out(
    world: World, operation: Operation, path: dict[str, str], struck: Struck
) -> Response:
    query = request.args.to_dict()
    if struck.page_is_the_same:
        query.pop("next_page_token", None)
    call = ApiCall(world, path, query, request.get_data(), struck)
    time.sleep(struck.delay)
    if struck.ending is not None and not struck.comes_after_the_effect:
        return _end_by_fault(world, operation, path, struck.ending)
    with world.lock, world.acting_for_owner():
        world.limits.take(operation.rate_class, world.now())
        answer = _effect(world, operation, call)
    if struck.ending is not None:
        return _end_by_fault(world, operation, path, struck.ending)
    response = _response(answer)
    distort(response, struck.faults)
    return response


def _effect(world: World, operation: Operation, call: ApiCall) -> Reply:
    """What the operation does, on the account as the call sees it."""
    now, struck, replicas = world.now(), call.struck, world.replicas
    until = None if struck.lag is None else now + struck.lag
    with (
        replicas.behind(until, for_all=struck.lags_for_all),
        replicas.consulted(now, changes=operation.changes),
    ):
        return HANDLERS[operation.name](call)


def _end_by_fault(
    world: World, operation: Operation, path: dict[str, str], fault: Fault
) -> Response:
    """The answer that a fault gives to an operation.

    Raises:
        ConnectionCut: if there is to be no answer.
        ZoomError: if it is one of Zoom's own refusals.
    """
    session_id = path.get("session_id", "")
    if (error := refusal(fault, operation, session_id, world.now())) is not None:
        raise error
    return end_by_fault(fault)


def end_by_fault(fault: Fault) -> Response:
    """The answer that a fault gives, whatever was asked.

    Raises:
        ConnectionCut: if there is to be no answer.
    """
    if fault.kind in {FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER}:
        raise ConnectionCut
    if fault.kind is FaultKind.HTML_500:
        return Response(HTML_PAGE, HTTPStatus.INTERNAL_SERVER_ERROR, mimetype="text/html")
    status, usual = fault.status, {"code": fault.status, "message": "Internal error."}
    if fault.kind is FaultKind.ERROR_BODY_200:
        status, usual = HTTPStatus.OK.value, NO_REGISTRATION
    return _json(status, usual if fault.body is None else fault.body, fault.headers)


def _response(answer: Reply) -> Response:
    if answer.body is None:
        return Response(status=answer.status)
    return _json(answer.status, dict(answer.body))


def _json(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    text = body if isinstance(body, str) else json.dumps(body)
    response = Response(text, status, mimetype="application/json")
    response.headers.update(headers or {})
    return response


class _Entry:
    """The log entry of the call that is going on."""

    def __init__(self, world: World, operation: Operation | None = None) -> None:
        self.struck = Struck()
        self._world = world
        self._operation = operation
        self._came = world.now()

    def write(self, response: Response | None) -> None:
        """Put it in the log; without a response, the connection was cut."""
        operation = self._operation
        with self._world.lock:
            self._world.calls.add(
                time=self._came,
                operation=operation.name if operation else "unknown",
                method=request.method,
                path=request.path,
                status=None if response is None else response.status_code,
                code=_zoom_code(response),
                rate_class=operation.rate_class.value if operation else None,
                faults=self.struck.names,
            )


def _zoom_code(response: Response | None) -> int | None:
    body = response.get_json(silent=True) if response is not None else None
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, int) else None
