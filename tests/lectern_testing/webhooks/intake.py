"""The reception of webhooks with a clock of its own, and with secrets that a test can change."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

from lectern.domain.webhook_secrets import with_secret
from lectern.webhook_intake.known_secrets import KnownSecrets
from lectern.webhook_intake.receiver import IntakeResult, Receiver
from lectern_testing.webhooks.deliveries import (
    SECRET,
    a_webhook,
    body_of,
    proxy_event,
    signed_headers,
)

NOW = 1_900_000_000.0
BODY = body_of(a_webhook())


class Reception:
    """A reception that knows one secret.

    Attributes:
        kept: What was stored, with the connection that it belongs to.
        reads: How often the secrets were read.
    """

    def __init__(self) -> None:
        self.now = NOW
        self.reads = 0
        self.kept: list[tuple[str, str]] = []
        self.stored = with_secret(None, "default", SECRET, self.time())
        self.receiver = Receiver(KnownSecrets(self._read, lambda: self.now), self, lambda: self.now)

    def time(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)

    def put(self, connection: str, body: bytes) -> None:
        self.kept.append((connection, body.decode()))

    def _read(self) -> str | None:
        self.reads += 1
        return self.stored

    def change_secret(self, key: str | None, connection: str = "default") -> None:
        self.stored = with_secret(self.stored, connection, key, self.time())

    def receive(self, body: bytes = BODY, **changes: Any) -> IntakeResult:
        """Sends a delivery that is signed well but for the changes."""
        secret = changes.pop("secret", SECRET)
        headers = signed_headers(body, changes.pop("at", self.now), secret)
        headers |= changes.pop("headers", {})
        return self.receiver.receive(proxy_event(body, headers, **changes))

    def status(self, body: bytes = BODY, **changes: Any) -> int:
        return int(self.receive(body, **changes).answer["statusCode"])


def challenge(token: Any, **more: Any) -> bytes:
    payload = {"plainToken": token}
    return body_of({"event": "endpoint.url_validation", "payload": payload, **more})


def proof(token: str, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
