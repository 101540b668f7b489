"""The tasks of the attendance state machine."""

from __future__ import annotations

from typing import Any

import lectern.composition.boto3_at_start  # noqa: F401 - it is needed anyway
from lectern.attendance.tasks import TASK
from lectern.composition.attendance import attendance_tools


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Runs one task; limits and outages of Zoom are raised for the state machine."""
    return TASK.validate_python(event).run(attendance_tools()).model_dump(mode="json")
