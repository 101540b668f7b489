"""Has whoever waits for a message of SQS keep nobody else from asking.

moto waits within the request, and requests are handled one after the other here. So a long poll is
many short ones, between which others have their turn. Seen in moto 5.2.5.
"""

import json
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from local.metering.counts import Counts
from local.metering.queues import count_nothing_received
from local.servers import answer_to

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_RECEIVE = "AmazonSQS.ReceiveMessage"
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
        if environ.get("HTTP_X_AMZ_TARGET") != _RECEIVE:
            return self._application(environ, start_response)
        asked = json.loads(environ["wsgi.input"].read())
        until = time.monotonic() + int(asked.get("WaitTimeSeconds", 0))
        body = json.dumps(asked | {"WaitTimeSeconds": 0}).encode()
        while True:
            status, headers, content = answer_to(self._application, environ, body)
            is_empty = status.startswith("200") and not json.loads(content).get("Messages")
            left = until - time.monotonic()
            if not is_empty or left <= 0:
                break
            time.sleep(min(_POLL_SECONDS, left))
        if is_empty:
            count_nothing_received(asked, self._counts)
        start_response(status, headers)
        return [content]
