"""The schedules: finds what nobody is at work on, and what accounts are limited by."""

from __future__ import annotations

from typing import Any

from lectern import composition
from lectern.attendance.start import restart_forgotten
from lectern.sync.recovery import Recovery


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Asks again for what was asked for and is not done; says for how many events and sessions."""
    now = composition.now()
    done = {
        "restarted": Recovery(composition.events(), now).run(),
        "attendance": restart_forgotten(composition.instances(), now),
    }
    composition.find_limits()
    return done
