"""The schedules: find what is due, and have it worked on."""

from __future__ import annotations

from typing import Any

from lectern import composition
from lectern.attendance.start import restart_forgotten
from lectern.sync.background_sweep import BackgroundSweep
from lectern.sync.pre_event_sweep import PreEventSweep
from lectern.sync.settings_sweep import SettingsSweep


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Runs the sweep that the schedule names; says how much there was to do."""
    return SWEEPS[event["sweep"]]()


def _background() -> dict[str, int]:
    events, settings, now = composition.events(), composition.settings(), composition.now
    done = BackgroundSweep(events, composition.verify_after(), now).run()
    done["settings"] = SettingsSweep(events, settings, composition.sweeps(), now).run()
    done["attendance"] = restart_forgotten(composition.instances(), now())
    composition.find_limits()
    return done


def _pre_event() -> dict[str, int]:
    events, settings = composition.events(), composition.settings()
    return PreEventSweep(events, settings, composition.sweeps(), composition.now).run()


SWEEPS = {"background": _background, "pre_event": _pre_event}
