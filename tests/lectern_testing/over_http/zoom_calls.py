"""What was called at the simulated Zoom for one event, in a cloud that has others too."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import requests

from local.cloud import LocalCloud

_SECONDS = 30
_TOKEN_ENDED = 124


class ZoomCalls:
    """The calls for one event; the cloud may be at work on those of other tests.

    Args:
        cloud: The local cloud.
        read_event: Reads the event, as the LMS sees it.

    Attributes:
        host: The address of a host whom no other event has.
    """

    def __init__(self, cloud: LocalCloud, read_event: Callable[..., Any]) -> None:
        self._calls = f"{cloud.zoom_url}/_sim/calls"
        self._read_event = read_event
        user_id = uuid.uuid4().hex
        self.host = f"host-{user_id}@acme.example"
        self._own = {user_id}
        seed = {"users": [{"id": user_id, "email": self.host}]}
        requests.post(f"{cloud.zoom_url}/_sim/seed", json=seed, timeout=_SECONDS).raise_for_status()

    def forget(self) -> None:
        """Forgets all calls up to now, of whatever event."""
        self._note_meeting()
        requests.delete(self._calls, timeout=_SECONDS)

    def operations(self) -> list[str]:
        """What was called since, in order; not what comes again as its token had ended.

        Where a test has credentials checked, Zoom ends the token that all functions have.
        """
        self._note_meeting()
        log = requests.get(self._calls, timeout=_SECONDS).json()["calls"]
        return [
            each["operation"]
            for each in log
            if each["code"] != _TOKEN_ENDED and any(name in each["path"] for name in self._own)
        ]

    def _note_meeting(self) -> None:
        if zoom := self._read_event().get("zoom"):
            self._own.add(zoom["id"])
