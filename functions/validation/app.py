"""The tasks of the validation state machine."""

from __future__ import annotations

from typing import Any

import lectern.composition.boto3_at_start  # noqa: F401 - it is needed anyway
from lectern.composition.validation import validation_dependencies
from lectern.validation.tasks import TASK


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Runs one task; limits and outages of Zoom are raised for the state machine."""
    return TASK.validate_python(event).run(validation_dependencies()).model_dump(mode="json")
