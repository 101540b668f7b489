"""The join decision and the join links: what people wait for, with few imports."""

import logging
import os
from typing import Any

from lectern.api.join_gateway import JoinGateway
from lectern.composition import api

log = logging.getLogger("lectern.join")
log.setLevel(os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO"))
gateway = JoinGateway(api, log)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own
    """Answers one request that API Gateway passes on."""
    return gateway.answer(event, context.aws_request_id)
