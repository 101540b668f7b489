"""Takes Zoom's webhooks in; Zoom waits three seconds, so that it starts with next to nothing."""

import sys
import time
from typing import Any

from lectern.telemetry import JsonLog, counts_line, place_of
from lectern.webhook_intake import adapters, answers

log = JsonLog("lectern.zoom_webhook")
receiver = adapters.receiver()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own
    """Answers one delivery; what could not be stored is answered so that Zoom repeats it."""
    try:
        outcome = receiver.receive(event)
    except Exception as error:  # noqa: BLE001 - whatever happens is an answer
        # Without its text, which may quote the delivery and the people in it.
        log.error("not stored", **place_of(error))  # noqa: TRY400
        return answers.not_stored()
    if outcome.counted:
        counts = counts_line(context.function_name, {outcome.counted: 1}, time.time())
        sys.stdout.write(counts + "\n")
    return outcome.answer
