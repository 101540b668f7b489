"""Who acts on which event of Zoom: one table, for meetings and webinars alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lectern.webhooks import phase
from lectern.webhooks.report import Handler

HANDLERS: Mapping[str, tuple[Handler, ...]] = MappingProxyType(
    {
        "created": (),
        "started": (phase.started,),
        "ended": (phase.ended,),
    }
)
"""By what happened: the event's name without ``meeting.`` or ``webinar.``; in this order."""
