"""The sweeps: what finds that something is due."""

from __future__ import annotations

import os
from collections.abc import Iterator

from lectern.composition import stores
from lectern.composition.surroundings import now, verify_after
from lectern.domain.limits.budget import PER_DAY
from lectern.domain.settings import Connection
from lectern.store.eras import era_of_stream
from lectern.store.retention import RetentionStore
from lectern.store.sweeps import SweepStore
from lectern.sync.triggers.background_sweep import BackgroundSweep
from lectern.sync.triggers.connection_sweep import ConnectionSweep
from lectern.sync.triggers.era_sweep import EraSweep
from lectern.sync.triggers.pre_event_sweep import PreEventSweep
from lectern.sync.triggers.retention_sweep import RetentionSweep
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


def retention_sweep() -> RetentionSweep:
    """Builds the sweep that forgets events which ended long enough ago."""
    kept = RetentionStore(stores.table())
    return RetentionSweep(stores.events(), kept, stores.settings(), now)


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


def lost_connections() -> int:
    """How many connections have credentials that Zoom takes no more."""
    return sum(each.lost_at is not None for each in stores.settings().connections())


def calls_left() -> Iterator[tuple[str, str, int]]:
    """How many calls are left today of each connection's rate classes that have such a limit."""
    from lectern.composition import zoom  # noqa: PLC0415 - as above

    for connection in stores.settings().connections():
        name = connection.connection_id
        limits = PER_DAY[zoom.account_limits(name).plan()]
        used = stores.budgets().used_on(name, now())
        for rate_class, most in limits.items():
            left = 0 if rate_class in used.closed else most - used.classes.get(rate_class, 0)
            yield name, rate_class, max(0, left)


def find_limits() -> None:
    """Finds whose limits each Zoom account has, where it is time to."""
    from lectern.composition import zoom  # noqa: PLC0415 - as above

    for connection in stores.settings().connections():
        limits = zoom.account_limits(connection.connection_id)
        limits.find(zoom.zoom_account(connection))
