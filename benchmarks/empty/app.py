"""A function that does nothing: what any function costs."""

from typing import Any


def handler(_event: object, _context: object) -> dict[str, Any]:
    """Answers."""
    return {"statusCode": 200, "headers": {}, "body": ""}
