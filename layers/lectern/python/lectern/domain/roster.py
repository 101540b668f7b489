"""The roster as a whole: what decides about everybody in it, and so concerns all when it changes.

Where a person stands follows from what is wanted of that person, from what is known of them at
Zoom, and from what is the same for everybody. The last is named here. While it stays the same, only
those whose own part changed have anything to be done, and they are pending; or they failed, and are
tried again.
"""

from __future__ import annotations

import hashlib
import json

from lectern.domain.event import Event, Phase
from lectern.domain.planner import standing_meeting, validates_access
from lectern.domain.settings import Settings


def roster_basis(event: Event, settings: Settings) -> str:
    """Names what is the same for everybody, of all that ``planner.plan_person`` goes by.

    Two events of one basis plan the same for everybody who is neither pending nor has failed.
    """
    details, meeting = event.details, event.meeting
    standing = standing_meeting(event)
    parts = [
        event.status,
        details.kind,
        [details.host.user_id, details.host.address],
        [[each.user_id, each.address] for each in details.instructors],
        validates_access(details, settings),
        settings.drift,
        settings.hosts.instructors_as,
        meeting and [meeting.name, *meeting.spec.alternative_hosts],
        standing is not None and standing.is_open,
        str(event.phase_at) if event.phase is Phase.LIVE else None,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
