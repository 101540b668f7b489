"""The token endpoint of Server-to-Server OAuth, ``POST /oauth/token``.

Errors have another form than those of the API, ``{reason, error}``, and are HTTP 400 in every
report of an integrator.
"""

from __future__ import annotations

import time
from http import HTTPStatus
from secrets import compare_digest

from flask import Blueprint, Response, jsonify, request

from zoom_simulator.api import end_by_fault
from zoom_simulator.faults.injection import TOKEN_REQUEST, Struck
from zoom_simulator.faults.odd_responses import distort
from zoom_simulator.faults.targets import Asked
from zoom_simulator.tokens import LIFETIME
from zoom_simulator.world import World

GRANT_TYPE = "account_credentials"


def oauth_blueprint(world: World) -> Blueprint:
    """The route of the token endpoint."""
    blueprint = Blueprint("oauth", __name__, url_prefix="/oauth")

    @blueprint.post("/token")
    def token() -> Response:
        with world.lock:
            came = world.now()
            struck = world.faults.strike(Asked(world, TOKEN_REQUEST))
        status: int | None = None
        try:
            response = _answer(world, struck)
            status = response.status_code
        finally:
            with world.lock:
                world.calls.add(
                    time=came,
                    operation=TOKEN_REQUEST,
                    method="POST",
                    path=request.path,
                    status=status,
                    faults=struck.names,
                )
        return response

    return blueprint


def _answer(world: World, struck: Struck) -> Response:
    time.sleep(struck.delay)
    if struck.ending is not None and not struck.comes_after_the_effect:
        return end_by_fault(struck.ending)
    response = _refusal(world) or _issue(world)
    if struck.ending is not None:
        return end_by_fault(struck.ending)
    distort(response, struck.faults)
    return response


def _refusal(world: World) -> Response | None:
    expected = world.seed.credentials
    given = request.authorization
    known = (
        given is not None
        and given.type == "basic"
        and compare_digest((given.username or "").encode(), expected.client_id.encode())
        and compare_digest((given.password or "").encode(), expected.client_secret.encode())
    )
    if not known:
        return _refuse("Invalid client_id or client_secret", "invalid_client")
    if not world.seed.app_activated:
        return _refuse("The app has been disabled.", "invalid_client")
    if request.values.get("grant_type") != GRANT_TYPE:
        return _refuse("unsupported grant type", "unsupported_grant_type")
    if request.values.get("account_id") != expected.account_id:
        return _refuse("Bad Request", "invalid_request")
    return None


def _refuse(reason: str, error: str) -> Response:
    response = jsonify(reason=reason, error=error)
    response.status_code = HTTPStatus.BAD_REQUEST
    return response


def _issue(world: World) -> Response:
    with world.lock:
        scopes = frozenset(world.seed.scopes)
        token = world.tokens.issue(scopes, world.now(), parallel=world.seed.parallel_tokens)
    return jsonify(
        access_token=token.value,
        token_type="bearer",  # noqa: S106 - the kind of token
        expires_in=int(LIFETIME.total_seconds()),
        scope=" ".join(sorted(scopes)),
        api_url=world.base_url,
    )
