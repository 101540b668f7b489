"""The schedules: find what is due, and have it worked on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lectern.attendance.start import restart_forgotten
from lectern.composition import stores, sweeps
from lectern.composition.surroundings import now
from lectern.sync.triggers.independent import run_all

Part = Callable[[], dict[str, int]]


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Runs the sweep that the schedule names; says how much there was to do."""
    return run_all(SWEEPS[event["sweep"]])


def _limits() -> dict[str, int]:
    sweeps.find_limits()
    return {}


BACKGROUND: dict[str, Part] = {
    "connections": lambda: {"lost": sweeps.connection_sweep().run()},
    "events": lambda: sweeps.background_sweep().run(),
    "era": lambda: {"restored": sweeps.era_sweep().run()},
    "settings": lambda: {"settings": sweeps.settings_sweep().run()},
    "attendance": lambda: {"attendance": restart_forgotten(stores.instances(), now())},
    "self-tests": lambda: {"validations": sweeps.late_cleaning()},
    "limits": _limits,
}
PRE_EVENT: dict[str, Part] = {"events": lambda: sweeps.pre_event_sweep().run()}

SWEEPS = {"background": BACKGROUND, "pre_event": PRE_EVENT}
