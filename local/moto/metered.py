"""Notes what is asked of moto's DynamoDB, SQS and Secrets Manager, in the units that AWS bills.

It sits where requests come one after the other, so that it sees each item as it was before a write
and as it is after it. Nothing is changed on the way. Seen in moto 5.2.5.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from local.metering.counts import Counts
from local.metering.queues import count_of_queue
from local.moto.metered_tables import TableRequest
from local.servers import answer_to

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Json = Any
"""What can be written as JSON."""

_REGION = re.compile(r"Credential=[^/]+/[^/]+/([^/]+)/")
_TABLES, _QUEUES, _SECRETS = "DynamoDB_20120810", "AmazonSQS", "secretsmanager"


class Metered:
    """WSGI middleware that counts requests, and what they read and write.

    Args:
        application: moto, asked one thing at a time.
        counts: where it is counted.
    """

    def __init__(self, application: "WSGIApplication", counts: Counts) -> None:
        self._application = application
        self._counts = counts

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Passes the request on and counts it."""
        service, _, operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")
        if service not in {_TABLES, _QUEUES, _SECRETS}:
            return self._application(environ, start_response)
        body = environ["wsgi.input"].read()
        asked = _read(body)
        region = _REGION.search(environ.get("HTTP_AUTHORIZATION", ""))
        request = None
        if service == _TABLES and region is not None:
            request = TableRequest.of(operation, asked, region[1])
        status, headers, content = answer_to(self._application, environ, body)
        answer = _read(content)
        is_done = status.startswith("200")
        if request is not None:
            request.count(answer, self._counts, again=lambda other: self._again(environ, other))
        elif service == _QUEUES and is_done:
            count_of_queue(operation, asked, answer, self._counts)
        elif service == _SECRETS:
            self._counts.add("secrets_manager.requests", operation)
        start_response(status, headers)
        return [content]

    def _again(self, environ: "WSGIEnvironment", asked: Mapping[str, Json]) -> Json:
        """The answer to a read that nobody has asked for."""
        return _read(answer_to(self._application, environ, json.dumps(asked).encode())[2])


def _read(body: bytes) -> Json:
    try:
        return json.loads(body)
    except ValueError:
        return {}
