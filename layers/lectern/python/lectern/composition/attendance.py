"""Builds the settling of attendance."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache

from lectern.attendance.work import AttendanceDependencies
from lectern.composition import stores
from lectern.composition.surroundings import now
from lectern.composition.zoom import zoom_account


@cache
def attendance_tools() -> AttendanceDependencies:
    """Builds the dependencies of the settling of attendance."""
    return AttendanceDependencies(
        events=stores.events(),
        enrollments=stores.enrollments(),
        settings=stores.settings(),
        instances=stores.instances(),
        attendance=stores.attendance(),
        zoom=zoom_account,
        now=now,
        delay=timedelta(seconds=int(os.environ["ATTENDANCE_DELAY_SECONDS"])),
    )
