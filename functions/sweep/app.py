"""The schedules: find what is due, and have it worked on."""

from __future__ import annotations

from typing import Any

from lectern import composition
from lectern.attendance.start import restart_forgotten


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Runs the sweep that the schedule names; says how much there was to do."""
    return SWEEPS[event["sweep"]]()


def _background() -> dict[str, int]:
    done = composition.background_sweep().run()
    done["settings"] = composition.settings_sweep().run()
    done["attendance"] = restart_forgotten(composition.instances(), composition.now())
    composition.find_limits()
    return done


def _pre_event() -> dict[str, int]:
    return composition.pre_event_sweep().run()


SWEEPS = {"background": _background, "pre_event": _pre_event}
