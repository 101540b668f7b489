"""The tasks of the event_sync state machine."""

from __future__ import annotations

from typing import Any

import lectern.composition.boto3_at_start  # noqa: F401 - it is needed anyway
from lectern.composition.sync import sync_tools
from lectern.sync.tasks import TASK
from lectern.telemetry import correlated


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Runs one task; limits and outages of Zoom are raised for the state machine."""
    with correlated(event.get("owner")):
        return TASK.validate_python(event).run(sync_tools()).model_dump(mode="json")
