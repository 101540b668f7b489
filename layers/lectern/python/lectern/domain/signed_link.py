"""Tokens of links that Lectern makes: what they say is no secret, and nothing in it can be changed.

A token is ``1.<payload>.<signature>``: the version of the form, what it says as JSON in base64url,
and the HMAC-SHA256 of purpose, version and payload.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from lectern.domain.errors import LecternError

_VERSION = "1"


class ForgedLink(LecternError):
    """The token was not signed by this stack for this purpose, or was changed."""


def signed(content: list[object], purpose: bytes, key: bytes) -> str:
    """The token that says this.

    Args:
        content: What it says, as plain JSON.
        purpose: Keeps what the same key signs otherwise from being taken for such a token.
        key: What this stack signs with.
    """
    text = json.dumps(content, separators=(",", ":"))
    payload = _encoded(text.encode())
    return f"{_VERSION}.{payload}.{_signature(payload, purpose, key)}"


def content_of(token: str, purpose: bytes, key: bytes) -> Any:  # noqa: ANN401 - as it was signed
    """What a token says.

    Raises:
        ForgedLink: It is not of this key and purpose, or of no version that is known.
    """
    version, _, rest = token.partition(".")
    payload, _, signature = rest.partition(".")
    is_ours = hmac.compare_digest(_signature(payload, purpose, key).encode(), _bytes(signature))
    if not is_ours or version != _VERSION:
        raise ForgedLink
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def _signature(payload: str, purpose: bytes, key: bytes) -> str:
    message = purpose + _VERSION.encode() + b"." + _bytes(payload)
    return _encoded(hmac.digest(key, message, hashlib.sha256))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
