"""Opaque cursors: where the next page of one query begins, signed, so that nobody makes one up.

A position goes into a query at DynamoDB, which refuses one that no such query has.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from lectern.api.http.problems import InvalidField, InvalidRequest

_PURPOSE = "lectern cursor"
"""Keeps what else the same key signs from being taken for a cursor."""
_CHECK_LENGTH = 32


def encode_cursor(after: str, query: str, key: bytes) -> str:
    """The cursor of the page that begins after ``after``.

    Args:
        after: The position of the last entry of the page before.
        query: What was asked for; the cursor belongs to it alone.
        key: What this stack signs with.
    """
    signed = json.dumps([_PURPOSE, query, after]).encode()
    check = hmac.new(key, signed, hashlib.sha256).hexdigest()[:_CHECK_LENGTH]
    text = json.dumps([after, check], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, query: str, key: bytes) -> str:
    """The position that a cursor of this query holds.

    Raises:
        InvalidRequest: It was not given out for this query, or was changed.
    """
    try:
        after, _ = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        is_ours = isinstance(after, str) and _is_same(encode_cursor(after, query, key), cursor)
    except (ValueError, TypeError, RecursionError):
        is_ours = False
    if not is_ours:
        detail = "Is no cursor that was given out for this query."
        raise InvalidRequest(faults=[InvalidField(pointer="/cursor", detail=detail)])
    return str(after)


def _is_same(ours: str, told: str) -> bool:
    return hmac.compare_digest(ours.encode(), told.encode())
