"""How Zoom signs what it sends, and how an endpoint proves that it knows the secret.

Source: Zoom's page on webhooks, 2026-02.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass

USER_AGENT = "Zoom Marketplace/1.0a"


@dataclass
class Stamp:
    """What tells one delivery from another.

    Attributes:
        request_id: ``x-zm-request-id``.
        seconds: ``x-zm-request-timestamp``, in seconds of the epoch; set when it is first sent.
    """

    request_id: str
    seconds: int | None = None

    @classmethod
    def new(cls) -> Stamp:
        """The stamp of a delivery that was never sent."""
        return cls(str(uuid.uuid4()))

    def headers(self, body: bytes, secret: str, now: float) -> dict[str, str]:
        """The headers of an attempt; the time is that of the first one with this stamp."""
        if self.seconds is None:
            self.seconds = int(now)
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": USER_AGENT,
            "x-zm-request-id": self.request_id,
            "x-zm-request-timestamp": str(self.seconds),
            "x-zm-signature": signature(body, self.seconds, secret),
        }


def signature(body: bytes, seconds: int, secret: str) -> str:
    """``x-zm-signature``: over the bytes as they are sent."""
    return f"v0={_hmac(secret, f'v0:{seconds}:'.encode() + body)}"


def answers_challenge(answer: bytes, token: str, secret: str) -> bool:
    """Whether an answer to ``endpoint.url_validation`` proves knowledge of the secret."""
    try:
        fields = json.loads(answer)
    except ValueError:
        return False
    expected = {"plainToken": token, "encryptedToken": _hmac(secret, token.encode())}
    return isinstance(fields, dict) and expected.items() <= fields.items()


def _hmac(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
