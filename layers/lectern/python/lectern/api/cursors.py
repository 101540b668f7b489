"""Opaque cursors: where the next page of one query begins."""

from __future__ import annotations

import base64
import hashlib
import json

from lectern.api.problems import Fault, InvalidRequest

_CHECK_LENGTH = 12


def encode_cursor(after: str, query: str) -> str:
    """The cursor of the page that begins after ``after``.

    Args:
        after: The position of the last entry of the page before.
        query: What was asked for; the cursor belongs to it alone.
    """
    check = hashlib.sha256(f"{query}\n{after}".encode()).hexdigest()[:_CHECK_LENGTH]
    text = json.dumps([after, check], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, query: str) -> str:
    """The position that a cursor of this query holds.

    Raises:
        InvalidRequest: It was not given out for this query, or was changed.
    """
    try:
        after, _ = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        is_ours = isinstance(after, str) and encode_cursor(after, query) == cursor
    except (ValueError, TypeError, RecursionError):
        is_ours = False
    if not is_ours:
        detail = "Is no cursor that was given out for this query."
        raise InvalidRequest(faults=[Fault(pointer="/cursor", detail=detail)])
    return str(after)
