"""The simulator as a WSGI application, and one request through it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder, run_wsgi_app

from zoom_simulator.api import PREFIX, api_blueprint, refuse_unknown
from zoom_simulator.control import control_blueprint
from zoom_simulator.links import links_blueprint
from zoom_simulator.oauth import oauth_blueprint
from zoom_simulator.world import World


def create_app(world: World) -> Flask:
    """The WSGI application of a world."""
    app = Flask(__name__, static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.url_map.merge_slashes = False  # a UUID may hold two in a row
    for make in (api_blueprint, oauth_blueprint, control_blueprint, links_blueprint):
        app.register_blueprint(make(world))

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> Response | HTTPException:
        if not request.path.startswith(PREFIX):
            return error
        return refuse_unknown(world, error.code or HTTPStatus.NOT_FOUND)

    return app


@dataclass(frozen=True)
class Exchange:
    """What came back for one request."""

    status: int
    headers: Headers
    body: bytes


def exchange(
    app: Flask, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes
) -> Exchange:
    """Put one request through the application, whatever it came over.

    Raises:
        ConnectionCut: if a fault ends the connection without an answer.
    """
    builder = EnvironBuilder(path=url, method=method, headers=list(headers), data=body)
    parts, status, answered = run_wsgi_app(app, builder.get_environ(), buffered=True)
    return Exchange(int(status.split()[0]), answered, b"".join(parts))
