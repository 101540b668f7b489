"""A delivery of Zoom's as an item of the inbox: as it is written, and as it is read.

In DynamoDB's JSON, which both requests and the records of a stream are in, and with nothing but
what comes with Python: the reception starts while Zoom waits.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping

KEPT_SECONDS = 6 * 3600
"""Longer than Zoom repeats (85 minutes) and a signature is good for (two hours): a repetition finds
the item. No longer than that, since people are named in it; the stream has it for a day."""

MOST_PACKED_BYTES = 400 * 1024 - 1024
"""What DynamoDB takes in an item (400 KB), less what is stored beside the body."""

Item = Mapping[str, Mapping[str, str]]
"""An item, or the image of one, in DynamoDB's JSON."""


class DoesNotFit(Exception):
    """A delivery is too large for an item, packed as it is."""


def item_of(connection: str, body: bytes, now: float) -> Item:
    """A delivery as an item, whose key is the same for whoever sends the same bytes again.

    The body is packed, so that next to every delivery is one write unit.

    Args:
        connection: The connection whose secret signed it.
        body: What was signed.
        now: Epoch seconds.

    Raises:
        DoesNotFit: It is too large, even so.
    """
    packed = zlib.compress(body)
    if len(packed) > MOST_PACKED_BYTES:
        raise DoesNotFit
    digest = hashlib.sha256(b"\n".join([connection.encode(), body])).hexdigest()
    return {
        "PK": {"S": f"DELIVERY#{digest}"},
        "connection": {"S": connection},
        "body": {"B": base64.b64encode(packed).decode()},
        "ttl": {"N": str(int(now) + KEPT_SECONDS)},
    }


def delivery_in(item: Item) -> tuple[str, str]:
    """The connection and the body of a delivery.

    Raises:
        ValueError: The body is none that was packed.
        LookupError: Something is missing.
    """
    packed = base64.b64decode(item["body"]["B"], validate=True)
    try:
        body = zlib.decompress(packed)
    except zlib.error:
        raise ValueError("the body is not packed as it should be") from None
    return item["connection"]["S"], body.decode()
