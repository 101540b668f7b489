"""Signatures in the form of Standard Webhooks.

Source: the specification, https://www.standardwebhooks.com: HMAC-SHA256 over id, time and body,
joined by full stops, under the key that the secret holds in base64 after ``whsec_``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

_SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with


def signed_headers(
    secret: str | None, identifier: str, moment: datetime, body: bytes
) -> dict[str, str]:
    """The headers by which the LMS knows a request and its sender.

    Args:
        secret: ``whsec_<base64>``; without one the request is not signed.
        identifier: The same whenever this is sent again.
        moment: When it is sent.
        body: What is sent.
    """
    seconds = str(int(moment.timestamp()))
    headers = {"webhook-id": identifier, "webhook-timestamp": seconds}
    if secret is None:
        return headers
    key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX))
    content = b".".join((identifier.encode(), seconds.encode(), body))
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return headers | {"webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}
