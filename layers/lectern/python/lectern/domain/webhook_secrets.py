"""The secrets that Zoom signs webhooks with: one for each connection, two while it is replaced.

Kept to Python's own library: what receives webhooks starts with nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

STORED_AS = "webhook-secrets"
"""The name, within the stack, of what holds them all: the only secret that the reception reads."""

FORMER_COUNTS_FOR = timedelta(hours=24)
"""How long a secret that was replaced is still taken: long enough to change both sides by hand, and
for the deliveries that Zoom repeats for 85 minutes."""


@dataclass(frozen=True)
class WebhookSecret:
    """A secret that a connection's webhooks may be signed with.

    Attributes:
        connection: The connection whose webhooks they are.
        key: The secret token.
        until: Until when it counts, in epoch seconds; ``None`` for the present one.
    """

    connection: str
    key: str = field(repr=False)
    until: float | None = None

    def counts_at(self, now: float) -> bool:
        """Whether it is taken at a moment, in epoch seconds."""
        return self.until is None or now < self.until


def read_secrets(text: str | None) -> tuple[WebhookSecret, ...]:
    """All secrets of all connections, as they are stored together; present ones first."""
    stored: Mapping[str, Mapping[str, Any]] = json.loads(text) if text else {}
    present = [WebhookSecret(name, each["key"]) for name, each in stored.items()]
    former = [
        WebhookSecret(name, each["former"]["key"], each["former"]["until"])
        for name, each in stored.items()
        if each.get("former")
    ]
    return (*present, *former)


def with_secret(text: str | None, connection: str, key: str | None, now: datetime) -> str:
    """Gives a connection this secret, or none at all, in the text that is stored.

    The one that it had counts on for a while; one that is taken away ends at once.
    """
    stored: dict[str, dict[str, Any]] = json.loads(text) if text else {}
    if key is None:
        stored.pop(connection, None)
    else:
        stored[connection] = _with_former(stored.get(connection), key, now)
    return json.dumps(stored)


def _with_former(had: Mapping[str, Any] | None, key: str, now: datetime) -> dict[str, Any]:
    if had is None:
        return {"key": key}
    if had["key"] == key:
        return dict(had)
    until = (now + FORMER_COUNTS_FOR).timestamp()
    return {**had, "key": key, "former": {"key": had["key"], "until": until}}
