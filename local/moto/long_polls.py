"""Has whoever waits for a message of SQS keep nobody else from asking.

moto waits within the request, and requests are handled one after the other here. So a long poll is
many short ones, between which others have their turn. Seen in moto 5.2.5.
"""

import io
import json
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.test import run_wsgi_app

from local.metering.counts import Counts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_OPERATION = "ReceiveMessage"
_POLL_SECONDS = 0.05


class LongPolls:
    """WSGI middleware that asks for messages until there are some, or the time is up.

    Where none came, it counts as one request here, and not as many where it is metered.

    Args:
        application: answers at once.
        counts: where it is counted.
    """

    def __init__(self, application: "WSGIApplication", counts: Counts) -> None:
        self._application = application
        self._counts = counts

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answers one request."""
        if environ.get("HTTP_X_AMZ_TARGET") != f"AmazonSQS.{_OPERATION}":
            return self._application(environ, start_response)
        asked = json.loads(environ["wsgi.input"].read())
        until = time.monotonic() + int(asked.get("WaitTimeSeconds", 0))
        body = json.dumps(asked | {"WaitTimeSeconds": 0}).encode()
        while True:
            own = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
            parts, status, headers = run_wsgi_app(self._application, own, buffered=True)
            content = b"".join(parts)
            is_empty = status.startswith("200") and not json.loads(content).get("Messages")
            left = until - time.monotonic()
            if not is_empty or left <= 0:
                break
            time.sleep(min(_POLL_SECONDS, left))
        if is_empty:
            self._counts.add(f"sqs.{_OPERATION}", str(asked.get("QueueUrl", "")).rpartition("/")[2])
        start_response(status, headers.to_wsgi_list())
        return [content]
