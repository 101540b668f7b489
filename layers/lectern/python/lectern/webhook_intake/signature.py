"""Zoom's signatures: of deliveries, and of the challenge by which Zoom checks an address.

Both are HMAC-SHA256 by the webhook secret token; a delivery's covers ``v0:<time>:<raw body>``.
Source: Zoom's webhook documentation, 2026-02. Whatever is malformed is a failed signature.
"""

from __future__ import annotations

import hashlib
import hmac
import re

OLDEST_SECONDS = 2 * 60 * 60
"""Zoom repeats a delivery for 85 minutes and may not stamp it anew."""

AHEAD_SECONDS = 5 * 60
"""How far Zoom's clock may be ahead."""

_TIME = re.compile(r"[0-9]{1,12}")
_TOKEN_LIKE = re.compile(r"[A-Za-z0-9_+/=-]{1,256}")


def is_timely(timestamp: str, now: float) -> bool:
    """Whether a delivery's timestamp, in epoch seconds, is neither stale nor of the future."""
    if not _TIME.fullmatch(timestamp):
        return False
    return now - OLDEST_SECONDS <= int(timestamp) <= now + AHEAD_SECONDS


def is_signed_by(key: str, timestamp: str, body: bytes, signature: str) -> bool:
    """Whether the signature is that of the body, in a time that tells nothing about the key."""
    expected = f"v0={_digest(key, b'v0:' + _bytes(timestamp) + b':' + body)}"
    return hmac.compare_digest(expected.encode(), _bytes(signature))


def answer_to_challenge(key: str, plain_token: str) -> str:
    """Signs a challenge's token, which proves to Zoom that the secret is known here."""
    return _digest(key, _bytes(plain_token))


def is_token_like(plain_token: str) -> bool:
    """Whether a text cannot be what a delivery's signature covers, which has colons in it.

    The answer to a challenge is the same HMAC that signs deliveries: answering any text would let
    anyone have a delivery of their own signed.
    """
    return _TOKEN_LIKE.fullmatch(plain_token) is not None


def _digest(key: str, message: bytes) -> str:
    return hmac.new(_bytes(key), message, hashlib.sha256).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
