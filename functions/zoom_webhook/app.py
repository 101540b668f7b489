"""Takes Zoom's webhooks in; Zoom waits three seconds, so that it starts with next to nothing."""

import json
import logging
import os
import sys
import time
from typing import Any

from lectern.reception import adapters, answers
from lectern.telemetry import counts_line, place_of

log = logging.getLogger("lectern.zoom_webhook")
log.setLevel(os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO"))
receiver = adapters.receiver()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own
    """Answers one delivery; what could not be stored is answered so that Zoom repeats it."""
    try:
        outcome = receiver.receive(event)
    except Exception as error:  # noqa: BLE001 - whatever happens is an answer
        # Without its text, which may quote the delivery and the people in it.
        log.error(json.dumps({"message": "not stored", **place_of(error)}))  # noqa: TRY400
        return answers.not_stored()
    if outcome.counted:
        counts = counts_line(context.function_name, {outcome.counted: 1}, time.time())
        sys.stdout.write(counts + "\n")
    return outcome.answer
