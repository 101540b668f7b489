"""Who acts on which event of Zoom: one table, for meetings and webinars alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lectern.webhooks import attendance, phase
from lectern.webhooks.report import Handler

HANDLERS: Mapping[str, tuple[Handler, ...]] = MappingProxyType(
    {
        "created": (),
        "started": (phase.started, attendance.began),
        "ended": (phase.ended, attendance.ended),
        "participant_joined": (attendance.joined,),
        "participant_left": (attendance.left,),
    }
)
"""By what happened: the event's name without ``meeting.`` or ``webinar.``; in this order."""
