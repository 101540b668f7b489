"""What was called at the simulated Zoom for one event, in a cloud that has others too."""

from __future__ import annotations

import requests

_SECONDS = 30


class ZoomCalls:
    """The calls for one event; the cloud may be at work on those of other tests.

    Args:
        cloud: The local cloud.
        read_event: Reads the event, as the LMS sees it.
    """

    def __init__(self, cloud, read_event):
        self._calls = f"{cloud.zoom_url}/_sim/calls"
        self._read_event = read_event
        self._zoom_ids = set()

    def forget(self):
        """Forgets all calls up to now, of whatever event."""
        self._note_meeting()
        requests.delete(self._calls, timeout=_SECONDS)

    def operations(self):
        """What was called since, in order; the access token aside."""
        self._note_meeting()
        log = requests.get(self._calls, timeout=_SECONDS).json()["calls"]
        return [each["operation"] for each in log if self._is_own(each["path"])]

    def _note_meeting(self):
        if zoom := self._read_event().get("zoom"):
            self._zoom_ids.add(zoom["id"])

    def _is_own(self, path):
        return path.startswith("/v2/users/") or any(id_ in path for id_ in self._zoom_ids)
