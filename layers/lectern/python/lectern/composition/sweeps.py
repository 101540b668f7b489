"""The sweeps: what finds that something is due."""

from __future__ import annotations

from lectern.composition import stores
from lectern.composition.surroundings import now, verify_after
from lectern.store.sweeps import SweepStore
from lectern.sync.triggers.background_sweep import BackgroundSweep
from lectern.sync.triggers.pre_event_sweep import PreEventSweep
from lectern.sync.triggers.settings_sweep import SettingsSweep


def background_sweep() -> BackgroundSweep:
    """What finds the events that nobody came back to."""
    return BackgroundSweep(stores.events(), verify_after(), now)


def settings_sweep() -> SettingsSweep:
    """What has changed settings reach the events."""
    return SettingsSweep(stores.events(), stores.settings(), _how_far(), now)


def pre_event_sweep() -> PreEventSweep:
    """What finds the events that begin soon."""
    return PreEventSweep(stores.events(), stores.settings(), _how_far(), now)


def _how_far() -> SweepStore:
    return SweepStore(stores.table())


def find_limits() -> None:
    """Finds whose limits each Zoom account has, where it is time to."""
    from lectern.composition import zoom  # noqa: PLC0415 - nothing else of the sweeps calls Zoom

    for connection in stores.settings().connections():
        limits = zoom.account_limits(connection.connection_id)
        limits.find(zoom.zoom_account(connection))
