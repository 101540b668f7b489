"""The join decision and the join links: what people wait for, with few imports."""

from typing import Any

from lectern.api.http.gateway import Gateway
from lectern.api.join.routes import JOIN_ROUTES, MOST_SECONDS
from lectern.composition import api
from lectern.telemetry import JsonLog

gateway = Gateway(JOIN_ROUTES, api, JsonLog("lectern.join"), most_seconds=MOST_SECONDS)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own
    """Answers one request that API Gateway passes on."""
    return gateway.respond(event, context.aws_request_id)
