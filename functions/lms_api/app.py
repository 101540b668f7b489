"""Answers the LMS: everything under /v1, the API's document and its page."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from lectern.api.docs.about import LMS_ROUTES
from lectern.api.http.gateway import Gateway
from lectern.composition import api

logger = Logger()
gateway = Gateway(LMS_ROUTES, api, logger)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request that API Gateway passes on."""
    return gateway.respond(event, context.aws_request_id)
