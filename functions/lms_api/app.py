"""Answers the LMS: everything under /v1, the API's document and its page."""

from typing import Any, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

import lectern.composition.boto3_at_start  # noqa: F401 - it is needed anyway
from lectern.api.docs.about import LMS_ROUTES
from lectern.api.http.gateway import Gateway, Log
from lectern.composition import api

logger = Logger()
# It takes any field, but for those that its types have names for.
gateway = Gateway(LMS_ROUTES, api, cast("Log", logger))


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request that API Gateway passes on."""
    return gateway.respond(event, context.aws_request_id)
