"""What every check of a self-test works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from lectern.domain.errors import (
    ZoomCredentialsInvalid,
    ZoomDailyLimit,
    ZoomError,
    ZoomRateLimited,
    ZoomUnavailable,
)
from lectern.domain.meeting import Kind
from lectern.domain.model import DomainModel
from lectern.domain.settings import Connection, HostRules, Settings
from lectern.domain.validation import (
    CALLS_OF_CHECKS,
    CHECKS_END_AFTER,
    ENDS_AFTER,
    MOST_CALLS,
    CheckFinding,
    CheckId,
    Trial,
    Validation,
)
from lectern.domain.validation_findings import of_error
from lectern.store.budget import BudgetStore
from lectern.store.events import EventStore
from lectern.store.scopes import ScopeStore
from lectern.store.settings import SettingsStore
from lectern.store.validations import ValidationStore
from lectern.store.zoom_cache import ZoomCache
from lectern.sync.meeting.host_provisioning import HostProvisioner
from lectern.zoom.account import ZoomAccount
from lectern.zoom.meter import Meter
from lectern.zoom.sessions import Sessions
from lectern.zoom.token import TokenSource

SHOWN_WITHIN = timedelta(seconds=20)
"""How far Zoom's replicas may be behind what was just written."""


class CheckWaits(DomainModel):
    """A check that is to be gone on with after a while.

    Attributes:
        seconds: How long.
    """

    seconds: int


LOOK_AGAIN = CheckWaits(seconds=5)
"""Before Zoom is looked at again for what it does not show yet."""


@dataclass(frozen=True)
class ZoomApp:
    """The app of a connection, as a self-test reaches it.

    Attributes:
        tokens: Where its tokens come from.
        account: The Zoom account that it is of.
    """

    tokens: TokenSource
    account: ZoomAccount


@dataclass(frozen=True)
class ValidationDependencies:
    """What self-tests reach the world with.

    Attributes:
        validations: The stored self-tests.
        settings: The stored settings and connections.
        scopes: What is known of the apps' scopes.
        events: The stored events.
        answers: What Zoom lately answered.
        budgets: What was used of Zoom's limits.
        app: Gives the app of a connection, whose calls a meter counts.
        now: The clock.
    """

    validations: ValidationStore
    settings: SettingsStore
    scopes: ScopeStore
    events: EventStore
    answers: ZoomCache
    budgets: BudgetStore
    app: Callable[[Connection, Meter], ZoomApp]
    now: Callable[[], datetime]


class ValidationRun:
    """A self-test while one of its checks is made.

    Args:
        dependencies: What the world is reached with.
        validation: The self-test.

    Attributes:
        validation: The self-test as it was last stored.
    """

    def __init__(self, dependencies: ValidationDependencies, validation: Validation) -> None:
        self.dependencies = dependencies
        self.validation = validation

    def now(self) -> datetime:
        """The present moment."""
        return self.dependencies.now()

    @cached_property
    def settings(self) -> Settings:
        """The settings."""
        return self.dependencies.settings.get()[0]

    @cached_property
    def connection(self) -> Connection | None:
        """The connection; ``None`` where its credentials were never set."""
        return self.dependencies.settings.connection(self.validation.connection)

    @cached_property
    def app(self) -> ZoomApp:
        """The connection's app.

        Raises:
            ZoomCredentialsInvalid: No credentials are set.
        """
        if self.connection is None:
            raise ZoomCredentialsInvalid("connect")
        return self.dependencies.app(self.connection, self._meter())

    def _meter(self) -> Meter:
        cleans = self.validation.next_check is CheckId.CLEANUP
        most, ends_after = (
            (MOST_CALLS, ENDS_AFTER) if cleans else (CALLS_OF_CHECKS, CHECKS_END_AFTER)
        )
        name = self.validation.validation_id
        return Meter(
            take=lambda: self.dependencies.validations.take_call(name, most, self.now()),
            until=self.validation.started_at + ends_after,
            now=self.now,
        )

    def sessions(self, kind: Kind) -> Sessions:
        """The account's meetings, or its webinars."""
        return self.app.account.sessions(kind)

    @property
    def desk(self) -> HostProvisioner:
        """What looks the host up; a self-test gives nobody a licence."""
        return HostProvisioner(
            account=self.app.account,
            connection=self.validation.connection,
            answers=self.dependencies.answers,
            rules=HostRules(),
            now=self.now(),
            fresh=True,
            only_looks=True,
        )

    def save(self, validation: Validation) -> None:
        """Stores how the self-test stands.

        Raises:
            WriteConflict: Someone else carried it on meanwhile.
        """
        self.validation = self.dependencies.validations.save(validation)

    def keep(self, trial: Trial) -> Trial:
        """Stores what is known of a trial session."""
        self.save(self.validation.with_trial(trial))
        return trial

    def refused(self, error: ZoomError) -> CheckFinding:
        """What a check comes to that Zoom refused; a limit that was met is noted.

        Raises:
            ZoomError: It may pass, and is for the state machine to try again.
        """
        if isinstance(error, ZoomRateLimited | ZoomUnavailable):
            raise error
        if isinstance(error, ZoomDailyLimit):
            noted = {"limit_until": error.resume_at}
            self.save(self.validation.model_copy(update=noted))
        return of_error(error)

    def look_again(self, within: timedelta = SHOWN_WITHIN) -> CheckWaits | None:
        """A wait for what Zoom does not show yet; ``None`` once that took long enough."""
        began = self.validation.check_began_at or self.validation.started_at
        return LOOK_AGAIN if self.now() < began + within else None
