"""Zoom's deliveries as Zoom signs them, and as API Gateway passes them on."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

SECRET = "webhook-secret"


def signed_headers(body: bytes, at: float, secret: str = SECRET) -> dict[str, str]:
    """The headers of a delivery that is sent at a moment, in epoch seconds."""
    stamp = str(int(at))
    return {"x-zm-request-timestamp": stamp, "x-zm-signature": signature(body, stamp, secret)}


def signature(body: bytes, stamp: str, secret: str = SECRET) -> str:
    """What Zoom signs a body with."""
    message = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def proxy_event(
    body: bytes | None,
    headers: dict[str, str],
    *,
    method: str = "POST",
    path: str = "/webhook/zoom-meeting",
    as_base64: bool = False,
) -> dict[str, Any]:
    """What API Gateway passes on."""
    text = None if body is None else body.decode("utf-8", "replace")
    if body is not None and as_base64:
        text = base64.b64encode(body).decode()
    return {
        "httpMethod": method,
        "path": path,
        "resource": path,
        "headers": headers,
        "body": text,
        "isBase64Encoded": as_base64,
    }


def a_webhook(
    event: str = "meeting.started",
    *,
    zoom_id: str | int = "83012345678",
    ts: int = 1_900_000_000_000,
    payload: dict[str, Any] | None = None,
    **session: Any,
) -> dict[str, Any]:
    """An event of Zoom about a session."""
    told = {
        "id": zoom_id,
        "uuid": "4444AAAiAAAAAiAiAiiAii==",
        "host_id": "zoom-host",
        "topic": "Forklift safety",
        "type": 2,
        "timezone": "Europe/Copenhagen",
        "duration": 60,
        **session,
    }
    whole = {"account_id": "local-account", **(payload or {}), "object": told}
    return {"event": event, "event_ts": ts, "payload": whole}


def body_of(content: object) -> bytes:
    """The bytes that Zoom sends."""
    return json.dumps(content).encode()
