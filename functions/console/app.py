"""The operators' console: pages for people who look after events, opened by a link of the LMS."""

from typing import Any

import lectern.composition.boto3_at_start  # noqa: F401 - it is needed anyway
from lectern.api.http.gateway import Gateway
from lectern.composition import api
from lectern.console.pages.entering import trouble_page
from lectern.console.routes import CONSOLE_ROUTES
from lectern.telemetry import JsonLog

gateway = Gateway(CONSOLE_ROUTES, api, JsonLog("lectern.console"), refused=trouble_page)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own
    """Answers one request that API Gateway passes on."""
    return gateway.respond(event, context.aws_request_id)
