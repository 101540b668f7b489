"""The schedules: find what is due, and have it worked on."""

from __future__ import annotations

from typing import Any

from lectern.attendance.start import restart_forgotten
from lectern.composition import stores, sweeps
from lectern.composition.surroundings import now


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Runs the sweep that the schedule names; says how much there was to do."""
    return SWEEPS[event["sweep"]]()


def _background() -> dict[str, int]:
    lost = sweeps.connection_sweep().run()
    done = sweeps.background_sweep().run()
    done["lost"] = lost
    done["settings"] = sweeps.settings_sweep().run()
    done["attendance"] = restart_forgotten(stores.instances(), now())
    done["validations"] = sweeps.late_cleaning()
    sweeps.find_limits()
    return done


def _pre_event() -> dict[str, int]:
    return sweeps.pre_event_sweep().run()


SWEEPS = {"background": _background, "pre_event": _pre_event}
