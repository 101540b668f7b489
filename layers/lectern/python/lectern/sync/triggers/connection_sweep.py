"""Looks whether each connection's credentials still work, and has lost ones show on its events.

Zoom does not tell when an administrator takes an app away or gives it another secret, and a token
goes on working for a while. So each sweep asks for a new one. That it works again shows by itself:
what failed for the credentials is tried again with each sweep.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from lectern.domain.errors import ZoomError
from lectern.domain.event import Event
from lectern.domain.problems import EventProblem
from lectern.domain.settings import Connection
from lectern.store import keys
from lectern.store.events import EventStore
from lectern.store.keys import stamp
from lectern.store.settings import SettingsStore
from lectern.store.sweeps import SweepStore
from lectern.sync.triggers.rollout import RolloutSweep


@dataclass(frozen=True)
class ConnectionSweep:
    """A sweep.

    Attributes:
        events: The stored events.
        settings: The connections.
        sweeps: How far the last loss of each was brought to its events.
        check: Asks Zoom whether a connection's credentials work; the answer is noted with it.
        now: The clock.
    """

    events: EventStore
    settings: SettingsStore
    sweeps: SweepStore
    check: Callable[[Connection], None]
    now: Callable[[], datetime]

    def run(self) -> int:
        """Checks all connections, and asks for the events of those that are lost; says how many."""
        return sum(map(self._look_at, self.settings.connections()))

    def _look_at(self, connection: Connection) -> int:
        name = connection.connection_id
        # Whatever it is, the other connections are looked at all the same.
        with suppress(ZoomError):
            self.check(connection)
        known = self.settings.connection(name)
        if known is None or known.lost_at is None:
            return 0

        def ask(event: Event) -> bool:
            return self._concerns(event, name) and self._ask(event)

        sweep = RolloutSweep(self.events, self.sweeps, self.now)
        cause = f"{known.credentials_version} {stamp(known.lost_at)}"
        return sweep.go_on(keys.rollout_of_loss(name), cause, ask)

    def _ask(self, event: Event) -> bool:
        return self.events.request_verification(event, self.now()) is not None

    @staticmethod
    def _concerns(event: Event, connection_id: str) -> bool:
        """Whether the event is of the connection and does not say so already."""
        problem = event.sync.problem
        is_told = problem is not None and problem.code is EventProblem.CREDENTIALS_INVALID
        return event.details.connection == connection_id and not is_told
