"""The schedules: find what is due, and have it worked on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lectern.composition.boto3_at_start  # noqa: F401 - it is needed anyway
from lectern.attendance.start import restart_forgotten
from lectern.composition import stores, sweeps
from lectern.composition.surroundings import now
from lectern.sync.triggers.independent import run_all
from lectern.telemetry import measure

Part = Callable[[], dict[str, int]]


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Runs the sweep that the schedule names; says how much there was to do.

    That it came to its end is counted: an alarm hears the silence where it does not.
    """
    name: str = event["sweep"]
    done = run_all(SWEEPS[name])
    measure(COUNTED[name], 1)
    return done


def _connections() -> dict[str, int]:
    lost = sweeps.connection_sweep().run()
    measure("ConnectionsLost", sweeps.lost_connections())
    return {"lost": lost}


def _limits() -> dict[str, int]:
    sweeps.find_limits()
    for connection, rate_class, left in sweeps.calls_left():
        measure("ZoomCallsLeft", left, connection=connection, rate_class=rate_class)
    return {}


BACKGROUND: dict[str, Part] = {
    "connections": _connections,
    "events": lambda: sweeps.background_sweep().run(),
    "era": lambda: {"restored": sweeps.era_sweep().run()},
    "settings": lambda: {"settings": sweeps.settings_sweep().run()},
    "attendance": lambda: {"attendance": restart_forgotten(stores.instances(), now())},
    "self-tests": lambda: {"validations": sweeps.late_cleaning()},
    "retention": lambda: {"forgotten": sweeps.retention_sweep().run()},
    "limits": _limits,
}
PRE_EVENT: dict[str, Part] = {"events": lambda: sweeps.pre_event_sweep().run()}

COUNTED = {"background": "BackgroundSweeps", "pre_event": "PreEventSweeps"}
SWEEPS = {"background": BACKGROUND, "pre_event": PRE_EVENT}
