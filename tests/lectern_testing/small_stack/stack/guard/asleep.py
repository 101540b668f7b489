"""A handler that never answers."""

from __future__ import annotations

import threading
from typing import Any


def handler(event: dict[str, Any], context: object) -> None:
    threading.Event().wait()
