"""Reads a delivery from API Gateway's event."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_CHALLENGE = "endpoint.url_validation"
_LONGEST_CHALLENGE = 4096
"""Bytes: what is not signed is not looked into unless it is as short as a challenge."""


@dataclass(frozen=True)
class SignedRequest:
    """A request to one of the webhook addresses.

    Attributes:
        body: The bytes that were sent, which are what Zoom signed.
        timestamp: ``x-zm-request-timestamp`` as it was sent; empty without one.
        signature: ``x-zm-signature``; empty without one.
    """

    method: str
    body: bytes
    timestamp: str
    signature: str

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> SignedRequest:
        """Reads a proxy event."""
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        return cls(
            method=event["httpMethod"],
            body=_body(event),
            timestamp=headers.get("x-zm-request-timestamp", ""),
            signature=headers.get("x-zm-signature", ""),
        )

    def content(self) -> dict[str, Any] | None:
        """The JSON object that the body is; ``None`` if it is none."""
        try:
            content = json.loads(self.body.decode())
        except (ValueError, RecursionError):
            return None
        return content if isinstance(content, dict) else None

    @property
    def may_be_challenge(self) -> bool:
        """Whether it is short enough to be one, and not worth a look otherwise.

        What Zoom tells of a self-test's trial sessions is as short.
        """
        return len(self.body) <= _LONGEST_CHALLENGE


def is_challenge(content: Mapping[str, Any]) -> bool:
    """Whether Zoom asks to be shown that the secret is known here."""
    return content.get("event") == _CHALLENGE


def plain_token_of(content: Mapping[str, Any]) -> str | None:
    """The token of a challenge, to be signed; ``None`` if none was given."""
    payload = content.get("payload")
    token = payload.get("plainToken") if isinstance(payload, dict) else None
    return token if isinstance(token, str) else None


def _body(event: Mapping[str, Any]) -> bytes:
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return b""
