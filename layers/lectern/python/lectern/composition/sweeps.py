"""The sweeps: what finds that something is due."""

from __future__ import annotations

import os

from lectern.composition import stores
from lectern.composition.surroundings import now, verify_after
from lectern.domain.settings import Connection
from lectern.store.eras import era_of_stream
from lectern.store.sweeps import SweepStore
from lectern.sync.triggers.background_sweep import BackgroundSweep
from lectern.sync.triggers.connection_sweep import ConnectionSweep
from lectern.sync.triggers.era_sweep import EraSweep
from lectern.sync.triggers.pre_event_sweep import PreEventSweep
from lectern.sync.triggers.settings_sweep import SettingsSweep


def background_sweep() -> BackgroundSweep:
    """Builds the sweep that finds events nobody came back to."""
    return BackgroundSweep(stores.events(), verify_after(), now)


def settings_sweep() -> SettingsSweep:
    """Builds the sweep that brings changed settings to the events."""
    return SettingsSweep(stores.events(), stores.settings(), _how_far(), now)


def era_sweep() -> EraSweep:
    """Builds the sweep that has the events of a restored table compared with Zoom."""
    era = era_of_stream(os.environ["TABLE_STREAM_ARN"])
    return EraSweep(stores.events(), _how_far(), era, now)


def pre_event_sweep() -> PreEventSweep:
    """Builds the sweep that finds events beginning soon."""
    return PreEventSweep(stores.events(), stores.settings(), _how_far(), now)


def connection_sweep() -> ConnectionSweep:
    """What finds that Zoom takes a connection's credentials no more."""
    return ConnectionSweep(stores.events(), stores.settings(), _how_far(), _check, now)


def _check(connection: Connection) -> None:
    from lectern.composition import zoom  # noqa: PLC0415 - nothing else of the sweeps calls Zoom

    zoom.token_source(connection).check()


def late_cleaning() -> int:
    """Ends the self-tests that nobody ended, and deletes what they left at Zoom."""
    if not any(stores.validations().due(now())):
        return 0
    from lectern.composition import validation  # noqa: PLC0415 - seldom is there one

    return validation.late_cleaning().run()


def _how_far() -> SweepStore:
    return SweepStore(stores.table())


def find_limits() -> None:
    """Finds whose limits each Zoom account has, where it is time to."""
    from lectern.composition import zoom  # noqa: PLC0415 - as above

    for connection in stores.settings().connections():
        limits = zoom.account_limits(connection.connection_id)
        limits.find(zoom.zoom_account(connection))
