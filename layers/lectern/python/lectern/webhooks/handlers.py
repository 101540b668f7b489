"""Who acts on which event of Zoom: one table, for meetings and webinars alike."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lectern.webhooks import attendance, drift, phase
from lectern.webhooks.report import Handler, always

HANDLERS: Mapping[str, tuple[Handler, ...]] = MappingProxyType(
    {
        "created": (),
        "started": (always(phase.started), always(attendance.began)),
        "ended": (always(phase.ended), always(attendance.ended)),
        "participant_joined": (always(attendance.joined),),
        "participant_left": (always(attendance.left),),
        "updated": (drift.updated,),
        "deleted": (drift.deleted,),
        "permanently_deleted": (drift.deleted,),
        "recovered": (drift.recovered,),
        "converted_to_webinar": (drift.converted,),
        "converted_to_meeting": (drift.converted,),
        "registration_created": (drift.registered,),
        "registration_approved": (drift.registered,),
        "registration_cancelled": (drift.withdrawn,),
        "registration_denied": (drift.withdrawn,),
    }
)
"""By what happened: the event's name without ``meeting.`` or ``webinar.``; in this order."""
