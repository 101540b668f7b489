"""Another Zoom account on a stage, with its own connection, and the sweep that looks at both."""

from __future__ import annotations

from typing import Any

from lectern.domain.settings import Connection, ConnectionSecrets
from lectern.store.sweeps import SweepStore
from lectern.sync.triggers.connection_sweep import ConnectionSweep
from lectern.zoom.token import TokenSource
from lectern_testing.stage import Stage
from zoom_simulator import World
from zoom_simulator.account.seed import Credentials, Seed

NORTH = "north"


def another_account(stage: Stage, name: str = NORTH, **seed: Any) -> World:
    """A second account beside the stage's own, whose connection has the name."""
    credentials = Credentials(
        account_id=f"{name}-account",
        client_id=f"{name}-client",
        client_secret=f"{name}-secret",
        webhook_secret_token=f"{name}-webhook-secret",
    )
    world = stage.world.add_account(Seed.model_validate({"credentials": credentials, **seed}))
    connect(stage, world, name)
    return world


def connect(stage: Stage, world: World, name: str) -> None:
    """Stores the credentials of an account, as saving a connection does."""
    known, credentials = stage.settings.connection(name), world.seed.credentials
    version = known.credentials_version if known else 0
    secrets = ConnectionSecrets(
        client_secret=credentials.client_secret, credentials_version=version + 1
    )
    stage.secrets.put(name, secrets)
    connection = Connection(
        connection_id=name,
        account_id=credentials.account_id,
        client_id=credentials.client_id,
        client_secret_changed_at=stage.clock.now(),
        credentials_version=version + 1,
    )
    stage.settings.put_connection(connection, was_version=version)


def rotate_secret(world: World) -> None:
    """Gives the app another secret at Zoom; tokens that were given out go on working."""
    changed = world.seed.credentials.model_copy(update={"client_secret": "rotated-secret"})
    world.apply(Seed(credentials=changed))


def sweep(stage: Stage) -> int:
    """Runs the background sweep, the look at the connections first; for how many events."""
    lost = connection_sweep(stage).run()
    stage.sweep()
    return lost


def connection_sweep(stage: Stage) -> ConnectionSweep:
    """The sweep that looks whether the credentials of connections still work."""
    how_far = SweepStore(stage.table)
    return ConnectionSweep(
        stage.events,
        stage.settings,
        how_far,
        lambda connection: _source(stage, connection).check(),
        stage.clock.now,
    )


def _source(stage: Stage, connection: Connection) -> TokenSource:
    return TokenSource(
        connection,
        owner="sweep",
        tokens=stage.tokens,
        secrets=stage.secrets,
        scopes=stage.scopes,
        settings=stage.settings,
        session=stage.session,
        oauth_url=f"{stage.world.base_url}/oauth/token",
        now=stage.clock.now,
        sleep=stage.wait,
    )
