"""AWS on this machine: moto's server, made to behave as several clients at once need it to.

It runs in a process of its own (`python -m local.moto.server`), with moto's state and settings.
As it comes, moto handles requests side by side, and has no lock between a condition and the write
that hangs on it. Seen in moto 5.2.5.
"""

import argparse
import json
import os
import signal
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from moto.core.config import default_user_config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.middleware.http_proxy import ProxyMiddleware
from werkzeug.wrappers import Response

from local.metering.counts import Counts
from local.moto import (
    COUNTS_PATH,
    dynamodb,
    jsonata,
    leftovers,
    order,
    query_starts,
    sqs,
    state_language,
    transitions,
)
from local.moto.direct import Direct
from local.moto.long_polls import LongPolls
from local.moto.metered import Metered
from local.moto.permissions import Permissions
from local.servers import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LONGEST_INVOCATION_SECONDS = 900


class OneAtATime:
    """WSGI middleware that hands on one request after the other.

    moto checks a condition and writes in separate steps, without a lock: two threads could both
    see the condition hold. At DynamoDB that cannot happen.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._lock = threading.Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Passes the request on when no other is being handled."""
        with self._lock:
            return self._application(environ, start_response)


class CountsShown:
    """WSGI middleware that shows what was counted (GET), and has it forgotten (DELETE)."""

    def __init__(self, application: "WSGIApplication", counts: Counts) -> None:
        self._application = application
        self._counts = counts

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answers one request."""
        if environ["PATH_INFO"] != COUNTS_PATH:
            return self._application(environ, start_response)
        if environ["REQUEST_METHOD"] == "DELETE":
            self._counts.forget()
        shown = {
            "counts": self._counts.all(),
            "executions_running": self._counts.running(transitions.RUNNING),
        }
        response = Response(json.dumps(shown), content_type="application/json")
        return response(environ, start_response)


def application(lambda_url: str, counts: Counts) -> "WSGIApplication":
    """moto, metered, with permissions, and with Lambda's Invoke answered at another address."""
    moto = DomainDispatcherApplication(create_backend_app)
    one_at_a_time = OneAtATime(Metered(Direct(moto), counts))
    with_lambda = ProxyMiddleware(
        CountsShown(LongPolls(one_at_a_time, counts), counts),
        {"/2015-03-31/": {"target": lambda_url}},
        timeout=_LONGEST_INVOCATION_SECONDS,
    )
    return Permissions(with_lambda)


def main() -> None:
    """Serves until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--lambda-url", required=True, help="where functions can be invoked")
    options = parser.parse_args()
    # moto's state machines call functions at this port.
    os.environ["MOTO_PORT"] = str(options.port)
    default_user_config["stepfunctions"]["execute_state_machine"] = True
    dynamodb.install()
    order.install()
    query_starts.install()
    leftovers.install()
    sqs.install()
    jsonata.install()
    state_language.install()
    counts = Counts()
    transitions.install(counts)
    with Server(application(options.lambda_url, counts), options.port):
        signal.pause()


if __name__ == "__main__":
    main()
